"""The Plan tab: what is asked, what is ticked and moved, and which sheet is open.

Owns state and calls; `page` draws, `sheet` is what opens to add and change. Follows the family-plan
picture of design page 06.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.plan import PlanView
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.plan.page import PageActs, PageLook, plan_page
from app.views.screens.plan.tree import TreeActs, TreeLook
from app.views.screens.plan.wording import steps_of
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.guarded import guarded, start
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui

_TYPES = frozenset({"family_vision", "need", "outcome", "strategy", "action_step"})
_VISION = "family_vision"


@dataclass(frozen=True)
class _Asked:
    """The plan and where it has two versions. conflicts: record id to the field."""

    plan: PlanView
    conflicts: dict[str, str]
    vision_record: str
    now_ms: int


@component
def PlanTab(family_id: str) -> ft.Control:
    """The plan of one family."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    changing, set_changing = ft.use_state(False)
    trouble, set_trouble = ft.use_state("")
    tries, set_tries = ft.use_state(0)
    last_bar: Any = ft.use_ref(None)

    async def ask() -> _Asked:
        opened = tablet.open
        plan = await opened.plan.plan(family_id)
        conflicts: dict[str, str] = {}
        vision_record = ""
        for one in await opened.conflicts.open(family_id):
            conflicts.setdefault(one.record_id, one.field)
            if one.type == _VISION:
                vision_record = one.record_id
        return _Asked(plan, conflicts, vision_record, opened.desk.now_ms())

    answer = use_query(ask, (family_id, tries), types=_TYPES, family_id=family_id)

    def tell(error: AppError) -> None:
        set_trouble(error.user_message)

    def run(act: Any, *values: Any) -> None:
        async def go() -> None:
            set_trouble("")
            await act(*values)

        start(guarded(go, tell))

    async def tick(step_id: str, done: bool) -> None:
        before = next((one for one in steps_of(shown.plan) if one.step_id == step_id), None)
        await tablet.open.plan.complete_step(family_id, step_id, done)
        page = ft.context.page

        async def undo() -> None:
            await tablet.open.plan.complete_step(
                family_id, step_id, not done, done_on=before.done_on if before else ""
            )

        bar = undo_bar(
            ui, ui.say("plan.ticked" if done else "plan.unticked"), guarded(undo, tell)
        )
        if last_bar.current is not None:
            # Bars queue up otherwise, and the one for this tick would come ten seconds late.
            last_bar.current.open = False
        last_bar.current = bar
        page.show_dialog(bar)

    async def move(need_id: str, up: bool) -> None:
        await tablet.open.plan.move_need(family_id, need_id, up)

    def settle(record_id: str, field: str) -> None:
        nav.go(Place("conflict", family_id, record_id=record_id, detail=field))

    if answer.error:
        return error_state(
            ui, answer.error, key="plan.failed", act=ui.say("state.try_again"),
            on_act=lambda: set_tries(lambda now: now + 1),
        )  # fmt: skip
    if answer.value is None:
        return Loading(control="plan.loading")
    shown = answer.value
    return plan_page(
        ui,
        PageLook(
            plan=shown.plan,
            tree=TreeLook(dates.local(shown.now_ms).date(), changing, shown.conflicts),
            trouble=trouble,
        ),
        PageActs(
            tree=TreeActs(
                edit=lambda kind, record_id: None,
                add=lambda kind, parent_id: None,
                tick=lambda step_id, done: run(tick, step_id, done),
                move=lambda need_id, up: run(move, need_id, up),
                settle=settle,
            ),
            vision=lambda: None,
            settle_vision=lambda: settle(
                shown.vision_record, shown.conflicts.get(shown.vision_record, "")
            ),
            add_need=lambda: None,
            change=lambda: set_changing(not changing),
        ),
    )
