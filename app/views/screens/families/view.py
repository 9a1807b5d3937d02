"""What the Families screen looks like: title, search, filters, rows, and notes found below.

Pure: everything shown is in `FamiliesView`, everything that can be done in `FamiliesActs`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import flet as ft

from app.services.casebook import FamilyRow
from app.services.notes import NoteView
from app.views.screens.families.rows import RowActs, family_line, heads, note_row
from app.views.widgets.buttons import filled
from app.views.widgets.chips import chip, chip_row
from app.views.widgets.fields import search_field
from app.views.widgets.header import header
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.states import Loading, empty_state, error_state, nothing_found, wide_act
from app.views.widgets.text import SOFT, icon, section_header
from app.views.widgets.ui import Ui

_TALL_ENOUGH = 600
_HANDED = 28


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. only: all, due, no_meeting. phase: 0 for all. lead: a name."""

    only: str = "all"
    phase: int = 0
    lead: str = ""

    def pass_(self, row: FamilyRow) -> bool:
        """Whether a family is shown."""
        return _only(row, self.only) and self.phase in (0, row.phase) and self.lead in ("", row.lead)


def _only(row: FamilyRow, only: str) -> bool:
    if only == "due":
        return row.clock is not None and row.clock.state != "on_time"
    if only == "no_meeting":
        return row.status == "open" and not row.next_meeting_ms
    return True


@dataclass(frozen=True)
class FamiliesView:
    """What the screen shows.

    Attributes:
        rows: all families on the tablet; None while they are read.
        found: ids that the search found, None when nothing is searched.
        notes: notes that hold the words searched.
        more_notes: there are more of them than are shown.
        words: what was typed.
        drawn: how many rows are drawn so far, None for all.
        filters: what the list is narrowed to.
        may_add: this person opens families.
        handed: families handed to this person whose note is not read yet: (family id, name).
        arriving: families are still to come: a list without any is not an empty one.
        checking: families (ids) whose history is not checked yet.
        may_invite: this person invites colleagues; the way on for whoever has no families.
        now_ms: the present, UTC milliseconds.
        today: the day on the wall.
        error: calm words when the list could not be read.
        code: the error's code.
    """

    rows: tuple[FamilyRow, ...] | None
    now_ms: int
    today: date
    found: frozenset[str] | None = None
    notes: tuple[NoteView, ...] = ()
    more_notes: bool = False
    words: str = ""
    drawn: int | None = None
    filters: Filters = Filters()
    may_add: bool = True
    arriving: bool = False
    checking: frozenset[str] = frozenset()
    may_invite: bool = False
    handed: tuple[tuple[str, str], ...] = ()
    error: str = ""
    code: str = ""


@dataclass(frozen=True)
class FamiliesActs:
    """What the screen can do."""

    row: RowActs
    type_words: Callable[[str], object]
    choose: Callable[[Filters], object]
    pick_phase: Callable[[], object]
    pick_lead: Callable[[], object]
    add: Callable[[], object]
    people: Callable[[], object]
    open_handed: Callable[[str], object]
    open_note: Callable[[NoteView], object]
    cover: Callable[[], object]
    retry: Callable[[], object]


def leads(rows: tuple[FamilyRow, ...]) -> tuple[str, ...]:
    """The coordinators of these families, by name."""
    return tuple(sorted({row.lead for row in rows if row.lead}, key=str.casefold))


