"""The family's plan: vision, and need → outcome → strategy → action step as one tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from app.protocol.ids import singleton_id
from app.store.vault import Change
from app.wraparound.records import ActionStep, FamilyVision, Need, Outcome, Record, Strategy
from app.wraparound.vocabulary import LIFE_DOMAINS, NEED_STATUSES, OUTCOME_STATUSES, STRATEGY_KINDS

from . import edge
from .desk import Desk
from .permissions import require


@dataclass(frozen=True)
class StepView:
    """An action step. state: done, open, overdue ("still open"), no_date, dropped."""

    step_id: str
    what: str
    owner: str
    due_on: str
    done_on: str
    what_happened: str
    state: str
    has_conflict: bool


@dataclass(frozen=True)
class StrategyView:
    """A strategy with its steps."""

    strategy_id: str
    text: str
    kind: str
    kind_words: str
    has_conflict: bool
    steps: tuple[StepView, ...]


@dataclass(frozen=True)
class OutcomeView:
    """An outcome with its strategies. Numbers are as people wrote them: "1", "4 of 5"."""

    outcome_id: str
    text: str
    measure_kind: str
    baseline: str
    target: str
    current: str
    status: str
    due_on: str
    has_conflict: bool
    strategies: tuple[StrategyView, ...]


@dataclass(frozen=True)
class NeedView:
    """A need with its outcomes. number: its place in the family's order, from 1."""

    need_id: str
    number: int
    text: str
    life_domain: str
    status: str
    has_conflict: bool
    outcomes: tuple[OutcomeView, ...]


@dataclass(frozen=True)
class PlanView:
    """The whole plan of one family. open_steps and done_steps count action steps."""

    family_id: str
    vision: str
    team_mission: str
    vision_conflict: bool
    needs: tuple[NeedView, ...]
    open_steps: int
    done_steps: int


Row = TypeVar("Row", bound=Record)


class Plan:
    """Plans of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def plan(self, family_id: str) -> PlanView:
        """The plan as one tree, in the family's order of priority."""

        def find(session: Session) -> _Rows:
            return _Rows(
                session.exec(select(FamilyVision).where(FamilyVision.family_id == family_id)).first(),
                session.exec(
                    select(Need).where(Need.family_id == family_id).order_by(col(Need.priority))
                ).all(),
                session.exec(
                    select(Outcome).where(Outcome.family_id == family_id).order_by(col(Outcome.order))
                ).all(),
                session.exec(
                    select(Strategy).where(Strategy.family_id == family_id).order_by(col(Strategy.order))
                ).all(),
                session.exec(
                    select(ActionStep)
                    .where(ActionStep.family_id == family_id)
                    .order_by(col(ActionStep.order))
                ).all(),
            )

        rows = await self._desk.vault.read(find)
        return _tree(family_id, rows, self._desk.today().isoformat())

    async def save_vision(self, family_id: str, words: str, team_mission: str = "") -> None:
        """Keep the family's vision and the team's mission, in their words."""
        stream = await self._desk.team_stream(family_id)
        await self._save(
            family_id,
            FamilyVision,
            singleton_id(stream, FamilyVision.TYPE).hex(),
            {
                "text": edge.text(
                    words,
                    "vision",
                    limit=edge.PARAGRAPH_BYTES,
                    required="Write what the family said, even one line.",
                ),
                "team_mission": edge.text(team_mission, "team_mission", limit=edge.PARAGRAPH_BYTES),
            },
        )

    async def save_need(
        self, family_id: str, text: str, *, need_id: str = "", life_domain: str = "", status: str = "open"
    ) -> str:
        """Add or change a need; a new one goes last. Returns its id."""
        values: dict[str, Any] = {
            "text": edge.text(text, "need", limit=edge.PARAGRAPH_BYTES, required="What is needed?"),
            "life_domain": edge.choice(life_domain, ("", *LIFE_DOMAINS), "life_domain"),
            "status": edge.choice(status, NEED_STATUSES, "status"),
        }
        if not need_id:
            values["priority"] = 1 + max(
                [need.number for need in (await self.plan(family_id)).needs], default=0
            )
        return await self._save(family_id, Need, need_id, values)

    async def save_outcome(
        self, family_id: str, need_id: str, text: str, *, outcome_id: str = "",
        baseline: str = "", target: str = "", current: str = "", due_on: str = "", status: str = "open",
    ) -> str:  # fmt: skip
        """Add or change an outcome of a need. Returns its id."""
        return await self._save(
            family_id,
            Outcome,
            outcome_id,
            {
                "need_id": need_id,
                "text": edge.text(
                    text,
                    "outcome",
                    limit=edge.PARAGRAPH_BYTES,
                    required="What will you see when it is better?",
                ),
                "baseline": edge.text(baseline, "baseline"),
                "target": edge.text(target, "target"),
                "current": edge.text(current, "current"),
                "due_on": edge.day(due_on, "due_on"),
                "status": edge.choice(status, OUTCOME_STATUSES, "status"),
            },
            order=True,
        )

    async def save_strategy(
        self, family_id: str, outcome_id: str, text: str, *, strategy_id: str = "", kind: str = "natural",
        kind_words: str = "",
    ) -> str:  # fmt: skip
        """Add or change a strategy of an outcome. Returns its id."""
        return await self._save(
            family_id,
            Strategy,
            strategy_id,
            {
                "outcome_id": outcome_id,
                "text": edge.text(
                    text, "strategy", limit=edge.PARAGRAPH_BYTES, required="What will the team try?"
                ),
                "kind": edge.choice(kind, STRATEGY_KINDS, "kind"),
                "kind_words": edge.text(kind_words, "kind_words"),
            },
            order=True,
        )

    async def save_step(
        self, family_id: str, strategy_id: str, what: str, *, step_id: str = "", owner: str = "",
        due_on: str = "", what_happened: str = "",
    ) -> str:  # fmt: skip
        """Add or change an action step of a strategy. Returns its id."""
        return await self._save(
            family_id,
            ActionStep,
            step_id,
            {
                "strategy_id": strategy_id,
                "what": edge.text(what, "step", limit=edge.PARAGRAPH_BYTES, required="What will be done?"),
                "owner": edge.text(owner, "owner"),
                "due_on": edge.day(due_on, "due_on"),
                "what_happened": edge.text(what_happened, "what_happened", limit=edge.PARAGRAPH_BYTES),
            },
            order=True,
        )

    async def complete_step(
        self, family_id: str, step_id: str, done: bool = True, done_on: str = ""
    ) -> None:
        """Tick a step off, or open it again. done_on: ISO day it was done, today when empty."""
        await self._save(
            family_id,
            ActionStep,
            step_id,
            {
                "status": "done" if done else "open",
                "done_on": (edge.day(done_on, "done_on") or self._desk.today().isoformat())
                if done
                else "",
            },
        )

    async def move_need(self, family_id: str, need_id: str, up: bool) -> None:
        """Swap a need with its neighbour in the order of priority."""
        require(self._desk.me, "plan.edit")
        order = [need.need_id for need in (await self.plan(family_id)).needs]
        if need_id not in order:
            return
        at = order.index(need_id)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(order):
            return
        order[at], order[to] = order[to], order[at]
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit(
            [
                Change(stream, Need.TYPE, one, {"priority": place})
                for place, one in enumerate(order, start=1)
            ]
        )

    async def _save(
        self, family_id: str, record_class: type[Row], record_id: str, values: dict[str, Any],
        order: bool = False,
    ) -> str:  # fmt: skip
        require(self._desk.me, "plan.edit")
        target = record_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(record_class, target))
        if before is None:
            changed = dict(values)
            if order:
                # Later additions sort last, whichever tablet they come from.
                changed["order"] = self._desk.now_ms() // 1000
        else:
            changed = {name: v for name, v in values.items() if getattr(before, name) != v}
        if changed:
            stream = await self._desk.team_stream(family_id)
            await self._desk.vault.commit([Change(stream, record_class.TYPE, target, changed)])
        return target


