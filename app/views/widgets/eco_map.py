"""The eco-map: who stands around a family, drawn from data, with a list that says the same.

Owns how it looks: faces, bowed lines (width is closeness, dashes mean not there yet), rings as soft
grounds, labels as ordinary texts that grow and follow the theme, and the legend. Where everything
stands is computed by wraparound/eco_layout.py. Follows design page 06, "Eco-map" and trap 8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft
import flet.canvas as cv

from app.views.widgets.buttons import quiet
from app.views.widgets.eco_faces import legend, map_face
from app.views.widgets.eco_places import Person, around, person_of
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.pressable import bind, named, pressable
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.eco_family import FamilyMap, draw_family
from app.wraparound.eco_layout import Drawing, Placed, draw, draw_with
from app.wraparound.eco_lettering import width_of

__all__ = ["EcoMap", "Person", "drawing_of", "eco_list", "eco_map", "family_eco_map", "fits"]

_DASH = (5, 7)
_RING_TINT = 0.55
_NAME_ROOM = 1.62
"""How much of the middle's half width the first name may take, across."""
_LARGEST_NAME, _SMALLEST_NAME = 28.0, 15.0
_SERIF_WIDER = 1.12


def drawing_of(ui: Ui, people: Sequence[Person], width: float) -> Drawing | None:
    """The drawing that can be read in this room; None where only a list can be."""
    return draw([around(one) for one in people], width, scale=ui.scale)


def fits(ui: Ui, width: float, people: Sequence[Person] = ()) -> bool:
    """Whether everybody has room for name and detail, so that no list is needed beside."""
    return draw_with([around(one) for one in people], width, "full", scale=ui.scale) is not None


def eco_map(
    ui: Ui,
    centre: str,
    people: Sequence[Person],
    *,
    width: float,
    with_whom: str | None = None,
    on_open: Callable[[str], object] | None = None,
    key: str,
    drawing: Drawing | None = None,
) -> ft.Control:
    """The drawing with its legend; nothing but the list where it does not fit.

    Args:
        ui: settings in force.
        centre: the young person's first name.
        people: everybody around.
        width: the room there is, in logical pixels.
        with_whom: who is in the middle too ("and Rosa").
        on_open: called with a person's value when their face is tapped.
        key: key stem; faces are `<key>.<value>`.
        drawing: the geometry, when it was computed already.
    """
    made = drawing or drawing_of(ui, people, width)
    if made is None:
        return eco_list(ui, people, on_open, key=key)
    words = _sentence(ui, centre, people)
    shown = _Shown(ui, made, people, on_open, key)
    return ft.Column(
        [shown.stack(centre, with_whom, words), legend(ui, people, measured=True)],
        spacing=12,
        tight=True,
        width=made.width,
    )


def family_eco_map(ui: Ui, shown: FamilyMap, *, width: float, key: str) -> ft.Control:
    """The family's own map: people who agreed to be shown, one ring, all lines alike.

    shown: made by `eco_family.family_map` from the page of those who can see it; its ids are its own.
    A list of the same names stands in its place where it does not fit.
    """
    people = [person_of(one) for one in shown.around]
    centre = shown.centre or ui.say("people.the_family")
    made = draw_family(shown, width, scale=ui.scale)
    if made is None or made.words == "none":
        return ft.Column(
            [
                list_row(
                    ui, one.name, None, key=f"{key}.{one.value}",
                    lead=face(ui, initials(one.name), one.kind), line=one.detail or None, tall=72,
                )
                for one in people
            ],
            spacing=0,
            tight=True,
        )  # fmt: skip
    beside = ui.say("people.and_with", name=shown.beside) if shown.beside else None
    names = ", ".join(one.name for one in people)
    said = ui.say("people.family_map", centre=centre, names=names) if names else centre
    return ft.Column(
        [_Shown(ui, made, people, None, key).stack(centre, beside, said), legend(ui, people)],
        spacing=12,
        tight=True,
        width=made.width,
    )


