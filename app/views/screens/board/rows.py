"""Rows of the board: a coordinator with four columns, and a family that waits. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.board_views import CoordinatorRow, WaitingFamily
from app.views.screens.board import wording
from app.views.widgets.buttons import outlined
from app.views.widgets.clock import ClockState, dial
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.pressable import bind, pressable
from app.views.widgets.rows import Column, list_row
from app.views.widgets.text import SOFT, hairline, icon, text
from app.views.widgets.ui import LayoutKind, Ui

SORTS = ("name", "met", "overdue", "to_co_sign", "heard", "families")
_TALL = 64
_FACE = 44
_DIAL, _GAP, _LARGE = 32, 17, 1.3
_BAR, _BAR_TALL = 64, 10
_WIDE = (122.0, 128.0, 100.0, 150.0)
_MIDDLE = (190.0, 172.0)


@dataclass(frozen=True)
class RowActs:
    """What a row can do. coordinator, family: called with the id. ask: whom, about which family."""

    coordinator: Callable[[str], object]
    family: Callable[[str], object]
    ask: Callable[[WaitingFamily], object]


def has_heads(ui: Ui) -> bool:
    """Whether every figure has a column of its own, with a head that sorts by it."""
    return ui.layout.kind is LayoutKind.WIDE and not ui.layout.stacked


def widths() -> tuple[float, ...]:
    """Widths of the four columns at 100 %."""
    return _WIDE


def ordered(rows: tuple[CoordinatorRow, ...], sort: str) -> tuple[CoordinatorRow, ...]:
    """The rows by one column, what needs somebody first; by name where that is the same.

    There is no order by natural supports: their share describes teams and ranks nobody.
    """
    keys: dict[str, Callable[[CoordinatorRow], float]] = {
        "met": lambda row: row.met / row.families if row.families else 2.0,
        "overdue": lambda row: -row.overdue,
        "to_co_sign": lambda row: -row.to_co_sign,
        "heard": lambda row: float(row.heard_ms or 0),
        "families": lambda row: -row.families,
    }
    if sort not in keys:
        return rows
    return tuple(sorted(rows, key=lambda row: (keys[sort](row), row.name.casefold())))


def coordinator_row(ui: Ui, row: CoordinatorRow, acts: RowActs, now_ms: int) -> ft.Control:
    """One coordinator: families, met this month, overdue, to co-sign, last on the server."""
    cells = (_met(ui, row), _overdue(ui, row), _to_co_sign(ui, row), _heard(ui, row, now_ms))
    if has_heads(ui):
        columns = tuple(Column(cell, width) for cell, width in zip(cells, widths(), strict=True))
    elif ui.layout.stacked:
        columns = tuple(Column(cell) for cell in cells)
    else:
        # No room for four columns: two figures share one, each in words of its own.
        pairs = (cells[:2], cells[2:])
        columns = tuple(
            Column(ft.Column(list(pair), spacing=4, tight=True), width)
            for pair, width in zip(pairs, _MIDDLE, strict=True)
        )
    lead = face(ui, "?" if row.standing == "nobody" else initials(row.name), Kind.PROFESSIONAL, size=_FACE)
    return list_row(
        ui, wording.name_of(ui, row), bind(acts.coordinator, row.person_id),
        key=f"board.row.{row.person_id or 'nobody'}", lead=lead, lead_size=_FACE,
        line=wording.line_of(ui, row), columns=columns, tall=_TALL,
    )  # fmt: skip


def waiting_row(ui: Ui, one: WaitingFamily, acts: RowActs, today: date, *, last: bool) -> ft.Control:
    """A family that waits too long, with the way to ask whoever leads it."""
    over = one.clock.standing == "overdue"
    words = wording.clock_words(ui, one.clock, today)
    body = pressable(
        ui,
        ft.Row(
            [
                dial(ui, wording.STATE[one.clock.standing], one.clock.share_used, size=_DIAL),
                ft.Column(
                    [
                        text(ui, one.family.title, ui.type.h3),
                        text(ui, words, ui.type.body, ft.Colors.ERROR if over else SOFT),
                    ],
                    spacing=2, tight=True, expand=True,
                ),
            ],
            spacing=_GAP,
        ),
        bind(acts.family, one.family.family_id),
        key=f"board.waiting.{one.family.family_id}",
        padding=ft.Padding.symmetric(vertical=9),
        expand=True,
    )  # fmt: skip
    row: ft.Control = ft.Row([body], spacing=12)
    if one.lead.standing == "here":
        ask = outlined(
            ui, ui.say("board.ask", name=wording.first_name(ui, one.lead)), bind(acts.ask, one),
            key=f"board.ask.{one.family.family_id}", symbol=ft.Icons.CHAT_BUBBLE_OUTLINE, small=True,
            fill=not ui.layout.stacked,
        )  # fmt: skip
        if ui.layout.stacked:
            # Under the words, not under the dial, while there is room beside it.
            left = 0.0 if ui.scale >= _LARGE else ui.grow(_DIAL) + _GAP
            below = ft.Container(ft.Row([ask], wrap=True), padding=ft.Padding.only(left=left, bottom=12))
            row = ft.Column([ft.Row([body]), below], spacing=0, tight=True)
        else:
            row = ft.Row([body, ft.Container(ask, width=ui.grow(172))], spacing=12)
    return row if last else ft.Column([row, hairline()], spacing=0, tight=True)


def _met(ui: Ui, row: CoordinatorRow) -> ft.Control:
    """A bar and the number; for a screen reader, and stacked, a sentence."""
    said = ui.say("board.met_of", met=row.met, families=row.families)
    if not has_heads(ui):
        return text(ui, said)
    share = row.met / row.families if row.families else 0.0
    width, tall = ui.grow(_BAR), ui.grow(_BAR_TALL)
    bar = ft.Stack(
        [
            ft.Container(width=width, height=tall, border_radius=tall / 2,
                         bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST),
            ft.Container(width=round(width * share), height=tall, border_radius=tall / 2,
                         bgcolor=ft.Colors.TERTIARY),
        ],
        width=width, height=tall,
    )  # fmt: skip
    drawn = ft.Row([bar, text(ui, str(row.met), ui.type.strong)], spacing=10, tight=True)
    return ft.Semantics(label=said, exclude_semantics=True, content=drawn)


def _overdue(ui: Ui, row: CoordinatorRow) -> ft.Control:
    state = ClockState.OVERDUE if row.overdue else ClockState.DUE_SOON if row.soon else ClockState.ON_TIME
    used = 0.85 if state is ClockState.DUE_SOON else 0.12
    if row.overdue:
        key = "board.overdue" if has_heads(ui) else "board.overdue_said"
        words, color = wording.counted(ui, key, row.overdue), ft.Colors.ERROR
    elif row.soon:
        words, color = wording.counted(ui, "board.soon", row.soon), ft.Colors.PRIMARY
    else:
        words, color = ui.say("board.overdue_none" if has_heads(ui) else "board.all_on_time"), SOFT
    style = ui.type.strong if row.overdue or row.soon else ui.type.body
    return _marked(ui, dial(ui, state, used, size=24), words, style, color)


def _to_co_sign(ui: Ui, row: CoordinatorRow) -> ft.Control:
    words = wording.counted(ui, "board.notes", row.to_co_sign)
    if not has_heads(ui):
        words = wording.counted(ui, "board.notes_to_sign", row.to_co_sign)
    style = ui.type.strong if row.to_co_sign else ui.type.body
    return text(ui, words, style, ft.Colors.ON_SURFACE if row.to_co_sign else SOFT)


def _heard(ui: Ui, row: CoordinatorRow, now_ms: int) -> ft.Control:
    heads = has_heads(ui)
    words, symbol, color = wording.heard(ui, row, now_ms, said=not heads)
    ink = ft.Colors.TERTIARY if symbol is ft.Icons.CLOUD_DONE_OUTLINED else color
    shown = _marked(ui, icon(ui, symbol, 22, ink), words, ui.type.body, color)
    if not heads:
        return shown
    # The head above is a button of its own: whoever hears the row needs the whole sentence.
    whole, _, _ = wording.heard(ui, row, now_ms, said=True)
    return ft.Semantics(label=whole, exclude_semantics=True, content=shown)


def _marked(
    ui: Ui, mark: ft.Control, words: str, style: ft.TextStyle, color: ft.ColorValue
) -> ft.Control:
    return ft.Row([mark, text(ui, words, style, color, expand=True)], spacing=8)
