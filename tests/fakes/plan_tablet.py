"""Plans and conflicts without a store: services that keep one plan and a list of conflicts.

For tests of the Plan tab and of the conflict screen. Everybody in it is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.services import edge
from app.services.conflicts import Conflict, Version
from app.services.plan import NeedView, OutcomeView, PlanView, StepView, StrategyView
from app.wraparound.records import Record
from tests.fakes.open_tablet import FAMILY, NOW_MS, FakeTablet

VISION = "We want a house where mornings are quiet and Nia laughs at the table again."

FULL = PlanView(
    FAMILY, VISION, "", False,
    (
        NeedView(
            "d1", 1, "Nia needs to know someone stays when mornings get hard.", "family", "open", False,
            (
                OutcomeView(
                    "o1", "At school on time, 4 days of 5", "count", "1", "4", "3", "open", "", False,
                    (
                        StrategyView(
                            "t1", "Uncle Teo drives her Tuesdays and Thursdays", "natural", "", False,
                            (
                                StepView("a1", "Make the car playlist", "Teo and Nia", "", "2026-11-28",
                                         "", "done", False),
                                StepView("a2", "Ask his boss for a later start", "Teo", "2026-12-03", "",
                                         "", "open", False),
                            ),
                        ),
                        StrategyView(
                            "t2", "Check in with Ms. Nair before the first bell", "formal", "school", False,
                            (
                                StepView("a3", "Hold 8:05 am for Nia", "Ms. Nair", "2026-11-24", "", "",
                                         "overdue", False),
                                StepView("a4", "Tell the bus office", "Rosa", "", "", "", "no_date", False),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        NeedView("d2", 2, "Rosa needs rest that does not feel like failing.", "health", "open", False, ()),
    ),
    open_steps=3, done_steps=1,
)  # fmt: skip
"""The plan of the design's picture; today is Tue 1 Dec 2026."""

EMPTY = PlanView(FAMILY, "", "", False, (), 0, 0)


class FakePlan:
    """One plan; what is saved is written down and shown where a test needs it."""

    def __init__(self, tablet: FakeTablet, now: PlanView = FULL) -> None:
        self._tablet = tablet
        self.now = now
        self.saved: list[tuple[str, str, dict[str, Any]]] = []
        """(kind, text, the other values)"""
        self.ticks: list[tuple[str, bool, str]] = []
        self.moves: list[tuple[str, bool]] = []

    async def plan(self, family_id: str) -> PlanView:
        self._tablet.step("plan.plan")
        return self.now

    async def save_vision(self, family_id: str, words: str, team_mission: str = "") -> None:
        self._write("vision", words, "vision", "Write what the family said.", team_mission=team_mission)
        self.now = replace(self.now, vision=words, team_mission=team_mission)
        self._tablet.changed("family_vision")

    async def save_need(self, family_id: str, text: str, **values: Any) -> str:
        self._write("need", text, "need", "What is needed?", **values)
        return "n"

    async def save_outcome(self, family_id: str, need_id: str, text: str, **values: Any) -> str:
        self._write("outcome", text, "outcome", "What will you see?", need_id=need_id, **values)
        return "n"

    async def save_strategy(self, family_id: str, outcome_id: str, text: str, **values: Any) -> str:
        self._write("strategy", text, "strategy", "What will you try?", outcome_id=outcome_id, **values)
        return "n"

    async def save_step(self, family_id: str, strategy_id: str, what: str, **values: Any) -> str:
        self._write("step", what, "step", "What will be done?", strategy_id=strategy_id, **values)
        return "n"

    async def complete_step(
        self, family_id: str, step_id: str, done: bool = True, done_on: str = ""
    ) -> None:
        self._tablet.step("plan.complete_step")
        self.ticks.append((step_id, done, done_on))
        self._tablet.changed("action_step")

    async def move_need(self, family_id: str, need_id: str, up: bool) -> None:
        self._tablet.step("plan.move_need")
        self.moves.append((need_id, up))

    def _write(self, what: str, text: str, field: str, required: str, **values: Any) -> None:
        self._tablet.step("plan.save")
        edge.text(text, field, limit=edge.PARAGRAPH_BYTES, required=required)
        self.saved.append((what, text, values))


class FakeConflicts:
    """Open conflicts in a list; settling takes one away."""

    def __init__(self, tablet: FakeTablet, *conflicts: Conflict) -> None:
        self._tablet = tablet
        self.now: list[Conflict] = list(conflicts)
        self.settled: list[tuple[str, str, Any]] = []
        self.records: dict[str, Record] = {}

    async def open(self, family_id: str = "") -> tuple[Conflict, ...]:
        self._tablet.step("conflicts.open")
        return tuple(one for one in self.now if not family_id or one.family_id == family_id)

    async def settle(self, conflict: Conflict, value: Any) -> None:
        self._tablet.step("conflicts.settle")
        self.settled.append((conflict.record_id, conflict.field, value))
        self.now = [
            one for one in self.now
            if (one.record_id, one.field) != (conflict.record_id, conflict.field)
        ]  # fmt: skip
        self._tablet.changed(conflict.type)

    async def record(self, conflict: Conflict) -> Record | None:
        return self.records.get(conflict.record_id)


def version(value: Any, author: str = "Marisol Vega", **values: Any) -> Version:
    """One version; mine unless somebody else's name is given."""
    base = Version(value, author, author == "Marisol Vega", NOW_MS, author != "Marisol Vega", False)
    return replace(base, **values)


def conflict(
    versions: Sequence[Version], kind: str = "strategy", field: str = "text", record_id: str = "t1"
) -> Conflict:
    """A conflict of the Delgado family."""
    return Conflict(FAMILY, "Nia and the Delgado family", record_id, kind, field, tuple(versions))


def planning_tablet(plan: PlanView = FULL, *conflicts: Conflict) -> FakeTablet:
    """A tablet whose `open.plan` and `open.conflicts` are the fakes of this module."""
    tablet = FakeTablet()
    tablet.open.plan = FakePlan(tablet, plan)
    tablet.open.conflicts = FakeConflicts(tablet, *conflicts)
    return tablet
