"""What a tablet counts as missing, and what it asks again because it takes no server's word for it.

Owns the count of what is withheld, and two doubts. A stream of which something is missing is asked
for from its start, once for each gap: what a server has kept back once, with the cursor behind it,
would never come otherwise. And every few rounds the server is asked, one stream at a time, whether
it has what it acknowledged: one that acknowledged and threw away (or lost) is given it again. It
refuses to judge what comes; the store does. Spec: docs/protocol.md, "Doubt".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.protocol.ids import StreamId
from app.sync.ports import StorePort, StreamPosition, Transport

RECEIPTS_EVERY = 4
"""Rounds between two questions whether the server has what it acknowledged."""


class Doubt:
    """Remembers what was asked again. One for each engine."""

    def __init__(self, store: StorePort, wire: Transport) -> None:
        self._store = store
        self._wire = wire
        self._missing: dict[StreamId, int] | None = None
        self._asked: dict[StreamId, int] = {}
        self._rounds = 0
        self._turn = b""

    async def pulled(self, stream: StreamId) -> None:
        """All that the server shows of a stream has come: count what is missing."""
        (await self._counts())[stream] = await self._store.withheld(stream)

    async def withheld(self) -> int:
        """How many operations are missing in all."""
        counts = await self._counts()
        for stream in [stream for stream, count in counts.items() if count]:
            counts[stream] = await self._store.withheld(stream)  # a control operation may have come
        return sum(counts.values())

    async def _counts(self) -> dict[StreamId, int]:
        if self._missing is None:
            # Once per start: what earlier pulls have shown is known to the store only.
            streams = [item.stream for item in await self._store.positions()]
            self._missing = {item: await self._store.withheld(item) for item in streams}
        return self._missing

    async def gaps(self, here: Mapping[StreamId, StreamPosition]) -> list[StreamPosition]:
        """The streams to pull from their start now."""
        counts = await self._counts()
        found = [
            replace(here[stream], cursor=0)
            for stream, count in counts.items()
            if count and stream in here and self._asked.get(stream) != count
        ]
        self._asked.update((position.stream, counts[position.stream]) for position in found)
        return found

    async def check_receipts(self, here: Mapping[StreamId, StreamPosition]) -> None:
        """In every fourth round: compare what one stream's own chains have on the server.

        Raises what the server answers.
        """
        self._rounds += 1
        if self._rounds % RECEIPTS_EVERY:
            return
        acked = [chain for chain in await self._store.own_chains() if chain.acked]
        streams = sorted({chain.stream for chain in acked} & here.keys())
        if not streams:
            return
        self._turn = stream = next((name for name in streams if name > self._turn), streams[0])
        there = await self._wire.chains(stream)
        held = {item.chain: item.last for item in there}
        if any(held.get(chain.chain, 0) < chain.acked for chain in acked if chain.stream == stream):
            await self._store.server_restored(stream, there)
