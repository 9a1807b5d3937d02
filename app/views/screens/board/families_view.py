"""The families of a team, or of one coordinator: search, filters, and a row for each. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import flet as ft

from app.services.board import first_clock, met_since
from app.services.board_views import NOBODY, BoardView, CoordinatorRow, Shares
from app.services.caseload_views import CaseFamily
from app.views import dates
from app.views.screens.board import wording
from app.views.theme.tokens import Space
from app.views.widgets.buttons import quiet
from app.views.widgets.chips import chip, chip_row
from app.views.widgets.clock import ClockState, clock
from app.views.widgets.face import face
from app.views.widgets.fields import search_field
from app.views.widgets.header import header
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import Column, list_row
from app.views.widgets.states import Loading, error_state, nothing_found
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import LayoutKind, Ui

ANYBODY = "*"
"""Families of every coordinator; NOBODY stands for those without one."""
ONLY = ("all", "overdue", "not_met", "to_co_sign")
_CLOCK, _MONTH = 270.0, 200.0


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. lead: person id, ANYBODY or NOBODY. tier: a code, ANYBODY for all."""

    only: str = "all"
    lead: str = ANYBODY
    tier: str = ANYBODY
    phase: int = 0
    words: str = ""


@dataclass(frozen=True)
class FamiliesLook:
    """What is shown. to_sign: families with notes to co-sign."""

    board: BoardView | None
    today: date
    filters: Filters = Filters()
    error: str = ""
    code: str = ""


@dataclass(frozen=True)
class FamiliesActs:
    """What can be done. pick: tier, phase or lead."""

    family: Callable[[str], object]
    choose: Callable[[Filters], object]
    pick: Callable[[str], object]
    work: Callable[[str], object]
    back: Act
    cover: Act
    retry: Act


def lead_of(board: BoardView, family: CaseFamily) -> CoordinatorRow:
    """Who leads a family."""
    rows = {row.person_id: row for row in board.coordinators}
    return rows.get(family.lead_id) or rows.get(NOBODY) or CoordinatorRow(NOBODY, "", "nobody")


def _only(board: BoardView, family: CaseFamily, only: str) -> bool:
    if only == "overdue":
        first = first_clock(family)
        return first is not None and first.standing == "overdue"
    if only == "not_met":
        return not met_since(family, board.month_ms)
    return only != "to_co_sign" or family.to_co_sign > 0


def _of_lead(board: BoardView, family: CaseFamily, lead: str) -> bool:
    return lead == ANYBODY or lead_of(board, family).person_id == lead


def chosen(board: BoardView, filters: Filters) -> tuple[CaseFamily, ...]:
    """The families that pass every filter, the one to act on first at the front."""
    words = filters.words.casefold().split()
    found = [
        one
        for one in board.families
        if _only(board, one, filters.only)
        and _of_lead(board, one, filters.lead)
        and filters.tier in (ANYBODY, one.tier)
        and filters.phase in (0, one.phase)
        and all(word in f"{one.title} {one.name} {one.town}".casefold() for word in words)
    ]

    def order(one: CaseFamily) -> tuple[int, str]:
        first = first_clock(one)
        return (first.days_left if first is not None else 10_000, one.title.casefold())

    return tuple(sorted(found, key=order))


