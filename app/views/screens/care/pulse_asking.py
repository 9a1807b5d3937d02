"""Asking for a pulse, on the worker's side: who answers, and a code that takes the tablet back.

From the tap on a name on, the tablet shows that person's questions and nothing else (screens/table/pulse.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.pulses import Asked
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.table.handing import FIELD_OF, NewCode, choose_code, clear_bars, code_fields
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.pressable import Act
from app.views.widgets.rows import list_row
from app.views.widgets.shell import page_inset
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.vocabulary import CONTENT_LANGUAGES


@dataclass(frozen=True)
class Known:
    """What the page begins with. code: nothing has to be chosen. spent: it was missed too often."""

    people: tuple[Asked, ...]
    language: str
    code: bool
    spent: bool


@dataclass(frozen=True)
class Form:
    """Who was tapped and what was typed. who: chosen, and a code has to be chosen first."""

    who: Asked | None = None
    typed: NewCode = NewCode()
    busy: bool = False


@component
def PulseAskPlace(place: Place) -> ft.Control:
    """Somebody of place.family_id answers."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    form, set_form, newest = use_newest(Form())
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id

    async def find() -> Known:
        opened = tablet.open
        spoken = (await opened.casebook.header(family_id)).languages
        spent = await opened.table.code.tries_left() == 0
        return Known(
            await opened.pulses.people(family_id),
            spoken if spoken in CONTENT_LANGUAGES else ui.language,
            await opened.table.code.exists() and not spent,
            spent,
        )

    asked = use_query(find, (family_id, tries), family_id=family_id)

    def type_in(**values: str) -> None:
        set_form(lambda now: replace(now, typed=replace(now.typed, problem="", field="", **values)))

    async def hand_over(who: Asked, known: Known) -> None:
        now = newest()
        if now.busy:
            return
        set_form(replace(now, busy=True))
        if not known.code:
            await choose_code(ui, tablet.open.table, now.typed)
        clear_bars(ft.context.page)
        await tablet.open.table.begin_pulse(family_id, who, known.language, place.record_id)

    def tell(error: AppError) -> None:
        named = FIELD_OF.get(getattr(error, "field", ""), "")
        set_form(
            lambda now: replace(
                now, busy=False, typed=replace(now.typed, problem=words_for(ui, error), field=named)
            )
        )

    def tap(who: Asked, known: Known) -> Act:
        if known.code:
            return guarded(lambda: hand_over(who, known), tell)
        return lambda: set_form(Form(who))

    title = ui.say("pulse.title")
    if asked.value is None or asked.error:
        part = waiting(ui, asked, "pulse_ask", lambda: set_tries(lambda now: now + 1))
        return _page(ui, frame(ui, nav, family_id, title, [part], key="pulse_ask"))
    known = asked.value
    if form.who is None:
        rows: list[ft.Control] = [
            text(ui, ui.say("pulse.who"), ui.type.h2, heading=2),
            text(ui, ui.say("pulse.closed"), ui.type.body, SOFT),
        ]
        rows += [
            list_row(ui, one.name, tap(one, known), key=f"pulse.who.{one.person_id}", chevron=True, tall=72)
            for one in known.people
        ]
        if not known.people:
            rows.append(text(ui, ui.say("care.nobody"), ui.type.body, SOFT))
        rows += _problem(ui, form.typed)
        return _page(ui, frame(ui, nav, family_id, title, rows, key="pulse_ask", spacing=4))
    parts: list[ft.Control] = [
        text(ui, ui.say("table.code"), ui.type.h2, heading=2),
        *code_fields(
            ui, form.typed, lambda one: type_in(code=one), lambda one: type_in(again=one),
            spent=known.spent, busy=form.busy, key="pulse",
        ),
        *_problem(ui, form.typed),
    ]  # fmt: skip
    chosen: Any = form.who
    foot = filled(
        ui, ui.say("pulse.hand_over"), guarded(lambda: hand_over(chosen, known), tell), key="pulse.hand_over",
        symbol=ft.Icons.FAVORITE_BORDER, expand=ui.layout.narrow or None, disabled=form.busy,
    )  # fmt: skip
    choosing = frame(
        ui, nav, family_id, form.who.name, parts, key="pulse_ask", foot=ft.Row([foot]), sticky=True,
        on_back=lambda: set_form(Form()),
    )  # fmt: skip
    return _page(ui, choosing)


def _problem(ui: Ui, typed: NewCode) -> list[ft.Control]:
    """What went wrong and belongs to no field."""
    said = typed.problem if not typed.field else ""
    return [note_line(ui, said, error=True, key="pulse.problem")] if said else []


def _page(ui: Ui, content: ft.Control) -> ft.Control:
    """Without the rail: the tablet is about to change hands."""
    return ft.Container(content, padding=page_inset(ui), expand=True)
