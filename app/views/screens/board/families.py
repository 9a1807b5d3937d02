"""Families of the team: what is typed and chosen; how it looks is `families_view`."""

from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.views.hooks import use_nav, use_query, use_tablet
from app.views.left import use_left
from app.views.place import Place
from app.views.screens.board import wording
from app.views.screens.board.families_view import (
    ANYBODY,
    ONLY,
    FamiliesActs,
    FamiliesLook,
    Filters,
    families_view,
)
from app.views.screens.board.screen import BOARD_TYPES
from app.views.screens.families.rows import phase_name
from app.views.widgets.boundary import component
from app.views.widgets.chips import Choice, choose_sheet
from app.views.widgets.ui import use_ui


@component
def BoardFamilies(place: Place) -> ft.Control:
    """place.detail: a filter of ONLY, or `lead` with record_id, the coordinator (empty: nobody)."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    lead = place.record_id if place.detail == "lead" else ANYBODY
    filters, set_filters, _ = use_left(place, Filters(place.detail if place.detail in ONLY else "all", lead))
    picking, pick = ft.use_state("")
    turn, set_turn = ft.use_state(0)
    answer = use_query(lambda: tablet.open.board.read(), (turn,), types=BOARD_TYPES)
    board = answer.value

    def take(after: Filters) -> None:
        set_filters(after)
        pick("")

    def sheet() -> ft.AlertDialog | None:
        if board is None or not picking:
            return None
        if picking == "phase":
            title, chosen = "families.phase_title", str(filters.phase)
            offers = [Choice("0", ui.say("families.phase_all"))]
            offers += [
                Choice(str(n), ui.say("families.phase_choice", number=n, name=phase_name(ui, n)))
                for n in (1, 2, 3, 4)
            ]
        elif picking == "tier":
            title, chosen = "board.tier_title", filters.tier
            tiers = sorted({one.tier for one in board.families})
            offers = [Choice(ANYBODY, ui.say("board.tier_all"))]
            none = ui.say("board.tier_none")
            offers += [Choice(one, wording.tier_words(ui, board, one) if one else none) for one in tiers]
        else:
            title, chosen = "board.lead_title", filters.lead
            offers = [Choice(ANYBODY, ui.say("board.lead_all"))]
            offers += [Choice(row.person_id, wording.name_of(ui, row)) for row in board.coordinators]

        def choose(value: str) -> None:
            if picking == "phase":
                take(replace(filters, phase=int(value)))
            elif picking == "tier":
                take(replace(filters, tier=value))
            else:
                take(replace(filters, lead=value))

        return choose_sheet(
            ui, ui.say(title), offers, chosen, choose, lambda: pick(""), key="board_families.pick"
        )

    ft.use_dialog(sheet())
    acts = FamiliesActs(
        family=lambda family_id: nav.go(Place("family", family_id)),
        choose=set_filters,
        pick=pick,
        work=lambda person: nav.go(Place("team_fidelity", record_id=person)),
        back=nav.back,
        cover=lambda: nav.go(Place("cover")),
        retry=lambda: set_turn(turn + 1),
    )
    look = FamiliesLook(board, tablet.open.desk.today(), filters, answer.error, answer.code)
    return families_view(ui, look, acts)
