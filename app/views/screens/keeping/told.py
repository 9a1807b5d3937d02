"""What a supervisor is told: notes that were taken out of a wrong family and that they have not seen."""

from __future__ import annotations

import flet as ft

from app.services.keeping_errors import KeptNote, MarkView
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.keeping.marks_view import mark_sheet
from app.views.screens.more.frame import COLUMN, waiting
from app.views.widgets.boundary import component
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded, start
from app.views.widgets.header import header
from app.views.widgets.shell import room_for
from app.views.widgets.text import text
from app.views.widgets.ui import use_ui


@component
def ToldPlace(_place: Place) -> ft.Control:
    """Across all families here."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    trouble, set_trouble = ft.use_state("")
    none_yet: dict[str, KeptNote] = {}
    read, set_read = ft.use_state(none_yet)
    tries, set_tries = ft.use_state(0)

    async def ask() -> tuple[tuple[MarkView, ...], int]:
        return await tablet.open.keeping.errors.to_see(), tablet.open.desk.now_ms()

    answer = use_query(ask, (tries,), types=frozenset({"entered_in_error", "note", "family"}))

    def open_one(mark_id: str) -> None:
        async def go() -> None:
            kept = await tablet.open.keeping.errors.kept(mark_id)
            await tablet.open.audit.saw(kept.mark.family_id, "audit")
            set_read(lambda now: {**now, mark_id: kept})

        start(guarded(go, lambda error: set_trouble(words_for(ui, error))))

    def saw(mark_id: str) -> None:
        start(
            guarded(
                lambda: tablet.open.keeping.errors.saw(mark_id),
                lambda error: set_trouble(words_for(ui, error)),
            )
        )

    if answer.value is None:
        parts: list[ft.Control] = [waiting(ui, answer, "told", lambda: set_tries(lambda now: now + 1))]
    else:
        marks, now_ms = answer.value
        parts = [text(ui, ui.say("told.explain"), ui.type.body)]
        if trouble:
            parts.append(note_line(ui, trouble, error=True, key="told.problem"))
        if not marks:
            parts.append(text(ui, ui.say("told.none"), ui.type.body_l, key="told.none"))
        parts += [
            mark_sheet(ui, one, now_ms, read.get(one.mark_id), open_one, saw, named=True) for one in marks
        ]
    return ft.Column(
        [
            header(ui, ui.say("told.title"), key="told", on_back=nav.back,
                   on_cover=lambda: nav.go(Place("cover"))),
            ft.ListView(
                [
                    ft.Row([ft.Container(
                        ft.Column(parts, spacing=16, tight=True,
                                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                        width=None if ui.layout.narrow else room_for(ui, COLUMN),
                        expand=ui.layout.narrow or None,
                    )]),
                ],
                expand=True, key="told.list", padding=ft.Padding.only(top=16, bottom=24),
            ),
        ],
        spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
