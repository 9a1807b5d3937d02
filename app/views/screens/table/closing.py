"""Closing what the family has in hand: six digits, and after three misses the passphrase alone.

Owns the page and its hook; the table and the pulse are closed by the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import flet as ft

from app.errors import AppError, InvalidInput, WrongPassphrase
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.newest import use_newest
from app.views.screens.table.look import HeadActs, head, page_of
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.fields import field
from app.views.widgets.guarded import guarded
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


@dataclass(frozen=True)
class Closing:
    """What `use_closing` gives. ask: opens the page. leave: back to what lay below. page: the page, or
    None while nobody closes."""

    ask: Act
    leave: Act
    page: Callable[[HeadActs], ft.Control | None]


def use_closing(ui: Ui, whose: str = "table") -> Closing:
    """Hook: the page that asks for the code, and what it does. Leaving it shows what was there before.

    whose: stem of the phrases that name what is closed, table or pulse.
    """
    tablet = use_tablet()
    nobody: CloseForm | None = None
    form, set_form, newest = use_newest(nobody)

    async def ask() -> None:
        left = await tablet.open.table.code.tries_left()
        set_form(CloseForm(spent=left == 0))

    def write(typed: str) -> None:
        now = newest()
        if now is not None:
            set_form(replace(now, typed=typed))

    async def close_now() -> None:
        now = newest()
        if now is None or now.busy:
            return
        set_form(replace(now, busy=True, error=""))
        table = tablet.open.table
        await (table.close_with_passphrase if now.spent else table.close)(now.typed)

    def tell(error: AppError) -> None:
        spent = isinstance(error, InvalidInput) and error.code == "table_code_spent"
        kept = isinstance(error, WrongPassphrase) or (isinstance(error, InvalidInput) and not spent)
        now = newest()
        if now is not None:
            typed = now.typed if kept and now.spent else ""
            set_form(CloseForm(typed, spent or now.spent, error=words_for(ui, error)))

    def leave() -> None:
        set_form(None)

    def page(top: HeadActs) -> ft.Control | None:
        if form is None:
            return None
        return close_page(ui, form, CloseActs(top, write, guarded(close_now, tell), leave), whose)

    return Closing(guarded(ask, lambda _error: leave()), leave, page)


def close_page(ui: Ui, form: CloseForm, acts: CloseActs, whose: str) -> ft.Control:
    """The page that asks for the code."""
    what = "passphrase" if form.spent else "code"
    top = head(ui, ui.say(f"{whose}.close_title"), "", acts.head, back=acts.leave, whose=whose)
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
                        ui, ui.say(f"{whose}.close_now"), acts.close, key="close.go",
                        symbol=ft.Icons.LOCK_OPEN_OUTLINED, disabled=form.busy,
                    ),
                    outlined(ui, ui.say(f"{whose}.stay"), acts.leave, key="close.leave"),
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
