"""The wrapped keyring and the recovery kit's copy of it, while nothing is unlocked yet.

Owns the short opening of the log before there is a vault. Knows no passphrase and opens no blob.
Spec: protocol.md, "Local files".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .log import LOG_NAME, Log

_KIT = b"recovery-kit"


def has_keyring(home: Path, random: Callable[[int], bytes]) -> bool:
    """True when this home has been set up. Raises LogDamaged, NewerStore, StoreFailed."""
    return read_keyring(home, random) is not None


def read_keyring(home: Path, random: Callable[[int], bytes]) -> bytes | None:
    """The wrapped keyring of a home, or None. Raises LogDamaged, NewerStore, StoreFailed."""
    if not (home / LOG_NAME).exists():
        return None
    log = Log.open(home, random)
    try:
        return log.local.keyring()
    finally:
        log.close()


def read_kit(home: Path, random: Callable[[int], bytes]) -> bytes | None:
    """The keyring as the recovery kit opens it, or None."""
    if not (home / LOG_NAME).exists():
        return None
    log = Log.open(home, random)
    try:
        return log.local.get(_KIT, b"")
    finally:
        log.close()


def write_first(home: Path, keyring: bytes, kit: bytes, random: Callable[[int], bytes]) -> None:
    """Keep both blobs of a new home in one durable transaction. Raises DiskFull, StoreFailed."""
    log = Log.open(home, random)
    try:
        with log.writing():
            log.local.set_keyring(keyring)
            log.local.put(_KIT, b"", kit)
    finally:
        log.close()
