"""The two drawings of the brand: the table seen from above, and the small mark made of it.

The only module besides the theme that may write colours: the Unlock drawing is a picture with its
own woods and light. Follows design page 06, "The idea", and the Unlock picture.
"""

from __future__ import annotations

import flet as ft
import flet.canvas as cv

from app.views.widgets.pressable import named
from app.views.widgets.ui import Ui

_DRAWN_WIDE = 480.0
_DRAWN_TALL = 768.0


def mark_shapes(side: float) -> list[cv.Shape]:
    """The mark in a square of that side: a table and four seats, one of them green."""
    table, seat = side * 0.322, side * 0.108
    near, far = side * 0.17, side * 0.83
    wood = ft.Paint(color=ft.Colors.PRIMARY)
    leaf = ft.Paint(color=ft.Colors.TERTIARY)
    return [
        cv.Circle(side / 2, side / 2, table, wood),
        cv.Circle(near, near, seat, wood),
        cv.Circle(far, near, seat, leaf),
        cv.Circle(near, far, seat, wood),
        cv.Circle(far, far, seat, wood),
    ]


def brand_mark(ui: Ui, size: float = 38) -> ft.Control:
    """The small mark, named with the app's name."""
    side = ui.grow(size)
    return named(
        cv.Canvas(mark_shapes(side), width=side, height=side), ui.say("app.name")
    )


class _Colours:
    """The drawing's own colours, by brightness."""

    def __init__(self, dark: bool) -> None:
        self.cloth = "#2A1F18" if dark else "#F6DCC7"
        self.light = "#33261D" if dark else "#FBE9DB"
        self.shadow = "#55000000" if dark else "#448A5A3A"
        self.table = "#B57C4C" if dark else "#D89C6A"
        self.edge = "#C98F5E" if dark else "#E6B488"
        self.grain = "#A56F42" if dark else "#CB8B57"
        self.plate = "#F3E9E0" if dark else "#FFF6EC"
        self.rim = "#D9BFA6" if dark else "#EBCDB0"
        self.bowl, self.bowl_in = "#1F5F54", "#2C7263"
        self.fruit = ("#E8893C", "#E58331", "#F0A559")
        self.tablet, self.paper = "#2F2722", "#FFFFFF"
        self.ink, self.pale = "#96461A", "#DCC2AC"
        self.chairs = (("#B9683A", "#C97C4C"), ("#1F5F54", "#2C7465"), ("#84472A", "#975933"))
        self.empty = "#3A2C22" if dark else "#FDF1E4"
        self.dash = "#FFB68C" if dark else "#8F421A"


def _fill(color: str) -> ft.Paint:
    return ft.Paint(color=color)


def _stroke(color: str, width: float, dash: list[float] | None = None) -> ft.Paint:
    return ft.Paint(
        color=color,
        stroke_width=width,
        style=ft.PaintingStyle.STROKE,
        stroke_cap=ft.StrokeCap.ROUND,
        stroke_dash_pattern=dash,
    )


def _table_shapes(c: _Colours, x: float, y: float, k: float) -> list[cv.Shape]:
    """Everything on and around the table, with its centre at (x, y) and scale k."""

    def disc(dx: float, dy: float, r: float, color: str) -> cv.Shape:
        return cv.Circle(x + dx * k, y + dy * k, r * k, _fill(color))

    shapes: list[cv.Shape] = [disc(5, 9, 148, c.shadow)]
    seats = ((-139, -138), (139, -138), (-139, 138))
    for (dx, dy), (outer, inner) in zip(seats, c.chairs, strict=True):
        shapes += [
            disc(dx + 4, dy + 7, 40, c.shadow),
            disc(dx, dy, 40, outer),
            disc(dx, dy, 31, inner),
        ]
    shapes += [
        disc(0, 0, 148, c.table),
        cv.Circle(x, y, 142 * k, _stroke(c.edge, 1.6 * k)),
    ]
    for radius, start, sweep in ((118, 3.5, 0.9), (88, 1.9, 1.5), (70, -1.9, 0.9),
                                 (126, 0.2, 1.1), (54, 0.4, 1.0), (104, -2.2, 0.55)):
        shapes.append(
            cv.Arc(
                x - radius * k, y - radius * k, 2 * radius * k, 2 * radius * k,
                start_angle=start, sweep_angle=sweep, paint=_stroke(c.grain, 1.6 * k),
            )
        )
    for dx, dy in ((-70, -69), (70, -69), (-70, 69)):
        shapes += [
            disc(dx, dy, 30, c.plate),
            cv.Circle(x + dx * k, y + dy * k, 21 * k, _stroke(c.rim, 1.4 * k)),
        ]
    shapes += [disc(-8, -8, 33, c.bowl), disc(-8, -8, 27, c.bowl_in)]
    for (dx, dy), color in zip(((-18, -12), (2, -16), (-6, 4)), c.fruit, strict=True):
        shapes.append(disc(dx, dy, 11, color))
    shapes += [
        cv.Rect(x + 26 * k, y + 38 * k, 70 * k, 50 * k, 7 * k, _fill(c.tablet)),
        cv.Rect(x + 31 * k, y + 43 * k, 60 * k, 40 * k, 3 * k, _fill(c.paper)),
    ]
    for dy, wide, color in ((53, 32, c.ink), (63, 46, c.pale), (73, 40, c.pale)):
        shapes.append(
            cv.Line(
                x + 38 * k, y + dy * k, x + (38 + wide) * k, y + dy * k, _stroke(color, 3 * k)
            )
        )
    shapes += [
        disc(160, 159, 39, c.empty),
        cv.Circle(x + 160 * k, y + 159 * k, 39 * k, _stroke(c.dash, 2.4 * k, [9 * k, 7 * k])),
    ]
    return shapes


def table_from_above(ui: Ui, width: float, height: float, sentence: str) -> ft.Control:
    """The Unlock drawing, filling the room given.

    Args:
        ui: settings in force.
        width: logical pixels.
        height: logical pixels.
        sentence: what the drawing shows, for a screen reader.
    """
    c = _Colours(ui.settings.dark)
    path = cv.Path

    def band(a: float, b: float, d: float, e: float) -> cv.Shape:
        """A beam of window light from (left a..b) to (right d..e), in shares of the height."""
        return cv.Path(
            [
                path.MoveTo(0, a * height),
                path.LineTo(width, d * height),
                path.LineTo(width, e * height),
                path.LineTo(0, b * height),
                path.Close(),
            ],
            _fill(c.light),
        )

    k = min(width / _DRAWN_WIDE, height / 440.0, 1.25)
    x, y = width / 2, height / 2 if height < 500 else height * 386 / _DRAWN_TALL
    shapes: list[cv.Shape] = [
        cv.Rect(0, 0, width, height, 0, _fill(c.cloth)),
        band(150 / 768, 420 / 768, 20 / 768, 250 / 768),
        band(480 / 768, 730 / 768, 310 / 768, 540 / 768),
        *_table_shapes(c, x, y, k),
    ]
    return ft.Semantics(
        label=sentence,
        image=True,
        exclude_semantics=True,
        content=ft.Container(
            cv.Canvas(shapes, width=width, height=height),
            width=width,
            height=height,
            clip_behavior=ft.ClipBehavior.HARD_EDGE,
        ),
    )
