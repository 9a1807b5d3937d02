"""Keeps a running meeting: every act is sealed on this tablet before the screen says so.

Owns the newest draft of one meeting and its timer; knows no controls. Saving runs one at a time, so
an older draft can never overwrite a newer one. Follows design page 06, "Autosave".
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.errors import AppError
from app.services.meeting_draft import MeetingDraft

_log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.4
"""After this long without a letter what was typed is kept."""


class MeetingKeeper:
    """The draft of one running meeting.

    Args:
        draft: as it was kept last.
        keep: seals a draft on this tablet; raises AppError.
        on_kept: called after the newest draft has been kept.
        on_problem: called with the error when it could not be kept; all stays here.
    """

    def __init__(
        self,
        draft: MeetingDraft,
        keep: Callable[[MeetingDraft], Awaitable[MeetingDraft]],
        on_kept: Callable[[], object],
        on_problem: Callable[[AppError], object],
    ) -> None:
        self.draft = draft
        self._kept = draft
        self._keep = keep
        self._on_kept = on_kept
        self._on_problem = on_problem
        self._timer: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._over = False

    @property
    def saved(self) -> bool:
        """Whether the newest draft is on the shelf."""
        return self.draft is self._kept

    def change(self, act: Callable[[MeetingDraft], MeetingDraft]) -> None:
        """Take one act; it is not kept yet."""
        self.draft = act(self.draft)

    def later(self) -> None:
        """Keep it after the next pause."""
        self._stop_timer()
        self._timer = asyncio.get_running_loop().create_task(self._after_pause())

    async def flush(self) -> bool:
        """Keep now. True when nothing is unkept afterwards."""
        self._stop_timer()
        async with self._one_at_a_time:
            while not self.saved and not self._over:
                written = self.draft
                try:
                    await self._keep(written)
                except AppError as error:
                    self._on_problem(error)
                    return False
                except Exception as error:
                    _log.error("keeping a meeting failed: %s", type(error).__name__)
                    self._on_problem(AppError())
                    return False
                self._kept = written
        self._on_kept()
        return True

    def stop(self) -> None:
        """The meeting is over: nothing is kept any more."""
        self._over = True
        self._stop_timer()

    async def _after_pause(self) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        self._timer = None
        await self.flush()

    def _stop_timer(self) -> None:
        if self._timer is not None and self._timer is not asyncio.current_task():
            self._timer.cancel()
        self._timer = None
