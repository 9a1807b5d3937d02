"""Following one note on its way: the hook behind the sync chip of a note.

Owns the mapping from the service's chip to the kit's, and asks again whenever the vault or the
sync engine says something. Says "On the server" only when exactly this note was acknowledged.
"""

from __future__ import annotations

import contextvars
from typing import Any

import flet as ft

from app.services.syncing import ChipState
from app.views.hooks import use_query, use_tablet
from app.views.widgets.sync_chip import SyncState, SyncView

UNSENT = SyncView(SyncState.NOT_ON_SERVER)
JUST_SAVED = SyncView(SyncState.SAVED_ON_TABLET)


def chip_view(chip: ChipState) -> SyncView:
    """The kit's view of a note's chip."""
    return SyncView(SyncState(chip.kind), chip.sent, chip.total)


def use_sync_turn() -> int:
    """Hook: a number that grows whenever the sync engine's status changes."""
    tablet = use_tablet()
    turn, set_turn = ft.use_state(0)
    stop: Any = ft.use_ref(None)

    def watch() -> None:
        # A notice arrives from outside any handler: Flet needs this window's context with it.
        window = contextvars.copy_context()

        def changed() -> None:
            window.copy().run(set_turn, lambda now: now + 1)

        stop.current = tablet.open.syncing.watch(changed)

    def unwatch() -> None:
        if stop.current is not None:
            stop.current()
            stop.current = None

    ft.use_effect(watch, [tablet], unwatch)
    return turn


def use_note_chip(note_id: str, again: int = 0) -> SyncView:
    """Hook: where one saved note is now. note_id: empty while it has not been saved.

    again: ask once more when it changes.
    """
    tablet = use_tablet()
    turn = use_sync_turn()

    async def ask() -> SyncView:
        if not note_id:
            return UNSENT
        return chip_view(await tablet.open.syncing.note_chip(note_id))

    answer = use_query(ask, (note_id, turn, again), types=frozenset({"note", "addendum"}))
    if answer.value is None:
        return JUST_SAVED if note_id else UNSENT
    return answer.value
