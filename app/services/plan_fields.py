"""What each record of the plan may hold: the checks between what was typed and what is written.

One table for all kinds. A field that is not in it cannot be written. Source: design 02, Records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypedDict

from app.errors import InvalidInput
from app.wraparound.records import (
    ActionStep,
    FamilyVision,
    FamilyWords,
    Need,
    Outcome,
    Strategy,
    Strength,
)
from app.wraparound.vocabulary import (
    CONTENT_LANGUAGES,
    LABELS,
    LIFE_DOMAINS,
    MEASURE_KINDS,
    NEED_STATUSES,
    OUTCOME_STATUSES,
    PRINCIPLES,
    STEP_STATUSES,
    STRATEGY_KINDS,
    codes,
    join_codes,
)

from . import edge

Check = Callable[[Any, str], Any]
BETTER: Final = ("up", "down")
STRATEGY_STATUSES: Final = ("open", "set_aside")


class WordsFields(TypedDict, total=False):
    """What all words that a family reads may carry. A field that is left out stays as it is."""

    language: str
    label: str


class StrengthFields(WordsFields, total=False):
    """See Strength."""

    whose: str
    life_domain: str


class NeedFields(WordsFields, total=False):
    """See Need."""

    whose: str
    life_domain: str
    status: str
    status_reason: str


class OutcomeFields(WordsFields, total=False):
    """See Outcome."""

    measure_kind: str
    instrument: str
    baseline: str
    target: str
    current: str
    better: str
    due_on: str
    status: str


class StrategyFields(WordsFields, total=False):
    """See Strategy. strengths: ids; principles: codes."""

    chosen: bool
    kind: str
    kind_words: str
    provider: str
    place: str
    frequency: str
    starts_on: str
    ends_on: str
    strengths: Sequence[str]
    principles: Sequence[str]
    status: str
    status_reason: str


class StepFields(WordsFields, total=False):
    """See ActionStep."""

    owner: str
    owner_id: str
    due_on: str
    status: str
    done_on: str
    what_happened: str


@dataclass(frozen=True)
class Kind:
    """One kind of record of the plan.

    main: the field with its words. parent: the field that names what it hangs on, with its kind.
    order: the field that holds its place among its siblings. why: the field that holds why it was
    put aside, which the statuses in `aside` ask for.
    """

    record: type[FamilyWords]
    main: str
    checks: Mapping[str, Check]
    parent: tuple[str, str] = ("", "")
    order: str = ""
    why: str = ""
    aside: tuple[str, ...] = ()


def _line(value: Any, name: str) -> str:
    return edge.text(value, name)


def _paragraph(value: Any, name: str) -> str:
    return edge.text(value, name, limit=edge.PARAGRAPH_BYTES)


def _yes(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput("Choose one of the answers on offer.", field=name, code="bad_choice")
    return value


def _one_of(*allowed: str) -> Check:
    return lambda value, name: edge.choice(value, allowed, name)


def _ids(value: Any, name: str) -> str:
    return edge.text(join_codes(_parts(value)), name, limit=edge.PARAGRAPH_BYTES)


def _principles(value: Any, name: str) -> str:
    return join_codes([edge.choice(one, PRINCIPLES, name) for one in _parts(value)])


def _parts(value: Any) -> list[str]:
    return list(codes(value) if isinstance(value, str) else value)


def _vision(value: Any, _name: str) -> str:
    return edge.text(
        value, "vision", limit=edge.PARAGRAPH_BYTES, required="Write what the family said, even one line."
    )


def _strength(value: Any, _name: str) -> str:
    return edge.text(value, "strength", limit=edge.PARAGRAPH_BYTES, required="What is good here?")


def _need(value: Any, _name: str) -> str:
    return edge.text(value, "need", limit=edge.PARAGRAPH_BYTES, required="What is needed?")


def _outcome(value: Any, _name: str) -> str:
    return edge.text(
        value, "outcome", limit=edge.PARAGRAPH_BYTES, required="What will you see when it is better?"
    )


def _strategy(value: Any, _name: str) -> str:
    return edge.text(value, "strategy", limit=edge.PARAGRAPH_BYTES, required="What will the team try?")


def _step(value: Any, _name: str) -> str:
    return edge.text(value, "step", limit=edge.PARAGRAPH_BYTES, required="What will be done?")


_WORDS: Final[Mapping[str, Check]] = {
    "language": _one_of(*CONTENT_LANGUAGES),
    "label": _one_of(*LABELS),
}
_DOMAIN: Final = _one_of("", *LIFE_DOMAINS)

KINDS: Final[Mapping[str, Kind]] = {
    "vision": Kind(
        FamilyVision, "text", {"text": _vision, "team_mission": _paragraph, "ground_rules": _paragraph,
                               **_WORDS},
    ),
    "strength": Kind(
        Strength, "text", {"text": _strength, "whose": _line, "life_domain": _DOMAIN, **_WORDS},
        order="order",
    ),
    "need": Kind(
        Need, "text",
        {"text": _need, "whose": _line, "life_domain": _DOMAIN, "status": _one_of(*NEED_STATUSES),
         "status_reason": _paragraph, **_WORDS},
        order="priority", why="status_reason", aside=("set_aside",),
    ),
    "outcome": Kind(
        Outcome, "text",
        {"need_id": _line, "text": _outcome, "measure_kind": _one_of("", *MEASURE_KINDS),
         "instrument": _line, "baseline": _line, "target": _line, "current": _line,
         "better": _one_of(*BETTER), "due_on": edge.day, "status": _one_of(*OUTCOME_STATUSES), **_WORDS},
        parent=("need_id", "need"), order="order",
    ),
    "strategy": Kind(
        Strategy, "text",
        {"outcome_id": _line, "text": _strategy, "chosen": _yes, "kind": _one_of(*STRATEGY_KINDS),
         "kind_words": _line, "provider": _line, "place": _line, "frequency": _line,
         "starts_on": edge.day, "ends_on": edge.day, "strengths": _ids, "principles": _principles,
         "status": _one_of(*STRATEGY_STATUSES), "status_reason": _paragraph, **_WORDS},
        parent=("outcome_id", "outcome"), order="order", why="status_reason", aside=("set_aside",),
    ),
    "step": Kind(
        ActionStep, "what",
        {"strategy_id": _line, "what": _step, "owner": _line, "owner_id": _line, "due_on": edge.day,
         "status": _one_of(*STEP_STATUSES), "done_on": edge.day, "what_happened": _paragraph, **_WORDS},
        parent=("strategy_id", "strategy"), order="order", why="what_happened", aside=("dropped",),
    ),
}  # fmt: skip
"""Every kind of the plan by the short name that screens use."""

CHILDREN: Final[Mapping[str, str]] = {
    kind.parent[1]: name for name, kind in KINDS.items() if kind.parent[1]
}
"""What hangs on what: need → outcome → strategy → step."""


def kind_of(name: str) -> Kind:
    """The kind of a short name. Raises InvalidInput for one that there is not."""
    if name not in KINDS:
        raise InvalidInput("Choose one of the answers on offer.", field="kind", code="bad_choice")
    return KINDS[name]


def checked(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they may be written. Raises InvalidInput in plain words, naming the field."""
    checks = kind_of(name).checks
    return {field: checks[field](value, field) for field, value in values.items()}


def needs_why(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Refuse to put something aside without a word about why.

    before, after: all fields as they are and as they will be.
    """
    kind = KINDS[name]
    status = after.get("status", "")
    if status in kind.aside and before.get("status") != status:
        why = str(after.get(kind.why, ""))
        edge.text(
            why, kind.why, limit=edge.PARAGRAPH_BYTES, required="Say in a few words why.", blank="no_reason"
        )


def type_of(name: str) -> str:
    """The record type of a kind: "action_step" of "step"."""
    return kind_of(name).record.TYPE


def name_of(record_type: str) -> str:
    """The kind of a record type, or "" for one that is not of the plan."""
    return next((name for name, kind in KINDS.items() if record_type == kind.record.TYPE), "")
