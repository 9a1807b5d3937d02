"""What the board looks like: title, who waits too long, and a row for each coordinator. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.board import SHOWN
from app.services.board_views import BoardView
from app.views.screens.board import wording
from app.views.screens.board.rows import (
    SORTS,
    RowActs,
    coordinator_row,
    has_heads,
    ordered,
    waiting_row,
    widths,
)
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.chips import chip
from app.views.widgets.header import header
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.states import Loading, empty_state, error_state, wide_act
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui

_ROOMY = 600
"""Height (at 100 %) from which a phone has room for a fixed button below the list."""


@dataclass(frozen=True)
class BoardLook:
    """What is shown. board: None while it is read. sort: a code of rows.SORTS."""

    board: BoardView | None
    today: date
    sort: str = "name"
    error: str = ""
    code: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class BoardActs:
    """What can be done."""

    rows: RowActs
    co_sign: Act
    families: Callable[[str], object]
    sort: Callable[[str], object]
    pick_sort: Act
    people: Act
    cover: Act
    retry: Act


def board_view(ui: Ui, look: BoardLook, acts: BoardActs) -> ft.Control:
    """The whole place."""
    board = look.board
    narrow = ui.layout.narrow
    button: list[ft.Control] = []
    if board is not None and board.to_co_sign:
        said = wording.counted(ui, "board.co_sign", board.to_co_sign)
        button = [filled(ui, said, acts.co_sign, key="board.co_sign", symbol=ft.Icons.DRAW_OUTLINED)]
    squeezed = narrow or ui.scale >= 1.3
    # Where there is little room the button scrolls away with the list, instead of covering it.
    roomy = ui.layout.height / ui.scale >= _ROOMY
    head = header(
        ui, ui.say("board.title"), key="board",
        line=wording.heading(ui, board) if board is not None else None,
        on_cover=acts.cover, acts=[] if squeezed else button,
    )  # fmt: skip
    foot = None
    if squeezed and board is not None and board.to_co_sign:
        said = wording.counted(ui, "board.co_sign", board.to_co_sign)
        foot = wide_act(ui, said, acts.co_sign, key="board.co_sign")
    top: list[ft.Control] = [head] if ui.layout.stacked else []
    if foot is not None and not roomy:
        top.append(ft.Container(foot, padding=ft.Padding.only(top=12)))
    body = ft.ListView(
        [*top, *_body(ui, look, acts), ft.Container(height=20)],
        expand=True, spacing=0, key="board.list",
    )  # fmt: skip
    parts: list[ft.Control] = [*([] if ui.layout.stacked else [head, ft.Container(height=14)]), body]
    if foot is not None and roomy:
        parts.append(ft.Container(foot, padding=ft.Padding.symmetric(vertical=10)))
    return ft.Column(parts, spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _body(ui: Ui, look: BoardLook, acts: BoardActs) -> list[ft.Control]:
    board = look.board
    if look.error:
        return [
            error_state(ui, look.error, key="board.error", safe=ui.say("state.broken_safe"),
                        act=ui.say("state.try_again"), on_act=acts.retry, details=(look.code,))
        ]  # fmt: skip
    if board is None:
        return [Loading(ui.say("board.reading"), rows=6, control="board.loading")]
    if not board.families and not board.coordinators:
        return [
            empty_state(ui, ui.say("board.empty_title"), ui.say("board.empty"), key="board.empty",
                        act=ui.say("board.empty_act"), on_act=acts.people, symbol=ft.Icons.GROUPS_OUTLINED)
        ]  # fmt: skip
    parts: list[ft.Control] = []
    if ui.layout.stacked:
        parts.append(ft.Container(height=14))
    parts.append(_waiting(ui, board, look.today, acts))
    if look.trouble:
        parts.append(text(ui, look.trouble, ui.type.body, ft.Colors.ERROR, key="board.trouble"))
    parts += [ft.Container(height=12), _heads(ui, look, acts)]
    parts += [
        coordinator_row(ui, row, acts.rows, board.read_at_ms)
        for row in ordered(board.coordinators, look.sort)
    ]
    parts.append(
        ft.Row(
            [
                quiet(ui, ui.say("board.all_families"), bind(acts.families, ""), key="board.all",
                      symbol=ft.Icons.SEARCH)
            ],
            wrap=True,
        )
    )  # fmt: skip
    return parts


def _waiting(ui: Ui, board: BoardView, today: date, acts: BoardActs) -> ft.Control:
    """The families that wait too long, three of them; or that nobody does."""
    shown = board.waiting[:SHOWN]
    count = ui.say("board.waiting_count", count=len(board.waiting), total=len(board.families))
    beside: list[ft.Control] = [text(ui, count, ui.type.cap, SOFT)] if shown else []
    if len(board.waiting) > SHOWN:
        every = bind(acts.families, "overdue")
        beside.append(quiet(ui, ui.say("board.waiting_all"), every, key="board.waiting_all"))
    head = ft.Row(
        [
            text(ui, ui.say("board.waiting"), ui.type.h2, heading=2),
            ft.Row(beside, spacing=4, tight=True, wrap=ui.layout.stacked),
        ],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN, wrap=ui.layout.stacked, run_spacing=0,
    )  # fmt: skip
    parts: list[ft.Control] = [head]
    if not shown:
        parts.append(text(ui, ui.say("board.waiting_none"), ui.type.body, SOFT))
    parts += [
        waiting_row(ui, one, acts.rows, today, last=one is shown[-1]) for one in shown
    ]
    pad = 16 if ui.layout.narrow else ft.Padding.only(left=26, right=24, top=14, bottom=10)
    return sheet(
        ft.Column(parts, spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=pad, key="board.waiting",
    )  # fmt: skip


def _heads(ui: Ui, look: BoardLook, acts: BoardActs) -> ft.Control:
    """The heads, each of which sorts; where there are none, one picker."""
    if not has_heads(ui):
        said = ui.say("board.sorted", by=ui.say(f"board.sort.{look.sort}"))
        return ft.Row([chip(ui, said, acts.pick_sort, key="board.sort", opens=True)], wrap=True)

    def head(sort: str) -> ft.Control:
        on = look.sort == sort
        words = text(ui, ui.say(f"board.head.{sort}"), ui.type.cap, ft.Colors.ON_SURFACE if on else SOFT)
        parts = [words, *([icon(ui, ft.Icons.ARROW_DROP_DOWN, 20)] if on and sort != "name" else [])]
        return pressable(
            ui, ft.Row(parts, spacing=0, tight=True), bind(acts.sort, sort), key=f"board.head.{sort}",
            name=ui.say("board.sort_by", by=ui.say(f"board.sort.{sort}")), selected=on,
            padding=ft.Padding.symmetric(vertical=14),
        )  # fmt: skip

    cells: list[ft.Control] = [ft.Container(head("name"), expand=True, alignment=ft.Alignment.CENTER_LEFT)]
    cells += [
        ft.Container(head(sort), width=ui.grow(width), alignment=ft.Alignment.CENTER_LEFT)
        for sort, width in zip(SORTS[1:5], widths(), strict=True)
    ]
    return ft.Container(ft.Row(cells, spacing=14), padding=ft.Padding.symmetric(horizontal=8))
