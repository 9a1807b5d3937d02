"""What the log keeps beside envelopes: control operations, keys, things set aside, local notes.

Each shelf owns some tables of `log.sqlite` and shares the log's connection; writes happen inside
`Log.writing`. Shelves refuse to judge what they hold. Spec: protocol.md, "Local files".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

FOREVER = 2**62
"""The last dseq of a range without an end."""

KIT = b"recovery-kit"
"""The kind under which the recovery kit's copy of the keyring lies; the kit opens it, no log key."""


@dataclass(frozen=True, slots=True)
class HeldControl:
    """A control operation and whether the server has accepted it."""

    raw: bytes
    accepted: bool


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something in quarantine: a range of a chain, or bytes that could not be trusted at all.

    `authentic` ranges are signed by who they say and count as delivered; the rest does not.
    """

    stream: bytes
    chain: bytes
    first: int
    last: int
    code: str
    authentic: bool
    raw: bytes | None = None
    cert: bytes | None = None


@dataclass(frozen=True, slots=True)
class EarlySegment:
    """A segment that cannot be judged yet: a gap before it, or a control head not known here."""

    id: int
    stream: bytes
    server_seq: int
    raw: bytes
    cert: bytes


class ControlShelf:
    """Streams, their control operations, cursors and sealed keys."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add_stream(self, stream: bytes) -> None:
        """Know a stream; harmless when it is known."""
        self._db.execute(
            "INSERT OR IGNORE INTO stream (stream, position) VALUES (?, (SELECT COUNT(*) FROM stream))",
            (stream,),
        )

    def streams(self) -> list[tuple[bytes, int]]:
        """(stream, cursor) in the order they became known; the agency's control stream is first."""
        return list(self._db.execute("SELECT stream, cursor FROM stream ORDER BY position"))

    def set_cursor(self, stream: bytes, cursor: int) -> None:
        """The last server sequence received of a stream."""
        self._db.execute("UPDATE stream SET cursor = ? WHERE stream = ?", (cursor, stream))

    def follow(self, stream: bytes, seq: int) -> None:
        """Move the cursor on to server sequence `seq`, if that is the next one."""
        place = (seq, stream, seq)
        self._db.execute("UPDATE stream SET cursor = ? WHERE stream = ? AND cursor = ? - 1", place)

    def ops(self, stream: bytes) -> list[HeldControl]:
        """The control operations of a stream in order."""
        rows = self._db.execute("SELECT raw, accepted FROM control_op WHERE stream = ? ORDER BY n", (stream,))
        return [HeldControl(raw, bool(accepted)) for raw, accepted in rows]

    def replace_ops(self, stream: bytes, keep: int, ops: Sequence[HeldControl]) -> None:
        """Keep the first `keep` operations of a stream and put `ops` after them."""
        self._db.execute("DELETE FROM control_op WHERE stream = ? AND n >= ?", (stream, keep))
        self._db.executemany(
            "INSERT INTO control_op VALUES (?, ?, ?, ?)",
            [(stream, keep + i, op.raw, op.accepted) for i, op in enumerate(ops)],
        )

    def accept(self, stream: bytes, count: int) -> None:
        """The server holds the first `count` operations of a stream."""
        self._db.execute("UPDATE control_op SET accepted = 1 WHERE stream = ? AND n < ?", (stream, count))

    def add_key(self, stream: bytes, epoch: int, kid: bytes, sealed: bytes) -> None:
        """Keep a stream key, sealed with the log key."""
        self._db.execute(
            "INSERT OR REPLACE INTO stream_key VALUES (?, ?, ?, ?)", (stream, epoch, kid, sealed)
        )

    def drop_stream(self, stream: bytes) -> None:
        """Forget a stream: its operations, its keys and wherever it stood (secure_delete)."""
        for table in ("control_op", "stream_key", "stream", "early", "quarantine", "seen", "carried",
                      "traffic", "notice", "arrived", "arriving", "snapshot_mark"):  # fmt: skip
            self._db.execute(f"DELETE FROM {table} WHERE stream = ?", (stream,))

    def drop_key(self, stream: bytes, epoch: int) -> None:
        """Forget a key; its pages are overwritten (secure_delete)."""
        self._db.execute("DELETE FROM stream_key WHERE stream = ? AND epoch = ?", (stream, epoch))

    def keys(self) -> list[tuple[bytes, int, bytes, bytes]]:
        """(stream, epoch, kid, sealed key) of every key held."""
        return list(self._db.execute("SELECT stream, epoch, kid, sealed FROM stream_key"))


