"""The pulse as workers read it: each person's last answers beside those before. Never a family's screen."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.services.permissions import allows
from app.services.pulses import PulseView, latest
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import iso_day
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.rating import change_words
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, section_header, text, words
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.practice_codes import PULSE_QUESTIONS

_TYPES = frozenset({"pulse"})


@component
def PulsePlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.pulses.of_family(family_id), (family_id, tries), types=_TYPES, family_id=family_id
    )
    title = ui.say("more.pulse")
    if answer.value is None:
        part = waiting(ui, answer, "pulse", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="pulse")
    may = allows(tablet.open.desk.me, "pulse.write")

    def ask() -> None:
        nav.go(Place("pulse_ask", family_id))

    if not answer.value:
        empty = empty_state(
            ui, ui.say("pulse.none"), ui.say("pulse.teach"), key="pulse.ask",
            act=ui.say("pulse.ask") if may else None, on_act=ask,
        )  # fmt: skip
        return frame(ui, nav, family_id, title, [empty], key="pulse")
    parts: list[ft.Control] = [text(ui, ui.say("pulse.line"), ui.type.body, SOFT)]
    parts += [_person(ui, now, before, today) for now, before in latest(answer.value)]
    button = filled(
        ui, ui.say("pulse.ask"), ask, key="pulse.ask", symbol=ft.Icons.FAVORITE_BORDER,
        expand=ui.layout.narrow or None,
    )  # fmt: skip
    foot = ft.Row([button]) if may else None
    return frame(ui, nav, family_id, title, parts, key="pulse", foot=foot)


def _person(ui: Ui, now: PulseView, before: PulseView | None, today: date) -> ft.Control:
    lines: list[ft.Control] = [
        section_header(ui, now.by_name, large=True),
        text(ui, ui.say("pulse.answered", day=iso_day(ui, now.on_day, today)), ui.type.body, SOFT),
    ]
    for code in PULSE_QUESTIONS:
        value = now.answers.get(code)
        was = None if before is None else before.answers.get(code)
        said = ui.say("pulse.no_answer") if value is None else ui.say("pulse.of_ten", value=value)
        change = "" if value is None else change_words(ui, was, value)
        lines.append(
            ft.Column(
                [
                    text(ui, ui.say(f"practice.pulse.{code}"), ui.type.label, SOFT),
                    text(ui, f"{said} · {change}" if change else said, ui.type.strong),
                ],
                spacing=2, tight=True,
            )
        )  # fmt: skip
    if now.words.strip():
        lines.append(words(ui, now.words.strip(), "words_s"))
    if now.low:
        lines.append(fact_line(ui, ft.Icons.FORUM_OUTLINED, ui.say("pulse.low"), key="pulse.low"))
    key = f"pulse.person.{now.by_id or now.pulse_id}"
    return sheet(ft.Column(lines, spacing=Space.M, tight=True), key=key)
