"""First run: the way from a new tablet to an open one.

Owns the form and the order of the pages. Keys are made by the service; what it hands back (two
sheets of words, or one) is shown once and must be confirmed before the tablet opens. Going back
asks when something typed would be forgotten. Follows design page 01, "Screens".
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import flet as ft

from app.errors import AppError, InvitationNotValid, SyncError
from app.services.first_run import JoinAgency, StartAgency
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.loops import use_every
from app.views.newest import use_newest
from app.views.preferences import use_choose
from app.views.screens.first_run.forms import (
    FirstRunForm,
    Sheet,
    Step,
    ask_for,
    check_agency,
    check_answers,
    check_passphrase,
)
from app.views.screens.first_run.pages import (
    FirstRunActs,
    agency_page,
    choose_page,
    code_page,
    join_page,
    waiting_page,
)
from app.views.screens.first_run.sheets import check_page, sheet_page
from app.views.screens.recovery.fresh import SeedEntry
from app.views.screens.recovery.parts import save_pages
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.guarded import start as start_task
from app.views.widgets.ui import use_ui

ASK_SECONDS = 3.0
"""How often the server is asked whether this tablet was let in."""


def _sample(of: int, count: int) -> list[int]:
    return random.SystemRandom().sample(range(of), count)


@component
def FirstRun(
    sample: Callable[[int, int], list[int]] = _sample, ask_seconds: float = ASK_SECONDS
) -> ft.Control:
    """The whole of first run.

    Args:
        sample: draws the positions of the words asked for.
        ask_seconds: pause between two questions to the server.
    """
    ui = use_ui()
    tablet = use_tablet()
    choose = use_choose()
    page = ft.context.page
    service = tablet.first_run
    fresh = FirstRunForm(
        your_title=ui.say("first_run.agency.title_default"), server=service.default_server
    )
    form, set_form, newest = use_newest(fresh)

    def five_words() -> str:
        return service.suggest_passphrase(ui.settings.language)

    def change(**changes: Any) -> None:
        """Something was typed: what was wrong is forgotten."""
        set_form(lambda now: replace(now, error="", field="", **changes))

    def wrong(place: str, words: str) -> None:
        set_form(lambda now: replace(now, error=words, field=place, busy=False))

    def tell(problem: AppError) -> None:
        # Nothing typed is lost: only the words of the problem are put beside it.
        place = getattr(problem, "field", "")
        if place == "server":
            place = "server_url"
        if isinstance(problem, InvitationNotValid):
            place = "code"
        words = words_for(ui, problem)
        if isinstance(problem, SyncError) and form.step is Step.WAITING:
            place, words = "", ui.say("first_run.waiting.offline")
        known = {"agency_name", "your_name", "your_title", "server_url", "passphrase", "code"}
        wrong(place if place in known else "", words)

    async def start() -> None:
        form = newest()
        if form.busy:
            return
        place, words = check_agency(ui, form)
        if words:
            wrong(place, words)
            return
        change(busy=True)
        made = await service.start_agency(
            StartAgency(
                agency_name=form.agency.strip(),
                your_name=form.your_name.strip(),
                your_title=form.your_title.strip(),
                passphrase=form.choice.passphrase,
                server_url=form.server.strip(),
                shares=form.shares,
            )
        )
        pages = (*made.seed, made.kit)
        sheets = tuple(Sheet(page, number, len(pages)) for number, page in enumerate(pages, start=1))
        change(busy=False, step=Step.SHEET, sheets=sheets, passphrase="", again="", made="")

    def read_code() -> None:
        form = newest()
        if not form.code.strip():
            wrong("code", ui.say("first_run.invitation.empty"))
            return
        found = service.read_invitation(form.code.strip())
        change(step=Step.JOIN, found_server=found.server_url,
               fingerprint=found.agency_fingerprint, made=five_words())

    async def join() -> None:
        form = newest()
        if form.busy:
            return
        place, words = check_passphrase(ui, form)
        if words:
            wrong(place, words)
            return
        change(busy=True)
        made = await service.join(JoinAgency(form.code.strip(), form.choice.passphrase))
        change(busy=False, joining=True, step=Step.SHEET, passphrase="", again="", made="",
               sheets=(Sheet(made.kit),))

    def written() -> None:
        asked = ask_for(form.sheets[0], sample)
        change(step=Step.CHECK, asked=asked, answers=("",) * len(asked))

    async def check() -> None:
        form = newest()
        if form.busy:
            return
        place, words = check_answers(ui, form)
        if words:
            wrong(place, words)
        elif form.sheets[1:]:
            change(step=Step.SHEET, sheets=form.sheets[1:], asked=(), answers=(), saved="")
        elif form.joining:
            change(step=Step.WAITING, asked=(), answers=(), sheets=())
        else:
            change(busy=True)
            await finish()

    async def save() -> None:
        shown = newest().sheets[0]
        change(busy=True, saved="")
        saved = await save_pages(ui, tablet, [shown.page], page.web)
        change(busy=False, saved=saved)

    async def finish() -> None:
        await service.finish()

    async def ask() -> None:
        if await service.check_joined():
            change(busy=True)
            # A task of its own: the asking ends now, arriving must not end with it.
            start_task(guarded(finish, tell))
        else:
            change()

    use_every(
        ask_seconds, guarded(ask, tell), on=form.step is Step.WAITING and not form.busy
    )

    def suggest() -> None:
        change(made=five_words(), again="")

    def go_to(step: Step) -> None:
        change(step=step, made=five_words())

    def back() -> None:
        if newest().typed:
            set_form(lambda now: replace(now, leaving=True))
        else:
            leave()

    def leave() -> None:
        set_form(fresh)

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say("first_run.leave_question"), ui.say("first_run.leave_line"),
            key="first_run.leave", act=ui.say("first_run.leave"), on_act=leave,
            keep=ui.say("first_run.stay"),
            on_keep=lambda: set_form(lambda now: replace(now, leaving=False)),
        )
        if form.leaving
        else None
    )
    acts = FirstRunActs(
        change=change,
        go_to=go_to,
        back=back,
        suggest=guarded(suggest, tell),
        start=guarded(start, tell),
        read_code=guarded(read_code, tell),
        join=guarded(join, tell),
        ask_again=guarded(ask, tell),
        written=written,
        check=guarded(check, tell),
        show_again=lambda: change(step=Step.SHEET),
        save=guarded(save, tell),
        choose=choose,
        bring_back=guarded(tablet.bring_back, tell) if tablet.can_bring_back else None,
    )
    match form.step:
        case Step.START:
            return agency_page(ui, form, acts)
        case Step.SHEET:
            return sheet_page(ui, form, acts)
        case Step.CHECK:
            return check_page(ui, form, acts)
        case Step.CODE:
            return code_page(ui, form, acts)
        case Step.JOIN:
            return join_page(ui, form, acts)
        case Step.WAITING:
            return waiting_page(ui, form, acts)
        case Step.SEED:
            return SeedEntry(leave, sample)
        case _:
            return choose_page(ui, form, acts)
