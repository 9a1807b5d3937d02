"""A small line of shares by month: marked points on one line, the middle as a hairline, months below.

Owns the drawing alone; the headline, the sentence and the table stand beside it in words, so for a
screen reader it is silent. Follows design page 06, "Chart", and the people-eco-map picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import flet as ft
import flet.canvas as cv

from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui
from app.wraparound.eco_lettering import width_of

_HEIGHT = 54.0
_POINT, _HALO = 6.0, 9.0
_LETTERS = 14.0


def share_line(
    ui: Ui,
    points: Sequence[tuple[str, float]],
    *,
    width: float,
    color: ft.ColorValue = ft.Colors.TERTIARY,
    ground: ft.ColorValue = ft.Colors.SURFACE_CONTAINER_LOWEST,
) -> ft.Control:
    """The line.

    Args:
        ui: settings in force.
        points: (month in a few letters, share from 0 to 1), oldest first; two or more.
        width: the room there is, in logical pixels.
        color: of line and points.
        ground: what lies behind, for the halo around a point.
    """
    height, rim = ui.grow(_HEIGHT), ui.grow(_HALO)
    label = width / max(1, len(points))
    inset = max(rim, min(label / 2, ui.grow(18)))
    across = (width - 2 * inset) / max(1, len(points) - 1)
    spots = [
        (inset + across * place, rim + (height - 2 * rim) * (1 - max(0.0, min(1.0, share))))
        for place, (_month, share) in enumerate(points)
    ]
    stroke = ft.Paint(
        color=color, stroke_width=ui.grow(3), style=ft.PaintingStyle.STROKE,
        stroke_cap=ft.StrokeCap.ROUND,
    )  # fmt: skip
    shapes: list[cv.Shape] = [
        cv.Line(
            0, height / 2, width, height / 2,
            ft.Paint(color=ft.Colors.OUTLINE_VARIANT, stroke_width=1.5),
        )
    ]  # fmt: skip
    shapes += [cv.Line(*one, *other, stroke) for one, other in zip(spots, spots[1:], strict=False)]
    for x, y in spots:
        shapes.append(cv.Circle(x, y, rim, ft.Paint(color=ground)))
        shapes.append(cv.Circle(x, y, ui.grow(_POINT), ft.Paint(color=color)))
    months: list[ft.Control] = []
    # Where names would touch, only every second or third stands there, the last one always.
    needed = max(width_of(month, _LETTERS) for month, _share in points) * ui.scale + ui.grow(6)
    every = max(1, math.ceil(needed / label))
    label = min(width, label * every)
    for place, (month, _share) in enumerate(points):
        if (len(points) - 1 - place) % every:
            continue
        left = min(max(0.0, spots[place][0] - label / 2), width - label)
        at = ft.TextAlign.CENTER
        if place == 0:
            left, at = 0.0, ft.TextAlign.START
        elif place == len(points) - 1:
            left, at = width - label, ft.TextAlign.END
        months.append(
            ft.Container(text(ui, month, ui.type.cap, SOFT, align=at), left=left, width=label)
        )
    return ft.Semantics(
        exclude_semantics=True,
        content=ft.Column(
            [
                cv.Canvas(shapes, width=width, height=height),
                ft.Stack(months, width=width, height=ui.grow(22)),
            ],
            spacing=6,
            tight=True,
        ),
    )
