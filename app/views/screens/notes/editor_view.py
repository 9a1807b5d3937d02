"""How the note editor looks, as a pure function of what is written so far.

Owns the layouts with a side column beside the paper or below it; a phone has `editor_phone`.
Follows the note-editor picture of design page 06.
"""

from __future__ import annotations

import flet as ft

from app.services.note_views import COUNTED_FIELDS
from app.views.screens.notes.counting import counts_row
from app.views.screens.notes.dialogs import Somebody, people_rows
from app.views.screens.notes.editor_look import LARGE_FROM_SCALE, EditorActs, EditorLook, editor_header
from app.views.screens.notes.editor_phone import editor_on_phone
from app.views.screens.notes.paper import paper
from app.views.screens.notes.wording import (
    label_icon,
    label_words,
    length_words,
    place_icon,
    place_words,
    when_words,
)
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import picker
from app.views.widgets.face import Kind
from app.views.widgets.panels import thread_link
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui

SIDE = 252
_NEAREST = 4


def editor_view(ui: Ui, look: EditorLook, acts: EditorActs, field: ft.Control) -> ft.Control:
    """The whole editor. field: see `paper.note_field`; `fills(ui)` tells which height it takes."""
    if ui.layout.narrow:
        return editor_on_phone(ui, look, acts, field)
    sheet = paper(
        ui, field, draft_words=look.draft_words, problem=look.problem,
        on_their_words=acts.their_words, fill=fills(ui),
    )  # fmt: skip
    side = _side(ui, look, acts)
    if fills(ui):
        body: ft.Control = ft.Row(
            [
                ft.Container(sheet, expand=True),
                ft.Container(
                    ft.Column([side], scroll=ft.ScrollMode.AUTO, expand=True),
                    width=ui.grow(SIDE),
                ),
            ],
            spacing=28,
            expand=True,
            vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        middle: list[ft.Control] = [_pickers(ui, look, acts), body]
    else:
        middle = [
            ft.Column(
                [_pickers(ui, look, acts), sheet, side, ft.Container(height=8)],
                spacing=20,
                scroll=ft.ScrollMode.AUTO,
                expand=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        ]
    return ft.Column(
        [editor_header(ui, look, acts), *middle, _foot(ui, look, acts)],
        spacing=18,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def fills(ui: Ui) -> bool:
    """Whether the paper takes the height that is left; otherwise the page scrolls."""
    return ui.layout.wide and ui.scale < LARGE_FROM_SCALE and ui.layout.height >= 640


def _pickers(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    draft = look.draft
    boxes = (
        ("when", when_words(ui, draft.started_at_ms, look.now_ms), acts.when, ft.Icons.SCHEDULE, 4),
        (
            "length", length_words(ui, draft.started_at_ms, draft.stopped_at_ms), acts.length,
            ft.Icons.TIMELAPSE, 3,
        ),
        ("where", place_words(ui, draft.place), acts.where, place_icon(draft.place), 3),
        ("readers", label_words(ui, draft.label), acts.readers, label_icon(draft.label), 3),
    )  # fmt: skip
    made = [
        picker(
            ui, ui.say(f"note.{name}"), value, act, key=f"note.{name}", symbol=symbol,
            expand=share, error=look.problem_field in _FIELDS_OF[name],
        )
        for name, value, act, symbol, share in boxes
    ]  # fmt: skip
    if ui.layout.wide:
        return ft.Row(made, spacing=12)
    if ui.layout.stacked:
        return ft.Column(
            [ft.Row([one]) for one in made], spacing=10, tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )  # fmt: skip
    return ft.Column(
        [ft.Row(made[:2], spacing=12), ft.Row(made[2:], spacing=12)], spacing=12, tight=True
    )


_FIELDS_OF = {
    "when": ("started",),
    "length": ("stopped",),
    "where": ("place",),
    "readers": ("label",),
}


def _side(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    people: list[ft.Control] = [
        text(ui, ui.say("note.who"), ui.type.h3, heading=2),
        *people_rows(ui, near(look), look.there, acts.tick),
        ft.Row([quiet(ui, ui.say("note.add_person"), acts.people, key="note.people",
                      symbol=ft.Icons.ADD)]),
    ]  # fmt: skip
    about: list[ft.Control] = [
        text(ui, ui.say("note.about"), ui.type.h3, heading=2),
        *[
            thread_link(ui, one.level, one.text, key=f"note.linked.{one.record_id}")
            for one in look.subjects
            if one.record_id in look.about
        ],
        ft.Row(
            [
                quiet(
                    ui,
                    ui.say("note.link_else" if look.about else "note.link"),
                    acts.links,
                    key="note.links",
                    symbol=ft.Icons.ADD,
                )
            ]
        ),
    ]
    groups: list[ft.Control] = [
        ft.Column(people, spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        ft.Column(about, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
    ]
    counts = [] if look.counted is None else [counts_row(
        ui, look.counted, acts.counts, problem=look.problem_field in COUNTED_FIELDS
    )]  # fmt: skip
    if ui.layout.wide or ui.layout.stacked:
        return ft.Column(
            [*groups, *counts], spacing=20, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    groups[1:] = [ft.Column([groups[1], *counts], spacing=12, tight=True)]
    return ft.Row(
        [ft.Container(group, expand=True) for group in groups],
        spacing=28,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def near(look: EditorLook) -> tuple[Somebody, ...]:
    """Whom the side column shows: the family, who is ticked, and the nearest few besides."""
    sure = [one for one in look.people if one.kind is Kind.FAMILY or one.person_id in look.there]
    others = [one for one in look.people if one not in sure and one.near]
    chosen = [*sure, *others[: max(0, _NEAREST - len(sure))]]
    return tuple(one for one in look.people if one in chosen)


def _foot(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    buttons = [
        quiet(ui, ui.say("note.close"), acts.close, key="note.close"),
        outlined(ui, ui.say("note.sign"), acts.sign, key="note.sign", symbol=ft.Icons.DRAW_OUTLINED,
                 main=True, disabled=look.saving),
        filled(ui, ui.say("note.save"), acts.save, key="note.save", symbol=ft.Icons.CHECK,
               disabled=look.saving),
    ]  # fmt: skip
    row = ft.Row(
        buttons, spacing=12, run_spacing=10, wrap=not ui.layout.wide,
        alignment=ft.MainAxisAlignment.END,
    )  # fmt: skip
    if not ui.layout.wide:
        return ft.Container(row, padding=ft.Padding.only(bottom=16))
    return ft.Container(
        ft.Row(
            [text(ui, ui.say("note.signed_stays"), ui.type.body, SOFT, expand=True), row],
            spacing=16,
        ),
        padding=ft.Padding.only(bottom=20),
    )
