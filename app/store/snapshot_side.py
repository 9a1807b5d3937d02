"""What a first sync asks of the vault.

Owns the asynchronous face of snapshots and of what is still to come: opening and sealing run beside
the database thread, everything else is a function on it, in small jobs so that reads come in between.
Spec: docs/protocol.md, "Snapshots".
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.crypto.primitives import Random
from app.protocol.ids import StreamId

from .core import Core
from .reducer import Touched
from .snapshot_check import ALARMS
from .snapshot_sealing import Sealed, open_snapshot, seal_snapshot

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arrival:
    """How far the first sync has come, in families (hex ids).

    families: all that this tablet may read. arriving: not all of it is here, and nothing is shown in
    its place. checking: shown from a snapshot, the history is not checked yet.
    """

    families: frozenset[str] = frozenset()
    arriving: frozenset[str] = frozenset()
    checking: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SnapshotAlarm:
    """A snapshot was not what the history says. code: of snapshot_check.ALARMS. family: "" for the
    agency's own records."""

    stream: bytes
    family: str
    code: str
    at_ms: int


class SnapshotSide(ABC):
    """The part of the vault that faces a first sync."""

    _core: Core
    _random: Random

    @abstractmethod
    async def _run(self, work: Callable[[], T]) -> T:
        """Do work on the database thread."""

    @abstractmethod
    def _told(self, touched: Touched) -> None:
        """Tell the screens what may look different now."""

    # What the engine asks (app.sync.ports.StorePort)

    async def expect(self, streams: Mapping[StreamId, int]) -> None:
        def work() -> None:
            shelf, lines = self._core.log.arriving, self._core.lines
            # What this tablet has begun itself is here already.
            new: dict[bytes, int] = {}
            for name, last in streams.items():
                if not any(line.own for line in lines.of(name)):
                    new[name] = last
            if not new.items() <= shelf.expected().items():
                with self._core.log.writing():
                    shelf.expect(new)
                self._told(self._families(new))

        await self._run(work)

    async def snapshot_wanted(self, stream: StreamId) -> bool:
        return await self._run(lambda: self._core.unchecked.wanted(stream))

    async def take_snapshot(self, stream: StreamId, blob: bytes, chunks: Sequence[bytes]) -> None:
        hole = await self._run(lambda: self._core.unchecked.keyhole(stream))
        opened = await asyncio.to_thread(open_snapshot, hole, blob, chunks)
        await self._run(lambda: self._told(self._core.unchecked.show(opened)))

    async def pulled(self, stream: StreamId) -> None:
        def work() -> bool:
            touched, more = self._core.unchecked.check_some(stream)
            self._told(touched)
            return more

        def apply() -> bool:
            self._told(self._core.mirror.apply_some())
            return self._core.mirror.behind

        while await self._run(work):
            pass
        while await self._run(apply):
            pass
        await self._run(lambda: self._told(self._families([stream])))

    async def snapshots_due(self) -> Sequence[StreamId]:
        return await self._run(lambda: [StreamId(stream) for stream in self._core.making.due()])

    async def make_snapshot(self, stream: StreamId) -> Sealed | None:
        draft = await self._run(lambda: self._core.making.draft(stream))
        return await asyncio.to_thread(seal_snapshot, draft, self._random) if draft else None

    async def snapshot_held(self, stream: StreamId, at: int, *, ours: bool) -> None:
        await self._run(lambda: self._core.making.mark(stream, at, ours))

    # What screens ask

    async def arrival(self) -> Arrival:
        """How far the first sync has come."""

        def work() -> Arrival:
            mirror = self._core.mirror
            every = frozenset(mirror.family_of(stream) for stream in self._core.book.streams) - {""}
            checking = frozenset(map(mirror.family_of, mirror.unchecked)) - {""}
            coming = self._core.log.arriving.expected().keys() - mirror.unchecked
            arriving = frozenset(mirror.family_of(stream) for stream in coming)
            return Arrival(every, arriving & every, checking)

        return await self._run(work)

    async def snapshot_alarms(self) -> tuple[SnapshotAlarm, ...]:
        """Snapshots that were not what the history says, until somebody has read so."""

        def work() -> tuple[SnapshotAlarm, ...]:
            family_of = self._core.mirror.family_of
            return tuple(
                SnapshotAlarm(one.stream, family_of(one.stream), one.code, one.at_ms)
                for one in self._core.log.notices.notices()
                if one.code in ALARMS
            )

        return await self._run(work)

    async def read_snapshot_alarm(self, alarm: SnapshotAlarm) -> None:
        """Somebody has read it."""

        def work() -> None:
            with self._core.log.writing():
                self._core.log.notices.clear(alarm.stream, alarm.code)
            self._told(self._families([alarm.stream]))

        await self._run(work)

    def _families(self, streams: Iterable[bytes]) -> Touched:
        """What the screens of these streams' families show of their state."""
        families = frozenset(self._core.mirror.family_of(stream) for stream in streams)
        return Touched(families, frozenset({"family"}))
