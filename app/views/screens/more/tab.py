"""The More tab: a calm list of the other places of a family, each with one soft line of its state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import flet as ft

from app.errors import AppError
from app.services.open_tablet import OpenTablet
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import COLUMN, waiting
from app.views.screens.more.groups import grouped, in_two
from app.views.screens.more.places import ORDER, MoreState, is_for, is_there, line_of
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.shell import room_for
from app.views.widgets.text import SOFT, icon, section_header
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.clocks import RunningClock

Answer = TypeVar("Answer")
_ICON = 28
_TALL = 72
_BETWEEN = 36


@component
def MoreTab(family_id: str) -> ft.Control:
    """Everything of a family that is not Plan, People or Notes."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    answer = use_query(
        lambda: read_state(tablet.open, family_id), (family_id, tries), family_id=family_id
    )
    if answer.value is None or answer.error:
        return waiting(ui, answer, "more", lambda: set_tries(lambda now: now + 1))
    me = tablet.open.desk.me
    there = tuple((name, symbol) for name, symbol in ORDER if is_there(name) and is_for(me, name))
    return more_list(ui, there, answer.value, lambda name: nav.go(Place(name, family_id)))


async def read_state(opened: OpenTablet, family_id: str) -> MoreState:
    """Everything the soft lines say. One service that fails leaves its own line unsaid."""

    async def tried(ask: Callable[[], Awaitable[Answer]]) -> Answer | None:
        try:
            return await ask()
        except AppError:
            return None

    async def next_meeting() -> int:
        rows = await opened.casebook.families()
        return next((row.next_meeting_ms for row in rows if row.family_id == family_id), 0)

    async def ending() -> tuple[RunningClock, ...]:
        return (await opened.casebook.header(family_id)).releases

    return MoreState(
        now_ms=opened.desk.now_ms(),
        next_meeting_ms=await tried(next_meeting),
        phases=await tried(lambda: opened.phases.phases(family_id)),
        since=await tried(lambda: opened.versions.since_last_meeting(family_id)),
        versions=await tried(lambda: opened.versions.versions(family_id)),
        transition=await tried(lambda: opened.transition.transition(family_id)),
        details=await tried(lambda: opened.family_details.form(family_id)),
        releases=await tried(ending) or (),
    )


def more_list(
    ui: Ui,
    places: tuple[tuple[str, ft.IconData], ...],
    state: MoreState,
    on_open: Callable[[str], object],
) -> ft.Control:
    """The list in its groups, lines starting at the words; two columns where there is room."""
    symbols = dict(places)
    groups = grouped(tuple(symbols))

    def section(group: str, names: tuple[str, ...]) -> list[ft.Control]:
        head = section_header(ui, ui.say(f"more.group.{group}"))
        rows: list[ft.Control] = [
            list_row(
                ui, ui.say(f"more.{name}"), bind(on_open, name), key=f"more.{name}",
                lead=icon(ui, symbols[name], _ICON, SOFT), lead_size=_ICON, line=line_of(ui, name, state),
                chevron=True, tall=_TALL, ruled=number < len(names),
            )
            for number, name in enumerate(names, start=1)
        ]  # fmt: skip
        return [ft.Container(head, padding=ft.Padding.only(top=Space.L, bottom=Space.XS)), *rows]

    def column(some: Sequence[tuple[str, tuple[str, ...]]]) -> ft.Control:
        inside = [row for group, names in some for row in section(group, names)]
        return ft.Container(
            ft.Column(inside, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
            width=None if ui.layout.narrow or ui.layout.wide else room_for(ui, COLUMN),
            expand=ui.layout.narrow or ui.layout.wide or None,
        )

    left = in_two(groups) if ui.layout.wide else len(groups)
    columns = [column(some) for some in (groups[:left], groups[left:]) if some]
    return ft.Column(
        [
            ft.Row(columns, spacing=_BETWEEN, vertical_alignment=ft.CrossAxisAlignment.START),
            ft.Container(height=20),
        ],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key="more.scroll",
    )
