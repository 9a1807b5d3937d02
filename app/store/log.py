"""The log on disk: every envelope this tablet has written or received, in order of arrival.

Owns `log.sqlite`. The log is the truth; everything in memory is rebuilt from it. Rows are only
ever appended, and each carries a link, SHA-256(previous link ‖ envelope), so that a row id and
its link name one exact history (the image is tied to it) and a damaged row is found on reading.
It refuses to open envelopes: what it holds is bytes. One connection, one writer, one thread.
Spec: protocol.md, "Local files"; architecture.md, "The way of one note".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.errors import LogDamaged

from .arriving import ArrivingShelf
from .attachment_shelf import AttachmentShelf
from .connection import Connect, connect, open_on_disk, storage_errors, transaction
from .log_schema import check_kinds, migrate
from .log_shelves import AsideShelf, ControlShelf, LocalShelf
from .notices import NoticeShelf

LOG_NAME = "log.sqlite"


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A writing line as the log keeps it; `sealed_key` only for chains of this device.

    `dead` is an abandoned branch after a fork: kept for people, never replayed, never sent.
    """

    idx: int
    stream: bytes
    chain: bytes
    cert: bytes
    sealed_key: bytes | None
    acked: int
    frozen: bool
    dead: bool


@dataclass(frozen=True, slots=True)
class Tail:
    """Where the log ends: the id and link of its last row; (0, zeros) when it is empty."""

    row: int
    link: bytes


@dataclass(frozen=True, slots=True)
class LoggedEnvelope:
    """One row of the log. `chain` is the index of its ChainRow."""

    row: int
    chain: int
    dseq: int
    raw: bytes
    link: bytes


def sealed(value: object) -> bytes:
    """A value of the log that was written as bytes. Raises LogDamaged for anything else.

    A bit that flips in the head of a row makes a text of it, and SQLite sees nothing wrong with that.
    """
    if type(value) is not bytes:
        raise LogDamaged("kind of a value")
    return value


