"""Transition: how the team lets go. Owns the sheets, what is typed in them, the calls and the undo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.transition import LineDraft, PlanDraft, TransitionView
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.once import use_once
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import typed_day
from app.views.screens.more.transition_kept import SheetForm, SheetKeeping
from app.views.screens.more.transition_ready import ReadyActs, ready_panel
from app.views.screens.more.transition_view import (
    OTHER,
    LineForm,
    PlanForm,
    TransitionActs,
    line_sheet,
    plan_sheet,
    transition_page,
)
from app.views.screens.people.keeping import use_sealing
from app.views.widgets.boundary import component
from app.views.widgets.day_picker import read_day
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.guarded import guarded, start
from app.views.widgets.ui import use_ui
from app.views.words import catalogue
from app.wraparound.readiness import TOPICS, Readiness
from app.wraparound.vocabulary import CONTENT_LANGUAGES

_TYPES = frozenset({
    "transition_plan", "transition_item", "natural_support", "person", "team_member", "action_step",
})  # fmt: skip


@component
def TransitionPlace(place: Place) -> ft.Control:
    """The transition plan of one family."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    trouble, set_trouble = ft.use_state("")
    saving, set_saving = ft.use_state(False)
    tries, set_tries = ft.use_state(0)
    _turn, set_turn = ft.use_state(0)
    held: Any = ft.use_ref(None)
    """The sheet that is open: LineForm, PlanForm or None. Typed letters change it without drawing."""
    keeper: Any = ft.use_ref(None)
    if keeper.current is None:
        keeper.current = SheetKeeping(tablet.open.form_drafts, place.family_id)
    use_sealing(tablet, keeper)

    async def ask() -> tuple[TransitionView, int, Readiness]:
        opened = tablet.open
        ready = await opened.transition.ready.of_family(place.family_id, topic_words())
        return await opened.transition.transition(place.family_id), opened.desk.now_ms(), ready

    answer = use_query(ask, (place.family_id, tries), types=_TYPES, family_id=place.family_id)
    view = answer.value[0] if answer.value is not None else None
    today = dates.local(answer.value[1]).date() if answer.value is not None else date.min

    def show(form: SheetForm | None) -> None:
        held.current = form
        set_turn(lambda now: now + 1)

    def open_sheet(form: SheetForm) -> None:
        show(form)
        start(guarded(lambda: go_on(form), say_on_page))

    async def go_on(form: SheetForm) -> None:
        before = await keeper.current.again(form)
        if before is not None and held.current is form:
            show(before)

    def write(name: str, typed: str) -> None:
        held.current = replace(held.current, **{name: typed})
        keeper.current.typed(held.current)

    def choose(who: str) -> None:
        write("who", "" if held.current.who == who else who)
        show(held.current)

    def close() -> None:
        form = held.current
        show(None)
        if form is not None:
            start(guarded(lambda: keeper.current.drop(form), say_on_page))

    def say_on_page(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    def say_on_sheet(error: AppError) -> None:
        set_saving(False)
        form = held.current
        words = words_for(ui, error)
        if isinstance(form, LineForm):
            show(replace(form, error=words))
        elif isinstance(form, PlanForm):
            where = error.field if isinstance(error, InvalidInput) else ""
            show(replace(form, error=words, field=where))

    async def save() -> None:
        set_saving(True)
        form = held.current
        if isinstance(form, LineForm) and view is not None:
            await tablet.open.transition.save_line(line_draft(form, view))
        elif isinstance(form, PlanForm) and view is not None:
            await tablet.open.transition.save(plan_draft(form, view, ui.language, today))
        if form is not None:
            await keeper.current.drop(form)
        set_saving(False)
        show(None)

    async def remove() -> None:
        form: LineForm = held.current
        transition, item_id = tablet.open.transition, form.item_id
        await transition.remove(place.family_id, item_id)
        await keeper.current.drop(form)
        show(None)
        offer_undo("transition.removed", lambda: transition.put_back(place.family_id, item_id))

    async def tick(item_id: str, on: bool) -> None:
        set_trouble("")
        transition = tablet.open.transition
        before = next((one for one in view.lines if one.item_id == item_id), None) if view else None
        await transition.tick(place.family_id, item_id, on)
        done_on = before.done_on if before is not None else ""
        offer_undo(
            "transition.ticked" if on else "transition.unticked",
            lambda: transition.tick(place.family_id, item_id, not on, done_on),
        )

    def offer_undo(what: str, undo: Callable[[], Awaitable[None]]) -> None:
        ft.context.page.show_dialog(undo_bar(ui, ui.say(what), guarded(undo, say_on_page)))

    async def add_topic(code: str) -> None:
        set_trouble("")
        if view is not None:
            said = catalogue(view.language)[f"ready.topic.{code}"]
            draft = LineDraft(view.family_id, "adult_service", text=said, language=view.language)
            item = await tablet.open.transition.save_line(draft)
            offer_undo("ready.added", lambda: tablet.open.transition.remove(view.family_id, item))

    def edit(item_id: str) -> None:
        line = next((one for one in view.lines if one.item_id == item_id), None) if view else None
        if line is None or view is None:
            return
        known = any(one.id == line.who_id for one in view.owners)
        who = line.who_id if known else OTHER if line.who.strip() else ""
        open_sheet(LineForm(line.section, item_id, line.text, who, "" if known else line.who, shown=line))

    def edit_plan() -> None:
        if view is None:
            return
        day = typed_day(ui, view.planned_on)
        open_sheet(PlanForm(view.celebration, view.way_back, day, shown=view))

    save_once = guarded(use_once(save), say_on_sheet)
    add_once = use_once(add_topic)
    form = held.current
    dialog: ft.AlertDialog | None = None
    if isinstance(form, LineForm) and view is not None:
        dialog = line_sheet(
            ui, form, view.owners, write, choose, save_once, close, guarded(remove, say_on_sheet), saving,
        )  # fmt: skip
    elif isinstance(form, PlanForm):
        dialog = plan_sheet(ui, form, write, save_once, close, saving)
    ft.use_dialog(dialog)

    if view is None or answer.error:
        parts: list[ft.Control] = [
            waiting(ui, answer, "transition", lambda: set_tries(lambda now: now + 1))
        ]
    else:
        acts = TransitionActs(
            add=lambda section: open_sheet(LineForm(section)),
            edit=edit,
            tick=lambda item_id, on: start(guarded(lambda: tick(item_id, on), say_on_page)),
            plan=edit_plan,
        )
        ready = ReadyActs(
            step=lambda _step: nav.go(Place("family", place.family_id, tab="plan")),
            add=lambda code: start(guarded(lambda: add_once(code), say_on_page)),
        )
        parts = [ready_panel(ui, answer.value[2], ready)] if answer.value is not None else []
        parts += transition_page(ui, view, today, acts, trouble)
    return frame(
        ui, nav, place.family_id, ui.say("transition.title"), parts, key="transition",
        line=ui.say("transition.line"),
    )  # fmt: skip


def topic_words() -> dict[str, tuple[str, ...]]:
    """The words of every topic in every language in which a line may have been added."""
    return {
        code: tuple(catalogue(one)[f"ready.topic.{code}"] for one in CONTENT_LANGUAGES)
        for code, _age in TOPICS
    }


def line_draft(form: LineForm, view: TransitionView) -> LineDraft:
    """What the sheet of a line says, as the service takes it."""
    owner = next((one for one in view.owners if one.id == form.who), None)
    return LineDraft(
        view.family_id,
        form.section,
        form.item_id,
        form.text,
        owner.name if owner is not None else form.other.strip() if form.who == OTHER else "",
        owner.id if owner is not None else "",
        view.language,
        form.shown,
    )


def plan_draft(form: PlanForm, view: TransitionView, language: str, today: date) -> PlanDraft:
    """What the sheet of the plan says. Raises InvalidInput for a day that is none."""
    typed = form.planned_on.strip()
    day = read_day(language, typed, today) if typed else None
    if typed and day is None:
        raise InvalidInput("That is not a day of the calendar.", field="planned_on", code="bad_day")
    return PlanDraft(
        view.family_id, day.isoformat() if day else "", form.celebration, form.way_back, view.language,
        form.shown,
    )  # fmt: skip
