"""Said once, right after unlocking: how many tries were in vain since the person was last here."""

from __future__ import annotations

import flet as ft

from app.views.hooks import use_tablet
from app.views.widgets.boundary import component
from app.views.widgets.shell import BAR, RAIL
from app.views.widgets.text import text
from app.views.widgets.ui import use_ui


@component
def FailedBefore(worker: bool) -> ft.Control:
    """Nothing in the window, and a bar over it that goes by itself.

    worker: somebody has unlocked the tablet and has it. What is shown goes when they lock it.
    """
    ui = use_ui()
    tablet = use_tablet()
    count, set_count = ft.use_state(0)

    def look() -> None:
        set_count(tablet.open.access.tell_once() if worker else 0)

    ft.use_effect(look, [worker])
    narrow = ui.layout.narrow
    said = "unlock.failed_before_one" if count == 1 else "unlock.failed_before"
    ft.use_dialog(
        ft.SnackBar(
            content=ft.Container(
                text(ui, ui.say(said, count=count), ui.type.strong, ft.Colors.ON_INVERSE_SURFACE),
                key="failed_before",
            ),
            behavior=ft.SnackBarBehavior.FLOATING,
            duration=ft.Duration(seconds=10),
            show_close_icon=True,
            # The places and Cover stay in sight.
            margin=ft.Margin.only(
                left=16 if narrow else ui.grow(RAIL) + 16,
                right=16,
                bottom=ui.grow(BAR) + 16 if narrow else 16,
            ),
            on_dismiss=lambda: set_count(0),
        )
        if count and worker
        else None
    )
    return ft.Container(width=0, height=0)
