"""One window on the tablet: what its events mean for locking, and what keeps it alive.

Owns three things that Flet 1.0.5 has no hook for: every event of a person counts as use (so that
typing a long note never locks it away), a handler that fails does not end the session, and a
closed or hidden window starts the background lock. Follows design page 03, "Flet 1.0.5".
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

import flet as ft

from app.services.tablet import Tablet, TabletState

_log = logging.getLogger(__name__)

TICK_SECONDS: Final = 3.0
"""How often idle and background time are looked at."""

BY_ITSELF: Final = frozenset(
    {
        "app_lifecycle_state_change", "resize", "size_change", "media_change", "connect",
        "disconnect", "close", "error", "platform_brightness_change", "locale_change",
        "animation_end", "dismiss", "visible",
    }
)  # fmt: skip
"""Events that come without anybody touching anything."""

HIDES: Final = frozenset({ft.AppLifecycleState.HIDE, ft.AppLifecycleState.PAUSE})
SHOWS: Final = frozenset({ft.AppLifecycleState.SHOW, ft.AppLifecycleState.RESUME})


def notice_use(page: ft.Page, tablet: Tablet) -> None:
    """Make every event of a person in this window count as use of the tablet.

    The session hands all events to controls in one place; no single handler has to remember it.
    """
    session = page.session
    hand_on = session.dispatch_event

    async def noticed(control_id: int, event_name: str, event_data: Any) -> None:
        if event_name not in BY_ITSELF:
            if await tablet.lock_when_due():
                return  # it should have locked before this touch: what was touched is gone
            tablet.shown()
        await hand_on(control_id, event_name, event_data)

    session.dispatch_event = noticed  # type: ignore[method-assign]


def ignore(page: ft.Page) -> None:
    """Take a window out of service: what happens in it is no use of the tablet any more."""
    page.session.__dict__.pop("dispatch_event", None)
    page.on_app_lifecycle_state_change = None
    page.on_disconnect = None
    page.on_connect = None


def survive_handlers(page: ft.Page, tell: Callable[[], None]) -> None:
    """Keep the session when a handler or an effect fails; Flet would end it.

    tell: shows the calm error. The message given by Flet is dropped: it may quote content.
    """

    def failed(_message: str) -> None:
        _log.error("a handler failed")
        tell()

    page.session.error = failed  # type: ignore[method-assign,assignment]


async def watch_the_time(tablet: Tablet, every_seconds: float = TICK_SECONDS) -> None:
    """Lock when idle, hidden or asleep for too long; runs as long as the window lives."""
    while True:
        await asyncio.sleep(every_seconds)
        try:
            await tablet.tick()
        except Exception as error:
            # The keys are dropped first (services/tablet.py); closing may fail, the watch may not.
            _log.error("locking failed: %s", type(error).__name__)


def follow_life(
    page: ft.Page,
    tablet: Tablet,
    cover: Callable[[bool], None],
    end: Callable[[], Awaitable[None]],
) -> None:
    """Cover the screen and start the background lock as the window comes and goes.

    The cover comes at the first sign, before the system takes its picture of the app; what is being
    written is kept when the app is hidden, because the system may end it there.

    cover: called with True to cover, False to uncover. In a browser losing the focus is not
    leaving (two windows stand side by side), so only a hidden tab is covered there. end: the last
    thing to do when the system ends the app.
    """

    async def changed(event: ft.AppLifecycleStateChangeEvent) -> None:
        state = event.state
        if state in SHOWS:
            # A frozen app has had no timer: what is overdue locks before anything is uncovered.
            await tablet.lock_when_due()
            tablet.shown()
            cover(False)
        elif state in HIDES:
            tablet.hidden()
            cover(True)
            await tablet.keep()
        elif state is ft.AppLifecycleState.INACTIVE and not page.web:
            cover(True)
        elif state is ft.AppLifecycleState.DETACH and not page.web:
            # (A browser tells the same of a page that is only loaded again.)
            await end()
            await tablet.lock("closed")

    def gone() -> None:
        tablet.hidden()

    page.on_app_lifecycle_state_change = changed
    # A connection that comes back by itself is nobody's touch: the next event of a person is.
    page.on_disconnect = gone


def end_with(page: ft.Page, tasks: list[Any], tablet: Tablet) -> None:
    """End the window's tasks when its session is over, and lock what it left open.

    Somebody else may listen for the end already (the gate of the web view); they are told too.
    """
    told_before: Any = page.on_close

    async def closed(event: ft.Event[ft.Page]) -> None:
        for task in tasks:
            task.cancel()
        if told_before is not None:
            done = told_before(event)
            if inspect.isawaitable(done):
                await done
        if tablet.state is TabletState.OPEN:
            await tablet.lock_when_due()

    page.on_close = closed
