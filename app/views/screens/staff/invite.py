"""Inviting one person, or one more tablet of theirs: the form, and the code, shown once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.enrolment import InvitationText, NewPerson
from app.services.staff_views import Colleague
from app.views import dates
from app.views.clipboard import use_clipboard
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.staff.frame import COLUMN, frame, main_act
from app.views.screens.staff.wording import ROLES, name_of
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.chips import Choice, chip, chip_row, choice_chips
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import named
from app.views.widgets.qr import qr_picture
from app.views.widgets.shell import room_for
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui


@dataclass(frozen=True)
class InviteForm:
    """What was typed, and the code once it is made."""

    name: str = ""
    title: str = ""
    roles: tuple[str, ...] = ("coordinator",)
    supervisor_id: str = ""
    error: str = ""
    field: str = ""
    busy: bool = False
    made: InvitationText | None = None
    copied: bool = False


def invite_form(
    ui: Ui, form: InviteForm, supervisors: tuple[Colleague, ...], *,
    change: Callable[..., Any], on_go: Callable[[], object],
) -> list[ft.Control]:
    """Name, title, what they do, and who supervises them."""
    say = ui.say

    def wrong(name: str) -> str | None:
        return form.error if form.error and form.field == name else None

    def toggle(role: str) -> None:
        kept = tuple(one for one in ROLES if (one in form.roles) != (one == role))
        change(roles=kept)

    roles = chip_row([
        chip(ui, say(f"staff.role.{role}"), partial(toggle, role),
             key=f"invite.role.{role}", selected=role in form.roles)
        for role in ROLES
    ])
    parts: list[ft.Control] = [
        field(ui, say("invite.name"), form.name, lambda words: change(name=words),
              key="invite.name", error=wrong("name"), disabled=form.busy, autofocus=True),
        field(ui, say("invite.title"), form.title, lambda words: change(title=words),
              key="invite.title", error=wrong("title"), disabled=form.busy),
        text(ui, say("invite.roles"), ui.type.label),
        roles,
        *([note_line(ui, form.error, error=True, key="invite.roles.error")]
          if wrong("roles") else []),
    ]
    supervised = {"coordinator", "partner"} & set(form.roles)
    if supervised and "supervisor" not in form.roles and supervisors:
        parts += [
            text(ui, say("invite.supervisor"), ui.type.label),
            choice_chips(ui, [Choice(one.person_id, name_of(ui, one)) for one in supervisors],
                         form.supervisor_id or supervisors[0].person_id,
                         lambda person: change(supervisor_id=person), key="invite.supervisor"),
        ]
    return [
        *parts,
        *([note_line(ui, form.error, error=True, key="invite.error")]
          if form.error and not form.field else []),
        *([progress(ui, say("invite.working"), None, key="invite.progress")]
          if form.busy else []),
        main_act(ui, say("invite.go"), on_go, key="invite.go", off=form.busy),
    ]


def again_form(ui: Ui, form: InviteForm, *, on_go: Callable[[], object]) -> list[ft.Control]:
    """Whose next tablet it is, and what comes back on it."""
    return [
        text(ui, ui.say("invite.again_for", name=form.name), ui.type.h2, heading=2),
        text(ui, ui.say("invite.again_line"), ui.type.body_l),
        *([note_line(ui, form.error, error=True, key="invite.error")] if form.error else []),
        *([progress(ui, ui.say("invite.working"), None, key="invite.progress")]
          if form.busy else []),
        main_act(ui, ui.say("invite.go"), on_go, key="invite.go", off=form.busy),
    ]


def code_sheet(
    ui: Ui, form: InviteForm, made: InvitationText, now_ms: int, *,
    on_copy: Callable[[], object], on_done: Callable[[], object],
) -> list[ft.Control]:
    """The code in its groups, how long it is good, and what to do with it."""
    say = ui.say
    until = dates.moment(ui.settings.language, made.expires_at_ms, now_ms)
    groups = " ".join(made.text.replace("-", " ").split())
    # Named, because a screen reader finds no words in a text that can be selected.
    code = named(
        ft.Text(groups, style=ui.type.sans(18, 1.6, 500), color=ft.Colors.ON_SURFACE,
                selectable=True, key="invite.code"),
        groups,
    )
    return [
        text(ui, say("invite.made", name=form.name.strip()), ui.type.h2, heading=2),
        text(ui, say("invite.how"), ui.type.body_l),
        sheet(code),
        qr_picture(ui, made.text, name=say("staff.invite_picture", name=form.name.strip()),
                   key="invite.picture", room=None if ui.layout.narrow else room_for(ui, COLUMN)),
        ft.Row(
            [
                outlined(ui, say("invite.copied" if form.copied else "invite.copy"), on_copy,
                         key="invite.copy",
                         symbol=ft.Icons.CHECK if form.copied else ft.Icons.COPY),
                text(ui, say("invite.until", until=until), ui.type.body, SOFT),
            ],
            wrap=True, spacing=16, run_spacing=8,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        ft.Column(
            [text(ui, say("invite.fingerprint"), ui.type.label),
             text(ui, made.agency_fingerprint, ui.type.h3)],
            spacing=4, tight=True,
        ),
        text(ui, say("invite.next", name=form.name.strip()), ui.type.body, SOFT),
        main_act(ui, say("invite.done"), on_done, key="invite.done"),
    ]


@component
def Invite(place: Place) -> ft.Control:
    """Invite one person; or, with a person's id, one more tablet of theirs."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    form, set_form, newest = use_newest(InviteForm())
    staff = use_query(lambda: tablet.open.staff.everybody(), ())
    supervisors = tuple(one for one in staff.value or () if "supervisor" in one.roles and not one.left_ms)

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", field="", **changes))

    put_on_clipboard = use_clipboard()

    def tell(problem: AppError) -> None:
        place = getattr(problem, "field", "")
        kept = place if place in ("name", "title", "roles") else ""
        words = words_for(ui, problem)
        set_form(lambda now: replace(now, error=words, field=kept, busy=False))

    async def go() -> None:
        form = newest()
        if form.busy:
            return
        change(busy=True)
        if place.record_id:
            made = await tablet.open.enrolment.invite_again(place.record_id)
            change(busy=False, made=made)
            return
        supervisor = form.supervisor_id or (supervisors[0].person_id if supervisors else "")
        made = await tablet.open.enrolment.invite(
            NewPerson(form.name.strip(), form.title.strip(), form.roles, supervisor)
        )
        change(busy=False, made=made)

    async def copy() -> None:
        if form.made is not None:
            await put_on_clipboard(form.made.text)
            change(copied=True)

    say = ui.say
    known = next((one for one in staff.value or () if one.person_id == place.record_id), None)
    if known is not None and form.name != known.name:
        form = replace(form, name=known.name)
    parts = (
        again_form(ui, form, on_go=guarded(go, tell))
        if form.made is None and place.record_id
        else invite_form(ui, form, supervisors, change=change, on_go=guarded(go, tell))
        if form.made is None
        else code_sheet(ui, form, form.made, tablet.open.desk.now_ms(),
                        on_copy=guarded(copy, tell), on_done=nav.back)
    )
    return frame(ui, nav, say("invite.heading"), parts, key="invite")
