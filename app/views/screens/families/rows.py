"""One family in the list, in three widths; and a note found by a search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import flet as ft

from app.services.casebook import FamilyRow
from app.services.notes import NoteView
from app.views import dates
from app.views.deadlines import deadline
from app.views.found import excerpt, places
from app.views.widgets.boundary import component
from app.views.widgets.buttons import icon_button
from app.views.widgets.face import face
from app.views.widgets.phase import phase
from app.views.widgets.rows import Column, column_heads, list_row
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import LayoutKind, Ui

TITLE, WHEN = 186.0, 228.0
_PHASE_AND_MEETING = {"en": (119.0, 155.0), "es": (128.0, 158.0)}
"""Widths of two columns: Spanish has longer phases and times, English longer clocks."""


@dataclass(frozen=True)
class RowActs:
    """What a row can do. open_family: takes the family's id. call: the id, the title, the number."""

    open_family: Callable[[str], object]
    call: Callable[[str, str, str], object]


def _widths(ui: Ui) -> tuple[float, float]:
    return _PHASE_AND_MEETING.get(ui.settings.language, _PHASE_AND_MEETING["en"])


def phase_name(ui: Ui, number: int) -> str:
    """The name of a phase of the practice."""
    return ui.say(f"families.phase.{number}")


def meeting_words(ui: Ui, row: FamilyRow, now_ms: int) -> str:
    """When the team meets next, or that it is not planned."""
    if not row.next_meeting_ms:
        return ui.say("families.not_planned")
    return dates.begin(
        dates.moment(ui.settings.language, row.next_meeting_ms, now_ms, short=True)
    )


def _line(ui: Ui, row: FamilyRow, show_lead: bool) -> str:
    parts = [row.with_whom, row.lead if show_lead else ""]
    return "\n".join(part for part in parts if part)


def noon(today: date) -> int:
    """The middle of a day, UTC milliseconds: days in words need no nearer present."""
    return int(datetime(today.year, today.month, today.day, 12).timestamp() * 1000)


def family_row(
    ui: Ui, row: FamilyRow, acts: RowActs, *, today: date, show_lead: bool, checking: bool = False
) -> ft.Control:
    """Face, name, with whom, phase, next meeting, next clock, and Call beside it.

    Args:
        ui: settings in force.
        row: the family.
        acts: what the row can do.
        today: the day on the wall.
        show_lead: name the coordinator (a supervisor's list holds several).
        checking: it is shown from a copy, its history is not checked yet.
    """
    meeting = meeting_words(ui, row, noon(today))
    number = row.phase or 1
    line: str | None = _line(ui, row, show_lead)
    clock: ft.Control = (
        text(ui, ui.say("families.closed"), ui.type.body, SOFT)
        if row.status != "open"
        else deadline(ui, row.clock, today)
        if row.known
        else ft.Container()
    )
    if ui.layout.narrow:
        line = meeting if not show_lead else f"{meeting}\n{row.lead}"
        columns: tuple[Column, ...] = (Column(clock),)
    elif ui.layout.stacked:
        columns = (Column(phase(ui, number, phase_name(ui, number))),
                   Column(text(ui, meeting)), Column(clock))
    elif ui.layout.kind is LayoutKind.MIDDLE:
        # No room for four columns: the phase goes into words, meeting and clock share a column.
        when = ft.Column([text(ui, meeting), clock], spacing=4, tight=True)
        line = "\n".join(part for part in (line, f"{number}  {phase_name(ui, number)}") if part)
        columns = (Column(when, WHEN),)
    else:
        columns = (Column(phase(ui, number, phase_name(ui, number)), _widths(ui)[0]),
                   Column(text(ui, meeting), _widths(ui)[1]), Column(clock))
    if checking:
        line = "\n".join(part for part in (line, ui.say("first_sync.row")) if part)
    wide = ui.layout.kind is LayoutKind.WIDE
    call = (
        icon_button(
            ui,
            ft.Icons.CALL_OUTLINED,
            ui.say("families.call", name=row.title),
            lambda: acts.call(row.family_id, row.title, row.phone),
            key=f"families.call.{row.family_id}",
        )
        if row.phone
        else ft.Container(width=48)
    )
    return list_row(
        ui,
        row.title,
        lambda: acts.open_family(row.family_id),
        key=f"families.row.{row.family_id}",
        lead=face(ui, row.initials),
        line=line or None,
        columns=columns,
        title_width=TITLE if wide else None,
        side_act=call,
    )


@component
def _FamilyLine(
    ui: Ui, row: FamilyRow, acts: RowActs, today: date, show_lead: bool, checking: bool
) -> ft.Control:
    return family_row(ui, row, acts, today=today, show_lead=show_lead, checking=checking)


_remembered: Callable[..., Any] = ft.memo(_FamilyLine)  # type: ignore[no-untyped-call]


def family_line(
    ui: Ui, row: FamilyRow, acts: RowActs, *, today: date, show_lead: bool, checking: bool = False
) -> ft.Control:
    """The row, drawn anew only when something of it has changed.

    A letter typed in the search would otherwise draw every row of a long list; `acts` must stay
    the same object between two letters.
    """
    key = f"families.line.{row.family_id}"
    line = _remembered(ui, row, acts, today, show_lead, checking, key=key)
    return cast(ft.Control, line)


def heads(ui: Ui) -> ft.Control:
    """The small words above the columns; only where there are columns in a line."""
    if ui.layout.kind is not LayoutKind.WIDE:
        return ft.Container(height=4)
    say = ui.say
    return column_heads(
        ui,
        (
            (say("families.head.family"), TITLE, 1),
            (say("families.head.phase"), _widths(ui)[0], 1),
            (say("families.head.meeting"), _widths(ui)[1], 1),
            (say("families.head.clock"), None, 1),
        ),
        side_act=True,
    )


def _found(ui: Ui, body: str, words: str) -> ft.Control:
    """A part of a note, the words searched for heavier than the rest."""
    shown = excerpt(body, words)
    spans: list[ft.TextSpan] = []
    at = 0
    for start, end in places(shown, words):
        spans += [ft.TextSpan(shown[at:start]), ft.TextSpan(shown[start:end], style=ui.type.strong)]
        at = end
    spans.append(ft.TextSpan(shown[at:]))
    return ft.Text(
        spans=[span for span in spans if span.text], style=ui.type.body, color=ft.Colors.ON_SURFACE
    )


def note_row(
    ui: Ui,
    note: NoteView,
    family: str,
    words: str,
    on_open: Callable[[], object],
    *,
    now_ms: int,
) -> ft.Control:
    """A note that holds the words: whose, when, by whom, and the words in their place."""
    when = dates.begin(dates.moment(ui.settings.language, note.started_at_ms, now_ms))
    return list_row(
        ui,
        family,
        on_open,
        key=f"families.note.{note.note_id}",
        lead=icon(ui, ft.Icons.DESCRIPTION_OUTLINED, 26, SOFT),
        lead_size=26,
        line=" · ".join(part for part in (when, note.author) if part),
        columns=(Column(_found(ui, note.body, words)),),
        stacked=True,
        chevron=True,
    )
