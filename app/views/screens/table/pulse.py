"""The pulse in one person's hands: four private questions, then the tablet asks to be handed back.

It is closed as the table is: shown by the root in place of everything else, and only the table code or
the passphrase leads out. It shows no answer that anybody has given. Follows design 02, Pulse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.table import Asking, Seated
from app.views.calling import use_call
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.table.closing import use_closing
from app.views.screens.table.crisis import crisis_page
from app.views.screens.table.look import HeadActs, at_table, head, inset, page_of
from app.views.widgets import fields
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.guarded import guarded
from app.views.widgets.pressable import Act
from app.views.widgets.rating import rating
from app.views.widgets.states import Loading, empty_state, error_state
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.practice_codes import PULSE_QUESTIONS

_COLUMN = 760


@dataclass(frozen=True)
class PulseForm:
    """What is tapped and typed so far. crisis: the card is open."""

    answers: Mapping[str, int] = field(default_factory=dict)
    words: str = ""
    busy: bool = False
    error: str = ""
    crisis: bool = False


@dataclass(frozen=True)
class PulseActs:
    """What the page of questions does."""

    head: HeadActs
    choose: Callable[[str, int], object]
    write: Callable[[str], object]
    save: Act


@component
def Pulse(seated: Seated, asking: Asking) -> ft.Control:
    """Everything that whoever answers can reach. seated: its language changes with a tap."""
    ui = at_table(use_ui())
    tablet = use_tablet()
    nav = use_nav()
    call, message = use_call()
    form, set_form, newest = use_newest(PulseForm())
    closing = use_closing(ui, "pulse")
    table = tablet.open.table
    turn, set_turn = ft.use_state(0)
    # For the crisis card alone.
    page = use_query(table.page, (seated.language, turn), family_id=seated.family_id)

    def change(**values: Any) -> None:
        set_form(lambda now: replace(now, **values))

    def show_crisis(shown: bool) -> None:
        closing.leave()
        change(crisis=shown)

    acts = HeadActs(
        cover=lambda: nav.go(Place("cover")),
        crisis=lambda: show_crisis(True),
        language=lambda code: table.say_language(code),
        close=closing.ask,
    )
    async def save() -> None:
        now = newest()
        if now.busy:
            return
        change(busy=True, error="")
        await tablet.open.pulses.save(
            seated.family_id, asking.who, now.answers, now.words, asking.meeting_id
        )
        # Nothing of it stays behind on this page.
        set_form(PulseForm())
        table.pulse_given()

    def tell(error: AppError) -> None:
        change(busy=False, error=words_for(ui, error))

    def choose(code: str, value: int) -> None:
        set_form(lambda now: replace(now, answers={**now.answers, code: value}, error=""))

    asked_to_close = closing.page(acts)
    if asked_to_close is not None:
        return asked_to_close
    if form.crisis:
        if page.value is None or page.error:
            waiting: ft.Control = (
                error_state(
                    ui, page.error, key="pulse.failed", act=ui.say("state.try_again"),
                    on_act=lambda: set_turn(turn + 1),
                )
                if page.error
                else Loading(control="pulse.loading")
            )  # fmt: skip
            top = head(ui, ui.say("table.crisis"), "", acts, back=lambda: show_crisis(False), whose="pulse")
            return page_of(ui, top, [waiting], None, "pulse.waiting")
        return crisis_page(ui, page.value, acts, lambda: show_crisis(False), call, message, "pulse")
    if asking.done:
        return thanks_page(ui, asking.who.name, acts)
    return questions_page(
        ui, asking.who.name, form,
        PulseActs(acts, choose, lambda typed: change(words=typed), guarded(save, tell)),
    )  # fmt: skip


def questions_page(ui: Ui, who: str, form: PulseForm, acts: PulseActs) -> ft.Control:
    """The four questions and a few words; any may be left out."""
    body: list[ft.Control] = [text(ui, ui.say("pulse.private"), ui.type.body_l)]
    body += [_question(ui, code, who, form.answers.get(code), acts.choose) for code in PULSE_QUESTIONS]
    body.append(
        fields.field(
            ui, ui.say("pulse.words"), form.words, acts.write, key="pulse.words", lines=2, most_lines=4,
            disabled=form.busy,
        )
    )  # fmt: skip
    if form.error:
        body.append(fields.note_line(ui, form.error, error=True, key="pulse.problem"))
    body.append(
        ft.Row(
            [filled(ui, ui.say("pulse.save"), acts.save, key="pulse.save", symbol=ft.Icons.CHECK,
                    disabled=form.busy)],
            wrap=True,
        )
    )  # fmt: skip
    return page_of(ui, head(ui, who, ui.say("pulse.title"), acts.head), body, None, "pulse.questions")


def thanks_page(ui: Ui, who: str, acts: HeadActs) -> ft.Control:
    """Thanks; from here only the worker's code goes on."""
    thanks = empty_state(
        ui, ui.say("pulse.thanks"), ui.say("pulse.hand_back"), key="pulse.back",
        act=ui.say("pulse.done"), on_act=acts.close,
    )  # fmt: skip
    return page_of(ui, head(ui, who, ui.say("pulse.title"), acts), [thanks], None, "pulse.given")


def _question(
    ui: Ui, code: str, who: str, value: int | None, choose: Callable[[str, int], object]
) -> ft.Control:
    return ft.Column(
        [
            text(ui, ui.say(f"practice.pulse.{code}"), ui.type.h2, heading=2),
            text(ui, ui.say(f"pulse.ends.{code}"), ui.type.body, SOFT),
            rating(
                ui, who, None, value, lambda chosen: choose(code, chosen), key=f"pulse.{code}",
                width=min(_COLUMN * ui.scale, ui.layout.width - 2 * inset(ui)),
            ),
        ],
        spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
