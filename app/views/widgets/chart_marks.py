"""How lines of a chart are told apart: by shape and dash first, colour last; and their legend.

Marks are made so that two, three and four on the same spot can all still be seen: a disc, a square
around it, a cross over both, a ring around all. Follows design page 06, "Chart" and "Access".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import flet as ft
import flet.canvas as cv
import flet_charts as fch

from app.views.theme.tokens import Space
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui

Shape = Literal["disc", "square", "cross", "ring", "block"]
_SWATCH = 46.0
_TALL = 22.0
_THICK = 3.0


@dataclass(frozen=True)
class Mark:
    """A line's look. dash: lengths of strokes and gaps, empty for a solid line."""

    shape: Shape
    color: ft.ColorValue
    dash: tuple[int, ...] = ()


_MARKS: Final = (
    Mark("disc", ft.Colors.PRIMARY),
    Mark("square", ft.Colors.TERTIARY, (9, 6)),
    Mark("cross", ft.Colors.ON_SURFACE, (3, 5)),
    Mark("ring", ft.Colors.ON_SURFACE_VARIANT, (14, 5, 3, 5)),
    Mark("block", ft.Colors.OUTLINE, (5, 3)),
)
_PLACES: Final = {
    "youth": 0, "caregiver": 1, "natural": 2, "professional": 3, "worker": 3, "team": 4, "teacher": 4,
    "clinician": 2,
}  # fmt: skip


def mark_of(code: str) -> Mark:
    """The look of a rater's or an informant's line: the same on every chart."""
    return _MARKS[_PLACES.get(code, 0 if not code else len(_MARKS) - 1)]


def point_of(ui: Ui, mark: Mark) -> fch.ChartPointShape:
    """The mark as flet_charts draws it."""
    if mark.shape == "disc":
        return fch.ChartCirclePoint(color=mark.color, radius=ui.grow(5.5))
    if mark.shape == "ring":
        return fch.ChartCirclePoint(
            color=ft.Colors.TRANSPARENT, radius=ui.grow(11), stroke_color=mark.color,
            stroke_width=ui.grow(2),
        )  # fmt: skip
    if mark.shape == "cross":
        return fch.ChartCrossPoint(color=mark.color, size=ui.grow(17), width=ui.grow(2))
    filled = mark.color if mark.shape == "block" else ft.Colors.TRANSPARENT
    return fch.ChartSquarePoint(
        color=filled, size=ui.grow(8 if mark.shape == "block" else 15), stroke_color=mark.color,
        stroke_width=ui.grow(2.5),
    )  # fmt: skip


def legend(ui: Ui, entries: Sequence[tuple[str, str]]) -> ft.Control:
    """Which line is whose. entries: (code, words)."""
    return ft.Row(
        [
            ft.Row(
                [_swatch(ui, mark_of(code)), text(ui, said, ui.type.chip, SOFT, loose=True)],
                spacing=Space.S, tight=True,
            )
            for code, said in entries
        ],
        wrap=True, spacing=Space.L, run_spacing=Space.XS,
    )  # fmt: skip


def _swatch(ui: Ui, mark: Mark) -> ft.Control:
    """A short piece of the line with its mark; the word beside says it for everybody else."""
    width, height = ui.grow(_SWATCH), ui.grow(_TALL)
    middle, centre = height / 2, width / 2
    line = ft.Paint(
        color=mark.color, stroke_width=ui.grow(_THICK), style=ft.PaintingStyle.STROKE,
        stroke_dash_pattern=[float(one) for one in mark.dash] or None,
    )  # fmt: skip
    shapes: list[cv.Shape] = [
        cv.Path([cv.Path.MoveTo(0, middle), cv.Path.LineTo(width, middle)], line)
    ]
    edge = ft.Paint(color=mark.color, stroke_width=ui.grow(2.5), style=ft.PaintingStyle.STROKE)
    fill = ft.Paint(color=mark.color, style=ft.PaintingStyle.FILL)
    if mark.shape in ("disc", "ring"):
        radius = ui.grow(5.5 if mark.shape == "disc" else 9)
        shapes.append(cv.Circle(centre, middle, radius, fill if mark.shape == "disc" else edge))
    elif mark.shape == "cross":
        arm = ui.grow(7)
        shapes += [
            cv.Line(centre - arm, middle - arm, centre + arm, middle + arm, edge),
            cv.Line(centre - arm, middle + arm, centre + arm, middle - arm, edge),
        ]
    else:
        half = ui.grow(4 if mark.shape == "block" else 7)
        shapes.append(
            cv.Rect(
                centre - half, middle - half, 2 * half, 2 * half,
                paint=fill if mark.shape == "block" else edge,
            )
        )  # fmt: skip
    return ft.Semantics(exclude_semantics=True, content=cv.Canvas(shapes, width=width, height=height))


def thickness(ui: Ui) -> float:
    """How thick a line is."""
    return ui.grow(_THICK)
