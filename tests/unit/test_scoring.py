"""Scores: worked examples, what is impossible, and that a blank is never a zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.wraparound.reliable_change import changed, jacobson_truax
from app.wraparound.rules.measures import Measure, Measures, Subscale
from app.wraparound.rules.measures import parse as parse_measures
from app.wraparound.rules.reading import RuleError
from app.wraparound.rules.screening import parse as parse_screening
from app.wraparound.rules.shipped import shipped_text
from app.wraparound.scoring import band_of, bounds, concerns, number, score, shown, totals

SHIPPED: Measures = parse_measures(shipped_text("measures"))


def of(code: str) -> Measure:
    found = SHIPPED.named(code)
    assert found is not None
    return found


def filled(measure: Measure, answer: int) -> dict[int, int]:
    return dict.fromkeys(measure.numbers, answer)


# -- worked examples -----------------------------------------------------------------------


def test_the_ohio_scales_have_their_published_items_ranges_and_directions() -> None:
    problems, functioning = of("ohio_problems"), of("ohio_functioning")
    assert (problems.items, problems.least, problems.most, problems.better) == (20, 0, 5, "down")
    assert (functioning.items, functioning.least, functioning.most, functioning.better) == (20, 0, 4, "up")
    assert [int(one) for one in (*bounds(problems), *bounds(functioning))] == [0, 100, 0, 80]
    assert score(problems, filled(problems, 5)).total == 100
    assert score(functioning, filled(functioning, 4)).total == 80
    mixed = filled(problems, 1) | {3: 4, 7: 0, 12: 2}
    assert score(problems, mixed).total == 17 + 4 + 0 + 2
    assert set(problems.informants) == {"youth", "caregiver", "worker"}


def test_strain_is_the_mean_and_needs_are_counted_from_two_on() -> None:
    strain, cans = of("caregiver_strain"), of("cans")
    assert score(strain, {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 3, 7: 2}).total == Decimal("2.86")
    answers = filled(cans, 0) | {1: 2, 2: 3, 3: 1, 22: 2}
    found = score(cans, answers)
    assert found.total == 3
    assert found.subscales == {"feelings": 2, "functioning": 0, "risk": 1, "culture": 0, "caregiver": 0}


def test_reliable_change_follows_jacobson_and_truax() -> None:
    # SD 10, reliability 0.80: 1.96 * 10 * sqrt(2) * sqrt(0.2) = 12.396
    assert jacobson_truax(10, 0.8) == pytest.approx(12.396, abs=0.001)
    # SD 7.5, reliability 0.91: 1.96 * 7.5 * sqrt(2) * 0.3 = 6.237
    assert jacobson_truax(7.5, 0.91) == pytest.approx(6.237, abs=0.001)
    for wrong in ((0, 0.8), (10, 1.0), (10, -0.1)):
        with pytest.raises(ValueError, match="spread"):
            jacobson_truax(*wrong)


@pytest.mark.parametrize(
    ("before", "now", "better", "points", "said"),
    [
        (40, 30, "down", 10, "better"), (40, 31, "down", 10, "same"), (30, 40, "down", 10, "worse"),
        (40, 48, "up", 8, "better"), (40, 47, "up", 8, "same"), (48, 40, "up", 8, "worse"),
        (40, 40, "up", 8, "same"), (40, 41, "up", 0, "unknown"), (40, 40, "up", 0, "same"),
    ],
)  # fmt: skip
def test_only_beyond_the_reliable_change_is_it_better_or_worse(
    before: int, now: int, better: Literal["up", "down"], points: float, said: str
) -> None:
    assert changed(Decimal(before), Decimal(now), better, points) == said


# -- blanks --------------------------------------------------------------------------------


def test_a_blank_gives_no_total_unless_the_measure_allows_it() -> None:
    problems = of("ohio_problems")
    answers = filled(problems, 3)
    del answers[4]
    assert score(problems, answers).total is None, "never 57, as if the blank were a zero"
    lenient = replace(problems, blanks=2, prorated=True)
    assert score(lenient, answers).total == 60
    assert score(replace(lenient, prorated=False), answers).total is None
    del answers[5], answers[6]
    assert score(lenient, answers).total is None, "three are too many"
    assert score(problems, {}).total is None


MEASURES = st.builds(
    lambda items, least, span, scoring, blanks, prorated: Measure(
        "m", {"en": "M"}, ("youth",), items, least, least + span, "up", scoring,
        at_least=least + 1, blanks=min(blanks, items - 1), prorated=prorated,
        subscales=() if items < 3 else (Subscale("half", {"en": "H"}, tuple(range(1, items // 2 + 2)), 1),),
    ),
    st.integers(2, 12), st.integers(0, 3), st.integers(1, 6),
    st.sampled_from(["sum", "mean", "count_at_least"]), st.integers(0, 5), st.booleans(),
)  # fmt: skip


@given(MEASURES, st.data())
def test_a_total_is_always_in_range_and_a_blank_never_pulls_it_to_zero(
    measure: Measure, data: st.DataObject
) -> None:
    answers: Mapping[int, int] = data.draw(
        st.dictionaries(st.integers(1, measure.items), st.integers(measure.least, measure.most))
    )
    found = score(measure, answers)
    low, high = bounds(measure)
    assert found.total is None or low <= found.total <= high
    for code, value in found.subscales.items():
        part = next(one for one in measure.subscales if one.code == code)
        assert bounds(measure, len(part.items))[0] <= value <= bounds(measure, len(part.items))[1]
    as_zero = dict.fromkeys(measure.numbers, measure.least) | dict(answers)
    if found.total is not None and len(answers) < measure.items:
        assert found.total >= (score(measure, as_zero).total or 0)


# -- what is impossible --------------------------------------------------------------------


def refused(field: str, code: str, act: object) -> None:
    assert callable(act)
    with pytest.raises(InvalidInput) as caught:
        act()
    assert (caught.value.field, caught.value.code) == (field, code)


def test_impossible_answers_and_totals_are_refused_beside_their_field() -> None:
    problems, cans, strain = of("ohio_problems"), of("cans"), of("caregiver_strain")
    refused("item.3", "answer_range", lambda: score(problems, {3: 6}))
    refused("item.3", "answer_range", lambda: score(problems, {3: -1}))
    refused("item.21", "no_such_item", lambda: score(problems, {21: 1}))
    refused("total", "score_range", lambda: totals(problems, Decimal(101), {}, 0))
    refused("total", "whole_number", lambda: totals(problems, Decimal("20.5"), {}, 0))
    refused("total", "no_total", lambda: totals(problems, None, {}, 0))
    refused("answered", "too_many_answered", lambda: totals(problems, Decimal(3), {}, 21))
    refused("answered", "too_many_blank", lambda: totals(problems, Decimal(3), {}, 19))
    refused("subscale.risk", "score_range", lambda: totals(cans, Decimal(9), {"risk": Decimal(9)}, 0))
    refused("total", "score_range", lambda: totals(strain, Decimal("0.9"), {}, 0))
    parts = {"feelings": 2, "functioning": 1, "risk": 0, "culture": 0, "caregiver": 1}
    three = {code: Decimal(value) for code, value in parts.items()}
    refused("total", "parts_differ", lambda: totals(cans, Decimal(5), three, 0))
    assert totals(cans, Decimal(4), three, 0).total == 4
    assert totals(strain, Decimal("2.5"), {}, 6).answered == 6


def test_a_total_over_fewer_items_cannot_be_more_than_those_items_give() -> None:
    few = replace(of("ohio_problems"), blanks=2)
    refused("total", "score_range", lambda: totals(few, Decimal(95), {}, 18))
    assert totals(few, Decimal(90), {}, 18).total == 90
    assert totals(replace(few, prorated=True), Decimal("95.5"), {}, 18).total == Decimal("95.5")


@pytest.mark.parametrize("typed", ["x", "1.2.3", "1e400", "nan", "inf", "9" * 40])
def test_what_is_no_number_is_refused(typed: str) -> None:
    refused("total", "not_a_number", lambda: number(typed, "total"))


def test_numbers_are_read_with_point_or_comma_and_shown_without_needless_zeros() -> None:
    assert number(" 2,50 ", "total") == Decimal("2.50") and number(" ", "total") is None
    assert [shown(Decimal(one)) for one in ("2.50", "40", "0.0", "100")] == ["2.5", "40", "0", "100"]


# -- bands and what is private -------------------------------------------------------------


def test_a_band_holds_for_the_informants_that_it_names() -> None:
    trauma = of("cts_reactions")
    said = {who: band_of(trauma, Decimal(6), who) for who in ("youth", "caregiver", "worker")}
    youth, caregiver = said["youth"], said["caregiver"]
    assert youth is not None and youth.low == 6 and youth.confirm
    assert caregiver is not None and caregiver.high == 7
    assert said["worker"] is None


def test_an_answer_about_self_harm_or_violence_calls_for_a_talk_and_a_blank_does_not() -> None:
    problems = replace(of("ohio_problems"), violence=(2,), violence_at=3)
    assert concerns(problems, filled(problems, 0)) == ()
    assert concerns(problems, {1: 5}) == ()
    assert concerns(problems, {12: 1}) == ("self_harm",)
    assert concerns(problems, {13: 4, 2: 3}) == ("self_harm", "violence")
    assert concerns(problems, {2: 2}) == ()


# -- the rule files ------------------------------------------------------------------------


def test_no_definition_that_ships_holds_the_words_of_an_item() -> None:
    assert all(one.item_texts is None for one in SHIPPED.measures)
    assert all(band.confirm for one in SHIPPED.measures for band in one.bands)
    for one in SHIPPED.measures:
        assert set(one.name) == {"en", "es"}
    assert {line[1] for line in SHIPPED.lines} >= {"988", "211"}


def test_the_five_domains_are_asked_in_both_languages_discrimination_included() -> None:
    rules = parse_screening(shipped_text("screening"))
    counts = {one.domain: len(rules.of_domain(one.domain)) for one in rules.prompts}
    assert set(counts) == {"economic", "neighbourhood", "education", "community", "health"}
    assert all(2 <= count <= 4 for count in counts.values())
    assert all(set(one.text) == set(one.found) == {"en", "es"} for one in rules.prompts)
    assert rules.named("treated_fairly") is not None
    private = [one for one in rules.prompts if one.alone]
    assert [one.code for one in private] == ["safe_at_home"]


START = '''[private_talk]
protocol.en = "Talk"
[[measure]]
code = "m"
name.en = "M"
informants = ["youth"]
items = 2
most = 3
better = "up"
'''


@pytest.mark.parametrize(
    ("more", "reason", "line"),
    [
        ('scoring = "guess"', "unknown_value", 10),
        ('scoring = "single"', "single_has_one", 7),
        ('scoring = "sum"\nself_harm = [3]', "no_such_item", 11),
        ('scoring = "sum"\nself_harm = [1, 1]', "twice", 11),
        ('scoring = "sum"\nblanks = 2', "out_of_range", 11),
        ('scoring = "sum"\nreliabel_change = 2', "unknown_key", 11),
        ('scoring = "sum"\nsd = 2\nreliability = 1.0', "out_of_range", 12),
        ('scoring = "sum"\n[measure.item_texts]\n3 = "x"', "no_such_item", 12),
        ('scoring = "sum"\n[[measure.band]]\nfrom = 2\nto = 1\nwords.en = "x"', "out_of_range", 13),
        ('scoring = "sum"\n[[measure.subscale]]\ncode = "s"\nname.en = "S"\nitems = []', "empty", 14),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_its_line(more: str, reason: str, line: int) -> None:
    with pytest.raises(RuleError) as caught:
        parse_measures(START + more)
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_reliable_change_may_be_given_as_spread_and_reliability() -> None:
    (measure,) = parse_measures(START + 'scoring = "sum"\nsd = 10\nreliability = 0.8').measures
    assert measure.reliable_change == pytest.approx(12.396, abs=0.001)
