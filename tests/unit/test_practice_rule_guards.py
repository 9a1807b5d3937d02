"""What a rule file may not say, and what a change of one is told as; each refusal by its reason and line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.errors import InvalidInput
from app.wraparound.rules import clocks, measures, notes, screening
from app.wraparound.rules.calendar import Calendar
from app.wraparound.rules.changes import changes_of
from app.wraparound.rules.measures import MOST_TEXT
from app.wraparound.rules.reading import RuleError, lines_of
from app.wraparound.scoring import totals

CLOCK = '[[clock]]\ncode = "c"\nname = "C"\n'
TALK = '[private_talk]\nprotocol = "Tell."\n'
MEASURE = (
    '[[measure]]\ncode = "m"\nname = "M"\ninformants = ["youth"]\nitems = 2\nmost = 3\nbetter = "down"\n'
)
SUM = f'{TALK}{MEASURE}scoring = "sum"\n'


@pytest.mark.parametrize(
    ("parse", "text", "reason"),
    [
        (clocks.parse, CLOCK + 'start = ["suspected"]\nstop = ["note_signed"]\ndays = 1', "mixed_events"),
        (clocks.parse, CLOCK + 'start = ["note_saved"]\nstop = ["oral_report"]\ndays = 1', "mixed_events"),
        (clocks.parse, CLOCK + 'start = ["enrolled"]\nstop = ["contact"]\nbefore = 3\nrepeats = true',
         "no_repeats"),
        (clocks.parse, CLOCK + 'start = ["enrolled"]\nstop = ["contact"]\ndays = 1\nhours = 2', "one_length"),
        (clocks.parse, "".join(
            f'[[clock]]\ncode = "c{n}"\nname = "C"\nstart = ["enrolled"]\nstop = ["contact"]\ndays = 1\n'
            for n in range(clocks.MOST_CLOCKS + 1)
         ), "too_many"),
        (measures.parse, f'{TALK}{MEASURE}scoring = "single"\n', "single_has_one"),
        (measures.parse, SUM + "sd = 4.0", "missing"),
        (measures.parse, SUM + "reliability = 0.9", "missing"),
        (measures.parse, SUM + "self_harm = 2", "not_list"),
        (measures.parse, SUM + "self_harm = [3]", "no_such_item"),
        (measures.parse, SUM + "self_harm = [0]", "no_such_item"),
        (measures.parse, SUM + "violence = [true]", "no_such_item"),
        (measures.parse, SUM + "violence = [1, 1]", "twice"),
        (measures.parse, SUM + '[[measure.subscale]]\ncode = "s"\nname = "S"\nitems = []', "empty"),
        (measures.parse, f'{SUM}[measure.item_texts]\n1 = "{"x" * (MOST_TEXT + 1)}"', "too_long"),
        (measures.parse, f'{SUM}[measure.item_texts]\n3 = "x"', "no_such_item"),
    ],
)  # fmt: skip
def test_what_a_file_may_not_say_is_refused_by_its_reason(
    parse: Callable[[str], Any], text: str, reason: str
) -> None:
    with pytest.raises(RuleError) as refused:
        parse(text)
    assert refused.value.reason == reason


def test_a_clock_of_a_safety_report_is_read_and_restricted() -> None:
    (clock,) = clocks.parse(CLOCK + 'start = ["suspected"]\nstop = ["oral_report"]\nhours = 12').clocks
    assert clock.restricted
    (plain,) = clocks.parse(CLOCK + 'start = ["enrolled"]\nstop = ["contact"]\ndays = 1').clocks
    assert not plain.restricted


def test_spread_and_reliability_give_the_reliable_change() -> None:
    found = measures.parse(SUM + "sd = 5.0\nreliability = 0.75").measures[0].reliable_change
    assert found == pytest.approx(1.96 * 5 * 2**0.5 * 0.5)


@pytest.mark.parametrize(("scoring", "total", "code"), [("sum", 3, "parts_differ"), ("mean", 2, "")])
def test_parts_make_the_total_only_where_they_are_added_up(scoring: str, total: int, code: str) -> None:
    parts = "".join(
        f'[[measure.subscale]]\ncode = "{one}"\nname = "N"\nitems = [{item}]\n'
        for one, item in (("a", 1), ("b", 2))
    )
    (measure,) = measures.parse(f'{TALK}{MEASURE}scoring = "{scoring}"\n{parts}').measures
    said = {"a": Decimal(1), "b": Decimal(3)}
    try:
        assert totals(measure, Decimal(total), said, 0).total == total and not code
    except InvalidInput as refused:
        assert refused.code == code


def test_only_kinds_that_say_so_are_co_signed() -> None:
    text = '[[kind]]\ncode = "crisis"\nco_sign = true\n[[kind]]\ncode = "phone"\n'
    assert notes.parse(text).co_signed == frozenset({"crisis"})
    assert notes.parse("").co_signed == frozenset()


def test_a_screen_whose_cut_off_nobody_knows_points_to_nothing() -> None:
    text = "".join(f'[[instrument]]\ncode = "{one}"\nname = "N"\nmost = 9\n' for one in "ab")
    rules = screening.parse(text + "positive_at = 5\n")
    unknown, known = rules.instruments
    assert unknown.points_to(Decimal(9)) == ""
    assert [known.points_to(Decimal(one)) for one in (4, 5)] == ["negative", "positive"]
    assert rules.instrument("b") is known and rules.instrument("c") is None and rules.named("a") is None


def test_words_over_many_lines_hold_no_headers() -> None:
    text = 'a = """\n[[clock]]\nb = 1\n"""\n[[clock]]\ncode = "x"\n'
    found = lines_of(text)
    assert found[("clock", 0)] == 5 and ("b",) not in found


def test_a_new_years_day_that_is_observed_in_december_is_a_holiday_of_its_own_year() -> None:
    calendar = Calendar(yearly=("new_year",))
    assert not calendar.works(date(2021, 12, 31)) and calendar.works(date(2022, 1, 3))


# -- what a change is told as ----------------------------------------------------------------


def entries(*codes: str, **more: str) -> str:
    return "".join(f'[[kind]]\ncode = "{code}"\n{more.get(code, "")}\n' for code in codes)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (("a", "b"), ("a", "b"), []),
        (("a", "b"), ("a", "x", "b"), [("added", "x")]),
        (("a", "b", "c"), ("b", "c"), [("removed", "a")]),
        (("a", "b"), ("b", "a"), [("moved", "")]),
        (("a", "b", "c"), ("c", "x", "b"), [("added", "x"), ("removed", "a"), ("moved", "")]),
    ],
)
def test_what_is_added_removed_and_moved_is_told_and_nothing_else(
    before: tuple[str, ...], after: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    found = changes_of(entries(*before), entries(*after))
    assert [(one.kind, one.code) for one in found] == told


def test_a_changed_value_is_told_as_it_was_and_as_it_is() -> None:
    long = "x" * 61
    after = f'days = 3\ntiers = ["1", "2"]\nreason = "{long}"'
    (found,) = changes_of(entries("a", a="days = 2"), entries("a", a=after))
    assert found.fields == (("days", "2", "3"), ("tiers", "–", "1, 2"), ("reason", "–", "…"))
