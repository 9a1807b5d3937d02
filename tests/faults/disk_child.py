"""A store that lives on a recorded disk: `python -m tests.faults.disk_child`, with the shim preloaded.

One JSON job per line; each is one life, in a fork. A life opens the vault of the example's
coordinator, does everything a vault does and says each thing once it is promised; it dies at the
call that its job names, or ends. A line `{"ended": calls, "refused": [codes]}` closes a life.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import random
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import time_ns
from typing import Any

from sqlalchemy.exc import DatabaseError

from app.errors import AppError
from app.protocol.ids import OpRef
from app.store.connection import connect
from app.store.log import Log
from app.store.vault import Change, Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.machine import Pace
from app.sync.ports import IncomingSegment
from server.database import Database
from tests.fakes.agency import FakeAgency, FakeFamily, record_id

SEED = "recorded disk"


@dataclass(frozen=True)
class Job:
    """home: of the tablet under test. colleague: a home that is not recorded. seed, steps: what is
    done. start: the first number. kill_at, fail_at: the call that ends or fails; sticky: every one
    after it too. weak: `synchronous=NORMAL`, the control. server: its address; then the engine sends
    and fetches while the life goes on, and nothing else does. only: "log" opens the home's log and no
    more, "server" the database of a server in it."""

    home: str
    colleague: str
    seed: int = 1
    steps: int = 40
    start: int = 1
    trace: str = ""
    kill_at: int = 0
    fail_at: int = 0
    error: int = 0
    sticky: bool = False
    weak: bool = False
    server: str = ""
    only: str = ""


def cast() -> tuple[FakeAgency, list[FakeFamily]]:
    """The agency and its families, the same in every process."""
    agency = FakeAgency(2, seed=SEED)
    return agency, [agency.data(), agency.family(opener=1, members=[0]), agency.family(1, members=[0])]


def say(answer: object) -> None:
    """One line for the test; it leaves in one piece."""
    os.write(1, json.dumps(answer).encode() + b"\n")


@dataclass
class Life:
    """What one life does and says. refused: codes of errors that the app would have shown."""

    job: Job
    shim: ctypes.CDLL
    refused: list[str] = field(default_factory=list)
    syncing: tuple[asyncio.Task[None], HttpTransport, object] | None = None

    def promise(self, *what: object) -> None:
        """Said to the test, and written into the trace at this moment."""
        text = json.dumps(what)
        self.shim.kt_mark(text.encode())
        say(what)

    async def open(self) -> Vault:
        agency, families = cast()
        weak = self.job.weak

        def connecting(path: str) -> sqlite3.Connection:
            connection = _Weak(path, isolation_level=None) if weak else connect(path)
            # Small, so that the log is written back into the database often.
            connection.execute("PRAGMA wal_autocheckpoint=25")
            return connection

        me = agency.members[1]
        vault = await Vault.open(
            Path(self.job.home), me.keyring, me.clock.now_ms, os.urandom, connecting=connecting
        )
        try:
            if not vault.has_agency:
                await vault.apply_control(agency.id, agency.ops)
            for family in families:
                if vault.stream_state(family.stream) is None:
                    await vault.apply_control(family.stream, [family.genesis])
        except AppError:
            await vault.close()
            raise
        if self.job.server:
            self.sync(vault)
        return vault

    async def run(self) -> None:
        chance = random.Random(self.job.seed)
        families = cast()[1]
        bundle = {} if self.job.server or self.job.only else await self.bundle()
        self.promise("pid", os.getpid())
        self.arm()
        if self.job.only:
            self.open_only()
            return

        vault: Vault | None = None
        for step in range(self.job.steps):
            try:
                if vault is None:
                    vault = await self.open()
                family, number = families[1 + step % 2], self.job.start + step
                if await self.step(chance, vault, family, number, bundle) is None:
                    closing, vault = vault, None
                    await self.close(closing)
            except AppError as error:
                self.refused.append(error.code)
        if vault is not None:
            with suppress(AppError):
                await self.close(vault)

    def arm(self) -> None:
        """From here on the disk is recorded, or fails."""
        job = self.job
        self.shim.kt_arm(
            job.home.encode(), job.trace.encode(), ctypes.c_long(job.kill_at), ctypes.c_long(job.fail_at),
            job.error, int(job.sticky),
        )  # fmt: skip

    def open_only(self) -> None:
        """Open a log or a server's database: what there is to be migrated is migrated."""
        try:
            if self.job.only == "log":
                Log.open(Path(self.job.home), os.urandom).close()
            else:
                Database(f"sqlite:///{self.job.home}/server.sqlite", os.urandom, lambda: 0).close()
        except (AppError, DatabaseError) as error:
            self.refused.append(error.code if isinstance(error, AppError) else type(error).__name__)
            return
        self.promise("opened")

    async def bundle(self) -> dict[bytes, list[IncomingSegment]]:
        """What the colleague has to give, by stream."""
        agency, families = cast()
        colleague = await agency.vault(0, Path(self.job.colleague), families)
        made = {family.stream: await _everything(colleague, family) for family in families[1:]}
        await colleague.close()
        return made

    async def close(self, vault: Vault) -> None:
        """Close the vault as a lock does: what syncs is stopped first."""
        if self.syncing is not None:
            task, wire, _ = self.syncing
            self.syncing = None
            task.cancel()
            await asyncio.wait({task})
            await wire.aclose()
        await vault.close()

    def sync(self, vault: Vault) -> None:
        """Begin to sync with the job's server, and again after every change."""
        wire = HttpTransport(self.job.server)
        engine = SyncEngine(vault, wire, RealTime(), random.random, pace=Pace(poll=0.1, base=0.1, cap=0.3))
        stop = vault.subscribe(lambda _changed: engine.wake())
        self.syncing = (asyncio.create_task(engine.run_forever()), wire, stop)

    async def step(
        self,
        chance: random.Random,
        vault: Vault,
        family: FakeFamily,
        number: int,
        bundle: dict[bytes, list[IncomingSegment]],
    ) -> Vault | None:
        """One thing that a vault does; returns the vault, or None when it shall be closed."""
        act = chance.random()
        # Of every length: writes then begin and end anywhere in a page.
        text = f"word{number} " + chance.randbytes(chance.randrange(10, 900)).hex()
        self.promise("begin", number)
        if act < 0.5:
            changes = [family.change("note", record_id(number), {"body": text})]
            changes += [
                Change(family.stream, "person", record_id(number + (more + 1) * 2**64), {"name": text})
                for more in range(chance.randrange(3))
            ]
            refs = await vault.commit(changes)
            self.promise("note", number, len(changes), [(bytes(ref.chain).hex(), ref.dseq) for ref in refs])
        elif act < 0.6:
            await vault.save_local("draft", f"d{number}", text.encode())
            self.promise("draft", number)
        elif act < 0.72:
            if await vault.save_image():
                self.promise("image", number)
        elif self.job.server:
            if act < 0.97:
                await asyncio.sleep(chance.random() * 0.03)  # the engine's turn
            else:
                return None
        elif act < 0.87:
            await self.send(vault, family, chance.random() < 0.7)
        elif act < 0.94:
            segments = bundle[family.stream]
            upto = chance.randrange(len(segments) + 1)
            await vault.receive_segments(family.stream, segments[:upto], upto)
            self.promise("received", family.stream.hex(), sum(_count(one) for one in segments[:upto]))
        elif act < 0.96:
            for chain in await vault.own_chains():
                if chain.stream == family.stream and not chain.frozen and chain.last > 2:
                    self.promise("freezing", bytes(chain.chain).hex(), chain.last - 1)
                    await vault.freeze_chain(family.stream, chain.chain, chain.last - 1, b"x" * 32)
                    self.promise("frozen", bytes(chain.chain).hex(), chain.last - 1)
        else:
            return None
        return vault

    async def send(self, vault: Vault, family: FakeFamily, acknowledged: bool) -> None:
        """Cut what is to be sent: from here on the server may hold it."""
        for chain in await vault.own_chains():
            if chain.stream != family.stream or not chain.pending:
                continue
            segment = await vault.segment_from(chain.stream, chain.chain, chain.acked + 1)
            if segment is None:
                continue
            name = bytes(chain.chain).hex()
            self.promise("sent", name, segment.first, segment.last, sha256(segment.raw).hexdigest())
            if acknowledged:
                await vault.acknowledge(chain.stream, chain.chain, segment.last, 1)
                self.promise("acked", name, segment.last)


