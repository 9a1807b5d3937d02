"""Keeps what is being written: a sealed draft a moment after each pause, and when one leaves.

Owns the draft of one editor and its timer; knows no controls. Saving runs one at a time, so an
older text can never overwrite a newer one. Follows design page 06, "Autosave".
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from app.errors import AppError
from app.services.notes import NoteDraft

_log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.8

Saved = TypeVar("Saved")

Keep = Callable[[NoteDraft], Awaitable[NoteDraft]]
Sleep = Callable[[float], Awaitable[None]]


class DraftKeeper:
    """The draft of one editor.

    Args:
        draft: where the writing starts.
        keep: seals a draft on this tablet; raises AppError.
        on_kept: called with the draft as it was kept.
        on_problem: called with the error when it could not be kept; the words stay here.
        sleep: waits, in seconds.
    """

    def __init__(
        self,
        draft: NoteDraft,
        keep: Keep,
        on_kept: Callable[[NoteDraft], object],
        on_problem: Callable[[AppError], object],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.draft = draft
        self.dirty = False
        self._keep = keep
        self._on_kept = on_kept
        self._on_problem = on_problem
        self._sleep = sleep
        self._timer: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()

    def change(self, **values: Any) -> None:
        """Take new values and keep them after the next pause."""
        after = replace(self.draft, **values)
        if after == self.draft:
            return
        self.draft = after
        self.dirty = True
        self._wait_again()

    async def flush(self) -> bool:
        """Keep now. True when nothing is unkept afterwards."""
        self.stop_timer()
        return await self._keep_now()

    async def save_with(self, save: Callable[[NoteDraft], Awaitable[Saved]]) -> Saved:
        """Save the note itself; nothing is kept as a draft meanwhile. Raises what `save` raises."""
        self.stop_timer()
        async with self._one_at_a_time:
            written = self.draft
            saved = await save(written)
            self.draft = replace(self.draft, based_on_saved=True, saved_at_ms=0)
            self.dirty = replace(written, based_on_saved=True, saved_at_ms=0) != self.draft
        if self.dirty:  # something was typed while it was being saved
            self._wait_again()
        return saved

    def stop_timer(self) -> None:
        """Forget the pause that is being waited for."""
        if self._timer is not None and self._timer is not _current_task():
            self._timer.cancel()
        self._timer = None

    def _wait_again(self) -> None:
        self.stop_timer()
        self._timer = asyncio.get_running_loop().create_task(self._after_pause())

    async def _after_pause(self) -> None:
        await self._sleep(PAUSE_SECONDS)
        self._timer = None
        await self._keep_now()

    async def _keep_now(self) -> bool:
        async with self._one_at_a_time:
            if not self.dirty:
                return True
            written = self.draft
            try:
                kept = await self._keep(written)
            except AppError as error:
                self._on_problem(error)
                return False
            except Exception as error:
                _log.error("keeping a draft failed: %s", type(error).__name__)
                self._on_problem(AppError())
                return False
            if self.draft is written:
                self.dirty = False
                self.draft = kept
            self._on_kept(kept)
            return not self.dirty


def _current_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
