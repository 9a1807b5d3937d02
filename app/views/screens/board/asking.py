"""Asking a colleague about a family: a call or a text with the device's own telephone.

Only whom and the number are handed over; nothing about a family leaves the tablet. Without a number the
family is opened instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.views.calling import dialled, use_call
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui

Ask = Callable[[str, str, str, str], None]
"""(name, phone, family id, family's title)."""


@dataclass(frozen=True)
class _Asking:
    name: str
    phone: str
    family_id: str
    title: str


_NOBODY = _Asking("", "", "", "")


def use_ask(open_family: Callable[[str], None]) -> Ask:
    """Hook: what *Ask Marisol* does. open_family: called with a family's id. Call it once in a component."""
    ui = use_ui()
    call, write = use_call()
    asking, show = ft.use_state(_NOBODY)

    def ask(name: str, phone: str, family_id: str, title: str) -> None:
        if dialled(phone):
            show(_Asking(name, phone, family_id, title))
        else:
            open_family(family_id)

    def then(act: Callable[[str], None], value: str) -> Callable[[], None]:
        def go() -> None:
            show(_NOBODY)
            act(value)

        return go

    def dialog() -> ft.AlertDialog | None:
        if asking == _NOBODY:
            return None
        acts = (then(call, asking.phone), then(write, asking.phone), then(open_family, asking.family_id))
        return _dialog(ui, asking, *acts, close=lambda: show(_NOBODY))

    ft.use_dialog(dialog())
    return ask


def _dialog(
    ui: Ui,
    one: _Asking,
    call: Callable[[], None],
    write: Callable[[], None],
    look: Callable[[], None],
    *,
    close: Callable[[], None],
) -> ft.AlertDialog:
    acts: list[ft.Control] = [
        filled(ui, ui.say("board.call"), call, key="board.ask.call", symbol=ft.Icons.CALL_OUTLINED,
               main=False, fill=True),
        outlined(ui, ui.say("board.text"), write, key="board.ask.text", symbol=ft.Icons.CHAT_BUBBLE_OUTLINE,
                 fill=True),
        quiet(ui, ui.say("board.open_family", name=one.title), look, key="board.ask.family", fill=True),
    ]  # fmt: skip
    content = ft.Column(
        [text(ui, one.phone, ui.type.strong), text(ui, ui.say("board.ask_line"), ui.type.body, SOFT), *acts],
        spacing=12, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    return ft.AlertDialog(
        title=text(ui, ui.say("board.ask", name=one.name), ui.type.h2, heading=1),
        content=ft.Container(content, width=min(420 * ui.scale, ui.layout.width - 80), key="board.asking"),
        on_dismiss=close,
        scrollable=True,
    )
