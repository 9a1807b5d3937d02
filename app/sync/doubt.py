"""What a tablet counts as missing, and what it asks again because it takes no server's word for it.

Owns the count of what is withheld, and two doubts. A stream of which something is missing is asked
for from its start, once for each gap: what a server has kept back once, with the cursor behind it,
would never come otherwise. And every few rounds the server is asked, one stream at a time, whether
it has what it acknowledged: one that acknowledged and threw away (or lost) is given it again. The
same answer shows what has stood there since the last question and never came: words of this very
device, which a server does not send it unasked (its files were put back, or copied). It refuses to
judge what comes; the store does. Spec: docs/protocol.md, "Doubt".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.errors import AccessClosed
from app.protocol.ids import StreamId
from app.sync.ports import HeldChain, StorePort, StreamPosition, Transport

TOLD_AFTER = 2
"""Complete contacts in which something did not come, before people are told that it is missing."""
RECEIPTS_EVERY = 4
"""Rounds between two questions whether the server has what it acknowledged."""


class Doubt:
    """Remembers what was asked again. One for each engine."""

    def __init__(self, store: StorePort, wire: Transport) -> None:
        self._store = store
        self._wire = wire
        self._missing: dict[StreamId, int] | None = None
        self._asked: dict[StreamId, int] = {}
        self._lacking: set[StreamId] = set()
        self._asking: set[StreamId] = set()
        self._again: set[StreamId] = set()
        self._lacked: dict[StreamId, int] = {}
        self._told: dict[StreamId, int] = {}
        self._stood: dict[StreamId, Sequence[HeldChain]] = {}
        self._sought: dict[StreamId, frozenset[HeldChain]] = {}
        self._unseen: set[StreamId] = set()
        self._rounds = 0
        self._turn = b""

    async def pulled(self, stream: StreamId) -> None:
        """All that the server shows of a stream has come: count what is missing."""
        count = (await self._counts())[stream] = await self._store.withheld(stream)
        if count:
            self._lacking.add(stream)
        if stream in self._asking:
            self._asking.discard(stream)
            self._again.add(stream)

    async def completed(self) -> None:
        """Everything the server offered in this round has come."""
        counts = await self._counts()
        for stream in self._again & self._lacking:
            if counts.get(stream):
                self._lacked[stream] = self._lacked.get(stream, 0) + 1

    async def withheld(self) -> int:
        """How many operations are missing in all, after contacts enough to say so (`TOLD_AFTER`).

        A gap that the next contact fills is told to nobody: another tablet was merely faster.
        """
        counts = await self._counts()
        for stream in tuple(self._lacking):
            count = counts[stream] = await self._store.withheld(stream)  # a control operation may have come
            if not count:
                self._lacking.discard(stream)
                self._again.discard(stream)
                self._lacked.pop(stream, None)
                self._told.pop(stream, None)
                await self._store.note_missing(stream, 0)
            elif self._lacked.get(stream, 0) >= TOLD_AFTER and self._told.get(stream) != count:
                self._told[stream] = count
                await self._store.note_missing(stream, count)
        return sum(self._told.values())

    async def _counts(self) -> dict[StreamId, int]:
        if self._missing is None:
            # Once per start: what earlier pulls have shown is known to the store only.
            streams = [item.stream for item in await self._store.positions()]
            self._missing = {item: await self._store.withheld(item) for item in streams}
            self._lacking = {item for item, count in self._missing.items() if count}
        return self._missing

    async def gaps(self, here: Mapping[StreamId, StreamPosition]) -> list[StreamPosition]:
        """The streams to pull from their start now."""
        counts = await self._counts()
        found = [
            # What is missing may be this device's own: written before its files were put back, or by a
            # copy of them.
            replace(here[stream], cursor=0, wants_own=True)
            for stream, count in counts.items()
            if count and stream in here and self._asked.get(stream) != count
        ]
        asked = {position.stream for position in found}
        found += [
            replace(here[stream], cursor=0, wants_own=True)
            for stream in sorted(self._unseen - asked) if stream in here
        ]  # fmt: skip
        self._unseen.clear()
        self._asking.update(asked)
        self._asked.update((stream, counts[stream]) for stream in asked)
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
        try:
            there = await self._wire.chains(stream)
        except AccessClosed:
            return  # this person was taken out of it; what could not be sent any more is kept here
        held = {item.chain: item.last for item in there}
        if any(held.get(chain.chain, 0) < chain.acked for chain in acked if chain.stream == stream):
            await self._store.server_restored(stream, there)
        await self._compare(stream, there)

    async def _compare(self, stream: StreamId, there: Sequence[HeldChain]) -> None:
        """Seek what stood on the server at the last question about a stream and has not come since."""
        here = {item.chain: item.last for item in await self._store.held_chains(stream)}
        own = {item.chain for item in await self._store.own_chains()}
        # Nobody else writes on in a chain of this device: what is there beyond it is not just fresh.
        candidates = [*self._stood.get(stream, ()), *(item for item in there if item.chain in own)]
        never = frozenset(item for item in candidates if here.get(item.chain, 0) < item.last)
        self._stood[stream] = tuple(there)
        if never - self._sought.get(stream, frozenset()):
            self._sought[stream] = never
            self._unseen.add(stream)
