"""The engine of synchronisation: performs rounds, one at a time, whenever there is reason to.

Owns the flight of a round (never two) and the status.  What a round does in which step is in
``steps``, what follows what in ``machine``, when the next one begins in ``rhythm``.  It refuses to interrupt
local work: every failure ends in the status, none is raised to the caller of ``run_once``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from app.errors import AppError, NoNetwork
from app.protocol.ids import StreamId
from app.sync import machine
from app.sync.machine import Pace, Round, Step
from app.sync.ports import Clock, StorePort, Transport
from app.sync.rhythm import Rhythm
from app.sync.status import StatusBoard, SyncState, SyncStatus
from app.sync.steps import Steps

log = logging.getLogger(__name__)

_SLOWEST_FOR_ONE_STREAM = 4
"""Failures in a row that count at most when only some stream was refused: 16 s between rounds."""


class SyncEngine:
    """Brings one vault and one server together.

    Nothing runs until ``run_once`` or ``run_forever``.  All methods belong to one event loop.
    """

    def __init__(
        self,
        store: StorePort,
        transport: Transport,
        clock: Clock,
        random: Callable[[], float],
        *,
        pace: Pace | None = None,
    ) -> None:
        """random: uniform of [0, 1), for jitter only.  pace: how often, see ``machine.Pace``."""
        self.board = StatusBoard()
        self._steps = Steps(store, transport, clock, self.board)
        self._wire = transport
        self._clock = clock
        self._rhythm = Rhythm(clock, random, pace or Pace())
        self._rhythm.due = self._due
        self._flight: asyncio.Task[None] | None = None

    @property
    def status(self) -> SyncStatus:
        """What is known now."""
        return self.board.status

    def subscribe(self, reader: Callable[[SyncStatus], None]) -> Callable[[], None]:
        """Hear of every change of the status.  Returns the disposer."""
        return self.board.subscribe(reader)

    def wake(self, *, reconnected: bool = False) -> None:
        """There is reason for a round now.

        reconnected: the network or the app just came back, so past failures say nothing.
        """
        self._rhythm.wake(reconnected=reconnected)

    def changed(self) -> None:
        """Something is different on this tablet: a round soon, if there is something to send."""
        self._rhythm.changed()

    def hide(self) -> None:
        """The app went out of sight: from now on only what is only here is a reason for a round."""
        self._rhythm.hide()

    def show(self) -> None:
        """The app is seen again, or somebody touches it: what has come meanwhile is wanted now."""
        self._rhythm.show()

    def prefer(self, streams: Sequence[StreamId]) -> None:
        """Bring and send these streams first, the most urgent first: today's families."""
        self._steps.prefer(tuple(streams))

    async def run_once(self) -> SyncStatus:
        """Do one round, or join the one that runs.  Never raises an AppError.

        Cancelling the caller does not cancel the round; ``stop`` does.
        """
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._fly())
        flight = self._flight
        await asyncio.wait({flight})
        if not flight.cancelled() and (error := flight.exception()) is not None:
            raise error
        return self.board.status

    async def run_anew(self) -> SyncStatus:
        """A round that begins after this call: what was written before it is part of the round.

        One that runs already may be past the step in question, so it is waited for first.
        """
        flight = self._flight
        if flight is not None and not flight.done():
            await asyncio.wait({flight})
        return await self.run_once()

    def _due(self, seconds: float) -> None:
        self.board.change(next_try_ms=self._clock.now_ms() + int(seconds * 1000))

    async def run_forever(self) -> None:
        """Round after round until cancelled: after a save, on a timer, after a failure later."""
        try:
            while True:
                self._rhythm.began()
                await self.run_anew()
                await self._rhythm.pause(self._steps.has_work, self._wire.probe)
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Cancel the round in flight and wait until it has let go of store and wire."""
        flight, self._flight = self._flight, None
        if flight is not None and not flight.done():
            flight.cancel()
            await asyncio.wait({flight})
            self.board.change(state=SyncState.IDLE)

    async def _fly(self) -> None:
        round_ = Round()
        self.board.change(next_try_ms=None)
        self._steps.begin()
        while not round_.ended:
            try:
                round_ = await self._steps.perform(round_)
            except Exception as error:
                round_ = machine.failed(round_, _ours(error))
        try:
            await self._steps.settle_counts()
        except Exception as error:
            round_ = machine.failed(round_, _ours(error))
        self._conclude(round_)

    def _conclude(self, round_: Round) -> None:
        if round_.step is Step.NOT_ENROLLED:
            self._rhythm.ended(None, news=False)
            self.board.change(state=SyncState.NOT_ENROLLED, problem="", message="")
            return
        error = round_.failure or round_.problem
        if round_.failure is None:
            contacts = self.board.status.contacts + 1
            self.board.change(last_contact_ms=self._clock.now_ms(), contacts=contacts)
        # One refused stream must not make the others wait for minutes.
        limit = _SLOWEST_FOR_ONE_STREAM if round_.failure is None else None
        self._rhythm.ended(error, news=self._steps.news, limit=limit)
        if error is None:
            state = SyncState.REMOVED if round_.removed else SyncState.IDLE
            self.board.change(state=state, problem="", message="")
            return
        state = SyncState.OFFLINE if isinstance(error, NoNetwork) else SyncState.PROBLEM
        if round_.removed and round_.failure is None:
            state = SyncState.REMOVED
        self.board.change(state=state, problem=error.code, message=error.user_message)


def _ours(error: Exception) -> AppError:
    """Any error as one of ours: one that nobody foresaw fails its round and not all that follow."""
    if isinstance(error, AppError):
        log.info("step failed: %s", error.code)
        return error
    # Its words may hold content: only its kind is told.
    log.error("step failed: %s", type(error).__name__)
    return AppError(type(error).__name__)
