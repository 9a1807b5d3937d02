"""Plans and conflicts without a store: services that keep one plan and a list of conflicts.

For tests of the Plan tab and of the conflict screen. Everybody in it is invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from app.protocol.ids import ChainId, OpRef
from app.services.conflicts import Conflict, Suggestion, Version
from app.services.plan import (
    Flag,
    Helper,
    KeptForm,
    Link,
    NeedView,
    OutcomeView,
    PlanView,
    Removed,
    StepView,
    StrategyView,
)
from app.services.plan_fields import checked
from app.services.undoing import Other, Settled
from app.services.versions import SinceMeeting
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

HELPERS = (
    Helper("p1", "Nia", "family", True),
    Helper("p2", "Rosa", "family", True),
    Helper("s1", "Teo", "natural", True),
    Helper("s2", "Lily", "natural", False),
    Helper("m1", "Ms. Nair", "formal", True),
)

EMPTY = PlanView(FAMILY, "", "", False, (), 0, 0)


class FakePlan:
    """One plan; what is saved is written down and shown where a test needs it."""

    def __init__(self, tablet: FakeTablet, now: PlanView = FULL) -> None:
        self._tablet = tablet
        self.now = now
        self.saved: list[tuple[str, str, dict[str, Any]]] = []
        """(kind, record id, what was changed)"""
        self.ticks: list[tuple[str, bool, str]] = []
        self.moves: list[tuple[str, bool]] = []
        self.acts: list[tuple[Any, ...]] = []
        """Everything else that was done, by the name of the method."""
        self.forms: dict[str, KeptForm] = {}
        self.tied: dict[str, tuple[Link, ...]] = {}
        self.noticed: tuple[Flag, ...] = ()
        self.people: tuple[Helper, ...] = HELPERS

    async def plan(self, family_id: str) -> PlanView:
        self._tablet.step("plan.plan")
        return self.now

    async def helpers(self, family_id: str) -> tuple[Helper, ...]:
        return self.people

    async def links(self, family_id: str, record_id: str) -> tuple[Link, ...]:
        return self.tied.get(record_id, ())

    async def flags(self, family_id: str) -> tuple[Flag, ...]:
        return self.noticed

    async def not_now(self, family_id: str, flag: Flag) -> None:
        self._tablet.step("plan.not_now")
        self.noticed = tuple(one for one in self.noticed if one != flag)

    async def write(self, family_id: str, kind: str, values: dict[str, Any], record_id: str = "") -> str:
        self._tablet.step("plan.save")
        checked(kind, values)
        self.saved.append((kind, record_id, values))
        if kind == "vision":
            self.now = replace(self.now, vision=values["text"])
            self._tablet.changed("family_vision")
        return record_id or "n"

    async def save_strategy(self, family_id: str, outcome_id: str, text: str, **values: Any) -> str:
        return await self.write(family_id, "strategy", {"outcome_id": outcome_id, "text": text, **values})

    async def complete_step(
        self, family_id: str, step_id: str, done: bool = True, done_on: str = ""
    ) -> None:
        self._tablet.step("plan.complete_step")
        self.ticks.append((step_id, done, done_on))
        self._tablet.changed("action_step")

    async def move_need(self, family_id: str, need_id: str, up: bool) -> None:
        self._tablet.step("plan.move_need")
        self.moves.append((need_id, up))

    async def place(self, family_id: str, kind: str, record_id: str, position: int) -> None:
        self.acts.append(("place", kind, record_id, position))

    async def choose(self, family_id: str, strategy_id: str, chosen: bool) -> None:
        self.acts.append(("choose", strategy_id, chosen))

    async def stand(
        self, family_id: str, kind: str, record_id: str, status: str, why: str | None = None
    ) -> None:
        self.acts.append(("stand", kind, record_id, status))

    async def remove(self, family_id: str, kind: str, record_id: str) -> Removed:
        self._tablet.step("plan.remove")
        self.acts.append(("remove", kind, record_id))
        return Removed(family_id, ((kind, record_id),))

    async def put_back(self, removed: Removed) -> None:
        self.acts.append(("put_back", *removed.records))

    async def bring_back(self, family_id: str, kind: str, record_id: str) -> None:
        self.acts.append(("bring_back", kind, record_id))

    async def keep_form(self, form: KeptForm) -> None:
        self._tablet.step("plan.keep_form")
        self.forms[form.name] = form

    async def drop_form(self, form: KeptForm) -> None:
        self.forms.pop(form.name, None)

    async def kept_forms(self, family_id: str) -> tuple[KeptForm, ...]:
        return tuple(self.forms.values())


class FakeVersions:
    """What happened since the last meeting, told by a test."""

    def __init__(self) -> None:
        self.since: SinceMeeting | None = None

    async def since_last_meeting(self, family_id: str) -> SinceMeeting | None:
        return self.since


class FakeConflicts:
    """Open conflicts in a list; settling takes one away."""

    def __init__(self, tablet: FakeTablet, *conflicts: Conflict) -> None:
        self._tablet = tablet
        self.now: list[Conflict] = list(conflicts)
        self.settled: list[tuple[str, str, Any]] = []
        self.records: dict[str, Record] = {}
        self.made: Suggestion | None = None
        self.lately: list[Settled] = []
        self.brought: list[Any] = []

    async def suggest(self, conflict: Conflict, *, as_list: bool = False) -> Suggestion | None:
        return self.made

    async def settled_lately(self) -> tuple[Settled, ...]:
        return tuple(self.lately)

    async def bring_back(self, decision: Settled, which: int) -> None:
        self._tablet.step("conflicts.bring_back")
        self.brought.append(decision.others[which].value)
        self.lately.remove(decision)

    async def open(self, family_id: str = "") -> tuple[Conflict, ...]:
        self._tablet.step("conflicts.open")
        return tuple(one for one in self.now if not family_id or one.family_id == family_id)

    async def colleagues(self) -> dict[str, str]:
        return {"staff-ruth": "Ruth Abara"}

    async def settle(self, conflict: Conflict, value: Any) -> None:
        self._tablet.step("conflicts.settle")
        self.settled.append((conflict.record_id, conflict.field, value))
        others = tuple(Other(v.value, v.author, v.mine) for v in conflict.versions if v.value != value)
        place = ("", conflict.family_id, conflict.type, conflict.record_id, conflict.field)
        self.lately.insert(0, Settled(*place, value, others, NOW_MS, OpRef(ChainId(bytes(16)), 1)))
        self.now = [
            one for one in self.now
            if (one.record_id, one.field) != (conflict.record_id, conflict.field)
        ]  # fmt: skip
        self._tablet.changed(conflict.type)

    async def record(self, conflict: Conflict) -> Record | None:
        return self.records.get(conflict.record_id)

    async def named(self, ids: Iterable[str]) -> tuple[Record, ...]:
        return tuple(one for one in self.records.values() if one.id in set(ids))


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
    tablet.open.versions = FakeVersions()
    return tablet
