"""Who did what in one family, for workers: readable lines by day, filtered by person and kind."""

from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.services.audit_lines import AuditPage
from app.services.permissions import allows
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.audit.view import PAGE, Filter, alarm_panel, days, filters
from app.views.screens.more.frame import frame, waiting
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.chips import Choice, choose_sheet
from app.views.widgets.ui import use_ui


@component
def AuditPlace(place: Place) -> ft.Control:
    """The record of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    chosen, choose = ft.use_state(Filter())
    asking, ask_who = ft.use_state(False)
    turn, set_turn = ft.use_state(0)

    async def read() -> tuple[AuditPage, str, int]:
        opened = tablet.open
        name = (await opened.casebook.header(place.family_id)).name
        return await opened.audit.lines.family(place.family_id), name, opened.desk.now_ms()

    # Only on opening: a long record is not read again with every word that somebody saves.
    asked = use_query(
        read, (place.family_id, turn), types=frozenset({"audit_page"}), family_id=place.family_id
    )

    def pick(person: str) -> None:
        ask_who(False)
        choose(lambda now: replace(now, person=person, count=PAGE))

    page = asked.value[0] if asked.value else None
    people = [Choice("", ui.say("audit.filter_all"))]
    if page is not None:
        people += [Choice(person, name) for person, name in page.people]
    ft.use_dialog(
        choose_sheet(
            ui, ui.say("audit.filter_who"), people, chosen.person, pick, lambda: ask_who(False),
            key="audit.choose",
        )
        if asking
        else None
    )  # fmt: skip
    title = ui.say("audit.title")
    if asked.value is None or asked.error or page is None:
        body = [waiting(ui, asked, "audit", lambda: set_turn(turn + 1))]
        return frame(ui, nav, place.family_id, title, body, key="audit")
    _, name, now_ms = asked.value
    give: list[ft.Control] = []
    if allows(tablet.open.desk.me, "audit.export"):
        to = Place("audit_copy", place.family_id)
        give = [
            ft.Row(
                [outlined(ui, ui.say("audit.give"), lambda: nav.go(to), key="audit.give",
                          symbol=ft.Icons.OUTBOX_OUTLINED)],
                wrap=True,
            )
        ]  # fmt: skip
    parts = [
        *alarm_panel(ui, page.alarms, {place.family_id: name}, key="audit.alarm"),
        *give,
        filters(
            ui, page, chosen, lambda kind: choose(lambda now: replace(now, kind=kind, count=PAGE)),
            lambda: ask_who(True),
        ),
        *days(
            ui, page, chosen, now_ms, lambda: choose(lambda now: replace(now, count=now.count + PAGE))
        ),
    ]  # fmt: skip
    return frame(ui, nav, place.family_id, title, parts, key="audit", line=name)
