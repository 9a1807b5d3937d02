"""Putting licensed words into a rule file: only their lines change, and what cannot be done is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.wraparound.rules.item_words import with_words, without_any, without_words
from app.wraparound.rules.measures import parse
from app.wraparound.rules.reading import RuleError
from app.wraparound.rules.shipped import shipped_text

SHIPPED = shipped_text("measures")
CODES = [one.code for one in parse(SHIPPED).measures]
HEAD = '[private_talk]\nprotocol.en = "Talk"\n'
ONE = (
    '\ncode = "m"\nname.en = "M"\ninformants = ["youth"]\nitems = 3\nmost = 3\nbetter = "up"\n'
    'scoring = "sum"\n'
)
TWO = ONE.replace('"m"', '"n"')
PLAIN = f"# Ours\n{HEAD}[[measure]]{ONE}# The end\n"
WORDS = {1: "First kite", 2: "Second “kite”", 3: 'A "kite" \\ with # and =[x]'}
ANSWERS = {0: "Low", 3: "High"}


def words(text: str, code: str = "m", language: str = "en") -> dict[int, str]:
    measure = parse(text).named(code)
    assert measure is not None
    return {number: one[language] for number, one in (measure.item_texts or {}).items() if language in one}


@pytest.mark.parametrize("code", CODES)
def test_words_go_into_any_shipped_measure_and_come_out_again_to_the_letter(code: str) -> None:
    measure = parse(SHIPPED).named(code)
    assert measure is not None
    said = {number: f"Kite {number}" for number in measure.numbers}
    made = with_words(SHIPPED, code, "en", said, {measure.least: "Low"})
    assert words(made, code) == said
    assert [one.code for one in parse(made).measures if one.item_texts] == [code]
    assert without_words(made, code) == SHIPPED
    assert without_any(made) == (SHIPPED, 1)


def test_words_come_before_the_notes_of_what_follows() -> None:
    made = with_words(PLAIN, "m", "en", WORDS, ANSWERS)
    assert made.startswith("# Ours\n") and made.endswith('3 = { en = "High" }\n# The end\n')
    measure = parse(made).measures[0]
    assert measure.item_texts == {number: {"en": said} for number, said in WORDS.items()}
    assert measure.answer_texts == {0: {"en": "Low"}, 3: {"en": "High"}}


def test_each_language_is_put_in_and_taken_out_by_itself() -> None:
    both = with_words(with_words(PLAIN, "m", "es", {1: "Cometa"}, {}), "m", "en", WORDS, ANSWERS)
    assert (words(both), words(both, language="es")) == (WORDS, {1: "Cometa"})
    assert words(with_words(both, "m", "en", {2: "Other"}, {})) == {2: "Other"}
    spanish = without_words(both, "m", "en")
    assert (words(spanish), words(spanish, language="es")) == ({}, {1: "Cometa"})
    assert without_words(spanish, "m", "es") == PLAIN


@pytest.mark.parametrize(
    "known",
    [
        '[measure.item_texts]\n1 = "Old"\n2 = { en = "Older", es = "Vieja" }\n',
        '[measure.item_texts.1]\nen = "Old"\n',
        '[measure.item_texts]\n1 = """Old,\n[[measure]]\nolder"""\n',
        'item_texts = { 1 = "Old" }\n',
        'item_texts.1 = "Old"\nitem_texts.2 = "Older"\n',
        '[measure.item_texts]\n',
    ],
)  # fmt: skip
def test_words_that_somebody_wrote_by_hand_are_replaced_however_they_stand(known: str) -> None:
    band = '[[measure.band]]\nfrom = 0\nto = 1\nwords.en = "Low"\n'
    after = f"[[measure]]{TWO}"
    text = f"{HEAD}[[measure]]{ONE}{known}{band}{after}"
    made = with_words(text, "m", "en", WORDS, {})
    assert words(made) == WORDS
    assert "Old" not in made
    assert words(made, "n") == {}
    assert parse(without_words(text, "m")) == parse(f"{HEAD}[[measure]]{ONE}{band}{after}")


@pytest.mark.parametrize(
    "text",
    [
        f'{HEAD}[[measure]]{ONE}item_texts.1.en = "Old"\n',
        'private_talk = { protocol = "Talk" }\nmeasure = [{ code = "m", name = "M", informants = ["youth"], '
        'items = 3, most = 3, better = "up", scoring = "sum", item_texts = { 1 = "Old" } }]\n',
        # A line that only some take for the end of one: the lines are counted wrongly.
        f'# \u2028\n{HEAD}[[measure]]{ONE}[measure.item_texts]\n1 = "Old"\n',
    ],
)
def test_a_file_in_which_it_cannot_be_done_is_refused_and_not_spoilt(text: str) -> None:
    assert words(text) == {1: "Old"}
    acts: list[Callable[[], str]] = [
        lambda: with_words(text, "m", "en", WORDS, {}), lambda: without_words(text, "m"),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(RuleError) as caught:
            act()
        assert caught.value.reason == "words_by_hand"
    with pytest.raises(RuleError):
        without_any(text)


def test_a_measure_that_is_not_there_and_words_that_are_too_many_are_refused_by_name() -> None:
    acts: list[Callable[[], str]] = [
        lambda: with_words(PLAIN, "x", "en", {}, {}), lambda: without_words(PLAIN, "x"),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(RuleError) as caught:
            act()
        assert caught.value.reason == "no_such_measure"
    with pytest.raises(RuleError) as caught:
        with_words(f"# {'k' * 199_800}\n{PLAIN}", "m", "en", WORDS, {})
    assert caught.value.reason == "too_large"


@settings(max_examples=40, deadline=None)
@example({1: "kite\x7f"})
@given(
    st.dictionaries(
        st.integers(1, 3),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip),
        min_size=1,
    )
)
def test_whatever_the_words_are_they_come_back_as_they_were_or_nothing_changes(said: dict[int, str]) -> None:
    try:
        made = with_words(PLAIN, "m", "es", said, {})
    except RuleError as error:
        assert error.reason == "words_by_hand"
        assert any(one != one.strip() for one in said.values())
        return
    assert words(made, language="es") == said


# -- the file itself ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('[measure.answer_texts]\n4 = "x"', "no_such_answer"),
        ('[measure.item_texts]\n0 = "x"', "no_such_item"),
        ('[measure.item_texts]\n"²" = "x"', "no_such_item"),
        ("[measure.item_texts]\n1 = {}", "no_english"),
        ('[measure.item_texts]\n1 = { fr = "x" }', "unknown_key"),
        (f'[measure.answer_texts]\n1 = "{"k" * 501}"', "too_long"),
    ],
)
def test_words_that_belong_to_nothing_are_refused(more: str, reason: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(PLAIN + more)
    assert caught.value.reason == reason


def test_words_may_be_there_in_spanish_only_but_names_may_not() -> None:
    measure = parse(f'{PLAIN}[measure.item_texts]\n2 = {{ es = "Cometa" }}\n').measures[0]
    assert measure.item_texts == {2: {"es": "Cometa"}}
    with pytest.raises(RuleError):
        parse(PLAIN.replace("name.en", "name.es"))
