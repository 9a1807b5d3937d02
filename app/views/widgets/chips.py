"""Chips and pickers: filters that wrap, a switch between two or three, and a box that opens.

Owns their edges (always `outline`, a hairline is not enough for a control) and their selected
look: tint, cinnamon edge and a tick. Follows design page 06, "Access" and the Families picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.views.theme.tokens import Radius
from app.views.widgets.pressable import Act, bind, named, pressable
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class Choice:
    """One choice: a stable value and the words shown."""

    value: str
    label: str


def chip(
    ui: Ui,
    label: str,
    on_press: Act | None,
    *,
    key: str,
    selected: bool = False,
    symbol: ft.IconData | None = None,
    opens: bool = False,
) -> ft.Control:
    """One chip, 48 px high: selected ones carry a tick and a tint.

    Args:
        ui: settings in force.
        label: one to four words.
        on_press: called without arguments.
        key: control key.
        selected: on.
        symbol: leading icon when not selected.
        opens: shows that it opens a choice.
    """
    ink = ft.Colors.ON_PRIMARY_CONTAINER if selected else ft.Colors.ON_SURFACE
    parts: list[ft.Control] = []
    if selected:
        parts.append(icon(ui, ft.Icons.CHECK, 20, ink))
    elif symbol is not None:
        parts.append(icon(ui, symbol, 20, ink))
    parts.append(text(ui, label, ui.type.chip, ink, loose=True))
    if opens:
        parts.append(icon(ui, ft.Icons.EXPAND_MORE, 20, ink))
    return pressable(
        ui,
        ft.Row(parts, spacing=8, tight=True),
        on_press,
        key=key,
        selected=selected,
        radius=Radius.ROUND,
        padding=ft.Padding.symmetric(horizontal=18, vertical=14),
        bgcolor=(
            ft.Colors.PRIMARY_CONTAINER if selected else ft.Colors.SURFACE_CONTAINER_LOWEST
        ),
        side=ft.BorderSide(
            1.5 if selected else 1, ft.Colors.PRIMARY if selected else ft.Colors.OUTLINE
        ),
    )


def chip_row(chips: Sequence[ft.Control]) -> ft.Control:
    """Chips side by side; they wrap, they never scroll out of sight."""
    return ft.Row(list(chips), wrap=True, spacing=10, run_spacing=10)


def choice_chips(
    ui: Ui,
    choices: Sequence[Choice],
    chosen: str | None,
    on_choose: Callable[[str], object],
    *,
    key: str,
) -> ft.Control:
    """One of a few; keys of the chips are `<key>.<value>`."""
    return chip_row(
        [
            chip(
                ui,
                choice.label,
                bind(on_choose, choice.value),
                key=f"{key}.{choice.value}",
                selected=choice.value == chosen,
            )
            for choice in choices
        ]
    )


def many_chips(
    ui: Ui,
    choices: Sequence[Choice],
    chosen: frozenset[str],
    on_change: Callable[[frozenset[str]], object],
    *,
    key: str,
) -> ft.Control:
    """Any of a few; keys of the chips are `<key>.<value>`; called with the new set."""
    return chip_row(
        [
            chip(
                ui,
                choice.label,
                bind(on_change, chosen ^ {choice.value}),
                key=f"{key}.{choice.value}",
                selected=choice.value in chosen,
            )
            for choice in choices
        ]
    )


def switch_of(
    ui: Ui,
    choices: Sequence[Choice],
    chosen: str,
    on_choose: Callable[[str], object],
    *,
    key: str,
) -> ft.Control:
    """Two or three choices in one pill (English, Español); keys as in `choice_chips`."""
    cells: list[ft.Control] = []
    for choice in choices:
        on = choice.value == chosen
        ink = ft.Colors.ON_PRIMARY_CONTAINER if on else SOFT
        parts: list[ft.Control] = [text(ui, choice.label, ui.type.chip, ink, loose=True)]
        if on:
            parts.insert(0, icon(ui, ft.Icons.CHECK, 20, ink))
        cells.append(
            pressable(
                ui,
                ft.Row(parts, spacing=8, tight=True),
                bind(on_choose, choice.value),
                key=f"{key}.{choice.value}",
                selected=on,
                radius=Radius.ROUND,
                padding=ft.Padding.symmetric(horizontal=18, vertical=14),
                bgcolor=ft.Colors.PRIMARY_CONTAINER if on else None,
            )
        )
    return ft.Row(
        [
            ft.Container(
                ft.Row(cells, wrap=True, spacing=2, run_spacing=2),
                border=ft.Border.all(1, ft.Colors.OUTLINE),
                border_radius=Radius.ROUND if ui.scale < 1.3 else Radius.TABLE,
                bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
                padding=1,
            )
        ],
        wrap=True,
        tight=True,
    )


def picker(
    ui: Ui,
    label: str,
    value: str,
    on_press: Act | None,
    *,
    key: str,
    symbol: ft.IconData | None = None,
    expand: bool | int | None = None,
    error: bool = False,
) -> ft.Control:
    """A box that shows a value under its label and opens a choice (When, Where)."""
    seen = ft.Column(
        [
            text(ui, label, ui.type.cap, SOFT),
            ft.Row(
                [
                    *([icon(ui, symbol, 22)] if symbol is not None else []),
                    text(ui, value, ui.type.strong, expand=True),
                    icon(ui, ft.Icons.EXPAND_MORE, 22),
                ],
                spacing=8,
            ),
        ],
        spacing=2,
        tight=True,
    )
    return pressable(
        ui,
        named(seen, f"{label}, {value}"),
        on_press,
        key=key,
        padding=ft.Padding.only(left=16, right=10, top=9, bottom=9),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        side=ft.BorderSide(2 if error else 1, ft.Colors.ERROR if error else ft.Colors.OUTLINE),
        expand=expand,
    )


def choose_sheet(
    ui: Ui,
    title: str,
    choices: Sequence[Choice],
    chosen: str | None,
    on_choose: Callable[[str], object],
    on_close: Act,
    *,
    key: str,
) -> ft.AlertDialog:
    """The list a picker opens, for `ft.use_dialog(sheet if open else None)`."""
    rows: list[ft.Control] = []
    for choice in choices:
        on = choice.value == chosen
        rows.append(
            pressable(
                ui,
                ft.Row(
                    [
                        text(ui, choice.label, ui.type.strong if on else ui.type.body, expand=True),
                        *([icon(ui, ft.Icons.CHECK, 22, ft.Colors.PRIMARY)] if on else []),
                    ],
                    spacing=12,
                ),
                bind(on_choose, choice.value),
                key=f"{key}.{choice.value}",
                selected=on,
                padding=ft.Padding.symmetric(horizontal=14, vertical=14),
                bgcolor=ft.Colors.PRIMARY_CONTAINER if on else None,
            )
        )
    return ft.AlertDialog(
        title=text(ui, title, ui.type.h2, heading=1),
        content=ft.Container(
            ft.Column(rows, spacing=4, tight=True),
            width=min(440 * ui.scale, ui.layout.width - 80),
        ),
        on_dismiss=on_close,
        scrollable=True,
    )
