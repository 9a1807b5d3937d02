"""Rows of the people list: the family, natural supports, professionals.

Pure. Somebody who must not be contacted is unmistakable: first in the list, on the error tint, with
the reason in words and no way to call in one tap; other marks stand in words below the name.
Follows design page 06, "List row" and "Face".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.contacts_views import ContactView
from app.services.supports import PersonView, SupportView, TeamMemberView
from app.views.reach import Reach, mark_pills
from app.views.screens.people.wording import (
    closeness_words,
    helps,
    member_line,
    relation_words,
    status_words,
)
from app.views.theme.tokens import Radius
from app.views.widgets.buttons import icon_button, outlined
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import Column, list_row
from app.views.widgets.sync_chip import SyncState, SyncView, sync_words
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class RowActs:
    """What a row can do. open, number: called with an id."""

    open: Callable[[str], object]
    reach: Reach
    number: Callable[[str], object]


def call_button(
    ui: Ui, name: str, phone: str, contact: ContactView, reach: Reach, key: str
) -> ft.Control | None:
    """Call, 48 px beside the row; None without a number. One that is not allowed says so."""
    if not phone:
        return None
    refused = contact.refuses("call")
    return icon_button(
        ui,
        ft.Icons.PHONE_DISABLED_OUTLINED if refused else ft.Icons.CALL_OUTLINED,
        ui.say("people.call_refused" if refused else "people.call", name=name),
        bind(reach.call, name, phone, contact),
        key=key,
        color=ft.Colors.ERROR if refused else ft.Colors.ON_SURFACE,
    )


def _marks(ui: Ui, contact: ContactView) -> tuple[Column, ...]:
    return (Column(mark_pills(ui, contact)),) if contact.marks else ()


def family_row(ui: Ui, person: PersonView, contact: ContactView, acts: RowActs) -> ft.Control:
    """Somebody of the family: a circle."""
    return list_row(
        ui,
        person.called,
        bind(acts.open, person.person_id),
        key=f"people.person.{person.person_id}",
        lead=face(ui, initials(person.name), Kind.FAMILY),
        line=", ".join(part for part in (person.role, person.pronouns) if part) or None,
        columns=(*_marks(ui, contact), *_state(ui, person.has_conflict, person.sync_state)),
        side_act=call_button(
            ui, person.called, person.phone, contact, acts.reach, f"people.call.{person.person_id}"
        ),
        tall=72,
    )


def contact_row(ui: Ui, contact: ContactView, on_open: Act) -> ft.Control:
    """How the family as a whole may be reached: its phone and its address."""
    return list_row(
        ui,
        ui.say("people.family_contact"),
        on_open,
        key="people.family_contact",
        lead=icon(ui, ft.Icons.HOME_OUTLINED, 32),
        lead_size=48,
        line=None if contact.marks else ui.say("people.nothing_marked"),
        columns=_marks(ui, contact),
        chevron=True,
        tall=72,
    )


def member_row(ui: Ui, member: TeamMemberView, contact: ContactView, acts: RowActs) -> ft.Control:
    """A professional or community member: a rounded square; a natural one keeps the leaf."""
    kind = {"natural": Kind.NATURAL, "family": Kind.FAMILY}.get(member.kind, Kind.PROFESSIONAL)
    return list_row(
        ui,
        member.name,
        bind(acts.open, member.member_id),
        key=f"people.member.{member.member_id}",
        lead=face(ui, initials(member.name), kind),
        line=member_line(member) or None,
        columns=(*_marks(ui, contact), *_state(ui, member.has_conflict, member.sync_state)),
        side_act=call_button(
            ui, member.name, member.phone, contact, acts.reach, f"people.call.{member.member_id}"
        ),
        tall=72,
    )


def support_row(ui: Ui, support: SupportView, contact: ContactView, acts: RowActs) -> ft.Control:
    """A natural support: a leaf, with how they help and when, and how far asking has come."""
    if support.do_not_contact:
        return flagged_row(ui, support, contact, acts)
    line = ", ".join(
        part for part in (relation_words(support), closeness_words(ui, support.closeness)) if part
    )
    state: list[ft.Control] = [text(ui, status_words(ui, support.status), ui.type.body)]
    state += [one.content for one in _state(ui, support.has_conflict, support.sync_state)]
    columns = (
        Column(
            ft.Column(
                [
                    text(ui, helps(ui, support), ui.type.body),
                    *(
                        [text(ui, support.availability, ui.type.cap, SOFT)]
                        if support.availability
                        else []
                    ),
                    *([mark_pills(ui, contact)] if contact.marks else []),
                ],
                spacing=2,
                tight=True,
            )
        ),
        Column(ft.Column(state, spacing=2, tight=True), width=150),
    )
    return list_row(
        ui,
        support.name,
        bind(acts.open, support.support_id),
        key=f"people.support.{support.support_id}",
        lead=face(ui, initials(support.name), Kind.NATURAL),
        line=line or None,
        columns=columns,
        side_act=call_button(
            ui, support.name, support.phone, contact, acts.reach, f"people.call.{support.support_id}"
        ),
    )


def flagged_row(ui: Ui, support: SupportView, contact: ContactView, acts: RowActs) -> ft.Control:
    """Somebody who must not be contacted; the number is behind a question."""
    ink = ft.Colors.ON_ERROR_CONTAINER
    said: list[ft.Control] = [
        text(ui, ui.say("people.do_not_contact"), ui.type.strong, ink),
        text(ui, contact.reason or ui.say("people.no_reason"), ui.type.body, ink),
    ]
    if contact.substitute:
        instead = ui.say("reach.instead", substitute=contact.substitute)
        said.append(text(ui, instead, ui.type.strong, ink))
    row = list_row(
        ui,
        support.name,
        bind(acts.open, support.support_id),
        key=f"people.support.{support.support_id}",
        lead=icon(ui, ft.Icons.DO_NOT_DISTURB_ON_OUTLINED, 32, ft.Colors.ERROR),
        lead_size=32,
        line=relation_words(support) or None,
        columns=(Column(ft.Column(said, spacing=2, tight=True), share=2),),
        ruled=False,
    )
    parts = [row]
    if support.phone:
        show = outlined(
            ui,
            ui.say("people.show_number"),
            bind(acts.number, support.support_id),
            key=f"people.number.{support.support_id}",
            small=True,
        )
        parts.append(ft.Container(ft.Row([show]), padding=ft.Padding.only(left=8, bottom=12)))
    return ft.Container(
        ft.Column(parts, spacing=0, tight=True),
        bgcolor=ft.Colors.ERROR_CONTAINER,
        border_radius=Radius.FIELD,
        padding=ft.Padding.symmetric(horizontal=8),
        margin=ft.Margin.only(bottom=8),
        key=f"people.flagged.{support.support_id}",
    )


def _state(ui: Ui, has_conflict: bool, sync_state: str) -> tuple[Column, ...]:
    if has_conflict:
        return (Column(_mark(ui, SyncState.CONFLICT, ft.Icons.CALL_SPLIT, ft.Colors.PRIMARY)),)
    if sync_state != "on_server":
        return (Column(_mark(ui, SyncState.NOT_ON_SERVER, ft.Icons.CLOUD_OUTLINED, SOFT)),)
    return ()


def _mark(ui: Ui, state: SyncState, symbol: ft.IconData, color: ft.ColorValue) -> ft.Control:
    return ft.Row(
        [
            icon(ui, symbol, 18, color),
            text(ui, sync_words(ui, SyncView(state)), ui.type.cap, color, loose=True),
        ],
        spacing=6,
        tight=True,
    )
