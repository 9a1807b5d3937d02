"""Asking for a pulse: whoever answers holds the tablet alone, sees no other answers, and hands it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.pulses import Asked
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.pressable import bind
from app.views.widgets.rating import rating
from app.views.widgets.rows import list_row
from app.views.widgets.shell import page_inset, room_for
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.practice_codes import PULSE_QUESTIONS

_COLUMN = 760


@component
def PulseAskPlace(place: Place) -> ft.Control:
    """Somebody of place.family_id answers."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    nobody: Asked | None = None
    who, choose = ft.use_state(nobody)
    none_yet: Mapping[str, int] = {}
    answers, set_answers = ft.use_state(none_yet)
    done, set_done = ft.use_state(False)
    trouble, set_trouble = ft.use_state("")
    tries, set_tries = ft.use_state(0)
    said: Any = ft.use_ref("")
    family_id = place.family_id
    people = use_query(lambda: tablet.open.pulses.people(family_id), (family_id, tries))

    def tell(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    async def save() -> None:
        if who is not None:
            await tablet.open.pulses.save(family_id, who, answers, said.current or "", place.record_id)
            set_done(True)

    def tapped(code: str, value: int) -> None:
        set_trouble("")
        set_answers(lambda now: {**now, code: value})

    def write(words: str) -> None:
        said.current = words

    title = ui.say("pulse.title")
    if done:
        thanks = empty_state(
            ui, ui.say("pulse.thanks"), ui.say("pulse.hand_back"), key="pulse.back",
            act=ui.say("pulse.done"), on_act=nav.back,
        )  # fmt: skip
        return _page(ui, frame(ui, nav, family_id, title, [thanks], key="pulse_ask"))
    if people.value is None:
        part = waiting(ui, people, "pulse_ask", lambda: set_tries(lambda now: now + 1))
        return _page(ui, frame(ui, nav, family_id, title, [part], key="pulse_ask"))
    if who is None:
        rows: list[ft.Control] = [text(ui, ui.say("pulse.who"), ui.type.h2, heading=2)]
        rows += [
            list_row(ui, one.name, bind(choose, one), key=f"pulse.who.{one.person_id}", chevron=True, tall=72)
            for one in people.value
        ]
        if not people.value:
            rows.append(text(ui, ui.say("care.nobody"), ui.type.body, SOFT))
        return _page(ui, frame(ui, nav, family_id, title, rows, key="pulse_ask", spacing=4))
    parts: list[ft.Control] = [text(ui, ui.say("pulse.private"), ui.type.body_l)]
    parts += [_question(ui, code, who, answers.get(code), tapped) for code in PULSE_QUESTIONS]
    parts.append(field(ui, ui.say("pulse.words"), said.current or "", write, key="pulse.words", lines=2))
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="pulse.problem"))
    foot = filled(
        ui, ui.say("pulse.save"), guarded(save, tell), key="pulse.save", symbol=ft.Icons.CHECK,
        expand=ui.layout.narrow or None,
    )  # fmt: skip
    asking = frame(
        ui, nav, family_id, who.name, parts, key="pulse_ask", foot=ft.Row([foot]), sticky=True,
        on_back=lambda: choose(None),
    )  # fmt: skip
    return _page(ui, asking)


def _page(ui: Ui, content: ft.Control) -> ft.Control:
    """Without the rail: nobody who answers is offered the way to other families."""
    return ft.Container(content, padding=page_inset(ui), expand=True)


def _question(ui: Ui, code: str, who: Asked, value: int | None, tapped: Any) -> ft.Control:
    width = ui.layout.width - 40 if ui.layout.narrow else room_for(ui, _COLUMN)
    ends = ui.say(f"pulse.ends.{code}")
    return ft.Column(
        [
            text(ui, ui.say(f"practice.pulse.{code}"), ui.type.h2, heading=2),
            text(ui, ends, ui.type.body, SOFT),
            rating(
                ui, who.name, None, value, lambda chosen: tapped(code, chosen), key=f"pulse.{code}",
                width=width,
            ),
        ],
        spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
