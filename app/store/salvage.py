"""Opening a home whose log may be damaged.

Owns the way from a damaged `log.sqlite` to a new one: the damaged file is kept beside it as
`log.damaged-<n>.sqlite`, everything that can still be verified is copied row by row, and what is
missing is fetched from the server again (cursors at 0). Nothing unverified is carried over:
control chains must replay, certificates parse, sealed blobs open, and each chain's envelopes must
follow one another from its start. This tablet's own chains are frozen, because their ends may be
lost: their unsent operations are written again in new chains. Spec: protocol.md, "Local files".
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from app.crypto.keyring import Keyring
from app.crypto.primitives import Random
from app.errors import AppError, LogDamaged
from app.wraparound.records import Record

from .connection import Connect, storage_errors
from .core import Core
from .damage import BUILDING, MARK, READY, SALVAGED, finish_swap, repaired, swap
from .damage import mark_damaged as mark_damaged
from .image import drop_image
from .log import Log
from .mirror import Progress
from .notices import DAMAGED
from .rescue import LOOSE, Rows, copy

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
    finish_swap(home)
    try:
        if (home / MARK).exists():
            raise LogDamaged("marked")
        with storage_errors():
            core = Core(home, keyring, now_ms, random, record_types, progress, connecting)
    except LogDamaged:
        salvage(home, keyring.log_key, random, now_ms())
        core = Core(home, keyring, now_ms, random, record_types, progress, connecting)
    if core.log.meta(SALVAGED) == UNFINISHED:
        write_again(core)
    return core


def salvage(home: Path, log_key: bytes, random: Random, now_ms: int) -> Path:
    """Replace the home's log by one with everything verifiable; returns where the old one is.

    now_ms: since when people are told, UTC.
    A crash in between leaves the old log in its place. Raises DiskFull, StoreFailed.
    """
    building = home / BUILDING
    with storage_errors():
        drop_image(home)
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        new = Log.open(building, random)
        try:
            with repaired(home, building) as old, new.writing():
                copy(Rows(old), new, log_key)
                new.set_meta(SALVAGED, UNFINISHED)
                new.notices.note(bytes(16), DAMAGED, now_ms)
        finally:
            new.close()
        (building / READY).write_text(str(_free_number(home)))
        return swap(home)


def _free_number(home: Path) -> int:
    number = 1
    while (home / f"log.damaged-{number}.sqlite").exists():
        number += 1
    return number


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
    finished = True
    for stream, envelopes in loose.items():
        done = f"{SALVAGED}:{stream.hex()}"
        if core.log.meta(done) is not None:
            continue
        try:
            core.write_loose(stream, envelopes)
        except AppError:  # what it takes is still to be fetched: tried again at the next opening
            finished = False
            continue
        with core.log.writing():
            core.log.set_meta(done, b"1")
    if finished:
        with core.log.writing():
            core.log.set_meta(SALVAGED, FINISHED)
