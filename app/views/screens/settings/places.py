"""The places behind Settings: one row for each that exists and that this person may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import flet as ft

from app.services.desk import Me
from app.services.permissions import Action, allows
from app.views.routes import PLACES
from app.views.screens.more.places import is_there
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon
from app.views.widgets.ui import Ui

_ICON = 28
_TALL = 72


@dataclass(frozen=True)
class Door:
    """A place of routes.PLACES. any_of: actions of which a role must include one; empty: everybody's."""

    name: str
    symbol: ft.IconData
    any_of: tuple[Action, ...] = ()


MINE: Final = (
    Door("recovery_kit", ft.Icons.KEY_OUTLINED),
    Door("my_tablets", ft.Icons.TABLET_MAC_OUTLINED),
)
"""What is one's own."""
AGENCY: Final = (
    Door("people", ft.Icons.GROUP_OUTLINED, ("person.invite",)),
    Door("caseloads", ft.Icons.SWAP_HORIZ, ("cover.give",)),
    Door("rules", ft.Icons.RULE),
    Door("agency_audit", ft.Icons.FACT_CHECK_OUTLINED, ("person.invite", "cover.give")),
    Door("packet", ft.Icons.FOLDER_ZIP_OUTLINED, ("packet.make",)),
    Door("retention", ft.Icons.INVENTORY_2_OUTLINED, ("hold.set", "agency.edit")),
    Door("seed", ft.Icons.SPA_OUTLINED, ("seed.use",)),
)
"""What is the agency's. Words: `settings.<name>` and `settings.<name>_line`."""


def doors(me: Me, wanted: tuple[Door, ...]) -> tuple[Door, ...]:
    """Those that exist in this build and that this person may open."""
    return tuple(
        door
        for door in wanted
        if door.name in PLACES
        and is_there(door.name)
        and (not door.any_of or any(allows(me, action) for action in door.any_of))
    )


def door_rows(ui: Ui, shown: tuple[Door, ...], on_open: Callable[[str], object]) -> ft.Control:
    """The rows, each with one soft line."""
    rows: list[ft.Control] = [
        list_row(
            ui, ui.say(f"settings.{door.name}"), bind(on_open, door.name), key=f"settings.{door.name}",
            lead=icon(ui, door.symbol, _ICON, SOFT), lead_size=_ICON,
            line=ui.say(f"settings.{door.name}_line"), chevron=True, tall=_TALL, ruled=number < len(shown),
        )
        for number, door in enumerate(shown, start=1)
    ]  # fmt: skip
    return ft.Column(rows, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