class AsideShelf:
    """Quarantine, segments that came early, and what others say they have seen."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def quarantine(self, item: SetAside) -> bool:
        """Set something aside; False when the very same is set aside already."""
        place = b"%b%b%d:%d" % (item.stream, item.chain, item.first, item.last)
        name = sha256(item.raw if item.raw is not None else place).digest()
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO quarantine"
            " (stream, chain, first, last, code, authentic, hash, raw, cert)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (item.stream, item.chain, item.first, item.last, item.code, item.authentic, name,
             item.raw, item.cert),
        )  # fmt: skip
        return cursor.rowcount > 0

    def quarantined(self) -> list[SetAside]:
        """Everything set aside, oldest first."""
        rows = self._db.execute(
            "SELECT stream, chain, first, last, code, authentic, raw, cert FROM quarantine ORDER BY id"
        )
        return [SetAside(r[0], r[1], r[2], r[3], r[4], bool(r[5]), r[6], r[7]) for r in rows]

    def drop_ranges(self, stream: bytes, code: str) -> None:
        """Forget the ranges of one kind, to be set again from newer control operations."""
        self._db.execute(
            "DELETE FROM quarantine WHERE stream = ? AND code = ? AND raw IS NULL", (stream, code)
        )

    def keep_early(self, stream: bytes, server_seq: int, raw: bytes, cert: bytes) -> None:
        """Hold a segment until what it needs has come."""
        self._db.execute(
            "INSERT OR IGNORE INTO early (stream, server_seq, hash, raw, cert) VALUES (?, ?, ?, ?, ?)",
            (stream, server_seq, sha256(raw).digest(), raw, cert),
        )

    def early(self, stream: bytes) -> list[EarlySegment]:
        """Segments of a stream that wait."""
        rows = self._db.execute(
            "SELECT id, stream, server_seq, raw, cert FROM early WHERE stream = ? ORDER BY id", (stream,)
        )
        return [EarlySegment(*row) for row in rows]

    def note_carried(self, stream: bytes, chain: bytes, first: int) -> None:
        """Operations of a chain from dseq `first` on came in a hand-over file."""
        self._db.execute("INSERT OR IGNORE INTO carried VALUES (?, ?, ?)", (chain, stream, first))

    def carried(self) -> list[tuple[bytes, bytes, int]]:
        """(stream, chain, first dseq) of what came in files and was not offered to the server yet."""
        return list(self._db.execute("SELECT stream, chain, first FROM carried ORDER BY chain"))

    def drop_carried(self, stream: bytes) -> None:
        """The server was offered what was carried of a stream."""
        self._db.execute("DELETE FROM carried WHERE stream = ?", (stream,))

    def drop_early(self, item: int) -> None:
        """A waiting segment has been dealt with."""
        self._db.execute("DELETE FROM early WHERE id = ?", (item,))

    def note_seen(self, stream: bytes, chain: bytes, dseq: int, digest: bytes) -> None:
        """Somebody's signed segment says it had seen `chain` up to `dseq`."""
        self._db.execute(
            "INSERT INTO seen VALUES (?, ?, ?, ?) ON CONFLICT (stream, chain) DO UPDATE"
            " SET dseq = excluded.dseq, hash = excluded.hash WHERE excluded.dseq > seen.dseq",
            (stream, chain, dseq, digest),
        )

    def seen(self, stream: bytes) -> list[tuple[bytes, int, bytes]]:
        """(chain, dseq, hash): the furthest anybody has signed to have seen."""
        return list(self._db.execute("SELECT chain, dseq, hash FROM seen WHERE stream = ?", (stream,)))


class LocalShelf:
    """Sealed drafts and settings, and the wrapped keyring; names are keyed digests."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put(self, kind: bytes, name: bytes, sealed: bytes) -> None:
        """Keep one sealed item, replacing what had its name."""
        self._db.execute("INSERT OR REPLACE INTO local VALUES (?, ?, ?)", (kind, name, sealed))

    def drop(self, kind: bytes, name: bytes) -> None:
        """Forget one item; its pages are overwritten (secure_delete)."""
        self._db.execute("DELETE FROM local WHERE kind = ? AND name = ?", (kind, name))

    def get(self, kind: bytes, name: bytes) -> bytes | None:
        """One sealed item, or None."""
        row = self._db.execute(
            "SELECT sealed FROM local WHERE kind = ? AND name = ?", (kind, name)
        ).fetchone()
        return row[0] if row else None

    def all(self, kind: bytes) -> list[tuple[bytes, bytes]]:
        """(name digest, sealed item) of one kind."""
        return list(self._db.execute("SELECT name, sealed FROM local WHERE kind = ?", (kind,)))

    def keyring(self) -> bytes | None:
        """The wrapped keyring; its second copy when the first cannot be found."""
        row = self._db.execute("SELECT blob FROM keyring WHERE id = 1").fetchone()
        return row[0] if row else self.second_keyring()

    def second_keyring(self) -> bytes | None:
        """The wrapped keyring's second copy, or None."""
        row = self._db.execute("SELECT value FROM meta WHERE key = 'keyring'").fetchone()
        return row[0] if row else None

    def set_keyring(self, blob: bytes) -> None:
        """Keep the wrapped keyring, twice, on different pages."""
        self._db.execute("INSERT OR REPLACE INTO keyring VALUES (1, ?)", (blob,))
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('keyring', ?)", (blob,))
