"""Names: a colleague's name and title (one's own, too), and what the agency calls itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.staff.frame import frame, main_act
from app.views.widgets.boundary import component
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import use_ui


@dataclass(frozen=True)
class Typed:
    """What was typed; None where nobody has touched it."""

    name: str | None = None
    title: str | None = None
    error: str = ""
    busy: bool = False


@component
def NamePlace(place: Place) -> ft.Control:
    """A person's name and title. record_id: whose."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    form, set_form, newest = use_newest(Typed())
    person_id = place.record_id
    found = use_query(lambda: tablet.open.staff.person(person_id), (person_id,))
    say, one = ui.say, found.value

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", **changes))

    def tell(problem: AppError) -> None:
        set_form(lambda now: replace(now, error=words_for(ui, problem), busy=False))

    async def save() -> None:
        typed = newest()
        if typed.busy or one is None:
            return
        change(busy=True)
        name = one.name if typed.name is None else typed.name
        title = one.title if typed.title is None else typed.title
        await tablet.open.staff.rename(person_id, name, title)
        nav.back()

    parts: list[ft.Control]
    if one is None:
        parts = [note_line(ui, found.error, error=True, key="name.failed")] if found.error else [
            Loading(control="name.loading")]
    else:
        parts = [
            field(ui, say("invite.name"), one.name if form.name is None else form.name,
                  lambda words: change(name=words), key="name.name", error=form.error or None,
                  autofocus=True),
            field(ui, say("invite.title"), one.title if form.title is None else form.title,
                  lambda words: change(title=words), key="name.title"),
            text(ui, say("staff.name_line"), ui.type.body, SOFT),
            main_act(ui, say("staff.save"), guarded(save, tell), key="name.save", off=form.busy),
        ]
    return frame(ui, nav, say("staff.change_name"), parts, key="name")


@component
def AgencyNamePlace(_place: Place) -> ft.Control:
    """What the agency calls itself."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    form, set_form, newest = use_newest(Typed())
    found = use_query(lambda: tablet.open.staff.agency_name(), ())
    say = ui.say
    now = (found.value or "") if form.name is None else form.name

    def tell(problem: AppError) -> None:
        set_form(lambda kept: replace(kept, error=words_for(ui, problem), busy=False))

    save = _saver(newest, lambda name: tablet.open.staff.rename_agency(name), nav.back, found.value or "")
    return frame(
        ui, nav, say("staff.agency_name"),
        [
            field(ui, say("staff.agency_name_field"), now,
                  lambda words: set_form(lambda kept: replace(kept, name=words, error="")),
                  key="agency.name", error=form.error or None, autofocus=True),
            text(ui, say("staff.agency_name_line"), ui.type.body, SOFT),
            main_act(ui, say("staff.save"), guarded(save, tell), key="agency.save"),
        ],
        key="agency",
    )  # fmt: skip


def _saver(
    newest: Callable[[], Typed], write: Callable[[str], Awaitable[None]], done: Callable[[], object], was: str
) -> Callable[[], Awaitable[None]]:
    async def save() -> None:
        typed = newest().name
        await write(was if typed is None else typed)
        done()

    return save
