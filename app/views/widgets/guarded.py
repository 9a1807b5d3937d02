"""Handlers that cannot end the session: what goes wrong becomes calm words on the screen.

Owns the two wrappers every screen puts around its service calls. Flet 1.0.5 ends a session when a
handler raises. The log gets the class of an unexpected error, never its message: it may quote
content. Follows design page 03, "Flet 1.0.5", and design page 06, "Error".
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable

import flet as ft

from app.errors import AppError

_log = logging.getLogger(__name__)

Tell = Callable[[AppError], object]
"""Takes what went wrong; `error_words.words_for` says it on the screen."""


def guarded(act: Callable[[], object], tell: Tell) -> Callable[[], Awaitable[None]]:
    """`act` as a handler that never raises; `act` may be a coroutine function.

    Args:
        act: what to do.
        tell: called with an AppError; anything unexpected arrives as a plain AppError.
    """

    async def run() -> None:
        try:
            done = act()
            if inspect.isawaitable(done):
                await done
        except AppError as error:
            tell(error)
        except Exception as error:
            _log.error("handler failed: %s", type(error).__name__)
            tell(AppError())

    return run


def start(act: Callable[[], Awaitable[None]]) -> None:
    """Run a guarded act from a plain callback: the kit's lambdas are not awaited by Flet."""
    ft.context.page.run_task(act)
