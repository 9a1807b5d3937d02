"""Attachments on their way: one sealed chunk at a time, and never in front of a note.

Owns the sending of what waits and the fetching of what somebody wants to see, the pause while the
engine pushes, and the back-off. It refuses to interrupt local work: what cannot be sent stays queued
with its reason. Spec: docs/attachments.md, "On the way".
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from app.errors import (
    AppError,
    NoNetwork,
    ServerRefused,
    ServerUnavailable,
    SignInNeeded,
    StoreError,
    SyncError,
    UpdateNeeded,
)
from app.protocol.blob import BlobKind, Manifest
from app.protocol.ids import ChainId
from app.sync.blob_ports import CHUNK_UNKNOWN, BlobStore, BlobTransport, WaitingBlob
from app.sync.machine import Pace
from app.sync.status import SyncState, SyncStatus

log = logging.getLogger(__name__)

IDLE_SECONDS = 300.0
"""Between two looks at the queue when nothing has told of anything new, and before what the server
has refused is offered again by itself."""
_WEATHER = (NoNetwork, ServerUnavailable, SignInNeeded, UpdateNeeded, StoreError)
"""What says nothing about the blob: the rest of the queue would meet the same."""


class Wire(BlobTransport, Protocol):
    """What carrying needs of ``app.sync.http``."""

    @property
    def signed_in(self) -> bool:
        """Whether a token is held."""


class ChunkNotThere(SyncError):
    """The server does not have it yet: whoever added it has not sent it."""

    code = "attachment_not_sent_yet"
    user_message = "The other tablet has not sent the picture yet. It comes by itself when it has."


class Carrier:
    """Carries the attachments of one vault. All methods belong to one event loop."""

    def __init__(
        self,
        store: BlobStore,
        wire: Wire,
        random: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """random: uniform of [0, 1), for jitter only. sleep: by a clock that tests move."""
        self._store = store
        self._wire = wire
        self._random = random
        self._sleep = sleep
        self._pace = Pace()
        self._reason = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._flying: asyncio.Task[bool] | None = None
        self._failures = 0
        self._contacts = 0
        self._refused_at: float | None = None
        self._acked: Mapping[ChainId, int] = {}
        self._sending: dict[bytes, tuple[int, int]] = {}
        self._readers: list[Callable[[], None]] = []

    # What it hears

    def wake(self) -> None:
        """Something was added, or is wanted again: also what was refused before."""
        self._refused_at = None
        self._reason.set()

    def heard(self, status: SyncStatus) -> None:
        """The engine's status: notes that wait go first, and a contact is a reason to try.

        A chunk that is on its way when a note has to leave is broken off and sent again afterwards.
        """
        pushing = status.state is SyncState.WORKING and status.total > status.sent
        if pushing:
            self._quiet.clear()
            if self._flying is not None:
                self._flying.cancel()
        else:
            self._quiet.set()
        if status.acked != self._acked:
            # The record of a picture may be among what the server has just taken.
            self._acked = status.acked
            self._reason.set()
        if status.contacts != self._contacts:  # not its time: two may end in one millisecond
            self._contacts = status.contacts
            self._failures = 0
            self._reason.set()

    @property
    def sending(self) -> MappingProxyType[bytes, tuple[int, int]]:
        """Blobs that are on their way now: (chunks the server has, of how many)."""
        return MappingProxyType(self._sending)

    def watch(self, reader: Callable[[], None]) -> Callable[[], None]:
        """Be told when ``sending`` changes. Returns the way to stop."""
        self._readers.append(reader)

        def stop() -> None:
            if reader in self._readers:
                self._readers.remove(reader)

        return stop

    # Sending

    async def run_forever(self) -> None:
        """Send what waits, again and again, until cancelled."""
        while True:
            self._reason.clear()
            try:
                await self.run_once()
                self._failures = 0
                seconds = IDLE_SECONDS
            except AppError as error:
                log.info("attachments wait: %s", error.code)
                self._failures += 1
                seconds = self._pace.delay(self._failures, self._random())
            except Exception as error:  # one that nobody foresaw must not end all sending
                log.error("attachments wait: %s", type(error).__name__)
                self._failures += 1
                seconds = self._pace.delay(self._failures, self._random())
            await self._pause(seconds)

    async def run_once(self) -> None:
        """Send what waits, the smallest first; what is refused waits with its reason.

        Raises what ends the pass: no network, no sign-in, a full disk.
        """
        if not self._wire.signed_in:
            return
        now = asyncio.get_running_loop().time()
        patient = self._refused_at is not None and now - self._refused_at < IDLE_SECONDS
        for item in await self._store.waiting_blobs():
            if item.code and patient:
                continue
            try:
                await self._carry(item)
            except _WEATHER:
                raise
            except AppError as error:
                code = error.server_code if isinstance(error, ServerRefused) else error.code
                self._refused_at = now
                await self._store.blob_refused(item.blob, code or error.code)
            finally:
                if self._sending.pop(item.blob, None) is not None:
                    self._tell()

    async def _carry(self, item: WaitingBlob) -> None:
        held = await self._wire.blob_state(item.stream, item.blob)
        there = set(held.held)
        complete = held.complete
        await self._note(item, len(there))
        for number in range(1, item.count + 1):
            if number in there:
                continue
            data = await self._store.sealed_chunk(item.blob, number)
            complete = await self._put(item, number, data)
            there.add(number)
            await self._note(item, len(there))
        if not complete:
            # Every chunk was taken, and still the server lacks one: ask anew the next time.
            await self._store.blob_sent(item.blob, 0)
            raise ServerUnavailable("blob incomplete")

    async def _note(self, item: WaitingBlob, sent: int) -> None:
        self._sending[item.blob] = (sent, item.count)
        self._tell()
        await self._store.blob_sent(item.blob, sent)

    async def _put(self, item: WaitingBlob, number: int, data: bytes) -> bool:
        """Send one chunk when nothing else has to leave; sent anew when a note came in between."""
        while True:
            await self._quiet.wait()
            put = self._wire.put_chunk(
                item.stream, item.blob, number, BlobKind.ATTACHMENT, item.count, data
            )
            flying = self._flying = asyncio.ensure_future(put)
            try:
                await asyncio.wait({flying})
            except asyncio.CancelledError:
                flying.cancel()
                await asyncio.wait({flying})
                raise
            finally:
                self._flying = None
            if not flying.cancelled():
                return flying.result()

    async def _pause(self, seconds: float) -> None:
        waits = {
            asyncio.ensure_future(self._sleep(seconds)),
            asyncio.ensure_future(self._reason.wait()),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
            await asyncio.wait(waits)

    def _tell(self) -> None:
        for reader in tuple(self._readers):
            try:
                reader()
            except Exception as error:  # a screen that fails must not stop the sending
                log.error("reader failed: %s", type(error).__name__)

    # Fetching

    async def fetch(
        self,
        manifest: Manifest,
        first: int,
        take: Callable[[int, bytes], Awaitable[None]],
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Fetch the chunks of a blob from ``first`` on. take: awaited with (number, sealed chunk).

        Cancelling it keeps what has come. Raises ChunkNotThere, NoNetwork and the others of the wire.
        """
        stream, blob = manifest.place.stream, manifest.place.blob
        for number in range(first, manifest.count + 1):
            progress(number - 1, manifest.count)
            try:
                sealed = await self._wire.get_chunk(stream, blob, number)
            except ServerRefused as error:
                if error.server_code == CHUNK_UNKNOWN:
                    raise ChunkNotThere from None
                raise
            await take(number, sealed)
        progress(manifest.count, manifest.count)
