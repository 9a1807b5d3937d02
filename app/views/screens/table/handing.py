"""What every door does before the family gets the tablet: a code that takes it back, and a clean screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.errors import InvalidInput
from app.services.table import FamilyTable
from app.services.table_code import check_code
from app.views.widgets.fields import field
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui

FIELD_OF = {"code": "new_code", "again": "code_again"}
"""What a refused code names -> the field it was typed into."""


@dataclass(frozen=True)
class NewCode:
    """A new code, typed twice. problem: said at `field`."""

    code: str = ""
    again: str = ""
    problem: str = ""
    field: str = ""


def code_fields(
    ui: Ui,
    typed: NewCode,
    on_code: Callable[[str], object],
    on_again: Callable[[str], object],
    *,
    spent: bool,
    busy: bool,
    key: str,
) -> list[ft.Control]:
    """Why a code is chosen, and two fields. spent: the one before was missed too often."""
    fields = [
        ft.Container(
            field(
                ui, ui.say(f"table.{name}"), value, write, key=f"{key}.{name}", secret=True,
                keyboard=ft.KeyboardType.NUMBER, disabled=busy,
                error=typed.problem if typed.problem and typed.field == name else None,
            ),
            width=min(300 * ui.scale, ui.layout.width - 40),
        )
        for name, value, write in (
            ("new_code", typed.code, on_code), ("code_again", typed.again, on_again)
        )
    ]  # fmt: skip
    return [
        text(ui, ui.say("table.code_spent" if spent else "table.code_line"), ui.type.body, SOFT),
        ft.Row(
            list(fields), wrap=True, spacing=20, run_spacing=16,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
    ]  # fmt: skip


async def choose_code(ui: Ui, table: FamilyTable, typed: NewCode) -> None:
    """Keep the code. Raises InvalidInput: no good code, or the two differ."""
    check_code(typed.code)
    if typed.code != typed.again:
        raise InvalidInput(ui.say("table.codes_differ"), field="again", code="codes_differ")
    await table.code.choose(typed.code)


def clear_bars(page: ft.Page) -> None:
    """A bar of the worker's, with its Undo, must not lie on what the family has in hand."""
    while page.pop_dialog() is not None:
        continue
