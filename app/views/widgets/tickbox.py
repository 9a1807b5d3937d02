"""The tick box: 26 px with radius 8, in a 48 px target.

State is shown by the tick, repeated by the leaf fill. Follows design page 06, "Radius".
"""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.views.theme.tokens import TARGET, Radius
from app.views.widgets.pressable import bind, pressable
from app.views.widgets.text import icon, text
from app.views.widgets.ui import Ui

_BOX = 26


def target_side(ui: Ui) -> float:
    """The side of a box's target in logical pixels."""
    return max(TARGET, ui.grow(_BOX) + 16)


def _box(ui: Ui, on: bool) -> ft.Control:
    side = ui.grow(_BOX)
    return ft.Container(
        width=side,
        height=side,
        border_radius=Radius.TICK * ui.scale,
        bgcolor=ft.Colors.TERTIARY if on else None,
        border=ft.Border.all(2, ft.Colors.TERTIARY if on else ft.Colors.OUTLINE),
        alignment=ft.Alignment.CENTER,
        content=icon(ui, ft.Icons.CHECK, 18, ft.Colors.ON_TERTIARY) if on else None,
    )


def tickbox(
    ui: Ui,
    name: str,
    on: bool,
    on_change: Callable[[bool], object] | None,
    *,
    key: str,
) -> ft.Control:
    """The box alone, for a row that shows the words itself.

    Args:
        ui: settings in force.
        name: accessible name.
        on: ticked.
        on_change: called with the new state; None makes it only show.
        key: control key.
    """
    side = target_side(ui)
    act = on_change
    seen = ft.Semantics(label=name, checked=on, exclude_semantics=True, content=_box(ui, on))
    if act is None:
        return ft.Container(seen, width=side, height=side, alignment=ft.Alignment.CENTER, key=key)
    return pressable(
        ui,
        seen,
        bind(act, not on),
        key=key,
        width=side,
        height=side,
        radius=Radius.FIELD,
        align=ft.Alignment.CENTER,
    )


def tick_row(
    ui: Ui,
    label: str,
    on: bool,
    on_change: Callable[[bool], object] | None,
    *,
    key: str,
    line: str | None = None,
    lead: ft.Control | None = None,
    box_last: bool = False,
    expand: bool | int | None = None,
) -> ft.Control:
    """A box with its words; the whole row is the target.

    Args:
        ui: settings in force.
        label: the words.
        on: ticked.
        on_change: called with the new state.
        key: control key.
        line: a soft second line.
        lead: a face before the words.
        box_last: box at the right end, as in "Who was there".
        expand: take the room left in a row.
    """
    act = on_change
    said = label if line is None else f"{label}, {line}"
    wording = ft.Column(
        [
            text(ui, label, ui.type.strong),
            *([text(ui, line, ui.type.body, ft.Colors.ON_SURFACE_VARIANT)] if line else []),
        ],
        spacing=0,
        tight=True,
        expand=True,
    )
    parts: list[ft.Control] = [*([lead] if lead is not None else []), wording]
    parts.insert(len(parts) if box_last else 0, _box(ui, on))
    seen = ft.Semantics(
        label=said,
        checked=on,
        exclude_semantics=True,
        content=ft.Row(parts, spacing=12),
    )
    return pressable(
        ui,
        seen,
        None if act is None else bind(act, not on),
        key=key,
        padding=ft.Padding.symmetric(vertical=11 if lead is None else 5, horizontal=4),
        disabled=act is None,
        expand=expand,
    )
