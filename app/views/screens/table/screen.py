"""The table as it runs: which page is open, whose number is tapped, and the way back to the worker.

Shown by the root in place of everything else while `tablet.at_table`. It knows no place of the app
and moves nowhere: its pages are its own. Follows design 01, "Family table".
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import flet as ft

from app.errors import AppError
from app.services.table import TableView
from app.views import dates
from app.views.calling import use_call
from app.views.error_words import words_for
from app.views.hooks import Query, use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.table.closing import use_closing
from app.views.screens.table.crisis import crisis_page
from app.views.screens.table.gone import GoneActs, gone_page
from app.views.screens.table.look import HeadActs, at_table, head, page_of, table_settings
from app.views.screens.table.more import more_page
from app.views.screens.table.people import family_people
from app.views.screens.table.pulse import Pulse
from app.views.screens.table.rate import RateActs, RateForm, rate_page
from app.views.screens.table.view import TableActs, table_page
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded
from app.views.widgets.pressable import Act
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import SettingsContext, Ui, use_settings, use_ui
from app.wraparound.family_page import GoalShown


@dataclass(frozen=True)
class Pages:
    """Which page of the table is open."""

    name: str = "table"
    rate: RateForm | None = None
    goal: str = ""
    """Outcome id of *How it has gone*."""
    numbers: bool = False
    back: str = "table"
    """The page from which that one was opened."""


@component
def FamilyTableScreen() -> ft.Control:
    """What the family has in hand, in its own language and size of type, whatever the worker reads."""
    settings = use_settings()
    tablet = use_tablet()
    seated = tablet.open.table.seated
    language = seated.language
    inside: ft.Control = SettingsContext(
        table_settings(settings, language),
        # In a control of its own: the body of a component that is a component loses its parent.
        lambda: ft.Container(Pulse(seated, seated.asking) if seated.asking else Table(language), expand=True),
    )
    return inside


@component
def Table(language: str) -> ft.Control:
    """All pages of the table. language: changes with the tap on English or Español."""
    ui = at_table(use_ui())
    tablet = use_tablet()
    nav = use_nav()
    call, message = use_call()
    pages, set_pages, newest = use_newest(Pages())
    closing = use_closing(ui)
    turn, set_turn = ft.use_state(0)
    asked: Query[TableView] = use_query(
        tablet.open.table.view, (language, turn), family_id=tablet.open.table.seated.family_id
    )

    def show(name: str) -> None:
        closing.leave()
        set_pages(Pages(name))

    acts = HeadActs(
        cover=lambda: nav.go(Place("cover")),
        crisis=lambda: show("crisis"),
        language=lambda code: tablet.open.table.say_language(code),
        close=closing.ask,
    )
    asked_to_close = closing.page(acts)
    if asked_to_close is not None:
        return asked_to_close
    view = asked.value
    if view is None or view.page.language != language:
        return _waiting(ui, asked, acts, lambda: set_turn(turn + 1))

    # -- one person's number ------------------------------------------------------------------

    def rate(outcome_id: str, person_id: str) -> None:
        goal = _goal(view, outcome_id)
        given = next((r for r in goal.ratings if r.by.id == person_id), None) if goal else None
        words = given.words.text if given else ""
        set_pages(Pages("rate", rate=RateForm(outcome_id, person_id, None, words)))

    def look_back(outcome_id: str) -> None:
        set_pages(lambda now: Pages("gone", goal=outcome_id, back=now.name))

    def change_rate(**values: object) -> None:
        now = newest()
        if now.rate is not None:
            set_pages(replace(now, rate=replace(now.rate, **values)))  # type: ignore[arg-type]

    async def save_rate() -> None:
        form = newest().rate
        if form is None or form.busy or form.value is None:
            return
        change_rate(busy=True, error="")
        await tablet.open.table.rate(form.outcome_id, form.person_id, form.value, form.words)
        show("table")

    def tell_rate(error: AppError) -> None:
        change_rate(busy=False, error=words_for(ui, error))

    # -- which page -----------------------------------------------------------------------------

    form = pages.rate
    if pages.name == "rate" and form is not None:
        goal = _goal(view, form.outcome_id)
        who = next((one for one in view.raters if one.id == form.person_id), None)
        if goal is not None and who is not None:
            last = next((r for r in goal.ratings if r.by.id == who.id), None)
            return rate_page(
                ui, goal, who, last, form,
                RateActs(
                    acts,
                    lambda value: change_rate(value=value),
                    lambda typed: change_rate(words=typed),
                    guarded(save_rate, tell_rate),
                    lambda: show("table"),
                ),
            )  # fmt: skip
    if pages.name == "gone":
        goal = _goal(view, pages.goal)
        if goal is not None:
            return gone_page(
                ui, goal, dates.local(tablet.open.desk.now_ms()).date(), pages.numbers,
                GoneActs(
                    acts,
                    lambda: set_pages(lambda now: replace(now, numbers=not now.numbers)),
                    lambda: show(pages.back),
                ),
            )  # fmt: skip
    if pages.name == "more":
        people = family_people(ui, view.page.circle)
        return more_page(
            ui, view.page, acts, lambda: show("table"), tablet.open.desk.now_ms(), look_back, people
        )
    if pages.name == "crisis":
        return crisis_page(ui, view.page, acts, lambda: show("table"), call, message)
    return table_page(
        ui, view, TableActs(acts, rate, look_back, lambda: show("more")), tablet.open.desk.now_ms()
    )


def _goal(view: TableView, outcome_id: str) -> GoalShown | None:
    """A goal as those at the table may see it."""
    goals = (goal for need in view.page.needs for goal in need.goals)
    return next((goal for goal in goals if goal.outcome_id == outcome_id), None)


def _waiting(ui: Ui, asked: Query[TableView], acts: HeadActs, again: Act) -> ft.Control:
    body: ft.Control = Loading(control="table.loading")
    if asked.error:
        body = error_state(
            ui, asked.error, key="table.failed", act=ui.say("state.try_again"), on_act=again
        )
    return page_of(ui, head(ui, ui.say("table.title"), "", acts), [body], None, "table.waiting")
