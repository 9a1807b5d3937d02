"""What opens from a face: who they are, how they may be reached, and the way to change it.

Pure, for `ft.use_dialog`. A marked number stands behind a question (`app.views.reach`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.contacts_views import ContactView
from app.services.supports import PeopleView
from app.views.reach import Reach, mark_list
from app.views.screens.people.wording import member_line
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class CardActs:
    """What a card can do. show: reveals a marked number, after a question."""

    reach: Reach
    show: Act
    change: Act
    close: Act


@dataclass(frozen=True)
class Someone:
    """Whom the card is about."""

    name: str
    line: str
    phone: str
    kind: Kind
    contact: ContactView


def someone(people: PeopleView, who: str) -> Someone | None:
    """Somebody of the People place by id; None when they are not there any more."""
    for one in people.family:
        if one.person_id == who:
            line = ", ".join(part for part in (one.role, one.pronouns) if part)
            return Someone(one.called, line, one.phone, Kind.FAMILY, people.contact(who))
    for member in people.team:
        if member.member_id == who:
            kind = Kind.NATURAL if member.kind == "natural" else Kind.PROFESSIONAL
            return Someone(member.name, member_line(member), member.phone, kind, people.contact(who))
    for support in people.supports:
        if support.support_id == who:
            return Someone(
                support.name, support.relation, support.phone, Kind.NATURAL, people.contact(who)
            )
    return None


def contact_card(ui: Ui, one: Someone, shown: bool, acts: CardActs) -> ft.AlertDialog:
    """Name, role, marks and number; Call and Text obey the marks. shown: the number was asked for."""
    hidden = one.contact.number_hidden and bool(one.phone) and not shown
    facts: list[ft.Control] = [
        ft.Row(
            [
                face(ui, initials(one.name), one.kind),
                text(ui, one.line or ui.say("people.no_role"), ui.type.body, SOFT, expand=True),
            ],
            spacing=14,
        )
    ]
    if one.contact.marks:
        facts.append(mark_list(ui, one.contact))
        if one.contact.why:
            facts.append(text(ui, one.contact.why, ui.type.body))
        if one.contact.substitute:
            facts.append(
                text(ui, ui.say("reach.instead", substitute=one.contact.substitute), ui.type.strong)
            )
    if hidden:
        facts.append(
            ft.Row(
                [
                    text(ui, ui.say("people.number_hidden"), ui.type.body, SOFT),
                    outlined(ui, ui.say("people.show_number"), acts.show, key="people.contact.show",
                             small=True),
                ],
                wrap=True, spacing=12, run_spacing=8,
            )
        )  # fmt: skip
    else:
        facts.append(text(ui, one.phone or ui.say("people.no_phone"), ui.type.h3))
    return ft.AlertDialog(
        # No key: Flet takes a dialog for the one before it with the same key, if that still closes.
        title=text(ui, one.name, ui.type.h2, heading=1),
        content=ft.Container(
            ft.Column(facts, spacing=14, tight=True),
            width=min(440 * ui.scale, ui.layout.width - 80),
        ),
        actions=[
            ft.Row(
                _acts(ui, one, acts), wrap=True, spacing=12, run_spacing=10,
                alignment=ft.MainAxisAlignment.END,
            )
        ],
        on_dismiss=acts.close,
        scrollable=True,
    )  # fmt: skip


def _acts(ui: Ui, one: Someone, acts: CardActs) -> list[ft.Control]:
    found: list[ft.Control] = [
        quiet(ui, ui.say("people.change"), acts.change, key="people.contact.change"),
        outlined(ui, ui.say("people.close"), acts.close, key="people.contact.close"),
    ]
    if one.phone:
        found.append(_way(ui, one, acts, "text", outlined))
        found.append(_way(ui, one, acts, "call", filled))
    return found


def _way(
    ui: Ui, one: Someone, acts: CardActs, way: str, button: Callable[..., ft.Control]
) -> ft.Control:
    refused = one.contact.refuses("call" if way == "call" else "text")
    symbol = ft.Icons.CALL_OUTLINED if way == "call" else ft.Icons.SMS_OUTLINED
    if refused:
        # Still a button: it says why not, and what to use instead.
        symbol = ft.Icons.PHONE_DISABLED_OUTLINED if way == "call" else ft.Icons.SPEAKER_NOTES_OFF_OUTLINED
        button = outlined
    act = acts.reach.call if way == "call" else acts.reach.text
    words = ui.say(f"reach.no_{way}" if refused else f"reach.{way}")
    extra = {"main": False} if button is filled else {}
    return button(
        ui, words, bind(act, one.name, one.phone, one.contact), key=f"people.contact.{way}",
        symbol=symbol, **extra,
    )  # fmt: skip
