"""How Today looks: the way through the day at the left, what is due at the right. Pure."""

from __future__ import annotations

import flet as ft

from app.services.today_views import Going, TodayView
from app.views import dates
from app.views.screens.today.side import TodayActs, TodayLook, side
from app.views.screens.today.wording import (
    day_title,
    greeting,
    inside,
    what_words,
    where_words,
)
from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.header import header
from app.views.widgets.panels import fact_line
from app.views.widgets.pressable import bind, pressable
from app.views.widgets.shell import columns
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui

SIDE = 379
_TIME, _DOT, _RING = 62, 14, 2.5
_DOT_AT = 17
"""Between the times and the line of dots."""
_TEXT_AT = _TIME + _DOT_AT + _DOT + 15


def today_view(ui: Ui, look: TodayLook, acts: TodayActs, chip: ft.Control) -> ft.Control:
    """The whole screen."""
    view = look.view
    head = header(
        ui, day_title(ui, view.day), key="today",
        line=greeting(ui, view.name, view.now_ms, sum(_ahead(one, view.now_ms) for one in view.going)),
        on_cover=acts.cover, acts=[chip],
    )  # fmt: skip
    body = columns(ui, _way(ui, look, acts), side(ui, look, acts), side_width=SIDE, gap=Space.XL)
    return ft.ListView(
        [head, ft.Container(height=Space.XL), body, ft.Container(height=Space.XL)],
        expand=True, spacing=0, key="today.scroll",
    )  # fmt: skip


def next_of(view: TodayView) -> Going | None:
    """The one to go to next: the first today that is not told of and not over."""
    return next((one for one in view.going if _ahead(one, view.now_ms)), None)


def _ahead(one: Going, now_ms: int) -> bool:
    return not one.told and one.ends_at_ms > now_ms


# -- the way through the day ------------------------------------------------------------------


