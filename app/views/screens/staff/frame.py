"""What every place about people looks like: a header, one calm column, a main act in thumb reach.

Owns the frame alone. There is no Crisis here: no family is on these screens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from app.views.place import Nav, Place
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled
from app.views.widgets.header import header
from app.views.widgets.shell import room_for
from app.views.widgets.ui import Ui

COLUMN = 640
"""The widest a column of these places is, in logical pixels."""


def frame(
    ui: Ui,
    nav: Nav,
    title: str,
    parts: Sequence[ft.Control],
    *,
    key: str,
    line: str | None = None,
    acts: Sequence[ft.Control] = (),
    foot: ft.Control | None = None,
    spacing: float = Space.L,
) -> ft.Control:
    """A place with its header and `parts` in one scrolling column.

    Args:
        ui: settings in force.
        nav: the way to move from here.
        title: what the place is.
        parts: what it shows.
        key: key stem of the header's buttons; the column is `<key>.list`.
        line: one soft line under the title.
        acts: beside the title.
        foot: stays in sight below the column.
        spacing: between the parts.
    """
    narrow = ui.layout.narrow
    column = ft.Column(
        list(parts), spacing=spacing, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    return ft.Column(
        [
            header(ui, title, key=key, line=line, on_back=nav.back,
                   on_cover=lambda: nav.go(Place("cover")), acts=acts),
            ft.ListView(
                [
                    ft.Row([ft.Container(column, width=None if narrow else room_for(ui, COLUMN),
                                         expand=narrow or None)]),
                    ft.Container(height=Space.XL),
                ],
                expand=True, padding=ft.Padding.only(top=Space.L), key=f"{key}.list",
            ),
            *([ft.Container(foot, padding=ft.Padding.symmetric(vertical=10))] if foot else []),
        ],
        spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def main_act(
    ui: Ui, words: str, act: Callable[[], object], *, key: str, off: bool = False
) -> ft.Control:
    """The one main act at the end; as wide as the screen on a phone."""
    if ui.layout.narrow:
        return filled(ui, words, act, key=key, fill=True, disabled=off)
    return ft.Row([filled(ui, words, act, key=key, disabled=off)], wrap=True)


def points(ui: Ui, lines: Sequence[ft.Control]) -> ft.Control:
    """A list of short facts, one under the other."""
    return ft.Column(list(lines), spacing=Space.M, tight=True)
