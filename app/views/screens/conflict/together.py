"""The suggestion below two versions: one text, or one list, made of both, and what comes from whom.

Pure. What somebody brought is marked three ways (tint, weight, and a line of its own kind for each
person), and said again in words below, so that nothing hangs on colour. Nothing is kept by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import flet as ft

from app.services.conflicts import Conflict, Suggestion
from app.services.conflicts import Version as Written
from app.views.screens.conflict.naming import Holds, holds
from app.views.screens.conflict.values import Known, value_words
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui
from app.wraparound.merging import BASE, Merged

LISTS = frozenset({Holds.CODES, Holds.WHOS, Holds.PIECES})
"""Fields whose versions come together item by item."""

_LINES = (
    ft.TextDecorationStyle.SOLID, ft.TextDecorationStyle.DOTTED, ft.TextDecorationStyle.DASHED,
)  # fmt: skip
_TINTS = (
    (ft.Colors.PRIMARY_CONTAINER, ft.Colors.PRIMARY),
    (ft.Colors.TERTIARY_CONTAINER, ft.Colors.TERTIARY),
    (ft.Colors.SURFACE_CONTAINER_HIGHEST, ft.Colors.ON_SURFACE),
)
_MOST_SAID = 6


def together(
    ui: Ui,
    conflict: Conflict,
    made: Suggestion,
    known: Known,
    *,
    busy: bool,
    on_keep: Act,
    on_edit: Act,
) -> ft.Control:
    """The sheet of the suggestion. on_edit: opens the words in the editor before they are kept."""
    say, merged = ui.say, made.merged
    clash = merged is not None and merged.clash
    parts: list[ft.Control] = [
        ft.Row(
            [
                icon(ui, ft.Icons.JOIN_FULL, 26),
                text(ui, say("conflict.together"), ui.type.h3, heading=2, expand=True),
            ],
            spacing=12,
        )
    ]
    if merged is not None:
        parts.append(_words(ui, conflict, merged))
        parts.append(ft.Column(_said(ui, conflict.versions, merged), spacing=2, tight=True))
    else:
        parts.append(
            text(ui, value_words(ui, conflict.type, conflict.field, made.value, known), ui.type.body_l,
                 key="conflict.together.list")
        )  # fmt: skip
    if clash:
        parts.append(note_line(ui, say("conflict.together_clash"), key="conflict.together.clash"))
    acts: list[ft.Control] = []
    if not clash:
        acts.append(
            outlined(ui, say("conflict.together_keep"), on_keep, key="conflict.together.keep",
                     symbol=ft.Icons.CHECK, disabled=busy)
        )  # fmt: skip
    if merged is not None:
        edit = outlined if clash else quiet
        acts.append(
            edit(ui, say("conflict.together_edit"), on_edit, key="conflict.together.edit",
                 symbol=ft.Icons.EDIT_OUTLINED)
        )  # fmt: skip
    parts.append(ft.Row(acts, wrap=True, spacing=12, run_spacing=8))
    return sheet(
        ft.Column(parts, spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        key="conflict.together",
    )


def _words(ui: Ui, conflict: Conflict, merged: Merged) -> ft.Control:
    serif = holds(conflict.type, conflict.field) is Holds.TEXT
    plain = ui.type.words if serif else ui.type.sans(20, 1.4, 400)
    heavy = ui.type.serif(22, 1.4, 600) if serif else ui.type.sans(20, 1.4, 600)
    spans: list[ft.TextSpan] = []
    for piece in merged.pieces:
        if piece.whose == BASE or not piece.words.strip():
            spans.append(ft.TextSpan(piece.words, style=plain))
            continue
        place = min(piece.whose, len(_TINTS) - 1)
        tint, line = _TINTS[place]
        marked = heavy.copy(
            bgcolor=tint, decoration=ft.TextDecoration.UNDERLINE, decoration_color=line,
            decoration_style=_LINES[place], decoration_thickness=2,
        )  # fmt: skip
        core = piece.words.strip()
        lead, tail = piece.words.split(core, 1)
        spans += [ft.TextSpan(blank, style=plain) for blank in (lead,) if blank]
        spans.append(ft.TextSpan(core, style=marked))
        spans += [ft.TextSpan(blank, style=plain) for blank in (tail,) if blank]
    return ft.Text(spans=spans, style=plain, color=ft.Colors.ON_SURFACE, key="conflict.together.words")


def _said(ui: Ui, versions: Sequence[Written], merged: Merged) -> list[ft.Control]:
    """What comes from whom, in words: the same for eyes and for a screen reader."""
    lines: list[ft.Control] = []
    for number, version in enumerate(versions):
        brought = _bare(one.words for one in merged.pieces if one.whose == number)
        # What somebody moved, or wrote again, was not taken out.
        dropped = [one for one in _bare(d.words for d in merged.dropped if d.whose == number)
                   if one not in brought]  # fmt: skip
        for what, found in (("from", brought), ("out", dropped)):
            if found:
                lines.append(text(ui, _line(ui, version, what, found), ui.type.body, SOFT))
    return lines


def _bare(found: Iterable[str]) -> list[str]:
    """Runs of words without the blanks, commas and stops around them; a run of such alone as it is."""
    return [bare for one in found if (bare := one.strip(" \t\n,;:.") or one.strip())]


def _line(ui: Ui, version: Written, what: str, found: list[str]) -> str:
    listed = " · ".join(ui.say("words.quote", words=one) for one in found[:_MOST_SAID])
    if len(found) > _MOST_SAID:
        listed = ui.say("conflict.and_more", words=listed)
    if version.mine:
        return ui.say(f"conflict.{what}_you", words=listed)
    name = version.author.split()[0] if version.author.strip() else ui.say("conflict.somebody")
    return ui.say(f"conflict.{what}_name", name=name, words=listed)
