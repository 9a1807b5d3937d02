"""What can be done about a damaged log before anything is unlocked.

Owns reading a damaged `log.sqlite` from a copy whose header and table of tables are repaired, the
mark that asks for salvage, and putting a salvaged log in the damaged one's place (begun again
after a crash). It needs no key and opens nothing that is sealed. Spec: protocol.md, "Local files".
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .connection import connect, storage_errors
from .log import LOG_NAME
from .log_schema import MIGRATIONS, migrate

BUILDING = "salvage"
"""The directory in which the new log is made."""
READY = "ready"
"""In it: the new log is complete, only the files have to change places."""
MARK = "log.damaged"
SALVAGED = "salvaged"
"""Meta key of a log that was made from a damaged one."""

_HEADER = 100
_SIZES = slice(28, 40)
"""Of a SQLite file's header: pages in the file, first free page, free pages."""
_INNER = 0x05
"""The first byte of a page that only says where others are."""
_OF_ROWS, _OF_KEYS = b"\x05\x0d", b"\x02\x0a"
"""The first byte of a page of a table with row numbers; of an index, or a table without them."""


def mark_damaged(home: Path) -> None:
    """Damage was met while the log was open: it is salvaged at the next opening."""
    with storage_errors():
        (home / MARK).touch()


def finish_swap(home: Path) -> None:
    """End what a crash has interrupted between the renames of a salvage. Raises StoreFailed."""
    with storage_errors():
        if (home / BUILDING / READY).exists():
            swap(home)


def swap(home: Path) -> Path:
    """Put the new log in the old one's place; returns where the old one is kept."""
    building = home / BUILDING
    kept = home / f"log.damaged-{(building / READY).read_text()}.sqlite"
    if (building / LOG_NAME).exists():
        # The journal first: it must never lie beside a database that is not its own.
        for suffix in ("-wal", ""):
            if (home / (LOG_NAME + suffix)).exists():
                os.replace(home / (LOG_NAME + suffix), Path(str(kept) + suffix))
        (home / (LOG_NAME + "-shm")).unlink(missing_ok=True)
        os.replace(building / LOG_NAME, home / LOG_NAME)
    (home / MARK).unlink(missing_ok=True)
    shutil.rmtree(building, ignore_errors=True)
    return kept


@contextmanager
def repaired(home: Path, place: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a repaired copy of the home's log, made in the directory `place`.

    The original is not even opened: SQLite would write to it.
    """
    copy = place / "damaged.sqlite"
    newest = _model(len(MIGRATIONS))
    copy.write_bytes(_with_header((home / LOG_NAME).read_bytes(), newest.data))
    wal = home / f"{LOG_NAME}-wal"
    if wal.exists():
        shutil.copyfile(wal, f"{copy}-wal")
        with suppress(sqlite3.Error):
            joining = connect(str(copy))
            try:
                joining.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                joining.close()
    connection = connect(str(copy))
    try:
        if not _knows_its_tables(connection):
            connection.close()
            for suffix in ("-wal", "-shm"):
                Path(f"{copy}{suffix}").unlink(missing_ok=True)
            data = copy.read_bytes()
            copy.write_bytes(_with_tables(data, _likeliest(data).data))
            connection = connect(str(copy))
        for pragma in ("temp_store=MEMORY", "query_only=ON", "cell_size_check=OFF"):
            with suppress(sqlite3.Error):
                connection.execute(f"PRAGMA {pragma}")
        yield connection
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class _Model:
    """An empty log as one version laid it out: header and table of tables are always the same.

    names: of its tables and indices. roots: (page, the first bytes that a page of its kind may have).
    """

    data: bytes
    names: frozenset[str]
    roots: tuple[tuple[int, bytes], ...]


def _model(version: int) -> _Model:
    """The log that a home of schema `version` began as."""
    connection = connect(":memory:")
    try:
        migrate(connection, version)
        found = connection.execute("SELECT type, name, rootpage, sql FROM sqlite_schema").fetchall()
        data = bytearray(connection.serialize())
    finally:
        connection.close()
    data[18:20] = b"\x02\x02"  # a journal beside it (WAL), as on disk
    roots = tuple(
        (page, _OF_ROWS if kind == "table" and "WITHOUT ROWID" not in sql else _OF_KEYS)
        for kind, _, page, sql in found
    )
    return _Model(bytes(data), frozenset(name for _, name, _, _ in found), roots)


def _likeliest(data: bytes) -> _Model:
    """The schema that a file whose table of tables is lost began with.

    A file that was migrated began with an older one; the tables that came later are where nobody can
    tell, and hold nothing that cannot be fetched or made again.
    """
    models = [_model(version) for version in range(len(MIGRATIONS), 0, -1)]
    size = _page_size(models[0].data)

    def fitting(model: _Model) -> float:
        first_bytes = [(data[(page - 1) * size : (page - 1) * size + 1], may) for page, may in model.roots]
        return sum(byte != b"" and byte in may for byte, may in first_bytes) / len(first_bytes)

    return max(models, key=fitting)  # the newest of equals


def _page_size(model: bytes) -> int:
    return int.from_bytes(model[16:18], "big")


def _with_header(data: bytes, model: bytes) -> bytes:
    # Never shorter than an empty log: SQLite reads no table where the beginning of one is missing.
    repaired = bytearray(data + bytes(max(0, len(model) - len(data))))
    pages = len(repaired) // _page_size(model)
    repaired[:_HEADER] = model[:_HEADER]
    repaired[_SIZES] = pages.to_bytes(4, "big") + bytes(8)
    return bytes(repaired)


def _knows_its_tables(connection: sqlite3.Connection) -> bool:
    """Whether the table of tables is whole: that of this version, or of one before it."""
    try:
        found = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
        # Preparing a statement makes SQLite read where every table begins.
        connection.execute("SELECT 1 FROM meta LIMIT 0")
    except sqlite3.Error:
        return False
    versions = range(1, len(MIGRATIONS) + 1)
    return any(found == _model(version).names for version in versions)


def _with_tables(data: bytes, model: bytes) -> bytes:
    """The table of tables from an empty log: every log has grown out of one."""
    size = _page_size(model)
    repaired = bytearray(data)
    for page in _tree(model, 1, size):
        here = slice((page - 1) * size, page * size)
        if len(data) >= page * size:
            repaired[here] = model[here]
    return _with_header(bytes(repaired), model)


def _tree(model: bytes, page: int, size: int) -> Iterator[int]:
    """The pages of a table tree of a healthy file."""
    yield page
    start = (page - 1) * size
    head = start + (_HEADER if page == 1 else 0)
    if model[head] != _INNER:
        return
    count = int.from_bytes(model[head + 3 : head + 5], "big")
    yield from _tree(model, int.from_bytes(model[head + 8 : head + 12], "big"), size)
    for cell in range(count):
        at = start + int.from_bytes(model[head + 12 + 2 * cell : head + 14 + 2 * cell], "big")
        yield from _tree(model, int.from_bytes(model[at : at + 4], "big"), size)
