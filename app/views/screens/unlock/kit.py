"""Getting in without the passphrase: what can be done, and the recovery kit's 24 words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.newest import use_newest
from app.views.screens.door import door
from app.views.screens.passphrase import strong_enough
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
    new: str = ""
    again: str = ""
    error: str = ""
    field: str = ""
    busy: bool = False


def split_words(typed: str) -> tuple[str, ...]:
    """The words typed or pasted: numbers and punctuation of a printed sheet are left out."""
    kept = "".join(letter if letter.isalpha() else " " for letter in typed.casefold())
    return tuple(kept.split())


def check(ui: Ui, form: KitForm) -> tuple[str, str]:
    """The first thing to mend: (field, words), or two empty strings."""
    count = len(split_words(form.words))
    if count != KIT_WORDS:
        return "words", ui.say("unlock.kit.missing", count=count)
    if not strong_enough(form.new):
        return "new", ui.say("unlock.kit.short")
    if form.new != form.again:
        return "again", ui.say("unlock.kit.differ")
    return "", ""


def kit_screen(
    ui: Ui,
    form: KitForm,
    *,
    on_words: Callable[[str], object],
    on_new: Callable[[str], object],
    on_again: Callable[[str], object],
    on_have: Callable[[], object],
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
            text(ui, say("unlock.kit.no_kit"), ui.type.body_l, SOFT),
            filled(ui, say("unlock.kit.have"), on_have, key="kit.have", fill=True),
            outlined(ui, say("unlock.back"), on_back, key="kit.back", fill=True),
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
            field(ui, say("unlock.kit.new"), form.new, on_new, key="kit.new", secret=True,
                  help=say("unlock.kit.new_help"), error=wrong("new"), disabled=form.busy),
            field(ui, say("unlock.kit.again"), form.again, on_again, key="kit.again",
                  secret=True, error=wrong("again"), disabled=form.busy, on_submit=on_go),
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

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, **changes))

    def tell(problem: AppError) -> None:
        name = getattr(problem, "field", "")
        place = {"words": "words", "new_passphrase": "new", "passphrase": "new"}.get(name, "")
        if problem.code in ("words_not_valid", "wrong_passphrase"):
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
        recover: Callable[[str, str], Awaitable[None]] | None = getattr(tablet, "recover", None)
        if recover is None:
            change(error=ui.say("unlock.kit.not_yet"), field="")
            return
        change(error="", field="", busy=True)
        await recover(" ".join(split_words(form.words)), form.new)

    return kit_screen(
        ui,
        form,
        on_words=lambda words: change(words=words, error="", field=""),
        on_new=lambda words: change(new=words, error="", field=""),
        on_again=lambda words: change(again=words, error="", field=""),
        on_have=lambda: change(entering=True),
        on_go=guarded(go, tell),
        on_back=on_back,
    )
