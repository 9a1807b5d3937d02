"""A rule file's text as it is read: every line as it stands, and the lines around a mistake. Pure."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.views.theme.tokens import Radius, Space
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui

_AROUND: Final = 2
"""Lines before and after the one that is wrong."""


def rule_text(ui: Ui, words: str, *, key: str) -> ft.Control:
    """The whole text, to be read and copied."""
    return ft.Container(
        ft.Text(words, style=ui.type.body, color=ft.Colors.ON_SURFACE, selectable=True),
        padding=Space.L,
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        border_radius=Radius.FIELD,
        key=key,
    )


def around_line(ui: Ui, words: str, line: int, *, key: str) -> ft.Control:
    """The line that is wrong with its neighbours, each with its number. line: from 1."""
    lines = words.splitlines() or [""]
    at = min(max(line, 1), len(lines))
    first, last = max(1, at - _AROUND), min(len(lines), at + _AROUND)
    shown = range(first, last + 1)
    rows: list[ft.Control] = [_row(ui, number, lines[number - 1], number == at) for number in shown]
    return ft.Container(
        ft.Column(rows, spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=Space.M,
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(1, ft.Colors.ERROR),
        border_radius=Radius.FIELD,
        key=key,
    )


def _row(ui: Ui, number: int, words: str, wrong: bool) -> ft.Control:
    style = ui.type.strong if wrong else ui.type.body
    ink = ft.Colors.ERROR if wrong else SOFT
    return ft.Row(
        [
            ft.Container(text(ui, str(number), style, ink, align=ft.TextAlign.END), width=ui.grow(44)),
            ft.Container(text(ui, words or " ", style, ft.Colors.ON_SURFACE if wrong else SOFT), expand=True),
        ],
        spacing=Space.M,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
