"""The note editor on a phone: pills, two rows that open, the paper, and the acts in thumb reach.

Follows the note-editor-phone picture of design page 06.
"""

from __future__ import annotations

import flet as ft

from app.views.screens.notes.counting import counts_row
from app.views.screens.notes.editor_look import LARGE_FROM_SCALE, EditorActs, EditorLook, editor_header
from app.views.screens.notes.paper import paper, their_words_button
from app.views.screens.notes.wording import (
    label_icon,
    label_words,
    length_words,
    names_joined,
    place_icon,
    place_words,
    when_words,
)
from app.views.theme.tokens import Radius
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.face import face
from app.views.widgets.panels import thread_link
from app.views.widgets.pressable import Act, named, pressable
from app.views.widgets.sync_chip import draft_line, sync_chip
from app.views.widgets.text import hairline, icon, text
from app.views.widgets.ui import Ui

_FACES = 3


def editor_on_phone(ui: Ui, look: EditorLook, acts: EditorActs, field: ft.Control) -> ft.Control:
    draft = look.draft
    pills = [
        _pill(ui, "when", when_words(ui, draft.started_at_ms, look.now_ms), acts.when,
              ft.Icons.SCHEDULE),
        _pill(ui, "length", length_words(ui, draft.started_at_ms, draft.stopped_at_ms), acts.length,
              ft.Icons.TIMELAPSE),
        _pill(ui, "where", place_words(ui, draft.place), acts.where, place_icon(draft.place)),
        _pill(ui, "readers", label_words(ui, draft.label), acts.readers,
              label_icon(draft.label)),
    ]  # fmt: skip
    # Pills slide sideways at 100 %, as in the picture; from 130 % they wrap, so none is lost.
    slide = ui.scale < LARGE_FROM_SCALE
    pickers = ft.Row(
        pills, spacing=8, run_spacing=8, wrap=not slide,
        scroll=ft.ScrollMode.HIDDEN if slide else None,
    )  # fmt: skip
    sheet = paper(
        ui, field, draft_words="", problem=look.problem, on_their_words=acts.their_words, fill=False
    )
    scrolled = ft.Column(
        [
            ft.Container(pickers, padding=ft.Padding.only(bottom=4)),
            _who_row(ui, look, acts),
            sheet,
            _about_row(ui, look, acts),
            *([] if look.counted is None else [counts_row(ui, look.counted, acts.counts)]),
        ],
        spacing=8,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    state = ft.Row(
        [
            *(
                [draft_line(ui, look.draft_words, key="note.draft_line")]
                if look.draft_words
                else []
            ),
            # Beside the draft line there is room for the chip's icon alone.
            sync_chip(ui, look.sync, acts.sync, key="note.sync", short=bool(look.draft_words)),
        ],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        wrap=not slide,
        run_spacing=4,
    )
    tools: list[ft.Control] = [
        their_words_button(ui, acts.their_words),
        quiet(ui, ui.say("note.sign_short"), acts.sign, key="note.sign",
              symbol=ft.Icons.DRAW_OUTLINED, disabled=look.saving),
    ]  # fmt: skip
    save = filled(
        ui, ui.say("note.save"), acts.save, key="note.save", expand=True, disabled=look.saving
    )
    if slide:
        foot: list[ft.Control] = [state, ft.Row([*tools, save], spacing=4)]
    else:
        # Large text: only the main act stays; the rest scrolls, so that the words have room.
        scrolled.controls += [state, ft.Row(tools, spacing=4, run_spacing=8, wrap=True)]
        foot = [ft.Row([save])]
    return ft.Column(
        [
            editor_header(ui, look, acts),
            scrolled,
            ft.Container(
                ft.Column(foot, spacing=4, tight=True), padding=ft.Padding.only(bottom=12)
            ),
        ],
        spacing=8,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _pill(ui: Ui, name: str, value: str, act: Act, symbol: ft.IconData) -> ft.Control:
    return pressable(
        ui,
        named(
            ft.Row(
                [icon(ui, symbol, 20), text(ui, value, ui.type.chip, loose=True)],
                spacing=8,
                tight=True,
            ),
            f"{ui.say(f'note.{name}')}, {value}",
        ),
        act,
        key=f"note.{name}",
        radius=Radius.ROUND,
        padding=ft.Padding.symmetric(horizontal=18, vertical=13),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        side=ft.BorderSide(1, ft.Colors.OUTLINE),
    )


def _who_row(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    there = [one for one in look.people if one.person_id in look.there]
    said = names_joined(ui, [one.name for one in there]) or ui.say("note.who_nobody")
    return pressable(
        ui,
        named(
            ft.Row(
                [
                    # Large text: the names need the room that the faces would take.
                    *[
                        face(ui, one.letters, one.kind, size=40)
                        for one in there[: _FACES if ui.scale < LARGE_FROM_SCALE else 0]
                    ],
                    text(ui, said, ui.type.body, expand=True),
                    icon(ui, ft.Icons.CHEVRON_RIGHT, 24),
                ],
                spacing=8,
            ),
            f"{ui.say('note.who')}, {said}",
        ),
        acts.people,
        key="note.people",
        padding=ft.Padding.symmetric(vertical=4),
    )


def _about_row(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    chosen = [one for one in look.subjects if one.record_id in look.about]
    inside: ft.Control = (
        ft.Column(
            [thread_link(ui, one.level, one.text) for one in chosen], spacing=8, tight=True
        )
        if chosen
        else text(ui, ui.say("note.link"), ui.type.body)
    )
    return ft.Column(
        [
            pressable(
                ui,
                ft.Row(
                    [ft.Container(inside, expand=True), icon(ui, ft.Icons.CHEVRON_RIGHT, 24)],
                    spacing=8,
                ),
                acts.links,
                key="note.links",
                padding=ft.Padding.symmetric(vertical=10),
            ),
            hairline(),
        ],
        spacing=4,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