def _way(ui: Ui, look: TodayLook, acts: TodayActs) -> ft.Control:
    view = look.view
    parts: list[ft.Control] = []
    if view.going:
        after = next_of(view)
        parts.append(_soft_head(ui, ui.say("today.where" if after else "today.where_over")))
        last = len(view.going) - 1
        parts += [
            _stop(ui, one, acts, now_ms=view.now_ms, here=one is after, last=number == last)
            for number, one in enumerate(view.going)
        ]
        if look.may_plan:
            parts.append(_plan(ui, acts))
    else:
        # Once there is something tomorrow the day is not empty, only today is.
        parts.append(
            empty_state(
                ui, ui.say("today.empty"), ui.say("today.empty_line"), key="today.plan",
                act=ui.say("today.plan") if look.may_plan else None, on_act=acts.plan,
                symbol=ft.Icons.EVENT_OUTLINED,
            )
        )  # fmt: skip
    for title, some in (
        (ui.say("today.tomorrow"), view.tomorrow),
        (_later_title(ui, view), view.later),
    ):
        if some:
            parts += [ft.Container(height=Space.XL), _soft_head(ui, title)]
            parts += [_coming(ui, one, acts) for one in some]
    return ft.Column(
        parts, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _later_title(ui: Ui, view: TodayView) -> str:
    if not view.later:
        return ""
    day = dates.local(view.later[0].starts_at_ms).date()
    return ui.say("today.next_on", day=dates.day(ui.language, day, view.day))


def _soft_head(ui: Ui, title: str) -> ft.Control:
    return ft.Container(
        text(ui, title, ui.type.h3, SOFT, heading=2), padding=ft.Padding.only(bottom=Space.S)
    )


def _plan(ui: Ui, acts: TodayActs) -> ft.Control:
    act = quiet(ui, ui.say("today.plan"), acts.plan, key="today.plan", symbol=ft.Icons.ADD)
    return ft.Row([ft.Container(act, padding=ft.Padding.only(left=_indent(ui)))], wrap=True)


def _indent(ui: Ui) -> float:
    return 0 if ui.layout.stacked else ui.grow(_TEXT_AT) - Space.S


def _clock(ui: Ui, at_ms: int, style: ft.TextStyle) -> ft.Control:
    """The time in its own column: the figures, and the half of the day below them."""
    figures, _, half = dates.time_of_day(ui.language, at_ms, short=True).partition(" ")
    column = ft.Column(
        [text(ui, figures, style), *([text(ui, half, ui.type.cap, SOFT)] if half else [])],
        spacing=0,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.END,
    )
    # Said with the row that it belongs to: read by itself it would belong to nothing.
    return ft.Semantics(exclude_semantics=True, content=column)


def _stop(
    ui: Ui, one: Going, acts: TodayActs, *, now_ms: int, here: bool, last: bool
) -> ft.Control:
    stacked = ui.layout.stacked
    what = [
        text(ui, one.name, ui.type.h2 if here else ui.type.h3,
             ft.Colors.ON_SURFACE if _ahead(one, now_ms) else SOFT),
        text(ui, what_words(ui, one), ui.type.body),
    ]  # fmt: skip
    where = where_words(ui, one)
    if where:
        symbol = ft.Icons.LOCATION_OFF_OUTLINED if one.protected else ft.Icons.PLACE_OUTLINED
        what.append(fact_line(ui, symbol, where, soft=True, icon_color=SOFT))
    said = dates.begin(dates.time_of_day(ui.language, one.starts_at_ms))
    words = pressable(
        ui, ft.Column(what, spacing=4, tight=True), bind(acts.open_going, one),
        name=", ".join(part for part in (said, one.name, what_words(ui, one), where) if part),
        key=f"today.open.{one.record_id}", padding=ft.Padding.only(top=2, bottom=4),
    )  # fmt: skip
    body: list[ft.Control] = [words]
    row = _acts_of(ui, one, acts, now_ms=now_ms, here=here)
    if row:
        body.append(ft.Row(row, wrap=True, spacing=Space.XS, run_spacing=Space.XS))
    block = ft.Column(
        body, spacing=Space.XS, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    below = ft.Padding.only(bottom=0 if last else Space.XL)
    if stacked:
        time = ft.Semantics(
            exclude_semantics=True, expand=True,
            content=text(ui, said, ui.type.h2 if here else ui.type.h3),
        )  # fmt: skip
        top = ft.Row([_dot(ui, here, one.told), time], spacing=Space.S)
        return ft.Container(
            ft.Column([top, block], spacing=2, tight=True,
                      horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
            padding=below,
        )  # fmt: skip
    style = ui.type.h2 if here else ui.type.sans(20, 1.25, 600)
    line = ft.Row(
        [
            ft.Container(_clock(ui, one.starts_at_ms, style), width=ui.grow(_TIME),
                         alignment=ft.Alignment.TOP_RIGHT),
            ft.Container(_dot(ui, here, one.told),
                         padding=ft.Padding.only(left=_DOT_AT, right=15, top=7)),
            ft.Container(block, expand=True),
        ],
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )  # fmt: skip
    if last:
        return line
    thread = ft.Container(
        width=2,
        bgcolor=ft.Colors.OUTLINE_VARIANT,
        left=ui.grow(_TIME) + _DOT_AT + ui.grow(_DOT) / 2 - 1,
        top=ui.grow(_DOT) + 11,
        bottom=-3,
    )
    # A Stack: a line in a row would not grow with words that wrap.
    return ft.Stack([ft.Container(line, padding=below), thread], clip_behavior=ft.ClipBehavior.NONE)


def _dot(ui: Ui, here: bool, told: bool) -> ft.Control:
    side = ui.grow(_DOT)
    if told:
        return icon(ui, ft.Icons.CHECK_CIRCLE, _DOT, ft.Colors.TERTIARY)
    return ft.Container(
        width=side,
        height=side,
        border_radius=Radius.ROUND,
        bgcolor=ft.Colors.PRIMARY if here else None,
        border=None if here else ft.Border.all(_RING, ft.Colors.OUTLINE),
    )


def _acts_of(
    ui: Ui, one: Going, acts: TodayActs, *, now_ms: int, here: bool
) -> list[ft.Control]:
    stem = f"today.{one.record_id}"
    found: list[ft.Control] = []
    if here:
        found.append(
            filled(ui, ui.say("today.knock"), bind(acts.knock, one), key=f"{stem}.knock", main=False,
                   symbol=ft.Icons.MEETING_ROOM_OUTLINED)
        )  # fmt: skip
        if one.address:
            found.append(
                outlined(ui, ui.say("today.directions"), bind(acts.directions, one),
                         key=f"{stem}.directions", symbol=ft.Icons.NEAR_ME_OUTLINED)
            )  # fmt: skip
    if one.kind == "visit" and not one.told and one.starts_at_ms <= now_ms:
        found.append(
            outlined(ui, ui.say("today.tell"), bind(acts.tell, one), key=f"{stem}.tell",
                     symbol=ft.Icons.EDIT_NOTE_OUTLINED, small=True)
        )  # fmt: skip
    return found


def _coming(ui: Ui, one: Going, acts: TodayActs) -> ft.Control:
    """One line of another day: the time, who and what."""
    time = dates.time_of_day(ui.language, one.starts_at_ms, short=True)
    said = ui.say("today.coming", name=one.name, what=inside(what_words(ui, one)))
    cells: list[ft.Control] = [text(ui, time, ui.type.strong), text(ui, said, ui.type.body)]
    line: ft.Control
    if ui.layout.stacked:
        line = ft.Column(cells, spacing=0, tight=True)
    else:
        line = ft.Row(
            [ft.Container(cells[0], width=ui.grow(_TEXT_AT)), ft.Container(cells[1], expand=True)],
            spacing=0,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    return pressable(
        ui, line, bind(acts.open_going, one), key=f"today.open.{one.record_id}",
        padding=ft.Padding.symmetric(vertical=12 if ui.layout.stacked else 5),
    )  # fmt: skip
