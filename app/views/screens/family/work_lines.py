"""What Worker details lead to: the glance before a door, the next visit, the tier, the clocks.

Owns asking for it, only while the details are open. A line that cannot be read is left out: the rest of
the details must not go with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.errors import AppError
from app.services.open_tablet import OpenTablet
from app.services.tiers import TYPES as TIER_TYPES
from app.services.visits import VisitView
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.visits.wording import visit_title, visit_when
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon
from app.views.widgets.ui import Ui, use_ui

_ICON = 24
_TALL = 60
_TYPES = TIER_TYPES | {"visit", "meeting", "release"}


@dataclass(frozen=True)
class WorkState:
    """What the lines say. tier: "" when none is known. due: clocks that are due soon or over, of `all`."""

    coming: VisitView | None
    tier: str
    due: int
    all: int


async def read_work(opened: OpenTablet, family_id: str, language: str) -> WorkState:
    """Everything the lines say. Raises AppError."""
    clocks = (await opened.caseload.family(family_id)).clocks
    return WorkState(
        coming=await opened.visits.next_of(family_id),
        tier=(await opened.tiers.of(family_id)).called(language),
        due=sum(one.standing != "running" for one in clocks),
        all=len(clocks),
    )


@component
def WorkLines(family_id: str) -> ft.Control:
    """The lines of one family; nothing while they are being read."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()

    async def ask() -> WorkState | None:
        try:
            return await read_work(tablet.open, family_id, ui.language)
        except AppError:
            return None

    asked = use_query(ask, (family_id, ui.language), types=_TYPES, family_id=family_id)
    if asked.value is None:
        return ft.Container(height=0)
    return work_lines(
        ui, asked.value, tablet.open.desk.now_ms(),
        lambda name, record: nav.go(Place(name, family_id, record_id=record)),
    )  # fmt: skip


def work_lines(ui: Ui, work: WorkState, now_ms: int, on_open: Callable[[str, str], object]) -> ft.Control:
    """The button and the three lines."""
    coming = work.coming
    clocks = "family.work_clocks_due" if work.due else "family.work_clocks_calm"
    lines = (
        (
            "visit" if coming is not None else "visits", ft.Icons.DIRECTIONS_WALK_OUTLINED,
            ui.say("family.work_visit") if coming is not None else ui.say("family.work_no_visit"),
            f"{visit_when(ui, coming, now_ms)} · {visit_title(ui, coming)}" if coming is not None else "",
            coming.visit_id if coming is not None else "",
        ),
        ("tiers", ft.Icons.LAYERS_OUTLINED, ui.say("family.work_tier"),
         work.tier or ui.say("family.work_no_tier"), ""),
        ("clocks", ft.Icons.TIMER_OUTLINED, ui.say("family.work_clocks"),
         ui.say(clocks, due=work.due, count=work.all), ""),
    )  # fmt: skip
    rows: list[ft.Control] = [
        list_row(
            ui, title, bind(on_open, name, record), key=f"family.work.{name}",
            lead=icon(ui, symbol, _ICON, SOFT), lead_size=_ICON, line=line or None, chevron=True, tall=_TALL,
            ruled=number < len(lines),
        )
        for number, (name, symbol, title, line, record) in enumerate(lines, start=1)
    ]  # fmt: skip
    knock = outlined(
        ui, ui.say("today.knock"), bind(on_open, "knock", ""), key="family.knock",
        symbol=ft.Icons.MEETING_ROOM_OUTLINED, small=True,
    )  # fmt: skip
    return ft.Column(
        [ft.Row([knock], wrap=True), *rows], spacing=0, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
