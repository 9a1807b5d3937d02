"""What somebody does here: roles with plain words of what each may do, and their team."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.staff_views import Colleague, TeamView
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.staff.frame import frame, main_act
from app.views.screens.staff.people import TYPES
from app.views.screens.staff.wording import ROLES, may_words, name_of, team_words
from app.views.widgets.boundary import component
from app.views.widgets.buttons import quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.pressable import bind
from app.views.widgets.states import Loading, progress
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui, use_ui

NO_TEAM = "none"


@dataclass(frozen=True)
class RolesForm:
    """What was chosen; None where nobody has touched it. shown: the role whose rights are spelled out."""

    roles: tuple[str, ...] | None = None
    team: str | None = None
    shown: str = ""
    error: str = ""
    busy: bool = False


def roles_parts(
    ui: Ui, one: Colleague, teams: tuple[TeamView, ...], form: RolesForm, *,
    change: Callable[..., Any], on_save: Callable[[], object],
) -> list[ft.Control]:
    """Roles with what each may do, the team, what a narrower role means, and the act."""
    say = ui.say
    roles = one.roles if form.roles is None else form.roles
    team = (one.team_id or NO_TEAM) if form.team is None else form.team
    parts: list[ft.Control] = []
    for role in ROLES:
        def toggle(_on: bool, role: str = role) -> None:
            change(roles=tuple(r for r in ROLES if (r in roles) != (r == role)))

        parts.append(tick_row(ui, say(f"staff.role.{role}"), role in roles, toggle,
                              key=f"roles.{role}", line=say(f"staff.role_line.{role}")))
        open_ = form.shown == role
        parts.append(ft.Row([quiet(
            ui, say("staff.may_hide" if open_ else "staff.may_show", role=say(f"staff.role.{role}")),
            bind(lambda shown: change(shown=shown), "" if open_ else role), key=f"roles.may.{role}",
            trailing=ft.Icons.EXPAND_LESS if open_ else ft.Icons.EXPAND_MORE,
        )], wrap=True))
        if open_:
            parts.append(ft.Container(
                ft.Column([text(ui, line, ui.type.body) for line in may_words(ui, role)],
                          spacing=6, tight=True),
                padding=ft.Padding.only(left=14), key=f"roles.words.{role}",
            ))
    if "supervisor" not in roles:
        choices = [*(Choice(t.team_id, team_words(ui, t)) for t in teams),
                   Choice(NO_TEAM, say("staff.no_team"))]
        parts += [section_header(ui, say("staff.team"), large=True),
                  choice_chips(ui, choices, team, lambda chosen: change(team=chosen), key="roles.team")]
    else:
        parts.append(text(ui, say("staff.own_team"), ui.type.body, SOFT))
    if set(one.roles) - set(roles):
        parts.append(text(ui, say("staff.narrow_line"), ui.type.body_l, key="roles.narrow"))
    if form.error:
        parts.append(note_line(ui, form.error, error=True, key="roles.error"))
    if form.busy:
        parts.append(progress(ui, say("staff.saving"), None, key="roles.progress"))
    parts.append(main_act(ui, say("staff.save"), on_save, key="roles.save", off=form.busy))
    return parts


@component
def RolesPlace(place: Place) -> ft.Control:
    """Roles and team of a person. record_id: whose."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    form, set_form, newest = use_newest(RolesForm())
    person_id = place.record_id
    found = use_query(lambda: tablet.open.staff.person(person_id), (person_id,), types=TYPES)
    teams = use_query(lambda: tablet.open.staff.teams(), (), types=TYPES)
    one = found.value

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", **changes))

    def tell(problem: AppError) -> None:
        set_form(lambda now: replace(now, error=words_for(ui, problem), busy=False))

    async def save() -> None:
        chosen = newest()
        if chosen.busy or one is None:
            return
        change(busy=True)
        roles = one.roles if chosen.roles is None else chosen.roles
        team = one.team_id if chosen.team is None else chosen.team
        if "supervisor" in roles:
            team = one.team_id if "supervisor" in one.roles else ""
        await tablet.open.staff.set_roles(person_id, roles, "" if team == NO_TEAM else team)
        nav.back()

    if one is None:
        parts: list[ft.Control] = [
            note_line(ui, found.error, error=True, key="roles.failed") if found.error
            else Loading(control="roles.loading")
        ]
    else:
        parts = roles_parts(ui, one, teams.value or (), form, change=change, on_save=guarded(save, tell))
    return frame(
        ui, nav, ui.say("staff.change_roles"), parts, key="roles",
        line=name_of(ui, one) if one else None,
    )  # fmt: skip
