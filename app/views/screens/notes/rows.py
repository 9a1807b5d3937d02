"""Rows of the notes list: what kind, when, by whom, how it begins, and what state it is in.

Pure. States are words with an icon, never colour alone. Follows design page 06, "List row".
"""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.notes import NoteDraft, NoteView
from app.views import dates
from app.views.screens.notes.wording import (
    Badge,
    badges,
    byline,
    kind_icon,
    kind_words,
    preview,
    when_words,
)
from app.views.theme.tokens import Radius
from app.views.widgets.pressable import pressable
from app.views.widgets.text import SOFT, hairline, icon, measure, text
from app.views.widgets.ui import Ui

_TILE = 48
_GAP = 14
_PAD = 8


def note_row(
    ui: Ui, view: NoteView, now_ms: int, on_open: Callable[[str], object]
) -> ft.Control:
    """One note. on_open: called with its id."""
    return _row(
        ui,
        kind=view.kind,
        when=when_words(ui, view.started_at_ms or view.written_at_ms, now_ms),
        body=preview(view.body),
        by=byline(view.author, view.author_title),
        marks=badges(ui, view, now_ms),
        on_press=lambda: on_open(view.note_id),
        key=f"notes.note.{view.note_id}",
    )


def draft_row(
    ui: Ui, draft: NoteDraft, now_ms: int, on_open: Callable[[str], object]
) -> ft.Control:
    """A draft that is only in this tablet's editor. on_open: called with the note's id."""
    kept = dates.time_of_day(ui.settings.language, draft.saved_at_ms)
    if dates.local(draft.saved_at_ms).date() != dates.local(now_ms).date():
        kept = dates.moment(ui.settings.language, draft.saved_at_ms, now_ms)
    mark = Badge(
        "kept",
        ui.say("notes.draft_kept", when=kept),
        ft.Icons.TABLET_ANDROID,
        ft.Colors.PRIMARY,
    )
    return _row(
        ui,
        kind=draft.kind,
        when=when_words(ui, draft.started_at_ms, now_ms),
        body=preview(draft.body) or ui.say("notes.no_words"),
        by="",
        marks=(mark,),
        on_press=lambda: on_open(draft.note_id),
        key=f"notes.draft.{draft.note_id}",
    )


def badge_line(ui: Ui, marks: tuple[Badge, ...]) -> ft.Control:
    """States side by side; they wrap."""
    return ft.Row(
        [
            ft.Row(
                [
                    icon(ui, one.symbol, 18, one.color),
                    text(ui, one.words, ui.type.cap, one.color, loose=True),
                ],
                spacing=6,
                tight=True,
            )
            for one in marks
        ],
        wrap=True,
        spacing=18,
        run_spacing=4,
    )


def kind_tile(ui: Ui, kind: str) -> ft.Control:
    """The kind's icon on a quiet tile, as wide as a face."""
    side = ui.grow(_TILE)
    return ft.Semantics(
        exclude_semantics=True,
        content=ft.Container(
            icon(ui, kind_icon(kind), 24),
            width=side,
            height=side,
            bgcolor=ft.Colors.SURFACE_CONTAINER,
            border_radius=Radius.FIELD,
            alignment=ft.Alignment.CENTER,
        ),
    )


def _row(
    ui: Ui,
    *,
    kind: str,
    when: str,
    body: str,
    by: str,
    marks: tuple[Badge, ...],
    on_press: Callable[[], object],
    key: str,
) -> ft.Control:
    head = ft.Row(
        [
            text(ui, kind_words(ui, kind), ui.type.h3),
            text(ui, when, ui.type.body, SOFT),
        ],
        wrap=True,
        spacing=12,
        run_spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.END,
    )
    foot: list[ft.Control] = [badge_line(ui, marks)]
    if by:
        foot.insert(0, text(ui, by, ui.type.cap, SOFT))
    block = ft.Column(
        [
            head,
            ft.Container(
                ft.Text(
                    body,
                    style=ui.type.body,
                    color=ft.Colors.ON_SURFACE,
                    max_lines=3 if ui.layout.narrow else 2,
                    overflow=ft.TextOverflow.ELLIPSIS,
                ),
                width=None if ui.layout.stacked else measure(ui, 18),
            ),
            ft.Row(foot, wrap=True, spacing=18, run_spacing=4),
        ],
        spacing=4,
        tight=True,
    )
    row = pressable(
        ui,
        ft.Row(
            [kind_tile(ui, kind), ft.Container(block, expand=True)],
            spacing=_GAP,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        on_press,
        key=key,
        padding=ft.Padding.symmetric(vertical=14, horizontal=_PAD),
        expand=True,
    )
    return ft.Column(
        [ft.Row([row]), hairline(_PAD + ui.grow(_TILE) + _GAP)], spacing=0, tight=True
    )
