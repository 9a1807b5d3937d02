"""Snapshots of others: shown at once, and checked against the history they stand for.

Owns what may be shown, and the replay beside it that decides: replay wins. Until then the stream is
*checking history*: it can be read and added to, what is in it cannot be changed, nothing of it counts
as held, and it is gone with the next lock. Runs on the database thread. Spec: docs/protocol.md,
"Snapshots".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic

from app.errors import AppError, HistoryUnchecked, MissingKey, Tampered
from app.protocol.envelope import envelope_hash
from app.protocol.ids import StreamId
from app.protocol.snapshot import SnapshotManifest

from .aside import Aside
from .book import Book
from .keys import StreamKeys
from .lines import Line, Lines
from .log import Log
from .memory import Memory
from .mirror import BATCH, SLICE, Mirror
from .reducer import Reducer, Touched
from .snapshot_rows import export, shares_records
from .snapshot_sealing import Keyhole, Opened

DIFFERS = "snapshot_differs"
"""The history leads to something else than the snapshot showed."""
OTHER_HISTORY = "snapshot_other_history"
"""A chain of the history is another one than the snapshot names."""
BEYOND = "snapshot_beyond"
"""The snapshot names operations that the server has not given."""
ALARMS = (DIFFERS, OTHER_HISTORY, BEYOND)
"""Codes of notices that people see until they have said so."""


@dataclass
class _Replay:
    """One stream's history, replayed beside what is shown of it."""

    manifest: SnapshotManifest
    memory: Memory
    reducer: Reducer
    rows: list[tuple[Line, int, bytes]]
    done: int = 0


