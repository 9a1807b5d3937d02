"""What the pickers of a note open: when, how long, who may read it, people, links, signing.

Pure functions for `ft.use_dialog`. Each shows what is chosen and calls back with the new value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.views.screens.notes.wording import label_words, minutes_words
from app.views.widgets.buttons import quiet
from app.views.widgets.chips import Choice, chip, chip_row
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.face import Kind, face
from app.views.widgets.fields import field
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.labels import is_restricted

LENGTHS = (15, 30, 45, 60, 90, 120)
"""Lengths in minutes that one tap chooses."""
DAYS_BACK = 14
"""Days of the list under *Another day*."""


@dataclass(frozen=True)
class Somebody:
    """A person who can have been there.

    line: who they are, "" when the name says it. letters: for the face. near: offered first.
    """

    person_id: str
    name: str
    line: str
    kind: Kind
    letters: str
    near: bool = False


@dataclass(frozen=True)
class Subject:
    """A need or an action step that a note can be about. level: "Need 1", "Action step"."""

    record_id: str
    level: str
    text: str


def when_dialog(
    ui: Ui,
    *,
    days: Sequence[Choice],
    day: str,
    all_days: bool,
    time: str,
    error: str,
    on_day: Callable[[str], object],
    on_more: Act,
    on_time: Callable[[str], object],
    on_done: Act,
    on_close: Act,
) -> ft.AlertDialog:
    """Day and time. days: newest first, values are days ago; the first three stand as chips."""
    shown = days if all_days else days[:3]
    chips = [
        chip(ui, one.label, bind(on_day, one.value), key=f"note.day.{one.value}",
             selected=one.value == day)
        for one in shown
    ]  # fmt: skip
    if not all_days:
        chips.append(chip(ui, ui.say("note.another_day"), on_more, key="note.day.more", opens=True))
    return form_dialog(
        ui,
        ui.say("note.when_title"),
        ft.Column(
            [
                chip_row(chips),
                field(
                    ui, ui.say("note.began"), time, on_time, key="note.began",
                    help=ui.say("note.time_help"), error=error or None, on_submit=on_done,
                ),
            ],
            spacing=20,
            tight=True,
        ),
        key="note.when_dialog",
        act=ui.say("note.set_time"),
        on_act=on_done,
        close=ui.say("note.leave"),
        on_close=on_close,
    )  # fmt: skip


def length_dialog(
    ui: Ui,
    *,
    chosen: int,
    ended: str,
    error: str,
    on_length: Callable[[int], object],
    on_ended: Callable[[str], object],
    on_done: Act,
    on_close: Act,
) -> ft.AlertDialog:
    """How long it took: a length in one tap, or the time it ended. chosen: minutes."""
    chips = [
        chip(ui, minutes_words(ui, one), bind(on_length, one), key=f"note.length.{one}",
             selected=one == chosen)
        for one in LENGTHS
    ]  # fmt: skip
    return form_dialog(
        ui,
        ui.say("note.length_title"),
        ft.Column(
            [
                chip_row(chips),
                field(
                    ui, ui.say("note.ended"), ended, on_ended, key="note.ended",
                    help=ui.say("note.time_help"), error=error or None, on_submit=on_done,
                ),
            ],
            spacing=20,
            tight=True,
        ),
        key="note.length_dialog",
        act=ui.say("note.set_time"),
        on_act=on_done,
        close=ui.say("note.leave"),
        on_close=on_close,
    )  # fmt: skip


def readers_dialog(
    ui: Ui, labels: Sequence[str], chosen: str, on_choose: Callable[[str], object], on_close: Act
) -> ft.AlertDialog:
    """Who may read it. labels: those on offer."""
    rows: list[ft.Control] = []
    for label in labels:
        on = label == chosen
        symbol = ft.Icons.LOCK_OUTLINE if is_restricted(label) else ft.Icons.LOCK_OPEN_OUTLINED
        rows.append(
            pressable(
                ui,
                ft.Row(
                    [
                        icon(ui, symbol, 22, SOFT),
                        ft.Column(
                            [
                                text(ui, label_words(ui, label), ui.type.strong),
                                text(ui, ui.say(f"note.label_help.{label}"), ui.type.body, SOFT),
                            ],
                            spacing=1,
                            tight=True,
                            expand=True,
                        ),
                        *([icon(ui, ft.Icons.CHECK, 22, ft.Colors.PRIMARY)] if on else []),
                    ],
                    spacing=12,
                ),
                bind(on_choose, label),
                key=f"note.label.{label}",
                selected=on,
                padding=ft.Padding.symmetric(horizontal=14, vertical=12),
                bgcolor=ft.Colors.PRIMARY_CONTAINER if on else None,
            )
        )
    if any(map(is_restricted, labels)):
        rows.append(
            ft.Container(
                text(ui, ui.say("label.therapist"), ui.type.body, SOFT),
                padding=ft.Padding.only(left=14, right=14, top=10),
            )
        )
    return _plain(ui, ui.say("note.readers"), rows, on_close, "note.readers_dialog")


def people_dialog(
    ui: Ui,
    people: Sequence[Somebody],
    there: Sequence[str],
    on_tick: Callable[[str, bool], object],
    on_new: Act,
    on_close: Act,
) -> ft.AlertDialog:
    """Everybody who can have been there, and a way to add somebody new. on_new: for that."""
    rows = [
        *people_rows(ui, people, there, on_tick),
        quiet(ui, ui.say("note.new_person"), on_new, key="note.new_person", symbol=ft.Icons.ADD),
    ]
    return _plain(
        ui, ui.say("note.who"), rows, on_close, "note.people_dialog", done=ui.say("note.done")
    )


def people_rows(
    ui: Ui,
    people: Sequence[Somebody],
    there: Sequence[str],
    on_tick: Callable[[str, bool], object],
) -> list[ft.Control]:
    """A tick row with a face for each."""
    return [
        tick_row(
            ui,
            one.name if not one.line else f"{one.name}, {one.line}",
            one.person_id in there,
            _ticking(on_tick, one.person_id),
            key=f"note.there.{one.person_id}",
            lead=face(ui, one.letters, one.kind, size=40),
            box_last=True,
        )
        for one in people
    ]


def links_dialog(
    ui: Ui,
    subjects: Sequence[Subject],
    chosen: Sequence[str],
    on_tick: Callable[[str, bool], object],
    on_close: Act,
) -> ft.AlertDialog:
    """Needs and action steps of the plan, to link the note to."""
    rows: list[ft.Control] = [
        tick_row(
            ui,
            one.text,
            one.record_id in chosen,
            _ticking(on_tick, one.record_id),
            key=f"note.about.{one.record_id}",
            line=one.level,
        )
        for one in subjects
    ]
    if not rows:
        rows = [text(ui, ui.say("note.no_plan"), ui.type.body, SOFT)]
    return _plain(
        ui, ui.say("note.about"), rows, on_close, "note.links_dialog", done=ui.say("note.done")
    )


def _ticking(
    on_tick: Callable[[str, bool], object], value: str
) -> Callable[[bool], object]:
    return lambda on: on_tick(value, on)


def _plain(
    ui: Ui,
    title: str,
    rows: Sequence[ft.Control],
    on_close: Act,
    key: str,
    done: str = "",
) -> ft.AlertDialog:
    return ft.AlertDialog(
        title=text(ui, title, ui.type.h2, heading=1),
        content=ft.Container(
            ft.Column(list(rows), spacing=4, tight=True, scroll=ft.ScrollMode.AUTO),
            key=key,
            width=min(460 * ui.scale, ui.layout.width - 80),
        ),
        actions=[_done(ui, done, on_close, f"{key}.done")] if done else [],
        on_dismiss=on_close,
    )


def _done(ui: Ui, label: str, on_close: Act, key: str) -> ft.Control:
    return chip(ui, label, on_close, key=key)
