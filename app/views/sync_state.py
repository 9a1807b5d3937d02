"""Where the work stands, for every screen: the chip that opens Sync, followed as it changes.

Owns turning the service's `ChipState` into the kit's `SyncView`, and following engine and records.
"""

from __future__ import annotations

import contextvars
from typing import Any

import flet as ft

from app.services.syncing import ChipState
from app.services.tablet import TabletState
from app.sync.status import SyncStatus
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.widgets.boundary import component
from app.views.widgets.sync_chip import SyncState, SyncView, sync_chip
from app.views.widgets.ui import Ui, use_ui


def sync_view(ui: Ui, chip: ChipState, now_ms: int, server_url: str) -> SyncView:
    """The chip's look for what the service says. server_url: "" when the tablet has none, so that
    nothing is ever on its way."""
    if not server_url and chip.kind == "not_on_server":
        return SyncView(SyncState.SAVED_ON_TABLET)
    since = None
    if chip.kind == "on_server" and chip.at_ms:
        since = contact_time(ui, chip.at_ms, now_ms)
    return SyncView(SyncState(chip.kind), chip.sent, chip.total, since)


def contact_time(ui: Ui, at_ms: int, now_ms: int) -> str:
    """"2:02 pm" when it was today, else day and time."""
    language = ui.settings.language
    if dates.local(at_ms).date() == dates.local(now_ms).date():
        return dates.time_of_day(language, at_ms)
    return dates.moment(language, at_ms, now_ms)


def use_sync_status() -> SyncStatus:
    """Hook: what the engine says, followed as it changes."""
    tablet = use_tablet()
    open_ = tablet.state is TabletState.OPEN
    status, set_status = ft.use_state(tablet.open.syncing.status if open_ else SyncStatus())
    stop: Any = ft.use_ref(None)

    def watch() -> None:
        window = contextvars.copy_context()
        if tablet.state is not TabletState.OPEN:
            return
        syncing = tablet.open.syncing
        window.copy().run(set_status, syncing.status)
        stop.current = syncing.watch(
            lambda: window.copy().run(set_status, syncing.status)
        )

    def unwatch() -> None:
        if stop.current is not None:
            stop.current()
            stop.current = None

    ft.use_effect(watch, [tablet], unwatch)
    return status


@component
def TabletChip(control: str) -> ft.Control:
    """The chip of the whole tablet; it opens Sync.

    Args:
        control: control key.
    """
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    status = use_sync_status()
    asked = use_query(lambda: tablet.open.syncing.chip(), (status,))
    chip = asked.value or ChipState("saved_on_tablet")
    view = sync_view(
        ui, chip, tablet.open.desk.now_ms(), tablet.open.syncing.server_url
    )
    return sync_chip(ui, view, lambda: nav.go(Place("sync")), key=control)
