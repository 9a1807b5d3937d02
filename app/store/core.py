"""The vault without asyncio: log, control chains, keys, chains and memory, put together.

Owns the order of things: verify, then the log (durable), then memory; and what to do when memory
and log part ways (drop memory, rebuild). Everything here runs on the one database thread.
It refuses to know about event loops. Spec: architecture.md, "The way of one note"; protocol.md,
"Merge", "Local files".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app.crypto.keyring import Keyring
from app.crypto.primitives import Random
from app.errors import AppError, ImageUnusable, LogDamaged, ProtocolError
from app.protocol.hlc import HybridClock
from app.protocol.ids import OpRef
from app.sync.ports import IncomingSegment, Received
from app.wraparound.records import Record

from . import merge
from .aside import Aside
from .book import Amended, Book
from .connection import Connect, connect
from .image import Tie, read_image
from .keys import StreamKeys
from .lines import Line, Lines
from .log import Log, LoggedEnvelope, Tail
from .log_shelves import SetAside
from .memory import Memory
from .outbox import Outbox, generation
from .pens import PenCase
from .receiver import Arrived, Receiver
from .reducer import Delivery, Reducer, Touched
from .writer import Change, Writer

Progress = Callable[[int, int], None]
"""Told (operations done, operations in all) while memory is rebuilt; on the database thread."""

BATCH = 200
"""Operations applied in one go, so that a read never waits long."""


class Core:
    """One open home. Use it from one thread only."""

    def __init__(
        self,
        home: Path,
        keyring: Keyring,
        now_ms: Callable[[], int],
        random: Random,
        record_types: Mapping[str, type[Record]],
        progress: Progress | None = None,
        connecting: Connect = connect,
        merging: merge.Merge = merge.apply,
    ) -> None:
        """Raises LogDamaged, NewerStore, WrongKeyOrTampered, DiskFull, StoreFailed."""
        self.home = home
        self.keyring = keyring
        self._random = random
        self._types = record_types
        self.salvaged = False
        self._merging = merging
        self.log = Log.open(home, random, connecting)
        try:
            self.clock = HybridClock(now_ms, int.from_bytes(self.log.meta("hlc") or b"", "big"))
            self.keys = StreamKeys(self.log, keyring.log_key, random)
            self.lines = Lines(self.log, keyring.log_key, random)
            self.book = Book(self.log, self.keys, keyring, self.clock, random)
            self.aside = Aside(self.log)
            self._backlog: deque[Delivery] = deque()
            self._authors: dict[bytes, str] = {}
            self.rebuilt_for = self._load(progress)
        except BaseException:
            self.log.close()
            raise
        pens = PenCase(self.log, self.book, self.keys, self.lines, keyring, self.clock, random)
        self._writer = Writer(self.log, pens, self.memory.kinds)
        self.outbox = Outbox(self.log, self.book, self.keys, self.lines, pens, keyring)
        self._receiver = Receiver(self.log, self.book, self.lines, self.aside)

    # Memory

    def _load(self, progress: Progress | None) -> str:
        """Memory from the image and the tail of the log, or from the log alone.

        Returns why the image was not used; "" when it was.
        """
        try:
            blank = Memory(self._types)
            schema = blank.fingerprint()
            blank.close()
            tie, data = read_image(self.home, self.keyring.log_key, schema, self.log.log_id)
            if tie.generation != generation(self.log) or self.log.link_at(tie.row) != tie.link:
                raise ImageUnusable("of another history")
            self._begin(Memory(self._types, data), Tail(tie.row, tie.link))
            self._replay(progress)
            return ""
        except ImageUnusable as error:
            self.rebuild(progress)
            return error.detail

    def _begin(self, memory: Memory, applied: Tail) -> None:
        self.memory = memory
        self.reducer = Reducer(memory, self, self._merging)
        self._applied = self._imaged = applied

    def rebuild(self, progress: Progress | None = None) -> None:
        """Drop memory and make it again from the whole log."""
        if hasattr(self, "memory"):
            self.memory.close()
        self._backlog.clear()
        self._begin(Memory(self._types), Tail(0, bytes(32)))
        self._replay(progress)

    def _replay(self, progress: Progress | None) -> None:
        total = self.log.tail.row
        for page in self.log.read(self._applied):
            self.reducer.apply(self._deliveries(page))
            self._applied = Tail(page[-1].row, page[-1].link)
            if progress is not None:
                progress(self._applied.row, total)

    def _deliveries(self, page: Sequence[LoggedEnvelope]) -> list[Delivery]:
        found: list[Delivery] = []
        for logged in page:
            line = self.lines.at(logged.chain)
            if line is not None:
                found.append(self._delivery(line, logged.dseq, logged.raw))
            elif logged.chain not in self.lines.dead:
                raise LogDamaged(f"chain of row {logged.row}")
        return found

    def _delivery(self, line: Line, dseq: int, envelope: bytes) -> Delivery:
        """An envelope opened; one that its key does not open is set aside."""
        try:
            header, operation = self.keys.open(envelope)
        except ProtocolError as error:
            if not self.aside.holds(line.row.chain, dseq):
                with self.log.writing():
                    self.aside.put(SetAside(line.row.stream, line.row.chain, dseq, dseq, error.code, True))
            return Delivery(line.row.stream, line.row.chain, dseq, 0, None)
        self.clock.observe(header.hlc)
        return Delivery(line.row.stream, line.row.chain, dseq, header.hlc, operation)

    def apply(self, deliveries: Sequence[Delivery]) -> Touched:
        """Apply to memory; when that fails, memory is rebuilt from the log."""
        try:
            return self.reducer.apply(deliveries)
        except Exception:
            self.rebuild()
            return everything(self.memory)

    # What the reducer asks (reducer.Surroundings)

    def family_of(self, stream: bytes) -> str:
        """The group id (hex) of a stream's family; "" for the agency's own."""
        state = self.book.streams.get(stream)
        agency = self.book.agency
        if state is None or (agency is not None and stream == agency.data_stream):
            return ""
        return state.group.hex()

    def author_of(self, chain: bytes) -> str:
        """The person (hex) whom the chain's certificate names; "" when nobody is known."""
        author = self._authors.get(chain)
        if author is None:
            line = self.lines.get(chain)
            agency = self.book.agency
            device = agency.devices.get(line.device) if agency and line else None
            if device is None:
                return ""
            author = self._authors[chain] = device.person.hex()
        return author

    def is_quarantined(self, chain: bytes, dseq: int) -> bool:
        """True when this operation is set aside for good."""
        return self.aside.holds(chain, dseq)

    def source(self, chain: bytes, dseq: int) -> Delivery:
        """A delivery that was put off, read from the log again."""
        line = self.lines.get(chain)
        envelopes = self.log.of_chain(line.row.idx, dseq, dseq) if line else []
        if line is None or not envelopes:
            raise LogDamaged("a waiting operation is missing")
        return self._delivery(line, dseq, envelopes[0])

    # Writing

    def commit(self, changes: Sequence[Change]) -> tuple[tuple[OpRef, ...], Touched]:
        """One user action: durable in the log, then in memory. See Writer.commit for errors."""
        self.apply_some(None)
        deliveries = self._writer.commit(changes, self.heads_of)
        touched = self.apply(deliveries)
        return tuple(OpRef(d.chain, d.dseq) for d in deliveries), touched  # type: ignore[arg-type]

    def heads_of(self, stream: bytes, type_name: str, record: bytes) -> merge.Heads | None:
        """What memory holds of one record."""
        for _, its_stream, its_type, _, blob in self.memory.heads([record]):
            if its_stream == stream and its_type == type_name:
                return merge.unpack(blob)
        return None

    # Receiving

    def receive(self, stream: bytes, segments: Sequence[IncomingSegment], cursor: int) -> Received:
        """Verify and keep segments; `apply_some` brings them into memory."""
        arrived = self._receiver.receive(stream, segments, cursor)
        return Received(self._queue(arrived), arrived.quarantined)

    def _queue(self, arrived: Arrived) -> int:
        for line, dseq, envelope in arrived.rows:
            self._backlog.append(self._delivery(line, dseq, envelope))
        return arrived.kept

    def apply_some(self, limit: int | None = BATCH) -> Touched:
        """Apply up to `limit` received operations (None: all)."""
        count = len(self._backlog) if limit is None else min(limit, len(self._backlog))
        if count == 0:
            return Touched()
        return self.apply([self._backlog.popleft() for _ in range(count)])

    @property
    def behind(self) -> bool:
        """Received operations are waiting to be applied."""
        return bool(self._backlog)

    # Control

    def amended(self, amended: Amended) -> Touched:
        """Follow a change of a control chain: keys, cuts, waiting segments, stale operations."""
        self._authors.clear()
        self.apply_some(None)
        touched = Touched()
        streams = list(self.book.streams) if amended.stream == self.book.agency_id else [amended.stream]
        for stream in streams:
            if self.aside.recut(stream, self.book, self.lines, self.outbox):
                touched |= self.rebuild_stream(stream)
            self._queue(self._receiver.retry_early(stream))
            self._write_anew(stream, amended.withdrawn_epoch if stream == amended.stream else None)
        if amended.keys:
            touched |= self._unlock(amended.stream)
        return touched | self.apply_some(None)

    def _unlock(self, stream: bytes) -> Touched:
        try:
            return self.reducer.unlock(stream)
        except Exception:
            self.rebuild()
            return everything(self.memory)

    def _write_anew(self, stream: bytes, withdrawn_epoch: int | None) -> None:
        """Write own operations anew that were sealed under an epoch which does not hold now."""
        for line in self.lines.of(stream):
            first = self.outbox.stale_from(line)
            if withdrawn_epoch is not None and line.own and line.pending:
                first = self.log.cut_up_to(line.row.idx) + 1
            if first is not None and first <= line.last:
                try:
                    self.reauthor(line, first)
                except AppError:
                    continue  # no longer entitled: the old envelopes stay as they are

    def reauthor(self, line: Line, first: int) -> Touched:
        """Abandon a chain of this tablet from `first` on and write its operations anew."""
        self.apply_some(None)
        self.outbox.reauthor(line, first)
        return self.rebuild_stream(line.row.stream)

    def rebuild_stream(self, stream: bytes) -> Touched:
        """Make one stream's part of memory again from the log."""
        self._backlog = deque(d for d in self._backlog if d.stream != stream)
        try:
            self.reducer.forget(stream, [line.row.chain for line in self.lines.of(stream)])
            for logged in list(self.log.of_stream(stream)):
                line = self.lines.at(logged.chain)
                if line is not None:
                    self._backlog.append(self._delivery(line, logged.dseq, logged.raw))
            self.apply_some(None)
        except Exception:
            self.rebuild()
        return everything(self.memory)

    def withheld(self, stream: bytes) -> int:
        """Operations that somebody signed to have seen in `stream` and that are not here."""
        missing = 0
        for chain, dseq, _ in self.log.aside.seen(stream):
            line = self.lines.get(chain)
            missing += max(0, dseq - (line.last if line else 0))
        return missing

    def server_restored(self, stream: bytes, held: Mapping[bytes, int]) -> None:
        """The server holds only `held` of a stream: send again what it lost."""
        lost = [
            (line, min(line.acked, held.get(line.row.chain, 0)))
            for line in self.lines.of(stream)
            if line.own and line.acked > held.get(line.row.chain, 0)
        ]
        with self.log.writing():
            self.log.control.set_cursor(stream, 0)
            for line, acked in lost:
                self.log.set_acked(line.row.idx, acked)
        for line, acked in lost:
            line.acked = acked

    def save_keyring(self, blob: bytes) -> None:
        """Keep the wrapped keyring."""
        with self.log.writing():
            self.log.local.set_keyring(blob)

    # The image

    def image(self) -> tuple[Tie, bytes] | None:
        """The database and what it is tied to, to be sealed; None while operations wait."""
        if self._backlog:
            return None
        self.reducer.save_progress()
        tail = self.log.tail
        tie = Tie(self.memory.fingerprint(), self.log.log_id, tail.row, tail.link, generation(self.log))
        return tie, self.memory.serialise()

    def imaged(self, tie: Tie) -> None:
        """The image of `tie` is on disk."""
        self._imaged = Tail(tie.row, tie.link)

    @property
    def tail_length(self) -> int:
        """Operations in the log that the image does not hold."""
        return self.log.tail.row - self._imaged.row

    def close(self) -> None:
        """Drop memory and keys."""
        try:
            with self.log.writing():
                self.log.set_meta("hlc", self.clock.last.to_bytes(8, "big"))
        except AppError:
            pass  # a full disk must not keep the keys in memory; the clock catches up by itself
        finally:
            self.memory.close()
            self.keys.forget()
            self.log.close()


def everything(memory: Memory) -> Touched:
    """What a rebuild may have changed: everything."""
    types = frozenset(memory.kinds)
    rows = memory.db.execute("SELECT DISTINCT family_id FROM family")
    return Touched(frozenset(row[0] for row in rows) | {""}, types)
