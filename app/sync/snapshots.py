"""Snapshots on the wire: those of others before their history, and this tablet's own at the end.

Owns which streams are asked for a snapshot, how many at once, and when one of ours is given. It refuses
to verify (the store does) and to make anything depend on a snapshot: whatever goes wrong with one, the
history comes as if there were none. Spec: docs/protocol.md, "Snapshots".
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from app.errors import AppError
from app.protocol.blob import BlobKind
from app.protocol.ids import StreamId
from app.sync import machine
from app.sync.blob_ports import BlobTransport, RemoteSnapshot
from app.sync.machine import Failure
from app.sync.parallel import for_each
from app.sync.snapshot_ports import SealedSnapshot, SnapshotPort

log = logging.getLogger(__name__)

TRIED = 2
"""Snapshots of one stream that are fetched at most, the newest first."""
MAX_CHUNKS = 256
"""Of a snapshot that is fetched: 64 MiB. A longer one is not worth more than the history."""
POOR_LINE_SECONDS = 1.0
"""A server that takes longer to answer is far away: nothing is sent to it that nobody waits for."""


class Snapshots:
    """Takes and gives the snapshots of one engine."""

    def __init__(self, store: SnapshotPort, wire: BlobTransport) -> None:
        self._store = store
        self._wire = wire
        self._sending: tuple[StreamId, SealedSnapshot, int] | None = None

    async def show(self, streams: Iterable[StreamId]) -> None:
        """Have the store show the newest snapshot of each stream that has one, in this order.

        Raises what ends the round.
        """
        first, *others = (*streams, None)
        if first is not None:
            # Alone, so that somebody can begin at once; the others share the line and the processor.
            await self._show_if_wanted(first)
            await for_each(filter(None, others), self._show_if_wanted)

    async def _show_if_wanted(self, stream: StreamId) -> None:
        try:
            if await self._store.snapshot_wanted(stream):
                await self._show_one(stream)
        except AppError as error:
            if machine.reach(error) is not Failure.STREAM:
                raise
            log.info("no snapshot: %s", error.code)

    async def _show_one(self, stream: StreamId) -> None:
        for offered in (await self._wire.snapshots(stream))[:TRIED]:
            if not 1 <= offered.count <= MAX_CHUNKS:
                continue
            chunks = await self._fetch(stream, offered)
            try:
                await self._store.take_snapshot(stream, offered.blob, chunks)
            except AppError as error:
                if machine.reach(error) is not Failure.STREAM:
                    raise
                log.warning("snapshot refused: %s", error.code)
            else:
                return

    async def _fetch(self, stream: StreamId, offered: RemoteSnapshot) -> list[bytes]:
        numbers = range(1, offered.count + 1)
        return [await self._wire.get_chunk(stream, offered.blob, number) for number in numbers]

    async def give(self) -> None:
        """Give the server one snapshot, if one is due and the line is good.

        What was begun in an earlier round goes on. Raises what ends the round.
        """
        try:
            if self._sending is None and not await self._begin():
                return
            await self._send()
        except AppError as error:
            if machine.reach(error) is not Failure.STREAM:
                raise
            log.info("snapshot not given: %s", error.code)
            if self._sending is not None:
                # Not again for the same operations: the server, or this stream, does not want it.
                stream, sealed, _ = self._sending
                await self._store.snapshot_held(stream, sealed.at, ours=True)
            self._sending = None

    async def _begin(self) -> bool:
        """Seal the snapshot that is wanted most; False when none is."""
        now = asyncio.get_running_loop().time
        for stream in (await self._store.snapshots_due())[:1]:
            asked = now()
            there = await self._wire.snapshots(stream)
            if now() - asked > POOR_LINE_SECONDS:
                return False
            if there:
                await self._store.snapshot_held(stream, max(item.at for item in there), ours=False)
                if stream not in await self._store.snapshots_due():
                    return False  # a colleague was quicker
            sealed = await self._store.make_snapshot(stream)
            if sealed is not None:
                self._sending = (stream, sealed, 0)
                return True
        return False

    async def _send(self) -> None:
        while self._sending is not None:
            stream, sealed, sent = self._sending
            count = len(sealed.chunks)
            data = sealed.chunks[sent]
            await self._wire.put_chunk(
                stream, sealed.blob, sent + 1, BlobKind.SNAPSHOT, count, data, at=sealed.at
            )
            self._sending = (stream, sealed, sent + 1)
            if sent + 1 == count:
                self._sending = None
                await self._store.snapshot_held(stream, sealed.at, ours=True)
