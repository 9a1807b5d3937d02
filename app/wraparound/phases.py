"""The checklists of the four phases, and which of their items the records answer. Pure.

Some items only people know: they are ticked by hand. The others are read off the records and say
what they counted; nobody ticks them. Sources: design 02, Four phases; the National Wraparound
Initiative's phases and activities. The counts asked for are house defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .plan_document import Document, Row

CHECKLIST: Final[Mapping[int, tuple[str, ...]]] = {
    1: ("oriented", "consents", "crisis_settled", "story", "strengths", "team_named", "first_needs"),
    2: ("ground_rules", "vision", "mission", "priorities", "measures", "options", "chosen", "steps",
        "crisis_plan", "natural_on_team"),
    3: ("on_time", "rated", "adjusted", "cohesion"),
    4: ("readiness", "carried_on", "natural_steps", "post_crisis", "celebration", "way_back"),
}  # fmt: skip
"""Stable codes of the items of each phase, in order. A code never changes its meaning."""

BY_HAND: Final = frozenset(
    {"oriented", "consents", "crisis_settled", "story", "adjusted", "cohesion", "post_crisis"}
)
STRENGTHS_WANTED: Final = 3
OPTIONS_WANTED: Final = 2


@dataclass(frozen=True)
class Facts:
    """What the derived items are read from.

    plan: today's document. natural_named, natural_on_team: natural supports. last_meeting_id: of the
    last meeting held with the family. today: ISO day.
    """

    plan: Document
    natural_named: int
    natural_on_team: int
    natural_ids: frozenset[str]
    last_meeting_id: str
    today: str


@dataclass(frozen=True)
class Found:
    """What the records say of an item: `have` of `want`; where nothing is to be counted, 0 of 0."""

    have: int
    want: int

    @property
    def done(self) -> bool:
        """Whether that is enough."""
        return self.have >= self.want > 0


def find(item: str, facts: Facts) -> Found | None:
    """What the records say; None for an item that is ticked by hand."""
    return None if item in BY_HAND else _FINDERS[item](facts)


def phase_of(item: str) -> int:
    """The phase to which an item belongs. Raises KeyError for a code that is none."""
    for phase, items in CHECKLIST.items():
        if item in items:
            return phase
    raise KeyError(item)


def _rows(facts: Facts, kind: str) -> list[Row]:
    return list(facts.plan.get(kind, ()))


def _written(row: Row, field: str) -> bool:
    return bool(str(row.get(field) or "").strip())


def _one(facts: Facts, kind: str, field: str) -> Found:
    return Found(sum(_written(row, field) for row in _rows(facts, kind)), 1)


def _open(facts: Facts, kind: str) -> list[Row]:
    return [row for row in _rows(facts, kind) if row.get("status", "open") == "open"]


def _goals(facts: Facts) -> list[Row]:
    """Outcomes that are open, of needs that are."""
    needs = {row["id"] for row in _open(facts, "need")}
    return [row for row in _open(facts, "outcome") if row.get("need_id") in needs]


def _ways(facts: Facts, *, chosen: bool) -> list[Row]:
    """Strategies of open outcomes, the chosen ones only or all options."""
    goals = {row["id"] for row in _goals(facts)}
    found = [row for row in _rows(facts, "strategy") if row.get("outcome_id") in goals]
    if chosen:
        found = [row for row in found if row.get("chosen", True) and row.get("status") != "set_aside"]
    return found


def _needs_with(facts: Facts, least: int, *, chosen: bool) -> Found:
    """Open needs for which at least so many strategies are known."""
    need_of = {row["id"]: row.get("need_id") for row in _goals(facts)}
    count: dict[Any, int] = {}
    for row in _ways(facts, chosen=chosen):
        need = need_of[row["outcome_id"]]
        count[need] = count.get(need, 0) + 1
    needs = _open(facts, "need")
    return Found(sum(count.get(row["id"], 0) >= least for row in needs), len(needs))


def _measures(facts: Facts) -> Found:
    goals = _goals(facts)
    measured = sum(
        row.get("measure_kind") in ("rating", "yes_no") or _written(row, "target") for row in goals
    )
    return Found(measured, len(goals))


def _steps(facts: Facts) -> Found:
    """Chosen strategies that have a step with somebody and a day, or a step that is done."""
    ways = {row["id"] for row in _ways(facts, chosen=True)}
    owned = {
        row.get("strategy_id")
        for row in _rows(facts, "action_step")
        if row.get("status") == "done"
        or (
            row.get("status", "open") == "open"
            and (_written(row, "owner") or row.get("owner_id"))
            and row.get("due_on")
        )
    }
    return Found(len(ways & owned), len(ways))


def _on_time(facts: Facts) -> Found:
    """Steps whose day has come, and those of them that are done."""
    due = [
        row
        for row in _rows(facts, "action_step")
        if row.get("status") == "done"
        or (row.get("status", "open") == "open" and "" < str(row.get("due_on") or "") < facts.today)
    ]
    return Found(sum(row.get("status") == "done" for row in due), len(due))


def _rated(facts: Facts) -> Found:
    """Open outcomes that somebody rated at the last meeting."""
    goals = {row["id"] for row in _goals(facts)}
    rated = {
        row.get("outcome_id")
        for row in _rows(facts, "rating")
        if facts.last_meeting_id and row.get("meeting_id") == facts.last_meeting_id
    }
    return Found(len(goals & rated), len(goals))


def _crisis_plan(facts: Facts) -> Found:
    sections = {str(row.get("section")) for row in _rows(facts, "crisis_item") if _written(row, "text")}
    return Found(sum(bool(sections & one) for one in ({"proactive", "reactive"}, {"call"})), 2)


def _transition(facts: Facts, section: str) -> list[Row]:
    return [row for row in _rows(facts, "transition_item") if row.get("section") == section]


def _readiness(facts: Facts) -> Found:
    checks = _transition(facts, "readiness")
    return Found(sum(bool(row.get("done")) for row in checks), len(checks))


def _carried_on(facts: Facts) -> Found:
    carried = _transition(facts, "carries")
    return Found(
        sum(_written(row, "who") or bool(row.get("who_id")) for row in carried), len(carried)
    )


def _natural_steps(facts: Facts) -> Found:
    """Open steps and things carried on that are in a natural support's hands."""
    held = [*_open(facts, "action_step"), *_transition(facts, "carries")]
    return Found(
        sum((row.get("owner_id") or row.get("who_id")) in facts.natural_ids for row in held), 1
    )


