"""What the log remembers of a first sync: which streams are to come, and which have a snapshot.

Owns two small tables of `log.sqlite`: `arriving` (a stream that was not here yet at the last contact,
and up to where the server had it) and `snapshot_mark` (how many operations of a stream were here when
the server had its last snapshot). Ids and counts only; dropping both loses a progress bar and costs a
snapshot too many. Spec: docs/protocol.md, "Snapshots".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


class ArrivingShelf:
    """Both tables. Writes happen inside `Log.writing`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def expected(self) -> dict[bytes, int]:
        """{stream: last server sequence} of the streams that are not all here yet."""
        return dict(
            self._db.execute(
                "SELECT a.stream, a.last_seq FROM arriving a JOIN stream s USING (stream)"
                " WHERE s.cursor < a.last_seq"
            ).fetchall()
        )

    def expect(self, streams: Mapping[bytes, int]) -> None:
        """These are to come, besides those that still are; what is here is forgotten."""
        expected = {**self.expected(), **streams}
        self._db.execute("DELETE FROM arriving")
        self._db.executemany("INSERT INTO arriving VALUES (?, ?)", expected.items())

    def marks(self) -> dict[bytes, tuple[int, int]]:
        """{stream: (operations that the server's last snapshot holds, the sequence it was made at)},
        as far as is known here."""
        rows = self._db.execute("SELECT stream, held, at FROM snapshot_mark")
        return {stream: (held, at) for stream, held, at in rows}

    def set_mark(self, stream: bytes, held: int, at: int) -> None:
        """The server has a snapshot of so many operations, made at this sequence."""
        self._db.execute("INSERT OR REPLACE INTO snapshot_mark VALUES (?, ?, ?)", (stream, held, at))

    def operations_after(self, stream: bytes, server_seq: int) -> int:
        """Operations of others in a stream that stand behind a place on the server."""
        row = self._db.execute(
            "SELECT COALESCE(SUM(n), 0) FROM segment WHERE server_seq > ?"
            " AND chain IN (SELECT idx FROM chain WHERE stream = ? AND dead = 0)",
            (server_seq, stream),
        ).fetchone()
        return int(row[0])
