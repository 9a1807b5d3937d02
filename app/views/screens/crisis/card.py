"""The crisis card: what to do in order, whom to call, what helps and what does not.

Pure drawing of lines that have been let through already: it never decides who may see what. Three
columns on a wide screen, so that a whole plan fits without scrolling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.views.widgets.buttons import icon_button
from app.views.widgets.pressable import bind
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.family_page import CrisisLine

Call = Callable[[str], object]

STEPS = ("early_sign", "proactive", "reactive")
_SYMBOLS = {
    "early_sign": ft.Icons.VISIBILITY_OUTLINED,
    "helps": ft.Icons.FAVORITE_BORDER,
    "hurts": ft.Icons.DO_NOT_DISTURB_ON_OUTLINED,
    "safe_place": ft.Icons.HOME_OUTLINED,
    "medical": ft.Icons.MEDICAL_INFORMATION_OUTLINED,
}
_COLUMNS = (("early_sign", "steps", "medical"), ("helps", "hurts", "safe_place"), ("call",))
"""What stands in each column of a wide screen, from the top; on a phone all of it in this order."""
_NARROW_ORDER = ("steps", "call", "helps", "hurts", "safe_place", "medical", "early_sign")


@dataclass(frozen=True)
class CardLook:
    """Lines of the card. others: ids of lines that are in another language than the card."""

    lines: tuple[CrisisLine, ...]
    others: frozenset[str] = frozenset()


def crisis_card(ui: Ui, look: CardLook, call: Call, *, columns: int) -> ft.Control:
    """The card's sections. columns: 1, 2 or 3. A section without lines is left out."""
    drawn = {name: part for name in _NARROW_ORDER if (part := _section(ui, name, look, call))}
    if columns == 1:
        return _column([drawn[name] for name in _NARROW_ORDER if name in drawn], 22)
    groups = _COLUMNS if columns == len(_COLUMNS) else (("early_sign", "steps", "medical"),
                                                        ("call", "helps", "hurts", "safe_place"))
    filled = [[drawn[name] for name in group if name in drawn] for group in groups]
    return ft.Row(
        [ft.Container(_column(group, 16), expand=1) for group in filled if group],
        spacing=32 if columns == len(_COLUMNS) else 40,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def columns_for(ui: Ui, width: float) -> int:
    """How many columns fit beside each other at this text size. width: of the card."""
    room = width / ui.scale
    return 3 if room >= 800 else 2 if room >= 560 else 1


def _column(parts: Sequence[ft.Control], spacing: float) -> ft.Control:
    return ft.Column(
        list(parts), spacing=spacing, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _section(ui: Ui, name: str, look: CardLook, call: Call) -> ft.Control | None:
    sections = ("proactive", "reactive") if name == "steps" else (name,)
    lines = [line for section in sections for line in look.lines if line.section == section]
    if not lines:
        return None
    rows: list[ft.Control] = []
    for number, line in enumerate(lines, start=1):
        said = _said(ui, line, look.others)
        if name == "call":
            rows.append(_callee(ui, number, line, said, call))
        elif name == "steps":
            rows.append(_row(_number(ui, number), said))
        else:
            rows.append(_row(icon(ui, _SYMBOLS[name], 20, _ink(name)), said))
    return _column([section_header(ui, ui.say(f"crisis.card.{name}")), *rows], 8)


def _ink(name: str) -> ft.ColorValue:
    return ft.Colors.TERTIARY if name == "helps" else ft.Colors.ON_SURFACE


def _row(lead: ft.Control, words: ft.Control) -> ft.Control:
    return ft.Row([lead, words], spacing=10, vertical_alignment=ft.CrossAxisAlignment.START)


def _number(ui: Ui, number: int) -> ft.Control:
    side = ui.grow(26)
    return ft.Container(
        ft.Text(str(number), style=ui.type.chip, color=ft.Colors.ON_TERTIARY, no_wrap=True),
        width=side,
        height=side,
        border_radius=side / 2,
        bgcolor=ft.Colors.TERTIARY,
        alignment=ft.Alignment.CENTER,
    )


def _said(ui: Ui, line: CrisisLine, others: frozenset[str]) -> ft.Control:
    words: list[ft.Control] = []
    if line.text.text:
        words.append(text(ui, line.text.text, ui.type.body))
    if line.who and line.section != "call":
        words.append(text(ui, line.who, ui.type.strong, SOFT))
    if line.item_id in others:
        words.append(text(ui, ui.say("crisis.other_language"), ui.type.cap, SOFT))
    return ft.Column(words, spacing=0, tight=True, expand=True)


def _callee(ui: Ui, number: int, line: CrisisLine, said: ft.Control, call: Call) -> ft.Control:
    """Whom to call, in order; the number is shown and tapped, or it says that it may not be."""
    name = line.who or line.text.text
    words: list[ft.Control] = [text(ui, name, ui.type.strong)]
    if line.who and line.text.text:
        words.append(said)
    if line.phone:
        words.append(text(ui, line.phone, ui.type.body, SOFT))
    parts: list[ft.Control] = [
        _number(ui, number),
        ft.Column(words, spacing=0, tight=True, expand=True),
    ]
    if line.phone:
        parts.append(
            icon_button(
                ui, ft.Icons.CALL_OUTLINED, ui.say("crisis.call_person", name=name),
                bind(call, line.phone), key=f"crisis.card.call.{line.item_id}",
                color=ft.Colors.PRIMARY,
            )
        )  # fmt: skip
    return ft.Row(parts, spacing=10, vertical_alignment=ft.CrossAxisAlignment.CENTER)
