"""What changed, drawn: big lines in the order in which they are read aloud.

Pure. `changes_list` is the worker's; `changes_for_family` is for the table and the meeting, whose
owners have asked who can see it and hand in a reading made for exactly those people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.views.screens.versions.wording import heading, reason, sentence, symbol_of
from app.views.theme.tokens import Space
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, icon, text, words
from app.views.widgets.ui import Ui
from app.wraparound.plan_changes import FOR_FAMILY, Group, Line, Reading

_THREAD = 2


@dataclass(frozen=True)
class _Look:
    """What all lines share. table: drawn for the family."""

    reading: Reading
    today: date
    table: bool
    key: str


def changes_list(ui: Ui, reading: Reading, today: date, *, key: str = "changes") -> ft.Control:
    """All changes, for the worker."""
    if not reading.changes:
        return empty_state(
            ui, ui.say("changes.none"), ui.say("changes.none_do"), key=f"{key}.none"
        )
    return _list(ui, _Look(reading, today, False, key))


def changes_for_family(
    ui: Ui, reading: Reading, today: date, *, key: str = "changes.family"
) -> ft.Control:
    """What is new, for the family at the table: larger, in its words, without the bookkeeping.

    ui: in the family's language (`Ui.in_language`). reading: from `Versions.changes` with the
    audience of everybody who can see the screen, and that language.
    """
    family = Reading(reading.changes.only(FOR_FAMILY), reading.language, reading.told)
    if not family.changes:
        return words(ui, ui.say("changes.for_family.none"), "words_l", quoted=False, key=f"{key}.none")
    return _list(ui, _Look(family, today, True, key))


def _list(ui: Ui, look: _Look) -> ft.Control:
    found = look.reading.changes
    parts: list[ft.Control] = []
    for name, lines in (
        ("vision", found.vision), ("people", found.people), ("strengths", found.strengths),
    ):  # fmt: skip
        parts += _section(ui, look, name, lines)
    parts += [_need(ui, look, one) for one in found.needs]
    parts += _section(ui, look, "crisis", found.crisis)
    parts += _section(ui, look, "transition", found.transition)
    return ft.Column(
        parts,
        spacing=Space.XXL if look.table else Space.XL,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key=look.key,
    )


def _section(ui: Ui, look: _Look, name: str, lines: tuple[Line, ...]) -> list[ft.Control]:
    if not lines:
        return []
    title = ui.say(_key(look, name))
    return [
        _column(
            [
                text(ui, title, ui.type.h2 if look.table else ui.type.h3, heading=2),
                *_lines(ui, look, lines),
            ]
        )
    ]


def _key(look: _Look, name: str) -> str:
    special = look.table and name in ("need", "outcome", "strategy", "crisis", "transition")
    return f"changes.for_family.{name}" if special else f"changes.{name}"


def _need(ui: Ui, look: _Look, need: Group) -> ft.Control:
    title = [
        _caption(ui, look, need.kind),
        words(
            ui, heading(ui, need.words, look.reading), "words" if look.table else "words_s",
            quoted=False, key=f"{look.key}.{need.item_id}",
        ),
    ]  # fmt: skip
    return _column(
        [
            ft.Semantics(content=ft.Column(title, spacing=2, tight=True), header=True, heading_level=2),
            *_lines(ui, look, need.lines),
            *[_branch(ui, look, one, 3) for one in need.inside],
        ]
    )


def _branch(ui: Ui, look: _Look, group: Group, level: int) -> ft.Control:
    """An outcome or a strategy on the thread that ties it to what it serves."""
    style = ui.type.h3 if group.kind == "outcome" else ui.type.strong
    if look.table:
        style = ui.type.h3
    title = ft.Column(
        [
            _caption(ui, look, group.kind),
            text(ui, heading(ui, group.words, look.reading), style),
        ],
        spacing=1,
        tight=True,
    )
    return ft.Container(
        _column(
            [
                ft.Semantics(content=title, header=True, heading_level=level),
                *_lines(ui, look, group.lines),
                *[_branch(ui, look, one, level + 1) for one in group.inside],
            ]
        ),
        padding=ft.Padding.only(left=Space.M),
        border=ft.Border.only(left=ft.BorderSide(_THREAD, ft.Colors.TERTIARY)),
    )


def _caption(ui: Ui, look: _Look, kind: str) -> ft.Control:
    return text(
        ui, ui.say(_key(look, kind)), ui.type.strong if look.table else ui.type.cap,
        ft.Colors.TERTIARY,
    )  # fmt: skip


def _lines(ui: Ui, look: _Look, lines: Iterable[Line]) -> list[ft.Control]:
    return [_line(ui, look, line) for line in lines]


def _line(ui: Ui, look: _Look, line: Line) -> ft.Control:
    symbol, color = symbol_of(line)
    style = ui.type.editor if look.table else ui.type.body_l
    said: list[ft.Control] = [text(ui, sentence(ui, line, look.reading, look.today), style)]
    why = reason(ui, line, look.reading)
    if why:
        said.append(text(ui, why, style if look.table else ui.type.body, SOFT))
    return ft.Row(
        [
            ft.Container(icon(ui, symbol, 22, color), padding=ft.Padding.only(top=2)),
            ft.Column(said, spacing=2, tight=True, expand=True),
        ],
        spacing=Space.S,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _column(parts: list[ft.Control]) -> ft.Control:
    return ft.Column(
        parts, spacing=Space.S, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
