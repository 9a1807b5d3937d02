"""A place of the agency: a header without a family, and one calm column."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.views.screens.more.frame import COLUMN
from app.views.theme.tokens import Space
from app.views.widgets.header import header
from app.views.widgets.pressable import Act
from app.views.widgets.shell import room_for
from app.views.widgets.ui import Ui


def page(
    ui: Ui, title: str, parts: Sequence[ft.Control], *, key: str, line: str | None = None,
    on_back: Act, on_cover: Act, on_crisis: Act | None = None,
) -> ft.Control:  # fmt: skip
    """A header, and `parts` in one scrolling column whose key is `<key>.scroll`."""
    narrow = ui.layout.narrow
    column = ft.Column(
        list(parts), spacing=Space.L, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    held = ft.Container(column, width=None if narrow else room_for(ui, COLUMN), expand=narrow or None)
    return ft.Column(
        [
            header(ui, title, key=key, line=line, on_back=on_back, on_cover=on_cover, on_crisis=on_crisis),
            ft.Column(
                [ft.Row([held]), ft.Container(height=Space.XL)],
                scroll=ft.ScrollMode.AUTO, expand=True, spacing=0, key=f"{key}.scroll",
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
        ],
        spacing=18, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
