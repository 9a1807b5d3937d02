"""Settings → The agency's words: when they were used, try them, and give a tablet its keys back.

The words are typed, checked against this agency and handed to the service, which holds them for five
minutes at most; this screen forgets them at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.recovery import Given, SeedUseView, Waiting
from app.services.tablet import TabletState
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.recovery.papers import PapersForm, check_papers, papers_fields
from app.views.screens.recovery.parts import framed, stack, uses_list
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.header import header
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.rows import list_row
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui


class Step(StrEnum):
    """Where on the screen a person is."""

    HOME = "home"
    TRY = "try"
    WORDS = "words"
    WHOM = "whom"
    SURE = "sure"
    DONE = "done"


@dataclass(frozen=True)
class SeedForm:
    """What the screen holds. whom: chosen. told: families done and in all."""

    step: Step = Step.HOME
    papers: PapersForm = PapersForm()
    whom: Waiting | None = None
    told: tuple[int, int] = (0, 0)
    given: Given | None = None
    wrong: str = ""
    error: str = ""
    good: str = ""
    busy: bool = False


@dataclass(frozen=True)
class Known:
    """What the screen shows of the agency. unfinished: of whom giving keys was interrupted, or empty."""

    fingerprint: str
    people: tuple[Waiting, ...]
    uses: tuple[SeedUseView, ...]
    unfinished: str = ""


@dataclass(frozen=True)
class SeedActs:
    """What the screen can do."""

    change: Callable[..., Any]
    go: Callable[[Step], object]
    check: Callable[[], object]
    choose: Callable[[Waiting], object]
    give: Callable[[], object]
    stop: Callable[[], object]
    leave: Callable[[], object]
    back: Callable[[], object]
    cover: Callable[[], object]


def seed_screen(ui: Ui, form: SeedForm, known: Known | None, now_ms: int, acts: SeedActs) -> ft.Control:
    """The screen. known: None until it is read."""
    match form.step:
        case Step.TRY | Step.WORDS:
            parts = _words(ui, form, acts)
        case Step.WHOM:
            parts = _whom(ui, form, known, acts)
        case Step.SURE:
            parts = _sure(ui, form, acts)
        case Step.DONE:
            parts = _done(ui, form, acts)
        case _:
            parts = _home(ui, form, known, now_ms, acts)
    back = acts.back if form.step is Step.HOME else acts.leave
    head = header(ui, ui.say("recovery.seed.title"), key="seed", on_back=back, on_cover=acts.cover)
    return framed(ui, head, stack(parts), key=f"seed.form.{form.step}")


def _main(ui: Ui, words: str, act: Callable[[], object], *, key: str, off: bool = False) -> ft.Control:
    if ui.layout.narrow:
        return filled(ui, words, act, key=key, fill=True, disabled=off)
    return ft.Row([filled(ui, words, act, key=key, disabled=off)], wrap=True)


def _problem(ui: Ui, form: SeedForm) -> list[ft.Control]:
    return [note_line(ui, form.error, error=True, key="seed.error")] if form.error and not form.wrong else []


def _home(
    ui: Ui, form: SeedForm, known: Known | None, now_ms: int, acts: SeedActs
) -> list[ft.Control]:
    say = ui.say
    leaf = ft.Colors.TERTIARY
    good = (
        [fact_line(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, form.good, icon_color=leaf, key="seed.good")]
        if form.good
        else []
    )
    unfinished = [one.name for one in known.people if one.person_id == known.unfinished] if known else []
    return [
        text(ui, say("recovery.seed.line"), ui.type.body_l),
        *good,
        *[
            fact_line(ui, ft.Icons.INFO_OUTLINE, say("recovery.seed.unfinished", name=name),
                      key="seed.unfinished")
            for name in unfinished
        ],
        *_problem(ui, form),
        _main(ui, say("recovery.seed.use"), lambda: acts.go(Step.WORDS), key="seed.use"),
        text(ui, say("recovery.seed.use_line"), ui.type.body, SOFT),
        ft.Row([outlined(ui, say("recovery.seed.try"), lambda: acts.go(Step.TRY), key="seed.try")],
               wrap=True),
        text(ui, say("recovery.seed.try_line"), ui.type.body, SOFT),
        quiet_panel(
            ft.Column(
                [text(ui, say("recovery.seed.never"), ui.type.body),
                 *([text(ui, say("recovery.fingerprint"), ui.type.label),
                    text(ui, known.fingerprint, ui.type.h3, key="seed.fingerprint")] if known else [])],
                spacing=8, tight=True,
            )
        ),
        *uses_list(ui, known.uses if known else (), now_ms),
    ]  # fmt: skip


def _words(ui: Ui, form: SeedForm, acts: SeedActs) -> list[ft.Control]:
    say = ui.say
    trying = form.step is Step.TRY
    return [
        text(ui, say("recovery.seed.try_first" if trying else "recovery.seed.words_first"), ui.type.body_l),
        *papers_fields(ui, form.papers, lambda papers: acts.change(papers=papers), key="seed",
                       wrong=form.wrong, error=form.error, busy=form.busy),
        *_problem(ui, form),
        _main(ui, say("recovery.seed.check"), acts.check, key="seed.check", off=form.busy),
    ]  # fmt: skip


def _whom(ui: Ui, form: SeedForm, known: Known | None, acts: SeedActs) -> list[ft.Control]:
    say = ui.say
    people = known.people if known else ()
    rows: list[ft.Control] = [
        list_row(
            ui, one.name or say("recovery.use.somebody"), partial(acts.choose, one),
            key=f"seed.whom.{one.person_id}",
            line=" · ".join(
                part for part in (one.title, say("recovery.seed.tablets", count=one.tablets)) if part
            ),
            chevron=True, ruled=number < len(people),
        )
        for number, one in enumerate(people, start=1)
    ]  # fmt: skip
    return [
        text(ui, say("recovery.seed.whom"), ui.type.h2, heading=2),
        text(ui, say("recovery.seed.whom_line"), ui.type.body, SOFT),
        *_problem(ui, form),
        ft.Column(rows, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
    ]


def _sure(ui: Ui, form: SeedForm, acts: SeedActs) -> list[ft.Control]:
    say, name = ui.say, form.whom.name if form.whom else ""
    done, total = form.told
    parts: list[ft.Control] = [
        text(ui, say("recovery.seed.sure", name=name), ui.type.h2, heading=2),
        text(ui, say("recovery.seed.sure_line", name=name), ui.type.body_l),
        *_problem(ui, form),
    ]
    if form.busy:
        words = say("recovery.seed.giving", done=done, total=total) if total else say("recovery.seed.reading")
        share = done / total if total else None
        return [*parts, progress(ui, words, share, key="seed.progress", on_stop=acts.stop)]
    return [*parts, _main(ui, say("recovery.seed.give"), acts.give, key="seed.give")]


def _done(ui: Ui, form: SeedForm, acts: SeedActs) -> list[ft.Control]:
    say, name = ui.say, form.whom.name if form.whom else ""
    given = form.given or Given(0)
    one = given.families == 1
    said = say("recovery.seed.done_one" if one else "recovery.seed.done", name=name, count=given.families)
    return [
        fact_line(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, said, icon_color=ft.Colors.TERTIARY, key="seed.done"),
        *([note_line(ui, say("recovery.seed.refused", count=len(given.refused)), error=True,
                     key="seed.refused")] if given.refused else []),
        text(ui, say("recovery.seed.done_line", name=name), ui.type.body),
        text(ui, say("recovery.seed.forgotten"), ui.type.body, SOFT),
        ft.Row([quiet(ui, say("recovery.seed.another"), acts.leave, key="seed.leave")], wrap=True),
    ]  # fmt: skip


@component
def SeedPlace(_place: Place) -> ft.Control:
    """The agency's words, for administrators."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    form, set_form, newest = use_newest(SeedForm())
    turn, set_turn = ft.use_state(0)
    working: Any = ft.use_ref(None)

    async def read() -> Known:
        recovery = tablet.open.recovery
        return Known(
            recovery.fingerprint, await recovery.for_whom(), await recovery.uses(),
            await recovery.unfinished(),
        )  # fmt: skip

    known = use_query(read, (turn,), types=frozenset({"staff_member"}))

    def forget() -> None:
        if working.current is not None:
            working.current.cancel()
        tablet.open.recovery.seed.drop()

    def left() -> None:
        if tablet.state is TabletState.OPEN:
            forget()

    ft.use_effect(lambda: None, [], left)

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", wrong="", good="", **changes))

    def tell(problem: AppError) -> None:
        where = getattr(problem, "field", "")
        words = words_for(ui, problem)
        again = Step.WORDS if problem.code == "seed_gone" else newest().step
        set_form(lambda now: replace(
            now, error=words, wrong=where if where.startswith("paper") else "", busy=False, step=again
        ))  # fmt: skip

    def leave() -> None:
        forget()
        set_form(SeedForm())
        set_turn(lambda now: now + 1)

    async def check() -> None:
        now = newest()
        if now.busy:
            return
        wrong, words = check_papers(ui, now.papers)
        if words:
            set_form(lambda old: replace(old, wrong=wrong, error=words))
            return
        if now.step is Step.TRY:
            await tablet.open.recovery.rehearse_seed(now.papers.papers)
            set_form(SeedForm(good=ui.say("recovery.seed.right")))
            return
        await tablet.open.recovery.take_seed(now.papers.papers)
        set_form(SeedForm(step=Step.WHOM))

    async def give() -> None:
        now = newest()
        if now.busy or now.whom is None:
            return
        change(busy=True, told=(0, 0))
        work = asyncio.ensure_future(
            tablet.open.recovery.give(now.whom.person_id, lambda done, total: change(told=(done, total)))
        )
        working.current = work
        try:
            given = await work
        except asyncio.CancelledError:
            if not work.cancelled():
                raise  # the window is closing, not the person stopping
            set_form(lambda old: replace(old, busy=False, error=ui.say("recovery.seed.stopped")))
            return
        finally:
            working.current = None
        change(busy=False, step=Step.DONE, given=given)

    return seed_screen(
        ui,
        form if not known.error else replace(form, error=form.error or known.error),
        known.value,
        tablet.open.desk.now_ms(),
        SeedActs(
            change=change,
            go=lambda step: set_form(SeedForm(step=step)),
            check=guarded(check, tell),
            choose=lambda one: change(step=Step.SURE, whom=one),
            give=guarded(give, tell),
            stop=lambda: working.current.cancel() if working.current is not None else None,
            leave=leave,
            back=nav.back,
            cover=lambda: nav.go(Place("cover")),
        ),
    )
