"""Removed: this tablet was taken out of its agency, and what that means.

Plain and calm: what happened, what became of notes that were not sent, and the one thing that can
be done. Ends a wipe that was cut short as soon as it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.errors import AppError
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.preferences import use_choose
from app.views.screens.door import door, language_button
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import Act
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui


@dataclass(frozen=True)
class RemovedView:
    """What is shown. lost: reported lost or stolen. busy: something is being wiped. error: words."""

    lost: bool
    busy: bool = False
    error: str = ""


def removed_screen(ui: Ui, view: RemovedView, on_again: Act, foot: ft.Control) -> ft.Control:
    """The drawing, the words, and the way to begin anew."""
    say = ui.say
    kind = "lost" if view.lost else "removed"
    parts: list[ft.Control] = [
        text(ui, say("removed.title"), ui.type.h1, heading=1),
        text(ui, say(f"removed.{kind}_what"), ui.type.body_l),
        quiet_panel(
            ft.Column(
                [
                    text(ui, say("removed.notes"), ui.type.strong, heading=2),
                    text(ui, say(f"removed.{kind}_notes"), ui.type.body),
                ],
                spacing=6,
                tight=True,
            )
        ),
        text(ui, say("removed.ask"), ui.type.body, SOFT),
    ]
    if view.error:
        parts.append(note_line(ui, view.error, error=True, key="removed.error"))
    if view.busy:
        parts.append(progress(ui, say("removed.wiping"), None, key="removed.progress"))
    parts.append(
        filled(ui, say("removed.again"), on_again, key="removed.again", fill=True, disabled=view.busy)
    )
    return door(ui, parts, foot=foot, key="removed.page")


@component
def RemovedScreen() -> ft.Control:
    """This tablet was taken out of its agency."""
    ui = use_ui()
    tablet = use_tablet()
    choose = use_choose()
    mark = tablet.removed
    busy, set_busy = ft.use_state(mark is not None and not mark.done)
    error, set_error = ft.use_state("")

    def tell(problem: AppError) -> None:
        set_error(words_for(ui, problem))
        set_busy(False)

    async def finish() -> None:
        await tablet.finish_wiping()
        set_busy(False)

    async def again() -> None:
        if not busy:
            set_error("")
            set_busy(True)
            await tablet.set_up_again()

    ft.use_effect(guarded(finish, tell), [])
    return removed_screen(
        ui,
        RemovedView(
            lost=mark is not None and mark.reason == "lost",
            busy=busy,
            error=error,
        ),
        guarded(again, tell),
        language_button(ui, choose, key="removed.language"),
    )
