"""The sheet that adds and changes one piece of the plan, as a pure function of its form.

It stands in the place of the plan, below the family's header: Crisis and Cover stay where they are.
What is typed is never lost by closing it: the tablet keeps it sealed until it is saved. Follows
design page 06, "Field".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flet as ft

from app.views.screens.plan.form import Form
from app.views.screens.plan.sheet_fields import Around, FieldActs, fields_of
from app.views.screens.plan.tree import conflict_chip
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.pressable import Act
from app.views.widgets.shell import room_for
from app.views.widgets.text import SOFT, hairline, text
from app.views.widgets.ui import Ui

_WIDE = 640
LARGE_TEXT = 1.5
"""Text scale from which a foot would take the room of what is written."""


@dataclass(frozen=True)
class SheetActs:
    """What can be done in the sheet. None: it cannot be done here."""

    fields: FieldActs
    fresh: Act
    settle: Act | None
    save: Act
    close: Act
    remove: Act | None = None
    audience: Act | None = None
    translate: Act | None = None


def plan_sheet(
    ui: Ui, form: Form, around: Around, saving: bool, acts: SheetActs
) -> ft.Control:
    """The sheet in place of the plan."""
    title = ui.say(f"plan.add.{form.kind}" if form.is_new else f"plan.edit.{form.kind}")
    below = _below(ui, form, acts)
    return framed(
        ui,
        title,
        [*_above(ui, form, acts), *fields_of(ui, form, around, acts.fields), *below],
        [
            outlined(ui, ui.say("plan.sheet.close"), acts.close, key="plan.sheet.close"),
            filled(
                ui, ui.say(f"plan.save.{form.kind}"), acts.save, key="plan.sheet.save", main=False,
                disabled=saving,
            ),
        ],
        key="plan.sheet", problem=_problem(ui, form),
    )  # fmt: skip


def framed(
    ui: Ui, title: str, parts: Sequence[ft.Control], acts: Sequence[ft.Control], *, key: str,
    problem: ft.Control | None = None,
) -> ft.Control:  # fmt: skip
    """A sheet's frame: title, content that scrolls, and acts that stay in reach.

    With large text the acts come after the content: a foot would leave it no room.
    """
    foot = ui.scale < LARGE_TEXT
    width = room_for(ui, _WIDE)
    content = ft.Container(
        ft.Column(
            [
                text(ui, title, ui.type.h2, heading=2),
                *parts,
                ft.Container(height=Space.M) if foot else acts_row(acts, problem),
            ],
            spacing=18,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        width=width,
        padding=ft.Padding.only(top=Space.XS, right=Space.XXS),
    )
    return ft.Column(
        [
            ft.Column(
                [content], scroll=ft.ScrollMode.AUTO, expand=True, spacing=0, key=f"{key}.scroll"
            ),
            *([ft.Container(acts_row(acts, problem), width=width)] if foot else []),
        ],
        spacing=0,
        expand=True,
        key=key,
    )


def acts_row(acts: Sequence[ft.Control], problem: ft.Control | None = None) -> ft.Control:
    """The acts of a sheet below a hairline, the main one last; above them what went wrong."""
    row = ft.Row(
        list(acts), wrap=True, spacing=12, run_spacing=10, alignment=ft.MainAxisAlignment.END
    )
    return ft.Container(
        row if problem is None else ft.Column([problem, row], spacing=Space.XS, tight=True),
        padding=ft.Padding.only(top=Space.S, bottom=Space.M),
        border=ft.Border.only(top=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
    )


def _above(ui: Ui, form: Form, acts: SheetActs) -> list[ft.Control]:
    parts: list[ft.Control] = []
    if acts.settle is not None:
        parts.append(conflict_chip(ui, acts.settle, key="plan.sheet.conflict"))
    if form.restored:
        parts.append(
            ft.Row(
                [
                    text(ui, ui.say("plan.sheet.kept"), ui.type.body),
                    quiet(ui, ui.say("plan.sheet.fresh"), acts.fresh, key="plan.sheet.fresh"),
                ],
                wrap=True,
                spacing=8,
                vertical_alignment=ft.CrossAxisAlignment.CENTER,
            )
        )
    return parts


def _problem(ui: Ui, form: Form) -> ft.Control | None:
    """What could not be saved, beside the button that was pressed: its field may be out of sight."""
    said = next(iter(form.errors.values()), "")
    return note_line(ui, said, error=True, key="plan.sheet.problem") if said else None


def _below(ui: Ui, form: Form, acts: SheetActs) -> list[ft.Control]:
    """What else can be done with something that is in the plan already."""
    buttons: list[ft.Control] = []
    if acts.audience is not None:
        buttons.append(
            quiet(ui, ui.say("plan.audience"), acts.audience, key="plan.sheet.audience",
                  symbol=ft.Icons.VISIBILITY_OUTLINED)
        )  # fmt: skip
    if acts.translate is not None:
        words = ui.say("plan.in_english" if form.values["language"] == "es" else "plan.in_spanish")
        buttons.append(
            quiet(ui, words, acts.translate, key="plan.sheet.translate", symbol=ft.Icons.TRANSLATE)
        )
    if acts.remove is not None:
        buttons.append(
            quiet(ui, ui.say("plan.remove"), acts.remove, key="plan.sheet.remove", ink=True,
                  symbol=ft.Icons.DELETE_OUTLINE)
        )  # fmt: skip
    if not buttons:
        return []
    parts: list[ft.Control] = [
        hairline(),
        ft.Row(buttons, wrap=True, spacing=8, run_spacing=4),
    ]
    if acts.remove is not None and form.kind in ("need", "outcome", "strategy"):
        parts.append(text(ui, ui.say("plan.remove_help"), ui.type.cap, SOFT))
    return parts
