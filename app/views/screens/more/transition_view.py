"""The transition plan, drawn: three lists, celebration and way back; and the sheets that change it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import flet as ft

from app.services.audience import Reader
from app.services.transition import LineView, TransitionView
from app.views.screens.more.places import iso_day
from app.views.theme.tokens import Space
from app.views.widgets.buttons import quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.fields import field, note_line
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.readers import KINDS
from app.views.widgets.text import SOFT, icon, section_header, text, words
from app.views.widgets.tickbox import target_side, tickbox
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import TRANSITION_SECTIONS

OTHER: Final = "other"
"""The chip for somebody who is not in the records."""
LANGUAGES: Final = ("en", "es")


@dataclass(frozen=True)
class TransitionActs:
    """What can be done on the place. add: takes a section; edit: an item's id."""

    add: Callable[[str], object]
    edit: Callable[[str], object]
    tick: Callable[[str, bool], object]
    plan: Act


def transition_page(
    ui: Ui, view: TransitionView, today: date, acts: TransitionActs, trouble: str = ""
) -> list[ft.Control]:
    """All of the plan in the order in which a team talks about it."""
    lists = {"readiness": view.readiness, "carries": view.carries, "adult_service": view.adult_services}
    parts: list[ft.Control] = []
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="transition.problem"))
    parts += [_list(ui, view, name, lists[name], today, acts) for name in TRANSITION_SECTIONS]
    parts += [
        _words(ui, "celebration", view.celebration, acts.plan),
        _words(ui, "way_back", view.way_back, acts.plan),
        _day(ui, iso_day(ui, view.planned_on, today), acts.plan),
    ]
    return parts


