"""One service whole as a pure function: what it is, how to reach it, what is known of it here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.directory_views import CheckView, ServiceView
from app.views.screens.directory.wording import (
    ages,
    checked_words,
    edition_words,
    hours_words,
    rate_words,
    warning,
)
from app.views.screens.more.places import iso_day
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import field, note_line
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.practice_codes import CHECK_RESULTS


@dataclass(frozen=True)
class CheckForm:
    """What somebody found out, as it is filled in. problem: why it was not kept."""

    result: str = ""
    note: str = ""
    problem: str = ""


@dataclass(frozen=True)
class ServiceActs:
    """What can be done with a service."""

    refer: Act | None
    call: Callable[[str], object]
    web: Callable[[str], object]
    way: Callable[[str], object]
    edit: Act | None
    choose: Callable[[str], object]
    write: Callable[[str], object]
    keep: Act


def service_parts(
    ui: Ui, view: ServiceView, form: CheckForm, today: date, family: str, acts: ServiceActs
) -> list[ft.Control]:
    """What stands in the column. family: whom it would be referred to, "" when none is chosen."""
    row = view.row
    parts: list[ft.Control] = []
    warnings = [view.alert, ui.say("directory.gone") if view.status == "retired" else ""]
    if row.said or not view.alert:  # one that says itself that it is old needs no second mark
        warnings.append(warning(ui, row))
    said = "\n".join(one for one in warnings if one)
    if said:
        parts.append(_warned(ui, said))
    if view.description:
        parts.append(text(ui, view.description, ui.type.body_l))
    parts.append(_reach(ui, view, family, acts))
    parts.append(_facts(ui, view))
    if view.places:
        parts.append(_places(ui, view, acts))
    parts += _known(ui, view, form, today, acts)
    return parts


def _warned(ui: Ui, words: str) -> ft.Control:
    ink = ft.Colors.ON_PRIMARY_CONTAINER
    return ft.Container(
        ft.Row(
            [icon(ui, ft.Icons.INFO_OUTLINE, 22, ink), text(ui, words, ui.type.body, ink, expand=True)],
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        padding=Space.M,
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        border_radius=Space.M,
    )


def _reach(ui: Ui, view: ServiceView, family: str, acts: ServiceActs) -> ft.Control:
    buttons: list[ft.Control] = []
    if acts.refer is not None:
        words = ui.say("directory.refer_name", name=family) if family else ui.say("directory.refer")
        buttons.append(filled(ui, words, acts.refer, key="service.refer", symbol=ft.Icons.SEND_OUTLINED))
    for number, said in view.phones[:3]:
        label = f"{number} · {said}" if said and len(said) < 40 else number
        buttons.append(
            outlined(ui, label, bind(acts.call, number), key=f"service.call.{number}",
                     symbol=ft.Icons.CALL_OUTLINED)
        )  # fmt: skip
    if view.url:
        buttons.append(
            outlined(ui, ui.say("directory.web"), bind(acts.web, view.url), key="service.web",
                     symbol=ft.Icons.OPEN_IN_NEW)
        )  # fmt: skip
    if acts.edit is not None:
        buttons.append(
            outlined(ui, ui.say("directory.edit"), acts.edit, key="service.edit",
                     symbol=ft.Icons.EDIT_OUTLINED)
        )  # fmt: skip
    rows: list[ft.Control] = [ft.Row(buttons, wrap=True, spacing=12, run_spacing=10)]
    if not view.phones:
        rows.append(text(ui, ui.say("directory.no_phone"), ui.type.body, SOFT))
    return ft.Column(rows, spacing=Space.S, tight=True)


def _facts(ui: Ui, view: ServiceView) -> ft.Control:
    row = view.row
    kinds = ", ".join(ui.say(f"practice.service.{one}") for one in row.domains)
    said: list[tuple[str, str]] = [
        ("for_what", kinds),
        ("ages_label", ages(ui, row.low, row.high)),
        ("eligibility", view.eligibility),
        ("how_to_apply", view.how_to_apply),
        ("documents", "\n".join(view.documents)),
        ("cost", "\n".join(view.cost) or (ui.say("directory.free") if row.free else "")),
        ("hours", "\n".join(hours_words(ui, one) for one in view.hours)),
        ("languages", ", ".join(view.language_words)),
        ("interpreter", view.interpreter),
        ("wait", view.wait),
        ("areas", ", ".join(view.areas)),
        ("email", view.email),
        ("contacts", "\n".join(view.contacts)),
        ("funding", "\n".join(view.funding)),
        ("terms", ", ".join(view.terms)),
    ]
    return ft.Column(
        [_fact(ui, ui.say(f"directory.fact.{name}"), words) for name, words in said if words],
        spacing=Space.M,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _fact(ui: Ui, label: str, words: str) -> ft.Control:
    name, said = text(ui, label, ui.type.label, SOFT), text(ui, words, ui.type.body)
    if ui.layout.stacked:
        return ft.Column([name, said], spacing=2, tight=True)
    return ft.Row(
        [ft.Container(name, width=ui.grow(150)), ft.Container(said, expand=True)],
        spacing=Space.M,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _places(ui: Ui, view: ServiceView, acts: ServiceActs) -> ft.Control:
    lines: list[ft.Control] = [section_header(ui, ui.say("directory.places"))]
    for number, one in enumerate(view.places[:20]):
        said = [text(ui, words, ui.type.body) for words in (one.name, *one.address) if words]
        said += [text(ui, words, ui.type.body, SOFT) for words in (one.travel, *one.access) if words]
        block: list[ft.Control] = [ft.Column(said, spacing=2, tight=True, expand=True)]
        if one.address:
            block.append(
                outlined(ui, ui.say("directory.way"), bind(acts.way, one.address[0]),
                         key=f"service.way.{number}", symbol=ft.Icons.DIRECTIONS_OUTLINED, small=True)
            )  # fmt: skip
        lines.append(ft.Row(block, spacing=12, vertical_alignment=ft.CrossAxisAlignment.START))
    return ft.Column(lines, spacing=Space.M, tight=True)


def _known(
    ui: Ui, view: ServiceView, form: CheckForm, today: date, acts: ServiceActs
) -> list[ft.Control]:
    """What is known here: where the entry comes from, who asked, how referrals went."""
    lines: list[ft.Control] = [
        section_header(ui, ui.say("directory.known")),
        fact_line(
            ui, ft.Icons.FACT_CHECK_OUTLINED, checked_words(ui, view.row), key="service.checked"
        ),
    ]
    lines += [_check(ui, one, today) for one in view.checks[:3]]
    if view.rate is not None:
        lines.append(
            fact_line(ui, ft.Icons.INSIGHTS_OUTLINED, rate_words(ui, view.rate), key="service.rate")
        )
    if view.row.own:
        source = ui.say("directory.own_line")
    elif view.edition is not None:
        source = edition_words(ui, view.edition)
    else:
        source = ui.say("directory.starter")
    lines.append(fact_line(ui, ft.Icons.MENU_BOOK_OUTLINED, source, soft=True))
    asked: list[ft.Control] = [
        text(ui, ui.say("directory.asked"), ui.type.label),
        choice_chips(
            ui, [Choice(code, ui.say(f"practice.check.{code}")) for code in CHECK_RESULTS], form.result,
            acts.choose, key="service.check",
        ),
    ]  # fmt: skip
    if form.result:
        asked.append(field(ui, ui.say("directory.check_note"), form.note, acts.write, key="service.note"))
        keep = outlined(
            ui, ui.say("directory.check_keep"), acts.keep, key="service.keep", symbol=ft.Icons.CHECK
        )
        asked.append(ft.Row([keep], wrap=True))
    if form.problem:
        asked.append(note_line(ui, form.problem, error=True, key="service.problem"))
    sheet = quiet_panel(
        ft.Column(
            asked, spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    )
    return [ft.Column(lines, spacing=Space.S, tight=True), sheet]


def _check(ui: Ui, check: CheckView, today: date) -> ft.Control:
    parts = (
        ui.say(f"practice.check.{check.result}") if check.result in CHECK_RESULTS else check.result,
        iso_day(ui, check.checked_on, today), check.by, check.note,
    )  # fmt: skip
    return fact_line(ui, ft.Icons.CHAT_BUBBLE_OUTLINE, " · ".join(part for part in parts if part), soft=True)
