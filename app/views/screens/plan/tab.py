"""The Plan tab: what is asked, what is ticked and moved, and which sheet is open.

Owns state and calls; `page` draws, `sheet` is what opens to add and change. Follows the family-plan
picture of design page 06.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.plan import PlanView
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.plan.form import FIELDS, Form, Moved, day_words, open_form
from app.views.screens.plan.form import save as save_form
from app.views.screens.plan.page import PageActs, PageLook, plan_page
from app.views.screens.plan.sheet import SheetActs, plan_sheet
from app.views.screens.plan.tree import TreeActs, TreeLook
from app.views.screens.plan.wording import (
    day_of,
    domain_words,
    kind_words,
    need_status_words,
    outcome_status_words,
    steps_of,
)
from app.views.widgets.boundary import component
from app.views.widgets.day_picker import whole_day
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.guarded import guarded, start
from app.views.widgets.pressable import bind
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import Ui, use_ui

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
    # What is typed stays in refs: a render that came between two letters must not set an older text.
    held: Any = ft.use_ref(None)
    put_away: Any = ft.use_ref(None)
    saving, set_saving = ft.use_state(False)
    _turn, set_turn = ft.use_state(0)

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
        set_trouble(words_for(ui, error))

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

    def show(form: Form | None) -> None:
        held.current = form
        set_turn(lambda now: now + 1)

    def put(form: Form) -> None:
        """Keep an unsaved sheet for when it is opened again."""
        put_away.current = {**(put_away.current or {}), form.name: form}

    def open_sheet(kind: str, record_id: str = "", parent_id: str = "") -> None:
        fresh = open_form(shown.plan, kind, record_id, parent_id, ui.settings.language, today)
        show((put_away.current or {}).get(fresh.name, fresh))

    def close(form: Form) -> None:
        # A late notice of an older sheet must not close the one that is open now.
        if held.current is None or held.current.name != form.name:
            return
        kept: Form = held.current
        if not saving and kept.values != kept.first:
            put(replace(kept, restored=True, month=None))
        show(None)

    def forget(form: Form) -> None:
        put_away.current = {
            name: one for name, one in (put_away.current or {}).items() if name != form.name
        }

    def start_again() -> None:
        form: Form = held.current
        forget(form)
        open_sheet(form.kind, form.record_id, form.parent_id)

    def write(name: str, typed: str) -> None:
        old: Form = held.current
        held.current = old.with_value(name, typed)
        if name == "due_on" or name in old.errors or "" in old.errors:
            set_turn(lambda now: now + 1)

    def choose_day(when: date | None) -> None:
        form: Form = held.current
        words = "" if when is None else day_words(ui.settings.language, when.isoformat(), today)
        show(replace(form.with_value("due_on", words), month=None))

    async def save_sheet() -> None:
        form: Form = held.current
        set_saving(True)
        try:
            await save_form(tablet.open.plan, family_id, form, ui.settings.language, today)
        except Moved as moved:
            show(_moved(ui, form, moved))
        else:
            forget(form)
            show(None)
        finally:
            set_saving(False)

    def tell_sheet(error: AppError) -> None:
        if held.current is not None:
            show(_refused(ui, held.current, error))

    today = dates.local(answer.value.now_ms).date() if answer.value is not None else date.min
    open_now: Form | None = held.current
    sheet: ft.AlertDialog | None = None
    if open_now is not None and answer.value is not None:
        in_conflict = open_now.record_id or (
            answer.value.vision_record if open_now.kind == "vision" else ""
        )

        def settle_open() -> None:
            show(None)
            settle(in_conflict, shown.conflicts.get(in_conflict, ""))

        sheet = plan_sheet(
            ui,
            open_now,
            today,
            saving,
            SheetActs(
                write=write,
                choose=lambda name, code: show(held.current.with_value(name, code)),
                day=choose_day,
                month=lambda month: show(replace(held.current, month=month)),
                fresh=start_again,
                settle=settle_open if in_conflict in answer.value.conflicts else None,
                save=guarded(save_sheet, tell_sheet),
                close=bind(close, open_now),
            ),
        )
    ft.use_dialog(sheet)

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
            tree=TreeLook(today, changing, shown.conflicts),
            trouble=trouble,
        ),
        PageActs(
            tree=TreeActs(
                edit=lambda kind, record_id: open_sheet(kind, record_id),
                add=lambda kind, parent_id: open_sheet(kind, parent_id=parent_id),
                tick=lambda step_id, done: run(tick, step_id, done),
                move=lambda need_id, up: run(move, need_id, up),
                settle=settle,
            ),
            vision=lambda: open_sheet("vision"),
            settle_vision=lambda: settle(
                shown.vision_record, shown.conflicts.get(shown.vision_record, "")
            ),
            add_need=lambda: open_sheet("need"),
            change=lambda: set_changing(not changing),
        ),
    )


def _refused(ui: Ui, form: Form, error: AppError) -> Form:
    """The sheet with what could not be saved, below its field where there is one."""
    main = FIELDS[form.kind][0]
    where = error.field if isinstance(error, InvalidInput) else ""
    if where == form.kind:
        where = main
    if error.code == "blank" and where == main:
        words = ui.say(f"plan.blank.{form.kind}_{main}")
    elif error.code == "bad_day":
        words = ui.say("day.bad")
    elif error.code == "not_in_plan":
        words = ui.say("plan.sheet.gone")
    else:
        words = words_for(ui, error)
    return replace(form, errors={where if where in form.values else "": words})


def _moved(ui: Ui, form: Form, moved: Moved) -> Form:
    """The sheet with what somebody else wrote meanwhile."""
    said = _value_words(ui, form.kind, moved.name, moved.value)
    words = ui.say("plan.sheet.moved", words=said) if said else ui.say("plan.sheet.moved_empty")
    return replace(
        form,
        errors={moved.name: words},
        seen={**form.seen, moved.name: moved.value},
    )


def _value_words(ui: Ui, kind: str, name: str, value: str) -> str:
    """A field's value as a person says it."""
    if name == "due_on":
        when = day_of(value)
        return "" if when is None else whole_day(ui.settings.language, when)
    if name == "life_domain":
        return domain_words(ui, value) if value else ""
    if name == "kind":
        return kind_words(ui, value)
    if name == "status":
        say = need_status_words if kind == "need" else outcome_status_words
        return say(ui, value)
    return value
