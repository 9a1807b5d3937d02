"""This tablet's own snapshots: when one is due, and what it is made of.

Owns the two questions whether this tablet holds everything of a stream, so that it may vouch for it,
and whether the tail since the last snapshot is long enough. Runs on the database thread. Refuses to
vouch for what is itself unchecked. Spec: docs/protocol.md, "Snapshots".
"""

from __future__ import annotations

from collections.abc import Callable

from app.crypto.primitives import Random
from app.protocol.blob import BlobKind, BlobPlace
from app.protocol.control import Author
from app.protocol.entitlement import sealing_epoch
from app.protocol.ids import ID_BYTES, ChainId, StreamId
from app.protocol.snapshot import SEALERS, ChainEnd, SnapshotManifest

from .book import Book
from .keys import StreamKeys
from .lines import Lines
from .log import Log
from .mirror import Mirror
from .snapshot_rows import export, shares_records
from .snapshot_sealing import Draft

TAIL = 500
"""Operations since the last snapshot of a stream after which another is worth its bytes."""
SHARE = 4
"""And a tail must be at least this part (one in four) of the stream: a long one is not sent anew
for every few hundred notes."""


class SnapshotMaking:
    """The making of snapshots in one open home."""

    def __init__(
        self, log: Log, book: Book, keys: StreamKeys, lines: Lines, mirror: Mirror, author: Author,
        random: Random, missing: Callable[[bytes], int],
    ) -> None:  # fmt: skip
        """missing: how many operations of a stream are known to exist and are not here."""
        self._log = log
        self._book = book
        self._keys = keys
        self._lines = lines
        self._mirror = mirror
        self._author = author
        self._random = random
        self._missing = missing

    def due(self) -> list[bytes]:
        """Streams that this tablet could vouch for and whose tail is long, the longest tail first."""
        marks = self._log.arriving.marks()
        found: list[tuple[int, bytes]] = []
        for stream in self._book.streams:
            held = self._held(stream)
            tail = held - marks.get(stream, (0, 0))[0]
            if tail >= max(TAIL, held // SHARE) and self._is_whole(stream) and self._may_vouch():
                found.append((tail, stream))
        return [stream for _, stream in sorted(found, reverse=True)]

    def mark(self, stream: bytes, at: int, ours: bool) -> None:
        """The server has a snapshot made at this server sequence. ours: of all that is here.

        What came from others later is its tail. (This tablet's own words have no sequence here: of a
        colleague's snapshot they all count as held, of an own one it is known how many were.)
        """
        held, known = self._log.arriving.marks().get(stream, (0, 0))
        if not ours and at <= known:
            return
        tail = 0 if ours else self._log.arriving.operations_after(stream, at)
        with self._log.writing():
            self._log.arriving.set_mark(stream, max(held, self._held(stream) - tail), max(at, known))

    def _held(self, stream: bytes) -> int:
        """How many operations of a stream are here."""
        return sum(line.last for line in self._lines.of(stream))

    def _may_vouch(self) -> bool:
        """Others would refuse the word of a partner, or of the family."""
        agency = self._book.agency
        device = agency.devices.get(self._author.device) if agency else None
        if agency is None or device is None:
            return False
        return not SEALERS.isdisjoint(agency.roles_at(device.person, agency.index))

    def _is_whole(self, stream: bytes) -> bool:
        """Whether everything of a stream is here and on the server, and none of it waits."""
        lines = self._lines.of(stream)
        return not (
            stream in self._mirror.unchecked
            or self._mirror.behind
            or any(line.pending for line in lines)
            or self._book.pending(stream)
            or self._mirror.reducer.unsettled(stream, {line.row.chain for line in lines})
            or self._log.aside.early(stream)
            # What came in a hand-over file may not be on the server: nobody could check it there.
            or any(carried[0] == stream for carried in self._log.aside.carried())
            or self._missing(stream)
            or shares_records(self._mirror.memory, stream)
        )

    def draft(self, stream: StreamId) -> Draft | None:
        """What a snapshot of a stream is made of now; None while it must not be made.

        Raises NotEntitled, NeedsNewEpoch, MissingKey.
        """
        state = self._book.streams.get(stream)
        if state is None or not self._is_whole(stream):
            return None
        agency = self._book.require_agency()
        epoch = sealing_epoch(state, agency, self._author.device)
        key = self._keys.require(stream, epoch)
        cursor = dict(self._log.control.streams()).get(stream, 0)
        vector = tuple(
            ChainEnd(ChainId(line.row.chain), line.last, line.last_hash)
            for line in self._lines.of(stream)
            if line.last
        )
        place = BlobPlace(BlobKind.SNAPSHOT, stream, self._random(ID_BYTES), epoch)
        manifest = SnapshotManifest(
            stream, place.blob, self._author.device, state.head, agency.head, self._mirror.schema,
            cursor, 0, 0, bytes(32), vector,
        )  # fmt: skip
        return Draft(manifest, list(export(self._mirror.memory, stream)), place, key, self._author)
