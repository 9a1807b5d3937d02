"""Our people at the table: those who agreed to be shown, with no measure of how close they are."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.views.screens.table.look import for_drawings, inset, large_text
from app.views.screens.table.more import people_list
from app.views.widgets.eco_map import family_eco_map
from app.views.widgets.ui import Ui
from app.wraparound.eco_family import draw_family, family_map
from app.wraparound.family_page import Someone

_WIDEST = 936


def family_people(ui: Ui, circle: Sequence[Someone]) -> ft.Control:
    """The family's own eco-map, or everybody by name where it does not fit."""
    larger = for_drawings(ui)
    width = min(_WIDEST, ui.layout.width - 2 * inset(ui))
    shown = family_map(circle)
    drawn = draw_family(shown, width, scale=larger.scale)
    if ui.layout.narrow or large_text(ui) or drawn is None or drawn.words != "full":
        return people_list(ui, circle)
    return ft.Row(
        [family_eco_map(larger, shown, width=width, key="table.people")],
        alignment=ft.MainAxisAlignment.CENTER,
    )
