"""What every place behind the More tab looks like: a header, one calm column, a foot on a phone.

Owns the frame and the loading and error looks. Crisis and Cover stand where they always stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flet as ft

from app.views.hooks import Query
from app.views.place import Nav, Place
from app.views.theme.tokens import Space
from app.views.widgets.header import header
from app.views.widgets.pressable import Act
from app.views.widgets.shell import room_for
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import Ui

_LARGE_TEXT = 1.5
COLUMN = 760
"""The widest a column of these places is, in logical pixels."""


def frame(
    ui: Ui,
    nav: Nav,
    family_id: str,
    title: str,
    parts: Sequence[ft.Control],
    *,
    key: str,
    line: str | None = None,
    foot: ft.Control | None = None,
    sticky: bool = False,
    on_back: Act | None = None,
    spacing: float = Space.XL,
) -> ft.Control:
    """A place with its header, and `parts` in one scrolling column.

    Args:
        ui: settings in force.
        nav: the way to move from here.
        family_id: whose place it is.
        title: what the place is.
        parts: what it shows.
        key: key stem of the header's buttons; the column is `<key>.scroll`.
        line: one soft line under the title.
        foot: stays in sight below the column on a narrow layout, and ends it on a wide one and with
            large text.
        sticky: the foot stays in sight on a wide layout, too.
        on_back: in place of going back.
        spacing: between the parts.
    """
    narrow = ui.layout.narrow
    # With large text the foot would take the room of what it belongs to.
    below = foot is not None and ui.scale < _LARGE_TEXT and (narrow or sticky)
    inside = [*parts, *([foot] if foot is not None and not below else [])]
    column = ft.Column(
        inside,
        spacing=spacing,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Column(
        [
            header(
                ui, title, key=key, line=line, on_back=on_back or nav.back,
                on_crisis=lambda: nav.go(Place("crisis", family_id)),
                on_cover=lambda: nav.go(Place("cover")),
            ),
            ft.Column(
                [
                    ft.Row(
                        [
                            ft.Container(
                                column,
                                width=None if narrow else room_for(ui, COLUMN),
                                expand=narrow or None,
                            )
                        ]
                    ),
                    ft.Container(height=Space.XL),
                ],
                scroll=ft.ScrollMode.AUTO,
                expand=True,
                spacing=0,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                key=f"{key}.scroll",
            ),
            *(
                [ft.Container(foot, padding=ft.Padding.only(top=8, bottom=12))]
                if foot is not None and below
                else []
            ),
        ],
        spacing=18,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def waiting(ui: Ui, answer: Query[Any], key: str, retry: Act) -> ft.Control:
    """What stands in the column while a question has no answer, or has failed."""
    if answer.error:
        return error_state(
            ui, answer.error, key=f"{key}.failed", act=ui.say("state.try_again"), on_act=retry
        )
    return Loading(control=f"{key}.loading")
