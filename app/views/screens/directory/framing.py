"""What every place of the directory looks like: a header, one calm column, a foot on a phone.

Crisis stands there only when the directory was opened from a family.
"""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.views.place import Nav, Place
from app.views.screens.more.frame import COLUMN, frame
from app.views.theme.tokens import Space
from app.views.widgets.header import header
from app.views.widgets.shell import room_for
from app.views.widgets.ui import Ui


def framed(
    ui: Ui,
    nav: Nav,
    place: Place,
    title: str,
    parts: Sequence[ft.Control],
    *,
    key: str,
    line: str | None = None,
    foot: ft.Control | None = None,
    root: bool = False,
    wide: bool = False,
) -> ft.Control:
    """A place of the directory. root: it stands in the rail, so there is no way back. wide: all the room."""
    if place.family_id and not wide:
        return frame(
            ui, nav, place.family_id, title, parts, key=key, line=line, foot=foot, spacing=Space.L
        )
    narrow = ui.layout.narrow or wide
    column = ft.Column(
        [*parts, *([foot] if foot is not None else [])],
        spacing=Space.L,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    body = ft.Container(column, width=None if narrow else room_for(ui, COLUMN), expand=narrow or None)
    crisis = (lambda: nav.go(Place("crisis", place.family_id))) if place.family_id else None
    return ft.Column(
        [
            header(
                ui, title, key=key, line=line, on_back=None if root else nav.back, on_crisis=crisis,
                on_cover=lambda: nav.go(Place("cover")),
            ),
            ft.Column(
                [ft.Row([body]), ft.Container(height=Space.XL)],
                scroll=ft.ScrollMode.AUTO,
                expand=True,
                spacing=0,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                key=f"{key}.scroll",
            ),
        ],
        spacing=Space.L,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
