"""Teams: who supervises each, who is in it, what it is called; and a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.staff_views import TeamView
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.staff.frame import frame, main_act
from app.views.screens.staff.people import TYPES
from app.views.screens.staff.wording import name_of, team_words
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.states import Loading, empty_state, error_state, progress
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui, use_ui


def team_line(ui: Ui, team: TeamView) -> str:
    """Who supervises, and who is in it."""
    leader = team.supervisor or ui.say("staff.team_nobody")
    said = ui.say("staff.supervised_by", name=leader) if team.supervisor else ui.say("staff.team_without")
    if not team.members:
        return said
    return f"{said}. " + ui.say("staff.members", names=", ".join(team.members))


@component
def TeamsPlace(_place: Place) -> ft.Control:
    """Every team."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    turn, set_turn = ft.use_state(0)
    found = use_query(lambda: tablet.open.staff.teams(), (turn,), types=TYPES)
    say = ui.say
    parts: list[ft.Control] = [text(ui, say("staff.teams_line"), ui.type.body, SOFT)]
    if found.error:
        parts.append(error_state(ui, found.error, key="teams.failed", act=say("state.try_again"),
                                 on_act=lambda: set_turn(turn + 1)))
    elif found.value is None:
        parts.append(Loading(control="teams.loading"))
    elif not found.value:
        parts.append(empty_state(ui, say("staff.teams_none"), say("staff.teams_first"), key="teams.empty"))
    parts += [
        list_row(ui, team_words(ui, team), bind(nav.go, Place("team", record_id=team.team_id)),
                 key=f"teams.row.{team.team_id}", lead=icon(ui, ft.Icons.GROUPS_OUTLINED, 26, SOFT),
                 lead_size=26, line=team_line(ui, team), chevron=True)
        for team in found.value or ()
    ]
    parts.append(ft.Row([outlined(ui, say("staff.team_add"), bind(nav.go, Place("team")),
                                  key="teams.add", symbol=ft.Icons.ADD)], wrap=True))
    return frame(ui, nav, say("staff.teams"), parts, key="teams", spacing=8)


@dataclass(frozen=True)
class TeamForm:
    """What was typed and chosen; None where nobody has touched it."""

    name: str | None = None
    supervisor: str | None = None
    error: str = ""
    busy: bool = False


@component
def TeamPlace(place: Place) -> ft.Control:
    """One team, or a new one. record_id: its id, or ""."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    form, set_form, newest = use_newest(TeamForm())
    teams = use_query(lambda: tablet.open.staff.teams(), (), types=TYPES)
    staff = use_query(lambda: tablet.open.staff.everybody(), (), types=TYPES)
    say = ui.say
    team = next((one for one in teams.value or () if one.team_id == place.record_id), None)
    leaders = [one for one in staff.value or () if "supervisor" in one.roles and not one.left_ms]
    was_name, was_leader = (team.name, team.supervisor_id) if team else ("", "")
    chosen = was_leader if form.supervisor is None else form.supervisor

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", **changes))

    def tell(problem: AppError) -> None:
        set_form(lambda now: replace(now, error=words_for(ui, problem), busy=False))

    async def save() -> None:
        typed = newest()
        if typed.busy:
            return
        change(busy=True)
        name = was_name if typed.name is None else typed.name
        leader = was_leader if typed.supervisor is None else typed.supervisor
        if not place.record_id:
            await tablet.open.staff.add_team(name, leader)
        else:
            if leader != was_leader:
                await tablet.open.staff.set_supervisor(place.record_id, leader)
            if name != was_name:
                await tablet.open.staff.rename_team(place.record_id, name)
        nav.back()

    parts: list[ft.Control] = [
        field(ui, say("staff.team_name"), was_name if form.name is None else form.name,
              lambda words: change(name=words), key="team.name", help=say("staff.team_name_help")),
        text(ui, say("staff.team_supervisor"), ui.type.label),
        choice_chips(ui, [Choice(one.person_id, name_of(ui, one)) for one in leaders], chosen,
                     lambda person: change(supervisor=person), key="team.supervisor"),
        text(ui, say("staff.team_keys"), ui.type.body, SOFT),
        *([note_line(ui, form.error, error=True, key="team.error")] if form.error else []),
        *([progress(ui, say("staff.saving"), None, key="team.progress")] if form.busy else []),
        main_act(ui, say("staff.save"), guarded(save, tell), key="team.save", off=form.busy),
    ]
    title = team_words(ui, team) if team else say("staff.team_add")
    return frame(ui, nav, title, parts, key="team")
