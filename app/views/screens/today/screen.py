"""Today: the first thing after Unlock. Where one goes, what is due, and where each of it is done.

Owns which place a line leads to. The day is asked again when something it shows has changed, and each
minute, as the next place to be follows the clock on the wall.
"""

from __future__ import annotations

import asyncio

import flet as ft

from app.services.permissions import allows
from app.services.today import WATCHED
from app.services.today_views import Due, Going, Loose
from app.views.directions import Way, use_directions
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.routes import PLACES
from app.views.screens.notes.editor import NEW
from app.views.screens.today.side import TodayActs, TodayLook
from app.views.screens.today.view import today_view
from app.views.screens.today.wording import day_title
from app.views.sync_state import TabletChip
from app.views.widgets.boundary import component
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded, start
from app.views.widgets.header import header
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui

MINUTE_SECONDS = 60.0
_OF_LOOSE = {
    "returned": "note", "visit": "visit", "talk": "private_talk", "follow_up": "referral",
    "answer": "message", "finding": "screening",
}  # fmt: skip
"""Where a loose end is tied up: a place of routes.PLACES."""


@component
def Today(_place: Place) -> ft.Control:
    """The day of the person at this tablet."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    show_way = use_directions()
    minute, set_minute = ft.use_state(0)
    all_due, show_all = ft.use_state(False)
    none: frozenset[str] = frozenset()
    unfolded, unfold = ft.use_state(none)
    trouble, set_trouble = ft.use_state("")
    asked = use_query(lambda: tablet.open.today.look(), (minute,), types=WATCHED)

    async def tick() -> None:
        await asyncio.sleep(MINUTE_SECONDS)
        set_minute(lambda now: now + 1)

    ft.use_effect(tick, [minute])

    if asked.value is None:
        if asked.error:
            failed = error_state(
                ui, asked.error, key="today.failed", act=ui.say("state.try_again"),
                on_act=lambda: set_minute(lambda now: now + 1),
            )  # fmt: skip
            title = day_title(ui, tablet.open.desk.today())
            head = header(
                ui, title, key="today", on_cover=lambda: nav.go(Place("cover")),
                acts=[TabletChip("today.sync")],
            )  # fmt: skip
            return ft.Column(
                [head, failed], spacing=18, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
            )
        return Loading(control="today.loading")
    me = tablet.open.desk.me

    def go(name: str, family_id: str, record_id: str = "") -> None:
        # A place that this build does not have leads to the family itself.
        known = name in PLACES and name != "family"
        nav.go(Place(name, family_id, record_id=record_id) if known else Place("family", family_id))

    def open_going(one: Going) -> None:
        if one.kind == "visit":
            go("visit", one.family_id, one.record_id)
        else:
            go("meetings" if one.told else "meeting_before", one.family_id, one.record_id)

    async def tell(one: Going) -> None:
        draft = await tablet.open.visits.tell(one.record_id)
        nav.go(Place("note_editor", one.family_id, record_id=draft.note_id, detail=NEW))

    def open_due(one: Due) -> None:
        go(one.clock.goes_to, one.family_id, one.clock.record_id)

    def open_loose(one: Loose) -> None:
        if one.kind == "note":
            detail = "" if one.saved else NEW
            nav.go(Place("note_editor", one.family_id, record_id=one.record_id, detail=detail))
        elif one.kind == "co_sign":
            nav.go(Place("cosign" if "cosign" in PLACES else "families"))
        else:
            go(_OF_LOOSE[one.kind], one.family_id, one.record_id)

    screen = today_view(
        ui,
        TodayLook(
            asked.value, all_due, unfolded, supervises="supervisor" in me.roles and "board" in PLACES,
            may_plan=allows(me, "visit.plan"),
        ),
        TodayActs(
            cover=lambda: nav.go(Place("cover")),
            open_going=open_going,
            knock=lambda one: go("knock", one.family_id, one.record_id),
            directions=lambda one: show_way(Way(one.name, one.address, one.directions)),
            tell=lambda one: start(
                guarded(lambda: tell(one), lambda error: set_trouble(words_for(ui, error)))
            ),
            plan=lambda: nav.go(Place("visit_editor")),
            open_due=open_due,
            all_due=lambda: show_all(not all_due),
            open_loose=open_loose,
            unfold=lambda kind: unfold(unfolded ^ {kind}),
            sync=lambda: nav.go(Place("sync")),
            board=lambda: nav.root(Place("board")),
        ),
        TabletChip("today.sync"),
    )
    problem = [note_line(ui, trouble, error=True, key="today.problem")] if trouble else []
    return ft.Column(
        [*problem, screen], spacing=8, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
