"""The eco-map: who stands around a family, drawn from data, with a list that says the same.

Owns where people are placed (natural supports above, professionals below), the lines (width is
closeness, dashes mean asked), and the list twin. Labels are ordinary texts placed by arithmetic,
so that they grow and follow the theme. Follows design page 06, "Eco-map" and trap 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import flet as ft
import flet.canvas as cv

from app.views.widgets.buttons import quiet
from app.views.widgets.eco_places import FACE, LABEL, Person, Spot, place_people
from app.views.widgets.face import Kind, face, initials, mark
from app.views.widgets.pressable import bind, named, pressable
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui

__all__ = ["EcoMap", "Person", "Spot", "eco_list", "eco_map", "fits", "place_people"]

_CENTRE = 62
_LINES = {1: 1.6, 2: 3.4, 3: 6.0}
_BEND = 0.10
_NARROWEST = 480
_MOST_NATURAL, _MOST_OTHERS = 7, 4


def _line(person: Person, spot: Spot, middle: Spot, radius: float, scale: float) -> cv.Shape:
    dx, dy = spot.x - middle.x, spot.y - middle.y
    far = math.hypot(dx, dy) or 1
    ux, uy = dx / far, dy / far
    start = (middle.x + ux * (radius + 6), middle.y + uy * (radius + 6))
    rim = FACE * scale / 2 + 5
    end = (spot.x - ux * rim, spot.y - uy * rim)
    # The line bows upwards, away from the words below a face; straight up or down it is straight.
    bow = 0.0 if abs(ux) < 0.15 else _BEND * far * (1 if uy < 0.3 else -1)
    control = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - bow)
    natural = person.kind is not Kind.PROFESSIONAL
    return cv.Path(
        [
            cv.Path.MoveTo(*start),
            cv.Path.QuadraticTo(control[0], control[1], end[0], end[1])
            if bow
            else cv.Path.LineTo(*end),
        ],
        ft.Paint(
            color=ft.Colors.TERTIARY if natural else ft.Colors.OUTLINE,
            stroke_width=(1.8 if person.asked else _LINES[person.closeness]) * scale,
            style=ft.PaintingStyle.STROKE,
            stroke_cap=ft.StrokeCap.ROUND,
            stroke_dash_pattern=[5 * scale, 7 * scale] if person.asked else None,
        ),
    )


def _asked_face(ui: Ui, letters: str) -> ft.Control:
    """A leaf of dashes: asked, not there yet."""
    side = ui.grow(FACE)
    r, sharp, inset = side / 2 - 1.5, 4.0, 1.5
    p = cv.Path
    outline = cv.Path(
        [
            p.MoveTo(side / 2, inset),
            p.LineTo(side - inset - sharp, inset),
            p.ArcTo(side - inset, inset + sharp, radius=sharp),
            p.LineTo(side - inset, side / 2),
            p.ArcTo(side / 2, side - inset, radius=r),
            p.ArcTo(inset, side / 2, radius=r),
            p.ArcTo(side / 2, inset, radius=r),
        ],
        ft.Paint(
            color=ft.Colors.TERTIARY,
            stroke_width=2,
            style=ft.PaintingStyle.STROKE,
            stroke_dash_pattern=[5, 5],
        ),
    )
    return ft.Stack(
        [
            cv.Canvas([outline], width=side, height=side),
            ft.Container(
                text(ui, letters, ui.type.strong, ft.Colors.TERTIARY),
                width=side,
                height=side,
                alignment=ft.Alignment.CENTER,
            ),
        ],
        width=side,
        height=side,
    )


def map_height(ui: Ui, width: float) -> float:
    """The drawing's height for a width."""
    return max(480.0, min(width * 0.98, 530.0)) * max(1.0, min(ui.scale, 1.5))


def fits(ui: Ui, width: float, people: Sequence[Person] = ()) -> bool:
    """Whether the drawing can be read here; otherwise show the list alone."""
    others = sum(p.kind is Kind.PROFESSIONAL for p in people)
    crowded = others > _MOST_OTHERS or len(people) - others > _MOST_NATURAL
    return width / ui.scale >= _NARROWEST and not crowded


def _sentence(ui: Ui, centre: str, people: Sequence[Person]) -> str:
    natural = sum(p.kind is not Kind.PROFESSIONAL for p in people)
    return ui.say("map.sentence", centre=centre, natural=natural, professional=len(people) - natural)


