"""Seals the sheet that is being written: a moment after each pause, when it is closed, and on leaving.

Owns one timer and knows no controls. A crash or a lock costs the letters of the last pause at most.
Follows design page 06, "Autosave".
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.services.plan import KeptForm

_log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.8

Sleep = Callable[[float], Awaitable[None]]


class FormKeeper:
    """The forms of one family's plan on this tablet.

    Args:
        keep: seals a form; may raise.
        drop: forgets one; may raise.
        sleep: waits, in seconds.
    """

    def __init__(
        self,
        keep: Callable[[KeptForm], Awaitable[None]],
        drop: Callable[[KeptForm], Awaitable[None]],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._keep = keep
        self._drop = drop
        self._sleep = sleep
        self._waiting: dict[str, KeptForm] = {}
        self._timer: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()

    def later(self, form: KeptForm) -> None:
        """Seal it after the next pause."""
        self._stop()
        self._waiting[form.name] = form
        self._timer = asyncio.get_running_loop().create_task(self._after_pause())

    async def flush(self) -> None:
        """Seal now what waits. What cannot be sealed is still on the screen; it is not asked for."""
        self._stop()
        async with self._one_at_a_time:
            forms, self._waiting = self._waiting, {}
            for form in forms.values():
                try:
                    await self._keep(form)
                except Exception as error:
                    _log.info("a form was not kept: %s", type(error).__name__)

    async def forget(self, form: KeptForm) -> None:
        """It is saved or thrown away."""
        async with self._one_at_a_time:
            self._waiting.pop(form.name, None)
            try:
                await self._drop(form)
            except Exception as error:
                _log.info("a form was not forgotten: %s", type(error).__name__)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    async def _after_pause(self) -> None:
        await self._sleep(PAUSE_SECONDS)
        self._timer = None
        await self.flush()
