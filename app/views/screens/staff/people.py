"""Everybody who works here, who has been invited, and who has left."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.errors import AppError
from app.services.enrolment import PendingView
from app.services.staff_views import Colleague
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.loops import use_every
from app.views.place import Place
from app.views.screens.staff.frame import frame
from app.views.screens.staff.wording import name_of, person_line
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded, start
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.states import Loading, error_state, progress
from app.views.widgets.text import SOFT, icon, section_header
from app.views.widgets.ui import Ui, use_ui

ASK_SECONDS = 5.0
"""How often the server is asked who has joined, while the list is on screen."""
TYPES = frozenset({"staff_member", "agency_team", "agency_profile"})


def staff_row(ui: Ui, one: Colleague, on_open: Callable[[], object]) -> ft.Control:
    """Name, title, roles, and whether they have a tablet; those who left say when."""
    return list_row(
        ui, name_of(ui, one), on_open, key=f"people.row.{one.person_id}",
        lead=face(ui, initials(one.name), Kind.PROFESSIONAL), line=person_line(ui, one),
        chevron=True,
    )  # fmt: skip


def left_row(ui: Ui, one: Colleague, now_ms: int, on_open: Callable[[], object]) -> ft.Control:
    """Somebody who was taken out, and when."""
    when = dates.moment(ui.settings.language, one.left_ms, now_ms)
    return list_row(
        ui, name_of(ui, one), on_open, key=f"people.left.{one.person_id}",
        lead=face(ui, initials(one.name), Kind.PROFESSIONAL),
        line=ui.say("staff.left_at", when=when), chevron=True,
    )  # fmt: skip


def pending_line(ui: Ui, one: PendingView, now_ms: int) -> str:
    """How far an invitation has come, in words."""
    if one.state == "waiting":
        until = dates.moment(ui.settings.language, one.expires_at_ms, now_ms)
        return ui.say("invite.state.waiting", until=until)
    if one.state == "keys" and one.total:
        return ui.say("staff.keys_coming", done=one.done, total=one.total)
    return ui.say(f"invite.state.{one.state}")


def pending_row(
    ui: Ui, one: PendingView, now_ms: int, busy: bool, on_admit: Callable[[str], object],
    on_withdraw: Callable[[str], object],
) -> ft.Control:
    """Somebody invited: waiting, answered, too late, taken back, or with keys on their way."""
    act: ft.Control | None = None
    if one.state == "joined":
        act = outlined(ui, ui.say("invite.admit"), lambda: on_admit(one.invitation_id),
                       key=f"people.admit.{one.invitation_id}", small=True, disabled=busy)
    elif one.state != "keys":
        words = "invite.withdraw" if one.state == "waiting" else "staff.take_off"
        act = outlined(ui, ui.say(words), lambda: on_withdraw(one.invitation_id),
                       key=f"people.withdraw.{one.invitation_id}", small=True, disabled=busy)
    symbol = ft.Icons.KEY_OUTLINED if one.state == "keys" else ft.Icons.MAIL_OUTLINE
    return list_row(
        ui, one.name, None, key=f"people.pending.{one.invitation_id}",
        lead=icon(ui, symbol, 26, SOFT), lead_size=26, line=pending_line(ui, one, now_ms),
        side_act=act,
    )


@component
def People(_place: Place) -> ft.Control:
    """Who works here."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    turn, set_turn = ft.use_state(0)
    busy, set_busy = ft.use_state(False)
    error, set_error = ft.use_state("")
    say = ui.say

    staff = use_query(lambda: tablet.open.staff.everybody(), (turn,), types=TYPES)
    waiting = use_query(lambda: tablet.open.enrolment.pending(), (turn,), types=TYPES)
    agency = use_query(lambda: tablet.open.staff.agency_name(), (turn,), types=TYPES)

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

    now = tablet.open.desk.now_ms()
    here = [one for one in staff.value or () if not one.left_ms]
    gone = [one for one in staff.value or () if one.left_ms]
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
                  ft.Container(height=12)]
    if staff.value is None and not staff.error:
        parts.append(Loading(control="people.loading"))
    if here:
        parts.append(section_header(ui, say("invite.staff_title"), large=True))
    parts += [
        staff_row(ui, one, bind(nav.go, Place("staff_person", record_id=one.person_id)))
        for one in here
    ]
    parts += [
        ft.Container(height=8),
        ft.Row(
            [outlined(ui, say("staff.teams"), lambda: nav.go(Place("teams")), key="people.teams",
                      symbol=ft.Icons.GROUPS_OUTLINED),
             outlined(ui, say("staff.agency_name"), lambda: nav.go(Place("agency_name")),
                      key="people.agency", symbol=ft.Icons.HOME_OUTLINED)],
            wrap=True, spacing=12, run_spacing=12,
        ),
    ]
    if gone:
        parts += [
            ft.Container(height=12), section_header(ui, say("staff.left_title"), large=True),
            *[left_row(ui, one, now, bind(nav.go, Place("removal", record_id=one.person_id)))
              for one in gone],
        ]
    act = filled(ui, say("invite.someone"), lambda: nav.go(Place("invite")), key="people.invite",
                 symbol=ft.Icons.ADD, fill=ui.layout.narrow)
    return frame(
        ui, nav, say("invite.people"), parts, key="people", line=agency.value or None,
        acts=[] if ui.layout.narrow else [act], foot=act if ui.layout.narrow else None, spacing=4,
    )
