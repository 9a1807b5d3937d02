"""One tablet of the simulation: real services over a real vault, a line, a clock of its own, and a disk
that can be copied, filled, cut short and put back.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from app.crypto.kdf import FLOOR
from app.crypto.keyring import Keyring
from app.errors import AppError
from app.protocol.ids import OpRef, PersonId, StreamId
from app.services.keyholder import HomeKeyholder
from app.services.open_tablet import OpenTablet
from app.services.surroundings import Surroundings
from app.services.whole_wire import Wire
from app.store.vault import Act, Change, Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.machine import Pace
from app.sync.ports import StorePort
from tests.fakes.clock import FakeRandom
from tests.simulator.history import History
from tests.simulator.line import Line, Weather
from tests.simulator.server import ORIGIN, Server

POLL_SECONDS = 60.0


class Clock:
    """The tablet's own idea of the time. ahead_ms: how wrong it is."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._true_ms = now_ms
        self.ahead_ms = 0

    def now_ms(self) -> int:
        return self._true_ms() + self.ahead_ms

    def monotonic(self) -> float:
        return self._true_ms() / 1000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Disk:
    """What the tablet writes to. full: there is no room."""

    def __init__(self) -> None:
        self.full = False

    def __call__(self, path: str) -> sqlite3.Connection:
        disk = self

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
                disk.check(sql)
                return super().execute(sql, *more)

            def executemany(self, sql: str, *more: Any) -> sqlite3.Cursor:
                disk.check(sql)
                return super().executemany(sql, *more)

        return sqlite3.connect(path, isolation_level=None, factory=Connection)

    def check(self, sql: str) -> None:
        if self.full and sql.startswith(("INSERT", "UPDATE", "COMMIT")):
            error = sqlite3.OperationalError("no room")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error


class _Home(HomeKeyholder):
    """A home on a disk of the simulation."""

    disk: Disk

    async def open_vault(self, keyring: Keyring, progress: Callable[[int, int], None] | None = None) -> Vault:
        around = self.around
        return await Vault.open(
            self.home, keyring, around.time.now_ms, around.random, progress, connecting=self.disk
        )


@dataclass
class SimTablet:
    """One tablet. person: hex. opened: its services while it is open. gone: why it is out of the game."""

    name: str
    keyring: Keyring
    root: Path
    server: Server
    now: Callable[[], float]
    now_ms: Callable[[], int]
    history: History
    seed: str
    roles: tuple[str, ...]
    weather: Weather = field(default_factory=Weather)
    disk: Disk = field(default_factory=Disk)
    opened: OpenTablet | None = None
    gone: str = ""
    number: int = 0
    copied: int = 0
    copies: list[Path] = field(default_factory=list)
    held_at_copy: list[int] = field(default_factory=list)
    _home: _Home | None = None
    _vault: Vault | None = None

    def __post_init__(self) -> None:
        self.clock = Clock(self.now_ms)
        self.random = FakeRandom(f"{self.seed}-{self.name}-bytes")
        self.chance = Random(f"{self.seed}-{self.name}-line")
        self.before: Callable[[Vault], Any] | None = None

    @property
    def person(self) -> str:
        return self.keyring.person.hex()

    @property
    def device(self) -> bytes:
        return bytes(self.keyring.device)

    @property
    def home(self) -> Path:
        return self.root / f"{self.name}-{self.number}"

    @property
    def on(self) -> bool:
        return self.opened is not None

    @property
    def open(self) -> OpenTablet:
        assert self.opened is not None
        return self.opened

    @property
    def vault(self) -> Vault:
        return self.open.desk.vault

    def _engine(self, store: StorePort, wire: Wire) -> SyncEngine:
        return SyncEngine(store, wire, self.clock, self.chance.random, pace=Pace(poll=POLL_SECONDS))

    def _wire(self, url: str) -> HttpTransport:
        return HttpTransport(url, carrier=Line(self.server, self.weather, self.chance))

    async def start(self, fill: Callable[[Vault], Any] | None = None) -> None:
        """Open the home. fill: what a new one is given first."""
        self.home.mkdir(exist_ok=True)
        around = Surroundings(
            self.clock, self.random, lambda: FLOOR, self._wire, self._engine, ORIGIN
        )  # fmt: skip
        self._home = home = _Home(self.home, around)
        home.disk = self.disk
        try:
            self._vault = vault = await home.open_vault(self.keyring)
            if fill is not None:
                await fill(vault)
            self._watch(vault)
            self.opened = await home.assemble(vault, self.keyring)
        except BaseException:
            home.release()
            raise

    def _watch(self, vault: Vault) -> None:
        """Tell the history of every commit, and of everybody who is taken out of a stream."""
        commit, take_out = vault.commit, vault.take_out

        async def recorded(changes: Sequence[Change], acts: Sequence[Act] = ()) -> tuple[OpRef, ...]:
            writes = await self.history.begin(
                self.now(), self.name, self.device, bytes(self.keyring.person), vault, changes
            )
            refs = await commit(changes, acts)
            self.history.saved(writes, refs)
            return refs

        async def taken_out(stream: StreamId, person: PersonId) -> bytes:
            ends = {line.chain: line.last for line in await vault.held_chains(stream)}
            done = await take_out(stream, person)
            self.history.tell(self.now(), f"{self.name}: {person.hex()[:6]} out of {stream.hex()[:6]}")
            self.left.setdefault((bytes(stream), bytes(person)), ends)
            for write in self.history.by(person=bytes(person), stream=bytes(stream)):
                if any(ref.dseq > ends.get(ref.chain, 0) for ref in write.refs):
                    write.doubt("its author was taken out")
            return done

        vault.commit = recorded  # type: ignore[method-assign]
        vault.take_out = taken_out  # type: ignore[method-assign]

    left: dict[tuple[bytes, bytes], dict[bytes, int]] = field(default_factory=dict)
    """(stream, person) → where their chains ended when they were first taken out; shared by all tablets."""

    async def stop(self) -> None:
        """Lock the tablet and end its process."""
        opened, self.opened = self.opened, None
        if opened is not None:
            try:
                await opened.close()
            except AppError as error:
                self.history.tell(self.now(), f"{self.name}: closing failed: {error.code}")
        if self._home is not None:
            self._home.release()
            self._home = None

    async def kill(self) -> None:
        """The process dies here and now: what is on the disk at this moment is all there is."""
        copy = self.root / f"{self.name}-{self.number + 1}"
        _copy(self.home, copy)
        await self.stop()
        shutil.rmtree(self.home)
        self.number += 1

    def copy_home(self) -> Path:
        """What somebody backs up, or copies to another machine."""
        self.copied += 1
        copy = self.root / f"{self.name}-copy-{self.copied}"
        _copy(self.home, copy)
        self.copies.append(copy)
        self.held_at_copy.append(len(self.history.writes))
        return copy

    async def roll_back(self, number: int) -> None:
        """Put an old copy in the place of the home."""
        await self.stop()
        shutil.rmtree(self.home)
        self.number += 1
        _copy(self.copies[number], self.home)

    def lose_image(self) -> None:
        """The accelerator is gone; the log is not."""
        for path in self.home.glob("image.bin*"):
            path.unlink()


def _copy(home: Path, copy: Path) -> None:
    """The files of a home, as a cut of power would leave them (nothing here is half written)."""
    copy.mkdir()
    for path in sorted(home.iterdir()):
        if path.is_file() and not path.name.endswith((".lock", "lock", "-shm")):
            shutil.copyfile(path, copy / path.name)
        elif path.is_dir():
            shutil.copytree(path, copy / path.name)
