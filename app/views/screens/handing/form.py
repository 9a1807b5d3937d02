"""Asking a colleague to stand in, or handing families on: one form, two ways to use it.

place.family_id: one family; place.record_id: a coordinator whose caseload it is. place.detail:
cover or transfer, which can be changed here. Owns what is typed and the calls.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.handing_views import Colleague, LedFamily, NewCover, NewTransfer
from app.services.open_tablet import OpenTablet
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.handing.form_view import Choices, HandForm, hand_on_page
from app.views.screens.handing.page import page
from app.views.screens.more.frame import waiting
from app.views.screens.more.places import typed_day
from app.views.widgets.boundary import component
from app.views.widgets.day_picker import read_day
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import Ui, use_ui

FIELDS = {"until_on": "until", "reads_until": "until", "note": "note", "person": "person",
          "families": "families"}  # fmt: skip


async def read(opened: OpenTablet, place: Place) -> Choices:
    """Who could stand in or take over, and which families it is about."""
    handing = opened.handing
    colleagues: tuple[Colleague, ...] = await handing.colleagues()
    if place.record_id:
        families = await handing.caseload(place.record_id)
        led_by = next((one.name for one in colleagues if one.person_id == place.record_id), "")
        left = place.record_id
    else:
        header = await opened.casebook.header(place.family_id)
        families = (LedFamily(place.family_id, header.list_name or header.name),)
        readers = await handing.staff.readers(place.family_id)
        left = next((one.person_id for one in readers if one.leads), "")
        led_by = header.lead
    others = tuple(one for one in colleagues if one.person_id != left)
    return Choices(others, families, led_by, opened.desk.today())


def day_in(ui: Ui, days: int, today: date) -> str:
    """A day from now, as it is typed."""
    return typed_day(ui, (today + timedelta(days=days)).isoformat())


@component
def HandOnPlace(place: Place) -> ft.Control:
    """The form, and how far it has got."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    turn, set_turn = ft.use_state(0)
    today = tablet.open.desk.today()
    form, set_form, newest = use_newest(HandForm(place.detail or "cover", until=day_in(ui, 14, today)))
    answer = use_query(
        lambda: read(tablet.open, place), (place.family_id, place.record_id, turn),
        types=frozenset({"family", "staff_member"}), family_id=place.family_id,
    )  # fmt: skip

    def change(**values: Any) -> None:
        set_form(lambda now: replace(now, error="", field="", **values))

    def tell(problem: AppError) -> None:
        where = FIELDS.get(problem.field or "", "") if isinstance(problem, InvalidInput) else ""
        said = words_for(ui, problem)
        set_form(lambda now: replace(now, error=said, field=where, busy=False, done=0, total=0))

    def reached(done: int, total: int) -> None:
        set_form(lambda now: replace(now, done=done, total=total))

    async def go() -> None:
        form, choices = newest(), answer.value
        if form.busy or choices is None:
            return
        change(busy=True)
        chosen = form.chosen if form.chosen is not None else choices.all_families
        until = read_day(ui.language, form.until, today) if form.until.strip() else None
        if form.until.strip() and until is None:
            raise InvalidInput("That is not a day of the calendar.", field="until_on", code="bad_day")
        day = until.isoformat() if until is not None else ""
        ids = tuple(one.family_id for one in choices.families if one.family_id in chosen)
        handing = tablet.open.handing
        if form.kind == "cover":
            asked = NewCover(ids, form.person_id, day, form.reason, form.note)
            await handing.cover(asked, reached)
        else:
            await handing.transfer(NewTransfer(ids, form.person_id, form.note, day), reached)
        nav.back()

    if answer.value is None or answer.error:
        parts: list[ft.Control] = [
            waiting(ui, answer, "hand_on", lambda: set_turn(lambda now: now + 1))
        ]
    else:
        parts = hand_on_page(ui, form, answer.value, change, guarded(go, tell))
    families = answer.value.families if answer.value is not None else ()
    return page(
        ui, ui.say("handing.hand_on"), parts, key="hand_on", on_back=nav.back,
        line=families[0].name if len(families) == 1 else None,
        on_cover=lambda: nav.go(Place("cover")),
        on_crisis=(lambda: nav.go(Place("crisis", place.family_id))) if place.family_id else None,
    )  # fmt: skip
