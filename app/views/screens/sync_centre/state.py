"""The first sheet of the sync centre: where the work stands, what is in the way, and the one act."""

from __future__ import annotations

import flet as ft

from app.services.sync_story import clock_off_ms
from app.sync.status import SyncState as EngineState
from app.views.error_words import words_of_code
from app.views.screens.sync_centre.values import SyncCentreActs, SyncCentreView
from app.views.screens.sync_centre.wording import clock_words, counted, next_try, size_words, when
from app.views.widgets.buttons import filled
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.states import error_state, progress
from app.views.widgets.sync_chip import SyncState, sync_words
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui

_SYMBOL = {
    SyncState.SAVED_ON_TABLET: ft.Icons.TABLET_ANDROID,
    SyncState.NOT_ON_SERVER: ft.Icons.CLOUD_OUTLINED,
    SyncState.SENDING: ft.Icons.SYNC,
    SyncState.ON_SERVER: ft.Icons.CLOUD_DONE_OUTLINED,
    SyncState.NO_NETWORK: ft.Icons.CLOUD_OFF_OUTLINED,
    SyncState.CONFLICT: ft.Icons.CALL_SPLIT,
    SyncState.COULD_NOT_SEND: ft.Icons.WARNING_AMBER_OUTLINED,
}


def state_sheet(ui: Ui, view: SyncCentreView, acts: SyncCentreActs) -> ft.Control:
    """Headline, last contact, next try; progress; what is in the way; the button."""
    chip = view.chip
    working = view.status.state is EngineState.WORKING
    waiting = view.photos or any(count for _family, count in view.unsent)
    act = filled(
        ui,
        ui.say("sync_centre.trying" if working else
               "sync_centre.send_now" if waiting else "sync_centre.try_now"),
        acts.now, key="sync_centre.now", symbol=ft.Icons.SYNC, main=False,
        disabled=working or not view.server_url,
    )  # fmt: skip
    lines = [text(ui, _headline(ui, view), ui.type.h2), text(ui, _contact(ui, view), ui.type.body, SOFT)]
    due = next_try(ui, view.status.next_try_ms, view.now_ms) if view.server_url and not working else ""
    if due:
        lines.append(text(ui, due, ui.type.body, SOFT, key="sync_centre.next"))
    parts: list[ft.Control] = [
        ft.Row(
            [
                icon(ui, _SYMBOL[chip.state], 30,
                     ft.Colors.TERTIARY if chip.state is SyncState.ON_SERVER else ft.Colors.ON_SURFACE),
                ft.Semantics(live_region=True, expand=True,
                             content=ft.Column(lines, spacing=2, tight=True)),
            ],
            spacing=14,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    ]  # fmt: skip
    if chip.state is SyncState.SENDING and chip.total:
        parts.append(progress(ui, sync_words(ui, chip), chip.done / chip.total, key="sync_centre.bar"))
    parts += [*_problem(ui, view), *_warnings(ui, view)]
    if view.server_url:
        parts.append(ft.Row([act], wrap=True))
    return sheet(
        ft.Column(parts, spacing=16, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        key="sync_centre.state",
    )


def _headline(ui: Ui, view: SyncCentreView) -> str:
    if not view.server_url:
        return ui.say("sync_centre.no_server")
    waiting = sum(count for _family, count in view.unsent)
    if waiting and view.chip.state is not SyncState.SENDING:
        return counted(ui, "only_here", waiting)
    if view.photos:
        return counted(ui, "photos_here", view.photos)
    return sync_words(ui, view.chip)


def _contact(ui: Ui, view: SyncCentreView) -> str:
    if not view.server_url:
        return ui.say("sync_centre.no_server_line")
    at = view.status.last_contact_ms
    if not at:
        return ui.say("sync_centre.never")
    return ui.say("sync_centre.last_contact", when=when(ui, at, view.now_ms))


def _problem(ui: Ui, view: SyncCentreView) -> list[ft.Control]:
    status = view.status
    if status.state is EngineState.OFFLINE:
        # Where the headline says it already, only what follows from it is added.
        said_above = view.chip.state is SyncState.NO_NETWORK and not any(n for _, n in view.unsent)
        key = "sync_centre.offline_then" if said_above else "sync_centre.offline"
        return [fact_line(ui, ft.Icons.CLOUD_OFF_OUTLINED, ui.say(key))]
    if status.state not in (EngineState.PROBLEM, EngineState.REMOVED, EngineState.NOT_ENROLLED):
        return []
    said = {
        EngineState.REMOVED: ui.say("sync_centre.removed"),
        EngineState.NOT_ENROLLED: ui.say("sync_centre.not_enrolled"),
    }.get(status.state) or words_of_code(ui, status.problem, status.message or ui.say("sync_centre.problem"))
    details = (ui.say("state.broken_code", code=status.problem),) if status.problem else ()
    safe = ui.say("sync_centre.safe")
    return [error_state(ui, said, key="sync_centre.problem", safe=safe, details=details)]


def _warnings(ui: Ui, view: SyncCentreView) -> list[ft.Control]:
    """Little room, a clock that is off: said here, for both may be why something does not go on."""
    found: list[ft.Control] = []
    if view.photos and any(count for _family, count in view.unsent):
        found.append(
            fact_line(ui, ft.Icons.PHOTO_OUTLINED, counted(ui, "photos_here", view.photos),
                      key="sync_centre.photos")
        )  # fmt: skip
    if view.room is not None and view.room.little:
        free = size_words(ui, view.room.free or 0)
        found.append(
            fact_line(ui, ft.Icons.STORAGE_OUTLINED, ui.say("sync_centre.little_room", free=free),
                      key="sync_centre.little_room")
        )  # fmt: skip
    ahead = clock_off_ms(view.status.server_offset_ms)
    if ahead:
        found.append(
            fact_line(ui, ft.Icons.SCHEDULE, clock_words(ui, ahead), key="sync_centre.clock")
        )
    return found
