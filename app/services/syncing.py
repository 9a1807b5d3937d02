"""Where the work stands: only on this tablet, on its way, or on the server. Says only what is true."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

from app.errors import AppError, InvalidInput, NoNetwork, SyncError
from app.sync.engine import SyncEngine
from app.sync.status import SyncState, SyncStatus

from .desk import Desk
from .urgency import urgent_streams

log = logging.getLogger(__name__)

ChipKind = Literal[
    "saved_on_tablet", "not_on_server", "sending", "on_server", "no_network", "conflict",
    "could_not_send",
]  # fmt: skip


@dataclass(frozen=True)
class ChipState:
    """What the chip of a screen shows. at_ms: last complete contact, 0 when never."""

    kind: ChipKind
    sent: int = 0
    total: int = 0
    at_ms: int = 0


@dataclass(frozen=True)
class FamilyWork:
    """Changes of one family that are only on this tablet."""

    family_id: str
    unsent: int


class Syncing:
    """The engine's life while the tablet is open, and its state in words for screens."""

    def __init__(self, desk: Desk, engine: SyncEngine | None, server_url: str) -> None:
        self._desk = desk
        self._engine = engine
        self.server_url = server_url
        self._task: asyncio.Task[None] | None = None
        self._stops: list[Callable[[], None]] = []
        self._shared_at = b""
        self._sharing: asyncio.Task[None] | None = None

    def start(self, share: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin to sync: now, on every save, and by timer. Without a server, nothing happens.

        share: called after a contact that has changed who works here, to hand on keys.
        """
        if self._engine is None or self._task is not None:
            return
        engine = self._engine

        def shared(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("sharing failed: %s", type(error).__name__)
                self._shared_at = b""  # at the next contact again
            engine.wake()  # what was shared goes out at once

        def told(status: SyncStatus) -> None:
            vault = self._desk.vault
            if status.server_offset_ms is not None:
                vault.correct_clock(status.server_offset_ms)
            busy = self._sharing is not None and not self._sharing.done()
            if vault.has_agency and vault.settled_head != self._shared_at and not busy:
                self._shared_at = vault.settled_head
                self._sharing = asyncio.create_task(share())
                self._sharing.add_done_callback(shared)

        self._stops = [
            self._desk.vault.subscribe(lambda _changed: engine.changed()),
            engine.subscribe(told),
        ]
        self._task = asyncio.create_task(self._run(engine))

    async def _run(self, engine: SyncEngine) -> None:
        try:
            engine.prefer(await urgent_streams(self._desk))
        except AppError as error:
            log.info("no order of urgency: %s", error.code)
        await engine.run_forever()

    async def stop(self) -> None:
        """Stop at once; what was not acknowledged is sent next time."""
        for stop in self._stops:
            stop()
        for task in (self._sharing, self._task):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
                if not task.cancelled() and (error := task.exception()) is not None:
                    log.error("syncing had ended: %s", type(error).__name__)
        self._sharing = self._task = None

    def now(self) -> None:
        """Try at once: the button in the sync centre, or the app has come back to the front."""
        if self._engine is not None:
            self._engine.wake(reconnected=True)

    def hidden(self) -> None:
        """The app went out of sight: only what is only here is still a reason for a contact."""
        if self._engine is not None:
            self._engine.hide()

    def shown(self) -> None:
        """The app is in front again, or somebody uses it: what has come meanwhile is wanted."""
        if self._engine is not None:
            self._engine.show()

    async def contact(self) -> None:
        """One whole round that begins now, for what cannot wait.

        Raises NoNetwork, InvalidInput (no server), SyncError with the problem's code and words.
        """
        if self._engine is None:
            raise InvalidInput("This tablet has no server yet.", code="no_server")
        status = await self._engine.run_anew()
        if status.problem:
            log.info("contact failed: %s", status.problem)
            if status.state is SyncState.OFFLINE:
                raise NoNetwork(status.problem)
            problem = SyncError(status.problem)
            problem.code, problem.user_message = status.problem, status.message
            raise problem

    @property
    def status(self) -> SyncStatus:
        """What the engine says."""
        return self._engine.status if self._engine is not None else SyncStatus()

    def watch(self, reader: Callable[[], None]) -> Callable[[], None]:
        """Be told when the status changes. Returns the way to stop."""
        if self._engine is None:
            return lambda: None
        return self._engine.subscribe(lambda _status: reader())

    async def unsent(self) -> int:
        """How many changes are only on this tablet."""
        return await self._desk.vault.unsent_count()

    async def unsent_photos(self) -> int:
        """How many photos and papers the server does not have whole."""
        return await self._desk.vault.unsent_attachments()

    async def unsent_by_family(self) -> tuple[FamilyWork, ...]:
        """The same by family, most first; the agency's own records under an empty id."""
        counts = await self._desk.vault.unsent_by_family()
        return tuple(
            FamilyWork(family, count)
            for family, count in sorted(counts.items(), key=lambda item: -item[1])
            if count
        )

    async def chip(self) -> ChipState:
        """The state of the whole tablet."""
        status = self.status
        if await self._desk.vault.conflicts():
            return ChipState("conflict")
        unsent = await self.unsent()
        at = status.last_contact_ms or 0
        # What only the audit has to send is nobody's work: the chip does not move for it.
        if status.state is SyncState.WORKING and status.total and unsent:
            return ChipState("sending", status.sent, status.total, at)
        if status.state is SyncState.PROBLEM or (self._task is not None and self._task.done()):
            return ChipState("could_not_send" if unsent else "no_network", at_ms=at)
        if status.state is SyncState.OFFLINE:
            return ChipState("no_network", at_ms=at)
        if unsent or await self.unsent_photos():
            return ChipState("not_on_server", at_ms=at)
        return ChipState("on_server" if at else "saved_on_tablet", at_ms=at)

    async def note_chip(self, note_id: str) -> ChipState:
        """The state of one record: on the server only when exactly it was acknowledged."""
        state = await self._desk.vault.status(note_id)
        if state == "on_server":
            return ChipState("on_server", at_ms=0)
        status = self.status
        if status.state is SyncState.PROBLEM:
            return ChipState("could_not_send")
        return ChipState("saved_on_tablet")
