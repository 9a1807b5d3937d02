"""The Notes tab: search within the family, drafts on this tablet on top, notes newest first.

Owns what is asked and how many rows are shown; rows are drawn by `rows`. Follows design page 06,
"List row" and "Empty".
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import flet as ft

from app.errors import AppError
from app.services.notes import NoteDraft, NoteView
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.notes.editor import NEW, new_note_place
from app.views.screens.notes.rows import draft_row, note_row
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.fields import note_line, search_field
from app.views.widgets.guarded import guarded
from app.views.widgets.pressable import Act
from app.views.widgets.states import Loading, empty_state, error_state, nothing_found, wide_act
from app.views.widgets.ui import Ui, use_ui

PAGE = 20
"""Notes per page of the list."""
_NEAR_END = 600
_LARGE_TEXT = 1.5
_TYPES = frozenset({"note", "addendum", "co_signature"})


@dataclass(frozen=True)
class NotesList:
    """What the tab shows. more: there are notes beyond these."""

    drafts: tuple[NoteDraft, ...]
    notes: tuple[NoteView, ...]
    more: bool
    now_ms: int


@component
def NotesTab(family_id: str) -> ft.Control:
    """Notes of one family."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    words, set_words = ft.use_state("")
    limit, set_limit = ft.use_state(PAGE)
    trouble, set_trouble = ft.use_state("")
    tries, set_tries = ft.use_state(0)

    async def ask() -> NotesList:
        opened = tablet.open
        now = opened.desk.now_ms()
        if words.strip():
            found = await opened.notes.search(words, family_id, limit + 1)
            return NotesList((), found[:limit], len(found) > limit, now)
        drafts, notes = await asyncio.gather(
            opened.notes.drafts(family_id), opened.notes.of_family(family_id, limit + 1)
        )
        return NotesList(drafts, notes[:limit], len(notes) > limit, now)

    answer = use_query(ask, (family_id, words, limit, tries), types=_TYPES, family_id=family_id)

    def write() -> None:
        nav.go(new_note_place(tablet.open, family_id))

    def searched(typed: str) -> None:
        set_limit(PAGE)
        set_words(typed)

    def tell(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    return notes_view(
        ui,
        answer.value,
        words=words,
        error=answer.error,
        trouble=trouble,
        on_words=searched,
        on_new=guarded(write, tell),
        on_note=lambda one: nav.go(Place("note", family_id, record_id=one)),
        on_draft=lambda one: nav.go(Place("note_editor", family_id, record_id=one, detail=NEW)),
        on_more=lambda: set_limit(lambda now: now + PAGE),
        on_retry=lambda: set_tries(lambda now: now + 1),
    )


def notes_view(
    ui: Ui,
    shown: NotesList | None,
    *,
    words: str,
    error: str,
    trouble: str,
    on_words: Act | object,
    on_new: Act,
    on_note: object,
    on_draft: object,
    on_more: Act,
    on_retry: Act,
) -> ft.Control:
    """The tab as a function of what was found; shown is None while it is being read."""
    search = search_field(
        ui, ui.say("notes.search"), words, on_words, key="notes.search", expand=True  # type: ignore[arg-type]
    )
    large = ui.scale >= _LARGE_TEXT
    foot = ui.layout.narrow and not large
    top: list[ft.Control] = []
    empty = shown is not None and not shown.notes and not shown.drafts and not words.strip()
    if not empty:
        if ui.layout.stacked:
            top.append(ft.Row([search]))
            if not foot:
                top.append(wide_act(ui, ui.say("notes.new"), on_new, key="notes.new"))
        else:
            new = filled(
                ui, ui.say("notes.new"), on_new, key="notes.new", symbol=ft.Icons.EDIT_OUTLINED
            )
            top.append(ft.Row([search, new], spacing=20))
    elif not foot:
        top.append(
            ft.Row(
                [filled(ui, ui.say("notes.new"), on_new, key="notes.new",
                        symbol=ft.Icons.EDIT_OUTLINED)],
                alignment=ft.MainAxisAlignment.END,
            )
        )  # fmt: skip
    if trouble:
        top.append(note_line(ui, trouble, error=True, key="notes.problem"))
    rows: list[ft.Control] = []
    if error:
        rows.append(
            error_state(
                ui, error, key="notes.failed", act=ui.say("state.try_again"), on_act=on_retry
            )
        )
    elif shown is None:
        rows.append(Loading(control="notes.loading"))
    elif empty:
        rows.append(
            empty_state(
                ui, ui.say("notes.empty"), ui.say("notes.empty_do"), key="notes.write",
                act=ui.say("notes.write"), on_act=on_new,
            )
        )  # fmt: skip
    elif not shown.notes and words.strip():
        rows.append(nothing_found(ui, ui.say("notes.none_found")))
    if shown is not None and not error:
        rows += [draft_row(ui, one, shown.now_ms, on_draft) for one in shown.drafts]  # type: ignore[arg-type]
        rows += [note_row(ui, one, shown.now_ms, on_note) for one in shown.notes]  # type: ignore[arg-type]
        if shown.more:
            rows.append(ft.Row([quiet(ui, ui.say("notes.more"), on_more, key="notes.more")]))
    rows.append(ft.Container(height=24))

    def scrolled(event: ft.OnScrollEvent) -> None:
        if shown is not None and shown.more and event.pixels > event.max_scroll_extent - _NEAR_END:
            on_more()

    # Large text: what stands above the list scrolls away with it, so that the list has room.
    above, inside = ([], [*top, *rows]) if large else (top, rows)
    body = ft.Column(
        [
            *above,
            ft.ListView(
                inside,
                expand=True,
                spacing=12 if large else 0,
                on_scroll=scrolled,
                scroll_interval=200,
                key="notes.list",
            ),
        ],
        spacing=14,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    if not foot:
        return body
    return ft.Column(
        [
            body,
            ft.Container(
                wide_act(ui, ui.say("notes.new"), on_new, key="notes.new"),
                padding=ft.Padding.only(bottom=12),
            ),
        ],
        spacing=8,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
