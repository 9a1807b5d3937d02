"""The shell: a rail with words at the left, or a bar with words below; Cover never moves.

Owns navigation places and the content's inset. Which of the two is shown follows from the window's
width ÷ text scale. Follows design page 06, "Layout".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import flet as ft

from app.views.brand import brand_mark
from app.views.theme.tokens import Radius
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui

RAIL = 104
BAR = 76
_WIDEST = 1200
_BAR_PLACE = 76


@dataclass(frozen=True)
class Place:
    """One place of the navigation.

    Attributes:
        value: stable name; the control key is `nav.<value>`.
        label: the word shown.
        symbol: outlined icon.
        here: filled icon, for "you are here".
    """

    value: str
    label: str
    symbol: ft.IconData
    here: ft.IconData


def _place(ui: Ui, place: Place, on: bool, go: Callable[[str], object], bar: bool) -> ft.Control:
    ink = ft.Colors.ON_SURFACE if on else SOFT
    pill = ft.Container(
        icon(ui, place.here if on else place.symbol, 24, ft.Colors.ON_SURFACE if on else SOFT),
        width=ui.grow(64 if bar else 56),
        height=ui.grow(32),
        border_radius=Radius.ROUND,
        bgcolor=ft.Colors.PRIMARY_CONTAINER if on else None,
        alignment=ft.Alignment.CENTER,
    )
    style = ui.type.sans(14, 1.3, 600 if on else 500)
    return pressable(
        ui,
        ft.Column(
            [pill, text(ui, place.label, style, ink, align=ft.TextAlign.CENTER)],
            spacing=3,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        bind(go, place.value),
        key=f"nav.{place.value}",
        selected=on,
        radius=Radius.FIELD,
        padding=ft.Padding.symmetric(horizontal=2, vertical=4),
        align=ft.Alignment.CENTER,
        expand=1 if bar else None,
        width=None if bar else ui.grow(RAIL) - 12,
    )


def rail(
    ui: Ui,
    places: Sequence[Place],
    here: str,
    go: Callable[[str], object],
    on_cover: Act,
) -> ft.Control:
    """The rail: mark, places with words, Cover at the bottom; it scrolls when text is large."""
    cover = Place("cover", ui.say("nav.cover"), ft.Icons.VISIBILITY_OFF_OUTLINED,
                  ft.Icons.VISIBILITY_OFF_OUTLINED)
    return ft.Container(
        ft.Column(
            [
                ft.Container(brand_mark(ui), padding=ft.Padding.only(top=25, bottom=34)),
                ft.Column(
                    [_place(ui, p, p.value == here, go, False) for p in places],
                    spacing=5,
                    expand=True,
                    scroll=ft.ScrollMode.HIDDEN,
                    horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                ),
                ft.Container(
                    _place(ui, cover, False, lambda _value: on_cover(), False),
                    padding=ft.Padding.only(bottom=14),
                ),
            ],
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        width=ui.grow(RAIL),
    )


def bar(
    ui: Ui, places: Sequence[Place], here: str, go: Callable[[str], object]
) -> ft.Control:
    """The bar below, with words; at most five places.

    Its words grow only as far as a quarter of the window lets them stay whole.
    """
    fitting = min(ui.scale, max(1.0, ui.layout.width / max(1, len(places)) / _BAR_PLACE))
    small = replace(ui, settings=replace(ui.settings, text_scale=fitting))
    return ft.Container(
        ft.Row(
            [_place(small, p, p.value == here, go, True) for p in places],
            spacing=0,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        padding=ft.Padding.symmetric(vertical=4, horizontal=4),
    )


def page_inset(ui: Ui) -> ft.Padding:
    """The room around a screen's content beside the rail or above the bar."""
    if ui.layout.narrow:
        return ft.Padding.only(left=20, right=20, top=14, bottom=0)
    return ft.Padding.only(left=20, right=36, top=28, bottom=0)


def room_for(ui: Ui, widest: float) -> float:
    """The width of a column of `widest` pixels at 100 %: grown with the text, never beyond the
    room beside the rail (or above the bar)."""
    inset = page_inset(ui)
    around = float(inset.left or 0) + float(inset.right or 0)
    rail_width = 0.0 if ui.layout.narrow else ui.grow(RAIL)
    return min(widest * ui.scale, ui.layout.width - rail_width - around)


def shell(
    ui: Ui,
    content: ft.Control,
    *,
    places: Sequence[Place],
    bar_places: Sequence[Place],
    here: str,
    go: Callable[[str], object],
    on_cover: Act,
    foot: ft.Control | None = None,
    inset: bool = True,
) -> ft.Control:
    """Navigation around a screen.

    Args:
        ui: settings in force.
        content: the screen; it brings its own scrolling.
        places: places of the rail.
        bar_places: places of the bar, five at most.
        here: value of the current place.
        go: called with the value tapped.
        on_cover: covers the screen (on a phone the header shows Cover).
        foot: a fixed line above the bar or at the bottom (the one main button).
        inset: put the usual room around the content.
    """
    # The same tree for rail and bar, so that turning the tablet keeps what the screen holds.
    narrow = ui.layout.narrow
    spare = 0.0 if narrow else max(0.0, ui.layout.width - ui.grow(RAIL) - _WIDEST)
    foot_room = (
        ft.Padding.symmetric(horizontal=20, vertical=10)
        if narrow
        else ft.Padding.only(left=20, right=36, top=14, bottom=20)
    )
    body = ft.Column(
        [
            ft.Container(content, padding=page_inset(ui) if inset else 0, expand=True),
            ft.Container(foot, padding=foot_room, visible=foot is not None),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Column(
        [
            ft.Row(
                [
                    ft.Container(
                        None if narrow else rail(ui, places, here, go, on_cover),
                        visible=not narrow,
                    ),
                    ft.Container(
                        body, expand=True, padding=ft.Padding.symmetric(horizontal=spare / 2)
                    ),
                ],
                spacing=0,
                expand=True,
                vertical_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            ft.Container(bar(ui, bar_places, here, go) if narrow else None, visible=narrow),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def columns(
    ui: Ui,
    main: ft.Control,
    side: ft.Control,
    *,
    side_width: float = 252,
    gap: float = 28,
) -> ft.Control:
    """One main column and one side column; the side goes under the main unless it is wide."""
    if not ui.layout.wide:
        return ft.Column(
            [main, side],
            spacing=24,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    return ft.Row(
        [ft.Container(main, expand=True), ft.Container(side, width=ui.grow(side_width))],
        spacing=gap,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
