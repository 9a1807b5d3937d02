"""Looking at one photo or paper: the whole picture, what is said of it, fetching, changing, taking away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.attachments import AttachmentView
from app.services.permissions import allows
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.offered import use_offer
from app.views.place import Place
from app.views.screens.attachments.following import use_sending
from app.views.screens.attachments.looking_view import Looking, LookingActs, looking_parts, words_dialog
from app.views.screens.attachments.wording import title_of
from app.views.screens.keeping.label_dialog import move_dialog, offered
from app.views.screens.more.frame import frame, waiting
from app.views.screens.notes.dialogs import readers_dialog
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.day_picker import read_day, whole_day
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded, start
from app.views.widgets.ui import use_ui
from app.wraparound.labels import crosses

TYPES = frozenset({"attachment", "note", "staff_member", "person"})


@dataclass(frozen=True)
class _Page:
    view: AttachmentView
    data: bytes = field(repr=False)
    now_ms: int = 0


@component
def AttachmentPlace(place: Place) -> ft.Control:
    """place.record_id: the attachment."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    on_offer = use_offer("labels")
    turn, set_turn = ft.use_state(0)
    trouble, set_trouble = ft.use_state("")
    share, set_share = ft.use_state(-1.0)
    asking, ask = ft.use_state("")
    form, set_form = ft.use_state(("", "", ""))
    flight: Any = ft.use_ref(None)
    steps = use_sending()

    async def read() -> _Page:
        service = tablet.open.attachments
        view = await service.one(place.record_id)
        if view is None:
            raise InvalidInput(ui.say("attachments.gone"), code="gone")
        data = b""
        if view.kind != "pdf" and view.state.kind != "not_here":
            data = await service.content(place.record_id)
        return _Page(view, data, tablet.open.desk.now_ms())

    answer = use_query(read, (place.record_id, turn, steps), types=TYPES, family_id=place.family_id)
    view = answer.value.view if answer.value is not None else None

    def tell(error: AppError) -> None:
        set_share(-1.0)
        ask("")
        set_trouble(words_for(ui, error))

    def again() -> None:
        set_turn(lambda now: now + 1)

    async def fetch() -> None:
        set_trouble("")
        set_share(0.0)
        work = asyncio.ensure_future(
            tablet.open.attachments.fetch(place.record_id, lambda done, total: set_share(done / total))
        )
        flight.current = work
        await asyncio.wait({work})
        flight.current = None
        set_share(-1.0)
        if not work.cancelled():
            work.result()
            again()

    def stop() -> None:
        if flight.current is not None:
            flight.current.cancel()

    def leave() -> None:
        stop()
        nav.back()

    def write() -> None:
        if view is None:
            return
        day = ""
        if view.taken_on:
            found = read_day("en", view.taken_on, tablet.open.desk.today())
            day = whole_day(ui.language, found) if found else view.taken_on
        set_form((view.caption, day, ""))
        ask("words")

    async def change(caption: str, label: str, taken_on: str) -> None:
        ask("")
        done = await tablet.open.attachments.change(place.record_id, caption, label, taken_on)
        if done.record_id != place.record_id:
            nav.swap(Place("attachment", place.family_id, record_id=done.record_id))
        again()

    async def keep_words() -> None:
        if view is None:
            return
        caption, typed, _ = form
        day = read_day(ui.language, typed, tablet.open.desk.today()) if typed.strip() else None
        if typed.strip() and day is None:
            set_form((caption, typed, ui.say("attachments.day_wrong")))
            return
        await change(caption, view.label, day.isoformat() if day else "")

    def relabel(label: str) -> None:
        if view is None or label == view.label:
            ask("")
        elif crosses(view.label, label):
            ask(f"move.{label}")
        else:
            start(guarded(lambda: change(view.caption, label, view.taken_on), tell))

    async def remove() -> None:
        ask("")
        await tablet.open.attachments.delete(place.record_id)
        nav.back()

    dialog: ft.AlertDialog | None = None
    if view is not None and asking == "words":
        dialog = words_dialog(
            ui, form, set_form, guarded(keep_words, tell), lambda: ask("")
        )  # fmt: skip
    elif view is not None and asking == "readers":
        labels = offered(on_offer, tablet.open.desk.me.roles, view.label)
        dialog = readers_dialog(ui, labels, view.label, relabel, lambda: ask(""))
    elif view is not None and asking.startswith("move."):
        after, here = asking.removeprefix("move."), view
        dialog = move_dialog(
            ui, after, lambda: start(guarded(lambda: change(here.caption, after, here.taken_on), tell)),
            lambda: ask(""),
        )  # fmt: skip
    elif view is not None and asking == "remove":
        dialog = confirm_dialog(
            ui, ui.say("attachments.remove_title"), ui.say("attachments.remove_means"),
            key="attachment.remove", act=ui.say("attachments.remove"), on_act=guarded(remove, tell),
            keep=ui.say("attachments.keep_it"), on_keep=lambda: ask(""),
        )  # fmt: skip
    ft.use_dialog(dialog)

    if answer.value is None or answer.error:
        parts = [waiting(ui, answer, "attachment", again)]
        title = ui.say("attachments.one")
    else:
        page = answer.value
        title = title_of(ui, page.view)
        may = allows(tablet.open.desk.me, "attachment.keep")
        parts = looking_parts(
            ui,
            Looking(page.view, page.data, page.now_ms, share, trouble, may, page.view.may_remove and may),
            LookingActs(
                fetch=guarded(fetch, tell), stop=stop, words=write, readers=lambda: ask("readers"),
                remove=lambda: ask("remove"), again=lambda: tablet.open.attachments.try_again(),
                note=lambda: nav.go(Place("note", place.family_id, record_id=page.view.note_id)),
            ),
        )  # fmt: skip
    return frame(
        ui, nav, place.family_id, title, parts, key="attachment", spacing=Space.L, on_back=leave
    )


