"""What this tablet remembers of its attachments' blobs: which are here, and which the server has.

Owns the table `attachment` of `log.sqlite`: ids, counts, times and codes, no content. Dropping it
loses no picture, only the knowledge of what was sent. Spec: docs/attachments.md, "On this tablet".
"""

from __future__ import annotations

import sqlite3
from dataclasses import astuple, dataclass

ADDING = 0
"""The file is here, its record is not in the log yet."""
KEPT = 1


@dataclass(frozen=True, slots=True)
class KeptBlob:
    """One blob whose whole file is here. size: of the file. sent: chunks the server has acknowledged.

    kept: ADDING or KEPT. code: why the server refused it, "" when it did not.
    """

    blob: bytes
    stream: bytes
    epoch: int
    chunks: int
    size: int
    kept: int
    sent: int
    code: str
    used_ms: int

    @property
    def on_server(self) -> bool:
        """Whether the server has acknowledged every chunk."""
        return self.sent == self.chunks


_COLUMNS = "blob, stream, epoch, chunks, size, kept, sent, code, used_ms"


class AttachmentShelf:
    """The table. Writes happen inside `Log.writing`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put(self, item: KeptBlob) -> None:
        """Keep or replace a row."""
        self._db.execute(
            f"INSERT OR REPLACE INTO attachment ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            astuple(item),
        )

    def get(self, blob: bytes) -> KeptBlob | None:
        """One row, or None."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM attachment WHERE blob = ?", (blob,)).fetchone()
        return KeptBlob(*row) if row else None

    def all(self) -> list[KeptBlob]:
        """Every row, the smallest file first."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM attachment ORDER BY size, blob")
        return [KeptBlob(*row) for row in rows]

    def drop(self, blob: bytes) -> None:
        """Forget one."""
        self._db.execute("DELETE FROM attachment WHERE blob = ?", (blob,))

    def doubt(self, stream: bytes) -> None:
        """The server may have lost what it had of a stream: ask again."""
        self._db.execute("UPDATE attachment SET sent = 0, code = '' WHERE stream = ?", (stream,))
