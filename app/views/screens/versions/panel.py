"""The short panel of the Plan tab: what happened since the team last met. Pure."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.services.versions import SinceMeeting
from app.views import dates
from app.views.widgets.buttons import quiet
from app.views.widgets.panels import fact_line
from app.views.widgets.pressable import Act
from app.views.widgets.text import text
from app.views.widgets.ui import Ui

_MOST = 3
"""Measures and people named one by one; the whole list is a tap away."""


def since_panel(
    ui: Ui, since: SinceMeeting, today: date, on_all: Act | None, *, key: str = "since"
) -> ft.Control:
    """Steps done, measures moved, who joined, what is still open; on_all: opens the whole list."""
    rows: list[ft.Control] = []
    if since.steps_done:
        rows.append(_fact(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, "done", since.steps_done, key))
    for moved in since.moved[:_MOST]:
        said = ui.say("since.moved", text=moved.text, old=moved.old, new=moved.new)
        rows.append(fact_line(ui, ft.Icons.TIMELINE, said, icon_color=ft.Colors.TERTIARY))
    for symbol, name, people in (
        (ft.Icons.ADD_CIRCLE_OUTLINE, "joined", since.joined),
        (ft.Icons.REMOVE_CIRCLE_OUTLINE, "left", since.left),
    ):
        rows += [
            fact_line(ui, symbol, ui.say(f"since.{name}", name=one), icon_color=ft.Colors.TERTIARY)
            for one in people[:_MOST]
        ]
    if since.still_open:
        rows.append(_fact(ui, ft.Icons.HISTORY, "still_open", since.still_open, key, ft.Colors.ERROR))
    if not rows:
        rows.append(fact_line(ui, ft.Icons.HORIZONTAL_RULE, ui.say("since.nothing"), soft=True))
    day = dates.plain_day(ui.language, dates.local(since.since_ms).date(), today)
    parts: list[ft.Control] = [
        text(ui, ui.say("since.title", day=day), ui.type.h3, heading=2, key=f"{key}.title"),
        *rows,
    ]
    if on_all is not None and since.version_id:
        parts.append(ft.Row([quiet(ui, ui.say("since.all"), on_all, key=f"{key}.all")], wrap=True))
    return ft.Column(parts, spacing=10, tight=True, key=key)


def _fact(
    ui: Ui, symbol: ft.IconData, name: str, count: int, key: str,
    color: ft.ColorValue = ft.Colors.TERTIARY,
) -> ft.Control:  # fmt: skip
    words = ui.say(f"since.{name}_one" if count == 1 else f"since.{name}", count=count)
    return fact_line(ui, symbol, words, icon_color=color, key=f"{key}.{name}")
