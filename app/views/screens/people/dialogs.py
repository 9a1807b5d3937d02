"""What opens from a person: who they are with their number, and the question before a number that
should not be called.

Pure functions for `ft.use_dialog`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.supports import PeopleView
from app.views.screens.people.wording import member_line
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class _Contact:
    name: str
    line: str
    phone: str
    kind: Kind
    reason: str = ""


def _contact(people: PeopleView, who: str) -> _Contact | None:
    for one in people.family:
        if one.person_id == who:
            line = ", ".join(part for part in (one.role, one.pronouns) if part)
            return _Contact(one.name, line, one.phone, Kind.FAMILY)
    for member in people.team:
        if member.member_id == who:
            return _Contact(member.name, member_line(member), member.phone, Kind.PROFESSIONAL)
    for support in people.supports:
        if support.support_id == who:
            return _Contact(
                support.name, support.relation, support.phone, Kind.NATURAL,
                support.safety_reason if support.do_not_contact else "",
            )  # fmt: skip
    return None


def contact_dialog(
    ui: Ui, people: PeopleView, who: str, on_call: Callable[[str], object], on_close: Act
) -> ft.AlertDialog | None:
    """Name, role and number of somebody; None when they are not there any more."""
    one = _contact(people, who)
    if one is None:
        return None
    facts: list[ft.Control] = [
        ft.Row(
            [
                face(ui, initials(one.name), one.kind),
                text(ui, one.line or ui.say("people.no_role"), ui.type.body, SOFT, expand=True),
            ],
            spacing=14,
        ),
        text(ui, one.phone or ui.say("people.no_phone"), ui.type.h3),
    ]
    if one.reason:
        facts.append(text(ui, one.reason, ui.type.strong, ft.Colors.ERROR))
    acts: list[ft.Control] = [
        outlined(ui, ui.say("people.close"), on_close, key="people.contact.close")
    ]
    if one.phone:
        acts.append(
            filled(
                ui, ui.say("people.call_now"), bind(on_call, one.phone), key="people.contact.call",
                symbol=ft.Icons.CALL_OUTLINED, main=False,
            )
        )  # fmt: skip
    return ft.AlertDialog(
        key="people.contact",
        title=text(ui, one.name, ui.type.h2, heading=1),
        content=ft.Container(
            ft.Column(facts, spacing=14, tight=True, scroll=ft.ScrollMode.AUTO),
            width=min(420 * ui.scale, ui.layout.width - 80),
        ),
        actions=[
            ft.Row(
                acts, wrap=True, spacing=12, run_spacing=10, alignment=ft.MainAxisAlignment.END
            )
        ],
        on_dismiss=on_close,
    )


def number_dialog(
    ui: Ui, people: PeopleView, who: str, on_show: Act, on_close: Act
) -> ft.AlertDialog | None:
    """Asks before showing the number of somebody who must not be contacted."""
    one = _contact(people, who)
    if one is None:
        return None
    return confirm_dialog(
        ui,
        ui.say("people.number_title", name=one.name),
        one.reason or ui.say("people.no_reason"),
        key="people.number_dialog",
        act=ui.say("people.show_number"),
        on_act=on_show,
        keep=ui.say("people.keep_hidden"),
        on_keep=on_close,
    )