def families_screen(
    ui: Ui, view: FamiliesView, acts: FamiliesActs, chip_control: ft.Control, alike: ft.Control | None = None
) -> ft.Control:
    """The screen of the picture; on a phone everything scrolls together.

    alike: what stands above the rows when two of them may be one family.
    """
    rows = view.rows
    add_at_foot = _roomy_phone(ui) and view.may_add and bool(rows)
    head = _head(ui, view, acts, chip_control)
    body = [*_handed(ui, view, acts), *([alike] if alike is not None else []), *_body(ui, view, acts)]
    if ui.layout.stacked:
        content: ft.Control = ft.ListView(
            [*head, *body, ft.Container(height=20)], expand=True, spacing=0, key="families.list"
        )
    else:
        content = ft.Column(
            [
                *head,
                ft.ListView(
                    [*body, ft.Container(height=20)], expand=True, spacing=0, key="families.list"
                ),
            ],
            spacing=0,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    if not add_at_foot:
        return content
    foot = ft.Container(
        wide_act(ui, ui.say("families.add"), acts.add, key="families.add"),
        padding=ft.Padding.symmetric(vertical=10),
    )
    return ft.Column([content, foot], spacing=0, expand=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _roomy_phone(ui: Ui) -> bool:
    """A phone with room for a fixed button; with large text the list needs all the room."""
    return ui.layout.narrow and ui.layout.height / ui.scale >= _TALL_ENOUGH


def _gap(height: float) -> ft.Control:
    return ft.Container(height=height)


def _head(
    ui: Ui, view: FamiliesView, acts: FamiliesActs, chip_control: ft.Control
) -> list[ft.Control]:
    say, rows, narrow = ui.say, view.rows or (), ui.layout.narrow
    count = say("families.count_one") if len(rows) == 1 else say("families.count", count=len(rows))
    top = header(
        ui,
        say("families.title"),
        key="families",
        line=count if rows and not narrow and not view.arriving else None,
        on_cover=acts.cover,
        acts=[chip_control],
    )
    if view.rows is not None and not rows:
        return [top, _gap(16)]
    search = search_field(
        ui,
        say("families.search_short" if narrow else "families.search"),
        view.words,
        acts.type_words,
        key="families.search",
        expand=None if ui.layout.stacked else True,
    )
    line: ft.Control = search
    if view.may_add and not _roomy_phone(ui):
        add = filled(ui, say("families.add"), acts.add, key="families.add", symbol=ft.Icons.ADD)
        line = (
            ft.Column([search, ft.Row([add], wrap=True)], spacing=12, tight=True,
                      horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
            if ui.layout.stacked
            else ft.Row([search, add], spacing=14)
        )
    return [top, _gap(14), line, _gap(14), _chips(ui, view, acts), _gap(12)]


def _chips(ui: Ui, view: FamiliesView, acts: FamiliesActs) -> ft.Control:
    say, rows, now = ui.say, view.rows or (), view.filters
    short = "" if ui.layout.wide else "_short"

    def counted(key: str, only: str) -> str:
        """With its count once that is known: a list being read has not none, but not yet any."""
        if view.rows is None or not all(row.known for row in rows):
            return say(f"{key}_plain")
        return say(key, count=sum(_only(row, only) for row in rows))

    chips = [
        chip(ui, counted("families.all", "all"), lambda: acts.choose(Filters()),
             key="families.all", selected=now == Filters()),
        chip(ui, counted(f"families.due{short}", "due"),
             lambda: acts.choose(replace(now, only="all" if now.only == "due" else "due")),
             key="families.due", selected=now.only == "due"),
        chip(ui, counted("families.no_meeting", "no_meeting"),
             lambda: acts.choose(
                 replace(now, only="all" if now.only == "no_meeting" else "no_meeting")),
             key="families.no_meeting", selected=now.only == "no_meeting"),
        chip(ui,
             say("families.phase_chosen", number=now.phase) if now.phase
             else say("families.phase_chip"),
             acts.pick_phase, key="families.phase", selected=bool(now.phase), opens=True),
    ]
    if len(leads(rows)) > 1:
        chips.append(
            chip(ui, now.lead or say("families.lead_chip"), acts.pick_lead,
                 key="families.lead", selected=bool(now.lead), opens=True)
        )
    return chip_row(chips)


def _handed(ui: Ui, view: FamiliesView, acts: FamiliesActs) -> list[ft.Control]:
    """What was handed to this person stands above everything until its note was read."""
    return [
        list_row(
            ui, ui.say("handing.to_you", name=name), bind(acts.open_handed, family_id),
            key=f"families.handed.{family_id}", lead=icon(ui, ft.Icons.SWAP_HORIZ, _HANDED, SOFT),
            lead_size=_HANDED, line=ui.say("handing.read_note"), chevron=True,
        )
        for family_id, name in view.handed
    ]


def _body(ui: Ui, view: FamiliesView, acts: FamiliesActs) -> list[ft.Control]:
    say = ui.say
    if view.error:
        return [
            error_state(ui, view.error, key="families.error", safe=say("state.broken_safe"),
                        act=say("state.try_again"), on_act=acts.retry, details=(view.code,))
        ]
    if view.rows is None or (view.arriving and not view.rows):
        return [Loading(say("families.reading"), rows=6, control="families.loading")]
    if not view.rows:
        if view.may_add:
            return [
                empty_state(
                    ui, say("families.empty_title"), say("families.empty"), key="families.add",
                    act=say("families.add"), on_act=acts.add, symbol=ft.Icons.ADD,
                )
            ]
        return [
            empty_state(
                ui, say("families.empty_title"), say("families.empty_office"),
                key="families.people",
                act=say("settings.people_open") if view.may_invite else None,
                on_act=acts.people, symbol=ft.Icons.GROUP_OUTLINED,
            )
        ]
    rows = view.rows if view.drawn is None else view.rows[: view.drawn]
    shown = {
        row.family_id for row in rows
        if view.filters.pass_(row) and (view.found is None or row.family_id in view.found)
    }
    several = len(leads(view.rows)) > 1
    # A row that is not among those found stays in its place unseen: the next letter may bring it
    # back, and drawing a long list anew takes longer than finding it.
    parts: list[ft.Control] = [
        ft.Container(heads(ui), visible=bool(shown), key="families.heads"),
    ]
    parts += [
        ft.Container(
            family_line(ui, row, acts.row, today=view.today, show_lead=several,
                        checking=row.family_id in view.checking),
            visible=row.family_id in shown,
            key=f"families.place.{row.family_id}",
        )
        for row in rows
    ]
    if not shown:
        key = "filter_empty" if view.found is None else "only_notes" if view.notes else "nobody"
        parts.append(nothing_found(ui, say(f"families.{key}")))
    if view.found is not None and view.notes:
        names = {row.family_id: row.title for row in view.rows}
        count = len(view.notes)
        parts += [
            _gap(20),
            section_header(
                ui, say("families.in_notes"),
                count=say("families.in_notes_more", count=count) if view.more_notes
                else say("families.in_notes_one") if count == 1
                else say("families.in_notes_count", count=count),
            ),
            _gap(4),
            *[
                note_row(ui, note, names.get(note.family_id, ""), view.words,
                         partial(acts.open_note, note),
                         now_ms=view.now_ms)
                for note in view.notes
            ],
        ]
    return parts
