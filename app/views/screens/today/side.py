"""What is due, and the loose ends: the right side of Today. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import flet as ft

from app.services.today_views import Due, Going, Loose, TodayView
from app.views.screens.today.wording import clock_name, due_words, loose_item, loose_line, loose_title
from app.views.theme.tokens import Space
from app.views.widgets.buttons import quiet
from app.views.widgets.clock import ClockState, dial
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, hairline, icon, section_header, text
from app.views.widgets.ui import Ui

DUE_SHOWN = 4
"""Clocks in the sheet before *Show all*."""
_LEAD, _GAP = 30, 14
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


def side(ui: Ui, look: TodayLook, acts: TodayActs) -> ft.Control:
    """The sheet of clocks, and a line for each kind of loose end."""
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
            more = quiet(ui, words, acts.all_due, key="today.all_due")
            # Its words begin where the words of the rows begin.
            inset = ft.Padding.only(left=ui.grow(_LEAD) + _GAP - Space.S)
            body.append(ft.Row([ft.Container(more, padding=inset)], wrap=True))
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
        spacing=_GAP,
    )
    pad = ft.Padding.symmetric(vertical=12 if plain else 11)
    return pressable(ui, inside, on_press, key=key, padding=pad)


def _ruled(ui: Ui, rows: Sequence[ft.Control]) -> list[ft.Control]:
    found: list[ft.Control] = []
    for number, row in enumerate(rows):
        found += [row] if not number else [hairline(), row]
    return found
