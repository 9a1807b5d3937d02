"""A picture of squares (QR) that a camera reads from the screen. Drawn, never a file.

Black on white in every theme, because cameras want that, with the light margin they need. Each
square is a whole number of pixels wide, so that the edges are sharp.
"""

from __future__ import annotations

import flet as ft
import flet.canvas as cv

from app.services.recovery_papers import QUIET, runs, squares
from app.views.theme.tokens import Radius
from app.views.widgets.pressable import named
from app.views.widgets.ui import Ui

LARGEST = 360
"""Pixels: beyond, a picture only takes room."""
_SMALLEST_SQUARE = 3


def qr_picture(ui: Ui, value: str, *, name: str, key: str, room: float | None = None) -> ft.Control:
    """The picture of a text.

    Args:
        ui: settings in force.
        value: what a camera reads.
        name: what it is, for those who do not see it; never the text itself.
        key: control key.
        room: pixels there are; by default the width of the screen without its margins.
    """
    width = min(LARGEST, room if room is not None else ui.layout.width - 2 * 20)
    size = len(squares(value)) + 2 * QUIET
    square = max(_SMALLEST_SQUARE, int(width // size))
    drawn = cv.Path(
        [
            cv.Path.Rect((column + QUIET) * square, (row + QUIET) * square, count * square, square)
            for row, column, count in runs(value)
        ],
        paint=ft.Paint(color=ft.Colors.BLACK, style=ft.PaintingStyle.FILL, anti_alias=False),
    )
    side = size * square
    picture = ft.Container(
        cv.Canvas([drawn], width=side, height=side),
        bgcolor=ft.Colors.WHITE,
        border_radius=Radius.FIELD,
        width=side,
        height=side,
        key=key,
    )
    middle = ft.MainAxisAlignment.CENTER if ui.layout.narrow else ft.MainAxisAlignment.START
    return ft.Row([named(picture, name)], alignment=middle)
