"""How often somebody tried to get in and could not: a count outside every seal.

Owns the file `tries` of a home. It is on the disk before a try is made, so that ending the app in
the middle of one wins nothing. Whoever has the disk can delete it; see docs/crypto.md, "Tries".
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from .connection import storage_errors
from .wiping import sync_directory

NAME = "tries"
VERSION = 1
DAMAGED_WRONG = 5
"""As what a file counts that cannot be read: as many as make the next one wait."""

_LAYOUT = struct.Struct(">BIII")
_CHECK = struct.Struct(">I")
_MOST = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Tries:
    """wrong: in vain since the last right one. untold: since somebody last got in. refused: prompts
    for finger or face refused in a row."""

    wrong: int = 0
    untold: int = 0
    refused: int = 0


def pack(tries: Tries) -> bytes:
    """The file's bytes: version u8 ‖ wrong u32 ‖ untold u32 ‖ refused u32 ‖ CRC-32."""
    counts = (min(one, _MOST) for one in (tries.wrong, tries.untold, tries.refused))
    body = _LAYOUT.pack(VERSION, *counts)
    return body + _CHECK.pack(zlib.crc32(body))


def unpack(data: bytes) -> Tries:
    """What the file says; one that is damaged or of another version counts as five wrong tries."""
    if len(data) != _LAYOUT.size + _CHECK.size or data[0] != VERSION:
        return Tries(DAMAGED_WRONG, DAMAGED_WRONG)
    if _CHECK.unpack_from(data, _LAYOUT.size)[0] != zlib.crc32(data[: _LAYOUT.size]):
        return Tries(DAMAGED_WRONG, DAMAGED_WRONG)
    _, wrong, untold, refused = _LAYOUT.unpack_from(data)
    return Tries(wrong, untold, refused)


def read_tries(home: Path) -> Tries:
    """What was counted so far; nothing when there is no file."""
    try:
        return unpack((home / NAME).read_bytes())
    except FileNotFoundError:
        return Tries()
    except OSError:
        return Tries(DAMAGED_WRONG, DAMAGED_WRONG)


def write_tries(home: Path, tries: Tries) -> None:
    """Put the count on the disk before returning. Raises DiskFull, StoreFailed.

    In place: 17 bytes that are there already need no room on a full disk.
    """
    path = home / NAME
    with storage_errors():
        new = not path.exists()
        file = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            os.write(file, pack(tries))
            os.fsync(file)
        finally:
            os.close(file)
        if new:
            sync_directory(home)
