"""The frame of the screens before the tablet is open: the drawing beside (or above) the words.

Unlock and first run share it. Follows the Unlock picture of design page 06.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import flet as ft

from app.views.brand import brand_mark, table_from_above
from app.views.widgets.buttons import quiet
from app.views.widgets.text import text
from app.views.widgets.ui import Ui, UiSettings

_FORM = 400
_FORM_WIDE = 560
_DRAWING_SHARE = 480 / 1024
_LANGUAGES = {"en": "English", "es": "Español"}


def door(
    ui: Ui,
    parts: Sequence[ft.Control],
    *,
    foot: ft.Control | None = None,
    key: str,
    drawing: bool = True,
    spacing: float = 16,
) -> ft.Control:
    """The drawing and a column of words and fields that scrolls when it must.

    Args:
        ui: settings in force.
        parts: the column below the app's name.
        foot: one quiet line at the bottom.
        key: key of the scrolling column.
        drawing: False leaves the room to long forms and word sheets.
        spacing: between the parts.
    """
    wide = ui.layout.wide
    name = ft.Row([brand_mark(ui), text(ui, ui.say("app.name"), ui.type.h2)], spacing=14)
    # Without the drawing it is a long page: its main button should be in sight.
    roomy = drawing and not ui.layout.narrow
    top = 76 if wide and drawing else 40 if roomy else 24
    form = ft.Column(
        [
            ft.Container(height=top),
            name,
            ft.Container(height=36 if roomy else 4),
            *parts,
            *([ft.Container(foot, padding=ft.Padding.only(top=24))] if foot is not None else []),
            ft.Container(height=32),
        ],
        key=key,
        spacing=spacing,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        expand=True,
    )
    sentence = ui.say("unlock.picture")
    if wide and drawing:
        left = round(ui.layout.width * _DRAWING_SHARE)
        room = ui.layout.width - left
        width = min(_FORM * ui.scale, room - 64)
        return ft.Row(
            [
                table_from_above(ui, left, ui.layout.height, sentence),
                ft.Container(
                    form,
                    width=width,
                    margin=ft.Margin.only(left=min(72, (room - width) / 2)),
                ),
            ],
            spacing=0,
            expand=True,
            vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    tall = 300 if not ui.layout.narrow else 200
    shown = drawing and ui.layout.height >= 3 * tall
    side = 20 if ui.layout.narrow else 44
    width = min((_FORM if drawing else _FORM_WIDE) * ui.scale, ui.layout.width - 2 * side)
    return ft.Column(
        [
            *([table_from_above(ui, ui.layout.width, tall, sentence)] if shown else []),
            ft.Container(form, width=width, expand=True),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )


def other_language(ui: Ui) -> tuple[str, UiSettings]:
    """The name of the other language, and the settings with it."""
    code = "es" if ui.settings.language == "en" else "en"
    return _LANGUAGES[code], replace(ui.settings, language=code)


def language_button(ui: Ui, choose: object, *, key: str) -> ft.Control:
    """A quiet button that says the other language by its own name."""
    name, settings = other_language(ui)
    return ft.Row(
        [
            quiet(
                ui,
                name,
                lambda: choose(settings),  # type: ignore[operator]
                key=key,
                symbol=ft.Icons.TRANSLATE,
            )
        ],
        alignment=ft.MainAxisAlignment.CENTER,
    )
