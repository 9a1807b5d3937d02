"""Meeting mode: the tablet in the middle of the table, one step after the other.

Owns the running draft on this screen, the moving between steps and the calls to the services; every
step is a function of `look.Look`. Every act is kept before the screen says *Saved on this tablet*.
Follows design page 01, Meeting mode, and the picture meeting-how-is-it-going.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services import meeting_draft as acts_of
from app.services.audience import Reader
from app.services.casebook import FamilyHeader
from app.services.meeting_draft import MeetingDraft, Presence
from app.services.meeting_table import TableView
from app.views.calling import use_call
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.place import Place
from app.views.screens.meeting import pages
from app.views.screens.meeting.frame import FrameActs, FrameLook, frame, inset_of
from app.views.screens.meeting.keeper import MeetingKeeper
from app.views.screens.meeting.look import Acts, Look
from app.views.screens.meeting.minutes import minutes_of
from app.views.screens.meeting.steps import back_words, draw, next_act, refuse
from app.views.screens.meeting.wording import title_of
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded, start
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui
from app.wraparound import meeting_flow as flow_of


@dataclass(frozen=True)
class Around:
    """What the screen knows of the family besides the table."""

    header: FamilyHeader
    readers: tuple[Reader, ...]


@component
def MeetingMode(place: Place) -> ft.Control:
    """A running meeting. place.record_id: which; it is begun when it was only planned."""
    worker = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    call, message = use_call()
    keeper: Any = ft.use_ref(None)
    table: Any = ft.use_ref(None)
    around: Any = ft.use_ref(None)
    stop: Any = ft.use_ref(None)
    lock: Any = ft.use_ref(asyncio.Lock())
    chosen: Any = ft.use_ref(frozenset())
    told: Any = ft.use_ref(frozenset())
    _turn, set_turn = ft.use_state(0)
    failed, set_failed = ft.use_state("")
    problem, set_problem = ft.use_state("")
    trouble, set_trouble = ft.use_state(("", ""))
    sheet, set_sheet = ft.use_state("")
    page, set_page = ft.use_state("")
    turned, set_turned = ft.use_state(False)
    busy, set_busy = ft.use_state(False)
    throwing, set_throwing = ft.use_state(False)
    asked_strangers, set_strangers = ft.use_state(False)
    meetings = tablet.open.meetings

    def again() -> None:
        set_turn(lambda now: now + 1)

    def tell(error: AppError) -> None:
        set_busy(False)
        set_problem(words_for(worker, error))

    async def load() -> None:
        draft = await meetings.begin(place.family_id, place.record_id)
        around.current = Around(
            await tablet.open.casebook.header(place.family_id),
            await tablet.open.audiences.readers(place.family_id),
        )
        table.current = await meetings.table(draft)
        chosen.current = frozenset(draft.audience)
        keeper.current = MeetingKeeper(draft, meetings.keep, again, tell)
        set_strangers(draft.strangers)
        set_page("" if draft.asked else pages.WHO)
        again()

    ft.use_effect(guarded(load, lambda error: set_failed(words_for(worker, error))), [])

    def watch_lock() -> None:
        window = contextvars.copy_context()

        async def seal() -> None:
            # Whoever locks, perhaps another window, does not bring this window's context.
            if keeper.current is not None:
                loop = asyncio.get_running_loop()
                await loop.create_task(keeper.current.flush(), context=window.copy())

        stops = (tablet.before_lock(seal), tablet.stay_longer())
        stop.current = lambda: [one() for one in stops]

    async def leave() -> None:
        if stop.current is not None:
            stop.current()
            stop.current = None
        if keeper.current is not None:
            await keeper.current.flush()

    ft.use_effect(watch_lock, [], leave)

    async def settle() -> None:
        """Keep the newest draft, read again what may be seen now, and only then draw."""
        async with lock.current:
            held: MeetingKeeper = keeper.current
            if await held.flush():
                set_problem("")
            table.current = await meetings.table(held.draft)
            language = held.draft.language
            if held.draft.asked and table.current.page.gaps and language not in told.current:
                # Once for each language: what is missing comes before everything else.
                told.current = told.current | {language}
                set_page(pages.GAPS)
        again()

    def do(act: Callable[[MeetingDraft], MeetingDraft]) -> None:
        keeper.current.change(act)
        set_trouble(("", ""))
        start(guarded(settle, tell))

    def write(act: Callable[[MeetingDraft], MeetingDraft]) -> None:
        was_saved = keeper.current.saved
        keeper.current.change(act)
        keeper.current.later()
        if was_saved or trouble[0]:
            set_trouble(("", ""))
            again()

    async def throw_away() -> None:
        keeper.current.stop()
        await meetings.throw_away(keeper.current.draft)
        nav.back()

    spoken = worker.in_language(keeper.current.draft.language) if keeper.current is not None else worker
    ft.use_dialog(
        confirm_dialog(
            spoken, spoken.say("meeting.throw_ask"), spoken.say("meeting.throw_line"), key="meeting.throwing",
            act=spoken.say("meeting.throw_act"), on_act=guarded(throw_away, tell),
            keep=spoken.say("meeting.throw_keep"), on_keep=lambda: set_throwing(False),
        )
        if throwing
        else None
    )  # fmt: skip
    if failed:
        return error_state(
            worker, failed, key="meeting.failed", act=worker.say("nav.back"), on_act=nav.back
        )
    if keeper.current is None:
        return Loading(control="meeting.loading")

    draft: MeetingDraft = keeper.current.draft
    seen: TableView = table.current
    known: Around = around.current
    ui = worker.in_language(draft.language)
    desk = tablet.open.desk
    look = Look(
        draft, seen, desk.today(), desk.now_ms(), keeper.current.saved, trouble[0], trouble[1], sheet,
        min(worker.layout.width, pages.WIDEST) - 2 * inset_of(worker),
    )  # fmt: skip
    acts = Acts(
        do,
        lambda name, value: write(lambda one: acts_of.put_typed(one, name, value)),
        write,
        set_sheet,
        meetings.new_id,
    )

    # -- the pages around the steps -----------------------------------------------------------

    def seen_by() -> None:
        page_here = ft.context.page
        # A bar of the worker's, with its Undo, must not lie on the table.
        while page_here.pop_dialog() is not None:
            continue
        people = tuple(
            Presence(one.id, one.name, one.role, one.kind, is_youth=one.is_youth)
            for one in known.readers
            if one.id in chosen.current
        )
        do(lambda one: acts_of.see(one, people, asked_strangers))
        set_page("")

    def toggle(person: str) -> None:
        chosen.current = chosen.current ^ {person}
        again()

    def ask_again() -> None:
        chosen.current = frozenset(draft.audience)
        set_strangers(draft.strangers)
        set_page(pages.WHO)

    async def go_away() -> None:
        if await keeper.current.flush():
            nav.back()

    async def end() -> None:
        set_busy(True)
        if not await keeper.current.flush():
            set_busy(False)
            return
        held: MeetingDraft = keeper.current.draft
        whole = await meetings.table(held)
        await meetings.end(held, minutes_of(worker, held, whole, desk.today()))
        keeper.current.stop()
        set_busy(False)
        set_page(pages.KEPT)

    def on() -> None:
        word, at = refuse(ui, look)
        if word:
            set_trouble((word, at))
            return
        set_sheet("")
        if draft.position.step == "done":
            start(guarded(end, tell))
        else:
            do(next_act(look))

    def speak() -> None:
        do(lambda one: acts_of.speak(one, "es" if one.language == "en" else "en"))

    def back() -> None:
        set_sheet("")
        do(acts_of.back)

    def hurry() -> None:
        set_sheet("")
        do(acts_of.hurry)

    step = draft.position.step
    offers = flow_of.offers_short(draft.flow, step, draft.professionals_only)
    shown: ft.Control
    if page == pages.WHO:
        shown = pages.who_page(
            ui, worker, known.readers, chosen.current, asked_strangers, toggle, set_strangers, seen_by,
            go_away, speak,
        )  # fmt: skip
    elif page == pages.GAPS:
        shown = pages.gaps_page(ui, seen.page.gaps, lambda: set_page(""))
    elif page == pages.PAUSED:
        shown = pages.paused(
            ui, lambda: set_page(""), ask_again, guarded(go_away, tell), lambda: set_throwing(True),
            can_throw=draft.ending != "asked",
        )  # fmt: skip
    elif page == pages.CRISIS:
        shown = pages.crisis(ui, seen.page.crisis, lambda: set_page(""), call, message)
    elif page == pages.KEPT:
        shown = pages.kept(
            ui, draft, desk.today(),
            lambda: nav.swap(Place("meetings", place.family_id, record_id=draft.meeting_id)),
        )  # fmt: skip
    elif sheet.startswith("sign:"):
        shown = pages.signing(ui, worker, look, acts, sheet.removeprefix("sign:"))
    else:
        shown = frame(
            ui,
            FrameLook(
                draft.position, ui.say("meeting.caption", family=known.header.list_name),
                title_of(ui, draft, step), back_words(ui, draft), pages.on_words(ui, look),
                keeper.current.saved, bool(problem), turned, trouble[0] or problem, busy,
            ),
            FrameActs(
                lambda: nav.go(Place("cover")), lambda: set_page(pages.CRISIS),
                lambda: set_page(pages.PAUSED),
                back if draft.position.number > 1 or draft.position.part else None, on, speak,
                lambda: set_turned(not turned), hurry if offers else None,
                lambda: start(guarded(settle, tell)),
            ),
            draw(ui, replace(look, trouble=trouble[0]), acts),
        )  # fmt: skip
    middle = pages.in_the_middle(worker, shown)
    return pages.facing(middle, turned)
