"""Going through all open conflicts, one after the other.

Owns which one is shown, what has been decided or put off, and the words typed into both. A decision
is only taken on what was on the screen: if another version arrived meanwhile, it is shown first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.conflicts import Conflict, Suggestion
from app.services.open_tablet import OpenTablet
from app.services.undoing import Settled
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.conflict.naming import FREE, TITLES, Holds, holds
from app.views.screens.conflict.taking_back import decided
from app.views.screens.conflict.together import LISTS
from app.views.screens.conflict.values import Known, title_words
from app.views.screens.conflict.view import (
    ConflictActs,
    ConflictLook,
    both_page,
    both_texts,
    conflict_page,
    done_page,
)
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded, start
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui
from app.wraparound.vocabulary import codes


@dataclass(frozen=True)
class _Asked:
    conflicts: tuple[Conflict, ...]
    now_ms: int


@dataclass(frozen=True)
class _Around:
    """What the shown conflict needs to be said: which record, and names for ids."""

    title: str = ""
    people: tuple[tuple[str, str], ...] = ()
    pieces: tuple[tuple[str, str], ...] = ()
    made: Suggestion | None = None
    of: object = None
    """The conflict that was looked at."""


@component
def ConflictPlace(place: Place) -> ft.Control:
    """All open conflicts, place.record_id's first. place.family_id: of this family, "" for all.

    place.detail: the field to begin with, when the record has several in conflict.
    """
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    # Decided and put off are told by their versions too: the same field may come up again.
    settled, set_settled = ft.use_state(frozenset[object]())
    put_off, set_put_off = ft.use_state(frozenset[object]())
    trouble, set_trouble = ft.use_state("")
    busy, set_busy = ft.use_state(False)
    editing, set_editing = ft.use_state(False)
    edit_error, set_edit_error = ft.use_state("")
    tries, set_tries = ft.use_state(0)
    last, set_last = ft.use_state(cast(Settled | None, None))
    typed: Any = ft.use_ref("")

    async def ask() -> _Asked:
        opened = tablet.open
        return _Asked(
            _in_order(await opened.conflicts.open(), place), opened.desk.now_ms()
        )

    answer = use_query(ask, (place, tries))
    found = answer.value.conflicts if answer.value is not None else ()
    waiting = [one for one in found if _name(one) not in settled]
    todo = [one for one in waiting if _name(one) not in put_off]
    now = todo[0] if todo else None
    around = use_query(
        lambda: _look_around(ui, tablet.open, now), (_name(now) if now else None, ui.settings.language)
    )

    def tell(error: AppError) -> None:
        set_busy(False)
        if editing:
            set_edit_error(words_for(ui, error))
        else:
            set_trouble(words_for(ui, error))

    async def decide(shown: Conflict, value: Any) -> None:
        set_trouble("")
        set_edit_error("")
        set_busy(True)
        service = tablet.open.conflicts
        fresh = next(
            (one for one in await service.open() if _field(one) == _field(shown)), None
        )
        if fresh is not None and _name(fresh) != _name(shown):
            set_editing(False)
            set_busy(False)
            set_trouble(ui.say("conflict.more_arrived"))
            set_tries(lambda turn: turn + 1)
            return
        if fresh is None:
            set_trouble(ui.say("conflict.settled_elsewhere"))
        else:
            await service.settle(shown, value)
            lately = await service.settled_lately()
            set_last(lately[0] if lately else None)
        set_settled(lambda before: before | {_name(shown)})
        set_editing(False)
        set_busy(False)

    async def save_both(shown: Conflict) -> None:
        words = str(typed.current)
        if not words.strip():
            raise InvalidInput(ui.say("conflict.edit_empty"), code="blank")
        if holds(shown.type, shown.field) is Holds.LINE:
            words = " ".join(words.split())
        await decide(shown, words)

    async def back_again(decision: Settled, which: int) -> None:
        set_trouble("")
        await tablet.open.conflicts.bring_back(decision, which)
        lately = await tablet.open.conflicts.settled_lately()
        set_last(lately[0] if lately else None)

    def take_back(decision: Settled, which: int) -> None:
        start(guarded(lambda: back_again(decision, which), tell))

    def later(shown: Conflict) -> None:
        set_trouble("")
        if len(todo) > 1:
            set_put_off(lambda before: before | {_name(shown)})
        else:
            nav.back()

    def edit(shown: Conflict, made: Suggestion | None) -> None:
        typed.current = both_texts(shown.versions) if made is None else made.value
        set_edit_error("")
        set_editing(True)

    def write(words: str) -> None:
        typed.current = words

    def cover() -> None:
        nav.go(Place("cover"))

    if answer.error:
        return error_state(
            ui, answer.error, key="conflict.failed", act=ui.say("state.try_again"),
            on_act=lambda: set_tries(lambda turn: turn + 1),
            second=ui.say("nav.back"), on_second=nav.back,
        )  # fmt: skip
    if answer.value is None:
        return Loading(control="conflict.loading")
    if now is None:
        undo = () if last is None else (
            decided(ui, last, "", answer.value.now_ms, take_back, key="conflict.last"),
        )  # fmt: skip
        return done_page(ui, len(waiting), trouble, nav.back, cover, undo)
    shown = now
    seen = around.value or _Around()
    # What was asked about the conflict before this one says nothing about it.
    made = seen.made if seen.of == _name(shown) else None
    look = ConflictLook(
        conflict=shown,
        number=len(settled) + len(waiting) - len(todo) + 1,
        total=len(settled) + len(waiting),
        title=seen.title,
        known=Known(answer.value.now_ms, dict(seen.people), dict(seen.pieces)),
        trouble=trouble,
        busy=busy,
        made=made,
        last=last,
    )
    acts = ConflictActs(
        keep=lambda which: start(
            guarded(lambda: decide(shown, shown.versions[which].value), tell)
        ),
        both=lambda: edit(shown, made),
        later=lambda: later(shown),
        back=nav.back,
        cover=cover,
        write=write,
        save_both=guarded(lambda: save_both(shown), tell),
        to_sheets=lambda: set_editing(False),
        keep_made=guarded(lambda: decide(shown, made.value if made is not None else ""), tell),
        back_again=take_back,
    )
    if editing:
        return both_page(ui, look, str(typed.current), edit_error, acts)
    return conflict_page(ui, look, acts)


def _field(one: Conflict) -> tuple[str, str, str]:
    return (one.type, one.record_id, one.field)


def _name(one: Conflict) -> object:
    """What tells a conflict from others, its versions included."""
    return (*_field(one), frozenset((v.author, v.at_ms, repr(v.value)) for v in one.versions))


def _in_order(conflicts: Sequence[Conflict], place: Place) -> tuple[Conflict, ...]:
    """What was asked for first, then the rest of the family, then all others; yours at the left."""
    ranked = sorted(
        conflicts,
        key=lambda one: (
            one.record_id != place.record_id or not place.record_id,
            one.field != place.detail,
            one.family_id != place.family_id,
        ),
    )
    return tuple(
        replace(one, versions=tuple(sorted(one.versions, key=lambda v: (not v.mine, -v.at_ms))))
        for one in ranked
    )


async def _look_around(ui: Any, opened: OpenTablet, now: Conflict | None) -> _Around:
    """Read which record it is, and the names that ids in it stand for."""
    if now is None:
        return _Around()
    people: dict[str, str] = await opened.conflicts.colleagues()
    pieces: dict[str, str] = {}
    if now.family_id:
        around = await opened.supports.people(now.family_id)
        people |= {one.person_id: one.called or one.name for one in around.family}
        people |= {one.support_id: one.name for one in around.supports}
        people |= {one.member_id: one.name for one in around.team}
        plan = await opened.plan.plan(now.family_id)
        for need in plan.needs:
            pieces[need.need_id] = need.text
            for outcome in need.outcomes:
                pieces[outcome.outcome_id] = outcome.text
                for strategy in outcome.strategies:
                    pieces[strategy.strategy_id] = strategy.text
                    pieces |= {step.step_id: step.what for step in strategy.steps}
    known = Known(opened.desk.now_ms(), people, pieces)
    if holds(now.type, now.field) in (Holds.PIECE, Holds.PIECES):
        ids = [one for version in now.versions for one in codes(str(version.value or ""))]
        for record in await opened.conflicts.named(ids):
            pieces[record.id] = title_words(ui, record, TITLES.get(record.TYPE, ""), known)
    title = ""
    naming = TITLES.get(now.type, "")
    if naming != now.field:
        title = title_words(ui, await opened.conflicts.record(now), naming, known)
    made: Suggestion | None = None
    kind = holds(now.type, now.field)
    if kind in FREE or kind in LISTS:
        made = await opened.conflicts.suggest(now, as_list=kind in LISTS)
    return _Around(title, tuple(people.items()), tuple(pieces.items()), made, _name(now))
