"""Cover: one tap on every screen shows a neutral picture; one tap brings the screen back."""

from __future__ import annotations

import flet as ft

from app.views.brand import table_from_above
from app.views.widgets.pressable import Act, named
from app.views.widgets.ui import Ui


def cover_screen(ui: Ui, on_uncover: Act) -> ft.Control:
    """The drawing alone, as large as the window; nothing on it says what lies below."""
    size = ui.layout
    drawing = table_from_above(ui, size.width, size.height, ui.say("cover.picture"))
    return ft.TextButton(
        content=named(drawing, ui.say("cover.back")),
        key="cover.back",
        on_click=on_uncover,
        autofocus=True,
        style=ft.ButtonStyle(
            padding=0,
            shape=ft.RoundedRectangleBorder(radius=0),
            overlay_color=ft.Colors.TRANSPARENT,
        ),
    )
