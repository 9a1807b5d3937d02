"""The line in Sync that tells a supervisor of notes which were in a wrong family."""

from __future__ import annotations

import flet as ft

from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.widgets.boundary import component
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon
from app.views.widgets.ui import use_ui

_MARK = 26


@component
def ToldLine() -> ft.Control:
    """Nothing where there is nothing to see, or for anybody but a supervisor."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()

    async def ask() -> int:
        return len(await tablet.open.keeping.errors.to_see())

    count = use_query(ask, (), types=frozenset({"entered_in_error"})).value or 0
    if not count:
        return ft.Container(height=0)
    key = "sync_centre.told_one" if count == 1 else "sync_centre.told"
    return list_row(
        ui, ui.say(key, count=count), lambda: nav.go(Place("told")), key="sync_centre.told",
        lead=icon(ui, ft.Icons.WRONG_LOCATION_OUTLINED, _MARK, SOFT), lead_size=_MARK,
        line=ui.say("sync_centre.told_line"), chevron=True,
    )  # fmt: skip
