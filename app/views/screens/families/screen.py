"""Families: the list, its search and its filters.

Owns what is typed and which filter is on. The whole list is read once and filtered here, so that
a tap on a filter is instant; only a search asks the tablet again, and late answers are dropped.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import flet as ft

from app.services.notes import NoteView
from app.services.permissions import allows
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.reach import use_reach
from app.views.screens.families.arriving import ArrivalLines
from app.views.screens.families.rows import RowActs, phase_name
from app.views.screens.families.view import (
    FamiliesActs,
    FamiliesView,
    Filters,
    families_screen,
    leads,
)
from app.views.screens.joining.alike import AlikeLines
from app.views.sync_state import TabletChip
from app.views.widgets.boundary import component
from app.views.widgets.chips import Choice, choose_sheet
from app.views.widgets.ui import use_ui

DEBOUNCE_SECONDS = 0.015
FIRST_ROWS = 10
"""Rows of the first picture: about a screenful; the others follow a moment later."""
THE_REST_AFTER_SECONDS = 0.1
NOTES_SHOWN = 8
FAMILY_TYPES = frozenset(
    {"family", "person", "natural_support", "team_member", "meeting", "note", "staff_member"}
)


@component
def Families(_place: Place) -> ft.Control:
    """The families on this tablet."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    reach = use_reach()
    words, set_words = ft.use_state("")
    filters, set_filters = ft.use_state(Filters())
    picking, pick = ft.use_state("")
    turn, set_turn = ft.use_state(0)
    all_drawn, draw_all = ft.use_state(False)
    typed = words.strip()
    # The same object as long as the screen is shown: rows compare it (see `family_line`).
    row_acts = ft.use_memo(
        lambda: RowActs(
            lambda family_id: nav.go(Place("family", family_id)),
            # A number that is marked is not dialled (the marks are read when it is tapped).
            lambda family_id, title, phone: reach.call_about(family_id, family_id, title, phone),
        ),
        [],
    )

    async def handed_to_me() -> tuple[tuple[str, str], ...]:
        return await tablet.open.handing.handed_to_me()

    handed = use_query(handed_to_me, (turn,), types=frozenset({"hand_over", "family"}))
    named = use_query(lambda: tablet.open.casebook.names(), (), types=frozenset({"family"}))
    asked = use_query(lambda: tablet.open.casebook.families(), (turn,), types=FAMILY_TYPES)
    rows = asked.value if asked.value is not None else named.value

    async def search() -> tuple[str, frozenset[str], tuple[NoteView, ...]]:
        if not typed:
            return "", frozenset(), ()
        # A further letter cancels this wait, so only the last word typed is looked up.
        await asyncio.sleep(DEBOUNCE_SECONDS)
        families = await tablet.open.casebook.find(typed)
        notes = await tablet.open.notes.search(typed, limit=NOTES_SHOWN + 1)
        return typed, families, notes

    many = rows is not None and len(rows) > FIRST_ROWS

    async def draw_the_rest() -> None:
        if many and not all_drawn:
            await asyncio.sleep(THE_REST_AFTER_SECONDS)
            draw_all(True)

    ft.use_effect(draw_the_rest, [many])

    coming = use_query(lambda: tablet.open.first_sync.arriving(), (), types=frozenset({"family"}))
    search_answer = use_query(search, (typed,), types=FAMILY_TYPES)
    hits = search_answer.value if typed else None
    found = hits if hits is not None and hits[0] else None

    def choices() -> ft.AlertDialog | None:
        if picking == "phase":
            numbers = [
                Choice(str(n), ui.say("families.phase_choice", number=n, name=phase_name(ui, n)))
                for n in (1, 2, 3, 4)
            ]
            return choose_sheet(
                ui, ui.say("families.phase_title"),
                [Choice("0", ui.say("families.phase_all")), *numbers], str(filters.phase),
                lambda value: _picked(replace(filters, phase=int(value))), lambda: pick(""),
                key="families.pick_phase",
            )
        if picking == "lead":
            names = leads(rows or ())
            return choose_sheet(
                ui, ui.say("families.lead_title"),
                [Choice("", ui.say("families.lead_all")), *(Choice(n, n) for n in names)],
                filters.lead, lambda value: _picked(replace(filters, lead=value)),
                lambda: pick(""), key="families.pick_lead",
            )
        return None

    def _picked(after: Filters) -> None:
        set_filters(after)
        pick("")

    ft.use_dialog(choices())

    desk = tablet.open.desk
    view = FamiliesView(
        rows=rows,
        now_ms=desk.now_ms(),
        today=desk.today(),
        found=found[1] if found else None,
        notes=found[2][:NOTES_SHOWN] if found else (),
        more_notes=found is not None and len(found[2]) > NOTES_SHOWN,
        words=words,
        drawn=None if all_drawn or typed or filters != Filters() else FIRST_ROWS,
        filters=filters,
        may_invite=allows(desk.me, "person.invite"),
        may_add=allows(desk.me, "family.open"),
        arriving=coming.value is not None and coming.value.coming,
        checking=coming.value.checking if coming.value is not None else frozenset(),
        handed=handed.value or (),
        error=asked.error or search_answer.error,
        code=asked.code or search_answer.code,
    )
    acts = FamiliesActs(
        row=row_acts,
        type_words=set_words,
        choose=set_filters,
        pick_phase=lambda: pick("phase"),
        pick_lead=lambda: pick("lead"),
        add=lambda: nav.go(Place("new_family")),
        people=lambda: nav.go(Place("people")),
        open_handed=lambda family_id: nav.go(Place("readers", family_id)),
        open_note=lambda note: nav.go(Place("note", note.family_id, record_id=note.note_id)),
        cover=lambda: nav.go(Place("cover")),
        retry=lambda: set_turn(turn + 1),
    )
    above = ft.Column([ArrivalLines(), AlikeLines()], spacing=0, tight=True,
                      horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return families_screen(ui, view, acts, TabletChip("families.sync"), above)