_FINDERS: Final[Mapping[str, Callable[[Facts], Found]]] = {
    "strengths": lambda facts: Found(len(_rows(facts, "strength")), STRENGTHS_WANTED),
    "team_named": lambda facts: Found(facts.natural_named, 1),
    "first_needs": lambda facts: Found(len(_rows(facts, "need")), 1),
    "ground_rules": lambda facts: _one(facts, "family_vision", "ground_rules"),
    "vision": lambda facts: _one(facts, "family_vision", "text"),
    "mission": lambda facts: _one(facts, "family_vision", "team_mission"),
    "priorities": lambda facts: Found(
        len({row.get("priority") for row in _open(facts, "need")} - {0, None}), len(_open(facts, "need"))
    ),
    "measures": _measures,
    "options": lambda facts: _needs_with(facts, OPTIONS_WANTED, chosen=False),
    "chosen": lambda facts: _needs_with(facts, 1, chosen=True),
    "steps": _steps,
    "crisis_plan": _crisis_plan,
    "natural_on_team": lambda facts: Found(facts.natural_on_team, 1),
    "on_time": _on_time,
    "rated": _rated,
    "readiness": _readiness,
    "carried_on": _carried_on,
    "natural_steps": _natural_steps,
    "celebration": lambda facts: _one(facts, "transition_plan", "celebration"),
    "way_back": lambda facts: _one(facts, "transition_plan", "way_back"),
}
"""How each item is read off the records."""
