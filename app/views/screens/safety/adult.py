"""Safety plans of adults: the list, and the form. On paper only after the question whether it is safe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import flet as ft

from app.services.adult_safety import WORDS, AdultPlanDraft, AdultPlanView, adult_form
from app.services.safety_reports import Named
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.documents.saving import save as save_paper
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import iso_day
from app.views.screens.more.record_form import use_record_form
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.states import empty_state, error_state
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui, use_ui
from app.views.words import catalogue

_TYPES = frozenset({"adult_safety_plan"})
_MARK = 26


@component
def AdultSafetyPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    tries, set_tries = ft.use_state(0)
    asking, ask_paper = ft.use_state("")
    done, set_done = ft.use_state("")
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    plans = tablet.open.adult_safety
    answer = use_query(
        lambda: plans.all(family_id), (family_id, tries), types=_TYPES, family_id=family_id
    )

    async def on_paper() -> None:
        plan_id = asking
        ask_paper("")
        made = await plans.on_paper(plan_id, True, ui.language, catalogue(ui.language).__getitem__)
        set_done(ui.say(f"adult.paper_{await save_paper(tablet, made, bool(page.web))}"))

    def reviewed(plan_id: str) -> Callable[[], object]:
        return guarded(lambda: plans.review(plan_id), lambda error: set_done(words_for(ui, error)))

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say("adult.paper_title"), ui.say("adult.paper_body"), key="adult.paper",
            act=ui.say("adult.paper_yes"),
            on_act=guarded(on_paper, lambda error: set_done(words_for(ui, error))),
            keep=ui.say("adult.paper_no"), on_keep=lambda: ask_paper(""),
        )
        if asking
        else None
    )  # fmt: skip
    title = ui.say("adult.title")
    if answer.value is None:
        part = waiting(ui, answer, "adult", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="adult")

    def opened(record: str = "") -> None:
        nav.go(Place("adult_plan", family_id, record_id=record))

    if not answer.value:
        empty = empty_state(
            ui, ui.say("adult.none"), ui.say("adult.teach"), key="adult.begin", act=ui.say("adult.begin"),
            on_act=lambda: opened(),
        )  # fmt: skip
        return frame(ui, nav, family_id, title, [empty], key="adult")
    parts: list[ft.Control] = [text(ui, ui.say("adult.line"), ui.type.body, SOFT)]
    if done:
        parts.append(fact_line(ui, ft.Icons.INFO_OUTLINE, done, key="adult.done"))
    parts += [
        _plan(ui, one, today, bind(opened, one.plan_id), reviewed(one.plan_id), bind(ask_paper, one.plan_id))
        for one in answer.value
    ]
    foot = filled(ui, ui.say("adult.begin"), lambda: opened(), key="adult.begin", symbol=ft.Icons.ADD,
                  fill=ui.layout.narrow)  # fmt: skip
    return frame(ui, nav, family_id, title, parts, key="adult", foot=foot)


def _plan(
    ui: Ui, one: AdultPlanView, today: date, on_open: Callable[[], object],
    on_review: Callable[[], object], on_paper: Callable[[], object],
) -> ft.Control:  # fmt: skip
    day = iso_day(ui, one.reviewed_on, today)
    line = ui.say("adult.reviewed", day=day) if day else ui.say("adult.not_reviewed")
    row = list_row(
        ui, one.person_name, on_open, key=f"adult.row.{one.plan_id}",
        lead=icon(ui, ft.Icons.SHIELD_OUTLINED, _MARK, SOFT), lead_size=_MARK, line=line, chevron=True,
    )  # fmt: skip
    acts: list[ft.Control] = [
        outlined(ui, ui.say("adult.review"), on_review, key=f"adult.review.{one.plan_id}", small=True,
                 symbol=ft.Icons.CHECK),
        outlined(ui, ui.say("adult.paper"), on_paper, key=f"adult.paper.{one.plan_id}", small=True,
                 symbol=ft.Icons.PRINT_OUTLINED),
    ]  # fmt: skip
    return ft.Column(
        [row, ft.Row(acts, wrap=True, spacing=Space.M, run_spacing=Space.S)], spacing=Space.S, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


@component
def AdultPlanPlace(place: Place) -> ft.Control:
    """One plan of place.family_id: place.record_id, or a new one."""
    nav = use_nav()
    tablet = use_tablet()
    family_id = place.family_id
    nobody: tuple[Named, ...] = ()
    people, set_people = ft.use_state(nobody)
    removing, ask_remove = ft.use_state(False)
    trouble, set_trouble = ft.use_state("")
    plans = tablet.open.adult_safety

    async def load() -> AdultPlanDraft:
        set_people(await plans.adults(family_id))
        if not place.record_id:
            return AdultPlanDraft(family_id)
        return adult_form(await plans.one(place.record_id))

    form = use_record_form(
        "adult_form", f"adult.{family_id}.{place.record_id or 'new'}", load, plans.save, nav.back,
        ("reviewed_on",),
    )  # fmt: skip
    ui = form.ui
    title = ui.say("adult_form.title")

    async def remove() -> None:
        await plans.remove(place.record_id)
        await tablet.open.form_drafts.drop(f"adult.{family_id}.{place.record_id}")
        nav.back()

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say("adult_form.remove_title"), ui.say("adult_form.remove_body"), key="adult_form.gone",
            act=ui.say("adult_form.remove"),
            on_act=guarded(remove, lambda error: set_trouble(words_for(ui, error))),
            keep=ui.say("adult_form.remove_no"), on_keep=lambda: ask_remove(False),
        )
        if removing
        else None
    )  # fmt: skip
    if form.failed:
        part = error_state(ui, form.failed, key="adult_form.failed", act=ui.say("nav.back"), on_act=nav.back)
        return frame(ui, nav, family_id, title, [part], key="adult_form")
    if form.draft is None:
        said = text(ui, ui.say("adult_form.opening"), ui.type.body)
        return frame(ui, nav, family_id, title, [said], key="adult_form")

    def choose(who: str) -> None:
        name = next((one.name for one in people if one.id == who), "")
        form.change(person_id=who, person_name=name)

    who = [Choice(one.id, one.name) for one in people] + [Choice("", ui.say("adult_form.somebody_else"))]
    chips = choice_chips(ui, who, form.draft.person_id, choose, key="adult_form.person_id")
    named = form.asked("person_id", chips)
    short = ("code_word", "safe_contact", "hotline")
    parts: list[ft.Control] = [
        text(ui, ui.say("adult_form.line"), ui.type.body, SOFT),
        *form.notices(),
        named,
        *([] if form.draft.person_id else [form.line("person_name")]),
        *(form.line(name, lines=1 if name in short else 2) for name in WORDS if name != "note"),
        form.line("note", lines=2, help=ui.say("adult_form.note_help")),
        form.line("reviewed_on"),
    ]
    if trouble:
        parts.append(text(ui, trouble, ui.type.body, ft.Colors.ERROR))
    more: list[ft.Control] = []
    if place.record_id:
        more.append(
            quiet(ui, ui.say("adult_form.remove"), lambda: ask_remove(True), key="adult_form.remove")
        )
    return frame(ui, nav, family_id, title, parts, key="adult_form", foot=form.foot(*more), sticky=True)
