"""What happened and where somebody lived, row by row on the axis of the charts above.

Each row is a sentence with its day, so that it reflows at any size, and below it a thin track on which
it stands: a diamond for a day, a bar for a time. Follows design page 06, "Chart" and "Access".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import flet as ft
import flet.canvas as cv

from app.views.widgets.chart import across, foot, gutter
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui
from app.wraparound.progress_axis import Span
from app.wraparound.progress_words import Lookup

_TALL = 16.0


@dataclass(frozen=True)
class Row:
    """One thing on the axis. until: None for a single day. stay: a time of living somewhere. soft: a
    second line."""

    said: str
    since: date
    until: date | None = None
    stay: bool = False
    soft: str = ""


def timeline(
    ui: Ui, rows: Sequence[Row], span: Span, meetings: Sequence[date], words: Lookup, *, width: float
) -> ft.Control:
    """The rows and the axis below them."""
    return ft.Column(
        [*(_row(ui, row, span, width) for row in rows), foot(ui, span, meetings, words, width=width)],
        spacing=ui.grow(6),
        tight=True,
        width=width,
    )


def _row(ui: Ui, row: Row, span: Span, width: float) -> ft.Control:
    left, room, tall = gutter(ui), across(ui, width), ui.grow(_TALL)
    middle = tall / 2
    shapes: list[cv.Shape] = [
        cv.Line(
            left, middle, left + room, middle,
            ft.Paint(color=ft.Colors.OUTLINE_VARIANT, stroke_width=1.5),
        )
    ]  # fmt: skip
    since = left + room * max(0.0, span.place(row.since))
    until = left + room * min(1.0, span.place(row.until)) if row.until is not None else since
    if until - since > tall or row.stay:
        color = ft.Colors.TERTIARY if row.stay else ft.Colors.PRIMARY
        shapes.append(
            cv.Rect(
                since, middle - tall / 4, max(until - since, tall / 2), tall / 2,
                border_radius=tall / 4, paint=ft.Paint(color=color, style=ft.PaintingStyle.FILL),
            )
        )  # fmt: skip
    else:
        shapes.append(
            cv.Path(
                [cv.Path.MoveTo(since, 0), cv.Path.LineTo(since + middle, middle),
                 cv.Path.LineTo(since, tall), cv.Path.LineTo(since - middle, middle), cv.Path.Close()],
                ft.Paint(color=ft.Colors.PRIMARY, style=ft.PaintingStyle.FILL),
            )
        )  # fmt: skip
    lines: list[ft.Control] = [text(ui, row.said)]
    if row.soft:
        lines.append(text(ui, row.soft, ui.type.cap, SOFT))
    drawn = ft.Semantics(exclude_semantics=True, content=cv.Canvas(shapes, width=width, height=tall))
    return ft.Column([*lines, drawn], spacing=2, tight=True)
