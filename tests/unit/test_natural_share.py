"""The share of natural supports: who is counted, by month, and which way it moves."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.wraparound.natural_share import (
    Count,
    Held,
    Month,
    StepFact,
    attendance,
    by_month,
    counted,
    done_by_month,
    last_months,
    open_by_month,
    side_of,
    trend,
)
from app.wraparound.people_coach import Close, question

AUGUST, NOVEMBER = date(2026, 8, 20), date(2026, 11, 10)


def test_the_family_is_on_no_side_and_community_counts_with_professionals() -> None:
    assert [side_of(kind) for kind in ("natural", "community", "formal", "family", "newer")] == [
        "natural", "professional", "professional", None, None,
    ]  # fmt: skip
    meeting = Held(AUGUST, ("family", "family", "natural", "formal", "community"))
    assert attendance(meeting) == Count(1, 3)


def test_numbers_noted_are_used_only_where_nobody_wrote_down_who_was_there() -> None:
    assert attendance(Held(AUGUST, None, natural=3, professional=3)) == Count(3, 6)
    assert attendance(Held(AUGUST, ("formal",), natural=3, professional=3)) == Count(0, 1)
    assert attendance(Held(AUGUST, (), natural=3, professional=3)) == Count(0, 0)


def test_meetings_of_a_month_are_counted_together_and_empty_months_are_left_out() -> None:
    meetings = [
        Held(NOVEMBER, None, 3, 3), Held(AUGUST, None, 1, 4), Held(date(2026, 8, 2), None, 1, 2),
        Held(date(2026, 9, 2), ("family",)),
    ]  # fmt: skip
    assert by_month(meetings) == (Month("2026-08", Count(2, 8)), Month("2026-11", Count(3, 6)))


def test_a_share_moves_by_its_size_and_not_by_heads() -> None:
    assert trend(Count(1, 5), Count(3, 6)) == "up"
    assert trend(Count(1, 2), Count(3, 6)) == "same"
    assert trend(Count(4, 6), Count(4, 8)) == "down"


def test_a_promise_is_open_until_the_month_in_which_it_ended() -> None:
    steps = [
        StepFact("natural", AUGUST, date(2026, 10, 3), done=True),
        StepFact("professional", AUGUST),
        StepFact("natural", AUGUST, date(2026, 9, 1), done=False),
    ]
    assert open_by_month(steps, NOVEMBER, 4) == (
        Month("2026-08", Count(2, 3)), Month("2026-09", Count(1, 2)), Month("2026-10", Count(0, 1)),
        Month("2026-11", Count(0, 1)),
    )  # fmt: skip
    assert done_by_month(steps) == (Month("2026-10", Count(1, 1)),), "a dropped promise was not kept"


def test_months_run_over_the_turn_of_the_year() -> None:
    assert last_months(date(2026, 2, 1), 4) == ("2025-11", "2025-12", "2026-01", "2026-02")


@given(st.lists(st.sampled_from(["natural", "professional", None])))
def test_a_share_is_never_below_none_or_above_all(sides: list[str | None]) -> None:
    count = counted(sides)  # type: ignore[arg-type]
    assert 0 <= count.natural <= count.everybody <= len(sides)
    assert 0.0 <= count.share <= 1.0


def _close(name: str, **values: object) -> Close:
    base = {"closeness": 3, "status": "willing", "close_to": "Nia", "may_be_asked": True, "has_part": False}
    return Close(name.lower(), name, **(base | values))  # type: ignore[arg-type]


def test_the_coach_asks_about_whoever_is_very_close_and_has_no_part() -> None:
    asked = question("f", [_close("Teo", has_part=True), _close("Lily")], frozenset())
    assert asked is not None
    assert (asked.about, asked.close_to) == ("Lily", "Nia")


def test_the_coach_never_asks_about_these() -> None:
    for left_out in (
        _close("Ray", may_be_asked=False), _close("Teo", has_part=True), _close("Ann", closeness=2),
        _close("Bea", status="on_team"), _close("Cal", status="leading"),
    ):  # fmt: skip
        assert question("f", [left_out], frozenset()) is None, left_out.name
    assert question("f", [_close("Lily")], frozenset({"lily"})) is None, "not now"
