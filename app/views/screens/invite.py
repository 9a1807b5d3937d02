"""People of the agency, and inviting one more.

`Staff` lists who works here and who has been invited; a colleague whose tablet has answered is
let in from there. `Invite` certifies a person and shows the code, once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.enrolment import InvitationText, NewPerson, PendingView
from app.services.staff_views import Colleague
from app.views import dates
from app.views.clipboard import use_clipboard
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.loops import use_every
from app.views.newest import use_newest
from app.views.place import Place
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, chip, chip_row, choice_chips
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded, start
from app.views.widgets.header import header
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import named
from app.views.widgets.rows import list_row
from app.views.widgets.shell import room_for
from app.views.widgets.states import Loading, error_state, progress
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui, use_ui

ASK_SECONDS = 5.0
"""How often the server is asked who has joined, while the list is on screen."""

ROLES = ("coordinator", "supervisor", "administrator")
_FORM = 560


def roles_words(ui: Ui, roles: tuple[str, ...]) -> str:
    """What somebody does here, in words."""
    return ", ".join(ui.say(f"invite.role.{role}") for role in ROLES if role in roles)


def staff_row(
    ui: Ui, one: Colleague, on_again: Callable[[str], object] | None = None
) -> ft.Control:
    """Name, title, roles, whether they have a tablet, and an invitation for one more."""
    line = " · ".join(part for part in (one.title, roles_words(ui, one.roles)) if part)
    if not one.in_use:
        line = f"{line} · {ui.say('invite.no_tablet')}"
    return list_row(
        ui, one.name or ui.say("invite.nameless"), None, key=f"people.row.{one.person_id}",
        lead=face(ui, initials(one.name), Kind.PROFESSIONAL), line=line,
        side_act=None if on_again is None else outlined(
            ui, ui.say("invite.again"), lambda: on_again(one.person_id),
            key=f"people.again.{one.person_id}", small=True,
        ),
    )


def pending_row(
    ui: Ui, one: PendingView, now_ms: int, busy: bool, on_admit: Callable[[str], object],
    on_withdraw: Callable[[str], object],
) -> ft.Control:
    """Somebody invited: waiting, answered, or too late."""
    if one.state == "waiting":
        until = dates.moment(ui.settings.language, one.expires_at_ms, now_ms)
        line = ui.say("invite.state.waiting", until=until)
    else:
        line = ui.say(f"invite.state.{one.state}")
    admit = (
        outlined(ui, ui.say("invite.admit"), lambda: on_admit(one.invitation_id),
                 key=f"people.admit.{one.invitation_id}", small=True, disabled=busy)
        if one.state == "joined"
        else outlined(ui, ui.say("invite.withdraw"), lambda: on_withdraw(one.invitation_id),
                      key=f"people.withdraw.{one.invitation_id}", small=True, disabled=busy)
    )
    return list_row(
        ui, one.name, None, key=f"people.pending.{one.invitation_id}",
        lead=icon(ui, ft.Icons.MAIL_OUTLINE, 26, SOFT), lead_size=26, line=line, side_act=admit,
    )


@component
def Staff(_place: Place) -> ft.Control:
    """Who works here."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    turn, set_turn = ft.use_state(0)
    busy, set_busy = ft.use_state(False)
    error, set_error = ft.use_state("")
    say = ui.say

    staff = use_query(lambda: tablet.open.staff.everybody(), (turn,),
                      types=frozenset({"staff_member"}))
    waiting = use_query(lambda: tablet.open.enrolment.pending(), (turn,),
                        types=frozenset({"staff_member"}))

    async def ask_again() -> None:
        set_turn(lambda now: now + 1)

    use_every(ASK_SECONDS, ask_again)

    def tell(problem: AppError) -> None:
        set_error(words_for(ui, problem))
        set_busy(False)

    def admit(invitation_id: str) -> None:
        async def let_in() -> None:
            set_busy(True)
            set_error("")
            await tablet.open.enrolment.admit(invitation_id)
            set_busy(False)
            set_turn(lambda now: now + 1)

        start(guarded(let_in, tell))

    def withdraw(invitation_id: str) -> None:
        async def forget() -> None:
            await tablet.open.enrolment.withdraw(invitation_id)
            set_turn(lambda now: now + 1)

        start(guarded(forget, tell))

    def again(person_id: str) -> None:
        nav.go(Place("invite", record_id=person_id))

    now = tablet.open.desk.now_ms()
    parts: list[ft.Control] = []
    if error:
        parts.append(note_line(ui, error, error=True, key="people.error"))
    if busy:
        parts.append(progress(ui, say("invite.admitting"), None, key="people.progress"))
    if staff.error:
        parts.append(error_state(ui, staff.error, key="people.failed", act=say("state.try_again"),
                                 on_act=lambda: set_turn(turn + 1)))
    if waiting.value:
        parts += [section_header(ui, say("invite.pending_title"), large=True),
                  *[pending_row(ui, one, now, busy, admit, withdraw) for one in waiting.value],
                  ft.Container(height=12),
                  section_header(ui, say("invite.staff_title"), large=True)]
    if staff.value is None and not staff.error:
        parts.append(Loading(control="people.loading"))
    parts += [staff_row(ui, one, again) for one in staff.value or ()]
    act = filled(ui, say("invite.someone"), lambda: nav.go(Place("invite")), key="people.invite",
                 symbol=ft.Icons.ADD, fill=ui.layout.narrow)
    foot = [ft.Container(act, padding=ft.Padding.symmetric(vertical=10))]
    return ft.Column(
        [
            header(ui, say("invite.people"), key="people", on_back=nav.back,
                   on_cover=lambda: nav.go(Place("cover")),
                   acts=[] if ui.layout.narrow else [act]),
            ft.ListView([*parts, ft.Container(height=20)], expand=True, spacing=4,
                        key="people.list", padding=ft.Padding.only(top=14)),
            *(foot if ui.layout.narrow else []),
        ],
        spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


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
        chip(ui, say(f"invite.role.{role}"), partial(toggle, role),
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
    if "coordinator" in form.roles and "supervisor" not in form.roles and supervisors:
        parts += [
            text(ui, say("invite.supervisor"), ui.type.label),
            choice_chips(ui, [Choice(one.person_id, one.name) for one in supervisors],
                         form.supervisor_id or supervisors[0].person_id,
                         lambda person: change(supervisor_id=person), key="invite.supervisor"),
        ]
    return [
        *parts,
        *([note_line(ui, form.error, error=True, key="invite.error")]
          if form.error and not form.field else []),
        *([progress(ui, say("invite.working"), None, key="invite.progress")]
          if form.busy else []),
        _main(ui, say("invite.go"), on_go, key="invite.go", off=form.busy),
    ]


def again_form(ui: Ui, form: InviteForm, *, on_go: Callable[[], object]) -> list[ft.Control]:
    """Whose next tablet it is, and what comes back on it."""
    return [
        text(ui, ui.say("invite.again_for", name=form.name), ui.type.h2, heading=2),
        text(ui, ui.say("invite.again_line"), ui.type.body_l),
        *([note_line(ui, form.error, error=True, key="invite.error")] if form.error else []),
        *([progress(ui, ui.say("invite.working"), None, key="invite.progress")]
          if form.busy else []),
        _main(ui, ui.say("invite.go"), on_go, key="invite.go", off=form.busy),
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
        _main(ui, say("invite.done"), on_done, key="invite.done"),
    ]


def _main(ui: Ui, words: str, act: Callable[[], object], *, key: str, off: bool = False) -> ft.Control:
    """The one main act at the end; as wide as the screen on a phone."""
    if ui.layout.narrow:
        return filled(ui, words, act, key=key, fill=True, disabled=off)
    return ft.Row([filled(ui, words, act, key=key, disabled=off)], wrap=True)


@component
def Invite(place: Place) -> ft.Control:
    """Invite one person; or, with a person's id, one more tablet of theirs."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    form, set_form, newest = use_newest(InviteForm())
    staff = use_query(lambda: tablet.open.staff.everybody(), ())
    supervisors = tuple(one for one in staff.value or () if "supervisor" in one.roles)

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
    narrow = ui.layout.narrow
    return ft.Column(
        [
            header(ui, say("invite.heading"), key="invite", on_back=nav.back,
                   on_cover=lambda: nav.go(Place("cover"))),
            ft.ListView(
                [
                    ft.Row([ft.Container(
                        ft.Column(parts, spacing=14, tight=True,
                                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                        width=None if narrow else room_for(ui, _FORM),
                        expand=narrow or None,
                    )]),
                    ft.Container(height=28),
                ],
                expand=True, padding=ft.Padding.only(top=16), key="invite.form",
            ),
        ],
        spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