def families_view(ui: Ui, look: FamiliesLook, acts: FamiliesActs) -> ft.Control:
    """The whole place."""
    board, filters = look.board, look.filters
    lead = None
    if board is not None and filters.lead != ANYBODY:
        lead = next((row for row in board.coordinators if row.person_id == filters.lead), None)
    title = wording.name_of(ui, lead) if lead is not None else ui.say("board.families_title")
    shown = chosen(board, filters) if board is not None else ()
    line = None
    if board is not None:
        line = ui.say("board.families_line", shown=len(shown), total=len(board.families))
    head = header(ui, title, key="board_families", line=line, on_back=acts.back, on_cover=acts.cover)
    body: list[ft.Control] = []
    if look.error:
        body.append(
            error_state(ui, look.error, key="board_families.error", safe=ui.say("state.broken_safe"),
                        act=ui.say("state.try_again"), on_act=acts.retry, details=(look.code,))
        )  # fmt: skip
    elif board is None:
        body.append(Loading(ui.say("board.reading"), rows=6, control="board_families.loading"))
    else:
        body += [*_lead_panel(ui, lead, acts), *_filters(ui, board, filters, acts), ft.Container(height=8)]
        body += [_row(ui, board, one, look.today, acts, show_lead=lead is None) for one in shown]
        if not shown:
            narrowed = bool(board.families) and filters != Filters(lead=filters.lead)
            body.append(nothing_found(ui, ui.say("board.nothing" if narrowed else "board.no_families")))
    return ft.Column(
        [
            head,
            ft.ListView([*body, ft.Container(height=20)], expand=True, spacing=0, key="board_families.list"),
        ],
        spacing=14, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _lead_panel(ui: Ui, lead: CoordinatorRow | None, acts: FamiliesActs) -> list[ft.Control]:
    """Of one coordinator: natural supports of their families over time, and how the work is done."""
    if lead is None or lead.standing == "nobody":
        return []
    parts: list[ft.Control] = [text(ui, wording.share_words(ui, lead.shares))]
    if lead.shares.now.everybody:
        parts.append(text(ui, ui.say("board.share_means"), ui.type.cap, SOFT))
    work = quiet(ui, ui.say("board.how_we_work"), bind(acts.work, lead.person_id),
                 key="board_families.work", symbol=ft.Icons.FACT_CHECK_OUTLINED)  # fmt: skip
    parts.append(ft.Row([work], wrap=True))
    # The button below brings its own room.
    padding = ft.Padding.only(left=Space.L, top=Space.L, right=Space.L, bottom=Space.XS)
    panel = quiet_panel(ft.Column(parts, spacing=6, tight=True), padding=padding, key="board_families.shares")
    return [panel, ft.Container(height=12)]


def _filters(ui: Ui, board: BoardView, now: Filters, acts: FamiliesActs) -> list[ft.Control]:
    mine = [one for one in board.families if _of_lead(board, one, now.lead)]

    def toggle(only: str) -> Filters:
        return replace(now, only="all" if now.only == only else only)

    chips = [
        chip(
            ui, ui.say(f"board.only.{only}", count=sum(_only(board, one, only) for one in mine)),
            bind(acts.choose, toggle(only)), key=f"board_families.{only}", selected=now.only == only,
        )
        for only in ONLY
    ]  # fmt: skip
    phase = ui.say("board.phase_chosen", number=now.phase) if now.phase else ui.say("board.phase")
    chips.append(chip(ui, phase, bind(acts.pick, "phase"), key="board_families.phase",
                      selected=bool(now.phase), opens=True))  # fmt: skip
    if any(one.tier for one in mine):
        named = wording.tier_words(ui, board, now.tier) if now.tier else ui.say("board.tier_none")
        tier = ui.say("board.tier") if now.tier == ANYBODY else named
        chips.append(chip(ui, tier, bind(acts.pick, "tier"), key="board_families.tier",
                          selected=now.tier != ANYBODY, opens=True))  # fmt: skip
    if len(board.coordinators) > 1:
        row = next((one for one in board.coordinators if one.person_id == now.lead), None)
        lead = wording.name_of(ui, row) if row is not None and now.lead != ANYBODY else ui.say("board.lead")
        chips.append(chip(ui, lead, bind(acts.pick, "lead"), key="board_families.lead",
                          selected=now.lead != ANYBODY, opens=True))  # fmt: skip

    def typed(words: str) -> None:
        acts.choose(replace(now, words=words))

    asked = ui.say("board.search_short" if ui.layout.stacked and ui.scale >= 1.3 else "board.search")
    search = search_field(ui, asked, now.words, typed, key="board_families.search")
    return [search, ft.Container(height=12), chip_row(chips)]


def _row(
    ui: Ui, board: BoardView, family: CaseFamily, today: date, acts: FamiliesActs, *, show_lead: bool
) -> ft.Control:
    first, now = first_clock(family), board.read_at_ms
    dial = (
        clock(ui, ClockState.ON_TIME, 0.06, ui.say("board.all_on_time"))
        if first is None
        else clock(ui, wording.STATE[first.standing], first.share_used, wording.clock_words(ui, first, today))
    )
    meeting = ui.say("board.meeting_none")
    if family.next_meeting_ms:
        when = dates.moment(ui.language, family.next_meeting_ms, now, short=True)
        meeting = ui.say("board.meeting", when=when)
    month: list[ft.Control] = [
        text(ui, wording.contact_words(ui, board, family)),
        text(ui, meeting, ui.type.cap, SOFT),
    ]
    shares = board.shares.get(family.family_id, Shares()).now
    if shares.everybody:
        said = ui.say("board.family_share", natural=shares.natural, everybody=shares.everybody)
        month.append(text(ui, said, ui.type.cap, SOFT))
    if family.to_co_sign:
        month.append(text(ui, wording.counted(ui, "board.notes_to_sign", family.to_co_sign), ui.type.cap))
    facts = ft.Column(month, spacing=2, tight=True)
    under = ui.layout.kind is not LayoutKind.WIDE
    columns = (Column(dial, None if under else _CLOCK), Column(facts, None if under else _MONTH))
    lead = wording.name_of(ui, lead_of(board, family)) if show_lead else ""
    phase = ui.say("board.phase_chosen", number=family.phase or 1)
    tier = wording.tier_words(ui, board, family.tier) if family.tier else ""
    place = ui.say("board.place", phase=phase, tier=tier) if tier else phase
    return list_row(
        ui, family.title, bind(acts.family, family.family_id), key=f"board_families.row.{family.family_id}",
        lead=face(ui, family.initials), line="\n".join(part for part in (lead, place) if part),
        columns=columns, stacked=under or None,
    )  # fmt: skip
