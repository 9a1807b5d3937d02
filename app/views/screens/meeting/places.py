"""The meetings of a family: those that run, those planned, and what came of the held ones.

Owns the list and one held meeting (place.record_id). For workers; nothing here is turned to the family.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.meetings import HeldView, MeetingRow
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.meeting.held import held_view
from app.views.screens.meeting.wording import place_words
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded, start
from app.views.widgets.header import header
from app.views.widgets.pressable import Act, pressable
from app.views.widgets.states import Loading, empty_state, error_state
from app.views.widgets.text import SOFT, hairline, icon, section_header, text
from app.views.widgets.ui import Ui, use_ui

_SYMBOLS = {
    "running": ft.Icons.PLAY_CIRCLE_OUTLINE,
    "planned": ft.Icons.EVENT_OUTLINED,
    "held": ft.Icons.TASK_ALT,
    "cancelled": ft.Icons.EVENT_BUSY_OUTLINED,
}


@component
def MeetingsPlace(place: Place) -> ft.Control:
    """The list; with place.record_id, one held meeting."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    trouble, set_trouble = ft.use_state("")
    asked = use_query(
        lambda: tablet.open.meetings.of_family(place.family_id),
        (place.family_id,),
        types=frozenset({"meeting"}),
        family_id=place.family_id,
    )

    async def one() -> HeldView | None:
        return await tablet.open.meetings.held(place.record_id) if place.record_id else None

    shown = use_query(
        one, (place.record_id,), types=frozenset({"meeting", "signature"}), family_id=place.family_id
    )

    def tell(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    async def begin(meeting_id: str = "") -> None:
        draft = await tablet.open.meetings.begin(place.family_id, meeting_id)
        nav.go(Place("meeting", place.family_id, record_id=draft.meeting_id))

    def open_row(row: MeetingRow) -> None:
        if row.here or row.status == "running":
            start(guarded(lambda: begin(row.meeting_id), tell))
        elif row.status == "planned":
            nav.go(Place("meeting_before", place.family_id, record_id=row.meeting_id))
        else:
            nav.go(Place("meetings", place.family_id, record_id=row.meeting_id))

    if place.record_id:
        if shown.error:
            body: ft.Control = error_state(
                ui, shown.error, key="meetings.failed", act=ui.say("nav.back"), on_act=nav.back
            )
        elif shown.value is None:
            body = Loading(control="meetings.loading")
        else:
            body = held_view(
                ui, shown.value, tablet.open.desk.today(),
                on_note=lambda note: nav.go(Place("note", place.family_id, record_id=note)),
                on_version=lambda version: nav.go(Place("version", place.family_id, record_id=version)),
            )  # fmt: skip
        title = ui.say("meetings.one")
        return _page(ui, place, nav, title, body, "")
    if asked.error:
        body = error_state(ui, asked.error, key="meetings.failed", act=ui.say("nav.back"), on_act=nav.back)
    elif asked.value is None:
        body = Loading(control="meetings.loading")
    elif not asked.value:
        body = empty_state(
            ui, ui.say("meetings.none"), ui.say("meetings.none_do"), key="meetings.plan",
            act=ui.say("meetings.plan"),
            on_act=lambda: nav.go(Place("meeting_before", place.family_id)),
        )  # fmt: skip
    else:
        body = meetings_list(
            ui, asked.value, tablet.open.desk.today(), open_row,
            lambda: nav.go(Place("meeting_before", place.family_id)),
            lambda: start(guarded(begin, tell)),
        )  # fmt: skip
    return _page(ui, place, nav, ui.say("meetings.title"), body, trouble)


def _page(ui: Ui, place: Place, nav: Any, title: str, body: ft.Control, trouble: str) -> ft.Control:
    return ft.Column(
        [
            header(
                ui, title, key="meetings", on_back=nav.back,
                on_crisis=lambda: nav.go(Place("crisis", place.family_id)),
                on_cover=lambda: nav.go(Place("cover")),
            ),
            *([note_line(ui, trouble, error=True, key="meetings.problem")] if trouble else []),
            ft.Column(
                [body, ft.Container(height=Space.XL)],
                scroll=ft.ScrollMode.AUTO,
                expand=True,
                spacing=0,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
        ],
        spacing=Space.M,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def meetings_list(
    ui: Ui,
    rows: tuple[MeetingRow, ...],
    today: date,
    on_open: Any,
    on_plan: Act,
    on_now: Act,
) -> ft.Control:
    """What comes, then what was."""
    groups = (
        ("running", [one for one in rows if one.here or one.status == "running"]),
        ("planned", [one for one in rows if one.status == "planned" and not one.here]),
        ("past", [one for one in rows if one.status in ("held", "cancelled") and not one.here]),
    )
    parts: list[ft.Control] = [
        ft.Row(
            [
                filled(ui, ui.say("meetings.plan"), on_plan, key="meetings.plan", main=False,
                       symbol=ft.Icons.EVENT_OUTLINED),
                outlined(ui, ui.say("meetings.now"), on_now, key="meetings.now"),
            ],
            wrap=True,
            spacing=Space.S,
            run_spacing=Space.S,
        )
    ]  # fmt: skip
    for name, found in groups:
        if found:
            parts.append(section_header(ui, ui.say(f"meetings.{name}"), large=True))
            for one in found:
                parts += [_row(ui, one, today, on_open), hairline()]
    return ft.Column(
        parts, spacing=Space.S, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _row(ui: Ui, one: MeetingRow, today: date, on_open: Any) -> ft.Control:
    running = one.here or one.status == "running"
    when = dates.moment(ui.language, one.starts_at_ms, _noon(today)) if one.starts_at_ms else ""
    lines = [ui.say(f"meeting.flow.{one.flow}")]
    if one.place:
        lines.append(place_words(ui, one.place))
    if running:
        lines.append(ui.say("meetings.resume" if one.here else "meetings.elsewhere"))
    if one.status == "cancelled":
        lines.append(ui.say("meetings.cancelled"))
    if one.status == "held":
        lines.append(
            ui.say("meetings.professionals")
            if one.professionals_only
            else ui.say(
                "meetings.came", family=one.family_present, natural=one.natural_present,
                formal=one.formal_present,
            )
        )  # fmt: skip
    symbol = _SYMBOLS["running" if running else one.status]
    return pressable(
        ui,
        ft.Row(
            [
                icon(ui, symbol, 26, ft.Colors.PRIMARY if running else SOFT),
                ft.Column(
                    [
                        text(ui, dates.begin(when), ui.type.h3),
                        text(ui, " · ".join(lines), ui.type.body, SOFT),
                    ],
                    spacing=2,
                    tight=True,
                    expand=True,
                ),
                icon(ui, ft.Icons.CHEVRON_RIGHT, 22, SOFT),
            ],
            spacing=Space.M,
        ),
        lambda: on_open(one),
        key=f"meetings.row.{one.meeting_id}",
        padding=ft.Padding.symmetric(vertical=Space.S, horizontal=Space.XS),
    )


def _noon(today: date) -> int:
    from datetime import datetime

    return int(datetime(today.year, today.month, today.day, 12).timestamp() * 1000)


__all__ = ["MeetingsPlace", "meetings_list", "quiet"]
