"""The wrapped keyring, and its copies for the recovery kit and for finger or face, while locked.

Owns the short opening of the log before there is a vault; from a damaged log it reads them as far
as they can be read. Knows no passphrase and opens no blob. Spec: protocol.md, "Local files".
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from app.errors import LogDamaged, StoreError

from .connection import storage_errors
from .damage import finish_swap, mark_damaged, repaired
from .log import LOG_NAME, Log
from .log_shelves import KIT, LocalShelf
from .wiping import UNLOCK_NAME, sync_directory, write_durably

_Question = Callable[[LocalShelf], bytes | None]

_READING = "reading"
"""A directory of the home for the copy from which a damaged log is read."""


def has_keyring(home: Path, random: Callable[[int], bytes]) -> bool:
    """True when this home has been set up, its log damaged or not. Raises NewerStore, StoreFailed."""
    try:
        return read_keyring(home, random) is not None
    except LogDamaged:
        return True


def read_keyring(home: Path, random: Callable[[int], bytes]) -> bytes | None:
    """The wrapped keyring of a home, or None when it has not been set up.

    Blocking, a few milliseconds. random: for the id of a log that is not complete yet. Raises
    LogDamaged when a damaged log does not give it any more, NewerStore, DiskFull, StoreFailed.
    """
    return _read(home, random, LocalShelf.keyring, LocalShelf.second_keyring)


def read_kit(home: Path, random: Callable[[int], bytes]) -> bytes | None:
    """The keyring as the recovery kit opens it, or None. Raises as `read_keyring`."""
    return _read(home, random, lambda local: local.get(KIT, b""))


def write_first(home: Path, keyring: bytes, kit: bytes, random: Callable[[int], bytes]) -> None:
    """Keep both blobs of a new home in one durable transaction. Raises DiskFull, StoreFailed."""
    with storage_errors():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = Log.open(home, random)
    try:
        with log.writing():
            log.local.set_keyring(keyring)
            log.local.put(KIT, b"", kit)
    finally:
        log.close()


def _read(home: Path, random: Callable[[int], bytes], *questions: _Question) -> bytes | None:
    """What the first question finds; of a damaged log, what any of them does."""
    finish_swap(home)
    if not (home / LOG_NAME).exists():
        return None
    try:
        log = Log.open(home, random)
        try:
            with storage_errors():
                return questions[0](log.local)
        finally:
            log.close()
    except LogDamaged:
        with suppress(StoreError):
            mark_damaged(home)
        return _from_copy(home, questions)


def _from_copy(home: Path, questions: Sequence[_Question]) -> bytes:
    place = home / _READING
    with storage_errors():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
        try:
            with repaired(home, place) as connection:
                for ask in questions:
                    with suppress(sqlite3.Error):
                        if found := ask(LocalShelf(connection)):
                            return found
        finally:
            shutil.rmtree(place, ignore_errors=True)
    raise LogDamaged("keyring")


def read_unlock(home: Path) -> bytes | None:
    """The keyring as the unlock key opens it (finger or face), or None. Raises StoreFailed."""
    with storage_errors():
        try:
            return (home / UNLOCK_NAME).read_bytes()
        except FileNotFoundError:
            return None


def write_unlock(home: Path, blob: bytes | None) -> None:
    """Keep that blob, durably; None removes it. Raises DiskFull, StoreFailed."""
    if blob is not None:
        write_durably(home / UNLOCK_NAME, blob)
        return
    with storage_errors():
        (home / UNLOCK_NAME).unlink(missing_ok=True)
        sync_directory(home)