class SnapshotCheck:
    """What is shown before its history is here. One for each open home."""

    def __init__(
        self, log: Log, book: Book, keys: StreamKeys, lines: Lines, aside: Aside, mirror: Mirror,
        now_ms: Callable[[], int],
    ) -> None:  # fmt: skip
        self._log = log
        self._book = book
        self._keys = keys
        self._lines = lines
        self._aside = aside
        self._mirror = mirror
        self._now_ms = now_ms
        self._shown: dict[bytes, SnapshotManifest] = {}
        self._replay: _Replay | None = None

    def wanted(self, stream: bytes) -> bool:
        """Whether a snapshot of this stream may be shown: not where this tablet has written on what
        came before, because its words must stand on what they were written on."""
        if stream in self._mirror.unchecked or stream not in self._book.streams:
            return False
        own = [line.own for line in self._lines.of(stream)]
        return not any(own) or all(own)

    def keyhole(self, stream: StreamId) -> Keyhole:
        """What is needed to open snapshots of a stream. Raises MissingKey."""
        state = self._book.streams.get(stream)
        keys = self._keys.of(stream)
        if state is None or not keys:
            raise MissingKey("snapshot")
        mirror, agency = self._mirror, self._book.require_agency()
        return Keyhole(stream, dict(keys), agency, state, mirror.schema, mirror.kinds)

    def show(self, opened: Opened) -> Touched:
        """Show what a snapshot says, as *checking history*. Raises Tampered when it must not be."""
        manifest = opened.manifest
        stream = manifest.stream
        if not self.wanted(stream):
            raise Tampered("snapshot is not wanted")
        for end in manifest.vector:
            line = self._lines.get(end.chain)
            if line is not None and (line.own or line.row.stream != stream):
                raise Tampered("snapshot names a chain that is not in it")
        touched = self._mirror.show(stream, opened.records)
        self._shown[stream] = manifest
        return touched

    def require_checked(self, stream: bytes, type_name: str, record: bytes) -> None:
        """Raise HistoryUnchecked for a change of a record of which only a snapshot is here.

        What a change replaces must be operations that exist; else it would wait for ever on every
        device. What is new replaces nothing.
        """
        if stream in self._mirror.unchecked and self._mirror.heads_of(stream, type_name, record):
            raise HistoryUnchecked(type_name)

    def check_some(self, stream: bytes) -> tuple[Touched, bool]:
        """Replay some of the history of a stream that is all here; (what changed, more to do)."""
        manifest = self._shown.get(stream)
        if manifest is None or stream not in self._mirror.unchecked:
            self._forget(stream)
            return Touched(), False
        try:
            replay = self._replay_of(manifest)
            if isinstance(replay, str):
                return self._alarm(manifest, replay), False
            end = monotonic() + SLICE
            while replay.done < len(replay.rows) and monotonic() < end:
                some = replay.rows[replay.done : replay.done + BATCH]
                replay.reducer.apply([self._mirror.delivery(*one) for one in some])
                replay.done += len(some)
            if replay.done < len(replay.rows):
                return Touched(), True
            return self._judge(replay), False
        except AppError:
            self._forget(stream)
            self._mirror.rebuild_stream(stream)
            raise

    def _replay_of(self, manifest: SnapshotManifest) -> _Replay | str:
        """The replay that is under way, or a new one; a code when the chains are others."""
        if self._replay is not None and self._replay.manifest is manifest:
            return self._replay
        self._drop_replay()
        if wrong := self._wrong_end(manifest):
            return wrong
        ends = manifest.ends()
        rows: list[tuple[Line, int, bytes]] = []
        for logged in self._log.of_stream(manifest.stream):
            line = self._lines.at(logged.chain)
            if line is not None and logged.dseq <= ends.get(line.row.chain, 0):
                rows.append((line, logged.dseq, logged.raw))
        self._replay = _Replay(manifest, *self._mirror.scratch(), rows)
        return self._replay

    def _wrong_end(self, manifest: SnapshotManifest) -> str:
        """Why a vector is not that of the history here; "" when it is."""
        for chain, dseq, digest in manifest.vector:
            line = self._lines.get(chain)
            if line is None or line.row.stream != manifest.stream or line.last < dseq:
                return BEYOND
            if envelope_hash(self._log.of_chain(line.row.idx, dseq, dseq)[0]) != digest:
                return OTHER_HISTORY
        return ""

    def _judge(self, replay: _Replay) -> Touched:
        """The history has been replayed: compare."""
        manifest = replay.manifest
        digest = sha256()
        for record in export(replay.memory, manifest.stream):
            digest.update(record)
        if digest.digest() != manifest.digest:
            return self._alarm(manifest, "" if self._overtaken(manifest) else DIFFERS)
        self._forget(manifest.stream)
        return self._mirror.settle(manifest.stream, manifest.ends())

    def _overtaken(self, manifest: SnapshotManifest) -> bool:
        """A removal signed since has taken away part of what the snapshot held: nobody lied."""
        state, agency = self._book.require(manifest.stream), self._book.require_agency()
        moved = state.head != manifest.control_head or agency.head != manifest.agency_head
        return moved and any(self._aside.holds(end.chain, end.dseq) for end in manifest.vector)

    def _alarm(self, manifest: SnapshotManifest, code: str) -> Touched:
        """The history stands, and people are told; with code "" nobody is to blame."""
        stream = manifest.stream
        self._forget(stream)
        with self._log.writing():
            if code:
                self._log.notices.note(stream, code, self._now_ms())
            if code == BEYOND:
                # As good as a segment's `seen`: somebody entitled has signed that these exist.
                for chain, dseq, digest in manifest.vector:
                    self._log.aside.note_seen(stream, chain, dseq, digest)
        if shares_records(self._mirror.memory, stream):
            # Its rows may stand where another stream's should: those come back from the log only.
            self._mirror.rebuild()
            return Touched(frozenset({""}), frozenset(self._mirror.kinds))
        return self._mirror.rebuild_stream(stream)

    def _forget(self, stream: bytes) -> None:
        self._shown.pop(stream, None)
        if self._replay is not None and self._replay.manifest.stream == stream:
            self._drop_replay()

    def _drop_replay(self) -> None:
        if self._replay is not None:
            self._replay.memory.close()
            self._replay = None

    def close(self) -> None:
        """Drop what is shown and replayed."""
        self._shown.clear()
        self._drop_replay()
