"""When the next round begins: after a save, on a return, by a timer that follows what is going on.

Owns the waiting between two rounds. While somebody works here the server is asked every few seconds;
when nothing comes and nobody touches the tablet, less and less often; while the app is hidden, only
to send what is only here. Without a network a probe of one small request stands for a round, so that
the return of the network is noticed soon and costs nothing until then. It refuses to do rounds.
Spec: docs/protocol.md, "Rounds".
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from app.errors import AppError, NoNetwork, ServerUnavailable
from app.sync.machine import Pace
from app.sync.ports import Clock

SHORTEST_PAUSE = 0.25
"""Seconds between two rounds however often somebody saves."""


class Rhythm:
    """The pauses of one engine. All methods belong to one event loop."""

    def __init__(self, clock: Clock, random: Callable[[], float], pace: Pace) -> None:
        """random: uniform of [0, 1), for jitter only."""
        self.pace = pace
        self._clock = clock
        self._random = random
        self._event = asyncio.Event()
        self._asked = False
        self._failures = 0
        self._retry_after: float | None = None
        self._offline = False
        self._quiet = 0
        self._hidden = False
        self.due: Callable[[float], None] | None = None
        """Told in how many seconds the next try comes, after one that failed."""

    def wake(self, *, reconnected: bool = False) -> None:
        """A round now. reconnected: past failures say nothing, the network or the app is back."""
        if reconnected:
            self._failures = 0
            self._retry_after = None
            self._offline = False
        self._quiet = 0
        self._asked = True
        self._event.set()

    def changed(self) -> None:
        """Something is different here: a round if there is something to send."""
        self._event.set()

    def hide(self) -> None:
        """Nobody looks: from now on only what is only here is a reason for a round."""
        self._hidden = True
        self._event.set()

    def show(self) -> None:
        """Somebody looks, or touches the tablet: what has come meanwhile is wanted now."""
        if self._hidden:
            self._hidden = False
            self.wake(reconnected=True)
        elif self._quiet > self.pace.patience:
            self.wake()
        else:
            self._quiet = 0

    def began(self) -> None:
        """A round begins: what asked for it until now has been heard."""
        self._asked = False
        self._event.clear()

    def ended(self, error: AppError | None, *, news: bool, limit: int | None = None) -> None:
        """A round is over. news: it sent or brought something. limit: failures that count at most."""
        if error is None:
            self._failures = 0
            self._retry_after = None
            self._offline = False
            self._quiet = 0 if news else self._quiet + 1
            return
        self._failures += 1
        if limit is not None:
            self._failures = min(self._failures, limit)
        self._retry_after = error.retry_after_seconds if isinstance(error, ServerUnavailable) else None
        self._offline = isinstance(error, NoNetwork)

    async def pause(
        self, has_work: Callable[[], Awaitable[bool]], probe: Callable[[], Awaitable[None]]
    ) -> None:
        """Return when the next round is due.

        has_work: whether there is something to send. probe: asks whether the server can be reached;
        raises NoNetwork when it cannot.
        """
        await self._clock.sleep(SHORTEST_PAUSE)
        timer: asyncio.Task[None] | None = None
        try:
            while not self._asked:
                # A change that came from the server is no reason: there is nothing to send.
                if self._take_event() and await has_work():
                    self._quiet = 0
                    if not self._offline or await self._reached(probe):
                        return
                # Hidden, with nothing to send: no timer at all, only a reason.
                timed = not self._hidden or await has_work()
                if timed and timer is None:
                    seconds = self._seconds()
                    if self._failures and self.due is not None:
                        self.due(seconds)
                    timer = asyncio.create_task(self._clock.sleep(seconds))
                elif not timed and timer is not None:
                    await _end(timer)
                    timer = None
                await self._event_or(timer)
                if timer is not None and timer.done():
                    timer = None
                    if not self._offline or await self._reached(probe):
                        return
                    self._failures += 1
        finally:
            if timer is not None:
                await _end(timer)

    def _take_event(self) -> bool:
        happened = self._event.is_set()
        self._event.clear()
        return happened

    def _seconds(self) -> float:
        return self.pace.delay(
            self._failures, self._random(), self._retry_after, quiet=self._quiet, offline=self._offline
        )

    async def _event_or(self, timer: asyncio.Task[None] | None) -> None:
        event = asyncio.create_task(self._event.wait())
        try:
            await asyncio.wait({event, timer} if timer else {event}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(event)

    async def _reached(self, probe: Callable[[], Awaitable[None]]) -> bool:
        """Whether the server answers at all; what it answers, the round will say."""
        try:
            await probe()
        except NoNetwork:
            return False
        except AppError:
            pass
        self._failures = 0
        self._offline = False
        return True


async def _end(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait for it, so that none outlives its engine."""
    task.cancel()
    await asyncio.wait({task})
