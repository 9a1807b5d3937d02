"""What would change, in words: added, taken out, changed with the values before and after. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import flet as ft

from app.views.theme.tokens import Space
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui
from app.wraparound.rules.changes import RuleChange

_SYMBOLS: Final = {
    "added": ft.Icons.ADD, "removed": ft.Icons.REMOVE, "changed": ft.Icons.EDIT_OUTLINED,
    "moved": ft.Icons.SWAP_VERT,
}  # fmt: skip


def changes_list(ui: Ui, changes: Sequence[RuleChange]) -> ft.Control:
    """All changes; that nothing changes is said, too."""
    lines: list[ft.Control] = [
        text(ui, ui.say("rules.changes" if changes else "rules.no_changes"), ui.type.strong)
    ]
    lines += [
        fact_line(ui, _SYMBOLS[one.kind], change_words(ui, one), key=f"rule_editor.change.{number}")
        for number, one in enumerate(changes)
    ]
    if changes:
        lines.append(text(ui, ui.say("rules.begun_goes_on"), ui.type.body, SOFT))
    return quiet_panel(ft.Column(lines, spacing=8, tight=True), padding=Space.L, key="rule_editor.changes")


def change_words(ui: Ui, one: RuleChange) -> str:
    """One change: "Changed: First contact (days: 3 → 5)"."""
    said = ui.say(f"rules.change_{one.kind}", name=one.name)
    if not one.fields:
        return said
    parts = (ui.say("rules.change_field", what=what, before=old, after=new) for what, old, new in one.fields)
    return f"{said} ({'; '.join(parts)})"
