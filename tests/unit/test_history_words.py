"""How a goal has gone, in the words of the family's table."""

from __future__ import annotations

from datetime import date

import pytest

from app.views.words import catalogue
from app.wraparound.family_page import GoalShown
from app.wraparound.history_words import has_line, how_it_went, span_for
from app.wraparound.progress import Line, Point
from app.wraparound.wording import Words

TODAY = date(2026, 11, 22)


def line(code: str, *said: tuple[str, float | None], who: str = "") -> Line:
    return Line(code, tuple(Point(date.fromisoformat(day), value, who, record=day) for day, value in said))


def goal(*lines: Line, target: str = "", kind: str = "rating") -> GoalShown:
    return GoalShown("o1", Words("Sleeping through"), kind, "", "", target, "open", (), (), lines)


def told(shown: GoalShown, language: str = "en") -> tuple[str, ...]:
    return how_it_went(shown, TODAY, catalogue(language).__getitem__)


AUGUST_TO_NOW = line("youth", ("2026-08-10", 3.0), ("2026-09-20", 5.0), ("2026-11-18", 6.0), who="Nia")


def test_first_and_newest_number_then_the_goal() -> None:
    shown = goal(AUGUST_TO_NOW, target="8")
    assert told(shown) == ("Nia: it was 3 in August, it is 6 now.", "The goal is 8.")
    assert told(shown, "es") == ("Nia: en agosto era un 3, ahora es un 6.", "La meta es 8.")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((("2026-08-10", 6.0), ("2026-11-18", 6.0)), "Nia: it was 6 in August, and it is still 6."),
        ((("2026-08-10", 6.0), ("2026-11-18", 2.0)), "Nia: it was 6 in August, it is 2 now."),
        (
            (("2026-08-10", 6.0), ("2026-10-02", 1.0), ("2026-11-18", 6.0)),
            "Nia: it was 6 in August, it is 6 now.",
        ),
        ((("2026-06-10", 3.0), ("2026-08-10", 6.0)), "Nia: it was 3 in June and 6 in August."),
        ((("2026-11-02", 3.0), ("2026-11-18", 6.0)), "Nia: it was 3 on 2 Nov, it is 6 now."),
        ((("2025-08-10", 3.0), ("2026-11-18", 6.5)), "Nia: it was 3 in August 2025, it is 6.5 now."),
        ((("2026-11-18", 6.0),), "Nia: it is 6 now. This is the first number."),
        ((("2026-06-10", 6.0),), "Nia: it was 6 in June. There is no other number yet."),
    ],
)
def test_now_is_said_of_a_number_that_is_not_old(
    said: tuple[tuple[str, float], ...], words: str
) -> None:
    assert told(goal(line("youth", *said, who="Nia"))) == (words,)


def test_several_people_are_named_by_what_they_are_and_nobody_is_ranked() -> None:
    two = Line("caregiver", (Point(date(2026, 11, 18), 9.0, "Rosa"), Point(date(2026, 11, 18), 2.0, "Luis")))
    first, second = told(goal(AUGUST_TO_NOW, two))
    assert first.startswith("Nia: ") and second.startswith("Those who care for us: it is 5.5 now.")


@pytest.mark.parametrize(
    ("target", "kind"),
    [("", "rating"), ("11", "rating"), ("8 nights", "rating"), ("8", "count"), ("8", "instrument")],
)
def test_a_goal_on_another_scale_is_not_said_beside_these_numbers(target: str, kind: str) -> None:
    assert told(goal(AUGUST_TO_NOW, target=target, kind=kind)) == ("Nia: it was 3 in August, it is 6 now.",)


def test_without_numbers_there_is_nothing_to_say() -> None:
    assert told(goal(target="8")) == ()
    assert told(goal(line("youth", ("2026-11-18", None)), target="8")) == ()


def test_one_number_each_makes_no_line() -> None:
    once = goal(line("youth", ("2026-11-18", 6.0)), line("caregiver", ("2026-11-18", 4.0)))
    assert not has_line(once, span_for(once, TODAY))
    assert has_line(goal(AUGUST_TO_NOW), span_for(goal(AUGUST_TO_NOW), TODAY))
