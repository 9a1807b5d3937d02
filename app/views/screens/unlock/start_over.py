"""Neither passphrase nor kit: what can still be done, said honestly, and the way to begin anew."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.errors import AppError
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.screens.door import door
from app.views.unsent_words import unsent_words
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.text import SOFT, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui, use_ui


def start_over_screen(
    ui: Ui,
    *,
    sure: bool,
    error: str,
    unsent: str,
    on_sure: Callable[[bool], object],
    on_go: Callable[[], object],
    on_back: Callable[[], object],
) -> ft.Control:
    """What comes back, what does not, and what is kept just in case.

    Args:
        ui: settings in force.
        sure: the person has said that they understood.
        error: words of what went wrong, or "".
        unsent: how much was never sent, in words; "" until it is known.
        on_sure: called with the tick.
        on_go: puts the tablet's content aside.
        on_back: back to the other ways in.
    """
    say = ui.say

    def fact(name: str) -> ft.Control:
        return ft.Column(
            [
                text(ui, say(f"start_over.{name}"), ui.type.strong, heading=2),
                text(ui, say(f"start_over.{name}_line"), ui.type.body),
            ],
            spacing=4,
            tight=True,
        )

    return door(
        ui,
        [
            text(ui, say("start_over.title"), ui.type.h1, heading=1),
            text(ui, say("start_over.line"), ui.type.body_l),
            quiet_panel(
                ft.Column([fact("back"), fact("gone"), fact("kept")], spacing=14, tight=True)
            ),
            fact_line(ui, ft.Icons.CLOUD_OFF_OUTLINED, unsent, key="start_over.unsent"),
            text(ui, say("start_over.first"), ui.type.body, SOFT),
            tick_row(ui, say("start_over.sure"), sure, on_sure, key="start_over.sure"),
            *([note_line(ui, error, error=True, key="start_over.error")] if error else []),
            outlined(ui, say("start_over.go"), on_go, key="start_over.go", fill=True,
                     disabled=not sure or not unsent),
            ft.Row([quiet(ui, say("start_over.leave"), on_back, key="start_over.back")],
                   alignment=ft.MainAxisAlignment.CENTER),
        ],
        key="start_over.page",
        drawing=False,
    )


@component
def StartOver(on_back: Callable[[], object]) -> ft.Control:
    """Put aside what nobody can open, and begin anew."""
    ui = use_ui()
    tablet = use_tablet()
    sure, set_sure = ft.use_state(False)
    error, set_error = ft.use_state("")
    counted, set_counted = ft.use_state("")

    async def count() -> None:
        set_counted(unsent_words(ui, await tablet.unsent()))

    def uncounted(_problem: AppError) -> None:
        set_counted(unsent_words(ui, None))

    ft.use_effect(guarded(count, uncounted), [])

    def tell(problem: AppError) -> None:
        set_error(words_for(ui, problem))

    async def go() -> None:
        await tablet.start_over()

    return start_over_screen(
        ui, sure=sure, error=error, unsent=counted, on_sure=set_sure, on_go=guarded(go, tell), on_back=on_back
    )
