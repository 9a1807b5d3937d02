"""The visits of a family: those to come, and how the others went. For workers."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.permissions import allows
from app.services.visits import VisitView
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.notes.wording import kind_icon
from app.views.screens.visits.wording import visit_line, visit_title, visit_when
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, icon, section_header
from app.views.widgets.ui import Ui, use_ui

TYPES = frozenset({"visit", "note", "meeting"})
_ICON = 28


@component
def VisitsPlace(place: Place) -> ft.Control:
    """The list of one family."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    asked = use_query(
        lambda: tablet.open.visits.of_family(place.family_id), (place.family_id, tries), types=TYPES,
        family_id=place.family_id,
    )  # fmt: skip
    may = allows(tablet.open.desk.me, "visit.plan")

    def plan() -> None:
        nav.go(Place("visit_editor", place.family_id))

    parts: list[ft.Control]
    foot: ft.Control | None = None
    if asked.value is None or asked.error:
        parts = [waiting(ui, asked, "visits", lambda: set_tries(lambda now: now + 1))]
    elif not asked.value:
        parts = [
            empty_state(
                ui, ui.say("visits.none"), ui.say("visits.none_line"), key="visits.plan",
                act=ui.say("today.plan") if may else None, on_act=plan, symbol=ft.Icons.EVENT_OUTLINED,
            )
        ]  # fmt: skip
    else:
        parts = visits_list(
            ui, asked.value, tablet.open.desk.now_ms(),
            lambda one: nav.go(Place("visit", place.family_id, record_id=one)),
        )  # fmt: skip
        if may:
            act = filled(
                ui, ui.say("today.plan"), plan, key="visits.plan", symbol=ft.Icons.ADD,
                expand=ui.layout.narrow or None,
            )  # fmt: skip
            foot = ft.Row([act])
    return frame(
        ui, nav, place.family_id, ui.say("visits.title"), parts, key="visits", foot=foot, sticky=True
    )


def visits_list(
    ui: Ui, visits: tuple[VisitView, ...], now_ms: int, on_open: Callable[[str], object]
) -> list[ft.Control]:
    """Three groups: those that nobody has told of, those to come, and the others."""
    parts: list[ft.Control] = []
    planned = [one for one in visits if one.status == "planned"]
    over = [one for one in planned if one.starts_at_ms + one.minutes * 60_000 <= now_ms]
    for key, some in (
        ("visits.untold", over),
        ("visits.coming", [one for one in planned if one not in over]),
        ("visits.past", [one for one in visits if one.status != "planned"]),
    ):
        if some:
            rows = [_row(ui, one, now_ms, on_open) for one in some]
            parts.append(
                ft.Column(
                    [section_header(ui, ui.say(key)), *rows], spacing=0, tight=True,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                )
            )  # fmt: skip
    return parts


def _row(ui: Ui, one: VisitView, now_ms: int, on_open: Callable[[str], object]) -> ft.Control:
    line = " · ".join(part for part in (visit_when(ui, one, now_ms), visit_line(ui, one)) if part)
    return list_row(
        ui, visit_title(ui, one), bind(on_open, one.visit_id), key=f"visits.row.{one.visit_id}",
        lead=icon(ui, kind_icon(one.kind), _ICON, SOFT), lead_size=_ICON, line=line, chevron=True, tall=72,
    )  # fmt: skip
