"""How Today looks: the way through the day at the left, what is due at the right. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import flet as ft

from app.services.today_views import Due, Going, Loose, TodayView
from app.views import dates
from app.views.screens.today.wording import (
    clock_name,
    day_title,
    due_words,
    greeting,
    inside,
    loose_item,
    loose_line,
    loose_title,
    what_words,
    where_words,
)
from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.clock import ClockState, dial
from app.views.widgets.header import header
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.shell import columns
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, hairline, icon, section_header, text
from app.views.widgets.ui import Ui

SIDE = 379
DUE_SHOWN = 4
"""Clocks in the sheet before *Show all*."""
_TIME, _DOT, _RING = 62, 14, 2.5
_DOT_AT = 17
"""Between the times and the line of dots."""
_TEXT_AT = _TIME + _DOT_AT + _DOT + 15
_LEAD = 30
_SYMBOLS = {
    "talk": ft.Icons.LOCK_OUTLINE,
    "returned": ft.Icons.ASSIGNMENT_RETURN_OUTLINED,
    "visit": ft.Icons.EVENT_REPEAT_OUTLINED,
    "note": ft.Icons.EDIT_NOTE_OUTLINED,
    "co_sign": ft.Icons.DRAW_OUTLINED,
    "follow_up": ft.Icons.FORWARD_TO_INBOX_OUTLINED,
    "answer": ft.Icons.MARK_EMAIL_UNREAD_OUTLINED,
    "finding": ft.Icons.TRAVEL_EXPLORE_OUTLINED,
}


@dataclass(frozen=True)
class TodayActs:
    """What can be done. unfold: shows every item of one kind, or folds them again."""

    cover: Act
    open_going: Callable[[Going], object]
    knock: Callable[[Going], object]
    directions: Callable[[Going], object]
    tell: Callable[[Going], object]
    plan: Act
    open_due: Callable[[Due], object]
    all_due: Act
    open_loose: Callable[[Loose], object]
    unfold: Callable[[str], object]
    sync: Act
    board: Act


@dataclass(frozen=True)
class TodayLook:
    """What stands on the screen. all_due: every clock is shown. unfolded: kinds shown item by item.

    supervises: a line leads to the board. may_plan: visits may be planned by this person.
    """

    view: TodayView
    all_due: bool = False
    unfolded: frozenset[str] = frozenset()
    supervises: bool = False
    may_plan: bool = True


def today_view(ui: Ui, look: TodayLook, acts: TodayActs, chip: ft.Control) -> ft.Control:
    """The whole screen."""
    view = look.view
    head = header(
        ui, day_title(ui, view.day), key="today",
        line=greeting(ui, view.name, view.now_ms, sum(_ahead(one, view.now_ms) for one in view.going)),
        on_cover=acts.cover, acts=[chip],
    )  # fmt: skip
    body = columns(ui, _way(ui, look, acts), _side(ui, look, acts), side_width=SIDE, gap=Space.XL)
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
        parts.append(_soft_head(ui, ui.say("today.where")))
        after = next_of(view)
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
        text(ui, one.name, ui.type.h2 if here else ui.type.h3, SOFT if one.told else ft.Colors.ON_SURFACE),
        text(ui, what_words(ui, one), ui.type.body),
    ]
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


# -- what is due ------------------------------------------------------------------------------


def _side(ui: Ui, look: TodayLook, acts: TodayActs) -> ft.Control:
    view = look.view
    parts: list[ft.Control] = []
    if view.families:
        parts.append(_due_sheet(ui, look, acts))
    rows: list[tuple[str, ft.Control]] = []
    for kind, found in groupby(view.loose, key=lambda one: one.kind):
        rows += _loose_rows(ui, look, acts, kind, list(found))
    if view.unsent:
        rows.append((
            "unsent",
            _row(ui, loose_title(ui, "unsent", view.unsent), ui.say("today.unsent_line"), acts.sync,
                 key="today.unsent", lead=icon(ui, ft.Icons.TABLET_ANDROID, _LEAD, ft.Colors.ON_SURFACE)),
        ))  # fmt: skip
    if look.supervises:
        rows.append((
            "board",
            _row(ui, ui.say("today.board"), ui.say("today.board_line"), acts.board, key="today.board",
                 lead=icon(ui, ft.Icons.GROUPS_OUTLINED, _LEAD, ft.Colors.ON_SURFACE)),
        ))  # fmt: skip
    inside = ft.Column(
        _ruled(ui, [row for _name, row in rows]), spacing=0, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    parts.append(ft.Container(inside, padding=ft.Padding.symmetric(horizontal=_sheet_pad(ui))))
    return ft.Column(
        parts, spacing=Space.XS, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _sheet_pad(ui: Ui) -> float:
    return 14 if ui.layout.narrow else Space.L


def _due_sheet(ui: Ui, look: TodayLook, acts: TodayActs) -> ft.Control:
    view = look.view
    count = ui.say("today.of_families", count=view.due_families, all=view.families)
    head = section_header(ui, ui.say("today.due_title"), count=count if view.due else None)
    if not view.due:
        ring = dial(ui, ClockState.ON_TIME, 0.06, size=_LEAD)
        calm = ft.Row([ring, text(ui, ui.say("today.all_on_time"), expand=True)], spacing=14)
        body: list[ft.Control] = [ft.Container(calm, padding=ft.Padding.symmetric(vertical=Space.S))]
    else:
        shown = view.due if look.all_due else view.due[:DUE_SHOWN]
        body = _ruled(ui, [_due_row(ui, one, number, look, acts) for number, one in enumerate(shown)])
        if len(view.due) > DUE_SHOWN:
            words = ui.say("today.fewer") if look.all_due else ui.say("today.show_all", count=len(view.due))
            body.append(ft.Row([quiet(ui, words, acts.all_due, key="today.all_due")], wrap=True))
    return sheet(
        ft.Column([head, ft.Container(height=Space.XXS), *body], spacing=0, tight=True,
                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=ft.Padding.only(left=_sheet_pad(ui), right=_sheet_pad(ui) - 6, top=18, bottom=6),
        key="today.due",
    )  # fmt: skip


def _due_row(ui: Ui, one: Due, number: int, look: TodayLook, acts: TodayActs) -> ft.Control:
    over = one.clock.standing == "overdue"
    state = ClockState.OVERDUE if over else ClockState.DUE_SOON
    title = ui.say("today.due_of", what=clock_name(ui, one.clock), name=one.name)
    return _row(
        ui, title, due_words(ui, one.clock, look.view.day), bind(acts.open_due, one),
        key=f"today.due.{number}", lead=dial(ui, state, one.clock.share_used, size=_LEAD),
        line_color=ft.Colors.ERROR if over else SOFT,
    )  # fmt: skip


def _loose_rows(
    ui: Ui, look: TodayLook, acts: TodayActs, kind: str, items: Sequence[Loose]
) -> list[tuple[str, ft.Control]]:
    """One line for a kind; several things unfold into a line for each."""
    count = sum(one.count for one in items)
    lead = icon(ui, _SYMBOLS[kind], _LEAD, ft.Colors.ON_SURFACE)
    title, line = loose_title(ui, kind, count), loose_line(ui, items, look.view.day)
    if len(items) == 1:
        act = bind(acts.open_loose, items[0])
        return [(kind, _row(ui, title, line, act, key=f"today.loose.{kind}", lead=lead))]
    open_ = kind in look.unfolded
    found = [(
        kind,
        _row(ui, title, "" if open_ else line, bind(acts.unfold, kind), key=f"today.loose.{kind}", lead=lead,
             trailing=ft.Icons.EXPAND_LESS if open_ else ft.Icons.EXPAND_MORE),
    )]  # fmt: skip
    if open_:
        found += [
            (kind, _row(ui, loose_item(ui, one, look.view.day), "", bind(acts.open_loose, one),
                        key=f"today.loose.{kind}.{one.record_id}", lead=ft.Container(width=ui.grow(_LEAD)),
                        plain=True))
            for one in items
        ]  # fmt: skip
    return found


def _row(
    ui: Ui,
    title: str,
    line: str,
    on_press: Act,
    *,
    key: str,
    lead: ft.Control,
    line_color: ft.ColorValue = SOFT,
    trailing: ft.IconData = ft.Icons.CHEVRON_RIGHT,
    plain: bool = False,
) -> ft.Control:
    words = [
        text(ui, title, ui.type.body if plain else ui.type.strong),
        *([text(ui, line, ui.type.body, line_color)] if line else []),
    ]
    inside = ft.Row(
        [
            lead,
            ft.Column(words, spacing=0, tight=True, expand=True),
            icon(ui, trailing, 22, ft.Colors.ON_SURFACE),
        ],
        spacing=14,
    )
    pad = ft.Padding.symmetric(vertical=12 if plain else 11)
    return pressable(ui, inside, on_press, key=key, padding=pad)


def _ruled(ui: Ui, rows: Sequence[ft.Control]) -> list[ft.Control]:
    found: list[ft.Control] = []
    for number, row in enumerate(rows):
        found += [row] if not number else [hairline(), row]
    return found
