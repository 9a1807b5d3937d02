"""The pages of first run, drawn: choice, agency, code, joining, and waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.views.screens.door import door, language_button
from app.views.screens.first_run.forms import FirstRunForm, Step
from app.views.screens.passphrase import ChoiceActs, ChoiceKeys, chooser
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, switch_of
from app.views.widgets.fields import field, note_line, said_again
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, UiSettings


@dataclass(frozen=True)
class FirstRunActs:
    """What the pages can do. change: fields of the form by name."""

    change: Callable[..., Any]
    go_to: Callable[[Step], object]
    back: Callable[[], object]
    suggest: Callable[[], object]
    start: Callable[[], object]
    read_code: Callable[[], object]
    join: Callable[[], object]
    ask_again: Callable[[], object]
    written: Callable[[], object]
    check: Callable[[], object]
    show_again: Callable[[], object]
    save: Callable[[], object]
    choose: Callable[[UiSettings], object]
    bring_back: Callable[[], object] | None = None


def choose_page(ui: Ui, form: FirstRunForm, acts: FirstRunActs) -> ft.Control:
    """Two ways to begin; a third where something was put aside."""
    say = ui.say
    aside: list[ft.Control] = []
    if acts.bring_back is not None:
        aside = [
            ft.Container(height=4),
            ft.Row([quiet(ui, say("first_run.bring_back"), acts.bring_back,
                          key="first_run.bring_back", symbol=ft.Icons.UNDO)], wrap=True),
            text(ui, say("first_run.bring_back_line"), ui.type.body, SOFT),
        ]
    return door(
        ui,
        [
            text(ui, say("first_run.hello"), ui.type.words_xl, heading=1),
            text(ui, say("first_run.line"), ui.type.body_l, SOFT),
            ft.Container(height=8),
            filled(ui, say("first_run.start"), lambda: acts.go_to(Step.START),
                   key="first_run.start", fill=True),
            text(ui, say("first_run.start_line"), ui.type.body, SOFT),
            ft.Container(height=4),
            outlined(ui, say("first_run.join"), lambda: acts.go_to(Step.CODE),
                     key="first_run.join", main=True, fill=True),
            text(ui, say("first_run.join_line"), ui.type.body, SOFT),
            ft.Container(height=4),
            quiet(ui, say("recovery.fresh.open"), lambda: acts.go_to(Step.SEED), key="first_run.seed",
                  symbol=ft.Icons.SPA_OUTLINED),
            text(ui, say("recovery.fresh.open_line"), ui.type.body, SOFT),
            *aside,
            *_error(ui, form),
        ],
        foot=language_button(ui, acts.choose, key="first_run.language"),
        key="first_run.page",
        spacing=12,
    )


def _title(ui: Ui, title: str, line: str) -> list[ft.Control]:
    return [text(ui, title, ui.type.h1, heading=1), text(ui, line, ui.type.body_l, SOFT)]


def _back(ui: Ui, acts: FirstRunActs, busy: bool) -> ft.Control:
    return ft.Row(
        [quiet(ui, ui.say("first_run.back"), acts.back, key="first_run.back",
               symbol=ft.Icons.ARROW_BACK, disabled=busy)],
        alignment=ft.MainAxisAlignment.CENTER,
    )


def _error(ui: Ui, form: FirstRunForm) -> list[ft.Control]:
    """What went wrong with the page as a whole."""
    if not form.error:
        return []
    if form.field:
        far = form.step is Step.START and form.field != "again"
        return [said_again(ui, form.error, key="first_run.error_above")] if far else []
    return [note_line(ui, form.error, error=True, key="first_run.error")]


def _wrong(form: FirstRunForm, name: str) -> str | None:
    return form.error if form.error and form.field == name else None


def _passphrase(
    ui: Ui, form: FirstRunForm, acts: FirstRunActs, on_submit: Callable[[], object]
) -> list[ft.Control]:
    return chooser(
        ui,
        form.choice,
        ChoiceActs(
            own=lambda own: acts.change(own=own, passphrase="", again=""),
            other=acts.suggest,
            typed=lambda words: acts.change(passphrase=words),
            again=lambda words: acts.change(again=words),
            submit=on_submit,
        ),
        ChoiceKeys("first_run", "first_run.passphrase", "first_run.again"),
        wrong=lambda name: _wrong(form, "passphrase" if name == "new" else name),
        busy=form.busy,
    )


def agency_page(ui: Ui, form: FirstRunForm, acts: FirstRunActs) -> ft.Control:
    """Agency, person, server, passphrase."""
    say = ui.say
    return door(
        ui,
        [
            *_title(ui, say("first_run.agency.title"), say("first_run.agency.line")),
            field(ui, say("first_run.agency.name"), form.agency,
                  lambda words: acts.change(agency=words), key="first_run.agency",
                  error=_wrong(form, "agency_name"), disabled=form.busy, autofocus=True),
            field(ui, say("first_run.agency.your_name"), form.your_name,
                  lambda words: acts.change(your_name=words), key="first_run.your_name",
                  error=_wrong(form, "your_name"), disabled=form.busy),
            field(ui, say("first_run.agency.your_title"), form.your_title,
                  lambda words: acts.change(your_title=words), key="first_run.your_title",
                  error=_wrong(form, "your_title"), disabled=form.busy),
            field(ui, say("first_run.agency.server"), form.server,
                  lambda words: acts.change(server=words), key="first_run.server",
                  help=say("first_run.agency.server_help"), error=_wrong(form, "server_url"),
                  disabled=form.busy, keyboard=ft.KeyboardType.URL),
            *_printing(ui, form, acts),
            text(ui, say("first_run.pass.title"), ui.type.h3, heading=2),
            *_passphrase(ui, form, acts, acts.start),
            *_error(ui, form),
            *_busy(ui, form, say("first_run.agency.making")),
            filled(ui, say("first_run.agency.go"), acts.start, key="first_run.go", fill=True,
                   disabled=form.busy),
            _back(ui, acts, form.busy),
        ],
        key="first_run.page",
        drawing=ui.layout.wide,
    )


def _printing(ui: Ui, form: FirstRunForm, acts: FirstRunActs) -> list[ft.Control]:
    """One sheet or three for the agency's words."""
    say = ui.say
    kinds = [Choice("whole", say("recovery.found.whole")), Choice("shares", say("recovery.found.shares"))]
    chosen = "shares" if form.shares else "whole"
    return [
        text(ui, say("recovery.found.title"), ui.type.h3, heading=2),
        switch_of(ui, kinds, chosen, lambda kind: acts.change(shares=kind == "shares"),
                  key="first_run.printing"),
        text(ui, say(f"recovery.found.{chosen}_line"), ui.type.body, SOFT),
    ]


