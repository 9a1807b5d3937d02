"""Care facts of a family: asked once, shown ever after; and what each month costs it."""

from __future__ import annotations

from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.care import COUNTS, CareDraft, MonthView, PersonCare, totals
from app.services.permissions import allows
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.care.months import month_fields, month_of_form, months_table
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import iso_day
from app.views.screens.more.record_form import use_record_form
from app.views.screens.people.share_panel import month_name
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import Act, bind
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.practice_codes import SCHOOL_PLANS

_TYPES = frozenset({"care_facts", "care_month", "person"})
SHOWN = (
    "allergies", "medicines", "conditions", "clinicians", "pharmacy", "school_supports", "helps", "note",
)  # fmt: skip
"""In the order in which somebody needs them at a clinic's desk."""


@component
def CarePlace(place: Place) -> ft.Control:
    """Everybody of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    form, show = ft.use_state("")
    typed: Any = ft.use_ref(None)
    no_errors: dict[str, str] = {}
    errors, set_errors = ft.use_state(no_errors)
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.care.of_family(family_id), (family_id, tries), types=_TYPES, family_id=family_id
    )

    def open_month(person_id: str) -> None:
        people = answer.value or ()
        month = today.isoformat()[:7]
        known = next(
            (m for one in people if one.person_id == person_id for m in one.months if m.month == month),
            MonthView(person_id, month),
        )
        typed.current = {name: str(getattr(known, name) or "") for name in COUNTS} | {"note": known.note}
        set_errors({})
        show(person_id)

    def write(name: str, words: str) -> None:
        typed.current = {**typed.current, name: words}

    def tell(error: AppError) -> None:
        where = error.field if isinstance(error, InvalidInput) else ""
        set_errors({where if where in typed.current else "": words_for(ui, error)})

    async def keep() -> None:
        set_errors({})
        view = month_of_form(form, today.isoformat()[:7], typed.current)
        await tablet.open.care.save_month(family_id, view)
        show("")

    ft.use_dialog(
        form_dialog(
            ui, ui.say("care.month_title", month=dates.begin(month_name(ui, today.isoformat()[:7]))),
            month_fields(ui, typed.current, errors, write), key="care.month", act=ui.say("care.month_save"),
            on_act=guarded(keep, tell), close=ui.say("people.close"), on_close=lambda: show(""),
        )
        if form
        else None
    )  # fmt: skip
    title = ui.say("more.care")
    if answer.value is None:
        part = waiting(ui, answer, "care", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="care")
    if not answer.value:
        empty = empty_state(
            ui, ui.say("care.nobody"), ui.say("care.nobody_teach"), key="care.people",
            act=ui.say("care.to_people"), on_act=lambda: nav.go(Place("family", family_id, tab="people")),
        )  # fmt: skip
        return frame(ui, nav, family_id, title, [empty], key="care")
    may = allows(tablet.open.desk.me, "care.edit")

    def edit(person_id: str) -> None:
        nav.go(Place("care_editor", family_id, record_id=person_id))

    parts: list[ft.Control] = [text(ui, ui.say("care.line"), ui.type.body, SOFT)]
    for person in answer.value:
        acts = (bind(edit, person.person_id), bind(open_month, person.person_id)) if may else None
        parts.append(_person(ui, person, today, acts))
    parts.append(months_table(ui, totals(answer.value), today))
    return frame(ui, nav, family_id, title, parts, key="care")


def _person(ui: Ui, one: PersonCare, today: date, acts: tuple[Act, Act] | None) -> ft.Control:
    lines: list[ft.Control] = [section_header(ui, one.name, large=True)]
    if one.asked:
        day = iso_day(ui, one.facts.asked_on, today)
        lines.append(text(ui, ui.say("care.asked", day=day) if day else "", ui.type.body, SOFT))
    else:
        lines.append(text(ui, ui.say("care.not_asked"), ui.type.body, SOFT))
    for name in SHOWN:
        words = getattr(one.facts, name).strip()
        if words:
            lines.append(_fact(ui, name, words))
        if name == "clinicians" and one.insurer:
            lines.append(_fact(ui, "insurer", one.insurer))
        if name == "pharmacy" and (one.facts.school_plan or one.school):
            plan = ui.say(f"practice.school_plan.{one.facts.school_plan}") if one.facts.school_plan else ""
            lines.append(_fact(ui, "school_plan", " · ".join(part for part in (one.school, plan) if part)))
    if acts is not None:
        edit, month = acts
        key = one.person_id
        words = ui.say("care.change" if one.asked else "care.ask")
        row: list[ft.Control] = [
            outlined(ui, words, edit, key=f"care.edit.{key}", symbol=ft.Icons.EDIT_OUTLINED, small=True),
            outlined(ui, ui.say("care.this_month"), month, key=f"care.month.{key}",
                     symbol=ft.Icons.CALENDAR_MONTH_OUTLINED, small=True),
        ]  # fmt: skip
        lines.append(ft.Row(row, wrap=True, spacing=12, run_spacing=8))
    return sheet(ft.Column(lines, spacing=Space.M, tight=True), key=f"care.person.{one.person_id}")


def _fact(ui: Ui, name: str, words: str) -> ft.Control:
    return ft.Column(
        [
            text(ui, ui.say(f"care.{name}"), ui.type.label, SOFT),
            text(ui, words, ui.type.strong if name == "allergies" else ui.type.body_l),
        ],
        spacing=2,
        tight=True,
    )


@component
def CareEditorPlace(place: Place) -> ft.Control:
    """The facts about place.record_id."""
    nav = use_nav()
    tablet = use_tablet()

    async def load() -> CareDraft:
        return await tablet.open.care.form(place.family_id, place.record_id)

    form = use_record_form(
        "care", f"care.{place.record_id}", load, lambda draft: tablet.open.care.save(draft), nav.back
    )
    ui = form.ui
    title = ui.say("care.form_title")
    if form.failed or form.draft is None:
        return frame(ui, nav, place.family_id, title, [form.not_there()], key="care_form")
    parts: list[ft.Control] = [
        text(ui, ui.say("care.form_line"), ui.type.body, SOFT),
        *form.notices(),
        form.line("allergies", lines=2),
        form.line("medicines", lines=3, help=ui.say("care.medicines_help")),
        form.line("conditions", lines=2),
        form.line("clinicians", lines=2),
        form.line("pharmacy"),
        form.one_of("school_plan", SCHOOL_PLANS, "practice.school_plan"),
        form.line("school_supports", lines=2),
        form.line("helps", lines=2, help=ui.say("care.helps_help")),
        form.line("note", lines=2),
    ]
    return frame(
        ui, nav, place.family_id, title, parts, key="care_form", foot=form.foot(), sticky=True
    )
