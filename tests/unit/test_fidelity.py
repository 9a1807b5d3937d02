"""Fidelity signals: what each statement counts, at the edges of the window and of what is known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.wraparound.fidelity import (
    SIGNALS,
    FamilyFacts,
    MeetingFact,
    NeedFact,
    OutcomeFact,
    RatingFact,
    Statement,
    StepFact,
    VersionFact,
    WayFact,
    signals,
    together,
)
from app.wraparound.natural_share import Count

TODAY = date(2026, 12, 1)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def said(facts: FamilyFacts, code: str) -> Statement:
    return next(one for signal in signals(facts, TODAY) for one in signal.statements if one.code == code)


def counts(facts: FamilyFacts, code: str) -> tuple[int, int]:
    one = said(facts, code)
    return one.yes, one.of


def held(*days: int) -> FamilyFacts:
    return FamilyFacts(meetings=[MeetingFact(f"m{n}", ago(n)) for n in days])


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), (0, 0)),
        ((10,), (0, 0)),
        ((36,), (0, 1)),  # nobody met for 36 days: the wait itself is too long
        ((35, 0), (1, 1)),
        ((36, 0), (0, 1)),
        ((95, 89, 60, 30), (3, 3)),
        ((200, 160, 20), (0, 1)),  # what lies before the window is not held against anybody
    ],
)
def test_meetings_apart(days: tuple[int, ...], expected: tuple[int, int]) -> None:
    assert counts(held(*days), "meetings_apart") == expected


@pytest.mark.parametrize(
    ("due", "done", "expected"),
    [
        (ago(3), ago(3), (1, 1)),
        (ago(3), ago(2), (0, 1)),
        (ago(3), None, (0, 1)),
        (TODAY, None, (0, 0)),  # it may still be kept today
        (TODAY, TODAY, (1, 1)),
        (TODAY + timedelta(days=1), ago(1), (0, 0)),
        (None, ago(1), (0, 0)),
        (ago(90), ago(90), (1, 1)),
        (ago(91), ago(91), (0, 0)),
    ],
)
def test_promises(due: date | None, done: date | None, expected: tuple[int, int]) -> None:
    assert counts(FamilyFacts(steps=[StepFact("s", "Call", due, done)]), "promises") == expected


def test_who_came_of_those_who_were_asked() -> None:
    facts = FamilyFacts(
        meetings=[
            MeetingFact("a", ago(5), 4, 5),
            MeetingFact("b", ago(40), 3, 3),
            MeetingFact("c", ago(99), 0, 9),
        ]
    )
    one = said(facts, "came")
    assert (one.yes, one.of) == (7, 8)
    assert [(thing.record_id, thing.yes) for thing in one.things] == [("a", False), ("b", True)]


def test_natural_supports_needs_and_ways() -> None:
    facts = FamilyFacts(
        attendance=Count(3, 8), steps_owned=Count(2, 5),
        needs=[NeedFact("n1", "needs therapy", True, 1), NeedFact("n2", "to belong", False, 0)],
        ways=[WayFact("w1", "Car rides", 2), WayFact("w2", "Office", 0)],
    )  # fmt: skip
    assert counts(facts, "natural_attendance") == (3, 8)
    assert counts(facts, "natural_steps") == (2, 5)
    assert counts(facts, "needs_worded") == (1, 2)
    assert counts(facts, "needs_outcome") == (1, 2)
    assert counts(facts, "strengths") == (1, 2)


@pytest.mark.parametrize(("vision", "yes"), [(True, 1), (False, 0)])
def test_vision(vision: bool, yes: int) -> None:
    assert counts(FamilyFacts(vision=vision), "vision") == (yes, 1)


def test_versions_of_the_window_signed_by_the_family() -> None:
    facts = FamilyFacts(
        versions=[
            VersionFact("v1", ago(1), True),
            VersionFact("v2", ago(90), False),
            VersionFact("v3", ago(91), True),
        ]
    )
    assert counts(facts, "family_signed") == (1, 2)


def rated(*ratings: tuple[int, int, str], changed: tuple[int, ...] = ()) -> FamilyFacts:
    made = tuple(RatingFact(ago(days), value, by) for days, value, by in ratings)
    return FamilyFacts(outcomes=[OutcomeFact("o", "Sleeps", True, made, tuple(map(ago, changed)))])


@pytest.mark.parametrize(
    ("by", "days", "yes"),
    [("youth", 1, 1), ("caregiver", 90, 1), ("caregiver", 91, 0), ("professional", 1, 0)],
)
def test_ratings_by_the_family(by: str, days: int, yes: int) -> None:
    assert counts(rated((days, 5, by)), "own_ratings") == (yes, 1)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (rated((60, 5, "youth")), (0, 0)),  # said once: nobody knows yet
        (rated((60, 5, "youth"), (60, 3, "caregiver")), (0, 0)),  # one day is no course
        (rated((60, 4, "youth"), (5, 6, "youth")), (0, 0)),  # it came further
        (rated((60, 5, "youth"), (5, 5, "youth")), (0, 1)),
        (rated((60, 5, "youth"), (5, 3, "youth"), changed=(30,)), (1, 1)),
        (rated((60, 5, "youth"), (5, 3, "youth"), changed=(70,)), (0, 1)),  # changed before, not because
        (rated((95, 9, "youth"), (60, 5, "youth"), (5, 6, "youth")), (0, 0)),
    ],
)
def test_what_came_no_further_was_changed(facts: FamilyFacts, expected: tuple[int, int]) -> None:
    assert counts(facts, "adjusted") == expected


def test_outcomes_measured_and_rated_at_meetings() -> None:
    facts = FamilyFacts(
        meetings=[MeetingFact("a", ago(5), rated=True), MeetingFact("b", ago(40))],
        outcomes=[OutcomeFact("o1", "x", True), OutcomeFact("o2", "y", False)],
    )
    assert counts(facts, "measured") == (1, 2)
    assert counts(facts, "rated") == (1, 2)


def test_several_families_are_added_up_and_what_was_counted_stays_with_each() -> None:
    one = FamilyFacts(vision=True, needs=[NeedFact("n", "to belong", False, 1)])
    both = together([signals(one, TODAY), signals(FamilyFacts(), TODAY)])
    found = {said.code: said for signal in both for said in signal.statements}
    assert [signal.code for signal in both] == list(SIGNALS)
    assert (found["vision"].yes, found["vision"].of) == (1, 2)
    assert (found["needs_worded"].yes, found["needs_worded"].of) == (1, 1)
    assert all(said.things == () for said in found.values())
    assert together([]) == ()
