"""What synchronisation asks of the vault.

Owns the asynchronous face of control chains, outgoing segments and incoming ones: the
`StorePort` of app.sync.ports. Every call is one function on the database thread.
Spec: protocol.md, "Control", "Server".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeVar

from app.errors import ForkAlarm, UnknownStream
from app.protocol.control import control_hash, parse_control
from app.protocol.ids import NO_HASH, ChainId, DeviceId, StreamId
from app.protocol.login import sign_login
from app.sync.ports import (
    CarriedChain,
    HeldChain,
    Identity,
    IncomingSegment,
    OutgoingControl,
    OutgoingSegment,
    OwnChain,
    Received,
    StreamPosition,
)

from .book import Amended
from .core import Core
from .lines import Line
from .notices import FORK, OWN_FORK
from .reducer import Touched

T = TypeVar("T")

_MARKER = "epoch_marker"


class SyncSide(ABC):
    """The part of the vault that faces app.sync."""

    _core: Core

    @abstractmethod
    async def _run(self, work: Callable[[], T]) -> T:
        """Do work on the database thread."""

    @abstractmethod
    def _told(self, touched: Touched) -> None:
        """Tell the screens what may look different now."""

    async def _amend(self, change: Callable[[], Amended]) -> None:
        def work() -> None:
            self._told(self._core.amended(change()))

        await self._run(work)

    # StorePort

    async def identity(self) -> Identity:
        def work() -> Identity:
            book, device = self._core.book, DeviceId(self._core.keyring.device)
            known = book.agency.devices.get(device) if book.agency else None
            agency = StreamId(book.agency_id or bytes(16))
            removed = known is not None and known.removed is not None
            # After a salvage the end of the chain, or all of it, has to be fetched before it can say so.
            certified = known is not None or self._core.salvaged
            lost = removed and known is not None and known.lost
            return Identity(device, agency, certified and book.agency_id is not None, removed, lost)

        return await self._run(work)

    async def sign_login(self, origin: str, challenge: bytes) -> bytes:
        keyring = self._core.keyring
        return await self._run(
            lambda: sign_login(keyring.signing_key(), origin, DeviceId(keyring.device), challenge)
        )

    @property
    def clock_offset_ms(self) -> int:
        """The last measured (server − tablet) difference of the clocks; 0 before the first contact."""
        return self._core.clock.offset_ms

    async def epoch_marker(self) -> str | None:
        found = await self._run(lambda: self._core.log.meta(_MARKER))
        return found.decode() if found is not None else None

    async def set_epoch_marker(self, marker: str) -> None:
        def work() -> None:
            with self._core.log.writing():
                self._core.log.set_meta(_MARKER, marker.encode())

        await self._run(work)

    async def positions(self) -> Sequence[StreamPosition]:
        def work() -> list[StreamPosition]:
            found = []
            for stream, cursor in self._core.log.control.streams():
                accepted = self._core.book.accepted(stream)
                head = control_hash(accepted[-1]) if accepted else NO_HASH
                place = (head, len(accepted), cursor, self._wants_own(stream))
                found.append(StreamPosition(StreamId(stream), *place))
            return found

        return await self._run(work)

    def _wants_own(self, stream: bytes) -> bool:
        """Whether words of this tablet that are not here may be on the server.

        A frozen chain may go on there; a copy of this tablet may write in chains of its own; and the
        files may have been put back to an older state since the log was last open, so its first pull
        asks for them, too.
        """
        return stream not in self._core.lines.fetched or self._goes_on_elsewhere(stream)

    def _goes_on_elsewhere(self, stream: bytes) -> bool:
        core = self._core
        return stream in core.lines.left or any(
            line.frozen if line.own else line.device == core.keyring.device for line in core.lines.of(stream)
        )

    async def apply_control(self, stream: StreamId, ops: Sequence[bytes]) -> None:
        try:
            await self._amend(lambda: self._core.book.add_accepted(stream, ops))
        except ForkAlarm:
            await self._run(lambda: self._note(stream, FORK))
            raise

    async def let_go(self) -> None:
        await self._run(lambda: self._told(self._core.let_go()))

    async def outgoing_control(self) -> Sequence[OutgoingControl]:
        def work() -> list[OutgoingControl]:
            found = []
            for stream, _ in self._core.log.control.streams():
                pending = self._core.book.pending(stream)
                if pending:
                    prev = parse_control(pending[0]).prev
                    found.append(OutgoingControl(StreamId(stream), prev, tuple(pending)))
            return found

        return await self._run(work)

    async def control_accepted(self, stream: StreamId, head: bytes) -> None:
        await self._run(lambda: self._core.book.accept(stream, head))

    async def control_ops(self, stream: StreamId, after: int) -> Sequence[bytes]:
        return await self._run(lambda: self._core.book.accepted(stream)[after:])

    async def own_chains(self) -> Sequence[OwnChain]:
        def work() -> list[OwnChain]:
            return [
                OwnChain(
                    StreamId(line.row.stream), ChainId(line.row.chain), line.last, line.acked,
                    self._core.log.bytes_of(line.row.idx, line.acked + 1) if line.pending else 0,
                    line.frozen,
                )
                for line in self._core.lines.own()
            ]  # fmt: skip

        return await self._run(work)

    async def segment_from(
        self, stream: StreamId, chain: ChainId, dseq: int, *, room: int | None = None
    ) -> OutgoingSegment | None:
        def work() -> OutgoingSegment | None:
            line = self._line(stream, chain)
            raw = self._core.outbox.cut(line, dseq, room)
            if raw is None:
                return None
            last = dseq + int.from_bytes(raw[1:3], "big") - 1
            return OutgoingSegment(stream, chain, dseq, last, raw, line.row.cert)

        return await self._run(work)

    async def acknowledge(self, stream: StreamId, chain: ChainId, up_to: int, server_seq: int) -> None:
        def work() -> None:
            line = self._line(stream, chain)
            work = line.pending - self._core.auditor.quiet(line)
            # Whoever wants all that is there must not pass over it either.
            follows = 0 if self._goes_on_elsewhere(stream) else server_seq
            self._core.outbox.acknowledge(line, up_to, follows)
            sent = work - (line.pending - self._core.auditor.quiet(line))
            if sent:
                self._core.passing.add(stream, False, sent)
                self._told(Touched(frozenset({self._core.mirror.family_of(stream)})))

        await self._run(work)

    async def freeze_chain(self, stream: StreamId, chain: ChainId, dseq: int, seen: bytes) -> None:
        def work() -> None:
            line = self._line(stream, chain)
            if not line.own:
                raise UnknownStream("chain of another device")
            if not line.frozen:
                self._note(stream, OWN_FORK)
                self._told(self._core.reauthor(line, dseq))
                with self._core.log.writing():
                    self._core.log.control.set_cursor(stream, 0)

        await self._run(work)

    async def receive_segments(
        self, stream: StreamId, segments: Sequence[IncomingSegment], cursor: int
    ) -> Received:
        return await self._receive(stream, segments, cursor)

    async def receive_carried(self, stream: StreamId, segments: Sequence[IncomingSegment]) -> Received:
        return await self._receive(stream, segments, None)

    async def _receive(
        self, stream: StreamId, segments: Sequence[IncomingSegment], cursor: int | None
    ) -> Received:
        received = await self._run(lambda: self._core.receive(stream, segments, cursor))
        if cursor is not None:
            self._core.lines.fetched.add(stream)

        def work() -> bool:
            self._told(self._core.mirror.apply_some())
            return self._core.mirror.behind

        # In small batches, each its own job, so that a screen's read comes in between.
        while await self._run(work):
            pass
        return received

    async def carried(self) -> Sequence[CarriedChain]:
        found = await self._run(self._core.log.aside.carried)
        return [CarriedChain(StreamId(stream), ChainId(chain), first) for stream, chain, first in found]

    async def carried_on(self, stream: StreamId) -> None:
        def work() -> None:
            with self._core.log.writing():
                self._core.log.aside.drop_carried(stream)

        await self._run(work)

    async def withheld(self, stream: StreamId) -> int:
        return await self._run(lambda: self._core.withheld(stream))

    async def held_chains(self, stream: StreamId) -> Sequence[HeldChain]:
        def work() -> list[HeldChain]:
            return [
                HeldChain(ChainId(line.row.chain), line.last, line.last_hash)
                for line in self._core.lines.of(stream)
                if line.last
            ]

        return await self._run(work)

    async def server_restored(self, stream: StreamId, chains: Sequence[HeldChain]) -> None:
        await self._run(lambda: self._core.server_restored(stream, {c.chain: c.last for c in chains}))

    def _note(self, stream: bytes, code: str) -> None:
        with self._core.log.writing():
            self._core.log.notices.note(stream, code, self._core.now_ms())

    def _line(self, stream: bytes, chain: bytes) -> Line:
        line = self._core.lines.get(chain)
        if line is None or line.row.stream != stream:
            raise UnknownStream("chain")
        return line
