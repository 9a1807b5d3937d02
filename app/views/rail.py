"""Which places stand in the rail and in the bar below, for whom: only those that exist.

Owns their order and icons. The bar of a phone has room for five; a supervisor's leaves out Sync, which
the chip at the top of every screen opens as well.
"""

from __future__ import annotations

from collections.abc import Collection

import flet as ft

from app.views.routes import PLACES
from app.views.widgets.shell import Place
from app.views.widgets.ui import Ui

_ORDER = (
    ("today", ft.Icons.WB_SUNNY_OUTLINED, ft.Icons.WB_SUNNY),
    ("families", ft.Icons.COTTAGE_OUTLINED, ft.Icons.COTTAGE),
    ("board", ft.Icons.GROUPS_OUTLINED, ft.Icons.GROUPS),
    ("directory", ft.Icons.MENU_BOOK_OUTLINED, ft.Icons.MENU_BOOK),
    ("sync", ft.Icons.SYNC, ft.Icons.SYNC),
    ("settings", ft.Icons.TUNE, ft.Icons.TUNE),
)
_WORDS = {"board": "nav.team"}
_FOR = {"board": "supervisor"}
"""Places of one role alone."""
MOST_IN_BAR = 5


def rail_places(ui: Ui, roles: Collection[str]) -> tuple[Place, ...]:
    """The places of the rail for somebody with these roles."""
    return tuple(
        Place(name, ui.say(_WORDS.get(name, f"nav.{name}")), symbol, here)
        for name, symbol, here in _ORDER
        if name in PLACES and (name not in _FOR or _FOR[name] in roles)
    )


def bar_places(ui: Ui, roles: Collection[str]) -> tuple[Place, ...]:
    """The places of the bar: five at most."""
    places = rail_places(ui, roles)
    if len(places) <= MOST_IN_BAR:
        return places
    return tuple(one for one in places if one.value != "sync")