@dataclass(frozen=True)
class _Rows:
    vision: FamilyVision | None
    needs: Sequence[Need]
    outcomes: Sequence[Outcome]
    strategies: Sequence[Strategy]
    steps: Sequence[ActionStep]


def _tree(family_id: str, rows: _Rows, today: str) -> PlanView:
    steps: dict[str, list[StepView]] = defaultdict(list)
    for step in rows.steps:
        steps[step.strategy_id].append(
            StepView(
                step.id, step.what, step.owner, step.due_on, step.done_on, step.what_happened,
                _step_state(step, today), step.has_conflict,
            )
        )  # fmt: skip
    strategies: dict[str, list[StrategyView]] = defaultdict(list)
    for one in rows.strategies:
        strategies[one.outcome_id].append(
            StrategyView(one.id, one.text, one.kind, one.kind_words, one.has_conflict, tuple(steps[one.id]))
        )
    outcomes: dict[str, list[OutcomeView]] = defaultdict(list)
    for outcome in rows.outcomes:
        outcomes[outcome.need_id].append(
            OutcomeView(
                outcome.id, outcome.text, outcome.measure_kind, outcome.baseline, outcome.target,
                outcome.current, outcome.status, outcome.due_on, outcome.has_conflict,
                tuple(strategies[outcome.id]),
            )
        )  # fmt: skip
    needs = tuple(
        NeedView(
            need.id, number, need.text, need.life_domain, need.status, need.has_conflict,
            tuple(outcomes[need.id]),
        )
        for number, need in enumerate(rows.needs, start=1)
    )  # fmt: skip
    done = sum(step.status == "done" for step in rows.steps)
    return PlanView(
        family_id,
        rows.vision.text if rows.vision else "",
        rows.vision.team_mission if rows.vision else "",
        bool(rows.vision and rows.vision.has_conflict),
        needs,
        open_steps=sum(step.status == "open" for step in rows.steps),
        done_steps=done,
    )


def _step_state(step: ActionStep, today: str) -> str:
    if step.status != "open":
        return step.status
    if not step.due_on:
        return "no_date"
    return "overdue" if step.due_on < today else "open"