def eco_map(
    ui: Ui,
    centre: str,
    people: Sequence[Person],
    *,
    width: float,
    with_whom: str | None = None,
    on_open: Callable[[str], object] | None = None,
    key: str,
) -> ft.Control:
    """The drawing with its legend.

    Args:
        ui: settings in force.
        centre: the young person's first name.
        people: everybody around.
        width: the room there is, in logical pixels.
        with_whom: who is in the middle too ("and Rosa").
        on_open: called with a person's value when their face is tapped.
        key: key stem; faces are `<key>.<value>`.
    """
    height = map_height(ui, width)
    spots = place_people(people, width, height, ui.scale)
    middle = Spot(width / 2, height / 2)
    radius = ui.grow(_CENTRE)
    lines = [
        _line(person, spot, middle, radius, ui.scale)
        for person, spot in zip(people, spots, strict=True)
    ]
    layers: list[ft.Control] = [
        named(cv.Canvas(lines, width=width, height=height), _sentence(ui, centre, people)),
        ft.Container(
            ft.Column(
                [
                    text(ui, centre, ui.type.serif(28, 1.15), ft.Colors.ON_PRIMARY_CONTAINER),
                    *(
                        [text(ui, with_whom, ui.type.chip, ft.Colors.ON_PRIMARY_CONTAINER)]
                        if with_whom
                        else []
                    ),
                ],
                spacing=0,
                tight=True,
                alignment=ft.MainAxisAlignment.CENTER,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            ),
            left=middle.x - radius,
            top=middle.y - radius,
            width=2 * radius,
            height=2 * radius,
            border_radius=radius,
            bgcolor=ft.Colors.PRIMARY_CONTAINER,
            alignment=ft.Alignment.CENTER,
        ),
    ]
    side, label = ui.grow(FACE), ui.grow(LABEL)
    for person, spot in zip(people, spots, strict=True):
        letters = person.letters or initials(person.name)
        seen = (
            _asked_face(ui, letters)
            if person.asked
            else face(ui, letters, person.kind, size=FACE, strong=True)
        )
        act = on_open
        shown: ft.Control = seen
        if act is not None:
            shown = pressable(
                ui,
                seen,
                bind(act, person.value),
                key=f"{key}.{person.value}",
                name=f"{person.name}, {person.detail}",
                radius=side / 2,
                width=side,
                height=side,
            )
        shown_at = ft.Container(shown, left=spot.x - side / 2, top=spot.y - side / 2)
        # Above the middle the line leaves downwards, so the label stands above the face.
        over = abs(spot.x - middle.x) < side and spot.y < middle.y
        lettering = ft.Semantics(
            exclude_semantics=act is not None,
            content=ft.Column(
                [
                    text(ui, person.name, ui.type.chip, align=ft.TextAlign.CENTER),
                    text(ui, person.detail, ui.type.cap, SOFT, align=ft.TextAlign.CENTER),
                ],
                spacing=0,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            ),
        )
        layers += [
            shown_at,
            ft.Container(
                lettering,
                width=label,
                left=min(max(0, spot.x - label / 2), width - label),
                top=None if over else spot.y + side / 2 + 5,
                bottom=height - (spot.y - side / 2 - 5) if over else None,
            ),
        ]
    return ft.Column(
        [ft.Stack(layers, width=width, height=height), _legend(ui)], spacing=10, tight=True
    )


def _legend(ui: Ui) -> ft.Control:
    stroke = ft.Container(
        width=ui.grow(26), height=ui.grow(6), border_radius=3, bgcolor=ft.Colors.TERTIARY
    )
    dash_side = ui.grow(26)
    dashes = cv.Canvas(
        [
            cv.Line(
                0, 6, dash_side, 6,
                ft.Paint(
                    color=ft.Colors.TERTIARY, stroke_width=2, stroke_dash_pattern=[5, 4],
                    style=ft.PaintingStyle.STROKE,
                ),
            )
        ],
        width=dash_side,
        height=12,
    )
    entries = (
        (mark(ui, Kind.NATURAL, size=20), "natural"),
        (mark(ui, Kind.PROFESSIONAL, size=20), "professional"),
        (stroke, "very_close"),
        (dashes, "asked"),
    )
    return ft.Row(
        [
            ft.Row(
                [drawn, text(ui, ui.say(f"map.{word}"), ui.type.chip, SOFT)],
                spacing=12,
                tight=True,
            )
            for drawn, word in entries
        ],
        spacing=18,
        wrap=True,
        run_spacing=8,
    )


def eco_list(
    ui: Ui,
    people: Sequence[Person],
    on_open: Callable[[str], object] | None,
    *,
    key: str,
) -> ft.Control:
    """The list twin: the same people with the same facts in words."""
    rows: list[ft.Control] = []
    for person in people:
        closeness = ui.say("map.asked" if person.asked else f"map.close_{person.closeness}")
        act = on_open
        rows.append(
            list_row(
                ui,
                person.name,
                None if act is None else bind(act, person.value),
                key=f"{key}.{person.value}",
                lead=face(ui, person.letters or initials(person.name), person.kind),
                line=f"{person.detail} · {closeness}",
                chevron=act is not None,
                tall=72,
            )
        )
    return ft.Column(rows, spacing=0, tight=True)


@ft.component
def EcoMap(
    centre: str,
    people: Sequence[Person],
    width: float,
    with_whom: str | None = None,
    on_open: Callable[[str], object] | None = None,
    control: str = "people.map",
) -> ft.Control:
    """Drawing or list, with *Show as a list* beside; the list alone where a drawing cannot be read."""
    ui = use_ui()
    listed, show_list = ft.use_state(False)
    if not fits(ui, width, people):
        return eco_list(ui, people, on_open, key=control)
    change = quiet(
        ui,
        ui.say("map.as_map" if listed else "map.as_list"),
        lambda: show_list(not listed),
        key=f"{control}.twin",
        symbol=ft.Icons.HUB_OUTLINED if listed else ft.Icons.FORMAT_LIST_BULLETED,
    )
    drawn = (
        eco_list(ui, people, on_open, key=control)
        if listed
        else eco_map(
            ui, centre, people, width=width, with_whom=with_whom, on_open=on_open, key=control
        )
    )
    return ft.Column([drawn, change], spacing=6, tight=True)
