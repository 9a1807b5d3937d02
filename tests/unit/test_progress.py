"""Lines over time: where they break, what they say, which days and numbers stand at the side."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.words import catalogue
from app.wraparound.progress import (
    Chart,
    Event,
    Line,
    Point,
    Stay,
    moved,
    newest,
    number_in,
    rating_lines,
    runs,
    said_lines,
    side_of,
    spots,
    stays,
    within,
    yes_in,
)
from app.wraparound.progress_axis import Span, months_before, scale, span_of, ticks
from app.wraparound.progress_words import event_words, sentences, stay_words, table, tick_label

TODAY = date(2026, 11, 22)
YEAR = Span(date(2025, 11, 22), TODAY)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
ORDER = ("youth", "caregiver", "natural", "professional", "team")


def english(key: str) -> str:
    return catalogue("en")[key]


def spanish(key: str) -> str:
    return catalogue("es")[key]


def line(code: str, *answers: tuple[str, float | None], who: str = "") -> Line:
    return Line(code, tuple(Point(date.fromisoformat(day), value, who, record=day) for day, value in answers))


def rating(*lines: Line) -> Chart:
    return Chart("rating", "o1", "Sleep", 0, 10, lines)


def measure(*lines: Line, better: str = "down", beyond: float = 10) -> Chart:
    return Chart("measure", "ohio", "Problems", 0, 100, lines, better, beyond)


# -- lines and their gaps --------------------------------------------------------------------


def test_a_blank_breaks_the_line_and_is_no_zero() -> None:
    one = line("youth", ("2026-06-01", 3), ("2026-07-01", None), ("2026-08-01", 6))
    assert [[spot.value for spot in piece] for piece in runs(one, YEAR)] == [[3], [6]]


def test_whoever_says_nothing_at_a_meeting_has_a_gap_there() -> None:
    at = [date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)]
    answers = [("youth", Point(day, 5.0)) for day in at] + [("caregiver", Point(at[0], 4.0)),
                                                             ("caregiver", Point(at[2], 6.0))]  # fmt: skip
    youth, caregiver = rating_lines(answers, ORDER, at)
    assert (youth.code, caregiver.code) == ("youth", "caregiver")
    assert len(runs(youth, YEAR)) == 1 and len(runs(caregiver, YEAR)) == 2


def test_a_number_from_the_family_table_breaks_nobody_elses_line() -> None:
    meeting, table_day = date(2026, 6, 1), date(2026, 6, 10)
    answers = [("youth", Point(meeting, 3.0)), ("youth", Point(table_day, 4.0)),
               ("caregiver", Point(meeting, 3.0)), ("caregiver", Point(date(2026, 7, 1), 5.0))]  # fmt: skip
    _youth, caregiver = rating_lines(answers, ORDER, [meeting])
    assert len(runs(caregiver, YEAR)) == 1


def test_two_of_a_kind_on_one_day_are_one_mark_with_their_mean() -> None:
    (spot,) = spots(line("caregiver", ("2026-06-01", 4), ("2026-06-01", 7)), YEAR)
    assert (spot.value, spot.of) == (5.5, 2)


def test_what_is_outside_the_axis_is_not_drawn() -> None:
    one = line("youth", ("2020-01-01", 1), ("2026-06-01", 4))
    assert [spot.value for spot in spots(one, YEAR)] == [4]
    assert within(rating(line("youth", ("2020-01-01", 1))), YEAR).lines == ()


@given(st.lists(st.tuples(DAYS, st.one_of(st.none(), st.integers(0, 10))), max_size=40))
def test_marks_are_answers_in_order_and_within_what_was_said(given_: list[tuple[date, int | None]]) -> None:
    one = Line("youth", tuple(Point(day, None if said is None else float(said)) for day, said in given_))
    whole = Span(date(1990, 1, 1), date(2090, 12, 31))
    seen = spots(one, whole)
    assert [spot.day for spot in seen] == sorted({day for day, said in given_ if said is not None})
    for spot in seen:
        said = [value for day, value in given_ if day == spot.day and value is not None]
        assert min(said) - 0.01 <= spot.value <= max(said) + 0.01


def test_two_hundred_points_are_one_piece() -> None:
    days = [TODAY - timedelta(days=number) for number in range(200)]
    one = Line("youth", tuple(Point(day, 5.0) for day in reversed(days)))
    (piece,) = runs(one, YEAR)
    assert len(piece) == 200


# -- what they say ---------------------------------------------------------------------------


def test_the_sentence_of_a_rating() -> None:
    chart = rating(line("youth", ("2026-08-03", 3), ("2026-11-02", 6), who="Nia"))
    assert sentences(chart, YEAR, english) == ("Nia: 3 in August, 6 in November. 3 up.",)
    assert sentences(chart, YEAR, spanish) == ("Nia: 3 en agosto, 6 en noviembre. Subió 3.",)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [(3, 3, "Young person: 3 in August, 3 in November. The same."),
     (6, 4, "Young person: 6 in August, 4 in November. 2 down.")],
)  # fmt: skip
def test_no_change_and_a_fall_are_said_plainly(first: float, last: float, said: str) -> None:
    chart = rating(line("youth", ("2026-08-03", first), ("2026-11-02", last)))
    assert sentences(chart, YEAR, english) == (said,)


def test_one_number_is_said_to_be_one() -> None:
    chart = rating(line("youth", ("2026-08-03", 3), who="Nia"))
    assert sentences(chart, YEAR, english) == ("Nia: 3 in August. One number so far.",)


def test_two_numbers_of_one_month_name_their_days() -> None:
    chart = rating(line("youth", ("2026-11-03", 3), ("2026-11-20", 4), who="Nia"))
    assert sentences(chart, YEAR, english) == ("Nia: 3 on 3 Nov, 4 on 20 Nov. 1 up.",)


def test_another_year_is_named() -> None:
    chart = rating(line("youth", ("2025-12-03", 3), ("2026-11-20", 4), who="Nia"))
    assert sentences(chart, YEAR, english)[0].startswith("Nia: 3 in December 2025,")


def test_a_measure_is_better_or_worse_only_from_its_reliable_change_on() -> None:
    verdicts = [
        moved(chart, chart.lines[0], YEAR).verdict
        for first, last in ((50, 41), (50, 40), (40, 50), (40, 49))
        if (chart := measure(line("youth", ("2026-08-03", first), ("2026-11-02", last))))
    ]
    assert verdicts == ["same", "better", "worse", "same"]


def test_a_measure_without_a_known_reliable_change_is_not_judged() -> None:
    chart = measure(line("youth", ("2026-08-03", 50), ("2026-11-02", 20)), beyond=0)
    assert moved(chart, chart.lines[0], YEAR).verdict == "down"


def test_a_measure_says_about_the_same_and_which_way_is_better() -> None:
    chart = measure(line("youth", ("2026-08-03", 50), ("2026-11-02", 45), who="Nia"))
    assert sentences(chart, YEAR, english) == (
        "Nia: 50 in August, 45 in November. About the same.", "Lower is better.",
    )  # fmt: skip
    assert sentences(chart, YEAR, spanish)[0] == "Nia: 50 en agosto, 45 en noviembre. Casi igual."


def test_a_chart_with_nothing_on_it_says_nothing() -> None:
    assert sentences(rating(), YEAR, english) == () and newest(rating(), YEAR) is None
    assert moved(rating(), Line("youth", ()), YEAR).verdict == "none"


def test_the_table_holds_every_answer_newest_first_and_says_a_blank() -> None:
    filled = Line("youth", (Point(date(2026, 8, 3), None, "Nia", record="a"),
                            Point(date(2026, 9, 3), 5.0, "Nia", "Better days", record="b"),
                            Point(date(2026, 10, 3), None)))  # fmt: skip
    assert table(rating(filled), YEAR, english) == (
        ("3 Sep", "Nia", "5", "Better days"), ("3 Aug", "Nia", "left blank", ""),
    )  # fmt: skip


# -- counts, yes and no ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [("4 nights", 4), ("2,5", 2.5), ("0", 0), ("", None), ("about four", None), ("1e9", None), ("4/5", None),
     ("12345678901", None)],
)  # fmt: skip
def test_a_count_is_the_number_that_stands_first(text: str, number: float | None) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("text", "value"), [("Yes", 1), ("sí, desde mayo", 1), ("no", 0), ("Not yet.", 0), ("maybe", None)]
)
def test_yes_and_no_are_read_in_both_languages(text: str, value: float | None) -> None:
    assert yes_in(text) == value


def test_words_that_are_no_number_are_a_gap_and_all_words_no_chart() -> None:
    history = [(date(2026, 6, 1), "2"), (date(2026, 7, 1), "better"), (date(2026, 8, 1), "4")]
    (one,) = said_lines(history, "count")
    assert len(runs(one, YEAR)) == 2
    assert said_lines([(date(2026, 6, 1), "better")], "count") == ()


# -- where somebody lived --------------------------------------------------------------------


def event(day: str, setting: str, until: str = "") -> Event:
    last = date.fromisoformat(until) if until else None
    return Event(day, date.fromisoformat(day), "placement", until=last, setting=setting)


def test_a_hospital_stay_interrupts_and_the_home_goes_on() -> None:
    told = [event("2026-01-01", "home_relative"), event("2026-03-01", "hospital", "2026-03-05")]
    found = stays(told, TODAY)
    assert found == (
        Stay("home_relative", date(2026, 1, 1), date(2026, 2, 28), "2026-01-01"),
        Stay("hospital", date(2026, 3, 1), date(2026, 3, 5), "2026-03-01"),
        Stay("home_relative", date(2026, 3, 6), None, "2026-01-01"),
    )


@given(
    st.lists(
        st.tuples(
            st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(-3, 90),
            st.sampled_from(["hospital", "foster", "home_parents"]),
        ), max_size=8,
    )
)  # fmt: skip
def test_nobody_lives_in_two_places_on_a_day(told: list[tuple[date, int, str]]) -> None:
    events = [
        Event(f"{n}", day, "placement", until=day + timedelta(days=more) if more > 0 else None, setting=where)
        for n, (day, more, where) in enumerate(told)
    ]
    found = stays(events, TODAY)
    for before, after in zip(found, found[1:], strict=False):
        assert before.until is not None and before.since <= before.until < after.since
    assert all(one.since <= TODAY for one in found)


def test_events_and_stays_in_words() -> None:
    hospital = Event("e", date(2026, 3, 1), "hospital", "two nights", date(2026, 3, 3), "hospital")
    assert event_words(hospital, english, 2026).startswith("1 Mar to 3 Mar · ")
    assert event_words(hospital, english, 2026).endswith(": two nights")
    assert stay_words(Stay("newer_code", date(2026, 1, 1), None), english, 2026).startswith("Since 1 Jan · ")


# -- the axes --------------------------------------------------------------------------------


@given(DAYS, st.integers(1, 400), st.integers(1, 14))
def test_months_at_the_axis_are_few_even_and_on_it(end: date, months: int, most: int) -> None:
    span = Span(months_before(end, months), end)
    found = ticks(span, most)
    assert len(found) <= most
    assert all(span.holds(one.day) and one.day.day == 1 for one in found)
    months_of = [one.day.year * 12 + one.day.month for one in found]
    assert len({after - before for before, after in pairwise(months_of)}) <= 1


@given(st.floats(-1000, 1000), st.floats(0.001, 1000), st.integers(2, 9))
def test_numbers_at_the_side_reach_from_end_to_end(low: float, more: float, most: int) -> None:
    found = scale(low, low + more, most)
    step = found[1] - found[0]
    assert found[0] <= low + 1e-6 and found[-1] >= low + more - step * 0.01
    assert 2 <= len(found) <= most + 2
    assert list(found) == sorted(set(found))


def test_the_golden_axis() -> None:
    assert [tick_label(one, english) for one in ticks(YEAR, 6)] == ["Jan", "Mar", "May", "Jul", "Sep", "Nov"]
    assert [tick_label(one, english) for one in ticks(YEAR, 12)][:3] == ["Dec 2025", "Jan 2026", "Feb"]
    assert scale(0, 80, 3) == (0, 50, 100) and side_of(Chart("measure", "", "", 0, 80, ())) == (0, 50)
    assert [side_of(Chart("count", "", "", 0, high, ())) for high in (1, 3, 10)] == [
        (0, 1), (0, 1, 2, 3), (0, 4, 8),
    ]  # fmt: skip


def test_a_month_back_from_its_last_day_stays_in_the_calendar() -> None:
    assert months_before(date(2028, 3, 31), 1) == date(2028, 2, 29)
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)


def test_everything_is_seen_from_the_first_day_on_and_a_month_at_least() -> None:
    assert span_of(0, TODAY, [date(2024, 2, 29), TODAY + timedelta(days=9)]).start == date(2024, 2, 29)
    assert span_of(0, TODAY).start == date(2026, 10, 22)
    assert span_of(3, TODAY, [date(2020, 1, 1)]) == Span(date(2026, 8, 22), TODAY)


def test_a_day_has_a_place_even_where_first_and_last_are_the_same() -> None:
    assert Span(TODAY, TODAY).place(TODAY) == 0.5
    assert YEAR.place(YEAR.start) == 0 and YEAR.place(TODAY) == 1
