"""Panels: the white sheet, the vision, the coach, and the small links to what a note is about.

A sheet is for one group that must stand out; lists lie on the page. At most one coach is on
screen, and never on family screens. Follows design page 06, "Coach", "Layout" and the pictures.
"""

from __future__ import annotations

import flet as ft

from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, icon, text, words
from app.views.widgets.ui import Ui


def sheet(
    content: ft.Control,
    *,
    padding: ft.PaddingValue = Space.XL,
    expand: bool | int | None = None,
    key: str | None = None,
) -> ft.Control:
    """A white sheet with a hairline for one group that must stand out."""
    return ft.Container(
        content,
        padding=padding,
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        border_radius=Radius.SHEET,
        expand=expand,
        key=key,
    )


def quiet_panel(
    content: ft.Control, *, padding: ft.PaddingValue = Space.L, key: str | None = None
) -> ft.Control:
    """A tinted panel without an edge."""
    return ft.Container(
        content,
        padding=padding,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        border_radius=Radius.SHEET,
        key=key,
    )


def vision(
    ui: Ui,
    value: str,
    *,
    caption: str | None = None,
    table: bool = False,
    side: ft.Control | None = None,
    quoted: bool = True,
    size: str | None = None,
    key: str | None = None,
) -> ft.Control:
    """The family's vision, or an outcome in a meeting, on the cinnamon tint.

    Args:
        ui: settings in force.
        value: the family's own words.
        caption: what it is ("The family's vision"); None at the table.
        table: family-table size and radius.
        side: something at the right (dots of a measure).
        quoted: quotation marks around.
        size: type token of the words; chosen from `table` and the layout when None.
        key: control key.
    """
    ink = ft.Colors.ON_PRIMARY_CONTAINER
    chosen = size or (("words_l" if ui.layout.narrow else "words_xl") if table else "words")
    block = ft.Column(
        [
            *([text(ui, caption, ui.type.cap, ink)] if caption else []),
            words(ui, value, chosen, ink, quoted=quoted),
        ],
        spacing=4,
        tight=True,
    )
    inside: ft.Control = block
    if side is not None:
        inside = (
            ft.Column([block, side], spacing=12, tight=True)
            if ui.layout.stacked
            else ft.Row([ft.Container(block, expand=True), side], spacing=20)
        )
    pad = Space.XXL if table and not ui.layout.narrow else Space.XL
    return ft.Container(
        inside,
        padding=ft.Padding.symmetric(horizontal=pad, vertical=pad if table else 18),
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        border_radius=Radius.TABLE if table and not ui.layout.narrow else Radius.SHEET,
        key=key,
    )


def coach(
    ui: Ui,
    question: str,
    *,
    key: str,
    act: str | None = None,
    on_act: Act | None = None,
    on_not_now: Act | None = None,
) -> ft.Control:
    """The coach: one sentence, one question, one act and *Not now*.

    Args:
        ui: settings in force.
        question: what it noticed and asks.
        key: key stem; the buttons are `<key>.act` and `<key>.not_now`.
        act: words of the one act.
        on_act: called for it.
        on_not_now: called for *Not now*.
    """
    acts: list[ft.Control] = []
    if act is not None:
        acts.append(outlined(ui, act, on_act, key=f"{key}.act", small=True))
    if on_not_now is not None:
        acts.append(quiet(ui, ui.say("coach.not_now"), on_not_now, key=f"{key}.not_now"))
    return quiet_panel(
        ft.Column(
            [
                ft.Row(
                    [
                        icon(ui, ft.Icons.LIGHTBULB_OUTLINE, 26),
                        text(ui, ui.say("coach.title"), ui.type.strong, heading=2),
                    ],
                    spacing=10,
                ),
                text(ui, question, ui.type.body),
                *(
                    [ft.Row(acts, wrap=True, spacing=4, run_spacing=8)]
                    if acts
                    else []
                ),
            ],
            spacing=8,
            tight=True,
        ),
        key=key,
    )


def thread_link(ui: Ui, level: str, value: str, *, key: str | None = None) -> ft.Control:
    """A leaf line with level and title: what a note or a step belongs to."""
    return ft.Container(
        ft.Column(
            [
                text(ui, level, ui.type.cap, ft.Colors.TERTIARY),
                text(ui, value, ui.type.body),
            ],
            spacing=1,
            tight=True,
        ),
        padding=ft.Padding.only(left=12, top=1, bottom=1),
        border=ft.Border.only(left=ft.BorderSide(3, ft.Colors.TERTIARY)),
        key=key,
    )


def fact_line(
    ui: Ui,
    symbol: ft.IconData,
    value: str,
    *,
    color: ft.ColorValue = ft.Colors.ON_SURFACE,
    icon_color: ft.ColorValue | None = None,
    soft: bool = False,
    key: str | None = None,
) -> ft.Control:
    """An icon and a short sentence ("2 steps done", "No network. That is fine.")."""
    return ft.Row(
        [
            icon(ui, symbol, 22, icon_color or color),
            text(ui, value, ui.type.body, SOFT if soft else color, expand=True),
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.START,
        key=key,
    )
