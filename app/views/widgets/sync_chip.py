"""The sync chip: where a family's words are right now, in words.

Owns icon and tint of the seven states; the words come from the catalogue. It opens Sync. It sits
in a live region, so that a change of state is said once. Follows design page 06, "Sync chip".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import flet as ft

from app.views.theme.tokens import Radius
from app.views.widgets.buttons import icon_button
from app.views.widgets.pressable import Act, named, pressable
from app.views.widgets.text import icon, text
from app.views.widgets.ui import Ui


class SyncState(Enum):
    """Where the words are."""

    SAVED_ON_TABLET = "saved_on_tablet"
    NOT_ON_SERVER = "not_on_server"
    SENDING = "sending"
    ON_SERVER = "on_server"
    NO_NETWORK = "no_network"
    CONFLICT = "conflict"
    COULD_NOT_SEND = "could_not_send"


@dataclass(frozen=True)
class SyncView:
    """What the chip shows.

    Attributes:
        state: which of the seven.
        done: changes sent, while sending.
        total: changes to send, while sending.
        since: time of the last acknowledgement as words ("2:02 pm"), on the server.
    """

    state: SyncState
    done: int = 0
    total: int = 0
    since: str | None = None


_SYMBOL = {
    SyncState.SAVED_ON_TABLET: ft.Icons.TABLET_ANDROID,
    SyncState.NOT_ON_SERVER: ft.Icons.CLOUD_OUTLINED,
    SyncState.SENDING: ft.Icons.SYNC,
    SyncState.ON_SERVER: ft.Icons.CLOUD_DONE_OUTLINED,
    SyncState.NO_NETWORK: ft.Icons.CLOUD_OFF_OUTLINED,
    SyncState.CONFLICT: ft.Icons.CALL_SPLIT,
    SyncState.COULD_NOT_SEND: ft.Icons.WARNING_AMBER_OUTLINED,
}
_TINT = {SyncState.CONFLICT: (ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER)}
_INK = {SyncState.ON_SERVER: ft.Colors.TERTIARY, SyncState.COULD_NOT_SEND: ft.Colors.ERROR}


def sync_words(ui: Ui, view: SyncView) -> str:
    """The state as a phrase."""
    match view.state:
        case SyncState.SENDING:
            return ui.say("sync.sending", done=view.done, total=view.total)
        case SyncState.ON_SERVER if view.since:
            return ui.say("sync.on_server_since", time=view.since)
        case state:
            return ui.say(f"sync.{state.value}")


def sync_chip(
    ui: Ui,
    view: SyncView,
    on_open: Act | None,
    *,
    key: str,
    short: bool | None = None,
) -> ft.Control:
    """The chip, 48 px high; an icon alone on a phone.

    Args:
        ui: settings in force.
        view: what to show.
        on_open: opens Sync.
        key: control key.
        short: icon alone with the words as its name; by default on a narrow layout.
    """
    said = sync_words(ui, view)
    ground, ink = _TINT.get(
        view.state,
        (ft.Colors.SURFACE_CONTAINER_LOWEST, _INK.get(view.state, ft.Colors.ON_SURFACE)),
    )
    symbol = _SYMBOL[view.state]
    if short if short is not None else ui.layout.narrow:
        return ft.Semantics(
            live_region=True,
            content=icon_button(ui, symbol, said, on_open, key=key, color=ink, size=26),
        )
    seen = ft.Row(
        [icon(ui, symbol, 20, ink), text(ui, said, ui.type.chip, ink, loose=True)],
        spacing=9,
        tight=True,
    )
    return pressable(
        ui,
        ft.Semantics(live_region=True, content=named(seen, said)),
        on_open,
        key=key,
        radius=Radius.ROUND,
        padding=ft.Padding.symmetric(horizontal=16, vertical=14),
        bgcolor=ground,
        side=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT),
    )


def draft_line(ui: Ui, words: str, *, key: str | None = None) -> ft.Control:
    """Autosave, beside the words in the paper: *Draft saved on this tablet, 10:52 am*."""
    return ft.Semantics(
        live_region=True,
        content=ft.Row(
            [
                icon(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, 22, ft.Colors.TERTIARY),
                text(ui, words, ui.type.chip, ft.Colors.TERTIARY, loose=True),
            ],
            spacing=8,
            tight=True,
            key=key,
        ),
    )
