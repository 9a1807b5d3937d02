"""What arrived too late to count: who wrote it, when, of what sort; taken over by hand, never by itself."""

from __future__ import annotations

import flet as ft

from app.errors import AppError
from app.services.removal_aside import LateWords
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.staff.frame import frame
from app.views.sync_state import use_sync_status
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded, start
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import bind
from app.views.widgets.states import Loading, empty_state, error_state
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui

KNOWN = ("note", "need", "outcome", "strategy", "action_step", "family_vision", "natural_support",
         "family", "person", "meeting")  # fmt: skip


def late_card(ui: Ui, one: LateWords, now_ms: int, on_adopt: ft.Control | None) -> ft.Control:
    """Whose words, when, of which family, and what became of them."""
    say = ui.say
    what = say(f"sync_centre.type.{one.type if one.type in KNOWN else 'other'}")
    when = dates.moment(ui.settings.language, one.at_ms, now_ms)
    name = one.name or say("invite.nameless")
    parts: list[ft.Control] = [
        text(ui, say("removal.late_head", what=dates.begin(what), name=name), ui.type.h3),
        text(ui, say("removal.late_line", family=one.family or say("removal.family_unnamed"), when=when),
             ui.type.body, SOFT),
    ]
    if one.words:
        parts.append(text(ui, one.words, ui.type.body_l))
    if one.state == "waiting" and on_adopt is not None:
        parts.append(ft.Row([on_adopt], wrap=True))
    else:
        parts.append(text(ui, say(f"removal.late_state.{one.state}"), ui.type.body, SOFT))
    return sheet(
        ft.Column(parts, spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        key=f"late.{one.key}",
    )


@component
def LatePlace(_place: Place) -> ft.Control:
    """Everything that came too late, of the families on this tablet."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    turn, set_turn = ft.use_state(0)
    error, set_error = ft.use_state("")
    status = use_sync_status()
    found = use_query(lambda: tablet.open.late.waiting(), (turn, status.quarantined))
    say = ui.say
    now = tablet.open.desk.now_ms()

    def tell(problem: AppError) -> None:
        set_error(words_for(ui, problem))

    def adopt(one: LateWords) -> None:
        async def take() -> None:
            set_error("")
            when = dates.moment(ui.settings.language, one.at_ms, now)
            await tablet.open.late.adopt(one.key, say("removal.late_lead", name=one.name, when=when))
            set_turn(lambda before: before + 1)

        start(guarded(take, tell))

    parts: list[ft.Control] = [text(ui, say("removal.late_why"), ui.type.body, SOFT)]
    if error:
        parts.append(note_line(ui, error, error=True, key="late.error"))
    if found.error:
        parts.append(error_state(ui, found.error, key="late.failed", act=say("state.try_again"),
                                 on_act=lambda: set_turn(turn + 1)))
    elif found.value is None:
        parts.append(Loading(control="late.loading"))
    elif not found.value:
        parts.append(empty_state(ui, say("removal.late_none"), say("removal.late_none_line"),
                                 key="late.empty"))
    for one in found.value or ():
        act = outlined(ui, say("removal.late_adopt"), bind(adopt, one), key=f"late.adopt.{one.key}")
        parts.append(late_card(ui, one, now, act))
    return frame(ui, nav, say("removal.late_title"), parts, key="late")
