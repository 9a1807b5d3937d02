"""The clocks of one family: what is due, why, and the way to where it is done. For workers alone."""

from __future__ import annotations

import flet as ft

from app.services.caseload_views import CaseFamily
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.clocks.listing import clocks_list
from app.views.screens.more.frame import frame, waiting
from app.views.widgets.boundary import component
from app.views.widgets.ui import use_ui
from app.wraparound.clocks import FamilyClock


@component
def ClocksPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    unfolded, unfold = ft.use_state(False)

    async def ask() -> CaseFamily:
        return await tablet.open.caseload.family(place.family_id)

    answer = use_query(ask, (place.family_id, tries), family_id=place.family_id)

    def go(one: FamilyClock) -> None:
        nav.go(Place(one.goes_to, place.family_id, record_id=one.record_id))

    family = answer.value
    if family is None or answer.error:
        parts = [waiting(ui, answer, "clocks", lambda: set_tries(lambda now: now + 1))]
        name = None
    else:
        now_ms = tablet.open.desk.now_ms()
        parts = clocks_list(ui, family, now_ms, go, unfolded, lambda: unfold(lambda now: not now))
        name = family.name
    return frame(
        ui, nav, place.family_id, ui.say("clocks.title"), parts, key="clocks", line=name, spacing=12
    )
