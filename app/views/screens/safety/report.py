"""One safety report as a form: what was seen, the call, the written report, and who was told.

What is typed is sealed on the tablet after each pause (use_record_form). place.record_id: a report that
was kept; empty for a new one.
"""

from __future__ import annotations

from typing import Any

import flet as ft

from app.errors import InvalidInput
from app.services.safety_reports import Named, SafetyView, safety_form
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame
from app.views.screens.more.places import typed_day
from app.views.screens.more.record_form import Form, use_record_form
from app.views.screens.safety.place import countdown_line
from app.views.screens.safety.values import DAYS, SafetyTyped, draft_of, field_of, typed_of
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import quiet_panel
from app.views.widgets.states import error_state
from app.views.widgets.text import section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.practice_codes import SAFETY_KINDS


@component
def SafetyReportPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    nav = use_nav()
    tablet = use_tablet()
    family_id = place.family_id
    view: Any = ft.use_ref(None)
    nobody: tuple[Named, ...] = ()
    people, set_people = ft.use_state(nobody)
    chiefs, set_chiefs = ft.use_state(nobody)
    trouble, set_trouble = ft.use_state("")
    safety = tablet.open.safety

    async def load() -> SafetyTyped:
        set_people(await safety.young_people(family_id))
        set_chiefs(await safety.supervisors())
        if not place.record_id:
            return typed_of(form.ui, await safety.blank(family_id))
        view.current = await safety.one(place.record_id)
        return typed_of(form.ui, safety_form(view.current))

    async def save(typed: SafetyTyped) -> None:
        try:
            await safety.save(draft_of(form.ui, typed))
        except InvalidInput as error:
            error.field = field_of(error.field)
            raise

    form = use_record_form(
        "safety_form", f"safety.{family_id}.{place.record_id or 'new'}", load, save, nav.back, DAYS
    )
    ui = form.ui
    title = ui.say("safety.report_title" if place.record_id else "safety.report_new")

    async def remove() -> None:
        await safety.remove(place.record_id)
        await tablet.open.form_drafts.drop(f"safety.{family_id}.{place.record_id}")
        nav.back()

    if form.failed:
        part = error_state(ui, form.failed, key="safety_form.failed", act=ui.say("nav.back"), on_act=nav.back)
        return frame(ui, nav, family_id, title, [part], key="safety_form")
    if form.draft is None:
        said = text(ui, ui.say("safety_form.opening"), ui.type.body)
        return frame(ui, nav, family_id, title, [said], key="safety_form")
    now_ms = tablet.open.desk.now_ms()
    parts: list[ft.Control] = [*form.notices()]
    shown: SafetyView | None = view.current
    if shown is not None and shown.status != "not_made":
        parts.append(_countdowns(ui, shown, now_ms))
    who = [(one.id, one.name) for one in people] + [("", ui.say("safety_form.nobody"))]
    told = [(one.id, one.name) for one in chiefs]
    parts += [
        form.line("about", lines=5, help=ui.say("safety_form.about_help")),
        form.somebody("person_id", who),
        form.one_of("kind", SAFETY_KINDS, "practice.safety"),
        _moment(form, "suspected", now_ms, now=False),
        _group(form, "oral", [_moment(form, "oral", now_ms), form.line("oral_to"), form.line("reference")]),
        _group(form, "written", [_moment(form, "written", now_ms), form.line("written_how")]),
        _group(form, "told", [form.somebody("supervisor_id", told), _moment(form, "told", now_ms)]),
        _group(form, "not_made", [form.line("not_made_why", lines=2)]),
        form.line("note", lines=2),
    ]
    more: list[ft.Control] = []
    if shown is not None and shown.open and not shown.oral_at_ms and not shown.written_at_ms:
        act = guarded(remove, lambda error: set_trouble(words_for(ui, error)))
        more.append(quiet(ui, ui.say("safety_form.remove"), act, key="safety_form.remove"))
    if trouble:
        parts.append(text(ui, trouble, ui.type.body, ft.Colors.ERROR))
    return frame(
        ui, nav, family_id, title, parts, key="safety_form", foot=form.foot(*more), sticky=True
    )


def _countdowns(ui: Ui, one: SafetyView, now_ms: int) -> ft.Control:
    lines: list[ft.Control] = [
        countdown_line(ui, part, now_ms, key=f"safety_form.due.{part.part}") for part in one.countdowns
    ]
    return quiet_panel(ft.Column(lines, spacing=Space.S, tight=True), key="safety_form.due")


def _group(form: Form, name: str, parts: list[ft.Control]) -> ft.Control:
    ui = form.ui
    return ft.Column(
        [section_header(ui, ui.say(f"safety_form.{name}")), *parts], spacing=Space.L, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _moment(form: Form, stem: str, now_ms: int, *, now: bool = True) -> ft.Control:
    """A day and a time side by side, and a button for this very moment."""
    ui = form.ui

    def take() -> None:
        form.write(f"{stem}_on", typed_day(ui, dates.local(now_ms).date().isoformat()))
        form.change(**{f"{stem}_time": dates.time_of_day(ui.language, now_ms, short=True)})

    day, time = form.line(f"{stem}_on"), form.line(f"{stem}_time")
    both: list[ft.Control] = [day, time]
    if not ui.layout.stacked:
        both = [
            ft.Row(
                [ft.Container(day, expand=2), ft.Container(time, expand=1)], spacing=Space.M,
                vertical_alignment=ft.CrossAxisAlignment.START,
            )
        ]  # fmt: skip
    if now:
        # Named by what it is about: three of them stand on the page.
        label = ui.say("safety_form.now_label", what=ui.say(f"safety_form.{stem}"))
        button = outlined(
            ui, label, take, key=f"safety_form.{stem}_now", symbol=ft.Icons.ACCESS_TIME, small=True
        )
        both.append(ft.Row([button], wrap=True))
    return ft.Column(
        both, spacing=Space.S, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
