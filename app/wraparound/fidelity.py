"""How the work with a family is done, as plain counts of what the records hold. Pure.

Five signals, each a few statements of counts over the last 90 days, with what was counted. They are this
app's own proxies for the elements of Wraparound practice: no item of any licensed instrument, no overall
score, no order of people. For workers and supervision only, never on a family's screen.
Source: design 02, Fidelity signals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from .natural_share import Count

WINDOW_DAYS: Final = 90
APART_DAYS: Final = 35
SIGNALS: Final = ("teamwork", "natural", "needs", "family", "outcomes")
FAMILY_RATERS: Final = frozenset({"youth", "caregiver"})


@dataclass(frozen=True)
class Thing:
    """One thing that was counted. kind: its record type. yes: whether it is among those that are so."""

    kind: str
    record_id: str
    text: str
    yes: bool
    on: date | None = None


@dataclass(frozen=True)
class Statement:
    """`yes` of `of` are so. code names the words. things: what was counted, where it can be listed."""

    code: str
    yes: int
    of: int
    things: tuple[Thing, ...] = ()


@dataclass(frozen=True)
class Signal:
    """One element of the practice. code: of SIGNALS."""

    code: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class MeetingFact:
    """A held team meeting. asked: how many were expected; came: of these."""

    record_id: str
    on: date
    came: int = 0
    asked: int = 0
    rated: bool = False


@dataclass(frozen=True)
class StepFact:
    """A promise: due and done on a day, or never. dropped ones are left out by the caller."""

    record_id: str
    what: str
    due: date | None
    done: date | None


@dataclass(frozen=True)
class NeedFact:
    """An open need. service: it is worded as one."""

    record_id: str
    text: str
    service: bool
    outcomes: int


@dataclass(frozen=True)
class RatingFact:
    """How far an outcome has come, 0 to 10, on a day."""

    on: date
    value: int
    by_kind: str


@dataclass(frozen=True)
class OutcomeFact:
    """An open outcome. ratings: the earliest first. changed: days on which a way to it began or changed."""

    record_id: str
    text: str
    measured: bool
    ratings: tuple[RatingFact, ...] = ()
    changed: tuple[date, ...] = ()


@dataclass(frozen=True)
class WayFact:
    """A chosen strategy and how many strengths it builds on."""

    record_id: str
    text: str
    strengths: int


@dataclass(frozen=True)
class VersionFact:
    """A frozen plan. signed: somebody of the family put their mark under it."""

    record_id: str
    on: date
    signed: bool


@dataclass(frozen=True)
class FamilyFacts:
    """What the records of one family hold. attendance, steps_owned: natural supports among all."""

    title: str = ""
    meetings: Sequence[MeetingFact] = ()
    steps: Sequence[StepFact] = ()
    needs: Sequence[NeedFact] = ()
    outcomes: Sequence[OutcomeFact] = ()
    ways: Sequence[WayFact] = ()
    versions: Sequence[VersionFact] = ()
    vision: bool = False
    attendance: Count = field(default_factory=Count)
    steps_owned: Count = field(default_factory=Count)


def signals(facts: FamilyFacts, today: date) -> tuple[Signal, ...]:
    """The five signals of one family, in the order of SIGNALS."""
    since = today - timedelta(days=WINDOW_DAYS)
    return (
        Signal(
            "teamwork",
            (_apart(facts, since, today), _attendance(facts, since), _promises(facts, since, today)),
        ),
        Signal(
            "natural",
            (
                Statement("natural_attendance", facts.attendance.natural, facts.attendance.everybody),
                Statement("natural_steps", facts.steps_owned.natural, facts.steps_owned.everybody),
            ),
        ),
        Signal("needs", (_worded(facts), _with_outcome(facts))),
        Signal(
            "family", (_strengths(facts), _vision(facts), _signed(facts, since), _own_ratings(facts, since))
        ),
        Signal("outcomes", (_measured(facts), _rated(facts, since), _adjusted(facts, since))),
    )


def together(several: Iterable[tuple[Signal, ...]]) -> tuple[Signal, ...]:
    """The counts of several families added up; what was counted stays with each family."""
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for found in several:
        for signal in found:
            for one in signal.statements:
                yes, of = counts.get((signal.code, one.code), (0, 0))
                counts[(signal.code, one.code)] = (yes + one.yes, of + one.of)
    return tuple(
        Signal(code, tuple(Statement(what, *both) for (of, what), both in counts.items() if of == code))
        for code in SIGNALS
        if any(of == code for of, _ in counts)
    )


def _of(code: str, things: Iterable[Thing]) -> Statement:
    listed = tuple(things)
    return Statement(code, sum(one.yes for one in listed), len(listed), listed)


def _apart(facts: FamilyFacts, since: date, today: date) -> Statement:
    """How often the team met again within 35 days; a wait that is already longer counts, too."""
    held = sorted(facts.meetings, key=lambda one: one.on)
    things = [
        Thing("meeting", after.record_id, "", (after.on - before.on).days <= APART_DAYS, after.on)
        for before, after in pairwise(held)
        if after.on >= since
    ]
    if held and (today - held[-1].on).days > APART_DAYS:
        things.append(Thing("meeting", held[-1].record_id, "", False, held[-1].on))
    return _of("meetings_apart", things)


def _attendance(facts: FamilyFacts, since: date) -> Statement:
    held = [one for one in facts.meetings if one.on >= since and one.asked]
    things = tuple(Thing("meeting", one.record_id, "", one.came == one.asked, one.on) for one in held)
    return Statement("came", sum(one.came for one in held), sum(one.asked for one in held), things)


def _promises(facts: FamilyFacts, since: date, today: date) -> Statement:
    """Promises whose day has come: kept by it, or not. One that is due today may still be kept."""
    return _of(
        "promises",
        (
            Thing(
                "action_step", one.record_id, one.what, one.done is not None and one.done <= one.due, one.due
            )
            for one in facts.steps
            if one.due is not None and since <= one.due <= today and (one.due < today or one.done is not None)
        ),
    )


def _worded(facts: FamilyFacts) -> Statement:
    return _of(
        "needs_worded", (Thing("need", one.record_id, one.text, not one.service) for one in facts.needs)
    )


def _with_outcome(facts: FamilyFacts) -> Statement:
    return _of(
        "needs_outcome", (Thing("need", one.record_id, one.text, one.outcomes > 0) for one in facts.needs)
    )


def _strengths(facts: FamilyFacts) -> Statement:
    return _of(
        "strengths", (Thing("strategy", one.record_id, one.text, one.strengths > 0) for one in facts.ways)
    )


def _vision(facts: FamilyFacts) -> Statement:
    return Statement("vision", int(facts.vision), 1)


def _signed(facts: FamilyFacts, since: date) -> Statement:
    return _of(
        "family_signed",
        (
            Thing("plan_version", one.record_id, "", one.signed, one.on)
            for one in facts.versions
            if one.on >= since
        ),
    )


def _own_ratings(facts: FamilyFacts, since: date) -> Statement:
    """Outcomes of which the youth or a caregiver said how far they have come."""
    return _of(
        "own_ratings",
        (
            Thing("outcome", one.record_id, one.text,
                  any(said.on >= since and said.by_kind in FAMILY_RATERS for said in one.ratings))
            for one in facts.outcomes
        ),
    )  # fmt: skip


def _measured(facts: FamilyFacts) -> Statement:
    return _of(
        "measured", (Thing("outcome", one.record_id, one.text, one.measured) for one in facts.outcomes)
    )


def _rated(facts: FamilyFacts, since: date) -> Statement:
    return _of(
        "rated",
        (Thing("meeting", one.record_id, "", one.rated, one.on) for one in facts.meetings if one.on >= since),
    )


def _adjusted(facts: FamilyFacts, since: date) -> Statement:
    """Of the outcomes that were rated on two days or more and came no further: those with another way."""
    things = []
    for one in facts.outcomes:
        said = [rating for rating in one.ratings if rating.on >= since]
        days = sorted({rating.on for rating in said})
        if len(days) < 2 or _mean(said, days[-1]) > _mean(said, days[0]):
            continue
        things.append(Thing("outcome", one.record_id, one.text, any(day > days[0] for day in one.changed)))
    return _of("adjusted", things)


def _mean(ratings: Sequence[RatingFact], on: date) -> float:
    values = [one.value for one in ratings if one.on == on]
    return sum(values) / len(values)
