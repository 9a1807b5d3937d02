"""Rows of the people list: the family, natural supports, professionals.

Pure. Somebody who must not be contacted is unmistakable: first in the list, on the error tint, with
the reason in words and no way to call in one tap. Follows design page 06, "List row" and "Face".
"""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.supports import PersonView, SupportView, TeamMemberView
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
from app.views.widgets.pressable import bind
from app.views.widgets.rows import Column, list_row
from app.views.widgets.sync_chip import SyncState, SyncView, sync_words
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui

Call = Callable[[str], object]
"""Called with a number."""
Open = Callable[[str], object]
"""Called with an id."""


def call_button(ui: Ui, name: str, phone: str, on_call: Call, key: str) -> ft.Control | None:
    """Call, 48 px beside the row; None without a number."""
    if not phone:
        return None
    return icon_button(
        ui, ft.Icons.CALL_OUTLINED, ui.say("people.call", name=name), bind(on_call, phone), key=key
    )


def family_row(ui: Ui, person: PersonView, on_open: Open, on_call: Call) -> ft.Control:
    """Somebody of the family: a circle."""
    return list_row(
        ui,
        person.called,
        bind(on_open, person.person_id),
        key=f"people.person.{person.person_id}",
        lead=face(ui, initials(person.name), Kind.FAMILY),
        line=", ".join(part for part in (person.role, person.pronouns) if part) or None,
        side_act=call_button(
            ui, person.called, person.phone, on_call, f"people.call.{person.person_id}"
        ),
        tall=72,
    )


def member_row(ui: Ui, member: TeamMemberView, on_open: Open, on_call: Call) -> ft.Control:
    """A professional: a rounded square."""
    return list_row(
        ui,
        member.name,
        bind(on_open, member.member_id),
        key=f"people.member.{member.member_id}",
        lead=face(ui, initials(member.name), Kind.PROFESSIONAL),
        line=member_line(member) or None,
        side_act=call_button(
            ui, member.name, member.phone, on_call, f"people.call.{member.member_id}"
        ),
        tall=72,
    )


def support_row(
    ui: Ui, support: SupportView, on_open: Open, on_call: Call, on_number: Open
) -> ft.Control:
    """A natural support: a leaf, with how they help and when, and how far asking has come."""
    if support.do_not_contact:
        return flagged_row(ui, support, on_open, on_number)
    line = ", ".join(
        part for part in (relation_words(support), closeness_words(ui, support.closeness)) if part
    )
    state: list[ft.Control] = [text(ui, status_words(ui, support.status), ui.type.body)]
    if support.has_conflict:
        state.append(_mark(ui, SyncState.CONFLICT, ft.Icons.CALL_SPLIT, ft.Colors.PRIMARY))
    elif support.sync_state != "on_server":
        state.append(_mark(ui, SyncState.NOT_ON_SERVER, ft.Icons.CLOUD_OUTLINED, SOFT))
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
        bind(on_open, support.support_id),
        key=f"people.support.{support.support_id}",
        lead=face(ui, initials(support.name), Kind.NATURAL),
        line=line or None,
        columns=columns,
        side_act=call_button(
            ui, support.name, support.phone, on_call, f"people.call.{support.support_id}"
        ),
    )


def flagged_row(
    ui: Ui, support: SupportView, on_open: Open, on_number: Open
) -> ft.Control:
    """Somebody who must not be contacted; the number is behind a question."""
    ink = ft.Colors.ON_ERROR_CONTAINER
    row = list_row(
        ui,
        support.name,
        bind(on_open, support.support_id),
        key=f"people.support.{support.support_id}",
        lead=icon(ui, ft.Icons.DO_NOT_DISTURB_ON_OUTLINED, 32, ft.Colors.ERROR),
        lead_size=32,
        line=relation_words(support) or None,
        columns=(
            Column(
                ft.Column(
                    [
                        text(ui, ui.say("people.do_not_contact"), ui.type.strong, ink),
                        text(
                            ui,
                            support.safety_reason or ui.say("people.no_reason"),
                            ui.type.body,
                            ink,
                        ),
                    ],
                    spacing=2,
                    tight=True,
                ),
                share=2,
            ),
        ),
        ruled=False,
    )
    parts = [row]
    if support.phone:
        show = outlined(
            ui,
            ui.say("people.show_number"),
            bind(on_number, support.support_id),
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


def _mark(ui: Ui, state: SyncState, symbol: ft.IconData, color: ft.ColorValue) -> ft.Control:
    return ft.Row(
        [
            icon(ui, symbol, 18, color),
            text(ui, sync_words(ui, SyncView(state)), ui.type.cap, color, loose=True),
        ],
        spacing=6,
        tight=True,
    )
