"""One service of the directory. place.record_id: which. place.family_id: for whom it was looked for.

place.detail: the need or finding that a referral would begin with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import flet as ft

from app.errors import AppError
from app.services.directory_views import ServiceView
from app.services.permissions import allows
from app.views import dates
from app.views.calling import use_call
from app.views.directions import Way, use_directions
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.once import use_once
from app.views.place import Place
from app.views.screens.directory.framing import framed
from app.views.screens.directory.service_view import CheckForm, ServiceActs, service_parts
from app.views.widgets.boundary import component
from app.views.widgets.chips import Choice, choose_sheet
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading, empty_state, error_state
from app.views.widgets.ui import use_ui

_TYPES = frozenset({"directory_edition", "local_service", "service_check", "referral"})


@dataclass(frozen=True)
class _Seen:
    """The service, and the families that may be referred to it: (id, name)."""

    view: ServiceView | None
    family: str
    families: tuple[tuple[str, str], ...]


@component
def ServicePlace(place: Place) -> ft.Control:
    """One service whole."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    form, set_form, newest = use_newest(CheckForm())
    tries, set_tries = ft.use_state(0)
    choosing, set_choosing = ft.use_state(False)
    dial, _write = use_call()
    show_way = use_directions()
    me = tablet.open.desk.me

    async def ask() -> _Seen:
        view = await tablet.open.directory.service(place.record_id, ui.settings.language)
        rows = await tablet.open.casebook.families()
        families = tuple((row.family_id, row.title) for row in rows if row.status == "open")
        return _Seen(view, dict(families).get(place.family_id, ""), families)

    answer = use_query(ask, (place.record_id, ui.settings.language, tries), types=_TYPES)

    def refer(family_id: str) -> None:
        set_choosing(False)
        nav.go(
            Place("referral", family_id, tab=place.record_id, record_id=place.detail, detail="new")
        )

    seen = answer.value
    sheet = None
    if choosing and seen is not None:
        sheet = choose_sheet(
            ui, ui.say("directory.refer_whom"), [Choice(one, name) for one, name in seen.families], None,
            refer, lambda: set_choosing(False), key="service.family",
        )  # fmt: skip
    ft.use_dialog(sheet)

    def web(address: str) -> None:
        async def launch() -> None:
            tablet.excursion()
            await ft.UrlLauncher().launch_url(address)

        page.run_task(launch)

    async def keep() -> None:
        if seen is None or seen.view is None:
            return
        now = newest()
        await tablet.open.directory.check(place.record_id, seen.view.row.name, now.result, now.note)
        set_form(CheckForm())

    once = use_once(keep)

    def tell(error: AppError) -> None:
        set_form(lambda now: replace(now, problem=words_for(ui, error)))

    title = ui.say("directory.service")
    if answer.error:
        failed = error_state(
            ui, answer.error, key="service.failed", act=ui.say("state.try_again"),
            on_act=lambda: set_tries(lambda now: now + 1),
        )  # fmt: skip
        return framed(ui, nav, place, title, [failed], key="service")
    if seen is None:
        return framed(ui, nav, place, title, [Loading(control="service.loading")], key="service")
    if seen.view is None:
        gone = empty_state(
            ui, ui.say("directory.not_here"), ui.say("directory.not_here_line"), key="service.gone",
            act=ui.say("nav.back"), on_act=nav.back,
        )  # fmt: skip
        return framed(ui, nav, place, title, [gone], key="service")
    view = seen.view
    may_refer = allows(me, "referral.write") and bool(seen.families) and view.status != "retired"
    acts = ServiceActs(
        refer=None if not may_refer
        else (lambda: refer(place.family_id)) if place.family_id else (lambda: set_choosing(True)),
        call=dial,
        web=web,
        way=lambda address: show_way(Way(view.row.name, address)),
        edit=(lambda: nav.go(Place("own_service", record_id=place.record_id)))
        if view.row.own and allows(me, "directory.keep") else None,
        choose=lambda result: set_form(lambda now: replace(now, result=result, problem="")),
        write=lambda note: set_form(lambda now: replace(now, note=note)),
        keep=guarded(once, tell),
    )  # fmt: skip
    today = dates.local(tablet.open.desk.now_ms()).date()
    return framed(
        ui, nav, place, view.row.name, service_parts(ui, view, form, today, seen.family, acts), key="service",
        line=view.row.organization or None,
    )  # fmt: skip
