"""Tabs with an underline: Plan, People, Notes, More.

Follows the family-plan picture of design page 06.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from app.views.widgets.chips import Choice
from app.views.widgets.pressable import bind, pressable
from app.views.widgets.text import SOFT, hairline, text
from app.views.widgets.ui import Ui


def tabs(
    ui: Ui,
    choices: Sequence[Choice],
    chosen: str,
    on_choose: Callable[[str], object],
    *,
    key: str,
) -> ft.Control:
    """A row of tabs over a hairline; keys of the tabs are `<key>.<value>`.

    Args:
        ui: settings in force.
        choices: the tabs in reading order.
        chosen: the value that is shown.
        on_choose: called with the value tapped.
        key: key stem.
    """
    cells: list[ft.Control] = []
    side = 22 if not ui.layout.narrow else 14
    for choice in choices:
        on = choice.value == chosen
        cells.append(
            ft.Container(
                pressable(
                    ui,
                    text(ui, choice.label, ui.type.strong, ft.Colors.ON_SURFACE if on else SOFT),
                    bind(on_choose, choice.value),
                    key=f"{key}.{choice.value}",
                    selected=on,
                    radius=8,
                    padding=ft.Padding.symmetric(horizontal=side, vertical=13),
                ),
                border=ft.Border.only(
                    bottom=ft.BorderSide(
                        3, ft.Colors.PRIMARY if on else ft.Colors.TRANSPARENT
                    )
                ),
            )
        )
    return ft.Column(
        [ft.Row(cells, wrap=True, spacing=0, run_spacing=0), hairline()],
        spacing=0,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
