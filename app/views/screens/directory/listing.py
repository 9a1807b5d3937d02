"""The directory: looking for a service, offline. Owns what is asked and which choice is open.

place.family_id: opened from a family, whose youth's age is then asked for first. place.record_id: the need or
finding that a referral would begin with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.services.directory import PAGE
from app.services.directory_views import Found, Search
from app.services.permissions import allows
from app.views import dates
from app.views.calling import use_call
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.left import use_left
from app.views.place import Place
from app.views.screens.directory.framing import framed
from app.views.screens.directory.view import ListActs, list_parts
from app.views.screens.directory.wording import LANGUAGES, language_words
from app.views.widgets.boundary import component
from app.views.widgets.chips import Choice, choose_sheet
from app.views.widgets.states import Loading
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.practice_codes import SERVICE_DOMAINS

_TYPES = frozenset({"directory_edition", "local_service", "service_check", "attachment"})
_OLDEST_OFFERED = 25


@dataclass(frozen=True)
class _Asked:
    """What is looked for. limit: how many rows. ready: the youth's age is known where it is asked for."""

    search: Search = Search()
    limit: int = PAGE
    ready: bool = True


@component
def DirectoryPlace(place: Place) -> ft.Control:
    """The list of services."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    fresh = _Asked(ready=not place.family_id)
    asked, put, newest = use_left(place, fresh)
    search, limit, ready = asked.search, asked.limit, asked.ready
    picking, pick = ft.use_state("")
    dial, _write = use_call()
    me = tablet.open.desk.me

    async def prepare() -> None:
        if not newest().ready:
            age = await tablet.open.directory.age_of_youth(place.family_id)
            put(lambda now: replace(now, search=replace(now.search, age=age), ready=True))

    ft.use_effect(prepare, [place.family_id])

    async def ask() -> Found | None:
        if not ready:
            return None
        return await tablet.open.directory.search(search, ui.settings.language, limit)

    answer = use_query(ask, (search, limit, ready, ui.settings.language), types=_TYPES)

    def change(**values: Any) -> None:
        put(lambda now: replace(now, search=replace(now.search, **values), limit=PAGE))

    def choose(value: str) -> None:
        kind = picking
        pick("")
        if kind == "kind":
            change(domains=frozenset({value}) if value else frozenset())
        elif kind == "age":
            change(age=int(value) if value else None)
        else:
            change(language=value)

    ft.use_dialog(_sheet(ui, picking, search, choose, lambda: pick("")) if picking else None)
    acts = ListActs(
        type_words=lambda typed: change(text=typed),
        type_town=lambda typed: change(town=typed),
        pick=pick,
        flip=lambda name: change(**{name: not getattr(newest().search, name)}),
        clear=lambda: put(_Asked()),
        open=lambda which: nav.go(
            Place("service", place.family_id, record_id=which, detail=place.record_id)
        ),
        call=dial,
        more=lambda: put(lambda now: replace(now, limit=now.limit + PAGE)),
        add=lambda: nav.go(Place("own_service")),
        bring=(lambda: nav.go(Place("directory_import"))) if allows(me, "directory.import") else None,
        rates=(lambda: nav.go(Place("referral_rates"))) if "supervisor" in me.roles else None,
    )
    today = dates.local(tablet.open.desk.now_ms()).date()
    parts = list_parts(ui, search, answer.value, today, acts, answer.error)
    if answer.value is None and not answer.error:
        parts.append(Loading(control="directory.loading"))
    return framed(
        ui, nav, place, ui.say("directory.title"), parts, key="directory", root=not place.family_id,
        wide=True,
    )  # fmt: skip


def _sheet(ui: Ui, which: str, search: Search, choose: Any, close: Any) -> ft.AlertDialog:
    if which == "kind":
        choices = [Choice("", ui.say("directory.any_kind"))]
        choices += [Choice(code, ui.say(f"practice.service.{code}")) for code in SERVICE_DOMAINS]
        chosen = next(iter(search.domains), "")
    elif which == "age":
        choices = [Choice("", ui.say("directory.any_age"))]
        choices += [Choice(str(n), ui.say("directory.age", count=n)) for n in range(_OLDEST_OFFERED + 1)]
        chosen = "" if search.age is None else str(search.age)
    else:
        choices = [Choice("", ui.say("directory.any_language"))]
        choices += [Choice(code, language_words(ui, code)) for code in LANGUAGES]
        chosen = search.language
    titles = {"kind": "directory.kind", "age": "directory.which_age"}
    title = ui.say(titles.get(which, "directory.which_language"))
    return choose_sheet(ui, title, choices, chosen, choose, close, key=f"directory.pick.{which}")
