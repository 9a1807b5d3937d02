"""The form of standing in and handing on, drawn. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import flet as ft

from app.services.handing_views import REASONS, Colleague, LedFamily
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import field, note_line, said_again
from app.views.widgets.pressable import Act
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui

KINDS = ("cover", "transfer")


@dataclass(frozen=True)
class Choices:
    """Who could take it, which families, and who leads them now."""

    colleagues: tuple[Colleague, ...]
    families: tuple[LedFamily, ...]
    led_by: str
    today: date

    @property
    def all_families(self) -> frozenset[str]:
        """Ids of all families."""
        return frozenset(one.family_id for one in self.families)


@dataclass(frozen=True)
class HandForm:
    """What was typed. until: as typed. chosen: family ids, or None while all are meant."""

    kind: str
    person_id: str = ""
    until: str = ""
    reason: str = "holiday"
    note: str = ""
    chosen: frozenset[str] | None = None
    busy: bool = False
    done: int = 0
    total: int = 0
    error: str = ""
    field: str = ""


def hand_on_page(
    ui: Ui, form: HandForm, choices: Choices, change: Callable[..., Any], on_go: Act
) -> list[ft.Control]:
    """What, which families, to whom, until when, and what they should know."""
    say, cover = ui.say, form.kind == "cover"
    kinds = [Choice(kind, say(f"handing.kind.{kind}")) for kind in KINDS]
    people = [Choice(one.person_id, one.name) for one in choices.colleagues]
    parts: list[ft.Control] = [
        choice_chips(ui, kinds, form.kind, lambda kind: change(kind=kind), key="hand_on.kind"),
        text(ui, say(f"handing.kind.{form.kind}_line"), ui.type.body_l, SOFT),
    ]
    if len(choices.families) > 1:
        parts.append(_families(ui, form, choices, change))
    parts.append(
        _group(
            ui, say("handing.who"),
            choice_chips(ui, people, form.person_id, lambda who: change(person_id=who), key="hand_on.person")
            if people
            else text(ui, say("handing.nobody_else"), ui.type.body, SOFT),
            form.error if form.field == "person" else "",
        )
    )  # fmt: skip
    parts.append(
        field(
            ui, say("handing.until" if cover else "handing.reads_along_until"), form.until,
            lambda typed: change(until=typed), key="hand_on.until", disabled=form.busy,
            help=say("handing.until_help" if cover else "handing.reads_along_help"),
            error=form.error if form.field == "until" else None,
        )
    )  # fmt: skip
    if cover:
        reasons = [Choice(reason, say(f"handing.reason.{reason}")) for reason in REASONS]
        parts.append(
            _group(
                ui, say("handing.why"),
                choice_chips(ui, reasons, form.reason, lambda why: change(reason=why), key="hand_on.reason"),
            )
        )  # fmt: skip
    parts.append(
        field(
            ui, say("handing.note" if cover else "handing.hand_over_note"), form.note,
            lambda typed: change(note=typed), key="hand_on.note", lines=4, most_lines=12,
            error=form.error if form.field == "note" else None, disabled=form.busy,
        )
    )  # fmt: skip
    return [*parts, *_end(ui, form, choices, on_go)]


def _end(ui: Ui, form: HandForm, choices: Choices, on_go: Act) -> list[ft.Control]:
    parts: list[ft.Control] = []
    if form.error:
        parts.append(
            said_again(ui, form.error, key="hand_on.error_below")
            if form.field
            else note_line(ui, form.error, error=True, key="hand_on.error")
        )
    if form.busy:
        share = form.done / form.total if form.total else None
        said = ui.say("handing.working", done=form.done, total=form.total or len(choices.families))
        parts.append(progress(ui, said, share, key="hand_on.progress"))
    count = len(choices.families if form.chosen is None else form.chosen)
    label = ui.say(f"handing.go.{form.kind}" if count == 1 else f"handing.go.{form.kind}_many", count=count)
    act = filled(
        ui, label, on_go, key="hand_on.go", disabled=form.busy or not choices.colleagues,
        fill=ui.layout.narrow,
    )  # fmt: skip
    parts.append(act if ui.layout.narrow else ft.Row([act], wrap=True))
    return parts


def _families(ui: Ui, form: HandForm, choices: Choices, change: Callable[..., Any]) -> ft.Control:
    chosen = choices.all_families if form.chosen is None else form.chosen

    def tick(family_id: str, on: bool) -> None:
        change(chosen=chosen | {family_id} if on else chosen - {family_id})

    def toggle(family_id: str) -> Callable[[bool], object]:
        return lambda on: tick(family_id, on)

    rows: list[ft.Control] = [
        tick_row(
            ui, one.name, one.family_id in chosen, None if form.busy else toggle(one.family_id),
            key=f"hand_on.family.{one.family_id}",
        )
        for one in choices.families
    ]  # fmt: skip
    column = ft.Column(rows, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    wrong = form.error if form.field == "families" else ""
    return _group(ui, ui.say("handing.which", name=choices.led_by), column, wrong)


def _group(ui: Ui, label: str, inside: ft.Control, error: str = "") -> ft.Control:
    wrong = [note_line(ui, error, error=True)] if error else []
    return ft.Column(
        [text(ui, label, ui.type.label), inside, *wrong], spacing=Space.XS, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


__all__ = ["Choices", "HandForm", "hand_on_page"]
