"""Photos and papers of a family or of one note: the list, and adding to it. Spec: docs/attachments.md."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

import flet as ft

from app.errors import AppError
from app.services.attachments import AttachmentDraft, AttachmentView
from app.services.permissions import allows
from app.services.tablet import Tablet
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.offered import use_offer
from app.views.place import Place
from app.views.screens.attachments.following import use_sending
from app.views.screens.attachments.listing_view import Form, FormActs, adding, attachment_rows
from app.views.screens.keeping.label_dialog import offered
from app.views.screens.more.frame import frame, waiting
from app.views.screens.notes.dialogs import readers_dialog
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.day_picker import read_day
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.states import progress
from app.views.widgets.ui import use_ui

log = logging.getLogger(__name__)

TYPES = frozenset({"attachment", "note", "staff_member"})


@dataclass(frozen=True)
class _Page:
    family_name: str
    shown: tuple[AttachmentView, ...]
    now_ms: int


@component
def AttachmentsPlace(place: Place) -> ft.Control:
    """place.family_id: whose. place.record_id: only those of this note."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    on_offer = use_offer("labels")
    turn, set_turn = ft.use_state(0)
    form, change = ft.use_state(Form())
    trouble, set_trouble = ft.use_state("")
    working, set_working = ft.use_state("")
    steps = use_sending()

    async def read() -> _Page:
        opened = tablet.open
        name = (await opened.casebook.header(place.family_id)).name
        service = opened.attachments
        if place.record_id:
            return _Page(name, await service.of_note(place.record_id), opened.desk.now_ms())
        return _Page(name, await service.of_family(place.family_id), opened.desk.now_ms())

    answer = use_query(
        read, (place.family_id, place.record_id, turn, steps), types=TYPES, family_id=place.family_id
    )

    def tell(error: AppError) -> None:
        set_working("")
        set_trouble(words_for(ui, error))

    async def choose() -> None:
        set_trouble("")
        try:
            data = await pick(tablet)
        except Exception as error:  # whatever a platform's dialog does
            log.error("not picked: %s", type(error).__name__)
            set_trouble(ui.say("attachments.not_read"))
            return
        if data is None:
            return
        set_working("preparing")
        kept = await tablet.open.attachments.prepare(data)
        set_working("")
        change(Form(kept=kept, kind=kept.kind))

    async def add() -> None:
        set_trouble("")
        today = tablet.open.desk.today()
        day = read_day(ui.language, form.day, today) if form.day.strip() else None
        if form.day.strip() and day is None:
            change(lambda now: replace(now, day_error=ui.say("attachments.day_wrong")))
            return
        if form.kept is None:
            return
        set_working("keeping")
        draft = AttachmentDraft(
            place.family_id, place.record_id, "", form.kind, form.caption, form.label,
            day.isoformat() if day else "",
        )  # fmt: skip
        await tablet.open.attachments.add(draft, form.kept)
        set_working("")
        change(Form())
        set_turn(lambda now: now + 1)

    def readers(label: str) -> None:
        change(lambda now: replace(now, label=label, choosing=False))

    labels = offered(on_offer, tablet.open.desk.me.roles, form.label)
    asked = readers_dialog(ui, labels, form.label, readers, lambda: readers(form.label))
    ft.use_dialog(asked if form.choosing else None)
    may = allows(tablet.open.desk.me, "attachment.keep")
    title = ui.say("attachments.add_title" if form.kept else "attachments.title")
    foot: ft.Control | None = None
    if answer.value is None or answer.error:
        parts = [waiting(ui, answer, "attachments", lambda: set_turn(lambda now: now + 1))]
    elif form.kept is not None:
        acts = FormActs(
            caption=lambda words: change(lambda now: replace(now, caption=words)),
            kind=lambda kind: change(lambda now: replace(now, kind=kind)),
            day=lambda words: change(lambda now: replace(now, day=words, day_error="")),
            readers=lambda: change(lambda now: replace(now, choosing=True)),
            add=guarded(add, tell),
            leave=lambda: (change(Form()), set_trouble("")),
        )
        parts = adding(ui, form, acts, trouble, bool(working))
    else:
        parts = attachment_rows(
            ui, answer.value.shown, answer.value.now_ms,
            lambda record: nav.go(Place("attachment", place.family_id, record_id=record)), None,
        )  # fmt: skip
        if trouble:
            parts = [note_line(ui, trouble, error=True, key="attachments.trouble"), *parts]
        if working:
            parts = [progress(ui, ui.say(f"attachments.{working}"), None, key="attachments.work"), *parts]
        if may:
            foot = filled(
                ui, ui.say("attachments.add"), guarded(choose, tell), key="attachments.add",
                symbol=ft.Icons.ADD_A_PHOTO_OUTLINED, fill=ui.layout.narrow,
            )  # fmt: skip
            if not ui.layout.narrow:
                parts = [ft.Row([foot], wrap=True), *parts]
                foot = None
    line = answer.value.family_name if answer.value else None
    if place.record_id and line:
        line = ui.say("attachments.of_note", name=line)
    return frame(
        ui, nav, place.family_id, title, parts, key="attachments", line=line, foot=foot, spacing=Space.L,
        on_back=(lambda: (change(Form()), set_trouble(""))) if form.kept else None,
    )  # fmt: skip


async def pick(tablet: Tablet) -> bytes | None:
    """A file's bytes, never through the disk; None when nobody chose one. Raises OSError."""
    tablet.excursion()
    chosen = await ft.FilePicker().pick_files(with_data=True)
    if not chosen:
        return None
    if chosen[0].bytes is None:
        raise OSError("no bytes")
    return bytes(chosen[0].bytes)
