"""Taking a home apart: wiping it for good, and putting it aside untouched.

Owns the marker file `removed` and the folders `kept-…` of a home, and the order in which files go.
Every step may be repeated: whatever interrupts a wipe or a move, the next start ends it. Nothing
is overwritten on purpose: on flash an overwrite lands elsewhere, so what counts is that the keys
are gone (keyring, kit, device secret); the files go afterwards.
Spec: docs/crypto.md, "Wiping and setting aside"; protocol.md, "Local files".
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .connection import open_on_disk, storage_errors
from .damage import BUILDING
from .image import IMAGE_NAME, INDEX_NAME
from .log import LOG_NAME
from .log_shelves import KIT

MARKER = "removed"
"""In a home: this tablet was taken out of its agency. Outlives everything else."""
KEPT = "kept-"
"""Begins the name of a folder with a home that was put aside."""
MOVING = "moving"
"""In such a folder: the move is not complete yet."""
UNLOCK_NAME = "unlock.bin"
"""The keyring as the unlock key opens it."""

RETURNING = "returning"
"""In such a folder: it is on its way back, and the move is not complete yet."""

VERSION = 1
REASONS = ("removed", "lost")
_ID = 16
_OURS = (
    LOG_NAME, IMAGE_NAME, INDEX_NAME, "log.damaged", UNLOCK_NAME, "tries", BUILDING, "reading", "attachments",
)  # fmt: skip
"""What the names of a home's own files and folders begin with."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What the marker says. done: nothing is left to wipe. devices: whose secrets are to go, 16 B each."""

    reason: str
    done: bool = False
    devices: tuple[bytes, ...] = ()


def removed(home: Path) -> Removed | None:
    """What the home's marker says, or None when it was never taken out.

    A marker that cannot be read counts as "removed" and not done: wiping again harms nothing.
    """
    try:
        data = (home / MARKER).read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        return Removed(REASONS[0])
    if len(data) < 4 or data[0] != VERSION or data[1] >= len(REASONS) or len(data) != 4 + _ID * data[3]:
        return Removed(REASONS[0])
    devices = tuple(data[at : at + _ID] for at in range(4, len(data), _ID))
    return Removed(REASONS[data[1]], data[2] == 1, devices)


def mark_removed(home: Path, mark: Removed) -> None:
    """Write the marker durably. Raises DiskFull, StoreFailed."""
    write_durably(home / MARKER, pack_mark(mark))


def pack_mark(mark: Removed) -> bytes:
    """The marker's bytes: version u8 ‖ reason u8 ‖ done u8 ‖ count u8 ‖ count · device 16."""
    head = bytes((VERSION, REASONS.index(mark.reason), mark.done, len(mark.devices)))
    return head + b"".join(mark.devices)


def unmark_removed(home: Path) -> None:
    """Forget that the tablet was taken out; its first run comes next."""
    with storage_errors():
        (home / MARKER).unlink(missing_ok=True)
        sync_directory(home)


def homes(home: Path) -> list[Path]:
    """The home and every home that was put aside in it."""
    return [home, *kept(home)]


def kept(home: Path) -> list[Path]:
    """The homes put aside, the newest last."""
    with storage_errors():
        return sorted(one for one in home.glob(KEPT + "*") if one.is_dir())


def drop_keys(home: Path) -> None:
    """Drop keyring and recovery kit from the home's log. Harmless when there is no log.

    SQLite overwrites the freed bytes (secure_delete) and its journal is emptied. A log too damaged
    for that is left to `wipe_steps`, which removes it whole. Raises DiskFull, StoreFailed.
    """
    if not (home / LOG_NAME).exists():
        return
    with suppress(sqlite3.Error):
        log = open_on_disk(home / LOG_NAME)
        try:
            log.execute("BEGIN IMMEDIATE")
            log.execute("DELETE FROM keyring")
            log.execute("DELETE FROM meta WHERE key = 'keyring'")
            log.execute("DELETE FROM local WHERE kind = ?", (KIT,))
            log.execute("COMMIT")
            log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            log.close()


def wipe_steps(home: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """(name, act) of everything that goes, in order: keys, then image, then log, then the rest."""
    everywhere = homes(home)
    for one in everywhere:
        yield "keys", partial(drop_keys, one)
    for one in everywhere:
        yield "unlock", partial(_drop, one, UNLOCK_NAME)
        yield "image", partial(_drop, one, IMAGE_NAME)
        yield "image", partial(_drop, one, INDEX_NAME)
    for one in everywhere:
        yield "log", partial(_drop, one, *_OURS)
    for one in everywhere[1:]:
        yield "kept", partial(_drop_folder, one)


def is_empty(home: Path) -> bool:
    """Whether nothing of a home is left in the folder, its homes put aside included."""
    return not _files(home, *_OURS) and not kept(home)


def put_aside(home: Path, stamp: str) -> Path:
    """Move everything of the home into a folder of its own, byte for byte; returns the folder.

    stamp: makes the folder's name. Interrupted, it is ended by `finish_moves`.
    Raises DiskFull, StoreFailed.
    """
    folder = home / f"{KEPT}{stamp}"
    with storage_errors():
        folder.mkdir(mode=0o700)
        _note(folder, MOVING)
        sync_directory(home)
    finish_moves(home)
    return folder


def bring_back(home: Path, folder: Path) -> None:
    """Make a home that was put aside the home again; there must be none in its place.

    Interrupted, it is ended by `finish_moves`. Raises DiskFull, StoreFailed.
    """
    with storage_errors():
        if _files(home, *_OURS):
            raise FileExistsError
        _note(folder, RETURNING)
    finish_moves(home)


def finish_moves(home: Path) -> None:
    """End a move that was interrupted. Raises DiskFull, StoreFailed."""
    for folder in kept(home):
        with storage_errors():
            if (folder / MOVING).exists():
                _move(home, folder)
                (folder / MOVING).unlink()
            elif (folder / RETURNING).exists():
                _move(folder, home)
                shutil.rmtree(folder)
            sync_directory(home)


def _note(folder: Path, name: str) -> None:
    (folder / name).touch(mode=0o600)
    sync_directory(folder)


def _move(source: Path, target: Path) -> None:
    for path in _files(source, *_OURS):
        os.replace(path, target / path.name)
    sync_directory(target)
    sync_directory(source)


def _files(home: Path, *beginnings: str) -> list[Path]:
    """What begins so, the journal first: it must never lie beside a log that is not its own."""
    found = [path for path in home.iterdir() if path.name.startswith(beginnings)] if home.exists() else []
    return sorted(found, key=lambda path: (not path.name.endswith(("-wal", "-shm")), path.name))


def _drop(home: Path, *beginnings: str) -> None:
    with storage_errors():
        for path in _files(home, *beginnings):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        if home.exists():
            sync_directory(home)


def _drop_folder(folder: Path) -> None:
    with storage_errors():
        shutil.rmtree(folder, ignore_errors=True)


def write_durably(path: Path, data: bytes) -> None:
    """Replace a small file: tmp, fsync, rename, fsync of the directory. Raises DiskFull, StoreFailed."""
    temporary = path.with_name(path.name + ".tmp")
    with storage_errors():
        try:
            with open(temporary, "wb") as file:
                os.chmod(temporary, 0o600)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
            sync_directory(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


def sync_directory(folder: Path) -> None:
    """Make renames and removals in a folder durable, where the system can."""
    if os.name == "posix":
        directory = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


