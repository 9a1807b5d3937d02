"""How the crisis plan's editor looks, and the small form for one line. Pure drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.services.crisis import Callee, CrisisView, LineView
from app.views.screens.crisis.screen import reviewed_words
from app.views.widgets.buttons import icon_button, outlined, quiet
from app.views.widgets.chips import chip, chip_row
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.fields import field, note_line
from app.views.widgets.header import header
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, hairline, icon, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import CRISIS_SECTIONS

WITH_PEOPLE = frozenset({"helps", "proactive", "reactive", "call"})
"""Sections whose lines say who does it or who is called."""


@dataclass(frozen=True)
class LineForm:
    """One line as it stands in the form. line_id: empty for a new one."""

    section: str
    line_id: str = ""
    text: str = ""
    who: str = ""
    who_id: str = ""
    phone: str = ""
    busy: bool = False
    error: str = ""


@dataclass(frozen=True)
class EditorActs:
    """What the screen does."""

    back: Act
    cover: Act
    add: Callable[[str], object]
    edit: Callable[[LineView], object]
    move: Callable[[LineView, bool], object]
    remove: Callable[[LineView], object]
    who: Callable[[LineView], object]
    reviewed: Act


def editor_view(ui: Ui, view: CrisisView, trouble: str, acts: EditorActs) -> ft.Control:
    """All sections with their lines."""
    parts: list[ft.Control] = []
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="crisis_editor.problem"))
    parts.append(_review(ui, view, acts))
    for section in CRISIS_SECTIONS:
        parts.append(_section(ui, section, view.of(section), acts))
    return ft.Column(
        [
            header(
                ui, ui.say("crisis.plan_title"), key="crisis_editor", line=ui.say("crisis.plan_line"),
                on_back=acts.back, on_cover=acts.cover,
            ),
            ft.ListView(
                [
                    ft.Container(
                        ft.Column(
                            parts,
                            spacing=26,
                            tight=True,
                            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                        ),
                        padding=ft.Padding.only(top=18, bottom=32),
                    )
                ],
                expand=True,
                key="crisis_editor.list",
            ),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _review(ui: Ui, view: CrisisView, acts: EditorActs) -> ft.Control:
    return ft.Row(
        [
            text(ui, reviewed_words(ui, view.reviewed_on), ui.type.body, SOFT),
            *(
                [
                    outlined(
                        ui, ui.say("crisis.review"), acts.reviewed, key="crisis_editor.review",
                        symbol=ft.Icons.CHECK, small=True,
                    )
                ]
                if view.lines
                else []
            ),
        ],
        wrap=True,
        spacing=16,
        run_spacing=8,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )  # fmt: skip


def _section(ui: Ui, section: str, lines: Sequence[LineView], acts: EditorActs) -> ft.Control:
    rows: list[ft.Control] = []
    for at, line in enumerate(lines):
        rows += [_line(ui, line, at, len(lines), acts), hairline()]
    return ft.Column(
        [
            section_header(ui, ui.say(f"crisis.section.{section}"), large=True),
            text(ui, ui.say(f"crisis.hint.{section}"), ui.type.body, SOFT),
            *rows,
            ft.Row(
                [
                    quiet(
                        ui, ui.say("crisis.add_line"), bind(acts.add, section),
                        key=f"crisis_editor.add.{section}", symbol=ft.Icons.ADD,
                    )
                ]
            ),
        ],
        spacing=6,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _line(ui: Ui, line: LineView, at: int, count: int, acts: EditorActs) -> ft.Control:
    key = f"crisis_editor.line.{line.line_id}"
    words = " · ".join(part for part in (line.who, line.phone) if part)
    said = ft.Column(
        [
            *([text(ui, line.text, ui.type.body_l)] if line.text else []),
            *([text(ui, words, ui.type.strong, SOFT)] if words else []),
            *(
                [
                    ft.Row(
                        [
                            icon(ui, ft.Icons.CALL_SPLIT, 20, ft.Colors.PRIMARY),
                            text(ui, ui.say("crisis.two_versions"), ui.type.body, loose=True),
                        ],
                        spacing=8,
                        tight=True,
                    )
                ]
                if line.has_conflict
                else []
            ),
        ],
        spacing=1,
        tight=True,
    )
    body = pressable(
        ui, said, bind(acts.edit, line), key=f"{key}.edit",
        padding=ft.Padding.symmetric(vertical=10, horizontal=4), expand=True,
    )  # fmt: skip
    named = line.text or line.who
    who_words = (
        ui.say("crisis.seen_by_all")
        if not line.hidden_from
        else ui.say("crisis.hidden_from_one")
        if line.hidden_from == 1
        else ui.say("crisis.hidden_from", count=line.hidden_from)
    )
    tools: list[ft.Control] = [
        quiet(
            ui, who_words, bind(acts.who, line), key=f"{key}.who",
            symbol=ft.Icons.VISIBILITY_OFF_OUTLINED if line.hidden_from else ft.Icons.GROUPS_OUTLINED,
            ink=True,
        ),
        icon_button(
            ui, ft.Icons.ARROW_UPWARD, ui.say("crisis.up", line=named), bind(acts.move, line, True),
            key=f"{key}.up", disabled=at == 0, color=_arrow(at > 0),
        ),
        icon_button(
            ui, ft.Icons.ARROW_DOWNWARD, ui.say("crisis.down", line=named), bind(acts.move, line, False),
            key=f"{key}.down", disabled=at == count - 1, color=_arrow(at < count - 1),
        ),
        icon_button(
            ui, ft.Icons.DELETE_OUTLINE, ui.say("crisis.remove", line=named), bind(acts.remove, line),
            key=f"{key}.remove",
        ),
    ]  # fmt: skip
    if ui.layout.stacked or not ui.layout.wide:
        return ft.Column(
            [ft.Row([body]), ft.Row(tools, wrap=True, spacing=2)],
            spacing=0,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    return ft.Row([body, ft.Row(tools, spacing=2, tight=True)], spacing=12)


def _arrow(moves: bool) -> ft.ColorValue:
    return ft.Colors.ON_SURFACE if moves else ft.Colors.OUTLINE_VARIANT


def line_dialog(
    ui: Ui,
    form: LineForm,
    people: Sequence[Callee],
    change: Callable[..., object],
    save: Act,
    close: Act,
) -> ft.AlertDialog:
    """The form for one line. change: called with the fields that were typed or tapped."""
    parts: list[ft.Control] = [
        text(ui, ui.say(f"crisis.hint.{form.section}"), ui.type.body, SOFT),
        field(
            ui, ui.say("crisis.words"), form.text, lambda typed: change(text=typed),
            key="crisis_line.text", lines=2, most_lines=5, autofocus=form.section != "call",
            error=form.error or None, disabled=form.busy,
        ),
    ]  # fmt: skip
    if form.section in WITH_PEOPLE:
        parts.append(_people(ui, form, people, change))
        parts.append(
            field(
                ui, ui.say("crisis.who"), form.who,
                lambda typed: change(who=typed, who_id="" if typed != form.who else form.who_id),
                key="crisis_line.who", disabled=form.busy,
            )
        )  # fmt: skip
    if form.section == "call":
        chosen = next((one for one in people if one.person_id == form.who_id), None)
        if chosen is not None and not chosen.may_call:
            parts.append(note_line(ui, ui.say("crisis.may_not_call"), error=True, key="crisis_line.unsafe"))
        parts.append(
            field(
                ui, ui.say("crisis.phone"), form.phone, lambda typed: change(phone=typed),
                key="crisis_line.phone", keyboard=ft.KeyboardType.PHONE, disabled=form.busy,
            )
        )  # fmt: skip
    title = ui.say("crisis.change_line" if form.line_id else "crisis.new_line")
    return form_dialog(
        ui,
        title,
        ft.Column(
            parts, spacing=16, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        ),
        key="crisis_line",
        act=ui.say("crisis.save_line"),
        on_act=save,
        close=ui.say("crisis.keep_as_is"),
        on_close=close,
        disabled=form.busy,
    )


def _people(
    ui: Ui, form: LineForm, people: Sequence[Callee], change: Callable[..., object]
) -> ft.Control:
    def choose(one: Callee) -> None:
        if one.person_id == form.who_id:
            change(who="", who_id="", phone="")
        else:
            change(who=one.name, who_id=one.person_id, phone=one.phone)

    return ft.Column(
        [
            text(ui, ui.say("crisis.from_team"), ui.type.label),
            chip_row(
                [
                    chip(
                        ui, one.name, bind(choose, one), key=f"crisis_line.person.{one.person_id}",
                        selected=one.person_id == form.who_id,
                    )
                    for one in people
                ]
            ),
        ],
        spacing=6,
        tight=True,
    )  # fmt: skip
