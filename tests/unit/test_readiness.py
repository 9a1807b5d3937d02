"""What is ready to let go: five things, each with what it counted, and the topics of an age."""

from __future__ import annotations

from datetime import date

import pytest

from app.wraparound.readiness import TOPICS, Item, Step, age_on, readiness, topics_missing

OWN = Step("1", "Sunday dinner", "Teo", "natural")
THEIRS = Step("2", "Calls the school", "Ms. Nair", "formal")
NOBODYS = Step("3", "Finds a bus pass", "", "")
ALL_TOPICS = [Item(code, done=True, topic=code) for code, _ in TOPICS]


def opened(**more: object) -> tuple[str, ...]:
    said: dict[str, object] = {
        "steps": [OWN], "adult": ALL_TOPICS, "carries": [Item("Rides", "Teo")], "celebration": "Cake",
        "way_back": "Call Marisol", "age": 17,
    } | more  # fmt: skip
    return readiness(**said).open  # type: ignore[arg-type]


def test_everything_in_place_is_ready() -> None:
    assert opened() == ()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"steps": [OWN, THEIRS]}, "steps"), ({"steps": [NOBODYS]}, "steps"),
        ({"adult": [Item("Insurance")]}, "adult"), ({"adult": []}, "adult"),
        ({"adult": ALL_TOPICS[1:]}, "adult"),
        ({"carries": []}, "carries"), ({"carries": [Item("Rides", " ")]}, "carries"),
        ({"celebration": " "}, "celebration"), ({"way_back": ""}, "way_back"),
    ],
)  # fmt: skip
def test_each_thing_is_missed_by_itself(more: dict[str, object], code: str) -> None:
    assert opened(**more) == (code,)


def test_what_professionals_and_nobody_hold_is_listed() -> None:
    found = readiness([OWN, THEIRS, NOBODYS], [], [], "", "", None)
    assert found.steps == (THEIRS, NOBODYS)
    assert (found.checks[0].have, found.checks[0].want) == (1, 3)


def test_no_open_promise_leaves_nothing_to_carry_on() -> None:
    assert "steps" not in opened(steps=[])


def test_adult_services_wait_until_fourteen_but_not_for_an_unknown_age() -> None:
    assert "adult" not in opened(age=13, adult=[])
    assert "adult" in opened(age=None, adult=[])
    assert "adult" in opened(age=13, adult=[Item("Insurance")])


def test_topics_come_with_age_and_go_once_they_are_on_the_list() -> None:
    assert topics_missing([], 13) == () and topics_missing([], None) == ()
    assert topics_missing([], 14) == ("school_work", "id_papers", "skills")
    assert len(topics_missing([], 17)) == len(TOPICS)
    assert "health" not in topics_missing([Item("x", topic="health")], 16)


def test_age_on_birthdays_and_leap_days() -> None:
    assert age_on("2012-11-22", date(2026, 11, 22)) == 14 and age_on("2012-11-23", date(2026, 11, 22)) == 13
    assert age_on("2008-02-29", date(2026, 2, 28)) == 17 and age_on("2008-02-29", date(2026, 3, 1)) == 18
    assert age_on("", date(2026, 1, 1)) is None and age_on("2030-01-01", date(2026, 1, 1)) is None
