"""One visit: when and where, what else stands at that time, and what can be done with it."""

from __future__ import annotations

import flet as ft

from app.errors import AppError
from app.services.permissions import allows
from app.services.visits import VisitView
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.notes.editor import NEW
from app.views.screens.notes.wording import place_words
from app.views.screens.today.wording import what_words
from app.views.screens.visits.listing import TYPES
from app.views.screens.visits.wording import visit_title, visit_when
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.pressable import Act
from app.views.widgets.text import text
from app.views.widgets.ui import Ui, use_ui


@component
def VisitPlace(place: Place) -> ft.Control:
    """One visit. place.record_id: which."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    trouble, set_trouble = ft.use_state("")
    asking, ask = ft.use_state("")
    reason, type_reason = ft.use_state("")
    missing, set_missing = ft.use_state("")
    visits = tablet.open.visits
    asked = use_query(
        lambda: visits.visit(place.record_id), (place.record_id, tries), types=TYPES,
        family_id=place.family_id,
    )  # fmt: skip

    def fail(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    async def tell() -> None:
        draft = await visits.tell(place.record_id)
        nav.go(Place("note_editor", place.family_id, record_id=draft.note_id, detail=NEW))

    async def call_off() -> None:
        await visits.call_off(place.record_id, reason, missed=asking == "missed")
        close()

    async def again() -> None:
        await visits.plan_again(place.record_id)

    def close() -> None:
        ask("")
        type_reason("")
        set_missing("")

    def typed(words: str) -> None:
        type_reason(words)
        set_missing("")

    ft.use_dialog(
        form_dialog(
            ui, ui.say(f"visits.{asking}_title"),
            field(ui, ui.say("visits.why"), reason, typed, key="visit.reason", lines=2, most_lines=5,
                  error=missing or None, autofocus=True),
            key="visit.ask", act=ui.say(f"visits.{asking}_act"),
            on_act=guarded(call_off, lambda error: set_missing(words_for(ui, error))),
            close=ui.say("visits.keep"), on_close=close,
        )
        if asking
        else None
    )  # fmt: skip
    parts: list[ft.Control]
    if asked.value is None or asked.error:
        parts = [waiting(ui, asked, "visit", lambda: set_tries(lambda now: now + 1))]
        title = ui.say("visits.one")
    else:
        one = asked.value
        title = visit_title(ui, one)
        parts = visit_parts(ui, one, tablet.open.desk.now_ms())
        if trouble:
            parts.append(note_line(ui, trouble, error=True, key="visit.problem"))
        parts.append(
            _acts(
                ui, one, tablet.open.desk.now_ms(), may=allows(tablet.open.desk.me, "visit.plan"),
                knock=lambda: nav.go(Place("knock", place.family_id, record_id=place.record_id)),
                tell=guarded(tell, fail),
                read=lambda: nav.go(Place("note", place.family_id, record_id=one.note_id)),
                change=lambda: nav.go(Place("visit_editor", place.family_id, record_id=place.record_id)),
                off=lambda: ask("off"), missed=lambda: ask("missed"), again=guarded(again, fail),
            )
        )  # fmt: skip
    return frame(
        ui, nav, place.family_id, title, parts, key="visit",
        line=asked.value.family_name if asked.value is not None else None, spacing=Space.L,
    )  # fmt: skip


def visit_parts(ui: Ui, one: VisitView, now_ms: int) -> list[ft.Control]:
    """What is known of a visit."""
    facts: list[ft.Control] = [fact_line(ui, ft.Icons.EVENT_OUTLINED, visit_when(ui, one, now_ms))]
    if one.place:
        facts.append(fact_line(ui, ft.Icons.PLACE_OUTLINED, place_words(ui, one.place)))
    if one.about:
        facts.append(fact_line(ui, ft.Icons.CHAT_OUTLINED, one.about))
    parts: list[ft.Control] = [ft.Column(facts, spacing=Space.S, tight=True)]
    if one.status != "planned":
        said = ui.say(f"practice.visit.{one.status}")
        words = f"{said}: {one.status_reason}" if one.status_reason else said
        parts.append(quiet_panel(text(ui, words, ui.type.strong), key="visit.status"))
    if one.clashes:
        parts.append(clash_panel(ui, [
            ui.say("visits.clash", time=dates.time_of_day(ui.language, other.starts_at_ms), name=other.name,
                   what=what_words(ui, other))
            for other in one.clashes
        ]))  # fmt: skip
    return parts


def clash_panel(ui: Ui, lines: list[str]) -> ft.Control:
    """What else stands at the same time: a warning, not a wall."""
    ink = ft.Colors.ON_PRIMARY_CONTAINER
    rows: list[ft.Control] = [text(ui, ui.say("visits.clashes"), ui.type.strong, ink)]
    rows += [fact_line(ui, ft.Icons.SCHEDULE, line, color=ink) for line in lines]
    return ft.Container(
        ft.Column(rows, spacing=Space.XS, tight=True),
        padding=Space.M,
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        border_radius=Space.L,
        key="visit.clashes",
    )


def _acts(
    ui: Ui, one: VisitView, now_ms: int, *, may: bool, knock: Act, tell: Act, read: Act, change: Act,
    off: Act, missed: Act, again: Act,
) -> ft.Control:  # fmt: skip
    """The acts that fit how the visit stands; the likeliest one is filled."""
    row: list[ft.Control] = []
    begun = one.starts_at_ms <= now_ms
    if one.status == "done":
        if one.note_id:
            row.append(filled(ui, ui.say("visits.read"), read, key="visit.read", main=False))
        elif may:
            row.append(filled(ui, ui.say("visits.go_on"), tell, key="visit.tell", main=False))
    elif one.status == "planned":
        before = (ui.say("today.knock"), knock)
        told = (ui.say("today.tell"), tell)
        knocking = {"key": "visit.knock", "symbol": ft.Icons.MEETING_ROOM_OUTLINED}
        telling = {"key": "visit.tell", "symbol": ft.Icons.EDIT_NOTE_OUTLINED}
        if begun and may:
            row += [filled(ui, *told, main=False, **telling), outlined(ui, *before, **knocking)]  # type: ignore[arg-type]
        else:
            row.append(filled(ui, *before, main=False, **knocking))  # type: ignore[arg-type]
            if may:
                row.append(outlined(ui, *told, **telling))  # type: ignore[arg-type]
        if may:
            row += [
                outlined(ui, ui.say("visits.change"), change, key="visit.change"),
                quiet(ui, ui.say("visits.missed_act"), missed, key="visit.missed", ink=True)
                if begun
                else quiet(ui, ui.say("visits.off_act"), off, key="visit.off", ink=True),
            ]
    elif may:
        row += [
            outlined(ui, ui.say("visits.again"), again, key="visit.again"),
            quiet(ui, ui.say("visits.change"), change, key="visit.change", ink=True),
        ]
    return ft.Row(row, wrap=True, spacing=Space.S, run_spacing=Space.XS)
