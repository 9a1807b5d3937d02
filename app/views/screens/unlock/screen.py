"""Unlock: a greeting, the passphrase, and one button.

Owns the words being typed and the growing pause after wrong tries. A wrong passphrase is said
without a hint; what was typed stays, so that it can be looked at and mended.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import flet as ft

from app.errors import AppError, PersonAskedOtherwise, WrongPassphrase
from app.services.tablet import Tablet, TabletState
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.loops import use_every
from app.views.newest import use_newest
from app.views.preferences import use_choose
from app.views.screens.door import door, language_button
from app.views.screens.unlock.kit import KitEntry
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.fields import field
from app.views.widgets.guarded import guarded, start
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, UiSettings, use_ui

_NOON, _EVENING, _MORNING = 12, 18, 4


@dataclass(frozen=True)
class UnlockView:
    """What Unlock shows.

    Attributes:
        hour: 0 to 23 on the wall, for the greeting.
        typed: the passphrase so far.
        error: words below the field, or "".
        opening: the tablet is being opened.
        share: how far, 0 to 1; None when not known.
        wait: seconds until the next try, 0 for none.
        by_person: finger or face open this tablet too.
    """

    hour: int
    typed: str = ""
    error: str = ""
    opening: bool = False
    share: float | None = None
    wait: int = 0
    by_person: bool = False


def greeting(ui: Ui, hour: int) -> str:
    """Good morning, afternoon or evening."""
    if _MORNING <= hour < _NOON:
        return ui.say("unlock.morning")
    return ui.say("unlock.afternoon" if _NOON <= hour < _EVENING else "unlock.evening")


def unlock_screen(
    ui: Ui,
    view: UnlockView,
    *,
    on_type: Callable[[str], object],
    on_go: Callable[[], object],
    on_person: Callable[[], object],
    on_cannot: Callable[[], object],
    choose: Callable[[UiSettings], object],
) -> ft.Control:
    """The screen of the picture."""
    error = view.error
    if view.wait:
        pause = (
            ui.say("unlock.wait_one")
            if view.wait == 1
            else ui.say("unlock.wait", count=view.wait)
        )
        error = f"{error} {pause}".strip()
    working: list[ft.Control] = []
    if view.opening:
        said = (
            ui.say("unlock.reading")
            if view.share is None
            else ui.say("unlock.reading_share", share=round(view.share * 100))
        )
        working.append(progress(ui, said, view.share, key="unlock.progress"))
    return door(
        ui,
        [
            text(ui, greeting(ui, view.hour), ui.type.words_xl, heading=1),
            text(ui, ui.say("unlock.already_here"), ui.type.body_l, SOFT),
            ft.Container(height=8),
            field(
                ui,
                ui.say("unlock.passphrase"),
                view.typed,
                on_type,
                key="unlock.passphrase",
                secret=True,
                error=error or None,
                on_submit=on_go,
                autofocus=True,
                disabled=view.opening,
            ),
            filled(
                ui,
                ui.say("unlock.opening" if view.opening else "unlock.go"),
                on_go,
                key="unlock.go",
                fill=True,
                disabled=view.opening or view.wait > 0,
            ),
            *(
                [outlined(ui, ui.say("unlock.person"), on_person, key="unlock.person", fill=True,
                          main=True, symbol=ft.Icons.FINGERPRINT, disabled=view.opening)]
                if view.by_person
                else []
            ),
            *working,
            ft.Row(
                [quiet(ui, ui.say("unlock.cannot"), on_cannot, key="unlock.cannot",
                       disabled=view.opening)],
                alignment=ft.MainAxisAlignment.CENTER,
            ),
        ],
        foot=language_button(ui, choose, key="unlock.language"),
        key="unlock.form",
    )


def seconds_to_wait(tablet: Tablet) -> int:
    """Whole seconds until the next try may be made."""
    return max(0, math.ceil(tablet.retry_after_seconds))


def _nothing() -> None:
    """Flet ends an effect's task with the screen only where there is something to clean up."""


@component
def Unlock() -> ft.Control:
    """Ask for the passphrase and open the tablet with it."""
    ui = use_ui()
    tablet = use_tablet()
    choose = use_choose()
    typed, set_typed, newest = use_newest("")
    error, set_error = ft.use_state("")
    kit, set_kit = ft.use_state(False)
    wait, set_wait = ft.use_state(seconds_to_wait(tablet))
    by_person, set_by_person = ft.use_state(False)

    async def look() -> None:
        set_by_person((await tablet.protection()).by_person)

    ft.use_effect(guarded(look, lambda _problem: None), [], _nothing)

    async def count_down() -> None:
        set_wait(seconds_to_wait(tablet))

    use_every(1, count_down, on=wait > 0)

    def tell(problem: AppError) -> None:
        wrong = isinstance(problem, WrongPassphrase)
        set_error(ui.say("unlock.wrong") if wrong else words_for(ui, problem))
        set_wait(seconds_to_wait(tablet))

    async def go() -> None:
        if tablet.state is not TabletState.LOCKED or seconds_to_wait(tablet):
            return
        words = newest()
        if not words:
            set_error(ui.say("unlock.empty"))
            return
        set_error("")
        await tablet.unlock(words)

    def tell_person(problem: AppError) -> None:
        set_error("" if isinstance(problem, PersonAskedOtherwise) else words_for(ui, problem))
        start(guarded(look, lambda _problem: None))

    async def person() -> None:
        if tablet.state is TabletState.LOCKED:
            set_error("")
            await tablet.unlock_by_person(ui.say("unlock.person_reason"))

    def type_(words: str) -> None:
        set_typed(words)
        if error and not wait:
            set_error("")

    if kit:
        return KitEntry(lambda: set_kit(False))
    work = tablet.progress
    return unlock_screen(
        ui,
        UnlockView(
            hour=datetime.now().hour,
            typed=typed,
            error=error,
            opening=tablet.state is TabletState.OPENING,
            share=work.done / work.total if work.total else None,
            wait=wait,
            by_person=by_person,
        ),
        on_type=type_,
        on_go=guarded(go, tell),
        on_person=guarded(person, tell_person),
        on_cannot=lambda: set_kit(True),
        choose=choose,
    )
