"""Before I knock, for the worker alone: it closes by itself, as Worker details do.

Owns the closing: a minute after the last touch, or the next one after somebody scrolled, it goes back to
where one came from. A family may be at the door before the worker has put the tablet away.
"""

from __future__ import annotations

import asyncio
from typing import Any

import flet as ft

from app.services.knock import KnockView
from app.services.permissions import allows
from app.services.visits import VisitView
from app.views.directions import Way, use_directions
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.reach import use_reach
from app.views.routes import PLACES
from app.views.screens.knock.view import KnockActs, KnockLook, knock_view
from app.views.screens.more.frame import waiting
from app.views.widgets.boundary import component
from app.views.widgets.header import header
from app.views.widgets.ui import use_ui

SHOWN_SECONDS = 60.0
"""After so long without a touch the screen closes itself."""
TYPES = frozenset(
    {"family", "person", "natural_support", "team_member", "contact_safety", "note", "meeting", "preparation",
     "action_step", "strength", "authority", "visit", "release"}
)  # fmt: skip


@component
def KnockPlace(place: Place) -> ft.Control:
    """The glance at one family. place.record_id: the visit one is on the way to, if it is one."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    reach = use_reach()
    show_way = use_directions()
    touched, touch = ft.use_state(0)
    tries, set_tries = ft.use_state(0)

    async def ask() -> tuple[KnockView, VisitView | None]:
        opened = tablet.open
        view = await opened.knock.before(place.family_id, at_table=tablet.at_table)
        coming = await opened.visits.next_of(place.family_id)
        return view, coming

    asked = use_query(ask, (place.family_id, tries), types=TYPES, family_id=place.family_id)

    last: Any = ft.use_ref(0)
    read_on: Any = ft.use_ref(False)
    """Somebody has scrolled since the wait began: whoever reads has not put the tablet away."""

    async def close_later() -> None:
        last.current = touched
        read_on.current = True
        while read_on.current:
            read_on.current = False
            await asyncio.sleep(SHOWN_SECONDS)
            # Only the wait that began with the last touch, and only while this is what is shown.
            if last.current != touched:
                return
        nav.back()

    def leave() -> None:
        last.current = -1

    ft.use_effect(close_later, [touched], leave)

    def stay() -> None:
        touch(touched + 1)

    def scrolled() -> None:
        read_on.current = True

    if asked.value is None or asked.error:
        body = waiting(ui, asked, "knock", lambda: set_tries(lambda now: now + 1))
        return ft.Column(
            [
                header(
                    ui, ui.say("today.knock"), key="knock", on_back=nav.back,
                    on_crisis=lambda: nav.go(Place("crisis", place.family_id)),
                    on_cover=lambda: nav.go(Place("cover")),
                ),
                body,
            ],
            spacing=18, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )  # fmt: skip
    view, coming = asked.value
    where = ", ".join(part for part in (view.address, view.town) if part)
    return knock_view(
        ui,
        KnockLook(view, coming, tablet.open.desk.now_ms(), tablet.open.desk.today()),
        KnockActs(
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", place.family_id)),
            cover=lambda: nav.go(Place("cover")),
            family=lambda: nav.go(Place("family", place.family_id)),
            call=lambda name, phone, contact: reach.call(name, phone, contact),
            directions=lambda: show_way(Way(view.name, where, view.directions)),
            read=lambda note: nav.go(Place("note", place.family_id, record_id=note)),
            clock=lambda one: nav.go(
                Place(one.goes_to, place.family_id, record_id=one.record_id)
                if one.goes_to in PLACES and one.goes_to != "family"
                else Place("family", place.family_id)
            ),
            visit=lambda one: nav.go(Place("visit", place.family_id, record_id=one)),
            plan=(lambda: nav.go(Place("visit_editor", place.family_id)))
            if allows(tablet.open.desk.me, "visit.plan")
            else None,
            stay=stay,
            scrolled=scrolled,
        ),
    )  # fmt: skip
