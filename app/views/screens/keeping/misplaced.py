"""A note that is in the wrong family: say so, choose the right one, and undo on the same screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.keeping_errors import Misplaced
from app.services.notes import NoteView
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.notes.wording import kind_words, preview
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, quiet_panel, sheet
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui

NOWHERE = "none"


@dataclass(frozen=True)
class _Asked:
    note: NoteView
    family: str
    others: tuple[tuple[str, str], ...]
    now_ms: int
    copies: bool


@component
def MisplacedPlace(place: Place) -> ft.Control:
    """place.record_id: the note."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    typed: Any = ft.use_ref("")
    chosen, choose = ft.use_state("")
    no_trouble: dict[str, str] = {}
    trouble, set_trouble = ft.use_state(no_trouble)
    busy, set_busy = ft.use_state(False)
    nothing_yet: Misplaced | None = None
    done, set_done = ft.use_state(nothing_yet)
    tries, set_tries = ft.use_state(0)

    async def ask() -> _Asked | None:
        opened = tablet.open
        note = await opened.notes.note(place.record_id)
        if note is None:
            return None
        rows = await opened.casebook.families()
        name = (await opened.casebook.header(place.family_id)).name
        others = tuple(
            (row.family_id, row.title)
            for row in rows
            if row.family_id != place.family_id and row.status == "open"
        )
        mine = note.author_id == opened.desk.me.person
        return _Asked(note, name, others, opened.desk.now_ms(), mine or bool(note.signed_at_ms))

    # What is shown is what was asked first: after the act the note is gone from here.
    answer = use_query(ask, (place.record_id, tries), types=frozenset({"no_record"}))
    asked = answer.value

    def tell(error: AppError) -> None:
        set_busy(False)
        where = error.field if isinstance(error, InvalidInput) else ""
        set_trouble({where if where in ("reason", "family") else "": words_for(ui, error)})

    async def act() -> None:
        if not chosen:
            raise InvalidInput(ui.say("misplaced.choose"), field="family")
        set_busy(True)
        set_trouble({})
        target = "" if chosen == NOWHERE else chosen
        made = await tablet.open.keeping.errors.mark(place.record_id, typed.current, target)
        await tablet.open.notes.drop_draft(place.record_id)
        set_busy(False)
        set_done(made)

    async def undo() -> None:
        if done is not None:
            await tablet.open.keeping.errors.undo(done)
            set_done(None)

    def to_note() -> None:
        nav.swap(Place("note", place.family_id, record_id=place.record_id))

    if asked is None:
        if answer.error or answer.loading:
            part = waiting(ui, answer, "misplaced", lambda: set_tries(lambda now: now + 1))
        else:
            part = text(ui, ui.say("note.gone"), ui.type.body_l)
        return frame(ui, nav, place.family_id, ui.say("misplaced.title"), [part], key="misplaced")
    names = dict(asked.others)
    if done is not None:
        parts = done_parts(ui, asked.family, names.get(chosen, ""), nav.back, guarded(undo, tell))
        if trouble:
            parts.append(note_line(ui, next(iter(trouble.values())), error=True, key="misplaced.problem"))
        return frame(
            ui, nav, place.family_id, ui.say("misplaced.title"), parts, key="misplaced"
        )
    return frame(
        ui, nav, place.family_id, ui.say("misplaced.title"),
        [
            _note(ui, asked),
            text(ui, ui.say("misplaced.explain", family=asked.family), ui.type.body),
            *_where(ui, asked, chosen, choose, trouble.get("family", "")),
            field(
                ui, ui.say("misplaced.reason"), typed.current,
                lambda words: setattr(typed, "current", words), key="misplaced.reason",
                help=ui.say("misplaced.reason_help"), error=trouble.get("reason"),
            ),
            *([note_line(ui, trouble[""], error=True, key="misplaced.problem")] if trouble.get("") else []),
        ],
        key="misplaced",
        line=asked.family,
        on_back=to_note,
        foot=ft.Row(
            [filled(ui, ui.say("misplaced.act"), guarded(act, tell), key="misplaced.act", disabled=busy)],
            wrap=True,
        ),
    )  # fmt: skip


def _note(ui: Ui, asked: _Asked) -> ft.Control:
    note = asked.note
    when = dates.moment(ui.language, note.started_at_ms or note.written_at_ms, asked.now_ms)
    said = ui.say("misplaced.note", kind=kind_words(ui, note.kind), when=when, author=note.author)
    return quiet_panel(
        ft.Column(
            [text(ui, said, ui.type.strong), text(ui, preview(note.body), ui.type.body)],
            spacing=4, tight=True,
        ),
        key="misplaced.note",
    )  # fmt: skip


def _where(
    ui: Ui, asked: _Asked, chosen: str, choose: Any, error: str
) -> list[ft.Control]:
    choices = [Choice(family, name) for family, name in asked.others] if asked.copies else []
    choices.append(Choice(NOWHERE, ui.say("misplaced.nowhere")))
    parts: list[ft.Control] = [
        text(ui, ui.say("misplaced.where"), ui.type.h3, heading=2),
        choice_chips(ui, choices, chosen, choose, key="misplaced.to"),
    ]
    if not asked.copies:
        said = ui.say("misplaced.author_copies", author=asked.note.author)
        parts.insert(1, text(ui, said, ui.type.body, SOFT))
    if error:
        parts.append(note_line(ui, error, error=True, key="misplaced.where_error"))
    return parts


def done_parts(ui: Ui, family: str, to: str, on_done: Any, on_undo: Any) -> list[ft.Control]:
    """What was done, and the way back."""
    said = ui.say("misplaced.done_to", family=family, to=to) if to else ui.say(
        "misplaced.done", family=family
    )
    return [
        sheet(
            ft.Column(
                [
                    fact_line(ui, ft.Icons.CHECK_CIRCLE_OUTLINED, said, key="misplaced.done"),
                    text(ui, ui.say("misplaced.done_then"), ui.type.body, SOFT),
                    ft.Row(
                        [
                            filled(ui, ui.say("misplaced.close"), on_done, key="misplaced.close"),
                            outlined(ui, ui.say("undo.action"), on_undo, key="misplaced.undo"),
                        ],
                        wrap=True, spacing=12, run_spacing=10,
                    ),
                ],
                spacing=16, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        )
    ]  # fmt: skip
