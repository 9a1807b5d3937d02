"""Who is here: a tap for each person, somebody else by name, and the interpreter."""

from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.services import meeting_draft as acts_of
from app.services.meeting_draft import MeetingDraft, Presence
from app.views.screens.meeting.look import Acts, Look, add_line, column, person_line
from app.views.theme.tokens import Space
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import field
from app.views.widgets.panels import quiet_panel
from app.views.widgets.text import hairline, icon, section_header, text
from app.views.widgets.ui import Ui

HOWS = ("here", "late", "remote")
QUALIFICATIONS = ("qualified", "staff", "relative", "child")


def who_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """Everybody who may be named, with how they take part."""
    rows: list[ft.Control] = []
    for one in look.table.people:
        rows += [_row(ui, one, acts), hairline()]
    parts: list[ft.Control] = [column(rows, Space.XS)]
    if look.draft.professionals_only:
        parts.append(_alone(ui))
    parts.append(
        add_line(
            ui, look, acts, "guest", ui.say("meeting.guest"), ui.say("meeting.add"),
            lambda draft, name: acts_of.attend(
                draft, Presence(f"guest:{acts.new_id()}", name, kind="community"), "here"
            ),
        )
    )  # fmt: skip
    parts.append(_interpreter(ui, look, acts))
    return column(parts, Space.L)


def _row(ui: Ui, one: Presence, acts: Acts) -> ft.Control:
    def mark(how: str) -> None:
        # The same tap again takes it back.
        acts.do(lambda draft: acts_of.attend(draft, one, "" if one.how == how else how))

    chips = choice_chips(
        ui, [Choice(how, ui.say(f"meeting.how.{how}")) for how in HOWS], one.how, mark,
        key=f"meeting.here.{one.person_id}",
    )  # fmt: skip
    if ui.layout.stacked:
        return column([person_line(ui, one), chips], Space.XS)
    return ft.Row([ft.Container(person_line(ui, one), expand=True), ft.Container(chips)], spacing=Space.M)


def _alone(ui: Ui) -> ft.Control:
    """Nobody of the family is here: what that means, in plain words."""
    return quiet_panel(
        ft.Row(
            [
                icon(ui, ft.Icons.INFO_OUTLINE, 26),
                text(ui, ui.say("meeting.professionals"), ui.type.body_l, expand=True),
            ],
            spacing=Space.S,
        ),
        key="meeting.professionals",
    )


def _interpreter(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    draft = look.draft

    def qualified(chosen: str) -> None:
        def put(draft: MeetingDraft) -> MeetingDraft:
            same = draft.interpreter_qualification == chosen
            return replace(draft, interpreter_qualification="" if same else chosen)

        acts.do(put)

    parts: list[ft.Control] = [
        section_header(ui, ui.say("meeting.interpreter")),
        field(
            ui, ui.say("meeting.interpreter_name"),
            draft.interpreter if look.seen("interpreter") else "",
            lambda value: acts.write(lambda draft: replace(draft, interpreter=value)),
            key="meeting.interpreter", help=ui.say("meeting.interpreter_help"),
        ),
    ]  # fmt: skip
    if draft.interpreter.strip() or draft.interpreter_qualification:
        parts.append(
            choice_chips(
                ui,
                [Choice(one, ui.say(f"meeting.qualified.{one}")) for one in QUALIFICATIONS],
                draft.interpreter_qualification,
                qualified,
                key="meeting.qualified",
            )
        )
    if draft.interpreter_qualification == "child":
        parts.append(child_warning(ui))
    return column(parts, Space.S)


def child_warning(ui: Ui) -> ft.Control:
    """A child should not have to interpret."""
    return ft.Semantics(
        live_region=True,
        key="meeting.child_warning",
        content=ft.Container(
            ft.Row(
                [
                    icon(ui, ft.Icons.WARNING_AMBER_OUTLINED, 26, ft.Colors.ON_PRIMARY_CONTAINER),
                    text(
                        ui, ui.say("meeting.child_interprets"), ui.type.body_l,
                        ft.Colors.ON_PRIMARY_CONTAINER, expand=True,
                    ),
                ],
                spacing=Space.S,
            ),
            bgcolor=ft.Colors.PRIMARY_CONTAINER,
            padding=Space.M,
            border_radius=Space.L,
        ),
    )  # fmt: skip


__all__ = ["HOWS", "QUALIFICATIONS", "child_warning", "who_step"]
