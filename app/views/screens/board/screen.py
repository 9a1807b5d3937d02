"""The supervisor's board: what is asked, what is sorted, and asking a colleague.

Owns the questions and the dialogs; how it looks is `view`. Follows design page 06 and its picture.
"""

from __future__ import annotations

import flet as ft

from app.errors import AppError
from app.services.board_views import WaitingFamily
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.left import use_left
from app.views.place import Place
from app.views.screens.board.asking import use_ask
from app.views.screens.board.rows import SORTS, RowActs
from app.views.screens.board.view import BoardActs, BoardLook, board_view
from app.views.widgets.boundary import component
from app.views.widgets.chips import Choice, choose_sheet
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui

BOARD_TYPES = frozenset(
    {"family", "person", "meeting", "attendance", "note", "addendum", "co_signature", "staff_member",
     "crisis_plan", "plan_version", "release", "phase_check", "entered_in_error", "practice_rules",
     "hand_over", "episode", "measure_score", "tier_override", "record_request", "cover"}
)  # fmt: skip


@component
def BoardPlace(place: Place) -> ft.Control:
    """The board."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    sort, set_sort, _ = use_left(place, "name")
    picking, pick = ft.use_state(False)
    turn, set_turn = ft.use_state(0)
    trouble, set_trouble = ft.use_state("")
    answer = use_query(lambda: tablet.open.board.read(), (turn,), types=BOARD_TYPES)

    async def ask_server() -> None:
        # What the server says of tablets comes later, or not at all: the board does not wait for it.
        if await tablet.open.board.ask_server():
            set_turn(lambda now: now + 1)

    def tell(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    ft.use_effect(guarded(ask_server, tell), [])

    def open_family(family_id: str) -> None:
        nav.go(Place("family", family_id))

    ask = use_ask(open_family)

    def asked(one: WaitingFamily) -> None:
        ask(one.lead.name, one.lead.phone, one.family.family_id, one.family.title)

    def sheet() -> ft.AlertDialog | None:
        if not picking:
            return None
        return choose_sheet(
            ui, ui.say("board.sort_title"), [Choice(one, ui.say(f"board.sort.{one}")) for one in SORTS],
            sort, chosen, lambda: pick(False), key="board.pick_sort",
        )  # fmt: skip

    def chosen(by: str) -> None:
        set_sort(by)
        pick(False)

    ft.use_dialog(sheet())
    acts = BoardActs(
        rows=RowActs(
            coordinator=lambda person: nav.go(Place("board_families", record_id=person, detail="lead")),
            family=open_family,
            ask=asked,
        ),
        co_sign=lambda: nav.go(Place("cosign")),
        families=lambda only: nav.go(Place("board_families", detail=only)),
        sort=set_sort,
        pick_sort=lambda: pick(True),
        people=lambda: nav.go(Place("people")),
        cover=lambda: nav.go(Place("cover")),
        retry=lambda: set_turn(turn + 1),
    )
    look = BoardLook(answer.value, tablet.open.desk.today(), sort, answer.error, answer.code, trouble)
    return board_view(ui, look, acts)
