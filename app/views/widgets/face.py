"""Faces: initials in a shape that says what somebody is to the family.

Owns the three shapes: circle for the family, leaf for a natural support, rounded square for a
professional. Shape carries the meaning, colour repeats it. Follows design page 06, "Face".
"""

from __future__ import annotations

from enum import Enum

import flet as ft

from app.views.widgets.ui import Ui


class Kind(Enum):
    """What somebody is to the family."""

    FAMILY = "family"
    NATURAL = "natural"
    PROFESSIONAL = "professional"


def initials(name: str) -> str:
    """Two letters for a name; one for a single name."""
    parts = [p for p in name.replace(".", " ").split() if p[:1].isalpha()]
    letters = [p[0] for p in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)]
    return "".join(letters).upper() or "?"


def corners(kind: Kind, size: float) -> ft.BorderRadius:
    """The corner radii of a shape of that size."""
    half = size / 2
    if kind is Kind.FAMILY:
        return ft.BorderRadius.all(half)
    if kind is Kind.NATURAL:
        sharp = max(2, size / 12)
        return ft.BorderRadius.only(
            top_left=half, top_right=sharp, bottom_left=half, bottom_right=half
        )
    return ft.BorderRadius.all(max(3, size / 6))


_SOFT = {
    Kind.FAMILY: (ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER),
    Kind.NATURAL: (ft.Colors.TERTIARY_CONTAINER, ft.Colors.ON_TERTIARY_CONTAINER),
    Kind.PROFESSIONAL: (ft.Colors.SURFACE_CONTAINER_HIGH, ft.Colors.ON_SURFACE),
}
_STRONG = {
    Kind.FAMILY: (ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER),
    Kind.NATURAL: (ft.Colors.TERTIARY, ft.Colors.ON_TERTIARY),
    Kind.PROFESSIONAL: (ft.Colors.SURFACE_CONTAINER_HIGHEST, ft.Colors.ON_SURFACE),
}


def face(
    ui: Ui,
    letters: str,
    kind: Kind = Kind.FAMILY,
    *,
    size: float = 48,
    strong: bool = False,
) -> ft.Control:
    """Initials in their shape; decoration for a screen reader, as the name stands beside it.

    Args:
        ui: settings in force.
        letters: one or two letters, see `initials`.
        kind: what somebody is to the family.
        size: side in logical pixels at 100 %; it grows with the text.
        strong: the full colour, as on the eco-map.
    """
    side = ui.grow(size)
    ground, ink = (_STRONG if strong else _SOFT)[kind]
    return ft.Semantics(
        exclude_semantics=True,
        content=ft.Container(
            width=side,
            height=side,
            bgcolor=ground,
            border_radius=corners(kind, side),
            alignment=ft.Alignment.CENTER,
            content=ft.Text(
                letters,
                style=ui.type.sans(max(14, size * 0.34), 1.2, 600),
                color=ink,
                no_wrap=True,
            ),
        ),
    )


def mark(ui: Ui, kind: Kind, *, size: float = 16, filled: bool = True) -> ft.Control:
    """The bare shape without letters, for legends, strategy labels and shares."""
    side = ui.grow(size)
    ground = {
        Kind.FAMILY: ft.Colors.PRIMARY_CONTAINER,
        Kind.NATURAL: ft.Colors.TERTIARY,
        Kind.PROFESSIONAL: ft.Colors.SURFACE_CONTAINER_HIGHEST,
    }[kind]
    if kind is Kind.PROFESSIONAL and not filled:
        ground = ft.Colors.OUTLINE
    return ft.Container(
        width=side, height=side, bgcolor=ground, border_radius=corners(kind, side)
    )
