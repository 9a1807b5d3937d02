"""The error boundary: a component that fails shows the error state, and everything else lives.

Flet 1.0.5 renders a nested component when its parent is compared, long after the parent's own
function returned, and an exception there ends the session's update task without a word. So the
guard must sit in each component's own function: use `component` from here in place of
`ft.component` for every component of the app. `keep_updates_alive` is the second net, for faults
in the comparison itself. Follows design page 03, "Flet 1.0.5".
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

import flet as ft

from app.errors import AppError
from app.views.error_words import words_for
from app.views.widgets.states import error_state
from app.views.widgets.ui import Ui, use_ui

_log = logging.getLogger(__name__)

P = ParamSpec("P")


def _code(error: Exception) -> str:
    """A code that names the fault without telling any content."""
    code = getattr(error, "code", None)
    return str(code) if isinstance(code, str) else type(error).__name__


def broken(ui: Ui, error: Exception, on_retry: Callable[[], object]) -> ft.Control:
    """The error state of a part that could not be drawn."""
    return error_state(
        ui,
        words_for(ui, error) if isinstance(error, AppError) else ui.say("state.broken_title"),
        key="broken",
        safe=ui.say("state.broken_safe"),
        act=ui.say("state.try_again"),
        on_act=on_retry,
        details=(ui.say("state.broken_code", code=_code(error)),),
    )


def component(fn: Callable[P, ft.Control]) -> Callable[P, ft.Control]:
    """`ft.component` with a guard: if `fn` raises, the error state stands in its place.

    The place keeps its siblings and the way back. *Try again* renders it anew. Hooks used by `fn`
    keep their values.
    """

    @wraps(fn)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ft.Control:
        # These two hooks come before the hooks of fn, always both, so positions never shift.
        attempt, retry = ft.use_state(0)
        ui = use_ui()
        try:
            return fn(*args, **kwargs)
        except Exception as error:
            # The log gets the code and the place, never the message: it may quote content.
            _log.error("component %s failed: %s", fn.__name__, _code(error))
            return broken(ui, error, lambda: retry(attempt + 1))

    return cast(Callable[P, ft.Control], ft.component(guarded))


@component
def ErrorBoundary(content: Callable[[], ft.Control]) -> ft.Control:
    """Guard for what `content()` makes by plain functions (nested components guard themselves)."""
    return content()


async def keep_updates_alive(page: ft.Page, every_seconds: float = 1.0) -> None:
    """Start the page's update task again if a fault ended it; run with `page.run_task`.

    Starting a task that still runs does nothing, so this costs one call per interval.
    """
    while True:
        await asyncio.sleep(every_seconds)
        page.session.start_updates_scheduler()  # type: ignore[no-untyped-call]
