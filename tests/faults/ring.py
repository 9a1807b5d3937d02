"""A server and some tablets in one process: real vaults, engines and wire; homes that can be swapped.

What happens to the files of a closed tablet is up to the test: `copy_home` takes them away or puts
older ones back.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import FastAPI
from sqlmodel import select

from app.protocol.ids import DeviceId
from app.protocol.login import sign_login
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.ports import ZERO_HASH
from app.sync.status import SyncStatus
from app.wraparound.records import Note
from server.config import Config
from server.main import create_app
from tests.fakes.agency import FakeAgency, FakeFamily, record_id
from tests.fakes.clock import FakeClock

ORIGIN = "http://localhost"


@dataclass
class Tab:
    """One open tablet. member: its place in the agency."""

    ring: Ring
    member: int
    home: Path
    vault: Vault
    engine: SyncEngine
    wire: HttpTransport

    async def write(self, number: int, body: str = "") -> None:
        """Save one note of the ring's family."""
        fields = {"body": body or f"note {number}"}
        await self.vault.commit([self.ring.family.change("note", record_id(number), fields)])

    async def bodies(self) -> list[str]:
        """Every note that this tablet shows."""
        return sorted(await self.vault.read(lambda s: [note.body for note in s.exec(select(Note))]))

    async def rounds(self, count: int = 1) -> SyncStatus:
        """Contacts with the server, one after another."""
        status = self.engine.status
        for _ in range(count):
            status = await self.engine.run_once()
            if status.server_offset_ms is not None:  # as services.syncing does
                self.vault.correct_clock(status.server_offset_ms)
        return status

    async def amiss(self) -> set[str]:
        """Codes of what people are told is amiss."""
        found = await self.vault._run(self.vault._core.log.notices.notices)
        return {one.code for one in found}

    async def close(self) -> None:
        """Lock: the engine stops, memory and keys go."""
        await self.engine.stop()
        await self.wire.aclose()
        await self.vault.close()
        self.ring.tabs.remove(self)


@dataclass
class Ring:
    """The server, the agency and the open tablets. clocks: of server (-1) and members, by number."""

    root: Path
    app: FastAPI
    agency: FakeAgency
    families: list[FakeFamily]
    server_clock: FakeClock
    tabs: list[Tab] = field(default_factory=list)

    @property
    def family(self) -> FakeFamily:
        """The family that everybody works in."""
        return self.families[1]

    async def tab(self, member: int = 1, home: str = "") -> Tab:
        """Open a tablet of a member; home: another place than the usual."""
        place = self.root / (home or f"member{member}")
        if (place / "log.sqlite").exists():  # what it knows is on its disk, or comes from the server
            me = self.agency.members[member]
            vault = await Vault.open(place, me.keyring, me.clock.now_ms, os.urandom)
        else:
            vault = await self.agency.vault(member, place, self.families)
        wire = HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=self.app))
        clock = self.agency.members[member].clock
        tab = Tab(self, member, place, vault, SyncEngine(vault, wire, clock, random.Random(1).random), wire)
        self.tabs.append(tab)
        return tab

    def copy_home(self, source: str, target: str, *, image: bool = True) -> None:
        """Copy the files of a closed tablet over those of another one (or away)."""
        place = self.root / target
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.root / source, place)
        if not image:
            (place / "image.bin").unlink(missing_ok=True)

    def put_server(self, saved: str) -> None:
        """Put the server's files back to what was copied to `saved`, and start it again."""
        self.app.state.desk.database.close()
        self.copy_home(saved, "server")
        self.app = serve(self.root, self.server_clock)

    async def found(self) -> None:
        """The server knows the agency and its streams."""
        for number, opened in ((0, self.families[:1]), (1, self.families[1:])):
            member = self.agency.members[number]
            wire = HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=self.app))
            await wire.found_agency(self.agency.id, self.agency.ops)

            async def sign(origin: str, challenge: bytes, member=member) -> bytes:  # type: ignore[no-untyped-def]
                keyring = member.keyring
                return sign_login(keyring.signing_key(), origin, DeviceId(keyring.device), challenge)

            await wire.login(DeviceId(member.keyring.device), sign)
            for family in opened:
                await wire.append_control(family.stream, ZERO_HASH, [family.genesis])
            await wire.aclose()

    async def agreed(self, *tabs: Tab) -> list[str]:
        """Contacts until nothing moves; then all show the same, which is returned."""
        for _ in range(3):
            for tab in tabs:
                status = await tab.rounds(3)
                assert status.problem == "", status.problem
        digests = {await tab.vault.digest(self.family.stream) for tab in tabs}
        shown = [await tab.bodies() for tab in tabs]
        assert len(digests) == 1, shown
        for tab in tabs:
            assert await tab.vault.unsent_count() == 0
        return shown[0]


def serve(root: Path, clock: FakeClock) -> FastAPI:
    """The server on the files that are there."""
    return create_app(Config(data_dir=root / "server", origins=(ORIGIN,), now_ms=clock.now_ms))


@asynccontextmanager
async def ring(root: Path) -> AsyncIterator[Ring]:
    """An agency of a supervisor (0) and two coordinators, one family of all three."""
    agency, clock = FakeAgency(3, seed="ring"), FakeClock()
    app = serve(root, clock)
    families = [agency.data(), agency.family(opener=1, members=[0, 2])]
    place = Ring(root, app, agency, families, clock)
    try:
        await place.found()
        yield place
    finally:
        for tab in list(place.tabs):
            await tab.close()
        place.app.state.desk.database.close()