def _column(parts: list[ft.Control], key: str | None = None, spacing: float = 4) -> ft.Control:
    return ft.Column(
        parts, spacing=spacing, tight=True, key=key,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _list(
    ui: Ui, view: TransitionView, name: str, lines: tuple[LineView, ...], today: date,
    acts: TransitionActs,
) -> ft.Control:  # fmt: skip
    rows: list[ft.Control] = [_line(ui, view, one, today, acts) for one in lines]
    if not rows:
        rows.append(text(ui, ui.say(f"transition.{name}_empty"), ui.type.body, SOFT))
    add = quiet(
        ui, ui.say(f"transition.{name}_add"), bind(acts.add, name), key=f"transition.add.{name}",
        symbol=ft.Icons.ADD,
    )  # fmt: skip
    return _column(
        [
            section_header(ui, ui.say(f"transition.{name}")),
            *rows,
            ft.Row([ft.Container(add, margin=ft.Margin.only(left=-12))], wrap=True),
        ],
        key=f"transition.{name}",
    )


def _line(
    ui: Ui, view: TransitionView, line: LineView, today: date, acts: TransitionActs
) -> ft.Control:
    """Box, words, who; the words open the sheet. What is carried on needs no box: it has a person."""
    owner = owner_of(view, line)
    who = owner.name if owner is not None else line.who.strip()
    done = iso_day(ui, line.done_on, today) if line.done else ""
    below: list[ft.Control] = []
    if who:
        below.append(text(ui, who, ui.type.strong))
    elif line.section == "carries":
        below.append(text(ui, ui.say("transition.nobody"), ui.type.body, SOFT))
    if done:
        below.append(text(ui, ui.say("transition.done_on", day=done), ui.type.body, SOFT))
    said = ft.Column(
        [
            words(ui, line.text, "words_s", quoted=False),
            *([ft.Row(below, wrap=True, spacing=12, run_spacing=2)] if below else []),
        ],
        spacing=2,
        tight=True,
        expand=True,
    )
    lead: ft.Control
    if line.section == "carries":
        kind = KINDS.get(owner.kind, Kind.PROFESSIONAL) if owner is not None else Kind.NATURAL
        side = target_side(ui)
        inside: ft.Control = (
            face(ui, initials(who), kind, size=40)
            if who
            else icon(ui, ft.Icons.PERSON_ADD_ALT_OUTLINED, 26, SOFT)
        )
        lead = ft.Container(inside, width=side, height=side, alignment=ft.Alignment.CENTER)
    else:
        lead = tickbox(
            ui, line.text, line.done, lambda on: acts.tick(line.item_id, on),
            key=f"transition.tick.{line.item_id}",
        )  # fmt: skip
    opened = pressable(
        ui, ft.Row([said, icon(ui, ft.Icons.EDIT_OUTLINED, 20, SOFT)], spacing=8),
        bind(acts.edit, line.item_id), key=f"transition.line.{line.item_id}",
        padding=ft.Padding.symmetric(vertical=8, horizontal=6), expand=True,
    )  # fmt: skip
    return ft.Row([lead, opened], spacing=8, vertical_alignment=ft.CrossAxisAlignment.START)


def owner_of(view: TransitionView, line: LineView) -> Reader | None:
    """The person in the records who carries a line."""
    return next((one for one in view.owners if one.id == line.who_id), None) if line.who_id else None


def _words(ui: Ui, name: str, said: str, on_change: Act) -> ft.Control:
    change = quiet(
        ui, ui.say("transition.change" if said.strip() else "transition.write"), on_change,
        key=f"transition.edit.{name}", symbol=ft.Icons.EDIT_OUTLINED,
    )  # fmt: skip
    shown = (
        words(ui, said, "words")
        if said.strip()
        else text(ui, ui.say(f"transition.{name}_label"), ui.type.body, SOFT)
    )
    return _column(
        [section_header(ui, ui.say(f"transition.{name}"), action=change), shown],
        key=f"transition.{name}",
    )


def _day(ui: Ui, day: str, on_change: Act) -> ft.Control:
    change = quiet(
        ui, ui.say("transition.change"), on_change, key="transition.edit.planned_on",
        symbol=ft.Icons.EDIT_OUTLINED,
    )  # fmt: skip
    return _column(
        [
            section_header(ui, ui.say("transition.planned_on"), action=change),
            text(ui, day or ui.say("transition.planned_none"), ui.type.body_l, SOFT if not day else
                 ft.Colors.ON_SURFACE, key="transition.planned_on"),
        ]
    )  # fmt: skip


# -- sheets -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class LineForm:
    """A line as it is typed. who: an owner's id, OTHER, or "" for nobody yet."""

    section: str
    item_id: str = ""
    text: str = ""
    who: str = ""
    other: str = ""
    error: str = ""
    shown: LineView | None = None
    restored: bool = False


@dataclass(frozen=True)
class PlanForm:
    """Celebration, way back and day as they are typed. errors: field → words."""

    celebration: str = ""
    way_back: str = ""
    planned_on: str = ""
    error: str = ""
    field: str = ""
    shown: TransitionView | None = None
    restored: bool = False


def _restored(ui: Ui, restored: bool) -> list[ft.Control]:
    return [text(ui, ui.say("people.restored"), ui.type.strong)] if restored else []


def line_sheet(
    ui: Ui,
    form: LineForm,
    owners: tuple[Reader, ...],
    on_write: Callable[[str, str], object],
    on_who: Callable[[str], object],
    on_save: Act,
    on_close: Act,
    on_remove: Act,
    saving: bool,
) -> ft.AlertDialog:
    """The sheet of one line: what, and who, natural supports first."""
    choices = [Choice(one.id, one.name) for one in owners]
    choices.append(Choice(OTHER, ui.say("transition.who_other")))
    parts: list[ft.Control] = [
        *_restored(ui, form.restored),
        field(
            ui, ui.say(f"transition.text.{form.section}"), form.text,
            lambda typed: on_write("text", typed), key="transition.text", lines=2,
            error=form.error or None, autofocus=not form.item_id,
        ),
        ft.Column(
            [
                text(ui, ui.say(f"transition.who.{form.section}"), ui.type.label),
                choice_chips(ui, choices, form.who, on_who, key="transition.who"),
                *(
                    [text(ui, ui.say("transition.who_help"), ui.type.body, SOFT)]
                    if form.section == "carries"
                    else []
                ),
            ],
            spacing=8,
            tight=True,
        ),
    ]  # fmt: skip
    if form.who == OTHER:
        parts.append(
            field(
                ui, ui.say("transition.who_other"), form.other,
                lambda typed: on_write("other", typed), key="transition.other",
            )
        )  # fmt: skip
    if form.item_id:
        parts.append(
            ft.Row(
                [
                    quiet(
                        ui, ui.say("transition.remove"), on_remove, key="transition.remove",
                        symbol=ft.Icons.DELETE_OUTLINE, disabled=saving,
                    )
                ],
                wrap=True,
            )
        )  # fmt: skip
    title = ui.say("transition.edit_title" if form.item_id else f"transition.{form.section}_add")
    return form_dialog(
        ui, title, _column(parts, spacing=Space.L), key="transition.sheet",
        act=ui.say("transition.save"), on_act=on_save, close=ui.say("transition.cancel"),
        on_close=on_close, disabled=saving,
    )  # fmt: skip


def plan_sheet(
    ui: Ui,
    form: PlanForm,
    on_write: Callable[[str, str], object],
    on_save: Act,
    on_close: Act,
    saving: bool,
) -> ft.AlertDialog:
    """The sheet of celebration, way back and the last day."""

    def one(name: str, label: str, value: str, lines: int, help: str | None = None) -> ft.Control:
        return field(
            ui, ui.say(label), value, lambda typed: on_write(name, typed), key=f"transition.{name}_field",
            lines=lines, error=form.error if form.error and form.field == name else None, help=help,
        )  # fmt: skip

    parts = [
        *_restored(ui, form.restored),
        one("celebration", "transition.celebration_label", form.celebration, 2),
        one("way_back", "transition.way_back_label", form.way_back, 2),
        one("planned_on", "transition.planned_on", form.planned_on, 1, ui.say("details.day_help")),
    ]
    if form.error and not form.field:
        parts.append(note_line(ui, form.error, error=True, key="transition.sheet_problem"))
    return form_dialog(
        ui, ui.say("transition.edit_plan"), _column(parts, spacing=Space.L), key="transition.plan_sheet",
        act=ui.say("transition.save"), on_act=on_save, close=ui.say("transition.cancel"),
        on_close=on_close, disabled=saving,
    )  # fmt: skip
