"""Taking what the server has of the streams: which, in which order, page by page into the store.

Owns the pull of one round and what is asked again because something is missing (`doubt`). It refuses
to verify; the store does, and what it cannot trust is set aside. Spec: docs/protocol.md, "Doubt".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing

from app.errors import AppError
from app.protocol.ids import StreamId
from app.sync.ahead import fetch_ahead, pages_of
from app.sync.doubt import Doubt
from app.sync.ports import RemoteStream, SegmentPage, StorePort, StreamPosition, Transport
from app.sync.snapshots import Snapshots
from app.sync.status import StatusBoard

Note = Callable[[AppError], None]
"""Keeps a refusal about one stream; raises what ends the round."""


class Pulling:
    """The incoming half of a round."""

    def __init__(self, store: StorePort, wire: Transport, board: StatusBoard, doubt: Doubt) -> None:
        self._store = store
        self._wire = wire
        self._board = board
        self._doubt = doubt
        self._snapshots = Snapshots(store, wire)
        self.preferred: tuple[StreamId, ...] = ()
        """Streams that people need first, the most urgent first; the others follow by size."""

    async def run(self, changed: Iterable[RemoteStream], lost: Collection[StreamId], note: Note) -> None:
        """Pull what has changed; from their start the streams that were lost or have gaps.

        lost: streams that hold segments and of which the server was restored.
        """
        here = {item.stream: item for item in await self._store.positions()}
        changed = tuple(changed)
        positions = in_order(changed, lost, here, self.preferred)
        new = await self._new_here(changed, positions)
        # Whole before the others begin: a line that lasts forty seconds brings what is needed today.
        urgent = [item for item in positions if item.stream in self.preferred]
        for part in (urgent, [item for item in positions if item not in urgent]):
            await self._snapshots.show(item.stream for item in part if item.stream in new)
            await self._pull(part, note)
        await self._pull(await self._doubt.gaps(here), note)
        try:
            await self._doubt.check_receipts(here)
        except AppError as error:
            note(error)
        await self._doubt.completed()
        # What this tablet has just sent counts as received without being asked for.
        if changed or self._board.status.sent:
            await self._snapshots.give()

    async def _new_here(
        self, changed: Iterable[RemoteStream], positions: Iterable[StreamPosition]
    ) -> Collection[StreamId]:
        """The streams that come for the first time. The store is told how much there is of them."""
        ends = {remote.stream: remote.last_seq for remote in changed}
        new = {item.stream: ends[item.stream] for item in positions
               if not item.cursor and ends.get(item.stream)}  # fmt: skip
        if new:
            await self._store.expect(new)
        return new

    async def _pull(self, positions: Sequence[StreamPosition], note: Note) -> None:
        pages = pages_of(self._wire, positions)
        async with aclosing(fetch_ahead(pages)) as fetched:
            async for stream, page in fetched:
                if isinstance(page, AppError):
                    note(page)
                else:
                    await self._take(stream, page)

    async def _take(self, stream: StreamId, page: SegmentPage) -> None:
        received = await self._store.receive_segments(stream, page.segments, page.cursor)
        status = self._board.status
        self._board.change(
            received=status.received + received.applied,
            quarantined=status.quarantined + received.quarantined,
        )
        if not page.more:
            await self._store.pulled(stream)
            await self._doubt.pulled(stream)


def in_order(
    changed: Iterable[RemoteStream],
    lost: Collection[StreamId],
    here: Mapping[StreamId, StreamPosition],
    preferred: Sequence[StreamId] = (),
) -> list[StreamPosition]:
    """The positions to pull from: what is preferred, then the shortest way first.

    Lost streams come whether changed or not.
    """
    wanted: list[tuple[int, StreamPosition]] = []
    rank = {stream: place for place, stream in enumerate(preferred)}
    for remote in changed:
        position = here.get(remote.stream)
        if position is not None and remote.last_seq > position.cursor:
            wanted.append((remote.last_seq - position.cursor, position))
    # A restored server: everything again from the start, in whatever order it now has.
    asked = {position.stream for _, position in wanted}
    wanted += [(1, here[stream]) for stream in lost if stream in here.keys() - asked]
    wanted.sort(key=lambda item: (rank.get(item[1].stream, len(rank)), item[0], item[1].stream))
    return [position for _, position in wanted]
