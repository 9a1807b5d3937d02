"""How a note is read, as a pure function: 19 px, at most seventy letters, facts beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.notes import MovedNote, NoteDraft, NoteView
from app.views import dates
from app.views.screens.notes.counting import counted_facts
from app.views.screens.notes.dialogs import Subject
from app.views.screens.notes.supervised import addendum, given_back, rounds
from app.views.screens.notes.wording import (
    byline,
    kind_words,
    label_icon,
    label_words,
    length_words,
    place_icon,
    place_words,
    standing_words,
    when_words,
)
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.fields import field, note_line
from app.views.widgets.header import header
from app.views.widgets.panels import fact_line, quiet_panel, sheet, thread_link
from app.views.widgets.pressable import Act, named
from app.views.widgets.sync_chip import SyncView, sync_chip
from app.views.widgets.text import SOFT, hairline, measure, text
from app.views.widgets.ui import Ui

_SIDE = 272


@dataclass(frozen=True)
class ReadingActs:
    """What can be done with a note that is read."""

    back: Act
    crisis: Act
    sync: Act
    cover: Act
    go_on: Act
    compare: Act
    write: Callable[[str], object]
    add: Act
    readers: Act
    pictures: Act
    misplaced: Act


@dataclass(frozen=True)
class Reading:
    """What is shown. draft: newer words in this tablet's editor. added: typed below so far."""

    view: NoteView
    draft: NoteDraft | None
    about: tuple[Subject, ...]
    family_name: str
    now_ms: int
    sync: SyncView
    added: str = ""
    trouble: str = ""
    busy: bool = False
    may_move: bool = False
    may_misplace: bool = False


