"""Requests for the record of one family: those that wait first, each with the days that are left."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.services.keeping_requests import RequestView
from app.services.permissions import allows
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.keeping.wording import kind_words, state_words
from app.views.screens.more.frame import frame, waiting
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import use_ui

_ICON = 28


@component
def RequestsPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id

    async def ask() -> tuple[tuple[RequestView, ...], date, str]:
        opened = tablet.open
        name = (await opened.casebook.header(family_id)).name
        return await opened.keeping.requests.of_family(family_id), opened.desk.today(), name

    answer = use_query(
        ask, (family_id, tries), types=frozenset({"record_request"}), family_id=family_id
    )
    title = ui.say("request.title")
    if answer.value is None:
        part = waiting(ui, answer, "requests", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="requests")
    requests, today, name = answer.value

    def go(request_id: str) -> None:
        nav.go(Place("request", family_id, record_id=request_id))

    parts: list[ft.Control] = [text(ui, ui.say("request.explain"), ui.type.body, SOFT)]
    if not requests:
        parts.append(text(ui, ui.say("request.none"), ui.type.body_l, key="requests.none"))
    parts += [
        list_row(
            ui, ui.say("request.row", who=one.requester, what=kind_words(ui, one.kind)),
            bind(go, one.request_id), key=f"requests.{one.request_id}",
            lead=icon(ui, ft.Icons.INBOX_OUTLINED if one.open else ft.Icons.DONE, _ICON, SOFT),
            lead_size=_ICON, line=state_words(ui, one, today), chevron=True,
        )
        for one in requests
    ]  # fmt: skip
    foot = None
    if allows(tablet.open.desk.me, "request.write"):
        foot = ft.Row(
            [filled(ui, ui.say("request.new"), lambda: go(""), key="requests.new", symbol=ft.Icons.ADD)],
            wrap=True,
        )
    return frame(ui, nav, family_id, title, parts, key="requests", line=name, foot=foot, spacing=8)