class Log:
    """One open log. Every method runs on the database thread; errors are StoreErrors."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """connection: as `open_on_disk` gives it, migrated."""
        self._db = connection
        self.control = ControlShelf(connection)
        self.aside = AsideShelf(connection)
        self.local = LocalShelf(connection)
        self.notices = NoticeShelf(connection)
        self.arriving = ArrivingShelf(connection)
        self.attachments = AttachmentShelf(connection)
        row = connection.execute("SELECT id, link FROM envelope ORDER BY id DESC LIMIT 1").fetchone()
        self._tail = Tail(row[0], sealed(row[1])) if row else Tail(0, bytes(32))
        self.log_id = bytes(self.meta("log_id") or b"")

    @classmethod
    def open(cls, home: Path, random: Callable[[int], bytes], connecting: Connect = connect) -> Log:
        """Open the log of `home`, made when missing.

        Raises LogDamaged (salvage it), NewerStore, DiskFull or StoreFailed.
        """
        with storage_errors():
            connection = open_on_disk(home / LOG_NAME, connecting)
            try:
                migrate(connection)
                check_kinds(connection)
                log = cls(connection)
                if not log.log_id:
                    log.log_id = random(16)
                    log.set_meta("log_id", log.log_id)
                return log
            except BaseException:
                connection.close()
                raise

    def close(self) -> None:
        """Close the connection; everything acknowledged is on disk already."""
        with storage_errors():
            self._db.close()

    @property
    def tail(self) -> Tail:
        """The last row and its link."""
        return self._tail

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One durable transaction over any of the log's tables; all of it or nothing."""
        before = self._tail
        try:
            with transaction(self._db):
                yield
        except BaseException:
            self._tail = before
            raise

    def meta(self, key: str) -> bytes | None:
        """A value of the log itself, or None."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: bytes) -> None:
        """Keep a value of the log itself (clear text: ids, counters, markers only)."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # Chains

    def chains(self) -> list[ChainRow]:
        """Every chain, abandoned branches included, in the order they were first seen."""
        rows = self._db.execute(
            "SELECT idx, stream, chain, cert, sealed_key, acked, frozen, dead FROM chain ORDER BY idx"
        )
        return [ChainRow(r[0], r[1], r[2], r[3], r[4], r[5], bool(r[6]), bool(r[7])) for r in rows]

    def add_chain(
        self, stream: bytes, chain: bytes, cert: bytes, sealed_key: bytes | None = None, dead: bool = False
    ) -> ChainRow:
        """Keep a chain's certificate; with `sealed_key` it is a chain of this device."""
        cursor = self._db.execute(
            "INSERT INTO chain (stream, chain, cert, sealed_key, dead) VALUES (?, ?, ?, ?, ?)",
            (stream, chain, cert, sealed_key, dead),
        )
        return ChainRow(int(cursor.lastrowid or 0), stream, chain, cert, sealed_key, 0, False, dead)

    def set_acked(self, idx: int, acked: int) -> None:
        """The server holds this chain up to dseq `acked`."""
        self._db.execute("UPDATE chain SET acked = ? WHERE idx = ?", (acked, idx))

    def freeze(self, idx: int) -> None:
        """Never write or push this chain again."""
        self._db.execute("UPDATE chain SET frozen = 1 WHERE idx = ?", (idx,))

    def abandon(self, idx: int, branch: int, first: int) -> None:
        """Move the envelopes of `idx` from dseq `first` on to the dead chain `branch`."""
        self._db.execute("UPDATE envelope SET chain = ? WHERE chain = ? AND dseq >= ?", (branch, idx, first))
        self._db.execute("DELETE FROM segment WHERE chain = ? AND first + n > ?", (idx, first))

    def bury(self, stream: bytes) -> None:
        """The chains of a stream stay as sealed bytes that belong to nothing any more."""
        self._db.execute(
            "DELETE FROM segment WHERE chain IN (SELECT idx FROM chain WHERE stream = ?)", (stream,)
        )
        self._db.execute("UPDATE chain SET dead = 1 WHERE stream = ?", (stream,))

    # Envelopes

    def append(self, envelopes: Sequence[tuple[int, int, bytes]]) -> None:
        """Append (chain index, dseq, sealed bytes); must be inside `writing`."""
        row, link = self._tail.row, self._tail.link
        rows: list[tuple[int, int, int, bytes, bytes]] = []
        for chain, dseq, raw in envelopes:
            row += 1
            link = sha256(link + raw).digest()
            rows.append((row, chain, dseq, raw, link))
        self._db.executemany("INSERT INTO envelope VALUES (?, ?, ?, ?, ?)", rows)
        self._tail = Tail(row, link)

    def link_at(self, row: int) -> bytes | None:
        """The link of a row, to compare with what an image was tied to; zeros for row 0."""
        if row == 0:
            return bytes(32)
        found = self._db.execute("SELECT link FROM envelope WHERE id = ?", (row,)).fetchone()
        return found[0] if found else None

    def read(self, after: Tail, page: int = 2000) -> Iterator[list[LoggedEnvelope]]:
        """Pages of rows after `after`, in order of arrival.

        Raises LogDamaged at the first row that is missing or is not what was written.
        """
        row, link = after.row, after.link
        end = self._tail.row
        while row < end:
            with storage_errors():
                found = self._db.execute(
                    "SELECT id, chain, dseq, raw, link FROM envelope WHERE id > ? ORDER BY id LIMIT ?",
                    (row, page),
                ).fetchall()
            rows = [LoggedEnvelope(*r) for r in found]
            for logged in rows:
                row += 1
                link = sha256(link + sealed(logged.raw)).digest()
                if logged.row != row or logged.link != link:
                    raise LogDamaged(f"row {row}")
            if not rows:
                raise LogDamaged(f"row {row + 1} is missing")
            yield rows

    def of_chain(self, idx: int, first: int, last: int) -> list[bytes]:
        """Sealed envelopes `first`..`last` (both included) of one chain, as far as held."""
        with storage_errors():
            rows = self._db.execute(
                "SELECT raw FROM envelope WHERE chain = ? AND dseq BETWEEN ? AND ? ORDER BY dseq",
                (idx, first, last),
            ).fetchall()
        return [sealed(row[0]) for row in rows]

    def of_stream(self, stream: bytes) -> Iterator[LoggedEnvelope]:
        """Every living envelope of a stream in order of arrival."""
        with storage_errors():
            rows = self._db.execute(
                "SELECT id, chain, dseq, raw, link FROM envelope WHERE chain IN"
                " (SELECT idx FROM chain WHERE stream = ? AND dead = 0) ORDER BY id",
                (stream,),
            )
            for row in rows:
                sealed(row[3])
                yield LoggedEnvelope(*row)

    def last_of_chain(self, idx: int) -> tuple[int, bytes | None, int]:
        """(last dseq, its envelope or None, total bytes of the chain)."""
        with storage_errors():
            row = self._db.execute(
                "SELECT dseq, raw FROM envelope WHERE chain = ? ORDER BY dseq DESC LIMIT 1", (idx,)
            ).fetchone()
        return (row[0], sealed(row[1]), len(row[1])) if row else (0, None, 0)

    def bytes_of(self, idx: int, first: int) -> int:
        """How many bytes the envelopes of a chain from dseq `first` on take."""
        row = self._db.execute(
            "SELECT COALESCE(SUM(LENGTH(raw)), 0) FROM envelope WHERE chain = ? AND dseq >= ?",
            (idx, first),
        ).fetchone()
        return int(row[0])

    # Segments: the envelopes are in their own table, the rest of the bytes here.

    def add_segment(self, idx: int, first: int, n: int, tail: bytes, server_seq: int = 0) -> None:
        """Keep what follows the envelopes in a segment: trailer and signature."""
        self._db.execute(
            "INSERT OR IGNORE INTO segment VALUES (?, ?, ?, ?, ?)", (idx, first, n, tail, server_seq)
        )

    def segment_at(self, idx: int, first: int) -> tuple[int, bytes] | None:
        """(number of envelopes, trailer and signature) of the segment starting at `first`."""
        with storage_errors():
            row = self._db.execute(
                "SELECT n, tail FROM segment WHERE chain = ? AND first = ?", (idx, first)
            ).fetchone()
        return (row[0], sealed(row[1])) if row else None

    def segments_of(self, idx: int) -> list[int]:
        """The first dseq of every kept segment of a chain, in order."""
        rows = self._db.execute("SELECT first FROM segment WHERE chain = ? ORDER BY first", (idx,))
        return [row[0] for row in rows]

    def cut_up_to(self, idx: int) -> int:
        """The last dseq of a chain that is in a segment already."""
        row = self._db.execute(
            "SELECT COALESCE(MAX(first + n - 1), 0) FROM segment WHERE chain = ?", (idx,)
        ).fetchone()
        return int(row[0])
