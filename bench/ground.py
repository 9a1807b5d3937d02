"""What every row is measured on: one caseload, a tablet's home made of it, and the peers' files."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import cast

from app.demo.content import ExampleFamily
from app.services.casebook import Casebook, FamilyRow
from app.services.caseload import Caseload as FamilyCaseload
from app.services.desk import Desk, Me
from app.services.practice_rules import PracticeRules
from app.store.vault import Vault

from .caseload import READER, Caseload, batches, schema, write_caseload
from .peers import CIPHER, PLAIN, Peer

PEER_TRANSACTION = 500
"""Rows in one transaction of a peer's import."""
BODY_BYTES = 600
"""Size of a note where the bar names one."""
PEER_KEY = bytes(range(32))


@dataclass(frozen=True)
class Ground:
    """A caseload, the reader's home with all of it and an image, and the peers' files."""

    scratch: Path
    caseload: Caseload
    home: Path
    files: dict[str, Path]

    def copy_of_home(self, name: str) -> Path:
        """A home to write into."""
        return Path(shutil.copytree(self.home, self.scratch / name))

    def copy_of_file(self, peer: str, name: str) -> Path:
        """A peer's file to write into."""
        return Path(shutil.copyfile(self.files[peer], self.scratch / name))

    def fresh(self, name: str) -> Path:
        """A path where nothing is yet."""
        path = self.scratch / name
        shutil.rmtree(path, ignore_errors=True)
        for leftover in self.scratch.glob(name + "*"):
            leftover.unlink()
        return path


async def prepare(families: Sequence[ExampleFamily], scratch: Path) -> Ground:
    """Write a caseload, receive it on a tablet, write its image, fill the peers."""
    scratch.mkdir(parents=True, exist_ok=True)
    caseload = await write_caseload(families, scratch / "author")
    home = scratch / "home"
    vault = await caseload.vault(home)
    try:
        await caseload.receive(vault)
        await vault.save_image()
    finally:
        await vault.close()
    files: dict[str, Path] = {}
    plan = batches(caseload.writes, PEER_TRANSACTION)
    for name in (PLAIN, CIPHER):
        path = scratch / f"{name.replace(' ', '-')}.sqlite"
        peer = Peer(name, path, PEER_KEY)
        await peer.open()
        await peer.create(schema())
        await peer.write(plan)
        await peer.close()
        files[name] = path
    if files[CIPHER].read_bytes()[:15] == b"SQLite format 3":
        raise RuntimeError("the SQLCipher peer does not encrypt")
    # What is here now stays: the collector need not look at it in the middle of a lap.
    gc.collect()
    gc.freeze()
    return Ground(scratch, caseload, home, files)


async def first_list(caseload: Caseload, store: Vault | Peer) -> tuple[FamilyRow, ...]:
    """What the Families screen asks first, by the app's own service, of our store or a peer."""
    member = caseload.agency.members[READER]
    me = Me(member.person.hex(), member.keyring.device.hex(), "", "", ("supervisor",))
    # A peer answers what the list asks of a vault.
    desk = Desk(cast(Vault, store), member.clock.now_ms, lambda: "", me)
    return await Casebook(desk, FamilyCaseload(desk, PracticeRules(desk))).names()


def fsync_ms(scratch: Path, rounds: int = 50) -> float:
    """What one write of 4 KiB and its fsync cost on this disk: median milliseconds."""
    path = scratch / "fsync"
    taken: list[float] = []
    with open(path, "wb") as file:
        for _ in range(rounds):
            file.write(os.urandom(4096))
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - start)
    path.unlink()
    return median(taken) * 1000
