"""List rows: a face, a title, one soft line, then columns; and an act beside it.

Owns the row's rhythm: at least 80 px, columns that keep their edges on a wide screen and stack on
a narrow one or from 130 % text. Follows design page 06, "List row" and "Columns align".
"""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.views.theme.tokens import Radius
from app.views.widgets.pressable import Act, pressable
from app.views.widgets.text import SOFT, hairline, icon, text
from app.views.widgets.ui import Ui

_TALL = 80
_RIM = 8
_TINY = 260
_CHEVRON = 22
_GAP = 14
"""Between the parts of a row."""


@dataclass(frozen=True)
class Column:
    """One column of a row.

    Attributes:
        content: what is shown.
        width: width in logical pixels at 100 %, or None to take a share of the room left.
        share: how many shares, when `width` is None.
    """

    content: ft.Control
    width: float | None = None
    share: int = 1


def _cell(ui: Ui, column: Column) -> ft.Control:
    if column.width is None:
        return ft.Container(column.content, expand=column.share)
    return ft.Container(column.content, width=ui.grow(column.width))


def list_row(
    ui: Ui,
    title: str,
    on_open: Act | None,
    *,
    key: str,
    lead: ft.Control | None = None,
    lead_size: float = 48,
    line: str | None = None,
    line_color: ft.ColorValue = SOFT,
    columns: tuple[Column, ...] = (),
    title_share: int = 1,
    title_width: float | None = None,
    side_act: ft.Control | None = None,
    chevron: bool = False,
    ruled: bool = True,
    stacked: bool | None = None,
    tall: float = _TALL,
) -> ft.Control:
    """One row of a list; the whole row but the side act is one button.

    Args:
        ui: settings in force.
        title: the row's title, never cut.
        on_open: called when the row is tapped; None makes a row that only shows.
        key: control key.
        lead: face, dial or icon at the left.
        lead_size: its width, so that hairline and text align.
        line: one soft line under the title.
        line_color: its colour (error for "3 days over").
        columns: further columns; under the title when stacked.
        title_share: shares of room for the title column when `title_width` is None.
        title_width: fixed width of the title column at 100 %.
        side_act: a 48 px button beside the row, not in it (Call).
        chevron: show that the row opens something.
        ruled: hairline below, starting at the text.
        stacked: columns under the title; by default what the layout says.
        tall: smallest height at 100 %.
    """
    under = ui.layout.stacked if stacked is None else stacked
    head: list[ft.Control] = [text(ui, title, ui.type.h3)]
    if line is not None:
        head.append(text(ui, line, ui.type.body, line_color))
    if under:
        head += [c.content for c in columns]
    block = ft.Column(head, spacing=2 if not under else 4, tight=True)
    title_cell = (
        ft.Container(block, width=ui.grow(title_width))
        if title_width is not None and not under
        else ft.Container(block, expand=title_share)
    )
    # So little room that face and words cannot share a line: the face goes above the words.
    tiny = under and _is_tiny(ui)
    if tiny and lead is not None:
        title_cell = ft.Container(
            ft.Column([lead, *head], spacing=6, tight=True), expand=title_share
        )
    beside = lead is not None and not tiny
    parts: list[ft.Control] = [*([lead] if lead is not None and beside else []), title_cell]
    if not under:
        parts += [_cell(ui, c) for c in columns]
    if chevron:
        parts.append(icon(ui, ft.Icons.CHEVRON_RIGHT, _CHEVRON, ft.Colors.ON_SURFACE))
    inside = ft.Row(
        parts,
        spacing=_GAP,
        vertical_alignment=(
            ft.CrossAxisAlignment.START
            if under and columns
            else ft.CrossAxisAlignment.CENTER
        ),
    )
    # Padding instead of a height: at 200 % the row grows with its words.
    lines = 18 * 1.3 + (16 * 1.45 + 2 if line is not None else 0)
    above = max(10, (tall - 2 - max(lines, lead_size if lead is not None else 0)) / 2)
    rim = 0 if ui.layout.narrow else _RIM
    pad = ft.Padding.symmetric(vertical=above if not (under and columns) else 12, horizontal=rim)
    body: ft.Control
    if on_open is None:
        body = ft.Container(inside, padding=pad, key=key, expand=True)
    else:
        body = pressable(
            ui, inside, on_open, key=key, padding=pad, radius=Radius.FIELD, expand=True
        )
    row = ft.Row(
        [body, *([side_act] if side_act is not None else [])],
        spacing=8,
        vertical_alignment=(
            ft.CrossAxisAlignment.START
            if under and columns
            else ft.CrossAxisAlignment.CENTER
        ),
    )
    if not ruled:
        return row
    indent = text_edge(ui, lead_size) if beside else rim
    return ft.Column([row, hairline(indent)], spacing=0, tight=True)


def text_edge(ui: Ui, lead_size: float = 48) -> float:
    """Where the words of a row with a lead begin: what stands under a row begins there, too."""
    if _is_tiny(ui):
        return 0
    return (0 if ui.layout.narrow else _RIM) + ui.grow(lead_size) + _GAP


def _is_tiny(ui: Ui) -> bool:
    """So little room that face and words cannot share a line."""
    return ui.layout.stacked and ui.layout.width / ui.scale < _TINY


def column_heads(
    ui: Ui,
    heads: tuple[tuple[str, float | None, int], ...],
    *,
    lead_size: float | None = 48,
    side_act: bool = False,
) -> ft.Control:
    """The small heads above a list's columns; nothing when the rows are stacked.

    Args:
        ui: settings in force.
        heads: (words, width or None, share) per column, the title's first.
        lead_size: width of the rows' lead, None when they have none.
        side_act: leave room for the act beside the rows.
    """
    if ui.layout.stacked:
        return ft.Container(height=0)
    cells: list[ft.Control] = []
    if lead_size is not None:
        cells.append(ft.Container(width=ui.grow(lead_size)))
    cells += [
        _cell(ui, Column(text(ui, words, ui.type.cap, SOFT), width, share))
        for words, width, share in heads
    ]
    if side_act:
        cells.append(ft.Container(width=48))
    return ft.Container(
        ft.Row(cells, spacing=14), padding=ft.Padding.only(left=8, right=8, bottom=2)
    )
