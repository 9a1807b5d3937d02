"""Phase bars: four bars, the current one cinnamon, always with number and name.

Follows design page 06, "Phase"; also the meeting's step bar, which is the same drawing longer.
"""

from __future__ import annotations

import flet as ft

from app.views.widgets.pressable import named
from app.views.widgets.text import text
from app.views.widgets.ui import Ui


def bars(ui: Ui, number: int, count: int, *, width: float | None = 104) -> ft.Control:
    """The bars alone: past ones in soft ink, the current cinnamon, the rest a pale track.

    Args:
        ui: settings in force.
        number: the current one, from 1.
        count: how many there are.
        width: total width at 100 %, or None to take all the room there is.
    """

    def ground(index: int) -> ft.ColorValue:
        if index < number:
            return ft.Colors.OUTLINE
        return ft.Colors.PRIMARY if index == number else ft.Colors.SURFACE_CONTAINER_HIGHEST

    row = ft.Row(
        [
            ft.Container(height=ui.grow(8), border_radius=4 * ui.scale, bgcolor=ground(i), expand=1)
            for i in range(1, count + 1)
        ],
        spacing=4 if width is not None else 6,
    )
    return row if width is None else ft.Container(row, width=ui.grow(width))


def phase(ui: Ui, number: int, name: str, *, count: int = 4, key: str | None = None) -> ft.Control:
    """Bars with number and name below, said as one sentence to a screen reader."""
    seen = ft.Column(
        [bars(ui, number, count), text(ui, f"{number}  {name}", ui.type.cap)],
        spacing=8,
        tight=True,
        key=key,
    )
    return named(seen, ui.say("phase.name", number=number, count=count, name=name))
