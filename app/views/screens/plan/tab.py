"""The Plan tab: what is asked, what is ticked and moved, and what stands in the plan's place.

Owns state and calls; `page` draws the plan, `sheets` what opens in its place: a form, one piece and
its links, the options of an outcome, the order. Below the family's header, so that Crisis and Cover
stay where they are. Follows the family-plan picture of design page 06.
"""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.permissions import allows
from app.services.plan import Adrift, Flag, KeptForm, Removed
from app.services.plan_fields import KINDS, type_of
from app.services.plan_writing import act_of
from app.services.versions import SinceMeeting
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.offered import use_offer
from app.views.place import Place
from app.views.screens.plan.asked import WATCHED, Asked, ask, there_is
from app.views.screens.plan.folds import FoldActs, FoldLook
from app.views.screens.plan.form import Form, find, parent_of
from app.views.screens.plan.page import PageActs, PageLook, plan_page
from app.views.screens.plan.sheets import Opened, SheetsActs, SheetsLook, opened_sheet
from app.views.screens.plan.side import SideActs
from app.views.screens.plan.tree import TreeActs, TreeLook
from app.views.screens.plan.wording import names_of, steps_of
from app.views.screens.plan.writing import Writing, put_aside
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.guarded import guarded, start
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui


@component
def PlanTab(family_id: str) -> ft.Control:
    """The plan of one family."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    changing, set_changing = ft.use_state(False)
    trouble, set_trouble = ft.use_state("")
    tries, set_tries = ft.use_state(0)
    unfolded, set_unfolded = ft.use_state(frozenset[str]())
    stack, set_stack = ft.use_state(tuple[Opened, ...]())
    last_bar: Any = ft.use_ref(None)
    held: Any = ft.use_ref(None)
    _turn, set_turn = ft.use_state(0)
    domains = use_offer("domains")

    def redraw() -> None:
        set_turn(lambda now: now + 1)

    if held.current is None:
        held.current = Writing(lambda: tablet.open.plan, family_id, redraw)
    writing: Writing = held.current

    async def look_up() -> Asked:
        asked = await ask(tablet.open, family_id)
        writing.remember(asked.kept)
        return asked

    me = tablet.open.desk.me
    writes = frozenset(kind for kind in KINDS if allows(me, act_of(kind)))
    answer = use_query(look_up, (family_id, tries), types=WATCHED, family_id=family_id)

    locking: Any = ft.use_ref(None)

    def watch_lock() -> None:
        # The words are sealed before the keys go, whoever locks: another window has its own context.
        window = contextvars.copy_context()

        async def seal() -> None:
            loop = asyncio.get_running_loop()
            await loop.create_task(writing.keeper.flush(), context=window.copy())

        locking.current = tablet.before_lock(seal)

    async def leave() -> None:
        if locking.current is not None:
            locking.current()
            locking.current = None
        await writing.keeper.flush()

    ft.use_effect(watch_lock, [], leave)

    def tell(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    def run(act: Any, *values: Any) -> None:
        async def go() -> None:
            set_trouble("")
            await act(*values)

        start(guarded(go, tell))

    def offer_undo(words: str, undo: Any) -> None:
        bar = undo_bar(ui, words, guarded(undo, tell))
        if last_bar.current is not None:
            # Bars queue up otherwise, and the one for this act would come ten seconds late.
            last_bar.current.open = False
        last_bar.current = bar
        ft.context.page.show_dialog(bar)

    async def tick(step_id: str, done: bool) -> None:
        before = next((one for one in steps_of(shown.plan) if one.step_id == step_id), None)
        await tablet.open.plan.complete_step(family_id, step_id, done)

        async def undo() -> None:
            await tablet.open.plan.complete_step(
                family_id, step_id, not done, done_on=before.done_on if before else ""
            )

        offer_undo(ui.say("plan.ticked" if done else "plan.unticked"), undo)

    async def move(need_id: str, up: bool) -> None:
        await tablet.open.plan.move_need(family_id, need_id, up)

    async def place(kind: str, record_id: str, position: int) -> None:
        await tablet.open.plan.place(family_id, kind, record_id, position)

    def settle(record_id: str, field: str) -> None:
        nav.go(Place("conflict", family_id, record_id=record_id, detail=field))

    # -- what opens in the plan's place ----------------------------------------------------

    def push(one: Opened) -> None:
        set_trouble("")
        set_stack(lambda now: (*now, one))

    def pop() -> None:
        set_stack(lambda now: now[:-1])

    def write_in(kind: str, record_id: str = "", parent_id: str = "") -> None:
        writing.open(shown.plan, kind, record_id, parent_id, ui.settings.language, today)
        push(Opened("form", kind, record_id))

    def read_or_write(kind: str, record_id: str) -> None:
        if changing and kind in writes:
            write_in(kind, record_id)
        else:
            push(Opened("detail", kind, record_id))

    def pop_form() -> None:
        # Only a form that has gone: Close may be pressed while it is being saved.
        if writing.form is None:
            set_stack(lambda now: now[:-1] if now and now[-1].what == "form" else now)

    async def close_form() -> None:
        await writing.close()
        pop_form()

    async def save_form() -> None:
        before = find(shown.plan, writing.form.kind, writing.form.record_id) if writing.form else None
        saved = await writing.save(ui, today)
        if saved is None:
            return
        form, record_id = saved
        pop_form()
        if put_aside(form) and before is not None:
            status = form.opened["status"]

            async def reopen() -> None:
                await tablet.open.plan.stand(family_id, form.kind, record_id, status)

            offer_undo(ui.say(f"plan.aside.{form.kind}"), reopen)

    async def remove() -> None:
        form = writing.form
        if form is None:
            return
        removed: Removed = await tablet.open.plan.remove(family_id, form.kind, form.record_id)
        await writing.throw_away(form.kept(family_id))
        writing.form = None
        set_stack(())

        async def undo() -> None:
            await tablet.open.plan.put_back(removed)

        offer_undo(ui.say(f"plan.removed.{form.kind}"), undo)

    def refused(error: AppError) -> None:
        writing.refused(ui, error)

    def go_on(left: KeptForm) -> None:
        parent = left.parent_id or parent_of(shown.plan, left.kind, left.record_id)
        write_in(left.kind, left.record_id, parent)

    def type_idea(outcome_id: str, typed: str) -> None:
        writing.type_idea(outcome_id, typed)
        if trouble:
            set_trouble("")

    async def choose(strategy_id: str, chosen: bool) -> None:
        await tablet.open.plan.choose(family_id, strategy_id, chosen)

    def open_link(kind: str, record_id: str) -> None:
        if kind == "note":
            nav.go(Place("note", family_id, record_id=record_id))
        else:
            push(Opened("detail", kind, record_id))

    def audience(kind: str, record_id: str) -> None:
        nav.go(Place("audience", family_id, record_id=record_id, detail=type_of(kind)))

    def translate(kind: str, record_id: str) -> None:
        nav.go(Place("translations", family_id, record_id=record_id, detail=type_of(kind)))

    # -- the coach -------------------------------------------------------------------------

    def coached(flag: Flag) -> None:
        if flag.record_id:
            write_in(flag.kind, flag.record_id)
        else:
            nav.swap(Place("family", family_id, tab="people"))

    async def not_now(flag: Flag) -> None:
        await tablet.open.plan.not_now(family_id, flag)
        set_tries(lambda now: now + 1)

    async def bring_back(one: Adrift) -> None:
        await tablet.open.plan.bring_back(family_id, one.kind, one.record_id)

    if answer.error:
        return error_state(
            ui, answer.error, key="plan.failed", act=ui.say("state.try_again"),
            on_act=lambda: set_tries(lambda now: now + 1),
        )  # fmt: skip
    if answer.value is None:
        return Loading(control="plan.loading")
    shown = answer.value
    today = dates.local(shown.now_ms).date()
    names = names_of(shown.helpers)
    form_now: Form | None = writing.form
    in_conflict = ""
    if form_now is not None:
        in_conflict = form_now.record_id or (shown.vision_record if form_now.kind == "vision" else "")

    sheet = opened_sheet(
        ui,
        stack,
        SheetsLook(
            plan=shown.plan, helpers=shown.helpers, names=names, today=today, form=form_now,
            saving=writing.saving, unfolded=writing.unfolded, trouble=trouble,
            family_id=family_id, conflict=in_conflict in shown.conflicts, writes=writes,
            domains=domains,
        ),
        SheetsActs(
            writing=writing,
            save=guarded(save_form, refused),
            close_form=guarded(close_form, tell),
            fresh=guarded(
                lambda: writing.start_again(shown.plan, ui.settings.language, today), refused
            ),
            remove=guarded(remove, refused),
            settle=lambda: settle(in_conflict, shown.conflicts.get(in_conflict, "")),
            audience=audience if there_is("audience") else None,
            translate=translate if there_is("translations") else None,
            open_link=open_link,
            write=write_in,
            pop=pop,
            type_idea=type_idea,
            add_idea=lambda outcome_id: run(writing.add_idea, outcome_id),
            choose=lambda strategy_id, chosen: run(choose, strategy_id, chosen),
            place=lambda need_id, position: run(place, "need", need_id, position),
        ),
    )  # fmt: skip
    page = plan_page(
        ui,
        PageLook(
            plan=shown.plan,
            tree=TreeLook(today, changing, shown.conflicts, writes),
            folds=FoldLook(unfolded, names, changing, shown.conflicts),
            flag=shown.flags[0] if shown.flags else None,
            since=shown.since,
            left=writing.left(shown.plan),
            trouble=trouble if sheet is None else "",
        ),
        PageActs(
            tree=TreeActs(
                open=read_or_write,
                add=lambda kind, parent_id: write_in(kind, parent_id=parent_id),
                tick=lambda step_id, done: run(tick, step_id, done),
                move=lambda need_id, up: run(move, need_id, up),
                settle=settle,
                options=lambda outcome_id: push(Opened("options", "outcome", outcome_id)),
            ),
            folds=FoldActs(
                toggle=lambda name: set_unfolded(lambda now: now ^ {name}),
                open=read_or_write,
                add=lambda: write_in("strength"),
                move=lambda strength_id, to: run(place, "strength", strength_id, to),
                settle=settle,
                rules=(lambda: write_in("vision")) if "vision" in writes else None,
            ),
            side=SideActs(
                coach=coached,
                not_now=lambda flag: run(not_now, flag),
                changes=(lambda: nav.go(Place("changes", family_id, record_id=_since(shown.since))))
                if there_is("changes")
                else None,
            ),
            vision=lambda: write_in("vision"),
            settle_vision=lambda: settle(
                shown.vision_record, shown.conflicts.get(shown.vision_record, "")
            ),
            add_need=lambda: write_in("need"),
            order=lambda: push(Opened("order")),
            change=lambda: set_changing(not changing),
            meet=(lambda: nav.go(Place("meeting", family_id)))
            if there_is("meeting") and allows(me, "meeting.run")
            else None,
            go_on=go_on,
            throw_away=lambda left: run(writing.throw_away, left),
            bring_back=lambda one: run(bring_back, one),
            table=(lambda: nav.go(Place("table", family_id))) if there_is("table") else None,
        ),
    )
    # The plan stays unseen, so that what was unfolded in it is still there. Its scroll is not: Flutter
    # drops what is not visible.
    return ft.Stack(
        [
            ft.Container(page, expand=True, visible=sheet is None),
            ft.Container(sheet, expand=True, visible=sheet is not None),
        ],
        expand=True,
        fit=ft.StackFit.EXPAND,
    )


def _since(since: SinceMeeting | None) -> str:
    return since.version_id if since is not None else ""



