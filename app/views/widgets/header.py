"""The head of a screen: back, title, one line, and what never moves (Cover, Crisis).

Owns their places: acts at the right in the order given, then Cover on a phone, then Crisis last.
Follows design page 06, "Layout" and the pictures.
"""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.views.widgets.buttons import icon_button, outlined
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui


def header(
    ui: Ui,
    title: str,
    *,
    key: str,
    line: str | None = None,
    on_back: Act | None = None,
    on_crisis: Act | None = None,
    on_cover: Act | None = None,
    acts: Sequence[ft.Control] = (),
) -> ft.Control:
    """Title and acts of a screen.

    Args:
        ui: settings in force.
        title: the screen, or the family's name when there is a way back.
        key: key stem; buttons are `<key>.back`, `<key>.crisis`, `<key>.cover`.
        line: one soft line under the title.
        on_back: shows the arrow.
        on_crisis: shows Crisis.
        on_cover: shows Cover, on a narrow layout only (the rail has it otherwise).
        acts: further controls at the right (sync chip, a text button).
    """
    narrow = ui.layout.narrow
    style = ui.type.h2_l if on_back is not None and line is None else ui.type.h1
    if narrow and on_back is not None:
        style = ui.type.h2
    name: list[ft.Control] = [text(ui, title, style, heading=1)]
    if line is not None:
        name.append(text(ui, line, ui.type.body if narrow else ui.type.body_l, SOFT))
    right: list[ft.Control] = list(acts)
    if on_cover is not None and narrow:
        right.append(
            icon_button(
                ui,
                ft.Icons.VISIBILITY_OFF_OUTLINED,
                ui.say("nav.cover_name"),
                on_cover,
                key=f"{key}.cover",
                size=26,
            )
        )
    if on_crisis is not None:
        right.append(
            icon_button(
                ui,
                ft.Icons.SUPPORT_OUTLINED,
                ui.say("nav.crisis_name"),
                on_crisis,
                key=f"{key}.crisis",
                color=ft.Colors.ERROR,
                size=26,
            )
            if narrow
            else outlined(
                ui,
                ui.say("nav.crisis"),
                on_crisis,
                key=f"{key}.crisis",
                symbol=ft.Icons.SUPPORT_OUTLINED,
                danger=True,
            )
        )
    left: list[ft.Control] = []
    if on_back is not None:
        left.append(
            icon_button(
                ui, ft.Icons.ARROW_BACK, ui.say("nav.back"), on_back, key=f"{key}.back", size=26
            )
        )
    left.append(ft.Column(name, spacing=2, tight=True, expand=True))
    title_row = ft.Row(left, spacing=8, expand=True)
    if not right:
        # In a row of its own, or it would take the height that is left in a column.
        return ft.Row([title_row])
    side = ft.Row(right, spacing=4 if narrow else 12, tight=True)
    if ui.scale >= 1.3 and (narrow or len(right) > 1):
        # Large text: the acts get a line of their own instead of squeezing the title.
        return ft.Column(
            [
                ft.Row([title_row]),
                ft.Row(right, wrap=True, spacing=8, run_spacing=8),
            ],
            spacing=8,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    return ft.Row(
        [title_row, side],
        spacing=16,
        vertical_alignment=(
            ft.CrossAxisAlignment.START
            if line is not None and not narrow
            else ft.CrossAxisAlignment.CENTER
        ),
    )
