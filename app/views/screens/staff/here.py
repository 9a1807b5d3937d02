"""What the Sync screen says about people who were taken out: new keys, late words, this tablet's end."""

from __future__ import annotations

import flet as ft

from app.services.departures import Unsent
from app.services.removal_aside import LateWords
from app.services.removal_own import OwnEnd
from app.services.removal_views import RemovalView
from app.services.staff_views import Colleague
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.staff.people import TYPES
from app.views.screens.staff.sweeping import sweep_parts, use_sweep
from app.views.screens.staff.wording import removal_line
from app.views.sync_state import use_sync_status
from app.views.unsent_words import unsent_words
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import use_ui

RECENT_MS = 90 * 24 * 3600 * 1000
"""For how long a removal is listed here; on People it stays for ever."""

Around = tuple[OwnEnd | None, tuple[LateWords, ...], tuple[RemovalView, ...], dict[str, Colleague]]


@component
def AgencyChanges() -> ft.Control:
    """Shows itself only while there is something to say."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    sweep = use_sweep()

    async def ask() -> Around:
        opened = tablet.open
        people = {one.person_id: one for one in await opened.staff.everybody()}
        late, out = await opened.late.waiting(), await opened.removal.removals()
        return await opened.removal.own.end(), late, out, people

    async def go() -> None:
        await tablet.open.removal.sweep()

    async def wipe() -> None:
        await tablet.wipe("removed")

    # What comes too late changes no record, so nothing else would tell that it is here.
    status = use_sync_status()
    asked = use_query(ask, (sweep, status.quarantined, status.last_contact_ms), types=TYPES)
    asking, set_asking = ft.use_state(False)
    say, now = ui.say, tablet.open.desk.now_ms()
    end, late, removals, people = asked.value or (None, (), (), {})
    parts = sweep_parts(ui, sweep, on_stop=tablet.open.removal.stop_sweep,
                        on_go=guarded(go, lambda _problem: None))
    held = Unsent(end.stuck, end.photos) if end is not None and not end.waiting else None
    if held is not None and held.anything:
        parts += [
            text(ui, say("removal.own_stuck", count=held.changes), ui.type.body_l, key="sync.own_end"),
            ft.Row([outlined(ui, say("removal.own_wipe"), lambda: set_asking(True),
                             key="sync.own_wipe")], wrap=True),
        ]
    ft.use_dialog(
        confirm_dialog(
            ui, say("unsent.wipe_title"), f"{unsent_words(ui, held)} {say('unsent.wipe_then')}",
            key="sync.wipe", act=say("removal.own_wipe"), on_act=guarded(wipe, lambda _problem: None),
            keep=say("unsent.wipe_keep"), on_keep=lambda: set_asking(False),
        )
        if asking
        else None
    )
    waiting = sum(one.state in ("waiting", "closed", "kept") for one in late)
    if late:
        parts.append(list_row(
            ui, say("removal.late_title"), bind(nav.go, Place("late")), key="sync.late",
            lead=icon(ui, ft.Icons.INBOX_OUTLINED, 26, SOFT), lead_size=26,
            line=say("removal.late_count_one") if waiting == 1 else say("removal.late_count", count=waiting),
            chevron=True,
        ))
    recent = [one for one in removals if now - one.at_ms < RECENT_MS]
    if recent:
        parts.append(section_header(ui, say("removal.recent"), large=True))
    for one in recent:
        who = people.get(one.person_id)
        name = (who.name if who else "") or say("invite.nameless")
        title = say("removal.recent_tablet", name=name) if one.device_id else name
        parts.append(list_row(
            ui, title, bind(nav.go, Place("removal", record_id=one.person_id, detail=one.device_id)),
            key=f"sync.removal.{one.device_id or one.person_id}",
            lead=icon(ui, ft.Icons.BLOCK, 26, SOFT), lead_size=26, line=removal_line(ui, one, now),
            chevron=True,
        ))
    return ft.Column(parts, spacing=12, tight=True, visible=bool(parts),
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
