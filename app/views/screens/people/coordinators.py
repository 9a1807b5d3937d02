"""The coordinator map: who else coordinates around a family, what each covers, and who leads.

Owns which form is open and its calls; how it looks is in `coordinators_view`. Follows design 02,
Coordinator.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.coordinators import CoordinatorDraft, CoordinatorMap, coordinator_form
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.reach import use_reach
from app.views.screens.people.coordinators_view import (
    FormActs,
    MapActs,
    coordinator_dialog,
    coordinators_view,
)
from app.views.screens.people.days import use_day_dialog
from app.views.screens.people.keeping import FormKeeping, use_sealing
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui

_TYPES = frozenset({"coordinator", "contact_safety"})


@component
def CoordinatorsPlace(place: Place) -> ft.Control:
    """Everybody who coordinates around one family."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    reach = use_reach()
    held: Any = ft.use_ref(None)
    keeper: Any = ft.use_ref(None)
    restored, set_restored = ft.use_state(False)
    no_errors: dict[str, str] = {}
    errors, set_errors = ft.use_state(no_errors)
    trouble, set_trouble = ft.use_state("")
    busy, set_busy = ft.use_state(False)
    tries, set_tries = ft.use_state(0)
    _turn, set_turn = ft.use_state(0)
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()

    async def ask() -> tuple[CoordinatorMap, str]:
        header = await tablet.open.casebook.header(family_id)
        return await tablet.open.coordinators.map(family_id), header.name

    answer = use_query(ask, (family_id, tries), types=_TYPES, family_id=family_id)

    def again() -> None:
        set_turn(lambda now: now + 1)

    if keeper.current is None:
        keeper.current = FormKeeping(tablet.open.supports.drafts.keep, lambda _error: None)
    use_sealing(tablet, keeper)

    def empty(coordinator_id: str) -> CoordinatorDraft:
        people = answer.value[0].people if answer.value is not None else ()
        known = next((one for one in people if one.coordinator_id == coordinator_id), None)
        return CoordinatorDraft(family_id) if known is None else coordinator_form(known)

    async def open_form(coordinator_id: str) -> None:
        draft = empty(coordinator_id)
        kept = await tablet.open.supports.drafts.kept(draft)
        set_errors({})
        set_busy(False)
        set_restored(kept is not None and kept != draft)
        held.current = kept if kept is not None else draft
        again()

    def opened(coordinator_id: str = "") -> None:
        ft.context.page.run_task(guarded(lambda: open_form(coordinator_id), say))

    async def close() -> None:
        # What was typed stays sealed: the form opens with it again.
        await keeper.current.now()
        shut()

    def shut() -> None:
        held.current = None
        again()

    async def fresh() -> None:
        await keeper.current.forget()
        await tablet.open.supports.drafts.drop(held.current)
        set_restored(False)
        held.current = empty(held.current.coordinator_id)
        again()

    def put(draft: CoordinatorDraft) -> None:
        held.current = draft
        keeper.current.later(draft)

    def change(**values: Any) -> None:
        put(replace(held.current, **values))
        again()

    def write(name: str, typed: str) -> None:
        put(replace(held.current, **{name: typed}))

    def say(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    def tell(error: AppError) -> None:
        set_busy(False)
        where = error.field if isinstance(error, InvalidInput) else ""
        set_errors({where if where in ("name", "programme", "phone", "note") else "": words_for(ui, error)})

    async def save() -> None:
        set_busy(True)
        await keeper.current.forget()
        await tablet.open.coordinators.save(held.current)
        await tablet.open.supports.drafts.drop(held.current)
        shut()

    async def remove() -> None:
        coordinators, gone = tablet.open.coordinators, held.current.coordinator_id
        await keeper.current.forget()
        await coordinators.remove(family_id, gone)
        await tablet.open.supports.drafts.drop(held.current)
        shut()

        async def undo() -> None:
            await coordinators.put_back(family_id, gone)

        # The bar outlives this place, and a lock: so it holds no name.
        ft.context.page.show_dialog(
            undo_bar(ui, ui.say("people.removed"), guarded(undo, lambda _error: None))
        )

    open_day = use_day_dialog(
        ui, lambda name: getattr(held.current, name, ""), lambda name, day: change(**{name: day}), today
    )
    draft = held.current
    ft.use_dialog(
        None
        if draft is None
        else coordinator_dialog(
            ui, draft, errors, today, busy, restored,
            FormActs(
                change, write, open_day, guarded(save, tell), guarded(remove, tell),
                guarded(close, tell), guarded(fresh, tell),
            ),
        )
    )  # fmt: skip
    if answer.error:
        return error_state(
            ui, answer.error, key="coordinators.failed", act=ui.say("state.try_again"),
            on_act=lambda: set_tries(lambda now: now + 1),
        )  # fmt: skip
    if answer.value is None:
        return Loading(control="coordinators.loading")
    return coordinators_view(
        ui,
        answer.value[0],
        answer.value[1],
        today,
        MapActs(
            open=opened,
            add=lambda: opened(),
            reach=reach,
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", family_id)),
            cover=lambda: nav.go(Place("cover")),
            compare=lambda who: nav.go(
                Place("conflict", family_id, record_id=who, detail="coordinator")
            ),
        ),
        trouble,
    )