class RealTime:
    """The clock of a life."""

    def now_ms(self) -> int:
        """UTC milliseconds."""
        return time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class _Weak(sqlite3.Connection):
    """The control: a connection that does not wait for the disk at a commit."""

    def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
        return super().execute(sql.replace("synchronous=FULL", "synchronous=NORMAL"), *more)


def _count(incoming: IncomingSegment) -> int:
    return int.from_bytes(incoming.raw[1:3], "big")


async def _everything(vault: Vault, family: FakeFamily) -> list[IncomingSegment]:
    """What the colleague has written, in segments of one, made at the first life."""
    found: list[IncomingSegment] = []
    chains = [chain for chain in await vault.own_chains() if chain.stream == family.stream]
    if not chains:
        for number in range(6):
            change = family.change("note", record_id(900_000 + number), {"body": f"hers {number}"})
            await vault.commit([change])
            (chain,) = [chain for chain in await vault.own_chains() if chain.stream == family.stream]
            await vault.segment_from(family.stream, chain.chain, chain.last)
        chains = [chain]
    for chain in chains:
        first = 1
        while segment := await vault.segment_from(family.stream, chain.chain, first):
            found.append(IncomingSegment(len(found) + 1, segment.raw, segment.cert))
            first = segment.last + 1
    return found


def refs_of(named: Sequence[Sequence[Any]]) -> set[tuple[str, int]]:
    """Operations as a promise names them."""
    return {(str(chain), int(dseq)) for chain, dseq in named}


def ref_name(ref: OpRef) -> tuple[str, int]:
    """An operation as a promise names it."""
    return bytes(ref.chain).hex(), ref.dseq


def lives(shim: ctypes.CDLL) -> None:
    """One life for each job; `dead` and the wait status when it is over, however that came."""
    for line in sys.stdin:
        job = Job(**json.loads(line))
        child = os.fork()
        if child == 0:
            life = Life(job, shim)
            asyncio.run(life.run())
            say({"ended": int(shim.kt_calls()), "refused": life.refused})
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say({"dead": status})


if __name__ == "__main__":
    lives(ctypes.CDLL(sys.argv[1]))
