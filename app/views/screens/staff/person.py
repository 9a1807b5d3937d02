"""One colleague: what they do here, their team, their tablets, and what an administrator may change."""

from __future__ import annotations

import flet as ft

from app.services.staff_views import Colleague, TabletView
from app.services.stream_watch import Reach
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.staff.frame import frame, points
from app.views.screens.staff.people import TYPES
from app.views.screens.staff.wording import (
    name_of,
    reach_words,
    roles_words,
    tablet_line,
    tablet_name,
)
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui, use_ui

SYMBOLS = {"in_use": ft.Icons.TABLET_ANDROID, "lost": ft.Icons.REPORT_OUTLINED, "removed": ft.Icons.BLOCK}


def tablet_row(
    ui: Ui, one: TabletView, number: int, now_ms: int, side_act: ft.Control | None
) -> ft.Control:
    """One tablet: which, since when, when the server last saw it; the act below where there is no room."""
    below = side_act is not None and ui.layout.stacked
    row = list_row(
        ui, tablet_name(ui, one, number), None, key=f"tablet.{one.device_id}",
        lead=icon(ui, SYMBOLS[one.state], 26, SOFT), lead_size=26,
        line=tablet_line(ui, one, now_ms), side_act=None if below else side_act, ruled=not below,
    )  # fmt: skip
    if not below or side_act is None:
        return row
    return ft.Column([row, ft.Row([side_act], wrap=True)], spacing=4, tight=True)


def person_facts(ui: Ui, one: Colleague) -> ft.Control:
    """Title, roles, team and who supervises."""
    lines = [
        fact_line(ui, ft.Icons.BADGE_OUTLINED, one.title or ui.say("staff.no_title")),
        fact_line(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, roles_words(ui, one.roles), key="person.roles"),
    ]
    if one.team_id:
        if one.supervisor and one.supervisor != one.name:
            said = ui.say("staff.supervised_by", name=one.supervisor)
        elif one.supervisor:
            said = ui.say("staff.leads_team")
        else:
            said = ui.say("staff.team_without")
        team = f"{one.team_name}. {said}" if one.team_name else said
        lines.append(fact_line(ui, ft.Icons.GROUPS_OUTLINED, team))
    return sheet(points(ui, lines))


@component
def PersonPlace(place: Place) -> ft.Control:
    """One colleague. record_id: their person id. detail: "roles" when a role has just been taken away."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    turn, set_turn = ft.use_state(0)
    person_id = place.record_id
    found = use_query(lambda: tablet.open.staff.person(person_id), (turn, person_id), types=TYPES)

    async def reach() -> Reach | None:
        return await tablet.open.removal.role_reach(person_id)

    reached = use_query(reach, (turn, person_id))
    say, one = ui.say, found.value
    if one is None:
        body: ft.Control = (
            error_state(ui, found.error, key="person.failed", act=say("state.try_again"),
                        on_act=lambda: set_turn(turn + 1))
            if found.error else Loading(control="person.loading")
        )
        return frame(ui, nav, "", [body], key="person")
    now = tablet.open.desk.now_ms()

    def go(name: str, detail: str = "") -> None:
        nav.go(Place(name, record_id=person_id, detail=detail))

    parts: list[ft.Control] = [person_facts(ui, one)]
    if reached.value is not None and not reached.value.complete:
        parts.append(
            sheet(points(ui, [
                text(ui, say("staff.narrowing"), ui.type.body),
                text(ui, reach_words(ui, reached.value), ui.type.body, SOFT, key="person.reach"),
            ]))
        )  # fmt: skip
    parts.append(ft.Row(
        [
            outlined(ui, say("staff.change_roles"), bind(go, "staff_roles"), key="person.change_roles",
                     symbol=ft.Icons.SWAP_HORIZ),
            outlined(ui, say("staff.change_name"), bind(go, "staff_name"), key="person.change_name",
                     symbol=ft.Icons.EDIT_OUTLINED),
        ],
        wrap=True, spacing=12, run_spacing=12,
    ))  # fmt: skip
    parts.append(section_header(ui, say("staff.tablets_title"), large=True))
    if not one.tablets:
        parts.append(text(ui, say("staff.tablets_none"), ui.type.body, SOFT))
    for number, tab in enumerate(one.tablets, 1):
        act = None
        if tab.state == "in_use" and not tab.here:
            act = outlined(ui, say("staff.tablet.out"), bind(go, "staff_remove", tab.device_id),
                           key=f"tablet.out.{tab.device_id}", small=True)
        elif tab.state != "in_use" and not one.left_ms:
            act = outlined(ui, say("staff.tablet.left"), bind(go, "removal", tab.device_id),
                           key=f"tablet.left.{tab.device_id}", small=True)
        parts.append(tablet_row(ui, tab, number, now, act))
    parts.append(ft.Row(
        [outlined(ui, say("invite.again"), bind(nav.go, Place("invite", record_id=person_id)),
                  key=f"people.again.{person_id}", symbol=ft.Icons.ADD)], wrap=True,
    ))  # fmt: skip
    if not one.me and not one.left_ms:
        parts += [
            section_header(ui, say("removal.title"), large=True),
            text(ui, say("removal.before_line"), ui.type.body, SOFT),
            ft.Row([outlined(ui, say("removal.begin"), bind(go, "staff_remove"),
                             key="person.remove", symbol=ft.Icons.PERSON_REMOVE_OUTLINED)], wrap=True),
        ]
    return frame(ui, nav, name_of(ui, one), parts, key="person")
