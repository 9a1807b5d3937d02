"""Reading a FHIR Questionnaire that nobody vouches for: what is taken over, what is said, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange import questionnaire
from app.exchange.questionnaire import MAX_DEPTH, MAX_PICKED_BYTES, read_questionnaire
from app.exchange.questionnaire_values import (
    LEFT_OUT,
    PROBLEMS,
    Answer,
    Question,
    Questionnaire,
    QuestionnaireRefused,
)
from tests.questionnaires import ANSWERS, ORDINAL, form, option, options, picked, question


def read(**more: Any) -> Questionnaire:
    return read_questionnaire(picked(form(1, **more)))


def problems(*items: object) -> list[tuple[int, str]]:
    return [(one.number, one.code) for one in read(item=list(items)).problems]


def refused(data: bytes) -> str:
    with pytest.raises(QuestionnaireRefused) as caught:
        read_questionnaire(data)
    return caught.value.code


def test_questions_come_in_the_order_of_the_form_with_their_answers_and_its_own_facts() -> None:
    found = read_questionnaire(picked(form(2)))
    assert (found.title, found.publisher, found.language) == ("The Kite Scales", "Kite Makers", "en")
    assert found.copyright == "© Kite Makers. For tests."
    assert [one.number for one in found.questions] == [1, 2]
    first = found.questions[0]
    assert (first.link, first.text) == ("q1", "Invented question 1 about kites")
    assert first.answers == tuple(Answer(number, words) for number, words in enumerate(ANSWERS))
    assert first.values == frozenset(range(6))
    assert (found.problems, found.left_out) == ((), {})


def test_groups_and_questions_inside_questions_are_asked_one_after_the_other() -> None:
    inner = question(1, item=[question(2), {"type": "group", "linkId": "g2", "item": [question(3)]}])
    found = read(item=[{"type": "group", "linkId": "g", "item": [inner]}, question(4)])
    assert [one.link for one in found.questions] == ["q1", "q2", "q3", "q4"]


@pytest.mark.parametrize(
    "answers",
    [
        [{"valueInteger": 0}, {"valueInteger": 1}],
        [option(0, "No", ORDINAL), option(1, "Yes", ORDINAL)],
        [option(0.0, "No", on_coding=True), option(1.0, "Yes", on_coding=True)],
        [
            {"valueString": words, "extension": option(value, "")["extension"]}
            for value, words in enumerate(("No", "Yes"))
        ],
    ],
)
def test_the_number_of_an_answer_is_found_wherever_fhir_lets_it_stand(answers: list[object]) -> None:
    found = read(item=[question(1, answerOption=answers)])
    assert found.problems == ()
    assert found.questions[0].values == frozenset({0, 1})


def test_bounds_of_a_typed_number_and_yes_or_no_are_answers_too() -> None:
    bounds = [
        {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": 0},
        {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": 10},
    ]
    typed = {"linkId": "n", "type": "integer", "text": "How high does it fly?", "extension": bounds}
    found = read(item=[typed, {"linkId": "b", "type": "boolean", "text": "Does it fly?"}])
    assert [one.values for one in found.questions] == [frozenset(range(11)), frozenset({0, 1})]
    for unknown in (bounds[:1], [bounds[0], bounds[1] | {"valueInteger": -1}]):
        typed["extension"] = unknown
        assert read(item=[typed]).questions[0].values is None


def test_answers_without_points_are_not_guessed_from_their_order_or_their_code() -> None:
    answers = [{"valueCoding": {"code": str(n), "display": words}} for n, words in enumerate(ANSWERS)]
    found = read(item=[question(1, answerOption=answers)])
    assert found.questions[0].values is None
    assert found.left_out == {"no_points": 1}


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({"type": "display", "linkId": "d", "text": "Fly carefully."}, "display"),
        ({"type": "string", "linkId": "s", "text": "Your name"}, "written"),
        ({"type": "decimal", "linkId": "t", "text": "How long is the string?"}, "written"),
        (question(2, readOnly=True), "worked_out"),
        (
            question(2, extension=[{"url": "http://x/sdc-questionnaire-calculatedExpression"}]),
            "worked_out",
        ),
        (
            question(2, extension=[{"url": "http://x/questionnaire-hidden", "valueBoolean": True}]),
            "hidden",
        ),
    ],
)
def test_what_gets_no_number_is_left_out_and_said(item: dict[str, Any], name: str) -> None:
    found = read(item=[item, question(1)])
    assert [one.link for one in found.questions] == ["q1"]
    assert found.left_out == {name: 1}


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"enableWhen": [{"question": "q9"}]}, "enableWhen"),
        ({"repeats": True}, "repeats"),
        ({"initial": [{"valueInteger": 3}]}, "initial"),
        ({"answerValueSet": "#answers"}, "answerValueSet"),
        ({"type": "open-choice"}, "free_answers"),
        ({"type": "coding", "answerConstraint": "optionsOrString"}, "free_answers"),
        ({"_text": {"extension": []}}, "translations"),
    ],
)
def test_what_a_question_says_besides_is_named_as_not_read(more: dict[str, Any], name: str) -> None:
    found = read(item=[question(1, **more)])
    assert len(found.questions) == 1 and found.problems == ()
    assert found.left_out == {name: 1}


def test_a_group_that_is_not_always_asked_is_named_too() -> None:
    found = read(item=[{"type": "group", "enableWhen": [{}], "item": [question(1)]}])
    assert found.left_out == {"enableWhen": 1}


@pytest.mark.parametrize(
    ("item", "wrong"),
    [
        ("a kite", (0, "not_an_item")),
        (question(1, type="kite"), (0, "unknown_type")),
        (question(1, type=["choice"]), (0, "unknown_type")),
        (question(1, item={"linkId": "x"}), (0, "wrong_kind")),
        (question(1, modifierExtension=[{"url": "x"}]), (0, "modifier")),
        ({"linkId": "q", "type": "choice"}, (1, "no_text")),
        (question(1, text=" \n "), (1, "no_text")),
        (question(1, "k" * 501), (1, "text_too_long")),
        (question(1, "Kites\u0000"), (1, "odd_letters")),
        (question(1, "Kites \u202eseitK"), (1, "odd_letters")),
        (question(1, "Kites \ud800"), (1, "odd_letters")),
        (question(1, answerOption={}), (1, "wrong_kind")),
        (question(1, answerOption=[7]), (1, "answer_broken")),
        (question(1, answerOption=[{"valueDate": "2026-01-01"}]), (1, "answer_broken")),
        (question(1, answerOption=[option(0.5, "Half")]), (1, "answer_not_whole")),
        (question(1, answerOption=[option("1", "One")]), (1, "answer_not_whole")),
        (question(1, answerOption=[option(True, "One")]), (1, "answer_not_whole")),
        (question(1, answerOption=[option(10**400, "Many")]), (1, "answer_not_whole")),
        (question(1, answerOption=[option(-101, "Few")]), (1, "answer_not_whole")),
        (question(1, answerOption=[*options(), option(2, "Again")]), (1, "answer_twice")),
        (question(1, answerOption=options(["k"] * 102)), (1, "too_many_answers")),
        (question(1, answerOption=[option(0, "k" * 501)]), (1, "text_too_long")),
        (question(1, answerOption=[option(0, "\u2066k")]), (1, "odd_letters")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_question(item: object, wrong: tuple[int, str]) -> None:
    assert problems(item) == [wrong]


def test_words_that_are_no_text_are_said_and_missing() -> None:
    assert problems(question(1, text=["k"])) == [(1, "wrong_kind"), (1, "no_text")]


def test_two_entries_of_one_name_are_said_and_names_that_are_missing_are_not() -> None:
    assert problems(question(1), question(2, linkId="q1")) == [(0, "same_link")]
    assert problems(question(1, linkId=None), question(2, linkId=None)) == []


def test_a_form_that_changes_its_own_meaning_is_not_read_as_if_it_did_not() -> None:
    found = read(modifierExtension=[{"url": "http://example.org/reversed"}])
    assert [one.code for one in found.problems] == ["modifier"]


def test_words_stand_on_one_line_and_facts_have_an_end() -> None:
    lines = question(1, "Two\n  lines\tof it")
    found = read(title="k" * 300, item=[lines], publisher=["x"], language="e\u0000n")
    assert found.questions[0].text == "Two lines of it"
    assert len(found.title) == 200 and found.title.endswith("…")
    assert (found.publisher, found.language) == ("", "e�n")
    assert read(title=None, name="KITES").title == "KITES"


@pytest.mark.parametrize(
    ("mark", "misnumbered"),
    [("1.", False), ("01)", False), ("", False), ("a", False), ("2.", True), ("11", True)],
)
def test_a_number_that_the_form_prints_is_held_against_the_order(mark: str, misnumbered: bool) -> None:
    assert Question(1, "", "k", mark).misnumbered is misnumbered
    assert read(item=[question(1, prefix=mark)]).questions[0].mark == mark


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "questionnaire_not_json"),
        (b"{", "questionnaire_not_json"),
        (b'{"resourceType": NaN}', "questionnaire_not_json"),
        (b"9" * 5000, "questionnaire_not_json"),
        (b"\xff\xfe{\x00}\x00", "questionnaire_not_utf8"),
        (b"null", "questionnaire_not_one"),
        (b"[]", "questionnaire_not_one"),
        (b'{"resourceType": "Bundle"}', "questionnaire_not_one"),
        (b'{"resourceType": ["Questionnaire"]}', "questionnaire_not_one"),
        (b"[" * 100_000, "questionnaire_too_deep"),
        (b" " * (MAX_PICKED_BYTES + 1), "questionnaire_too_large"),
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused_whole(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert read_questionnaire(b"\xef\xbb\xbf" + picked(form(1))).questions


def test_groups_inside_groups_have_an_end() -> None:
    def nested(depth: int) -> bytes:
        item: dict[str, Any] = question(1)
        for _ in range(depth - 1):
            item = {"type": "group", "item": [item]}
        return picked(form(item=[item]))

    assert read_questionnaire(nested(MAX_DEPTH)).questions
    assert refused(nested(MAX_DEPTH + 1)) == "questionnaire_too_deep"


def test_entries_and_problems_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questionnaire, "MAX_ENTRIES", 9)
    monkeypatch.setattr(questionnaire, "KEPT_PROBLEMS", 3)
    found = read(item=[1] * 9)
    assert [one.code for one in found.problems] == ["not_an_item"] * 3 + ["too_many_problems"]
    assert refused(picked(form(item=[1] * 10))) == "questionnaire_too_many"


# -- any file at all ------------------------------------------------------------------------

KEYS = st.sampled_from(
    ["item", "linkId", "type", "text", "_text", "answerOption", "valueCoding", "valueInteger", "valueString",
     "extension", "url", "valueDecimal", "display", "prefix", "repeats", "enableWhen", "readOnly", "title",
     "language", "modifierExtension", "initial"]
)  # fmt: skip
WORDS = st.sampled_from(["group", "choice", "display", "string", "integer", "boolean", "q1", ORDINAL])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | WORDS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=40,
)
ITEMS = st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=4)


def sound(data: bytes) -> None:
    """Read, or refused with our own error; whatever is read keeps within its bounds."""
    try:
        found = read_questionnaire(data)
    except QuestionnaireRefused:
        return
    assert all(one.code in PROBLEMS for one in found.problems)
    assert all(name in LEFT_OUT and count > 0 for name, count in found.left_out.items())
    assert [one.number for one in found.questions] == list(range(1, len(found.questions) + 1))
    if not found.problems:
        assert all(0 < len(one.text) <= 500 and one.text.encode() for one in found.questions)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=6), ITEMS)
def test_no_form_however_odd_does_anything_but_be_read_or_refused(
    whole: dict[str, Any], items: list[dict[str, Any]]
) -> None:
    sound(json.dumps({**whole, "item": items, "resourceType": "Questionnaire"}).encode())


@settings(max_examples=40, deadline=None)
@given(VALUES, st.binary(max_size=60))
def test_nor_does_any_other_json_or_any_bytes(value: Any, data: bytes) -> None:
    sound(json.dumps(value).encode())
    sound(data)
