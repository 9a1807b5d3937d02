"""The way to a door: the family's own directions, and the tablet's map for an address.

A map learns the address it is asked for, so a person is told before, each time; a protected address is
never handed to it. What the family said about the way stands there with no network at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import flet as ft

from app.views.hooks import use_tablet
from app.views.theme.tokens import Space
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.panels import fact_line
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui

_APPLE = (ft.PagePlatform.IOS, ft.PagePlatform.MACOS)


@dataclass(frozen=True)
class Way:
    """Where to go. directions: in the family's words, "" when there are none."""

    name: str
    address: str
    directions: str = ""


def map_link(address: str, platform: ft.PagePlatform | None, *, web: bool) -> str:
    """The address as the platform's map takes it."""
    if platform is ft.PagePlatform.ANDROID and not web:
        return f"geo:0,0?q={quote(address)}"
    if platform in _APPLE and not web:
        return f"https://maps.apple.com/?q={quote(address)}"
    return f"https://www.openstreetmap.org/search?query={quote(address)}"


def use_directions() -> Callable[[Way], None]:
    """Hook: shows a way and asks before the map is opened. Call it once in a component."""
    ui = use_ui()
    page = ft.context.page
    tablet = use_tablet()
    nowhere: Way | None = None
    way, show = ft.use_state(nowhere)

    def open_map() -> None:
        assert way is not None
        link = map_link(way.address, page.platform, web=page.web)
        show(None)

        async def launch() -> None:
            tablet.excursion()
            await ft.UrlLauncher().launch_url(link)

        page.run_task(launch)

    ft.use_dialog(None if way is None else _dialog(ui, way, open_map, lambda: show(None)))
    return show


def _dialog(ui: Ui, way: Way, on_map: Callable[[], object], on_close: Callable[[], object]) -> ft.AlertDialog:
    parts: list[ft.Control] = [
        fact_line(ui, ft.Icons.PLACE_OUTLINED, way.address),
        *([fact_line(ui, ft.Icons.DIRECTIONS_OUTLINED, way.directions)] if way.directions else []),
        text(ui, ui.say("directions.told"), ui.type.body, SOFT),
    ]
    return form_dialog(
        ui, ui.say("directions.title", name=way.name), ft.Column(parts, spacing=Space.M, tight=True),
        key="directions", act=ui.say("directions.open"), on_act=on_map,
        close=ui.say("directions.close"), on_close=on_close,
    )  # fmt: skip
