"""Clocks: kitchen-timer dials that fill up, and the pill that says the same in words.

Owns the three looks (on time, due soon, overdue) and the gentler fourth for the family table
(still open, no red). The wedge is the share of time used. Follows design page 06, "Clock".
"""

from __future__ import annotations

import math
from enum import Enum

import flet as ft
import flet.canvas as cv

from app.views.theme.tokens import Radius
from app.views.widgets.text import text
from app.views.widgets.ui import Ui


class ClockState(Enum):
    """How a clock stands."""

    ON_TIME = "on_time"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    OPEN = "open"


_INK = {
    ClockState.ON_TIME: ft.Colors.TERTIARY,
    ClockState.DUE_SOON: ft.Colors.PRIMARY,
    ClockState.OVERDUE: ft.Colors.ERROR,
    ClockState.OPEN: ft.Colors.TERTIARY,
}
_PILL = {
    ClockState.DUE_SOON: (ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER),
    ClockState.OVERDUE: (ft.Colors.ERROR_CONTAINER, ft.Colors.ON_ERROR_CONTAINER),
}
_LINE = 2.2


def dial(ui: Ui, state: ClockState, used: float, *, size: float = 24) -> ft.Control:
    """The drawing alone; put words beside it.

    Args:
        ui: settings in force.
        state: which look.
        used: share of the time used, 0 to 1; ignored when overdue.
        size: diameter in logical pixels at 100 %.
    """
    side = ui.grow(size)
    middle = side / 2
    ink = _INK[state]
    shapes: list[cv.Shape]
    if state is ClockState.OVERDUE:
        bar = side * 0.12
        paint = ft.Paint(
            color=ft.Colors.ON_ERROR, stroke_width=bar, stroke_cap=ft.StrokeCap.ROUND
        )
        shapes = [
            cv.Circle(middle, middle, middle - 0.5, ft.Paint(color=ink)),
            cv.Line(middle, side * 0.26, middle, side * 0.54, paint),
            cv.Circle(middle, side * 0.73, bar * 0.62, ft.Paint(color=ft.Colors.ON_ERROR)),
        ]
    else:
        line = _LINE * ui.scale
        gap = line * 1.75
        # A sliver stays visible at the very start; a full disc would look overdue.
        share = min(max(used, 0.06), 0.94)
        ring = ft.Paint(color=ink, stroke_width=line, style=ft.PaintingStyle.STROKE)
        shapes = [
            cv.Circle(middle, middle, middle - line / 2, ring),
            cv.Arc(
                gap,
                gap,
                side - 2 * gap,
                side - 2 * gap,
                start_angle=-math.pi / 2,
                sweep_angle=2 * math.pi * share,
                use_center=True,
                paint=ft.Paint(color=ink),
            ),
        ]
    return ft.Semantics(
        exclude_semantics=True, content=cv.Canvas(shapes, width=side, height=side)
    )


def clock(
    ui: Ui,
    state: ClockState,
    used: float,
    label: str,
    *,
    size: float = 24,
    key: str | None = None,
) -> ft.Control:
    """Dial and words; tinted into a pill when due soon or overdue.

    Args:
        ui: settings in force.
        state: which look.
        used: share of the time used, 0 to 1.
        label: the words, with date or days ("Crisis plan, 3 days over").
        size: diameter of the dial.
        key: control key.
    """
    ground, ink = _PILL.get(state, (None, ft.Colors.ON_SURFACE))
    pill = ft.Container(
        padding=ft.Padding.only(left=6, right=14, top=6, bottom=6),
        border_radius=Radius.ROUND if ui.scale < 1.3 else Radius.SHEET,
        bgcolor=ground,
        content=ft.Row(
            [dial(ui, state, used, size=size), text(ui, label, ui.type.chip, ink, loose=True)],
            spacing=9,
            tight=True,
        ),
    )
    # A wrapping row keeps the pill as wide as its words but never wider than the column.
    return ft.Row([pill], wrap=True, spacing=0, key=key)
