"""Our people at the table: those who agreed to be shown, with no measure of how close they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import flet as ft

from app.views.screens.table.look import chosen_size, inset, large_text
from app.views.screens.table.more import people_list
from app.views.widgets.eco_map import family_eco_map
from app.views.widgets.ui import Ui
from app.wraparound.eco_family import draw_family, family_map
from app.wraparound.family_page import Someone

_ON_THE_MAP = 17 / 14
"""The map's smallest words are 14 in the kit and 17 at the table."""
_WIDEST = 936


def family_people(ui: Ui, circle: Sequence[Someone]) -> ft.Control:
    """The family's own eco-map, or everybody by name where it does not fit."""
    plain = chosen_size(ui)
    larger = Ui(replace(ui.settings, text_scale=plain.scale * _ON_THE_MAP), ui.layout)
    width = min(_WIDEST, ui.layout.width - 2 * inset(ui))
    shown = family_map(circle)
    drawn = draw_family(shown, width, scale=larger.scale)
    if ui.layout.narrow or large_text(ui) or drawn is None or drawn.words != "full":
        return people_list(ui, circle)
    return ft.Row(
        [family_eco_map(larger, shown, width=width, key="table.people")],
        alignment=ft.MainAxisAlignment.CENTER,
    )
