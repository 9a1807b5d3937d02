"""Memory as the mirror of the log: made from it, kept in step with it, dropped when in doubt.

Owns the memory database and its reducer, the received operations that are not applied yet, and
the way from the image and the tail of the log to a database that answers. When applying fails,
memory is dropped and made again: the log is the truth. It refuses to write envelopes.
Spec: architecture.md, "The way of one note"; protocol.md, "Local files".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from time import monotonic

from app.errors import ImageUnusable, LogDamaged, ProtocolError
from app.protocol.envelope import envelope_hash, parse_header
from app.protocol.hlc import HybridClock
from app.wraparound.audit import QUIET_TYPES
from app.wraparound.records import Record

from . import merge
from .aside import Aside
from .book import Book
from .catalogue import catalogue
from .image import Tie, drop_image, read_image
from .keys import StreamKeys
from .lines import Line, Lines
from .log import Log, LoggedEnvelope, Tail
from .log_shelves import SetAside
from .memory import Memory, fingerprint
from .notices import Passing
from .outbox import generation
from .reducer import Delivery, Reducer, Touched
from .rights import NOT_THEIRS, Rights
from .snapshot_rows import Scratch, SnapshotRecord, put

Progress = Callable[[int, int], None]
"""Told (operations done, operations in all) while memory is rebuilt; on the database thread."""

BATCH = 200
"""Operations applied in one go, so that a read never waits long."""
SLICE = 0.1
"""Seconds after which the next operation is left for another go."""


class Mirror:
    """The memory of one open home. Lives on the database thread."""

    def __init__(
        self,
        home: Path,
        log_key: bytes,
        log: Log,
        book: Book,
        keys: StreamKeys,
        lines: Lines,
        aside: Aside,
        rights: Rights,
        clock: HybridClock,
        record_types: Mapping[str, type[Record]],
        merging: merge.Merge,
    ) -> None:
        """`load` must follow."""
        self._home = home
        self._log_key = log_key
        self._log = log
        self._book = book
        self._keys = keys
        self._lines = lines
        self._aside = aside
        self._rights = rights
        self._clock = clock
        self._types = record_types
        self._merging = merging
        self._empty: bytes | None = None
        self._backlog: deque[tuple[Line, int, bytes]] = deque()
        self._authors: dict[bytes, str] = {}
        self.passing: Passing | None = None
        """Counts what comes from other devices; None while it is not counted."""
        self.kinds = catalogue(record_types)
        self._schema = fingerprint(self.kinds)
        self.unchecked: set[bytes] = set()
        """Streams of which memory shows a snapshot; their history waits in the log for `settle`."""
        self._imaged = self._applied = Tail(0, bytes(32))
        self.memory: Memory
        self.reducer: Reducer

    def load(self, progress: Progress | None) -> str:
        """Memory from the image and the tail of the log, or from the log alone.

        Returns why the image was not used; "" when it was.
        """
        try:
            tie, data = read_image(self._home, self._log_key, self._schema, self._log.log_id)
            if tie.generation != generation(self._log) or self._log.link_at(tie.row) != tie.link:
                raise ImageUnusable("of another history")
            self._begin(Memory(self._types, data, self.kinds), Tail(tie.row, tie.link))
            self._replay(progress)
            return ""
        except ImageUnusable as error:
            self.rebuild(progress)
            return error.detail

    def _begin(self, memory: Memory, applied: Tail) -> None:
        self.memory = memory
        self.unchecked.clear()  # what is made from image or log holds nothing but history
        self._ends: dict[int, bytes] = {}
        self.reducer = Reducer(memory, self, self._merging)
        self._applied = self._imaged = applied

    def rebuild(self, progress: Progress | None = None) -> None:
        """Drop memory and make it again from the whole log."""
        if hasattr(self, "memory"):
            self.memory.close()
        self._backlog.clear()
        self._begin(Memory(self._types, kinds=self.kinds), Tail(0, bytes(32)))
        self._replay(progress)

    def _replay(self, progress: Progress | None) -> None:
        total = self._log.tail.row
        for page in self._log.read(self._applied):
            self.reducer.apply(self._deliveries(page))
            self._applied = Tail(page[-1].row, page[-1].link)
            if progress is not None:
                progress(self._applied.row, total)

    def _deliveries(self, page: Sequence[LoggedEnvelope]) -> list[Delivery]:
        found: list[Delivery] = []
        for logged in page:
            line = self._lines.at(logged.chain)
            if line is not None:
                self._follows(logged)
                found.append(self._delivery(line, logged.dseq, logged.raw))
            elif logged.chain not in self._lines.dead:
                raise LogDamaged(f"chain of row {logged.row}")
        return found

    def _follows(self, logged: LoggedEnvelope) -> None:
        """Raise LogDamaged for a row that its chain's row before it was not written for.

        The links of rows can be made anew by anybody; what an envelope says of the one before is
        under its seal. So also a row that no key here opens cannot be changed unnoticed.
        """
        before = self._ends.get(logged.chain)
        try:
            if before is not None and parse_header(logged.raw).prev != before:
                raise LogDamaged(f"row {logged.row} does not follow")
        except ProtocolError as error:
            raise LogDamaged(f"row {logged.row}") from error
        self._ends[logged.chain] = envelope_hash(logged.raw)

    def _delivery(self, line: Line, dseq: int, envelope: bytes) -> Delivery:
        """An envelope opened; one that its key does not open is set aside.

        Raises LogDamaged for a row that stands in the place of another: whose words they are says
        the chain, and the seal binds only what the envelope itself says.
        """
        try:
            header, operation = self._keys.open(envelope)
            if (header.stream, header.chain, header.dseq) != (line.row.stream, line.row.chain, dseq):
                raise LogDamaged("a row stands in another's place")
        except ProtocolError as error:
            if not self._aside.holds(line.row.chain, dseq):
                with self._log.writing():
                    self._aside.put(SetAside(line.row.stream, line.row.chain, dseq, dseq, error.code, True))
            return Delivery(line.row.stream, line.row.chain, dseq, 0, None)
        self._clock.observe(header.hlc)
        if line.row.stream not in self._book.streams:
            operation = None  # after a salvage: whose record it is must be fetched first
        if operation is not None and not self._rights.counts(line, dseq, operation):
            if not self._aside.holds(line.row.chain, dseq):
                with self._log.writing():
                    self._aside.put(SetAside(line.row.stream, line.row.chain, dseq, dseq, NOT_THEIRS, True))
            operation = None
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
        state = self._book.streams.get(stream)
        agency = self._book.agency
        if state is None or (agency is not None and stream == agency.data_stream):
            return ""
        return state.group.hex()

    def author_of(self, chain: bytes) -> str:
        """The person (hex) whom the chain's certificate names; "" when nobody is known.

        The certificate is verified again, once: in the file anybody could have put another there.
        Raises LogDamaged.
        """
        author = self._authors.get(chain)
        if author is None:
            line = self._lines.get(chain)
            agency = self._book.agency
            device = agency.devices.get(line.device) if agency and line else None
            if line is None or device is None:
                return ""
            line.check_cert(device.sign_public)
            author = self._authors[chain] = device.person.hex()
        return author

    def is_quarantined(self, chain: bytes, dseq: int) -> bool:
        """True when this operation is set aside for good."""
        return self._aside.holds(chain, dseq)

    def source(self, chain: bytes, dseq: int) -> Delivery:
        """A delivery that was put off, read from the log again."""
        line = self._lines.get(chain)
        envelopes = self._log.of_chain(line.row.idx, dseq, dseq) if line else []
        if line is None or not envelopes:
            raise LogDamaged("a waiting operation is missing")
        return self._delivery(line, dseq, envelopes[0])

    # Keeping in step

    def apply_some(self, limit: int | None = BATCH) -> Touched:
        """Apply up to `limit` received operations, as many as SLICE allows (None: all).

        They are opened here: one that a colleague made dear to open delays nobody's reading long.
        """
        found: list[Delivery] = []
        came: dict[bytes, int] = {}
        end = monotonic() + SLICE
        while self._backlog and (
            limit is None or not found or (len(found) < limit and monotonic() < end)
        ):
            line, dseq, raw = self._backlog.popleft()
            found.append(self._delivery(line, dseq, raw))
            if not line.own and (operation := found[-1].operation) and operation.type not in QUIET_TYPES:
                came[line.row.stream] = came.get(line.row.stream, 0) + 1
        if self.passing is not None:
            for stream, count in came.items():
                self.passing.add(stream, True, count)
        return self.apply(found) if found else Touched()

    def queue(self, arrived: Iterable[tuple[Line, int, bytes]]) -> None:
        """Received (chain, dseq, envelope), durable already, to be applied by `apply_some`."""
        self._rights.forget()
        self._backlog.extend(one for one in arrived if one[0].row.stream not in self.unchecked)

    @property
    def behind(self) -> bool:
        """Received operations are waiting to be applied."""
        return bool(self._backlog)

    def unlock(self, stream: bytes) -> Touched:
        """A key of `stream` has come: apply what no key opened."""
        try:
            return self.reducer.unlock(stream)
        except Exception:
            self.rebuild()
            return everything(self.memory)

    def rebuild_stream(self, stream: bytes) -> Touched:
        """Make one stream's part of memory again from the log."""
        self.unchecked.discard(stream)
        self._backlog = deque(one for one in self._backlog if one[0].row.stream != stream)
        self._rights.forget()
        passing, self.passing = self.passing, None  # what is here already does not come now
        try:
            self.reducer.forget(stream, [line.row.chain for line in self._lines.of(stream)])
            for logged in list(self._log.of_stream(stream)):
                line = self._lines.at(logged.chain)
                if line is not None:
                    self._backlog.append((line, logged.dseq, logged.raw))
            self.apply_some(None)
        except Exception:
            self.rebuild()
        finally:
            self.passing = passing
        return everything(self.memory)

    def forget_authors(self) -> None:
        """The agency has changed: ask it again who wrote what."""
        self._authors.clear()
        self._rights.forget()

    def heads_of(self, stream: bytes, type_name: str, record: bytes) -> merge.Heads | None:
        """What memory holds of one record."""
        for _, its_stream, its_type, _, blob in self.memory.heads([record]):
            if its_stream == stream and its_type == type_name:
                return merge.unpack(blob)
        return None

    def drop_stream(self, stream: bytes) -> Touched:
        """Take one stream out of memory, and out of what an old image would bring back."""
        touched = everything(self.memory)
        self.unchecked.discard(stream)
        self._backlog = deque(one for one in self._backlog if one[0].row.stream != stream)
        self.reducer.forget(stream, [line.row.chain for line in self._lines.of(stream)])
        drop_image(self._home)
        self._imaged = Tail(0, bytes(32))
        return touched

    # Snapshots (see snapshots.py)

    @property
    def schema(self) -> bytes:
        """Names the form of the records in memory, 16 bytes."""
        return self._schema

    def scratch(self) -> tuple[Memory, Reducer]:
        """An empty memory in which the history of one stream can be replayed, beside this one."""
        memory = Scratch(self._types, self._empty, self.kinds)
        if self._empty is None:
            self._empty = memory.serialise()
        return memory, Reducer(memory, self, self._merging)

    def delivery(self, line: Line, dseq: int, envelope: bytes) -> Delivery:
        """One envelope of the log, opened; see `_delivery`."""
        return self._delivery(line, dseq, envelope)

    def show(self, stream: bytes, records: Sequence[SnapshotRecord]) -> Touched:
        """Show a snapshot of a stream in place of what is here, and this tablet's own words on it.

        Nothing counts as delivered by it. Raises Tampered; then the history stands.
        """
        lines = self._lines.of(stream)
        self._backlog = deque(one for one in self._backlog if one[0].row.stream != stream)
        if lines:
            self.reducer.forget(stream, [line.row.chain for line in lines])
        try:
            put(self.memory, stream, self.family_of(stream), records)
        except BaseException:
            self.rebuild_stream(stream)
            raise
        self.unchecked.add(stream)
        for line in lines:
            if line.own:
                self._backlog.extend(self._rest_of(line, 0))
        self.apply_some(None)
        return everything(self.memory)

    def settle(self, stream: bytes, ends: Mapping[bytes, int]) -> Touched:
        """What is shown of a stream is what its history says up to `ends`: go on from there.

        ends: {chain: last dseq}, each a chain of this stream that is in the log so far.
        """
        self.unchecked.discard(stream)
        self.reducer.jump(ends)
        self._rights.forget()
        for line in self._lines.of(stream):
            self._backlog.extend(self._rest_of(line, ends.get(line.row.chain, 0)))
        return everything(self.memory)

    def _rest_of(self, line: Line, after: int) -> list[tuple[Line, int, bytes]]:
        found = self._log.of_chain(line.row.idx, after + 1, line.last)
        return [(line, after + 1 + at, raw) for at, raw in enumerate(found)]

    # The image

    def image(self) -> tuple[Tie, bytes] | None:
        """The database and what it is tied to, to be sealed.

        None while operations wait, and while a snapshot is shown: that must not survive as truth.
        """
        if self._backlog or self.unchecked:
            return None
        self.reducer.save_progress()
        tail = self._log.tail
        tie = Tie(self._schema, self._log.log_id, tail.row, tail.link, generation(self._log))
        return tie, self.memory.serialise()

    def imaged(self, tie: Tie) -> None:
        """The image of `tie` is on disk."""
        self._imaged = Tail(tie.row, tie.link)

    @property
    def tail_length(self) -> int:
        """Operations in the log that the image does not hold."""
        return self._log.tail.row - self._imaged.row

    def close(self) -> None:
        """Drop memory."""
        self._backlog.clear()
        self.memory.close()


def everything(memory: Memory) -> Touched:
    """What a rebuild may have changed: everything."""
    types = frozenset(memory.kinds)
    rows = memory.db.execute("SELECT DISTINCT family_id FROM family")
    return Touched(frozenset(row[0] for row in rows) | {""}, types)