class _Shown:
    """One drawing as layers of a stack."""

    def __init__(
        self,
        ui: Ui,
        made: Drawing,
        people: Sequence[Person],
        on_open: Callable[[str], object] | None,
        key: str,
    ) -> None:
        self.ui, self.made, self.people, self.on_open, self.key = ui, made, people, on_open, key

    def stack(self, centre: str, with_whom: str | None, words: str) -> ft.Control:
        """Grounds and lines below, then the middle, faces and labels. words: said for the drawing."""
        made = self.made
        shapes = [*self._grounds(), *(_line(one, self.ui.scale) for one in made.people)]
        layers: list[ft.Control] = [
            named(cv.Canvas(shapes, width=made.width, height=made.height), words),
            self._middle(centre, with_whom),
        ]
        for person, placed in zip(self.people, made.people, strict=True):
            layers += self._person(person, placed)
        return ft.Stack(layers, width=made.width, height=made.height)

    def _grounds(self) -> list[cv.Shape]:
        tint = ft.Colors.with_opacity(_RING_TINT, ft.Colors.SURFACE_CONTAINER)
        middle = self.made.middle
        # A ring that stands alone tells nothing.
        rings = self.made.rings[:-1] if len(self.made.rings) > 1 else ()
        return [
            cv.Oval(
                middle.x - across, middle.y - down, 2 * across, 2 * down,
                ft.Paint(color=tint, style=ft.PaintingStyle.FILL),
            )
            for across, down in reversed(rings)
        ]  # fmt: skip

    def _middle(self, centre: str, with_whom: str | None) -> ft.Control:
        ui, made = self.ui, self.made
        ink = ft.Colors.ON_PRIMARY_CONTAINER
        room = made.radius / ui.scale * _NAME_ROOM
        size = min(_LARGEST_NAME, room / max(0.1, width_of(centre, _SERIF_WIDER)))
        name = centre if size >= _SMALLEST_NAME else initials(centre)
        size = max(_SMALLEST_NAME, min(_LARGEST_NAME, room / max(0.1, width_of(name, _SERIF_WIDER))))
        below = with_whom if with_whom and made.words == "full" else None
        if below is not None and width_of(below, 15.0) > room * 1.1:
            below = None
        return ft.Container(
            ft.Column(
                [
                    text(ui, name, ui.type.serif(size, 1.15), ink, align=ft.TextAlign.CENTER),
                    *([text(ui, below, ui.type.chip, ink)] if below else []),
                ],
                spacing=0,
                tight=True,
                alignment=ft.MainAxisAlignment.CENTER,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            ),
            left=made.middle.x - made.radius,
            top=made.middle.y - made.radius,
            width=2 * made.radius,
            height=2 * made.radius,
            border_radius=made.radius,
            bgcolor=ft.Colors.PRIMARY_CONTAINER,
            alignment=ft.Alignment.CENTER,
        )

    def _person(self, person: Person, placed: Placed) -> list[ft.Control]:
        ui, box, label = self.ui, placed.face, placed.label
        shown = map_face(ui, person, box.width)
        if self.on_open is not None:
            said = ", ".join(part for part in (person.name, person.detail) if part)
            shown = pressable(
                ui,
                shown,
                bind(self.on_open, person.value),
                key=f"{self.key}.{person.value}",
                name=said,
                radius=box.width / 2,
                width=box.width,
                height=box.height,
            )
        layers: list[ft.Control] = [
            # No tighter than its target, so that the ring of focus is not cut.
            ft.Container(shown, left=box.x, top=box.y, width=box.width, height=box.height)
        ]
        if label is None:
            return layers
        detail = person.detail if self.made.words == "full" else ""
        align = ft.TextAlign.CENTER
        if label.x > box.right:
            align = ft.TextAlign.START
        elif label.right < box.x:
            align = ft.TextAlign.END
        lettering = ft.Column(
            [
                text(ui, person.name, ui.type.chip, align=align),
                *([text(ui, detail, ui.type.cap, SOFT, align=align)] if detail else []),
            ],
            spacing=0,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        layers.append(
            ft.Container(
                ft.Semantics(exclude_semantics=self.on_open is not None, content=lettering),
                left=label.x,
                top=label.y,
                width=label.width,
            )
        )
        return layers


def _line(placed: Placed, scale: float) -> cv.Shape:
    line = placed.line
    return cv.Path(
        [
            cv.Path.MoveTo(line.start.x, line.start.y),
            cv.Path.QuadraticTo(line.control.x, line.control.y, line.end.x, line.end.y),
        ],
        ft.Paint(
            color=ft.Colors.TERTIARY if placed.who.natural else ft.Colors.OUTLINE,
            stroke_width=placed.line_width,
            style=ft.PaintingStyle.STROKE,
            stroke_cap=ft.StrokeCap.ROUND,
            stroke_dash_pattern=[one * scale for one in _DASH] if placed.who.tentative else None,
        ),
    )


def _sentence(ui: Ui, centre: str, people: Sequence[Person]) -> str:
    natural = sum(p.kind is not Kind.PROFESSIONAL for p in people)
    return ui.say("map.sentence", centre=centre, natural=natural, professional=len(people) - natural)


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
        closeness = ui.say("people.not_yet" if person.asked else f"map.close_{person.closeness}")
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
