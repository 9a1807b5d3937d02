"""Reading one note: its words, who wrote and signed it, what was added later, and adding to it.

Owns the reading place and its calls; how it looks is `reading_view`. Follows design 02, "Signed
notes", and design page 06, "Type".
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.keeping_errors import SUPERVISOR
from app.services.notes import NoteDraft, NoteView
from app.services.open_tablet import OpenTablet
from app.services.permissions import allows
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.notes.changing import use_relabel
from app.views.screens.notes.dialogs import Subject
from app.views.screens.notes.following import use_note_chip
from app.views.screens.notes.gathering import around
from app.views.screens.notes.reading_view import Reading, ReadingActs, reading_view
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded
from app.views.widgets.header import header
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import Ui, use_ui

_TYPES = frozenset(
    {"note", "addendum", "co_signature", "need", "action_step", "staff_member", "moved_item",
     "entered_in_error"}
)


@dataclass(frozen=True)
class _Page:
    view: NoteView
    draft: NoteDraft | None
    about: tuple[Subject, ...]
    family_name: str
    short_name: str
    now_ms: int


@component
def NotePlace(place: Place) -> ft.Control:
    """One note to read. place.record_id: the note."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    added, set_added = ft.use_state("")
    trouble, set_trouble = ft.use_state("")
    busy, set_busy = ft.use_state(False)
    turn, set_turn = ft.use_state(0)
    typed: Any = ft.use_ref("")

    async def ask() -> _Page:
        opened = tablet.open
        view, draft, here = await asyncio.gather(
            opened.notes.note(place.record_id),
            opened.notes.draft(place.record_id),
            around(opened, place.family_id),
        )
        if view is None:
            raise InvalidInput(ui.say("note.gone"), code="note_not_here")
        return _Page(
            view,
            draft,
            here.about(ui, view.concerns),
            here.header.name,
            here.header.list_name,
            here.now_ms(),
        )

    answer = use_query(
        ask, (place.record_id, turn), types=_TYPES, family_id=place.family_id
    )
    chip = use_note_chip(place.record_id, turn)

    def tell(error: AppError) -> None:
        set_busy(False)
        set_trouble(words_for(ui, error))

    async def add() -> None:
        set_busy(True)
        set_trouble("")
        await tablet.open.notes.add_to(place.record_id, typed.current)
        typed.current = ""
        set_added("")
        set_busy(False)
        set_turn(lambda now: now + 1)

    def write(words: str) -> None:
        typed.current = words
        set_added(words)
        if trouble:
            set_trouble("")

    open_readers = use_relabel(ui, answer.value.view if answer.value is not None else None, tell)
    acts = ReadingActs(
        back=nav.back,
        crisis=lambda: nav.go(Place("crisis", place.family_id)),
        sync=lambda: nav.go(Place("sync")),
        cover=lambda: nav.go(Place("cover")),
        go_on=lambda: nav.go(Place("note_editor", place.family_id, record_id=place.record_id)),
        compare=lambda: nav.go(
            Place("conflict", place.family_id, record_id=place.record_id, detail="note")
        ),
        write=write,
        add=guarded(add, tell),
        readers=open_readers,
        pictures=lambda: nav.go(Place("attachments", place.family_id, record_id=place.record_id)),
        # In place of the note: it is not here any more when one comes back.
        misplaced=lambda: nav.swap(
            Place("note_misplaced", place.family_id, record_id=place.record_id)
        ),
    )
    if answer.error:
        return _without_note(
            ui, acts, error_state(
                ui, answer.error, key="note.failed", act=ui.say("nav.back"), on_act=nav.back
            )
        )  # fmt: skip
    if answer.value is None:
        return _without_note(ui, acts, Loading(control="note.loading"))
    page = answer.value
    return reading_view(
        ui,
        Reading(
            view=page.view,
            draft=page.draft,
            about=page.about,
            family_name=page.short_name if ui.layout.narrow else page.family_name,
            now_ms=page.now_ms,
            sync=chip,
            added=added,
            trouble=trouble,
            busy=busy,
            may_move=_may_move(tablet.open, page.view),
            may_misplace=_may_misplace(tablet.open, page.view),
        ),
        acts,
    )


def _may_move(opened: OpenTablet, view: NoteView) -> bool:
    """Unsigned words with their author alone; signed ones with a supervisor, too."""
    supervises = bool(view.signed_at_ms) and allows(opened.desk.me, "hold.set")
    return (view.mine or supervises) and allows(opened.desk.me, "label.restrict")


def _may_misplace(opened: OpenTablet, view: NoteView) -> bool:
    me = opened.desk.me
    return allows(me, "note.misplaced") and (view.author_id == me.person or SUPERVISOR in me.roles)


def _without_note(ui: Ui, acts: ReadingActs, content: ft.Control) -> ft.Control:
    return ft.Column(
        [
            header(
                ui, ui.say("note.field"), key="note", on_back=acts.back, on_crisis=acts.crisis,
                on_cover=acts.cover,
            ),
            content,
        ],
        spacing=18,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