def _busy(ui: Ui, form: FirstRunForm, words: str) -> list[ft.Control]:
    return [progress(ui, words, None, key="first_run.progress")] if form.busy else []


def code_page(ui: Ui, form: FirstRunForm, acts: FirstRunActs) -> ft.Control:
    """The invitation's code, typed or pasted."""
    say = ui.say
    return door(
        ui,
        [
            *_title(ui, say("first_run.invitation.title"), say("first_run.invitation.line")),
            field(ui, say("first_run.invitation.code"), form.code,
                  lambda words: acts.change(code=words), key="first_run.code", lines=4,
                  help=say("recovery.join_camera"),
                  error=_wrong(form, "code"), disabled=form.busy, autofocus=True),
            *_error(ui, form),
            filled(ui, say("first_run.invitation.go"), acts.read_code, key="first_run.go",
                   fill=True, disabled=form.busy),
            _back(ui, acts, form.busy),
        ],
        key="first_run.page",
        drawing=ui.layout.wide,
    )


def join_page(ui: Ui, form: FirstRunForm, acts: FirstRunActs) -> ft.Control:
    """What the code says, to be compared aloud, and a passphrase for this tablet."""
    say = ui.say
    said = [
        fact_line(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, say("first_run.invitation.found"),
                  icon_color=ft.Colors.TERTIARY),
        text(ui, say("first_run.invitation.server", server=form.found_server)),
        text(ui, say("first_run.invitation.fingerprint", fingerprint=form.fingerprint),
             ui.type.strong, key="first_run.fingerprint"),
        text(ui, say("first_run.invitation.compare")),
    ]
    return door(
        ui,
        [
            text(ui, say("first_run.invitation.title"), ui.type.h1, heading=1),
            quiet_panel(ft.Column(said, spacing=8, tight=True)),
            text(ui, say("first_run.pass.title"), ui.type.h3, heading=2),
            *_passphrase(ui, form, acts, acts.join),
            *_error(ui, form),
            *_busy(ui, form, say("first_run.invitation.joining")),
            filled(ui, say("first_run.invitation.join"), acts.join, key="first_run.go",
                   fill=True, disabled=form.busy),
            _back(ui, acts, form.busy),
        ],
        key="first_run.page",
        drawing=ui.layout.wide,
    )


def waiting_page(ui: Ui, form: FirstRunForm, acts: FirstRunActs) -> ft.Control:
    """The tablet is known to the inviter and waits."""
    say = ui.say
    return door(
        ui,
        [
            text(ui, say("first_run.waiting.title"), ui.type.h1, heading=1),
            progress(ui, say("first_run.waiting.line"), None,
                     key="first_run.waiting"),
            *_error(ui, form),
            ft.Container(height=8),
            outlined(ui, say("first_run.waiting.again"), acts.ask_again,
                     key="first_run.ask_again", fill=True, disabled=form.busy),
        ],
        key="first_run.page",
    )
