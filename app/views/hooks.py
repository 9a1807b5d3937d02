"""Hooks that screens share: the open tablet, moving about, and questions to the services.

`use_tablet()` and `use_nav()` read what the root provides. `use_query()` asks a service, shows
the last answer while it asks again, and asks again whenever something it watches has changed.
"""

from __future__ import annotations

import contextvars
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import flet as ft

from app.errors import AppError
from app.services.tablet import Tablet
from app.views.error_words import words_for
from app.views.place import HOME, Nav, Place
from app.views.widgets.ui import use_ui

Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


def _nowhere(_place: Place) -> None:
    """Before the root has provided a way, nothing moves."""


TabletContext: Any = ft.create_context(None)
NavContext: Any = ft.create_context(Nav(HOME, _nowhere, _nowhere, lambda: None, _nowhere))


def use_tablet() -> Tablet:
    """The tablet that this window shows."""
    tablet: Tablet = ft.use_context(TabletContext)
    return tablet


def use_nav() -> Nav:
    """The way to move from here."""
    nav: Nav = ft.use_context(NavContext)
    return nav


@dataclass(frozen=True)
class Query(Generic[Answer]):
    """What a question has brought so far. loading: no answer yet. error: calm words or "".

    problem: what `error` says, so that it can be said again in another language.
    """

    value: Answer | None = None
    loading: bool = True
    error: str = ""
    code: str = ""
    problem: AppError | None = None


def use_query(
    ask: Callable[[], Awaitable[Answer]],
    dependencies: tuple[object, ...],
    *,
    types: frozenset[str] = frozenset(),
    family_id: str = "",
) -> Query[Answer]:
    """Ask when mounted, when a dependency changes, and when the vault says it changed.

    types: record types to watch (empty: all). family_id: watch this family only. An AppError
    becomes words for the screen; anything else is logged by its class and shown as a calm error.
    """
    tablet = use_tablet()
    ui = use_ui()
    start: Query[Answer] = Query()
    answer, set_answer = ft.use_state(start)
    turn, set_turn = ft.use_state(0)
    latest = ft.use_ref(0)

    async def run() -> None:
        latest.current = (latest.current or 0) + 1
        mine = latest.current
        try:
            value = await ask()
        except AppError as error:
            if mine == latest.current:
                set_answer(Query(None, False, code=error.code, problem=error))
        except Exception as error:
            log.error("query failed: %s", type(error).__name__)
            if mine == latest.current:
                set_answer(Query(None, False, code="query_failed", problem=AppError()))
        else:
            if mine == latest.current:
                set_answer(Query(value, False))

    ft.use_effect(run, [*dependencies, turn])

    stop: Any = ft.use_ref(None)

    def watch() -> None:
        # A notice arrives from outside any handler: Flet needs this window's context with it.
        window = contextvars.copy_context()

        def changed(families: frozenset[str], changed_types: frozenset[str]) -> None:
            if types and changed_types and not types & changed_types:
                return
            if family_id and families and family_id not in families:
                return
            window.copy().run(set_turn, lambda now: now + 1)

        stop.current = tablet.watch(changed)

    def unwatch() -> None:
        # Kept in a ref: a re-render forgets what an effect has returned.
        if stop.current is not None:
            stop.current()
            stop.current = None

    ft.use_effect(watch, [tablet, family_id, types], unwatch)
    if answer.problem is not None:
        return replace(answer, error=words_for(ui, answer.problem))
    return answer
