"""The needs coach: what it notices, and above all what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from app.wraparound.coach import Flag, flags, service_in
from app.wraparound.records import ActionStep, Need, Outcome, Strategy


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Nia needs therapy", "therapy"),
        ("Therapy for Nia", "Therapy"),
        ("Nia needs individual trauma-focused therapy twice a week", "therapy"),
        ("Nia needs to go to counseling", "counseling"),
        ("Nia needs to see a psychiatrist", "psychiatrist"),
        ("Nia needs to take her meds", "meds"),
        ("Marco needs a residential placement", "residential"),
        ("He needs to be in an IOP", "IOP"),
        ("Rosa must complete parenting classes", "parenting classes"),
        ("Rosa needs parenting classes", "parenting classes"),
        ("Marco needs anger management", "anger management"),
        ("Marco needs to attend school every day", "to attend"),
        ("Marco needs to comply with the contract", "to comply"),
        ("Marco needs more supervision at night", "more supervision"),
        ("The family needs in-home services", "in-home services"),
        ("Nia needs respite", "respite"),
        ("Nia necesita terapia", "terapia"),
        ("Nia necesita ir a terapia cada semana", "terapia"),
        ("Nia necesita una evaluación psiquiátrica", "evaluación"),
        ("Nia necesita tomar medicación", "medicación"),
        ("Marco necesita más supervisión", "más supervisión"),
        ("Marco necesita asistir a clases de crianza", "asistir a"),
        ("Rosa necesita clases de crianza", "clases de crianza"),
        ("Marco tiene que ir al psicólogo", "psicólogo"),
        ("Hace falta colocación fuera de casa", "colocación"),
    ],
)
def test_need_worded_as_a_service_is_noticed_in_its_own_words(text: str, word: str) -> None:
    assert service_in(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Nia needs to know someone stays when mornings get hard.",
        "Rosa needs rest that does not feel like failing.",
        "Nia needs to feel safe telling her therapist what happened.",
        "Nia needs to know that medication is her own choice.",
        "Rosa needs people who do not mention placement.",
        "Marco needs to see that his grandmother is treated with respect.",
        "Marco needs a place to go before treatment becomes the only answer.",
        "Nia needs friends after therapy ends.",
        "Rosa needs to be heard at school.",
        "Marco needs to matter to somebody.",
        "Nia needs to be part of a group of girls who swim.",
        "We need to laugh together again.",
        "Nia necesita saber que alguien se queda.",
        "Rosa necesita descansar sin sentir que falla.",
        "Nia necesita poder contarle a su terapeuta lo que pasó.",
        "Marco necesita que su familia decida sobre la medicina.",
        "Rosa necesita dormir una noche entera.",
        "Marco necesita un lugar tranquilo para estudiar.",
        "Nia necesita personas que no hablen de colocación.",
    ],
)
def test_underlying_need_is_left_alone_even_when_it_speaks_of_a_service(text: str) -> None:
    assert service_in(text) == ""


def _need(**values: Any) -> Need:
    base = {"id": "n1", "text": "Nia needs to know someone stays.", "status": "open"}
    return Need(**{**base, **values})


def _outcome(**values: Any) -> Outcome:
    base = {"id": "o1", "need_id": "n1", "text": "At school on time", "target": "4"}
    return Outcome(**{**base, **values})


def _strategy(**values: Any) -> Strategy:
    base = {"id": "t1", "outcome_id": "o1", "text": "Teo drives her", "strengths": "s1"}
    return Strategy(**{**base, **values})


def _step(**values: Any) -> ActionStep:
    base = {"id": "a1", "strategy_id": "t1", "what": "Tell the bus office", "owner": "Rosa",
            "owner_id": "p2", "due_on": "2026-12-01"}  # fmt: skip
    return ActionStep(**{**base, **values})


def codes(
    need: Need | None = None, outcome: Outcome | None = None, strategy: Strategy | None = None,
    step: ActionStep | None = None,
) -> list[str]:  # fmt: skip
    found = flags(
        [need or _need()], [outcome or _outcome()], [strategy or _strategy()], [step or _step()],
        natural=frozenset({"p2"}),
    )  # fmt: skip
    return [one.code for one in found]


def test_whole_plan_has_nothing_to_say_about() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("values", "noticed"),
    [
        ({"target": ""}, True),
        ({"target": " "}, True),
        ({"target": "", "baseline": "1"}, False),
        ({"target": "", "current": "3"}, False),
        ({"target": "", "measure_kind": ""}, True),
        ({"target": "", "measure_kind": "rating"}, False),
        ({"target": "", "measure_kind": "yes_no"}, False),
        ({"target": "", "measure_kind": "instrument"}, True),
        ({"target": "", "measure_kind": "instrument", "instrument": "Ohio Scales"}, False),
        ({"target": "", "status": "reached"}, False),
    ],
)
def test_outcome_without_a_measure(values: dict[str, Any], noticed: bool) -> None:
    assert ("outcome_without_measure" in codes(outcome=_outcome(**values))) is noticed


@pytest.mark.parametrize(
    ("values", "noticed"),
    [
        ({"strengths": ""}, True),
        ({"strengths": "", "chosen": False}, False),
        ({"strengths": "", "status": "set_aside"}, False),
    ],
)
def test_strategy_without_a_strength(values: dict[str, Any], noticed: bool) -> None:
    assert ("strategy_without_strength" in codes(strategy=_strategy(**values))) is noticed


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"due_on": ""}, "step_without_date"),
        ({"owner": "", "owner_id": ""}, "step_without_owner"),
        ({"owner": " ", "owner_id": "", "due_on": ""}, "step_without_owner_and_date"),
        ({"owner": "", "owner_id": "p2"}, ""),
        ({"due_on": "", "status": "done"}, ""),
        ({"due_on": "", "status": "dropped"}, ""),
    ],
)
def test_step_without_owner_or_date(values: dict[str, Any], code: str) -> None:
    assert codes(step=_step(**values)) == ([code] if code else [])


@pytest.mark.parametrize(
    ("kind", "owner_id", "noticed"),
    [("formal", "m1", True), ("community", "m1", True), ("natural", "m1", False), ("formal", "p2", False)],
)
def test_plan_without_natural_support(kind: str, owner_id: str, noticed: bool) -> None:
    found = codes(strategy=_strategy(kind=kind), step=_step(owner_id=owner_id))
    assert ("plan_without_natural" in found) is noticed


def test_plan_without_any_chosen_way_is_not_blamed_for_lacking_natural_support() -> None:
    assert codes(strategy=_strategy(chosen=False, kind="formal")) == []


def test_nothing_below_a_need_that_is_met_or_set_aside_is_looked_at() -> None:
    for status in ("met", "set_aside"):
        found = codes(
            _need(status=status, text="Nia needs therapy"), _outcome(target=""),
            _strategy(strengths=""), _step(due_on=""),
        )  # fmt: skip
        assert found == []


def test_flag_names_the_record_and_quotes_its_words_untouched() -> None:
    (flag,) = flags([_need(text="Nia Needs THERAPY.")], [], [], [])
    assert flag == Flag("need_is_service", "need", "n1", "Nia Needs THERAPY.", "THERAPY")
    (late,) = flags([_need()], [_outcome()], [_strategy()], [_step(due_on="")])
    assert (late.kind, late.record_id, late.who) == ("step", "a1", "Rosa")


def test_what_a_plan_is_built_on_is_told_first() -> None:
    found = codes(
        _need(text="Nia needs therapy"), _outcome(target=""),
        _strategy(strengths="", kind="formal"), _step(owner="", owner_id="", due_on=""),
    )  # fmt: skip
    assert found == [
        "need_is_service", "plan_without_natural", "outcome_without_measure",
        "step_without_owner_and_date", "strategy_without_strength",
    ]  # fmt: skip
