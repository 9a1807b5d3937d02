"""Faces of the eco-map, and what its shapes and lines mean. Follows design page 06, "Face"."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft
import flet.canvas as cv

from app.views.widgets.eco_places import Person
from app.views.widgets.face import Kind, corners, initials, mark
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui

_FACE_LETTERS = 0.29


def map_face(ui: Ui, person: Person, side: float) -> ft.Control:
    """Initials in the shape of a kind; in dashes for somebody who is not there yet."""
    letters = person.letters or initials(person.name)
    style = ui.type.sans(max(14, side / ui.scale * _FACE_LETTERS), 1.2, 600)
    style.size = min(style.size or 14, side * 0.42)
    strong = {
        Kind.FAMILY: (ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER),
        Kind.NATURAL: (ft.Colors.TERTIARY, ft.Colors.ON_TERTIARY),
        Kind.PROFESSIONAL: (ft.Colors.SURFACE_CONTAINER_HIGHEST, ft.Colors.ON_SURFACE),
    }
    ground, ink = strong[person.kind]
    if person.asked:
        return _dashed_face(letters, person.kind, side, style)
    return ft.Container(
        ft.Text(letters, style=style, color=ink, no_wrap=True),
        width=side,
        height=side,
        bgcolor=ground,
        border_radius=corners(person.kind, side),
        alignment=ft.Alignment.CENTER,
    )


def _dashed_face(letters: str, kind: Kind, side: float, style: ft.TextStyle) -> ft.Control:
    """The shape in dashes: named or asked, not there yet."""
    ink = ft.Colors.TERTIARY if kind is not Kind.PROFESSIONAL else ft.Colors.ON_SURFACE
    r, sharp, inset = side / 2 - 1.5, 4.0, 1.5
    if kind is Kind.PROFESSIONAL:
        sharp = side / 6
    p = cv.Path
    rounded = kind is not Kind.PROFESSIONAL
    outline = cv.Path(
        [
            p.MoveTo(side / 2, inset),
            p.LineTo(side - inset - sharp, inset),
            p.ArcTo(side - inset, inset + sharp, radius=sharp),
            p.LineTo(side - inset, side / 2),
            p.ArcTo(side / 2, side - inset, radius=r),
            p.ArcTo(inset, side / 2, radius=r),
            p.ArcTo(side / 2, inset, radius=r),
        ]
        if rounded
        else [
            p.MoveTo(inset + sharp, inset),
            p.LineTo(side - inset - sharp, inset),
            p.ArcTo(side - inset, inset + sharp, radius=sharp),
            p.LineTo(side - inset, side - inset - sharp),
            p.ArcTo(side - inset - sharp, side - inset, radius=sharp),
            p.LineTo(inset + sharp, side - inset),
            p.ArcTo(inset, side - inset - sharp, radius=sharp),
            p.LineTo(inset, inset + sharp),
            p.ArcTo(inset + sharp, inset, radius=sharp),
        ],
        ft.Paint(
            color=ink, stroke_width=2, style=ft.PaintingStyle.STROKE, stroke_dash_pattern=[5, 5]
        ),
    )
    return ft.Stack(
        [
            # Paper inside, so that no ring shows through the letters.
            ft.Container(
                width=side, height=side, bgcolor=ft.Colors.SURFACE, border_radius=corners(kind, side)
            ),
            cv.Canvas([outline], width=side, height=side),
            ft.Container(
                ft.Text(letters, style=style, color=ink, no_wrap=True),
                width=side,
                height=side,
                alignment=ft.Alignment.CENTER,
            ),
        ],
        width=side,
        height=side,
    )


def legend(ui: Ui, people: Sequence[Person], *, measured: bool = False) -> ft.Control:
    """What the shapes mean; and the lines, on the worker's map."""
    stroke = ft.Container(
        width=ui.grow(26), height=ui.grow(6), border_radius=3, bgcolor=ft.Colors.TERTIARY
    )
    long = ui.grow(26)
    dashes = cv.Canvas(
        [
            cv.Line(
                0, 6, long, 6,
                ft.Paint(
                    color=ft.Colors.TERTIARY, stroke_width=2, stroke_dash_pattern=[5, 4],
                    style=ft.PaintingStyle.STROKE,
                ),
            )
        ],
        width=long,
        height=12,
    )
    kinds = {one.kind for one in people}
    entries: list[tuple[ft.Control, str]] = []
    if Kind.NATURAL in kinds:
        entries.append((mark(ui, Kind.NATURAL, size=20), "map.natural"))
    if Kind.PROFESSIONAL in kinds:
        entries.append((mark(ui, Kind.PROFESSIONAL, size=20), "map.professional"))
    if Kind.FAMILY in kinds:
        entries.append((mark(ui, Kind.FAMILY, size=20), "people.the_family"))
    if measured and any(one.closeness == 3 for one in people):
        entries.append((stroke, "map.very_close"))
    if measured and any(one.asked for one in people):
        entries.append((dashes, "people.not_yet"))
    return ft.Row(
        [
            ft.Row([drawn, text(ui, ui.say(words), ui.type.chip, SOFT)], spacing=12, tight=True)
            for drawn, words in entries
        ],
        spacing=18,
        wrap=True,
        run_spacing=8,
    )
