"""The box of marks about reaching somebody, as it stands in every form of the People place.

For workers only; the same words and symbols as wherever a number is offered (`app.views.reach`).
Follows design 02, ContactSafety.
"""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.contacts_views import ContactDraft
from app.views.reach import SYMBOLS, mark_words
from app.views.screens.people.form_parts import FormActs, FormLook, column
from app.views.theme.tokens import Radius
from app.views.widgets.fields import field as text_field
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui

CONTACT_TYPED = frozenset({"substitute", "contact_note"})
"""Fields of the marks that show an error below themselves."""

MARKS = (
    ("may_call", "no_call"), ("may_text", "no_text"), ("may_leave_message", "no_message"),
    ("may_name_agency", "no_agency"), ("protected_address", "protected_address"),
)  # fmt: skip
"""Field of the marks and the code of its words; the address is marked when true, others when false."""


def reaching(ui: Ui, look: FormLook, acts: FormActs, above: list[ft.Control]) -> ft.Control:
    """The marks about reaching somebody, for workers only. above: what stands first in the box."""
    marks: ContactDraft = look.draft.contact or ContactDraft()
    rows: list[ft.Control] = []
    for name, code in MARKS:
        on = getattr(marks, name) if name == "protected_address" else not getattr(marks, name)
        rows.append(
            tick_row(
                ui, mark_words(ui, code), on, _marker(acts, name), key=f"{look.key}.{code}",
                lead=mark_icon(ui, code, on), box_last=True,
            )
        )  # fmt: skip
    flagged = getattr(look.draft, "do_not_contact", False)
    marked = flagged or any(
        getattr(marks, name) == (name == "protected_address") for name, _code in MARKS
    )
    if marked:
        rows += [
            _mark_line(ui, look, acts, "substitute", marks.substitute, "substitute"),
            _mark_line(ui, look, acts, "note", marks.note, "contact_note", lines=2),
        ]
    return ft.Container(
        column(
            [
                ft.Column(
                    [
                        text(ui, ui.say("people.reaching"), ui.type.h3, heading=2),
                        text(ui, ui.say("people.workers_only"), ui.type.body, SOFT),
                    ],
                    spacing=2,
                    tight=True,
                ),
                *above,
                column(rows, 2 if not marked else 6),
            ],
            12,
        ),
        padding=16,
        border=ft.Border.all(
            2 if marked else 1, ft.Colors.ERROR if marked else ft.Colors.OUTLINE_VARIANT
        ),
        border_radius=Radius.FIELD,
        key=f"{look.key}.reaching",
    )


def mark_icon(ui: Ui, code: str, on: bool) -> ft.Control:
    """The icon of a mark, high enough to make its row a target."""
    shown = icon(ui, SYMBOLS[code], 22, ft.Colors.ERROR if on else SOFT)
    return ft.Container(shown, height=ui.grow(38), alignment=ft.Alignment.CENTER)


def _marker(acts: FormActs, name: str) -> Callable[[bool], object]:
    def tick(on: bool) -> None:
        acts.mark(**{name: on if name == "protected_address" else not on})

    return tick


def _mark_line(
    ui: Ui, look: FormLook, acts: FormActs, name: str, value: str, words: str, lines: int = 1
) -> ft.Control:
    return text_field(
        ui,
        ui.say(f"people.field.{words}"),
        value,
        lambda typed: acts.write_mark(name, typed),
        key=f"{look.key}.{words}",
        help=ui.say(f"people.field_help.{words}"),
        error=look.errors.get(words),
        lines=lines,
    )
