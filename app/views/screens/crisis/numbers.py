"""The public numbers, as rows of a page and as the one strip of the card.

They are public ones (design 02, Crisis): the national lifeline, emergency, and the state's own line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.services.crisis import Contact
from app.views.widgets.buttons import outlined
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.pressable import bind, pressable
from app.views.widgets.text import SOFT, hairline, icon, text
from app.views.widgets.ui import Ui

Call = Callable[[str], object]


@dataclass(frozen=True)
class Line:
    """One number to call. what: key of its words. number: dialled. text: it takes texts too."""

    what: str
    number: str
    text: bool = False


LINES = (Line("988", "988", text=True), Line("911", "911"), Line("211", "211"))
_LARGE_TEXT = 1.5


def number_rows(ui: Ui, call: Call, message: Call) -> list[ft.Control]:
    """Every public number with a sentence and its buttons."""
    rows: list[ft.Control] = []
    for line in LINES:
        buttons = [
            outlined(
                ui, ui.say("crisis.call", number=line.number), bind(call, line.number),
                key=f"crisis.call.{line.what}", symbol=ft.Icons.CALL_OUTLINED,
            )
        ]  # fmt: skip
        if line.text:
            buttons.append(
                outlined(
                    ui, ui.say("crisis.text", number=line.number), bind(message, line.number),
                    key=f"crisis.text.{line.what}", symbol=ft.Icons.SMS_OUTLINED,
                )
            )  # fmt: skip
        rows += [
            _block(
                ui,
                ft.Container(
                    text(ui, line.number, ui.type.num, ft.Colors.ERROR), width=ui.grow(76)
                ),
                ui.say(f"crisis.{line.what}.title"),
                ui.say(f"crisis.{line.what}.line"),
                buttons,
            ),
            hairline(),
        ]
    return rows


def contact_rows(ui: Ui, contacts: Sequence[Contact], call: Call) -> list[ft.Control]:
    """The family's own people who help in a crisis."""
    return [
        _block(
            ui,
            face(ui, initials(one.name), Kind.NATURAL, size=56),
            one.name,
            one.relation,
            [
                outlined(
                    ui, ui.say("crisis.call_person", name=one.name), bind(call, one.phone),
                    key=f"crisis.person.{place}", symbol=ft.Icons.CALL_OUTLINED,
                )
            ],
        )
        for place, one in enumerate(contacts)
    ]  # fmt: skip


def number_strip(ui: Ui, call: Call, message: Call) -> ft.Control:
    """All numbers in one line, for the foot of the card; each is a button of its own."""
    cells = [
        _cell(
            ui, line.number, ui.say(f"crisis.{line.what}.short"),
            ui.say("crisis.call", number=line.number), bind(call, line.number),
            f"crisis.call.{line.what}", ft.Icons.CALL_OUTLINED,
        )
        for line in LINES
    ]  # fmt: skip
    cells.append(
        _cell(
            ui, "988", ui.say("crisis.988.short_text"), ui.say("crisis.text", number="988"),
            bind(message, "988"), "crisis.text.988", ft.Icons.SMS_OUTLINED,
        )
    )  # fmt: skip
    if ui.layout.narrow and ui.layout.scale < _LARGE_TEXT:
        # Two and two: four in a column would take half a phone.
        halves = [ft.Container(one, expand=1) for one in cells]
        pairs = [ft.Row(list(halves[at : at + 2]), spacing=8) for at in (0, 2)]
        return ft.Column(list(pairs), spacing=8, tight=True)
    return ft.Row(cells, wrap=True, spacing=10, run_spacing=8)


def _cell(
    ui: Ui, number: str, words: str, name: str, act: Callable[[], object], key: str,
    symbol: ft.IconData,
) -> ft.Control:  # fmt: skip
    return pressable(
        ui,
        ft.Row(
            [
                icon(ui, symbol, 22, ft.Colors.ERROR),
                text(ui, number, ui.type.h3, ft.Colors.ERROR),
                text(ui, words, ui.type.body, loose=True),
            ],
            spacing=8,
            tight=True,
        ),
        act,
        key=key,
        name=f"{name}. {words}",
        radius=24,
        padding=ft.Padding.symmetric(horizontal=12 if ui.layout.narrow else 16, vertical=12),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        side=ft.BorderSide(1.5, ft.Colors.ERROR),
    )


def _block(
    ui: Ui, lead: ft.Control, title: str, line: str, buttons: Sequence[ft.Control]
) -> ft.Control:
    words = ft.Column(
        [text(ui, title, ui.type.h2), text(ui, line, ui.type.body_l, SOFT)],
        spacing=2,
        tight=True,
        expand=True,
    )
    acts = ft.Row(list(buttons), spacing=12, run_spacing=10, wrap=True)
    if ui.layout.narrow and ui.scale >= _LARGE_TEXT:
        # Beside a large number a long word would have no room.
        return ft.Column([lead, ft.Row([words]), acts], spacing=8, tight=True)
    if ui.layout.stacked:
        beside = ft.Row([lead, words], spacing=16, vertical_alignment=ft.CrossAxisAlignment.START)
        return ft.Column([beside, acts], spacing=12, tight=True)
    return ft.Row(
        [lead, words, ft.Row(list(buttons), spacing=12, tight=True)],
        spacing=16,
    )
