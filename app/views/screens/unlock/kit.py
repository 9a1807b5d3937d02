"""Getting in without the passphrase: what can be done, and the recovery kit's 24 words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError, WordsNotValid, WrongPassphrase
from app.services.typed_papers import is_picture
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.newest import use_newest
from app.views.screens.door import door
from app.views.screens.passphrase import (
    Choice,
    ChoiceActs,
    ChoiceKeys,
    check_choice,
    chooser,
)
from app.views.screens.unlock.start_over import StartOver
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui

KIT_WORDS = 24


@dataclass(frozen=True)
class KitForm:
    """What was typed on the way in with a recovery kit."""

    entering: bool = False
    words: str = ""
    made: str = ""
    own: bool = False
    new: str = ""
    again: str = ""
    error: str = ""
    field: str = ""
    busy: bool = False

    @property
    def choice(self) -> Choice:
        """The new passphrase as far as it is chosen."""
        return Choice(self.made, self.own, self.new, self.again)


def split_words(typed: str) -> tuple[str, ...]:
    """The words typed or pasted: numbers and punctuation of a printed sheet are left out."""
    kept = "".join(letter if letter.isalpha() else " " for letter in typed.casefold())
    return tuple(kept.split())


def check(ui: Ui, form: KitForm) -> tuple[str, str]:
    """The first thing to mend: (field, words), or two empty strings."""
    count = len(split_words(form.words))
    if count != KIT_WORDS and not is_picture(form.words):
        return "words", ui.say("unlock.kit.missing", count=count)
    return check_choice(ui, form.choice)


def kit_screen(
    ui: Ui,
    form: KitForm,
    *,
    on_words: Callable[[str], object],
    choosing: ChoiceActs,
    on_have: Callable[[], object],
    on_neither: Callable[[], object],
    on_go: Callable[[], object],
    on_back: Callable[[], object],
) -> ft.Control:
    """The explanation first; the fields once somebody has the kit at hand."""

    def wrong(name: str) -> str | None:
        return form.error if form.error and form.field == name else None

    say = ui.say
    parts: list[ft.Control] = [
        text(ui, say("unlock.kit.title"), ui.type.h1, heading=1),
        text(ui, say("unlock.kit.first"), ui.type.body_l),
    ]
    if not form.entering:
        parts += [
            filled(ui, say("unlock.kit.have"), on_have, key="kit.have", fill=True),
            text(ui, say("unlock.kit.no_kit"), ui.type.body_l, SOFT),
            outlined(ui, say("unlock.kit.neither"), on_neither, key="kit.neither", fill=True),
            ft.Row([quiet(ui, say("unlock.back"), on_back, key="kit.back")],
                   alignment=ft.MainAxisAlignment.CENTER),
        ]
    else:
        count = len(split_words(form.words))
        parts += [
            field(
                ui, say("unlock.kit.words"), form.words, on_words, key="kit.words", lines=4,
                help=say("unlock.kit.counted", count=count) if count
                else say("unlock.kit.words_help"),
                error=wrong("words"), disabled=form.busy, autofocus=True,
            ),
            text(ui, say("unlock.kit.new"), ui.type.h3, heading=2),
            *chooser(ui, form.choice, choosing, ChoiceKeys("kit", "kit.new", "kit.again"),
                     wrong=wrong, busy=form.busy),
            *([note_line(ui, form.error, error=True, key="kit.error")]
              if form.error and not form.field else []),
            filled(ui, say("unlock.opening" if form.busy else "unlock.kit.go"), on_go,
                   key="kit.go", fill=True, disabled=form.busy),
            ft.Row([quiet(ui, say("unlock.back"), on_back, key="kit.back", disabled=form.busy)],
                   alignment=ft.MainAxisAlignment.CENTER),
        ]
    return door(ui, parts, key="kit.form", drawing=not form.entering)


@component
def KitEntry(on_back: Callable[[], object]) -> ft.Control:
    """Open the tablet with its recovery kit and give it a new passphrase."""
    ui = use_ui()
    tablet = use_tablet()
    form, set_form, newest = use_newest(KitForm())
    over, set_over = ft.use_state(False)

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, **changes))

    def tell(problem: AppError) -> None:
        name = getattr(problem, "field", "")
        place = {"words": "words", "new_passphrase": "new", "passphrase": "new"}.get(name, "")
        if isinstance(problem, WordsNotValid | WrongPassphrase) or problem.code == "seed_not_kit":
            place = "words"
        change(error=words_for(ui, problem), field=place, busy=False)

    async def go() -> None:
        form = newest()
        if form.busy:
            return
        place, words = check(ui, form)
        if words:
            change(error=words, field=place)
            return
        change(error="", field="", busy=True)
        typed = form.words.strip() if is_picture(form.words) else " ".join(split_words(form.words))
        await tablet.recover(typed, form.choice.passphrase)

    def five_words() -> str:
        return tablet.suggest_passphrase(ui.settings.language)

    if over:
        return StartOver(lambda: set_over(False))
    return kit_screen(
        ui,
        form,
        on_words=lambda words: change(words=words, error="", field=""),
        choosing=ChoiceActs(
            own=lambda own: change(own=own, new="", again="", error="", field=""),
            other=lambda: change(made=five_words(), again="", error="", field=""),
            typed=lambda words: change(new=words, error="", field=""),
            again=lambda words: change(again=words, error="", field=""),
            submit=guarded(go, tell),
        ),
        on_have=lambda: change(entering=True, made=five_words()),
        on_neither=lambda: set_over(True),
        on_go=guarded(go, tell),
        on_back=on_back,
    )
