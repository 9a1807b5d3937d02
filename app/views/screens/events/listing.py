"""What happened in the young person's life, the newest first, and where they live now."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.services.life_events import EventView, FamilyEvents
from app.services.permissions import allows
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import iso_day
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import list_row, text_edge
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, hairline, icon, words
from app.views.widgets.ui import Ui, use_ui

TYPES = frozenset({"life_event", "person"})
_ICON = 28
SYMBOLS = {
    "placement": ft.Icons.SWAP_HORIZ, "hospital": ft.Icons.LOCAL_HOSPITAL_OUTLINED,
    "emergency_visit": ft.Icons.EMERGENCY_OUTLINED, "suspension": ft.Icons.SCHOOL_OUTLINED,
    "arrest": ft.Icons.GAVEL_OUTLINED, "move": ft.Icons.HOME_OUTLINED, "loss": ft.Icons.SPA_OUTLINED,
    "achievement": ft.Icons.STAR_OUTLINE, "other": ft.Icons.CIRCLE_OUTLINED,
}  # fmt: skip


@component
def EventsPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.life_events.of_family(family_id), (family_id, tries), types=TYPES,
        family_id=family_id,
    )  # fmt: skip
    title = ui.say("more.events")

    def opened(record: str = "") -> None:
        nav.go(Place("event_editor", family_id, record_id=record))

    if answer.value is None:
        part = waiting(ui, answer, "events", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="events")
    may = allows(tablet.open.desk.me, "event.write")
    add = ui.say("event.add")
    if not answer.value.events:
        empty = empty_state(
            ui, ui.say("event.none"), ui.say("event.teach"), key="events.add", act=add if may else None,
            on_act=lambda: opened(),
        )  # fmt: skip
        return frame(ui, nav, family_id, title, [empty], key="events")
    foot = None
    if may:
        button = filled(
            ui, add, lambda: opened(), key="events.add", symbol=ft.Icons.ADD,
            expand=ui.layout.narrow or None,
        )  # fmt: skip
        foot = ft.Row([button])
    parts = events_view(ui, answer.value, today, opened if may else None)
    return frame(ui, nav, family_id, title, parts, key="events", foot=foot, sticky=True, spacing=6)


def events_view(ui: Ui, found: FamilyEvents, today: date, on_open: object) -> list[ft.Control]:
    """Where everybody lives now, then the events."""
    parts: list[ft.Control] = []
    if found.lives:
        lines: list[ft.Control] = [
            fact_line(
                ui, ft.Icons.HOME_OUTLINED,
                ui.say(
                    "event.lives", who=one.name or ui.say("event.somebody"),
                    setting=ui.say(f"practice.setting.{one.setting}").lower(),
                    day=iso_day(ui, one.since, today),
                ),
                key=f"events.lives.{one.person_id}",
            )
            for one in found.lives
        ]  # fmt: skip
        parts.append(quiet_panel(ft.Column(lines, spacing=8, tight=True)))
    parts += [_row(ui, one, today, _act(on_open, one)) for one in found.events]
    return parts


def _act(on_open: object, one: EventView) -> Act | None:
    return bind(on_open, one.draft.event_id) if callable(on_open) else None


def when_words(ui: Ui, one: EventView, today: date) -> str:
    """The day, or from when until when."""
    day = dates.begin(iso_day(ui, one.draft.on_day, today)) or one.draft.on_day
    until = iso_day(ui, one.draft.until_on, today)
    return ui.say("event.span", day=day, until=until) if until else day


def _row(ui: Ui, one: EventView, today: date, on_open: Act | None) -> ft.Control:
    draft = one.draft
    said = [part for part in (when_words(ui, one, today), one.whom) if part]
    if draft.setting:
        said.append(ui.say("event.now_at", setting=ui.say(f"practice.setting.{draft.setting}").lower()))
    row = list_row(
        ui, ui.say(f"practice.event.{draft.kind}"), on_open, key=f"events.row.{draft.event_id}",
        lead=icon(ui, SYMBOLS.get(draft.kind, ft.Icons.CIRCLE_OUTLINED), _ICON, SOFT), lead_size=_ICON,
        line=". ".join(said), chevron=on_open is not None, ruled=not draft.words,
    )  # fmt: skip
    if not draft.words:
        return row
    edge = text_edge(ui, _ICON)
    said_so = words(ui, draft.words.strip(), "words_s")
    told = ft.Container(said_so, padding=ft.Padding.only(left=edge, bottom=12))
    return ft.Column(
        [row, told, hairline(edge)], spacing=0, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
