"""Change the passphrase: the old one, the new one, and the new one once more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError, WrongPassphrase
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.newest import use_newest
from app.views.screens.passphrase import (
    Choice,
    ChoiceActs,
    ChoiceKeys,
    check_choice,
    chooser,
)
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.states import progress
from app.views.widgets.ui import Ui, use_ui


@dataclass(frozen=True)
class PassphraseForm:
    """What was typed. done: it was changed."""

    open: bool = False
    old: str = ""
    made: str = ""
    own: bool = False
    new: str = ""
    again: str = ""
    error: str = ""
    field: str = ""
    busy: bool = False
    done: bool = False

    @property
    def choice(self) -> Choice:
        """The new passphrase as far as it is chosen."""
        return Choice(self.made, self.own, self.new, self.again)


def check(ui: Ui, form: PassphraseForm) -> tuple[str, str]:
    """(field, words) of the first thing to mend, or two empty strings."""
    if not form.old:
        return "old", ui.say("settings.pass.old_missing")
    return check_choice(ui, form.choice)


@component
def ChangePassphrase() -> ft.Control:
    """Folded away until asked for."""
    ui = use_ui()
    tablet = use_tablet()
    form, set_form, newest = use_newest(PassphraseForm())
    say = ui.say

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", field="", **changes))

    def wrong(place: str, words: str) -> None:
        set_form(lambda now: replace(now, error=words, field=place, busy=False))

    def tell(problem: AppError) -> None:
        if isinstance(problem, WrongPassphrase):
            wrong("old", say("settings.pass.old_wrong"))
        else:
            place = "new" if getattr(problem, "field", "") else ""
            wrong(place, words_for(ui, problem))

    async def go() -> None:
        form = newest()
        if form.busy:
            return
        place, words = check(ui, form)
        if words:
            wrong(place, words)
            return
        change(busy=True)
        await tablet.open.settings.change_passphrase(form.old, form.choice.passphrase)
        set_form(PassphraseForm(done=True))

    def five_words() -> str:
        return tablet.suggest_passphrase(ui.settings.language)

    if not form.open:
        opener = outlined(ui, say("settings.pass.change"),
                          lambda: set_form(PassphraseForm(open=True, made=five_words())),
                          key="settings.passphrase", symbol=ft.Icons.KEY_OUTLINED)
        parts: list[ft.Control] = [ft.Row([opener], wrap=True)]
        if form.done:
            parts.append(note_line(ui, say("settings.pass.done"), key="settings.pass.done"))
        return ft.Column(parts, spacing=10, tight=True)

    def beside(name: str) -> str | None:
        return form.error if form.field == name and form.error else None

    act = guarded(go, tell)
    return ft.Column(
        [
            field(ui, say("settings.pass.old"), form.old, lambda words: change(old=words),
                  key="settings.pass.old", secret=True, error=beside("old"), disabled=form.busy,
                  autofocus=True),
            *chooser(
                ui,
                form.choice,
                ChoiceActs(
                    own=lambda own: change(own=own, new="", again=""),
                    other=lambda: change(made=five_words(), again=""),
                    typed=lambda words: change(new=words),
                    again=lambda words: change(again=words),
                    submit=act,
                ),
                ChoiceKeys("settings.pass", "settings.pass.new", "settings.pass.again"),
                wrong=beside,
                busy=form.busy,
            ),
            *([note_line(ui, form.error, error=True, key="settings.pass.error")]
              if form.error and not form.field else []),
            *([progress(ui, say("settings.pass.working"), None, key="settings.pass.progress")]
              if form.busy else []),
            ft.Row(
                [outlined(ui, say("settings.pass.go"), act, key="settings.pass.go",
                          disabled=form.busy),
                 quiet(ui, say("settings.pass.leave"), lambda: set_form(PassphraseForm()),
                       key="settings.pass.leave", disabled=form.busy)],
                wrap=True, spacing=8, run_spacing=8,
            ),
        ],
        spacing=14,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
