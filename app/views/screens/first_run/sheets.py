"""The sheets of 24 words, and the question for three of them."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.views.screens.door import door
from app.views.screens.first_run.forms import FirstRunForm, Sheet
from app.views.screens.first_run.pages import FirstRunActs
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.fields import field, note_line
from app.views.widgets.panels import sheet
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui

_TWO_FROM, _THREE_FROM = 320, 640


def words_grid(ui: Ui, words: tuple[str, ...]) -> ft.Control:
    """The words in columns, numbered as on paper: down the first column, then the next."""
    room = ui.layout.width / ui.scale
    columns = 1 if room < _TWO_FROM else 2 if room < _THREE_FROM else 3
    rows = -(-len(words) // columns)

    def cell(place: int) -> ft.Control:
        return ft.Row(
            [
                ft.Container(
                    text(ui, str(place + 1), ui.type.body, SOFT, align=ft.TextAlign.END),
                    width=ui.grow(26),
                ),
                text(ui, words[place], ui.type.body_l, expand=True),
            ],
            spacing=10,
        )

    return ft.Semantics(
        label=ui.say("first_run.sheet.list", count=len(words)),
        container=True,
        content=ft.Row(
            [
                ft.Column(
                    [cell(n) for n in range(c * rows, min((c + 1) * rows, len(words)))],
                    spacing=6,
                    tight=True,
                    expand=True,
                )
                for c in range(columns)
            ],
            spacing=8,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
    )


def _number(ui: Ui, shown: Sheet) -> list[ft.Control]:
    if shown.count == 1:
        return []
    said = ui.say("first_run.sheet.of", number=shown.number, count=shown.count)
    return [text(ui, said, ui.type.cap, SOFT)]


def sheet_page(ui: Ui, form: FirstRunForm, acts: FirstRunActs) -> ft.Control:
    """One sheet: what it is for, the words, where to keep the paper."""
    shown, say = form.sheets[0], ui.say
    return door(
        ui,
        [
            *_number(ui, shown),
            text(ui, say(f"first_run.sheet.{shown.kind}_title"), ui.type.h1, heading=1),
            text(ui, say(f"first_run.sheet.{shown.kind}_line"), ui.type.body_l),
            sheet(words_grid(ui, shown.words), key="first_run.words"),
            text(ui, say(f"first_run.sheet.{shown.kind}_keep"), ui.type.body, SOFT),
            filled(ui, say("first_run.sheet.written"), acts.written, key="first_run.written",
                   fill=True),
        ],
        key=f"first_run.sheet.{shown.kind}",
        drawing=False,
    )


def check_page(ui: Ui, form: FirstRunForm, acts: FirstRunActs) -> ft.Control:
    """Three fields, each for one word of the sheet."""
    say = ui.say
    shown = form.sheets[0]

    def answer(place: int) -> Callable[[str], object]:
        def typed(words: str) -> object:
            kept = list(form.answers)
            kept[place] = words
            return acts.change(answers=tuple(kept))

        return typed

    return door(
        ui,
        [
            *_number(ui, shown),
            text(ui, say("first_run.check.title"), ui.type.h1, heading=1),
            text(ui, say("first_run.check.line"), ui.type.body_l, SOFT),
            *[
                field(
                    ui, say("first_run.sheet.word", number=position + 1), form.answers[place],
                    answer(place), key=f"first_run.word{place}",
                    error=form.error if form.field == f"word{place}" else None,
                    disabled=form.busy, autofocus=place == 0,
                    on_submit=acts.check if place == len(form.asked) - 1 else None,
                )
                for place, position in enumerate(form.asked)
            ],
            *([note_line(ui, form.error, error=True, key="first_run.error")]
              if form.error and not form.field else []),
            filled(ui, say("first_run.check.opening" if form.busy else "first_run.check.go"),
                   acts.check, key="first_run.check", fill=True, disabled=form.busy),
            ft.Row([quiet(ui, say("first_run.check.show"), acts.show_again,
                          key="first_run.show_again", disabled=form.busy)],
                   alignment=ft.MainAxisAlignment.CENTER),
        ],
        key=f"first_run.check.{shown.kind}",
        drawing=False,
    )
