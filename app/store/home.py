"""What can be asked of a home before it is unlocked: is there one, and its wrapped keyring.

Owns reading and first writing of the keyring blob. Refuses everything that needs a key.
Spec: protocol.md, "Keys", "Local files".
"""

from __future__ import annotations

from pathlib import Path

from app.crypto.primitives import Random

from .connection import storage_errors
from .lockfile import HomeLock
from .log import LOG_NAME, Log


def is_home(home: Path) -> bool:
    """Whether something has been set up here."""
    return (home / LOG_NAME).exists()


def read_keyring(home: Path, random: Random) -> bytes | None:
    """The wrapped keyring of a home, or None when nothing has been set up here.

    Blocking, a few milliseconds. random: for the id of a log that is not complete yet. Raises
    LogDamaged, NewerStore, StoreFailed.
    """
    if not is_home(home):
        return None
    log = Log.open(home, random)
    try:
        with storage_errors():
            return log.local.keyring()
    finally:
        log.close()


def write_keyring(home: Path, blob: bytes, random: Random) -> None:
    """Set a home up: keep the wrapped keyring before the vault is opened for the first time.

    Blocking. Raises HomeInUse while the vault is open (use Vault.save_keyring), DiskFull,
    StoreFailed.
    """
    with storage_errors():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = HomeLock(home)
    lock.acquire()
    try:
        log = Log.open(home, random)
        try:
            with log.writing():
                log.local.set_keyring(blob)
        finally:
            log.close()
    finally:
        lock.release()
