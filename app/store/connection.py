"""Connections to SQLite, and the rim at which its errors become ours.

Owns the pragmas that keep plaintext off the disk (`temp_store=MEMORY` on every connection: even
an in-memory database spills sorts to a temporary file without it) and durability on it
(`synchronous=FULL` in WAL mode). Refuses to let a `sqlite3.Error` or `OSError` out of the store.
Spec: architecture.md, "Facts that bite: SQLite".
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import DiskFull, LogDamaged, StoreError, StoreFailed

Connect = Callable[[str], sqlite3.Connection]
"""Opens a connection in autocommit mode; a test passes one whose writes fail."""

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def connect(path: str) -> sqlite3.Connection:
    """The default `Connect`: explicit transactions only, statements cached."""
    return sqlite3.connect(path, isolation_level=None, cached_statements=256)


def open_on_disk(path: Path, connecting: Connect = connect) -> sqlite3.Connection:
    """A durable connection to the database file at `path`, made when missing."""
    connection = connecting(str(path))
    for pragma in (
        "temp_store=MEMORY",
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "foreign_keys=OFF",
        # A reader of the keyring in the moment before another process closes: a short wait.
        "busy_timeout=2000",
        "cache_size=-8000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def open_in_memory(image: bytes | bytearray | None = None) -> sqlite3.Connection:
    """A private `:memory:` connection, empty or holding a serialised database."""
    connection = connect(":memory:")
    connection.execute("PRAGMA temp_store=MEMORY")
    # Notes take a kilobyte and a half: pages of 4 KiB would stay empty to a fifth, and be opened.
    connection.execute("PRAGMA page_size=8192")
    if image is not None:
        connection.deserialize(image)
    return connection


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turns foreign exceptions of the block into StoreErrors (see app.errors)."""
    try:
        yield
    except sqlite3.Error as error:
        raise as_store_error(error) from error
    except OSError as error:
        kind = DiskFull if error.errno in _NO_ROOM else StoreFailed
        raise kind(errno.errorcode.get(error.errno or 0, "OSError")) from error


def as_store_error(error: sqlite3.Error) -> StoreError:
    """The store's error for one of SQLite's; the detail is SQLite's code name, never its text."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(name)
    if code in _DAMAGE:
        return LogDamaged(name)
    return StoreFailed(name)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One durable transaction: committed when the block ends, rolled back when it raises."""
    with storage_errors():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            # A failed COMMIT may or may not have ended the transaction already.
            if connection.in_transaction:
                try:
                    connection.execute("ROLLBACK")
                except sqlite3.Error:  # the first error tells the story
                    pass
            raise
