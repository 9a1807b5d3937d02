"""Settings → Recovery kit: since when there is one, make a new one, try the words of one.

A new kit is shown, printed and confirmed; only then does it replace the old one. What is typed to
try is checked against this tablet, changes nothing, and counts as a try.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

import flet as ft

from app.errors import AppError, WrongPassphrase
from app.services.recovery import KitState, SeedUseView
from app.services.recovery_papers import SecretPage
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.recovery.parts import (
    ASKED,
    asked_words,
    first_wrong,
    framed,
    save_pages,
    secret_sheet,
    stack,
    uses_list,
)
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.header import header
from app.views.widgets.panels import fact_line
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui


class Step(StrEnum):
    """Where on the screen a person is."""

    HOME = "home"
    SHEET = "sheet"
    CHECK = "check"
    TRY = "try"


@dataclass(frozen=True)
class KitForm:
    """What the screen holds. page: the new kit, until it is kept or left. good: what went well."""

    step: Step = Step.HOME
    page: SecretPage | None = None
    asked: tuple[int, ...] = ()
    answers: tuple[str, ...] = ()
    words: str = ""
    wrong: int = -1
    error: str = ""
    good: str = ""
    saved: str = ""
    busy: bool = False


@dataclass(frozen=True)
class KitActs:
    """What the screen can do."""

    change: Callable[..., Any]
    make: Callable[[], object]
    save: Callable[[], object]
    written: Callable[[], object]
    keep: Callable[[], object]
    show_again: Callable[[], object]
    leave: Callable[[], object]
    begin_try: Callable[[], object]
    try_words: Callable[[], object]
    back: Callable[[], object]
    cover: Callable[[], object]


@dataclass(frozen=True)
class Known:
    """What is known of this tablet's kit, and when the agency's words were used."""

    state: KitState
    uses: tuple[SeedUseView, ...]


def kit_screen(ui: Ui, form: KitForm, known: Known | None, now_ms: int, acts: KitActs) -> ft.Control:
    """The screen. known: None until it is read."""
    say = ui.say
    match form.step:
        case Step.SHEET:
            parts = _sheet(ui, form, acts)
        case Step.CHECK:
            parts = _check(ui, form, acts)
        case Step.TRY:
            parts = _try(ui, form, acts)
        case _:
            parts = _home(ui, form, acts, known, now_ms)
    back = acts.back if form.step is Step.HOME else acts.leave
    head = header(ui, say("recovery.kit.title"), key="kit", on_back=back, on_cover=acts.cover)
    return framed(ui, head, stack(parts), key=f"kit.form.{form.step}")


def _main(ui: Ui, words: str, act: Callable[[], object], *, key: str, off: bool = False) -> ft.Control:
    if ui.layout.narrow:
        return filled(ui, words, act, key=key, fill=True, disabled=off)
    return ft.Row([filled(ui, words, act, key=key, disabled=off)], wrap=True)


def _problem(ui: Ui, form: KitForm) -> list[ft.Control]:
    shown = form.error and form.wrong < 0
    return [note_line(ui, form.error, error=True, key="kit.error")] if shown else []


def _home(
    ui: Ui, form: KitForm, acts: KitActs, known: Known | None, now_ms: int
) -> list[ft.Control]:
    say, today = ui.say, dates.local(now_ms).date()
    state = known.state if known else None
    facts: list[ft.Control] = []
    if form.good:
        facts.append(fact_line(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, form.good,
                               icon_color=ft.Colors.TERTIARY, key="kit.good"))
    if state is not None:
        day = _day(ui, state.made_ms, today) if state.made_ms else ""
        made = say("recovery.kit.made", day=day) if day else say("recovery.kit.made_first")
        facts.append(text(ui, made, ui.type.body, SOFT, key="kit.made"))
    if state is not None and state.used_ms:
        used = _day(ui, state.used_ms, today)
        facts.append(fact_line(ui, ft.Icons.INFO_OUTLINE, say("recovery.kit.used", day=used), key="kit.used"))
    return [
        text(ui, say("recovery.kit.line"), ui.type.body_l),
        *facts,
        *_problem(ui, form),
        _main(ui, say("recovery.kit.make"), acts.make, key="kit.make", off=form.busy),
        text(ui, say("recovery.kit.make_line"), ui.type.body, SOFT),
        ft.Row([outlined(ui, say("recovery.kit.try"), acts.begin_try, key="kit.try", disabled=form.busy)],
               wrap=True),
        text(ui, say("recovery.kit.try_line"), ui.type.body, SOFT),
        text(ui, say("recovery.kit.limits"), ui.type.body, SOFT),
        *(uses_list(ui, known.uses, now_ms) if known and known.uses else []),
    ]  # fmt: skip


def _day(ui: Ui, at_ms: int, today: date) -> str:
    return dates.plain_day(ui.settings.language, dates.local(at_ms).date(), today)


def _sheet(ui: Ui, form: KitForm, acts: KitActs) -> list[ft.Control]:
    if form.page is None:
        return []
    say = ui.say
    return [
        text(ui, say("recovery.kit.sheet"), ui.type.body_l),
        *secret_sheet(ui, form.page, key="kit", on_save=acts.save, saved=form.saved, busy=form.busy,
                      width=620),
        *_problem(ui, form),
        text(ui, say("first_run.sheet.kit_keep"), ui.type.body, SOFT),
        _main(ui, say("first_run.sheet.written"), acts.written, key="kit.written"),
        _leave(ui, form, acts),
    ]  # fmt: skip


def _check(ui: Ui, form: KitForm, acts: KitActs) -> list[ft.Control]:
    say = ui.say
    return [
        text(ui, say("first_run.check.title"), ui.type.h2, heading=2),
        text(ui, say("recovery.check_line"), ui.type.body_l, SOFT),
        *asked_words(
            ui, form.asked, form.answers, lambda answers: acts.change(answers=answers), key="kit.word",
            wrong=form.wrong, error=form.error, busy=form.busy, on_submit=acts.keep,
        ),
        *_problem(ui, form),
        _main(ui, say("recovery.kit.keep"), acts.keep, key="kit.keep", off=form.busy),
        text(ui, say("recovery.kit.keep_line"), ui.type.body, SOFT),
        ft.Row([quiet(ui, say("first_run.check.show"), acts.show_again, key="kit.show_again",
                      disabled=form.busy)], wrap=True),
        _leave(ui, form, acts),
    ]  # fmt: skip


def _leave(ui: Ui, form: KitForm, acts: KitActs) -> ft.Control:
    leave = quiet(ui, ui.say("recovery.kit.leave"), acts.leave, key="kit.leave", disabled=form.busy)
    return ft.Row([leave], wrap=True)


def _try(ui: Ui, form: KitForm, acts: KitActs) -> list[ft.Control]:
    say = ui.say
    return [
        text(ui, say("recovery.kit.try_first"), ui.type.body_l),
        field(ui, say("recovery.words"), form.words, lambda words: acts.change(words=words),
              key="kit.words", lines=4, help=say("recovery.words_help"), autofocus=True,
              error=form.error or None, disabled=form.busy),
        _main(ui, say("recovery.kit.try_go"), acts.try_words, key="kit.try_go", off=form.busy),
    ]  # fmt: skip


def _sample(of: int, count: int) -> list[int]:
    return random.SystemRandom().sample(range(of), count)


@component
def RecoveryKitPlace(_place: Place, sample: Callable[[int, int], list[int]] = _sample) -> ft.Control:
    """The recovery kit of this tablet. sample: draws the positions of the words asked for."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    page = ft.context.page
    form, set_form, newest = use_newest(KitForm())
    turn, set_turn = ft.use_state(0)

    async def read() -> Known:
        recovery = tablet.open.recovery
        return Known(await recovery.kit_state(), await recovery.uses())

    known = use_query(read, (turn,), types=frozenset({"staff_member"}))

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", wrong=-1, good="", **changes))

    def tell(problem: AppError) -> None:
        words = words_for(ui, problem)
        if isinstance(problem, WrongPassphrase):
            words = ui.say("recovery.kit.wrong")
        set_form(lambda now: replace(now, error=words, busy=False))

    def make() -> None:
        set_form(KitForm(step=Step.SHEET, page=tablet.open.recovery.draw_kit()))

    def leave() -> None:
        tablet.open.recovery.forget_kit()
        set_form(KitForm())

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

    async def keep() -> None:
        now = newest()
        if now.busy or now.page is None:
            return
        wrong = first_wrong(now.page, now.asked, now.answers)
        if wrong >= 0:
            words = ui.say("first_run.check.wrong", number=now.asked[wrong] + 1)
            set_form(lambda old: replace(old, wrong=wrong, error=words))
            return
        change(busy=True)
        await tablet.open.recovery.keep_kit()
        set_form(KitForm(good=ui.say("recovery.kit.kept")))
        set_turn(lambda old: old + 1)

    async def try_words() -> None:
        now = newest()
        if now.busy:
            return
        change(busy=True)
        await tablet.open.recovery.rehearse_kit(now.words)
        set_form(KitForm(good=ui.say("recovery.kit.right")))

    return kit_screen(
        ui,
        form,
        known.value,
        tablet.open.desk.now_ms(),
        KitActs(
            change=change,
            make=guarded(make, tell),
            save=guarded(save, tell),
            written=written,
            keep=guarded(keep, tell),
            show_again=lambda: change(step=Step.SHEET),
            leave=leave,
            begin_try=lambda: set_form(KitForm(step=Step.TRY)),
            try_words=guarded(try_words, tell),
            back=nav.back,
            cover=lambda: nav.go(Place("cover")),
        ),
    )
