"""The forms for somebody of the family and for a member of the team, as pure functions of the draft.

Follows design page 06, "Field", and design 02, Person and TeamMember.
"""

from __future__ import annotations

import flet as ft

from app.services.supports import MemberDraft, PersonDraft
from app.services.supports_forms import MEMBER_STATUSES
from app.views.screens.people.form_parts import (
    FormActs,
    FormLook,
    asked,
    column,
    day_box,
    form_frame,
    line,
    phone,
    release_choice,
)
from app.views.screens.people.reaching import reaching
from app.views.widgets.buttons import outlined
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.pressable import bind
from app.views.widgets.text import SOFT, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import TEAM_KINDS

PERSON_TYPED = frozenset(
    {"name", "called", "pronouns", "born_on", "role", "school", "insurer", "languages",
     "self_described", "phone"}
)  # fmt: skip
MEMBER_TYPED = frozenset({"name", "role", "organisation", "phone", "email", "note", "agreed_on"})
"""Fields that show an error below themselves."""


def person_form(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    """Somebody of the family."""
    draft: PersonDraft = look.draft
    who = column(
        [
            line(ui, look, acts, "name", help=True),
            line(ui, look, acts, "called", help=True),
            line(ui, look, acts, "pronouns", help=True),
            tick_row(
                ui, ui.say("people.field.is_youth"), draft.is_youth,
                lambda on: acts.change(is_youth=on), key="person.is_youth",
                line=ui.say("people.field_help.is_youth"),
            ),
            line(ui, look, acts, "role", help=True),
            line(ui, look, acts, "born_on", help=True),
        ],
        18,
    )  # fmt: skip
    facts = column(
        [
            line(ui, look, acts, "school"),
            line(ui, look, acts, "insurer"),
            line(ui, look, acts, "languages"),
            line(ui, look, acts, "self_described", help=True),
        ],
        18,
    )
    number = column([phone(ui, look, acts), *_order(ui, look, acts)], 18)
    return form_frame(
        ui,
        look,
        acts,
        [who],
        [number, reaching(ui, look, acts, []), facts],
        title=ui.say("people.add_family") if look.fresh else (draft.called or draft.name),
        save="people.add_save" if look.fresh else "people.save",
    )


def _order(ui: Ui, look: FormLook, acts: FormActs) -> list[ft.Control]:
    number, count = look.place
    if look.fresh or count < 2:
        return []
    return [
        asked(
            ui,
            "people.field.order",
            ft.Row(
                [
                    text(ui, ui.say("people.place", number=number, count=count), ui.type.body, SOFT),
                    outlined(
                        ui, ui.say("people.earlier"), bind(acts.move, -1), key="person.earlier",
                        symbol=ft.Icons.ARROW_UPWARD, small=True, disabled=number == 1,
                    ),
                    outlined(
                        ui, ui.say("people.later"), bind(acts.move, 1), key="person.later",
                        symbol=ft.Icons.ARROW_DOWNWARD, small=True, disabled=number == count,
                    ),
                ],
                spacing=12,
                run_spacing=8,
                wrap=True,
            ),
        )
    ]  # fmt: skip


def member_form(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    """A member of the team."""
    draft: MemberDraft = look.draft
    who = column(
        [
            line(ui, look, acts, "name", help=True),
            asked(
                ui,
                "people.field.kind",
                choice_chips(
                    ui, [Choice(code, ui.say(f"people.kind.{code}")) for code in TEAM_KINDS],
                    draft.kind, lambda kind: acts.change(kind=kind), key="member.kind",
                ),
            ),
            line(ui, look, acts, "role"),
            line(ui, look, acts, "organisation"),
            phone(ui, look, acts),
            line(ui, look, acts, "email", keyboard=ft.KeyboardType.EMAIL),
            line(ui, look, acts, "note", lines=3),
        ],
        18,
    )  # fmt: skip
    team = column(
        [
            asked(
                ui,
                "people.field.member_status",
                choice_chips(
                    ui,
                    [Choice(code, ui.say(f"people.member_status.{code}")) for code in MEMBER_STATUSES],
                    draft.status, lambda status: acts.change(status=status), key="member.status",
                ),
            ),
            day_box(ui, look, acts, "agreed_on"),
            release_choice(ui, look, acts),
        ],
        18,
    )  # fmt: skip
    return form_frame(
        ui,
        look,
        acts,
        [who],
        [team, reaching(ui, look, acts, [])],
        title=ui.say("people.add_member") if look.fresh else draft.name,
        save="people.add_save" if look.fresh else "people.save",
    )
