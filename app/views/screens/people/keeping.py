"""Keeps a half-filled form: sealed a moment after each pause, before a lock, and when one leaves.

One at a time, so that an older form can never overwrite a newer one.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.views.widgets.guarded import guarded

PAUSE_SECONDS = 0.8

Sleep = Callable[[float], Awaitable[None]]


class FormKeeping:
    """The newest state of one form, and whether it is kept.

    Args:
        keep: seals a draft on this tablet.
        on_problem: called with what went wrong after a pause; the words stay on the screen.
        sleep: waits, in seconds.
    """

    def __init__(
        self,
        keep: Callable[[Any], Awaitable[None]],
        on_problem: Callable[[Exception], object],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._keep = keep
        self._on_problem = on_problem
        self._sleep = sleep
        self._draft: Any = None
        self._timer: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()

    def later(self, draft: Any) -> None:
        """Keep this after the next pause."""
        self._draft = draft
        self._stop_timer()
        self._timer = asyncio.get_running_loop().create_task(self._after_pause())

    async def now(self) -> None:
        """Keep what is not kept yet. Raises what `keep` raises."""
        self._stop_timer()
        async with self._one_at_a_time:
            draft, self._draft = self._draft, None
            if draft is None:
                return
            try:
                await self._keep(draft)
            except Exception:
                if self._draft is None:
                    self._draft = draft
                raise

    async def forget(self) -> None:
        """Nothing is waiting any more: the form was saved, or is not wanted."""
        self._stop_timer()
        async with self._one_at_a_time:
            self._draft = None

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None and timer is not _current_task():
            timer.cancel()

    async def _after_pause(self) -> None:
        await self._sleep(PAUSE_SECONDS)
        self._timer = None
        try:
            await self.now()
        except Exception as error:
            self._on_problem(error)


def _current_task() -> asyncio.Task[Any] | None:
    with contextlib.suppress(RuntimeError):
        return asyncio.current_task()
    return None


def use_sealing(tablet: Any, keeper: Any) -> None:
    """Hook: what is typed is sealed before the keys go, and when the place is left."""
    locking: Any = ft.use_ref(None)

    def watch() -> None:
        # Whoever locks, perhaps another window, does not bring this window's context.
        window = contextvars.copy_context()

        async def seal() -> None:
            if keeper.current is not None:
                loop = asyncio.get_running_loop()
                await loop.create_task(keeper.current.now(), context=window.copy())

        locking.current = tablet.before_lock(seal)

    async def leave() -> None:
        if locking.current is not None:
            locking.current()
            locking.current = None
        if keeper.current is not None:
            # A tablet that has been locked sealed the words before; there is nobody to tell.
            await guarded(keeper.current.now, lambda _error: None)()

    ft.use_effect(watch, [], leave)
