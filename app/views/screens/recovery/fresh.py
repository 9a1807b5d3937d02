"""First run with the agency's words: the way in when no administrator's tablet is left.

Words and address, then the agency as its server holds it, then who one is and a passphrase, then the
new kit on paper, then the keys. What was typed of the words is dropped as soon as the service has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.first_run_seed import FoundAgency, SeedStart
from app.services.recovery_papers import SecretPage
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.newest import use_newest
from app.views.screens.door import door
from app.views.screens.passphrase import Choice, ChoiceActs, ChoiceKeys, check_choice, chooser
from app.views.screens.recovery.papers import PapersForm, check_papers, papers_fields
from app.views.screens.recovery.parts import (
    ASKED,
    asked_words,
    first_wrong,
    save_pages,
    secret_sheet,
)
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.chips import Choice as Pill
from app.views.widgets.chips import switch_of
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui

_FORM = 560


class Step(StrEnum):
    """Where on the way in a person is."""

    WORDS = "words"
    WHO = "who"
    SHEET = "sheet"
    CHECK = "check"
    GIVING = "giving"


@dataclass(frozen=True)
class EntryForm:
    """What was typed and found. told: keys given and in all."""

    step: Step = Step.WORDS
    papers: PapersForm = PapersForm()
    server: str = ""
    found: FoundAgency | None = None
    again: bool = True
    name: str = ""
    title: str = ""
    made: str = ""
    own: bool = False
    new: str = ""
    repeated: str = ""
    page: SecretPage | None = None
    asked: tuple[int, ...] = ()
    answers: tuple[str, ...] = ()
    told: tuple[int, int] = (0, 0)
    saved: str = ""
    error: str = ""
    field: str = ""
    busy: bool = False

    @property
    def choice(self) -> Choice:
        """The passphrase as far as it is chosen."""
        return Choice(self.made, self.own, self.new, self.repeated)


@dataclass(frozen=True)
class EntryActs:
    """What the pages can do."""

    change: Callable[..., Any]
    look: Callable[[], object]
    other: Callable[[], object]
    certify: Callable[[], object]
    save: Callable[[], object]
    written: Callable[[], object]
    check: Callable[[], object]
    show_again: Callable[[], object]
    give: Callable[[], object]
    open: Callable[[], object]
    back: Callable[[], object]


def entry_page(ui: Ui, form: EntryForm, acts: EntryActs) -> ft.Control:
    """The page of the step."""
    pages = {Step.WORDS: _words, Step.WHO: _who, Step.SHEET: _sheet, Step.CHECK: _check, Step.GIVING: _giving}
    # A key of its own for each step, so that every page begins at its top.
    return door(ui, pages[form.step](ui, form, acts), key=f"entry.page.{form.step}", drawing=False)


def _title(ui: Ui) -> ft.Control:
    return text(ui, ui.say("recovery.fresh.title"), ui.type.h1, heading=1)


def _wrong(form: EntryForm, name: str) -> str | None:
    return form.error if form.error and form.field == name else None


def _problem(ui: Ui, form: EntryForm) -> list[ft.Control]:
    shown = form.error and not form.field
    return [note_line(ui, form.error, error=True, key="entry.error")] if shown else []


def _busy(ui: Ui, form: EntryForm, words: str) -> list[ft.Control]:
    return [progress(ui, words, None, key="entry.progress")] if form.busy else []


def _back(ui: Ui, form: EntryForm, acts: EntryActs) -> ft.Control:
    back = quiet(ui, ui.say("first_run.back"), acts.back, key="entry.back",
                 symbol=ft.Icons.ARROW_BACK, disabled=form.busy)  # fmt: skip
    return ft.Row([back], alignment=ft.MainAxisAlignment.CENTER)


def _words(ui: Ui, form: EntryForm, acts: EntryActs) -> list[ft.Control]:
    say = ui.say
    return [
        _title(ui),
        text(ui, say("recovery.fresh.line"), ui.type.body_l, SOFT),
        *papers_fields(ui, form.papers, lambda papers: acts.change(papers=papers), key="entry",
                       wrong=form.field, error=form.error, busy=form.busy),
        field(ui, say("recovery.fresh.server"), form.server, lambda words: acts.change(server=words),
              key="entry.server", error=_wrong(form, "server"), disabled=form.busy,
              keyboard=ft.KeyboardType.URL),
        *_problem(ui, form),
        *_busy(ui, form, say("recovery.fresh.looking")),
        filled(ui, say("recovery.fresh.look"), acts.look, key="entry.look", fill=True, disabled=form.busy),
        _back(ui, form, acts),
    ]  # fmt: skip


def _who(ui: Ui, form: EntryForm, acts: EntryActs) -> list[ft.Control]:
    say, found = ui.say, form.found
    if found is None:
        return []
    counts = say("recovery.fresh.counts", people=found.people, tablets=found.tablets,
                 administrators=found.administrators)  # fmt: skip
    seen = [
        fact_line(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, say("recovery.fresh.found"),
                  icon_color=ft.Colors.TERTIARY),
        text(ui, found.fingerprint, ui.type.h3, key="entry.fingerprint"),
        text(ui, counts),
    ]  # fmt: skip
    pills = [Pill("again", say("recovery.fresh.again")), Pill("new", say("recovery.fresh.new"))]
    chosen = "again" if form.again else "new"
    who: list[ft.Control] = [
        text(ui, say("recovery.fresh.who"), ui.type.h3, heading=2),
        switch_of(ui, pills, chosen, lambda code: acts.change(again=code == "again"), key="entry.who"),
        text(ui, say(f"recovery.fresh.{chosen}_line"), ui.type.body, SOFT),
    ]
    if found.administrators != 1:
        who = [text(ui, say("recovery.fresh.many"), ui.type.body)]
    named = [
        field(ui, say("first_run.agency.your_name"), form.name, lambda words: acts.change(name=words),
              key="entry.name", error=_wrong(form, "your_name"), disabled=form.busy),
        field(ui, say("first_run.agency.your_title"), form.title, lambda words: acts.change(title=words),
              key="entry.title", error=_wrong(form, "your_title"), disabled=form.busy),
    ]  # fmt: skip
    return [
        _title(ui),
        quiet_panel(ft.Column(seen, spacing=8, tight=True)),
        *who,
        *([] if form.again else named),
        text(ui, say("first_run.pass.title"), ui.type.h3, heading=2),
        *chooser(
            ui, form.choice,
            ChoiceActs(
                own=lambda own: acts.change(own=own, new="", repeated=""),
                other=acts.other,
                typed=lambda words: acts.change(new=words),
                again=lambda words: acts.change(repeated=words),
                submit=acts.certify,
            ),
            ChoiceKeys("entry", "entry.passphrase", "entry.again"),
            wrong=lambda name: _wrong(form, "passphrase" if name == "new" else name),
            busy=form.busy,
        ),
        *_problem(ui, form),
        *_busy(ui, form, say("recovery.fresh.making")),
        filled(ui, say("recovery.fresh.go"), acts.certify, key="entry.go", fill=True, disabled=form.busy),
        _back(ui, form, acts),
    ]  # fmt: skip


def _sheet(ui: Ui, form: EntryForm, acts: EntryActs) -> list[ft.Control]:
    say = ui.say
    if form.page is None:
        return []
    return [
        text(ui, say("first_run.sheet.kit_title"), ui.type.h1, heading=1),
        text(ui, say("first_run.sheet.kit_line"), ui.type.body_l),
        *secret_sheet(ui, form.page, key="entry", on_save=acts.save, saved=form.saved, busy=form.busy,
                      width=_FORM * ui.scale),
        text(ui, say("first_run.sheet.kit_keep"), ui.type.body, SOFT),
        filled(ui, say("first_run.sheet.written"), acts.written, key="entry.written", fill=True),
    ]  # fmt: skip


def _check(ui: Ui, form: EntryForm, acts: EntryActs) -> list[ft.Control]:
    say = ui.say
    wrong = int(form.field.removeprefix("word")) if form.field.startswith("word") else -1
    return [
        text(ui, say("first_run.check.title"), ui.type.h1, heading=1),
        text(ui, say("recovery.check_line"), ui.type.body_l, SOFT),
        *asked_words(ui, form.asked, form.answers, lambda answers: acts.change(answers=answers),
                     key="entry.word", wrong=wrong, error=form.error, busy=form.busy, on_submit=acts.check),
        *_problem(ui, form),
        filled(ui, say("first_run.check.go"), acts.check, key="entry.check", fill=True, disabled=form.busy),
        ft.Row([quiet(ui, say("first_run.check.show"), acts.show_again, key="entry.show_again")],
               alignment=ft.MainAxisAlignment.CENTER),
    ]  # fmt: skip


def _giving(ui: Ui, form: EntryForm, acts: EntryActs) -> list[ft.Control]:
    say, (done, total) = ui.say, form.told
    words = (
        say("recovery.fresh.giving", done=done, total=total)
        if total and done < total
        else say("recovery.fresh.opening")
    )
    again: list[ft.Control] = []
    if not form.busy:
        again = [
            text(ui, say("recovery.fresh.not_given"), ui.type.body),
            filled(ui, say("state.try_again"), acts.give, key="entry.give", fill=True),
            ft.Row([quiet(ui, say("first_run.check.opening"), acts.open, key="entry.open")],
                   alignment=ft.MainAxisAlignment.CENTER),
        ]  # fmt: skip
    return [
        _title(ui),
        *_problem(ui, form),
        *([progress(ui, words, done / total if total else None, key="entry.progress")] if form.busy else []),
        *again,
    ]


@component
def SeedEntry(on_leave: Callable[[], object], sample: Callable[[int, int], list[int]]) -> ft.Control:
    """The whole way in. on_leave: back to the choice. sample: draws the words asked for."""
    ui = use_ui()
    tablet = use_tablet()
    page = ft.context.page
    service = tablet.first_run
    way = service.with_seed

    def five_words() -> str:
        return service.suggest_passphrase(ui.settings.language)

    form, set_form, newest = use_newest(EntryForm(server=service.default_server, made=five_words()))

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", field="", **changes))

    def wrong(place: str, words: str) -> None:
        set_form(lambda now: replace(now, error=words, field=place, busy=False))

    def tell(problem: AppError) -> None:
        place = getattr(problem, "field", "")
        known = {"paper0", "paper1", "server", "your_name", "your_title", "passphrase"}
        wrong(place if place in known else "", words_for(ui, problem))
        if problem.code == "seed_gone":
            set_form(lambda now: replace(now, step=Step.WORDS))

    async def look() -> None:
        now = newest()
        if now.busy:
            return
        place, words = check_papers(ui, now.papers)
        if words:
            wrong(place, words)
            return
        change(busy=True)
        found = await way.look(now.papers.papers, now.server.strip())
        change(busy=False, step=Step.WHO, found=found, again=found.administrators == 1,
               papers=PapersForm(now.papers.shares))  # fmt: skip

    async def certify() -> None:
        now = newest()
        if now.busy:
            return
        place, words = check_choice(ui, now.choice)
        if words:
            wrong("passphrase" if place == "new" else place, words)
            return
        change(busy=True)
        made = await way.certify(
            SeedStart(now.choice.passphrase, now.again, now.name.strip(), now.title.strip())
        )
        change(busy=False, step=Step.SHEET, page=made, new="", repeated="", made="")

    async def save() -> None:
        shown = newest().page
        if shown is None:
            return
        change(busy=True, saved="")
        saved = await save_pages(ui, tablet, [shown], page.web)
        change(busy=False, saved=saved)

    def written() -> None:
        shown = newest().page
        if shown is not None:
            asked = tuple(sorted(sample(len(shown.words), ASKED)))
            change(step=Step.CHECK, asked=asked, answers=("",) * len(asked))

    async def check() -> None:
        now = newest()
        if now.busy or now.page is None:
            return
        place = first_wrong(now.page, now.asked, now.answers)
        if place >= 0:
            wrong(f"word{place}", ui.say("first_run.check.wrong", number=now.asked[place] + 1))
            return
        change(step=Step.GIVING, page=None, answers=())
        await give()

    async def give() -> None:
        change(busy=True, told=(0, 0))
        await way.give(lambda done, total: change(told=(done, total)))
        await way.finish()

    async def open_now() -> None:
        change(busy=True)
        await way.finish()

    async def back() -> None:
        await way.leave()
        way.seed.drop()
        on_leave()

    return entry_page(
        ui,
        form,
        EntryActs(
            change=change,
            look=guarded(look, tell),
            other=lambda: change(made=five_words(), repeated=""),
            certify=guarded(certify, tell),
            save=guarded(save, tell),
            written=written,
            check=guarded(check, tell),
            show_again=lambda: change(step=Step.SHEET),
            give=guarded(give, tell),
            open=guarded(open_now, tell),
            back=guarded(back, tell),
        ),
    )
