"""What the log remembers for people: what was sent and came when, and what is amiss since when.

Owns three small tables of `log.sqlite`: `traffic` (how many operations of a stream went out or came
in, by quarter of an hour), `notice` (a doubt or an alarm about a stream, since when) and `arrived`
(when something was set aside). Counts, codes and times only. It refuses to decide anything by them:
dropping all three loses a story and no record. Spec: protocol.md, "Local files".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

SLOT_MS = 900_000
"""Traffic within one quarter of an hour is told as one."""
KEPT_SLOTS = 40
"""Of each stream and direction; older ones are forgotten."""

MISSING = "missing"
"""Operations that exist and did not come after two complete contacts."""
FORK = "fork"
"""Two histories of one control chain, or of one signed chain, were seen."""
OWN_FORK = "own_fork"
"""The server holds other operations of this tablet's own chain: a copy of it, or a backup."""
DAMAGED = "damaged"
"""The log was damaged, and made again from what could be verified; its stream is zeros."""
NOT_KEPT = "not_kept"
"""More came that could not be trusted than is kept of a stream."""
REFUSED_EARLY = "refused_early"
"""A segment by nobody known was not kept to wait; it is asked for again when there is room."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Operations of a stream that went out (or came in) about `at_ms`, the last of them."""

    stream: bytes
    came: bool
    at_ms: int
    operations: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something amiss with a stream. count: of operations or events, as the code says."""

    stream: bytes
    code: str
    since_ms: int
    at_ms: int
    count: int


class Passing:
    """Operations that went out or came in and are not in `traffic` yet. A kill loses no more than these."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._counts: dict[tuple[bytes, bool], Traffic] = {}

    def add(self, stream: bytes, came: bool, operations: int) -> None:
        """Count operations that passed just now."""
        before = self._counts.get((stream, came))
        total = operations + (before.operations if before is not None else 0)
        self._counts[stream, came] = Traffic(stream, came, self._now_ms(), total)

    def write(self, shelf: NoticeShelf) -> None:
        """Put all of it on the shelf; inside `Log.writing`, then `done`."""
        for one in self._counts.values():
            shelf.add_traffic(one.stream, one.came, one.at_ms, one.operations)

    def done(self) -> None:
        """It is on disk."""
        self._counts = {}

    def __bool__(self) -> bool:
        return bool(self._counts)


class NoticeShelf:
    """The three tables. Writes happen inside `Log.writing`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add_traffic(self, stream: bytes, came: bool, at_ms: int, operations: int) -> None:
        """Count operations that went out or came in now."""
        self._db.execute(
            "INSERT INTO traffic VALUES (?, ?, ?, ?, ?) ON CONFLICT (stream, came, slot) DO UPDATE"
            " SET at_ms = excluded.at_ms, operations = operations + excluded.operations",
            (stream, came, at_ms // SLOT_MS, at_ms, operations),
        )
        self._db.execute(
            "DELETE FROM traffic WHERE stream = ?1 AND came = ?2 AND slot NOT IN (SELECT slot FROM"
            " traffic WHERE stream = ?1 AND came = ?2 ORDER BY at_ms DESC LIMIT ?3)",
            (stream, came, KEPT_SLOTS),
        )

    def traffic(self) -> list[Traffic]:
        """Everything that is remembered, newest first."""
        rows = self._db.execute("SELECT stream, came, at_ms, operations FROM traffic ORDER BY at_ms DESC")
        return [Traffic(row[0], bool(row[1]), row[2], row[3]) for row in rows]

    def note(self, stream: bytes, code: str, at_ms: int, count: int = 1) -> None:
        """Say that something is amiss; the first time is kept."""
        self._db.execute(
            "INSERT INTO notice VALUES (?, ?, ?, ?, ?) ON CONFLICT (stream, code) DO UPDATE"
            " SET at_ms = excluded.at_ms, count = excluded.count",
            (stream, code, at_ms, at_ms, count),
        )

    def clear(self, stream: bytes, code: str) -> None:
        """It is well again."""
        self._db.execute("DELETE FROM notice WHERE stream = ? AND code = ?", (stream, code))

    def notices(self) -> list[Notice]:
        """Everything that is amiss, the oldest first."""
        rows = self._db.execute("SELECT stream, code, since_ms, at_ms, count FROM notice ORDER BY since_ms")
        return [Notice(*row) for row in rows]

    def has(self, stream: bytes, code: str) -> bool:
        """Whether this is amiss."""
        row = self._db.execute("SELECT 1 FROM notice WHERE stream = ? AND code = ?", (stream, code))
        return row.fetchone() is not None

    def note_arrival(self, digest: bytes, stream: bytes, at_ms: int) -> None:
        """Something was set aside now. digest: SHA-256 of its bytes."""
        self._db.execute("INSERT OR IGNORE INTO arrived VALUES (?, ?, ?)", (digest, stream, at_ms))

    def arrivals(self) -> dict[bytes, int]:
        """When things were set aside, by the SHA-256 of their bytes."""
        return dict(self._db.execute("SELECT hash, at_ms FROM arrived").fetchall())

    def knows(self, digest: bytes) -> bool:
        """Whether the very same was set aside before."""
        return self._db.execute("SELECT 1 FROM arrived WHERE hash = ?", (digest,)).fetchone() is not None

    def held_bytes(self, stream: bytes, table: str) -> tuple[int, int]:
        """(rows, bytes) of received segments held of a stream. table: "early" or "quarantine"."""
        # What fits into no chain has none; this tablet's own words (after a salvage) have theirs.
        which = "raw IS NOT NULL AND chain = zeroblob(16)" if table == "quarantine" else "1"
        row = self._db.execute(
            f"SELECT COUNT(*), COALESCE(SUM(LENGTH(raw) + LENGTH(COALESCE(cert, ''))), 0)"
            f" FROM {table} WHERE stream = ? AND {which}",
            (stream,),
        ).fetchone()
        return (int(row[0]), int(row[1]))
