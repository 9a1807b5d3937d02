"""A real server in this process and whole tablets on real homes: services, store, wire, keys."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import time_ns

import httpx

from app.crypto.kdf import FLOOR
from app.services.device_port import DeviceSecrets, NoSecrets
from app.services.first_run import FirstRun, StartAgency
from app.services.keyholder import HomeKeyholder
from app.services.surroundings import Surroundings
from app.services.tablet import Tablet
from app.services.whole_wire import Wire
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.machine import Pace
from app.sync.ports import StorePort
from server.config import Config
from server.main import create_app

SERVER = "http://localhost"
PASSPHRASE = "five warm words for tests"


@dataclass
class HandClock:
    """Wall and monotonic time that tests move; sleeping is real and short."""

    wall_ms: int = field(default_factory=lambda: time_ns() // 1_000_000)
    seconds: float = 1000.0
    began_ms: int = field(init=False)

    def __post_init__(self) -> None:
        self.began_ms = self.wall_ms

    def now_ms(self) -> int:
        """UTC milliseconds."""
        return self.wall_ms

    def monotonic(self) -> float:
        """Seconds."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Let both clocks run."""
        self.wall_ms += int(seconds * 1000)
        self.seconds += seconds

    async def sleep(self, seconds: float) -> None:
        """A short real wait, so that rounds follow each other quickly."""
        await asyncio.sleep(min(seconds, 0.02))


@dataclass
class Office:
    """One server, and a way to make tablets that reach it."""

    root: Path
    app: object
    clock: HandClock = field(default_factory=HandClock)
    holders: list[HomeKeyholder] = field(default_factory=list)
    tablets: list[Tablet] = field(default_factory=list)
    down: bool = False
    secrets: DeviceSecrets = field(default_factory=NoSecrets)

    def tablet(self, name: str, server: str = SERVER) -> Tablet:
        """The tablet of a home under `root`, as the process that starts on it sees it."""
        home = self.root / name
        home.mkdir(exist_ok=True)
        holder = HomeKeyholder(
            home,
            Surroundings(
                self.clock, os.urandom, lambda: FLOOR, self._wire, self._engine, server,
                secrets=self.secrets,
            ),
        )
        tablet = Tablet(holder, self.clock)
        tablet.begin_with(lambda: FirstRun(tablet, holder))
        self.holders.append(holder)
        self.tablets.append(tablet)
        return tablet

    async def founded(self, name: str = "founder") -> Tablet:
        """A tablet whose person has just started the agency."""
        tablet = self.tablet(name)
        await tablet.first_run.start_agency(
            StartAgency("River House", "Ruth Abara", "Supervisor", PASSPHRASE, SERVER)
        )
        await tablet.first_run.finish()
        return tablet

    def _wire(self, url: str) -> HttpTransport:
        carrier = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]
        return HttpTransport(url, carrier=_Switch(carrier, self))

    def _engine(self, store: StorePort, wire: Wire) -> SyncEngine:
        return SyncEngine(store, wire, self.clock, random.Random(1).random, pace=Pace())


class _Switch(httpx.AsyncBaseTransport):
    """The network between tablets and server; it can be pulled out."""

    def __init__(self, inner: httpx.AsyncBaseTransport, office: Office) -> None:
        self._inner = inner
        self._office = office

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._office.down:
            raise httpx.ConnectError("pulled out", request=request)
        return await self._inner.handle_async_request(request)


@asynccontextmanager
async def office(root: Path, one_clock: bool = False) -> AsyncIterator[Office]:
    """An office that is tidied up afterwards.

    one_clock: the server's day is the tablets' day; otherwise theirs, advanced, runs away from it.
    """
    data, clock = root / "server", HandClock()

    def server_ms() -> int:
        return time_ns() // 1_000_000 + (clock.wall_ms - clock.began_ms if one_clock else 0)

    app = create_app(Config(data_dir=data, origins=(SERVER,), now_ms=server_ms))
    place = Office(root, app, clock)
    try:
        yield place
    finally:
        for tablet in place.tablets:
            await tablet.lock("test")
        for holder in place.holders:
            holder.release()
        app.state.desk.database.close()


async def hired(
    place: Office, founder: Tablet, name: str, roles: tuple[str, ...] = ("coordinator",)
) -> Tablet:
    """Somebody new, invited, let in, with an open tablet."""
    from app.services.enrolment import NewPerson
    from app.services.first_run import JoinAgency

    invited = await founder.open.enrolment.invite(NewPerson(name, "Care coordinator", roles))
    tablet = place.tablet(name.split()[0].lower())
    await tablet.first_run.join(JoinAgency(invited.text, PASSPHRASE))
    for pending in await founder.open.enrolment.pending():
        if pending.state == "joined":
            await founder.open.enrolment.admit(pending.invitation_id)

    async def let_in() -> bool:
        return await tablet.first_run.check_joined()

    await until(let_in)
    await tablet.first_run.finish()
    return tablet


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 15.0) -> None:
    """Wait for something that happens by itself; fails when it does not."""
    async with asyncio.timeout(seconds):
        while not await true():
            await asyncio.sleep(0.02)
