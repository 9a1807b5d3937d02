"""A line over time: marks on shared days, grid and bands behind, months and meetings below.

Owns where things stand; whose line looks how is chart_marks.py, and what it says stands beside it in
words, so the drawing carries one sentence for a screen reader. Every chart of a page begins and ends at
the same pixels, so that days stand below each other. Follows design page 06, "Chart".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import flet as ft
import flet.canvas as cv
import flet_charts as fch

from app.views.widgets.chart_marks import mark_of, point_of, thickness
from app.views.widgets.pressable import named
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui
from app.wraparound.eco_lettering import width_of
from app.wraparound.progress import Chart, Line, runs, side_of
from app.wraparound.progress_axis import Span, ticks
from app.wraparound.progress_words import Lookup, figure, tick_label

_HEIGHT: Final = 168.0
_LOW_HEIGHT: Final = 84.0
_GUTTER: Final = 52.0
_RIM: Final = 14.0
"""Free around the lines, so that no mark is cut."""
_MONTH: Final = 58.0
"""Room that the name of a month takes."""
_LETTERS: Final = 14.0


def gutter(ui: Ui) -> float:
    """Pixels left of the first day, for the numbers of the scale."""
    return ui.grow(_GUTTER)


def across(ui: Ui, width: float) -> float:
    """Pixels from the first to the last day."""
    return max(40.0, width - gutter(ui) - ui.grow(_RIM))


def line_chart(
    ui: Ui, chart: Chart, span: Span, meetings: Sequence[date], words: Lookup, *, width: float, said: str
) -> ft.Control:
    """The drawing with its months.

    Args:
        ui: settings in force.
        chart: what to draw.
        span: the days of the axis.
        meetings: days marked below it.
        words: phrases by key.
        width: the room there is, in logical pixels.
        said: what a screen reader hears in its place.
    """
    tall = ui.grow(_LOW_HEIGHT if chart.kind == "yes_no" else _HEIGHT)
    rim, left, room = ui.grow(_RIM), gutter(ui), across(ui, width)
    low, high = chart.low, max(chart.high, chart.low + 1)

    def down(value: float) -> float:
        return rim + tall * (1 - (min(high, max(low, value)) - low) / (high - low))

    behind: list[ft.Control] = []
    for number, band in enumerate(chart.bands):
        if number % 2 == len(chart.bands) % 2:
            continue
        top = down(band.high)
        behind.append(
            ft.Container(
                left=left, top=top, width=room, height=max(1.0, down(band.low) - top),
                bgcolor=ft.Colors.SURFACE_CONTAINER,
            )
        )  # fmt: skip
    letters = ui.grow(_LETTERS)
    for value in side_of(chart):
        at = down(value)
        behind.append(
            ft.Container(left=left, top=at, width=room, height=1, bgcolor=ft.Colors.OUTLINE_VARIANT)
        )
        behind.append(
            ft.Container(
                text(ui, figure(chart, value, words), ui.type.cap, SOFT, align=ft.TextAlign.END),
                left=0, top=at - letters * 0.68, width=left - ui.grow(12),
            )
        )  # fmt: skip
    lines = fch.LineChart(
        data_series=_series(ui, chart, span), interactive=False, tooltip=None,
        min_x=0, max_x=1, min_y=low, max_y=high, animation=ft.Animation(0),
        left_axis=None, right_axis=None, top_axis=None, bottom_axis=None,
        left=left, top=rim, width=room, height=tall,
    )  # fmt: skip
    drawn = ft.Stack([*behind, lines], width=width, height=tall + 2 * rim)
    below = foot(ui, span, meetings, words, width=width)
    return named(ft.Column([drawn, below], spacing=0, tight=True), said)


def _series(ui: Ui, chart: Chart, span: Span) -> list[fch.LineChartData]:
    found: list[fch.LineChartData] = []
    # Rings and squares lie under what stands on the same spot.
    for line in sorted(chart.lines, key=_depth):
        mark = mark_of(line.code)
        for piece in runs(line, span):
            found.append(
                fch.LineChartData(
                    points=[
                        fch.LineChartDataPoint(span.place(one.day), one.value, show_tooltip=False)
                        for one in piece
                    ],
                    color=mark.color,
                    stroke_width=thickness(ui),
                    dash_pattern=list(mark.dash) or None,
                    point=point_of(ui, mark),
                    rounded_stroke_cap=not mark.dash,
                    step_direction=0.0 if chart.kind == "yes_no" else None,
                )
            )
    return found


def _depth(line: Line) -> int:
    return ("ring", "square", "block", "disc", "cross").index(mark_of(line.code).shape)


def foot(ui: Ui, span: Span, meetings: Sequence[date], words: Lookup, *, width: float) -> ft.Control:
    """The axis: a line, a wedge for each meeting on it, and the months."""
    left, room = gutter(ui), across(ui, width)
    wedge = ui.grow(6)
    ink = ft.Paint(color=ft.Colors.ON_SURFACE_VARIANT, style=ft.PaintingStyle.FILL)
    shapes: list[cv.Shape] = [
        cv.Line(left, 1, left + room, 1, ft.Paint(color=ft.Colors.OUTLINE, stroke_width=1.5))
    ]
    for day in meetings:
        if span.holds(day):
            at = left + room * span.place(day)
            shapes.append(
                cv.Path(
                    [cv.Path.MoveTo(at, 2), cv.Path.LineTo(at - wedge, 2 + 1.6 * wedge),
                     cv.Path.LineTo(at + wedge, 2 + 1.6 * wedge), cv.Path.Close()],
                    ink,
                )
            )  # fmt: skip
    below = 2 * wedge + 4
    names: list[ft.Control] = []
    taken = -1.0
    for tick in ticks(span, max(1, int(room / ui.grow(_MONTH)))):
        name = tick_label(tick, words)
        at = left + room * span.place(tick.day)
        wide = width_of(name, _LETTERS) * ui.scale + ui.grow(6)
        start = min(max(0.0, at - wide / 2), width - wide)
        if start < taken:
            continue
        shapes.append(cv.Line(at, 0, at, ui.grow(5), ft.Paint(color=ft.Colors.OUTLINE, stroke_width=1.5)))
        names.append(
            ft.Container(
                text(ui, name, ui.type.cap, SOFT, align=ft.TextAlign.CENTER),
                left=start, top=below, width=wide,
            )
        )  # fmt: skip
        taken = start + wide + ui.grow(4)
    return ft.Stack(
        [cv.Canvas(shapes, width=width, height=below), *names], width=width, height=below + ui.grow(22)
    )
