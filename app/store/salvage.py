"""Opening a home whose log may be damaged.

Owns the way from a damaged `log.sqlite` to a new one: the damaged file is kept beside it as
`log.damaged-<n>.sqlite`, everything that can still be verified is copied row by row, and what is
missing is fetched from the server again (cursors at 0). Nothing unverified is carried over:
control chains must replay, certificates parse, sealed blobs open, and each chain's envelopes must
follow one another from its start. This tablet's own chains are frozen, because their ends may be
lost: their unsent operations are written again in new chains. Spec: protocol.md, "Local files".
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from app.crypto.keyring import Keyring
from app.crypto.primitives import Random
from app.errors import AppError, LogDamaged
from app.wraparound.records import Record

from .connection import Connect, connect, storage_errors
from .core import SALVAGED, Core
from .image import drop_image
from .log import LOG_NAME, Log
from .mirror import Progress
from .rescue import LOOSE, Rows, copy

_HEADER = 100
_SIZES = slice(28, 40)
"""Of a SQLite file's header: pages in the file, first free page, free pages."""
_MARK = "log.damaged"
_READY = "ready"
"""In the building: the new log is complete, only the files have to change places."""
UNFINISHED, FINISHED = b"1", b"2"


def open_or_salvage(
    home: Path,
    keyring: Keyring,
    now_ms: Callable[[], int],
    random: Random,
    record_types: Mapping[str, type[Record]],
    progress: Progress | None,
    connecting: Connect,
) -> Core:
    """The open core of a home; a damaged log is salvaged first. Raises as Core does."""
    with storage_errors():
        if (home / "salvage" / _READY).exists():
            _swap(home, home / "salvage")
    try:
        if (home / _MARK).exists():
            raise LogDamaged("marked")
        with storage_errors():
            core = Core(home, keyring, now_ms, random, record_types, progress, connecting)
    except LogDamaged:
        salvage(home, keyring.log_key, random)
        core = Core(home, keyring, now_ms, random, record_types, progress, connecting)
    if core.log.meta(SALVAGED) == UNFINISHED:
        write_again(core)
    return core


def mark_damaged(home: Path) -> None:
    """Damage was met while the log was open: it is salvaged at the next opening."""
    with storage_errors():
        (home / _MARK).touch()


def salvage(home: Path, log_key: bytes, random: Random) -> Path:
    """Replace the home's log by one with everything verifiable; returns where the old one is.

    A crash in between leaves the old log in its place. Raises DiskFull, StoreFailed.
    """
    building = home / "salvage"
    with storage_errors():
        drop_image(home)
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        new = Log.open(building, random)
        try:
            old = _open_copy(home / LOG_NAME, building)
            try:
                with new.writing():
                    copy(Rows(old), new, log_key)
                    new.set_meta(SALVAGED, UNFINISHED)
            finally:
                old.close()
        finally:
            new.close()
        (building / _READY).write_text(str(_free_number(home)))
        return _swap(home, building)


def _free_number(home: Path) -> int:
    number = 1
    while (home / f"log.damaged-{number}.sqlite").exists():
        number += 1
    return number


def _swap(home: Path, building: Path) -> Path:
    """Put the new log in the old one's place; begun again at the next opening after a crash."""
    kept = home / f"log.damaged-{(building / _READY).read_text()}.sqlite"
    if (building / LOG_NAME).exists():
        # The journal first: it must never lie beside a database that is not its own.
        for suffix in ("-wal", ""):
            if (home / (LOG_NAME + suffix)).exists():
                os.replace(home / (LOG_NAME + suffix), Path(str(kept) + suffix))
        (home / (LOG_NAME + "-shm")).unlink(missing_ok=True)
        os.replace(building / LOG_NAME, home / LOG_NAME)
    (home / _MARK).unlink(missing_ok=True)
    shutil.rmtree(building, ignore_errors=True)
    return kept


def _open_copy(path: Path, building: Path) -> sqlite3.Connection:
    """A connection to a copy of the damaged file, its header repaired when it is unreadable.

    The original is not even opened: SQLite would write to it.
    """
    copy = building / "damaged.sqlite"
    data = bytearray(path.read_bytes())
    healthy = bytearray((building / LOG_NAME).read_bytes()[:_HEADER])
    if data[: _SIZES.start] != healthy[: _SIZES.start]:
        pages = len(data) // int.from_bytes(healthy[16:18], "big")
        healthy[_SIZES] = pages.to_bytes(4, "big") + bytes(8)
        data[:_HEADER] = healthy
    copy.write_bytes(data)
    wal = Path(f"{path}-wal")
    if wal.exists():
        shutil.copyfile(wal, f"{copy}-wal")
    connection = connect(str(copy))
    for pragma in ("temp_store=MEMORY", "query_only=ON", "cell_size_check=OFF"):
        with suppress(sqlite3.Error):
            connection.execute(f"PRAGMA {pragma}")
    return connection


def write_again(core: Core) -> None:
    """Write this tablet's unsent operations again, in new chains.

    The old chains are frozen: their ends may be lost, and the server may hold more of them than
    this tablet does now.
    """
    for line in core.lines.own():
        if not line.frozen:
            with suppress(AppError):  # no longer entitled, or no key: kept as it is
                core.reauthor(line, line.acked + 1)
    loose: dict[bytes, list[bytes]] = {}
    for item in core.aside.all():
        if item.code == LOOSE and item.raw is not None:
            loose.setdefault(item.stream, []).append(item.raw)
    for stream, envelopes in loose.items():
        with suppress(AppError):
            core.write_loose(stream, envelopes)
    with core.log.writing():
        core.log.set_meta(SALVAGED, FINISHED)