def reading_view(ui: Ui, look: Reading, acts: ReadingActs) -> ft.Control:
    """The whole place."""
    view = look.view
    chip = sync_chip(ui, look.sync, acts.sync, key="note.sync")
    head = header(
        ui,
        kind_words(ui, view.kind),
        key="note",
        line=look.family_name,
        on_back=acts.back,
        on_crisis=acts.crisis,
        on_cover=acts.cover,
        acts=[chip],
    )
    when, facts = _facts(ui, look)
    paper = _words(ui, look)
    additions = [*_additions(ui, look, acts), *rounds(ui, view, look.now_ms), *_record(ui, look, acts)]
    wide = ui.layout.wide
    # Without a side column: when it was stands above the words, the rest right below them.
    parts = [paper, *additions] if wide else [*when, paper, *facts, *additions]
    body: ft.Control = ft.Column(
        [*_notices(ui, look, acts), *parts],
        spacing=16 if wide else 20,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    if wide:
        side = ft.Column(
            [ft.Column([*when, *facts[:1]], spacing=10, tight=True), *facts[1:]],
            spacing=24,
            tight=True,
        )
        body = ft.Row(
            [ft.Container(body, expand=True), ft.Container(side, width=ui.grow(_SIDE))],
            spacing=28,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    return ft.Column(
        [
            head,
            ft.Column(
                [body, ft.Container(height=24)],
                spacing=0,
                scroll=ft.ScrollMode.AUTO,
                expand=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
        ],
        spacing=18,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _words(ui: Ui, look: Reading) -> ft.Control:
    view = look.view
    parts: list[ft.Control] = [
        # Named, because a screen reader finds no words in a text that can be selected.
        named(
            ft.Text(
                view.body,
                style=ui.type.editor,
                color=ft.Colors.ON_SURFACE,
                selectable=True,
                key="note.words",
            ),
            view.body,
        ),
        ft.Container(hairline(), padding=ft.Padding.only(top=12, bottom=2)),
        text(ui, byline(view.author, view.author_title), ui.type.strong),
        text(
            ui,
            ui.say("note.written", when=_moment(ui, view.written_at_ms, look.now_ms)),
            ui.type.body,
            SOFT,
        ),
    ]
    if view.late_entry:
        parts.append(
            fact_line(ui, ft.Icons.HISTORY, ui.say("note.late_means"), soft=True, key="note.late")
        )
    if view.signed_at_ms:
        parts.append(
            fact_line(
                ui,
                ft.Icons.LOCK_OUTLINE,
                ui.say(
                    "note.signed_by",
                    name=view.signed_by,
                    when=_moment(ui, view.signed_at_ms, look.now_ms),
                ),
                color=ft.Colors.TERTIARY,
                key="note.signed",
            )
        )
    stands = standing_words(ui, view, look.now_ms)
    if stands is not None:
        said, symbol, color = stands
        soft = color == SOFT
        parts.append(fact_line(ui, symbol, said, color=color, soft=soft, key="note.co_signed"))
    if view.moved is not None:
        parts += _moved(ui, view, view.moved, look.now_ms)
    content = ft.Column(
        [ft.Container(parts[0], width=None if ui.layout.stacked else measure(ui, 19)), *parts[1:]],
        spacing=10,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return sheet(content, padding=20 if ui.layout.narrow else 26)


def _moved(ui: Ui, view: NoteView, moved: MovedNote, now_ms: int) -> list[ft.Control]:
    """Who wrote it again, when and why; and whether the signature could be compared."""
    said = ui.say(f"note.moved_{moved.why}", name=moved.by, when=_moment(ui, moved.at_ms, now_ms))
    lines: list[ft.Control] = [fact_line(ui, ft.Icons.MOVE_DOWN, said, soft=True, key="note.moved")]
    if moved.signature and moved.by != view.author:
        words = ui.say(f"note.moved_{moved.signature}", author=view.author)
        alarm = moved.signature == "differs"
        lines.append(
            fact_line(
                ui, ft.Icons.WARNING_AMBER_OUTLINED if alarm else ft.Icons.FACT_CHECK_OUTLINED, words,
                soft=not alarm, key=f"note.moved_{moved.signature}",
            )
        )  # fmt: skip
    return lines


def _notices(ui: Ui, look: Reading, acts: ReadingActs) -> list[ft.Control]:
    view = look.view
    found: list[ft.Control] = []
    if view.has_conflict:
        found.append(
            _notice(
                ui, ft.Icons.CALL_SPLIT, ui.say("note.conflict"),
                outlined(ui, ui.say("note.conflict_open"), acts.compare, key="note.compare", small=True),
            )
        )  # fmt: skip
    if view.came_back:
        found.append(_notice(ui, ft.Icons.UNDO, ui.say("note.came_back"), None))
    if view.unsigned_changes:
        found.append(_notice(ui, ft.Icons.INFO_OUTLINE, ui.say("note.unsigned_changes"), None))
    if view.co_sign.standing == "returned" and view.co_sign.last is not None:
        found.append(given_back(ui, view, look.now_ms))
    if look.draft is not None and not view.signed_at_ms:
        found.append(
            _notice(
                ui,
                ft.Icons.TABLET_ANDROID,
                ui.say("note.draft_here", when=_moment(ui, look.draft.saved_at_ms, look.now_ms)),
                None,
            )
        )
    return found


def _notice(ui: Ui, symbol: ft.IconData, words: str, act: ft.Control | None) -> ft.Control:
    return quiet_panel(
        ft.Column(
            [fact_line(ui, symbol, words), *([ft.Row([act])] if act is not None else [])],
            spacing=10,
            tight=True,
        )
    )


def _facts(ui: Ui, look: Reading) -> tuple[list[ft.Control], list[ft.Control]]:
    """When it was; and the rest: where, with whom, who may read it, then what it is about."""
    view = look.view
    length = length_words(ui, view.started_at_ms, view.stopped_at_ms)
    when = when_words(ui, view.started_at_ms, look.now_ms)
    moment: list[ft.Control] = [fact_line(ui, ft.Icons.SCHEDULE, when)]
    lines: list[ft.Control] = []
    if view.started_at_ms and view.stopped_at_ms:
        lines.append(fact_line(ui, ft.Icons.TIMELAPSE, length))
    if view.place:
        lines.append(fact_line(ui, place_icon(view.place), place_words(ui, view.place)))
    if not view.made:
        lines.append(fact_line(ui, ft.Icons.PHONE_MISSED_OUTLINED, ui.say("note.attempted")))
    if view.with_whom_words:
        lines.append(
            fact_line(
                ui,
                ft.Icons.PEOPLE_OUTLINE,
                ui.say("note.with_whom", names=view.with_whom_words),
                key="note.with",
            )
        )
    lines += counted_facts(ui, view)
    lines.append(
        fact_line(
            ui,
            label_icon(view.label),
            f"{ui.say('note.readers')}: {label_words(ui, view.label)}",
            key="note.readers_line",
        )
    )
    groups: list[ft.Control] = [ft.Column(lines, spacing=10, tight=True)]
    if look.about:
        groups.append(
            ft.Column(
                [
                    text(ui, ui.say("note.about"), ui.type.h3, heading=2),
                    *[thread_link(ui, one.level, one.text) for one in look.about],
                ],
                spacing=8,
                tight=True,
            )
        )
    return moment, groups


def _additions(ui: Ui, look: Reading, acts: ReadingActs) -> list[ft.Control]:
    view = look.view
    parts: list[ft.Control] = [addendum(ui, one, look.now_ms) for one in view.addenda]
    if not view.signed_at_ms:
        if view.mine:
            parts.append(
                ft.Row(
                    [filled(ui, ui.say("note.go_on"), acts.go_on, key="note.go_on",
                            symbol=ft.Icons.EDIT_OUTLINED)],
                    wrap=True,
                )
            )  # fmt: skip
        return parts
    parts.append(
        ft.Column(
            [
                text(ui, ui.say("note.add_title"), ui.type.h3, heading=2),
                field(
                    ui, ui.say("note.add_label"), look.added, acts.write, key="note.addition",
                    help=ui.say("note.add_help"), error=look.trouble or None, lines=3,
                ),
                ft.Row(
                    [
                        filled(
                            ui, ui.say("note.add_save"), acts.add, key="note.add",
                            symbol=ft.Icons.ADD, disabled=look.busy,
                        )
                    ],
                    wrap=True,
                ),
            ],
            spacing=10,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )  # fmt: skip
    return parts


def _record(ui: Ui, look: Reading, acts: ReadingActs) -> list[ft.Control]:
    """What keeps the record right: who may read it, and whose record it belongs to."""
    found: list[ft.Control] = [
        quiet(ui, ui.say("attachments.title"), acts.pictures, key="note.pictures",
              symbol=ft.Icons.PHOTO_LIBRARY_OUTLINED)
    ]  # fmt: skip
    if look.may_move:
        found.append(
            quiet(ui, ui.say("note.change_readers"), acts.readers, key="note.change_readers",
                  symbol=label_icon(look.view.label))
        )  # fmt: skip
    if look.may_misplace:
        found.append(
            quiet(ui, ui.say("note.wrong_family"), acts.misplaced, key="note.wrong_family",
                  symbol=ft.Icons.WRONG_LOCATION_OUTLINED)
        )  # fmt: skip
    said: list[ft.Control] = []
    if look.trouble and not look.view.signed_at_ms:
        said.append(note_line(ui, look.trouble, error=True, key="note.trouble"))
    return [*said, ft.Row(found, wrap=True, spacing=12, run_spacing=4)]


def _moment(ui: Ui, at_ms: int, now_ms: int) -> str:
    return dates.moment(ui.settings.language, at_ms, now_ms) if at_ms else ui.say("note.not_told")
