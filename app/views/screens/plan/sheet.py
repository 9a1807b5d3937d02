"""The sheet that adds and changes one piece of the plan, as a pure function of its form.

A dialog beside the plan where there is room, the whole screen on a phone. What is typed is never
lost by closing it: the plan keeps it until it is saved. Follows design page 06, "Field".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.views import dates
from app.views.screens.plan.form import FIELDS, Form, due_of
from app.views.screens.plan.tree import conflict_chip
from app.views.screens.plan.wording import (
    domain_words,
    kind_words,
    need_status_words,
    outcome_status_words,
)
from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.day_picker import month_grid, whole_day
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import text
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import LIFE_DOMAINS, NEED_STATUSES, OUTCOME_STATUSES, STRATEGY_KINDS

_WIDE = 560
_HELPED = frozenset(
    {"vision_text", "vision_team_mission", "need_text", "outcome_baseline", "strategy_kind_words",
     "step_owner"}
)  # fmt: skip
_PARAGRAPHS = frozenset({"text", "what", "team_mission", "what_happened"})
_LATER = frozenset({"status", "what_happened"})
"""Not asked of something new: it begins open, and nothing has happened yet."""
_NUMBERS = ("baseline", "current", "target")


@dataclass(frozen=True)
class SheetActs:
    """What can be done in the sheet. write: (field, typed); choose: (field, code)."""

    write: Callable[[str, str], object]
    choose: Callable[[str, str], object]
    day: Callable[[date | None], object]
    """A day was tapped; None takes it away."""
    month: Callable[[date | None], object]
    """Show this month of the calendar; None folds it."""
    fresh: Act
    settle: Act | None
    save: Act
    close: Act


def plan_sheet(ui: Ui, form: Form, today: date, saving: bool, acts: SheetActs) -> ft.AlertDialog:
    """The sheet, for `ft.use_dialog`."""
    full = ui.layout.narrow
    width = ui.layout.width - 40 if full else min(_WIDE * ui.scale, ui.layout.width - 120)
    content = ft.Container(
        ft.Column(
            _content(ui, form, today, acts),
            spacing=18,
            tight=not full,
            # On a phone the fields scroll; otherwise the sheet is as tall as they are, and scrolls.
            scroll=ft.ScrollMode.AUTO if full else None,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        width=width,
        # As tall as the window lets it be: a whole screen on a phone.
        height=ui.layout.height if full else None,
        padding=ft.Padding.only(top=4),
    )
    title = ui.say(f"plan.add.{form.kind}" if form.is_new else f"plan.edit.{form.kind}")
    pad = Space.L if full else Space.XL
    return ft.AlertDialog(
        key="plan.sheet",
        title=text(ui, title, ui.type.h2, heading=1),
        content=content,
        actions=[
            ft.Row(
                [
                    outlined(ui, ui.say("plan.sheet.close"), acts.close, key="plan.sheet.close"),
                    filled(
                        ui, ui.say(f"plan.save.{form.kind}"), acts.save, key="plan.sheet.save",
                        main=False, disabled=saving,
                    ),
                ],
                wrap=True,
                spacing=12,
                run_spacing=10,
                alignment=ft.MainAxisAlignment.END,
            )
        ],
        on_dismiss=acts.close,
        scrollable=not full,
        inset_padding=0 if full else None,
        shape=ft.RoundedRectangleBorder(radius=0 if full else Radius.SHEET),
        title_padding=ft.Padding.only(left=pad, right=pad, top=pad, bottom=12),
        content_padding=ft.Padding.symmetric(horizontal=pad),
        actions_padding=ft.Padding.all(pad),
    )  # fmt: skip


def _content(ui: Ui, form: Form, today: date, acts: SheetActs) -> list[ft.Control]:
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
    if form.errors.get(""):
        parts.append(note_line(ui, form.errors[""], error=True, key="plan.sheet.problem"))
    numbers: list[ft.Control] = []
    for name in FIELDS[form.kind]:
        if form.is_new and name in _LATER:
            continue
        if name in _NUMBERS:
            numbers.append(_typed(ui, form, name, acts))
            if len(numbers) == len(_NUMBERS):
                parts.append(_side_by_side(ui, numbers))
        elif name == "due_on":
            parts.append(_due(ui, form, today, acts))
        elif name in ("status", "kind", "life_domain"):
            parts.append(_chosen(ui, form, name, acts))
        else:
            parts.append(_typed(ui, form, name, acts))
    return parts


def _side_by_side(ui: Ui, fields: list[ft.Control]) -> ft.Control:
    if ui.layout.stacked:
        return ft.Column(
            fields, spacing=18, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    return ft.Row(
        [ft.Container(one, expand=True) for one in fields],
        spacing=14,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _typed(ui: Ui, form: Form, name: str, acts: SheetActs) -> ft.Control:
    long = name in _PARAGRAPHS
    words = f"{form.kind}_{name}"
    family_speaks = (form.kind, name) in (("vision", "text"), ("need", "text"))
    return text_field(
        ui,
        ui.say(f"plan.field.{words}"),
        form.values[name],
        bind_field(acts.write, name),
        key=f"plan.sheet.{name}",
        help=ui.say(f"plan.help.{words}") if words in _HELPED else None,
        error=form.errors.get(name),
        lines=2 if long else 1,
        most_lines=6 if long else None,
        autofocus=name == FIELDS[form.kind][0] and form.is_new,
        style=ui.type.words_s if family_speaks else None,
    )


def bind_field(write: Callable[[str, str], object], name: str) -> Callable[[str], object]:
    """What is called with the text typed in one field."""
    return lambda typed: write(name, typed)


def _chosen(ui: Ui, form: Form, name: str, acts: SheetActs) -> ft.Control:
    codes, wording = {
        ("need", "status"): (NEED_STATUSES, need_status_words),
        ("need", "life_domain"): (LIFE_DOMAINS, domain_words),
        ("outcome", "status"): (OUTCOME_STATUSES, outcome_status_words),
        ("strategy", "kind"): (STRATEGY_KINDS, kind_words),
    }[form.kind, name]

    def choose(code: str) -> None:
        # A part of life that was chosen goes when it is tapped again; the others always hold one.
        again = name == "life_domain" and form.values[name] == code
        acts.choose(name, "" if again else code)

    parts: list[ft.Control] = [
        text(ui, ui.say(f"plan.field.{form.kind}_{name}"), ui.type.label),
        choice_chips(
            ui, [Choice(one, dates.begin(wording(ui, one))) for one in codes], form.values[name], choose,
            key=f"plan.sheet.{name}",
        ),
    ]  # fmt: skip
    if form.errors.get(name):
        parts.append(note_line(ui, form.errors[name], error=True, key=f"plan.sheet.{name}.error"))
    return ft.Column(parts, spacing=8, tight=True)


def _due(ui: Ui, form: Form, today: date, acts: SheetActs) -> ft.Control:
    language = ui.settings.language
    due = due_of(form, language, today)
    told = (
        ui.say("day.read", day=whole_day(language, due))
        if due is not None
        else ui.say("day.help")
    )
    unfolded = form.month is not None
    buttons: list[ft.Control] = [
        quiet(
            ui,
            ui.say("plan.sheet.calendar_hide" if unfolded else "plan.sheet.calendar"),
            bind(acts.month, None if unfolded else due or today),
            key="plan.sheet.calendar",
            symbol=ft.Icons.CALENDAR_MONTH_OUTLINED,
        )
    ]
    if form.values["due_on"].strip():
        buttons.append(
            quiet(ui, ui.say("plan.sheet.no_due"), bind(acts.day, None), key="plan.sheet.no_due")
        )
    parts: list[ft.Control] = [
        text_field(
            ui,
            ui.say(f"plan.field.{form.kind}_due_on"),
            form.values["due_on"],
            bind_field(acts.write, "due_on"),
            key="plan.sheet.due_on",
            help=told,
            error=form.errors.get("due_on"),
        ),
        ft.Row(buttons, wrap=True, spacing=4, run_spacing=0),
    ]
    if form.month is not None:
        parts.append(
            month_grid(
                ui, form.month, due, today, acts.day, acts.month, key="plan.sheet.day"
            )
        )
    return ft.Column(
        parts, spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
