"""`kitchentable backup-server`: one file that holds all the server keeps, made while it serves.

For SQLite, by its own backup interface: what is committed when it begins is in it, whole.  The copy is
looked through before it gets its name, so a file under that name is a good one.  PostgreSQL has its
own tools; docs/howto/run-a-server.md names them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.errors import AppError
from server.verify import examine

_DAMAGED = "The database is damaged, so the copy was not kept. Restore an earlier backup."


class CannotBackUp(AppError):
    """No backup was made, and nothing was changed."""

    code = "cannot_back_up"

    def __init__(self, user_message: str) -> None:
        """user_message: what is the matter and what to do."""
        super().__init__(self.code)
        self.user_message = user_message


def back_up(data: Path, to: Path) -> tuple[int, int]:
    """Write the database of folder ``data`` into the new file ``to``; streams and audit rows in it.

    Raises CannotBackUp, or CannotVerify when the copy cannot be read.
    """
    source = data / "server.sqlite"
    if not source.is_file():
        raise CannotBackUp(f"There is no server.sqlite in {data}.")
    if to.exists():
        raise CannotBackUp(f"{to} is there already. Name a new file: an old backup is never written over.")
    unfinished = to.with_name(to.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        # Its owner's alone from the first byte on.
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy(source, unfinished)
        found = examine(f"sqlite:///{unfinished}", {})
        if found.broken:
            raise CannotBackUp(
                f"{len(found.broken)} of {found.streams} audits in the database do not hold, so the copy was "
                "not kept. kitchentable verify-server-audit says which."
            )
        _settle(unfinished, to)
    except (OSError, sqlite3.Error) as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise CannotBackUp(_DAMAGED) from None
        raise CannotBackUp(f"The copy could not be made ({type(error).__name__}). Is there room?") from None
    finally:
        for left in (unfinished, Path(f"{unfinished}-wal"), Path(f"{unfinished}-shm")):
            left.unlink(missing_ok=True)
    return found.streams, found.rows


def _copy(source: Path, to: Path) -> None:
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=20)) as live:
        with closing(sqlite3.connect(to)) as copy:
            # All in one step: in several, every write of the server would make it begin anew.
            live.backup(copy)
            # One file, without a log beside it that could be forgotten.
            copy.execute("PRAGMA journal_mode=DELETE")
            (sound,) = copy.execute("PRAGMA integrity_check").fetchone()
    if sound != "ok":
        raise CannotBackUp(_DAMAGED)


def _settle(unfinished: Path, to: Path) -> None:
    """Durable first, then named."""
    for place in (unfinished, to.parent):
        if place == to.parent:
            os.rename(unfinished, to)
        opened = os.open(place, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def main(data: Path, to: Path, say: Callable[[str], None]) -> int:
    """Make it and say so.  Returns the exit code."""
    streams, rows = back_up(data, to)
    say(f"{to}: {streams} streams, {rows} rows of audit, all of which hold; {to.stat().st_size:,} bytes.")
    return 0
