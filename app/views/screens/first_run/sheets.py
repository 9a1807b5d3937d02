"""The sheets of 24 words, and the question for three of them."""

from __future__ import annotations

import flet as ft

from app.views.screens.door import door
from app.views.screens.first_run.forms import FirstRunForm, Sheet
from app.views.screens.first_run.pages import FirstRunActs
from app.views.screens.recovery.parts import asked_words, secret_sheet
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui

_FORM = 560


def _number(ui: Ui, shown: Sheet) -> list[ft.Control]:
    if shown.count == 1:
        return []
    said = ui.say("first_run.sheet.of", number=shown.number, count=shown.count)
    return [text(ui, said, ui.type.cap, SOFT)]


def sheet_page(ui: Ui, form: FirstRunForm, acts: FirstRunActs) -> ft.Control:
    """One sheet: what it is for, the words, where to keep the paper."""
    shown, say = form.sheets[0], ui.say
    title = say(f"first_run.sheet.{shown.kind}_title", number=shown.page.number)
    return door(
        ui,
        [
            *_number(ui, shown),
            text(ui, title, ui.type.h1, heading=1),
            text(ui, say(f"first_run.sheet.{shown.kind}_line"), ui.type.body_l),
            *secret_sheet(ui, shown.page, key="first_run", on_save=acts.save, saved=form.saved,
                          busy=form.busy, width=_FORM * ui.scale),
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
    wrong = int(form.field.removeprefix("word")) if form.field.startswith("word") else -1
    return door(
        ui,
        [
            *_number(ui, shown),
            text(ui, say("first_run.check.title"), ui.type.h1, heading=1),
            text(ui, say("recovery.check_line"), ui.type.body_l, SOFT),
            *asked_words(
                ui, form.asked, form.answers, lambda answers: acts.change(answers=answers),
                key="first_run.word", wrong=wrong, error=form.error, busy=form.busy, on_submit=acts.check,
            ),
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
