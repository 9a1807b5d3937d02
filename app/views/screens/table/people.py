"""Our people at the table: those who agreed to be shown, with no measure of how close they are."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.views.screens.table.more import people_list
from app.views.widgets.ui import Ui
from app.wraparound.family_page import Someone


def family_people(ui: Ui, circle: Sequence[Someone]) -> ft.Control:
    """Everybody by name."""
    return people_list(ui, circle)
