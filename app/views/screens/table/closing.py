"""Closing the table: six digits, and after three misses the passphrase alone. Pure drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.views.screens.table.look import HeadActs, head, page_of
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.fields import field
from app.views.widgets.pressable import Act
from app.views.widgets.text import text
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class CloseForm:
    """What is typed so far. spent: only the passphrase is taken now."""

    typed: str = ""
    spent: bool = False
    busy: bool = False
    error: str = ""


@dataclass(frozen=True)
class CloseActs:
    """What the page does."""

    head: HeadActs
    write: Callable[[str], object]
    close: Act
    leave: Act


def close_page(ui: Ui, form: CloseForm, acts: CloseActs) -> ft.Control:
    """The page that asks for the code."""
    what = "passphrase" if form.spent else "code"
    top = head(ui, ui.say("table.close_title"), "", acts.head, back=acts.leave)
    column = ft.Column(
        [
            text(ui, ui.say(f"table.close_{what}_line"), ui.type.body_l),
            field(
                ui,
                ui.say(f"table.{what}"),
                form.typed,
                acts.write,
                key=f"close.{what}",
                secret=True,
                keyboard=ft.KeyboardType.VISIBLE_PASSWORD if form.spent else ft.KeyboardType.NUMBER,
                error=form.error or None,
                on_submit=acts.close,
                autofocus=True,
                disabled=form.busy,
            ),
            ft.Row(
                [
                    filled(
                        ui, ui.say("table.close_now"), acts.close, key="close.go",
                        symbol=ft.Icons.LOCK_OPEN_OUTLINED, disabled=form.busy,
                    ),
                    outlined(ui, ui.say("table.stay"), acts.leave, key="close.leave"),
                ],
                wrap=True,
                spacing=12,
                run_spacing=12,
            ),
        ],
        spacing=20,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    room = min(560 * ui.scale, ui.layout.width - 40)
    return page_of(ui, top, [ft.Row([ft.Container(column, width=room)])], None, "table.closing")
