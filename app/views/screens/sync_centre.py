"""Sync centre: where the work stands, in plain words, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.services.conflicts import Conflict
from app.services.syncing import ChipState, FamilyWork
from app.sync.status import SyncState as EngineState
from app.sync.status import SyncStatus
from app.views import dates
from app.views.error_words import words_of_code
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.audit.alarm import AuditAlarm
from app.views.screens.keeping.told_line import ToldLine
from app.views.screens.staff.here import AgencyChanges
from app.views.sync_state import sync_view, use_sync_status
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.header import header
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.rows import list_row
from app.views.widgets.states import error_state, progress
from app.views.widgets.sync_chip import SyncState, SyncView, sync_words
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui, use_ui

_SYMBOL = {
    SyncState.SAVED_ON_TABLET: ft.Icons.TABLET_ANDROID,
    SyncState.NOT_ON_SERVER: ft.Icons.CLOUD_OUTLINED,
    SyncState.SENDING: ft.Icons.SYNC,
    SyncState.ON_SERVER: ft.Icons.CLOUD_DONE_OUTLINED,
    SyncState.NO_NETWORK: ft.Icons.CLOUD_OFF_OUTLINED,
    SyncState.CONFLICT: ft.Icons.CALL_SPLIT,
    SyncState.COULD_NOT_SEND: ft.Icons.WARNING_AMBER_OUTLINED,
}


@dataclass(frozen=True)
class SyncCentreView:
    """What the screen shows.

    Attributes:
        chip: the state of the whole tablet.
        status: what the engine says.
        unsent: (family's name, changes only on this tablet).
        conflicts: fields with two versions.
        server_url: "" when the tablet has no server.
        now_ms: the present, UTC milliseconds.
        error: calm words when the tablet could not be asked.
    """

    chip: SyncView
    status: SyncStatus
    unsent: tuple[tuple[str, int], ...]
    conflicts: tuple[Conflict, ...]
    server_url: str
    now_ms: int
    error: str = ""


def changes_words(ui: Ui, count: int) -> str:
    """ "1 change", "3 changes"."""
    return ui.say("sync_centre.change_one") if count == 1 else ui.say(
        "sync_centre.changes", count=count
    )


def _counted(ui: Ui, key: str, count: int) -> str:
    if count == 1:
        return ui.say(f"sync_centre.{key}_one")
    return ui.say(f"sync_centre.{key}", count=count)


def _headline(ui: Ui, view: SyncCentreView) -> str:
    if not view.server_url:
        return ui.say("sync_centre.no_server")
    waiting = sum(count for _name, count in view.unsent)
    if waiting and view.chip.state is not SyncState.SENDING:
        return ui.say("sync_centre.only_here_one") if waiting == 1 else ui.say(
            "sync_centre.only_here", count=waiting
        )
    return sync_words(ui, view.chip)


def _contact(ui: Ui, view: SyncCentreView) -> str:
    if not view.server_url:
        return ui.say("sync_centre.no_server_line")
    at = view.status.last_contact_ms
    if not at:
        return ui.say("sync_centre.never")
    when = dates.moment(ui.settings.language, at, view.now_ms)
    return ui.say("sync_centre.last_contact", when=when)


def _problem(ui: Ui, view: SyncCentreView) -> list[ft.Control]:
    status = view.status
    parts: list[ft.Control] = []
    if status.state is EngineState.OFFLINE:
        # Where the headline says it already, only what follows from it is added.
        said_above = view.chip.state is SyncState.NO_NETWORK and not any(n for _, n in view.unsent)
        key = "sync_centre.offline_then" if said_above else "sync_centre.offline"
        parts.append(fact_line(ui, ft.Icons.CLOUD_OFF_OUTLINED, ui.say(key)))
    elif status.state in (EngineState.PROBLEM, EngineState.REMOVED, EngineState.NOT_ENROLLED):
        said = {
            EngineState.REMOVED: ui.say("sync_centre.removed"),
            EngineState.NOT_ENROLLED: ui.say("sync_centre.not_enrolled"),
        }.get(status.state) or words_of_code(
            ui, status.problem, status.message or ui.say("sync_centre.problem")
        )
        parts.append(
            error_state(ui, said, key="sync_centre.problem", safe=ui.say("sync_centre.safe"),
                        details=(ui.say("state.broken_code", code=status.problem),)
                        if status.problem else ())
        )
    if status.withheld:
        parts.append(fact_line(ui, ft.Icons.HOURGLASS_EMPTY,
                               _counted(ui, "withheld", status.withheld)))
    if status.quarantined:
        parts.append(fact_line(ui, ft.Icons.SHIELD_OUTLINED,
                               _counted(ui, "quarantined", status.quarantined)))
    return parts


def sync_screen(
    ui: Ui,
    view: SyncCentreView,
    *,
    alarm: ft.Control | None = None,
    on_now: Callable[[], object],
    on_conflict: Callable[[Conflict], object],
    on_cover: Callable[[], object],
    on_retry: Callable[[], object],
    changes: ft.Control | None = None,
    told: ft.Control | None = None,
) -> ft.Control:
    """State and one act first, then what is only here, then what to settle.

    changes: what follows from people having been taken out.
    told: what a supervisor has to see.
    """
    say, chip = ui.say, view.chip
    working = view.status.state is EngineState.WORKING
    sending = chip.state is SyncState.SENDING and chip.total
    act = filled(
        ui, say("sync_centre.trying" if working else "sync_centre.try_now"), on_now,
        key="sync_centre.now", symbol=ft.Icons.SYNC, main=False,
        disabled=working or not view.server_url,
    )
    state = ft.Column(
        [
            ft.Row(
                [
                    icon(ui, _SYMBOL[chip.state], 30,
                         ft.Colors.TERTIARY if chip.state is SyncState.ON_SERVER
                         else ft.Colors.ON_SURFACE),
                    ft.Semantics(
                        live_region=True, expand=True,
                        content=ft.Column(
                            [text(ui, _headline(ui, view), ui.type.h2),
                             text(ui, _contact(ui, view), ui.type.body, SOFT)],
                            spacing=2, tight=True,
                        ),
                    ),
                ],
                spacing=14,
                vertical_alignment=ft.CrossAxisAlignment.START,
            ),
            *([progress(ui, sync_words(ui, chip), chip.done / chip.total, key="sync_centre.bar")]
              if sending else []),
            *_problem(ui, view),
            *([ft.Row([act], wrap=True)] if view.server_url else []),
        ],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    parts: list[ft.Control] = [sheet(state, key="sync_centre.state")]
    if alarm is not None:
        parts.append(alarm)
    if view.error:
        parts.append(error_state(ui, view.error, key="sync_centre.error",
                                 act=say("state.try_again"), on_act=on_retry))
    if told is not None:
        parts.append(told)
    if view.conflicts:
        parts += [ft.Container(height=4), section_header(ui, say("sync_centre.conflicts"),
                                                         large=True),
                  text(ui, say("conflict.nothing_lost"), ui.type.body, SOFT)]
        parts += [
            list_row(
                ui, one.family_name or say("sync_centre.agency"),
                partial(on_conflict, one),
                key=f"sync_centre.conflict.{one.record_id}.{one.field}",
                lead=icon(ui, ft.Icons.CALL_SPLIT, 26, ft.Colors.PRIMARY), lead_size=26,
                line=conflict_words(ui, one), chevron=True,
            )
            for one in view.conflicts
        ]
    if changes is not None:
        parts.append(changes)
    if view.unsent:
        parts += [ft.Container(height=4),
                  section_header(ui, say("sync_centre.only_here_title"), large=True)]
        parts += [
            list_row(ui, name, None, key=f"sync_centre.unsent.{place}",
                     line=changes_words(ui, count), tall=64)
            for place, (name, count) in enumerate(view.unsent)
        ]
    if view.server_url:
        parts += [ft.Container(height=4), section_header(ui, say("sync_centre.server"), large=True),
                  text(ui, view.server_url, ui.type.body_l, key="sync_centre.address"),
                  text(ui, say("sync_centre.sealed"), ui.type.body, SOFT)]
    return ft.Column(
        [
            header(ui, say("sync_centre.title"), key="sync_centre", on_cover=on_cover),
            ft.ListView([*parts, ft.Container(height=24)], spacing=12, expand=True,
                        key="sync_centre.list", padding=ft.Padding.only(top=16)),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def conflict_words(ui: Ui, one: Conflict) -> str:
    """What it is that has two versions, and whose they are."""
    known = ("note", "need", "outcome", "strategy", "action_step", "family_vision",
             "natural_support", "family", "person", "meeting")
    what = ui.say(f"sync_centre.type.{one.type if one.type in known else 'other'}")
    names = sorted({version.author for version in one.versions if version.author})
    if len(names) > 1:
        return ui.say("sync_centre.by_two", what=what, first=names[0], second=names[1])
    return what


@component
def SyncCentre(_place: Place) -> ft.Control:
    """The sync centre."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    status = use_sync_status()
    turn, set_turn = ft.use_state(0)

    async def ask() -> tuple[ChipState, tuple[FamilyWork, ...], tuple[Conflict, ...], dict[str, str]]:
        open_ = tablet.open
        chip = await open_.syncing.chip()
        work = await open_.syncing.unsent_by_family()
        names = {row.family_id: row.title for row in await open_.casebook.families()}
        return chip, work, await open_.conflicts.open(), names

    asked = use_query(ask, (status, turn))
    now = tablet.open.desk.now_ms()
    chip, work, conflicts, names = asked.value or (ChipState("saved_on_tablet"), (), (), {})
    agency = ui.say("sync_centre.agency")
    return sync_screen(
        ui,
        SyncCentreView(
            chip=sync_view(ui, chip, now, tablet.open.syncing.server_url),
            status=status,
            unsent=tuple((names.get(one.family_id, agency), one.unsent) for one in work),
            conflicts=conflicts,
            server_url=tablet.open.syncing.server_url,
            now_ms=now,
            error=asked.error,
        ),
        alarm=AuditAlarm(),
        on_now=tablet.open.syncing.now,
        on_conflict=lambda one: nav.go(
            Place("conflict", one.family_id, record_id=one.record_id, detail=one.type)
        ),
        on_cover=lambda: nav.go(Place("cover")),
        on_retry=lambda: set_turn(turn + 1),
        changes=AgencyChanges(),
        told=ToldLine(),
    )
