"""What was given to whom: the whole list by days, one line in full, and the paper for the family.

place.record_id: one line; empty for the list.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.documents.log_view import LogActs, LogForm, line_screen, log_screen, print_form
from app.views.screens.documents.saving import save
from app.views.widgets.boundary import component
from app.views.widgets.day_picker import read_day
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui
from app.views.words import catalogue


@component
def DisclosuresPlace(place: Place) -> ft.Control:
    """The log of place.family_id."""
    return OneLine(place) if place.record_id else WholeLog(place)


@component
def WholeLog(place: Place) -> ft.Control:
    """Everything that left."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    form, set_form, newest = use_newest(LogForm())
    desk = tablet.open.desk
    log = tablet.open.sharing.log
    asked = use_query(
        lambda: log.all(place.family_id), (place.family_id,), types=frozenset({"disclosure"}),
        family_id=place.family_id,
    )  # fmt: skip

    def tell(problem: AppError) -> None:
        where = problem.field if isinstance(problem, InvalidInput) else ""
        set_form(lambda now: replace(now, error=words_for(ui, problem), field=where, busy=False))

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", field="", done="", **changes))

    async def give() -> None:
        now = newest()
        if now.busy:
            return
        language = await tablet.open.sharing.language(place.family_id)
        set_form(lambda now: replace(now, busy=True, error=""))
        made = await log.print_accounting(
            place.family_id, now.who, language, catalogue(language).__getitem__,
            since=read_day(ui.settings.language, now.since, desk.today()),
            until=read_day(ui.settings.language, now.until, desk.today()),
        )  # fmt: skip
        done = await save(tablet, made, bool(page.web))
        words = ui.say(f"documents.copy.{done}")
        set_form(lambda now: replace(now, busy=False, asking=False, done=words))

    ft.use_dialog(
        form_dialog(
            ui, ui.say("documents.log.print"), print_form(ui, form, change), key="log.print_dialog",
            act=ui.say("documents.log.print"), on_act=guarded(give, tell), close=ui.say("sign.close"),
            on_close=lambda: change(asking=False), disabled=form.busy,
        )
        if form.asking
        else None
    )  # fmt: skip
    return log_screen(
        ui,
        asked.value,
        asked.error,
        form,
        desk.today(),
        desk.now_ms(),
        LogActs(
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", place.family_id)),
            cover=lambda: nav.go(Place("cover")),
            change=change,
            line=lambda record: nav.go(Place("disclosures", place.family_id, record_id=record)),
        ),
    )


@component
def OneLine(place: Place) -> ft.Control:
    """One line in full; a supervisor says that they have seen it."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    trouble, set_trouble = ft.use_state("")
    log = tablet.open.sharing.log
    asked = use_query(
        lambda: log.one(place.record_id), (place.record_id,), types=frozenset({"disclosure"}),
        family_id=place.family_id,
    )  # fmt: skip

    async def seen() -> None:
        await log.seen(place.record_id)

    desk = tablet.open.desk
    return line_screen(
        ui,
        asked.value,
        asked.error,
        trouble,
        desk.now_ms(),
        LogActs(
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", place.family_id)),
            cover=lambda: nav.go(Place("cover")),
            seen=guarded(seen, lambda error: set_trouble(words_for(ui, error)))
            if "supervisor" in desk.me.roles
            else None,
        ),
    )
