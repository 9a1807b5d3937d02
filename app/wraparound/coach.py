"""The needs coach: what a team may want to look at again in its plan. Pure.

It flags and gives what a question needs; it never rewords what somebody said, and is for workers
only. Source: design 02, Needs coach. The words of reasons and questions live in the locales, by
code.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from .records import ActionStep, Need, Outcome, Strategy

Code = Literal[
    "need_is_service", "plan_without_natural", "outcome_without_measure", "step_without_owner",
    "step_without_owner_and_date", "step_without_date", "strategy_without_strength",
]  # fmt: skip
CODES: Final[tuple[Code, ...]] = (
    "need_is_service", "plan_without_natural", "outcome_without_measure", "step_without_owner_and_date",
    "step_without_owner", "step_without_date", "strategy_without_strength",
)  # fmt: skip
"""In the order in which they are told: what a plan is built on comes first."""


@dataclass(frozen=True)
class Flag:
    """Something to look at again.

    code: stable. kind, record_id: of what; both empty for the plan as a whole. text: the words of the
    record, untouched. word: what in them was noticed. who: who has the step.
    """

    code: Code
    kind: str = ""
    record_id: str = ""
    text: str = ""
    word: str = ""
    who: str = ""


def flags(
    needs: Sequence[Need],
    outcomes: Sequence[Outcome],
    strategies: Sequence[Strategy],
    steps: Sequence[ActionStep],
    *,
    natural: frozenset[str] = frozenset(),
) -> tuple[Flag, ...]:
    """Everything to look at again, by CODES and then in the order of the plan.

    Only what is open is looked at: no need that is met, no option that nobody chose, no step that is
    done. natural: ids of the family's own people, who make a step a natural one.
    """
    open_needs = [one for one in needs if one.status == "open"]
    alive = {one.id for one in open_needs}
    open_outcomes = [one for one in outcomes if one.status == "open" and one.need_id in alive]
    alive = {one.id for one in open_outcomes}
    ways = [
        one for one in strategies if one.chosen and one.status == "open" and one.outcome_id in alive
    ]
    alive = {one.id for one in ways}
    promised = [one for one in steps if one.status == "open" and one.strategy_id in alive]
    found = [
        *(_need(one) for one in open_needs),
        *(_outcome(one) for one in open_outcomes),
        *(_strategy(one) for one in ways),
        *(_step(one) for one in promised),
    ]
    if ways and not any(one.kind == "natural" for one in ways):
        if not any(one.owner_id in natural for one in promised):
            found.append(Flag("plan_without_natural"))
    told = [one for one in found if one is not None]
    return tuple(sorted(told, key=lambda one: CODES.index(one.code)))


def _need(need: Need) -> Flag | None:
    word = service_in(need.text)
    return Flag("need_is_service", "need", need.id, need.text, word) if word else None


def _outcome(outcome: Outcome) -> Flag | None:
    numbers = (outcome.baseline, outcome.target, outcome.current)
    if any(one.strip() for one in numbers) or outcome.measure_kind in ("rating", "yes_no"):
        return None
    if outcome.measure_kind == "instrument" and outcome.instrument.strip():
        return None
    return Flag("outcome_without_measure", "outcome", outcome.id, outcome.text)


def _strategy(strategy: Strategy) -> Flag | None:
    if strategy.strengths:
        return None
    return Flag("strategy_without_strength", "strategy", strategy.id, strategy.text)


def _step(step: ActionStep) -> Flag | None:
    owned = bool(step.owner.strip() or step.owner_id)
    if owned and step.due_on:
        return None
    code: Code = "step_without_date" if owned else "step_without_owner"
    if not owned and not step.due_on:
        code = "step_without_owner_and_date"
    return Flag(code, "step", step.id, step.what, who=step.owner)


# -- a need that is worded as a service -------------------------------------------------------

_SERVICES: Final = frozenset(
    """
    therapy therapist counseling counselling counselor counsellor psychotherapy psychiatrist psychiatry
    psychologist medication medications medicine meds placement residential hospitalization
    hospitalisation inpatient outpatient iop php detox rehab rehabilitation treatment evaluation
    assessment respite mentor mentoring tutor tutoring probation supervision services caseworker
    evaluacion terapia terapeuta consejeria consejero consejera psicoterapia psiquiatra psiquiatria
    psicologo psicologa medicacion medicamento medicamentos medicina medicinas pastillas colocacion
    internamiento internacion hospitalizacion rehabilitacion desintoxicacion tratamiento evaluaciones
    mentoria tutoria tutorias supervision servicios vigilancia
    """.split()
)
_PHRASES: Final = (
    "anger management", "case management", "group home", "foster care", "day program",
    "treatment program", "after school program", "in home services", "parenting class",
    "parenting classes", "parent training", "social skills group", "support group", "drug test",
    "drug testing", "psych eval", "mental health care", "special education",
    "manejo de la ira", "control de la ira", "clases de crianza", "escuela de padres",
    "hogar de grupo", "hogar sustituto", "programa de dia", "programa de tratamiento",
    "grupo de apoyo", "educacion especial", "salud mental",
)  # fmt: skip
_ORDERS: Final = (
    "to attend", "to comply", "to participate in", "to be placed", "to be supervised", "to be monitored",
    "to be medicated", "more supervision", "more structure", "more consequences", "more discipline",
    "asistir a", "acudir a", "cumplir con", "participar en", "mas supervision", "mas disciplina",
    "mas vigilancia", "ser supervisado", "ser supervisada", "tomar sus medicamentos",
)  # fmt: skip
"""What others ask of somebody, dressed as a need."""

_LEAD: Final = re.compile(
    r"\b(?:needs?|requires?|must|should|has to|have to|necesitan?|requieren?|deben?|tienen? que|"
    r"hace falta)\b"
)
_OPENERS: Final = (
    "to go to", "to be in", "to go into", "to start", "to begin", "to get", "to have", "to see",
    "to receive", "to take", "to continue", "to complete", "to stay in", "to do", "to enter",
    "to work with", "to meet with", "to engage in", "to access", "ir a", "ir al", "empezar",
    "comenzar", "recibir", "tener", "tomar", "ver a", "ver al", "seguir con", "seguir en", "terminar",
    "completar", "entrar en", "entrar a", "hacer", "estar en", "trabajar con", "continuar con",
)  # fmt: skip
"""Ways to say *get*: what follows them is still what is asked for."""

_WINDOW: Final = 5
_ENDS: Final = frozenset(
    """
    to that who whom whose when where while because about without after before from than instead until
    unless if so and or but someone somebody people adult adults friend friends place know feel
    que quien quienes cuando donde mientras porque sobre sin despues antes desde hasta si y o pero
    alguien personas gente adulto amigos amigas lugar
    """.split()
)
"""Where what is asked for ends, and something about it begins."""
_INFINITIVE: Final = re.compile(r"[a-zñ]{2,}(?:ar|er|ir)(?:se|le|les|lo|la|los|las|me|nos|te)?\b")


def service_in(text: str) -> str:
    """What makes a need sound like a service: the words as they stand there; "" when nothing does.

    A service that is only spoken of is none: "needs to feel safe telling her therapist" is a need.
    """
    plain, places = _plain(text)
    for start in _starts(plain):
        rest = plain[start:]
        for phrase in _ORDERS:
            if rest == phrase or rest.startswith(f"{phrase} "):
                return _as_written(text, places, start, start + len(phrase))
        start += _opener(rest)
        span = _asked_for(plain, start)
        if span is not None:
            return _as_written(text, places, *span)
    return ""


def _starts(plain: str) -> Iterator[int]:
    """Where what is needed begins: after each word of need, or at the very beginning."""
    leads = list(_LEAD.finditer(plain))
    if not leads:
        yield 0
    for lead in leads:
        after = lead.end()
        yield after + (len(plain[after:]) - len(plain[after:].lstrip()))


def _opener(rest: str) -> int:
    for opener in sorted(_OPENERS, key=len, reverse=True):
        if rest.startswith(f"{opener} "):
            return len(opener) + 1
    return 0


def _asked_for(plain: str, start: int) -> tuple[int, int] | None:
    """The span of a service among the next words, before something is said about it."""
    at = start
    for _turn in range(_WINDOW):
        rest = plain[at:]
        for phrase in _PHRASES:
            if rest == phrase or rest.startswith(f"{phrase} "):
                return at, at + len(phrase)
        word = rest.split(" ", 1)[0]
        if word in _SERVICES:
            return at, at + len(word)
        if not word or word in _ENDS or _INFINITIVE.fullmatch(word):
            return None
        at += len(word) + 1
    return None


def _plain(text: str) -> tuple[str, list[int]]:
    """Lower case without accents, each sign that is no letter or digit a single space.

    Also where each sign stood in the text.
    """
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for part in unicodedata.normalize("NFKD", sign.casefold()):
            if unicodedata.combining(part):
                continue
            kept = part if part.isalnum() else " "
            if kept == " " and (not signs or signs[-1] == " "):
                continue
            signs.append(kept)
            places.append(place)
    while signs and signs[-1] == " ":
        signs.pop()
        places.pop()
    return "".join(signs), places


def _as_written(text: str, places: list[int], start: int, end: int) -> str:
    return text[places[start] : places[end - 1] + 1]
