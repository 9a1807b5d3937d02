"""Snapshots in a round: given when due, shown first, and never in anybody's way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.errors import NoNetwork, ServerRefused
from app.store import snapshot_making
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.ports import RemoteStream, StreamPosition
from app.sync.pulling import in_order
from tests.fakes.agency import FakeAgency, FakeFamily, record_id
from tests.fakes.clock import FakeClock
from tests.fakes.snapshots import AUTHOR, OTHER, READER, bodies
from tests.fakes.transport import FakeServer, FakeTransport

TAIL = 20


@dataclass
class Tablet:
    """An open vault with its engine and wire."""

    vault: Vault
    wire: FakeTransport
    engine: SyncEngine


@dataclass
class Place:
    """Tablets around one server."""

    agency: FakeAgency
    family: FakeFamily
    homes: Path
    server: FakeServer = field(default_factory=FakeServer)
    tablets: list[Tablet] = field(default_factory=list)

    async def tablet(self, number: int) -> Tablet:
        """A member's tablet that knows the agency only."""
        vault = await self.agency.vault(number, self.homes / str(number))
        wire = FakeTransport(self.server)
        engine = SyncEngine(vault, wire, FakeClock(), lambda: 0.5)
        self.tablets.append(Tablet(vault, wire, engine))
        return self.tablets[-1]

    async def author(self, notes: int) -> Tablet:
        """One who has opened the family, written notes and sent them."""
        tablet = await self.tablet(AUTHOR)
        await tablet.vault.apply_control(self.family.stream, [self.family.genesis])
        await self.write(tablet, notes)
        return tablet

    async def write(self, tablet: Tablet, notes: int, start: int = 0) -> None:
        """Write, send, and have all that is due done."""
        changes = [
            self.family.change("note", record_id(start + n), {"body": f"note {start + n:03}"})
            for n in range(notes)
        ]
        await tablet.vault.commit(changes)
        for _ in range(3):
            assert (await tablet.engine.run_once()).problem == ""

    @property
    def snapshots(self) -> int:
        """How many complete ones the server has."""
        return sum(blob.complete for blob in self.server.streams[self.family.stream].blobs.values())


@asynccontextmanager
async def place(homes: Path) -> AsyncIterator[Place]:
    agency = FakeAgency(size=3)
    found = Place(agency, agency.family(opener=AUTHOR, members=[OTHER]), homes)
    for stream, genesis in ((agency.id, agency.ops), (found.family.stream, [found.family.genesis])):
        wire = FakeTransport(found.server)
        wire.token = True
        await wire.found_agency(stream, genesis)
    try:
        yield found
    finally:
        for tablet in found.tablets:
            await tablet.vault.close()


@pytest.fixture(autouse=True)
def _short_tail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_making, "TAIL", TAIL)


async def test_snapshot_is_given_when_the_tail_is_long_and_not_before_it_has_grown_again(
    tmp_path: Path,
) -> None:
    async with place(tmp_path) as world:
        author = await world.author(TAIL - 1)
        assert world.snapshots == 0
        await world.write(author, 1, start=100)
        assert world.snapshots == 1
        await world.write(author, TAIL - 1, start=200)
        assert world.snapshots == 1
        await world.write(author, 1, start=300)
        assert world.snapshots == 2


async def test_new_tablet_shows_the_snapshot_before_it_asks_for_history(tmp_path: Path) -> None:
    async with place(tmp_path) as world:
        author = await world.author(TAIL)
        reader = await world.tablet(READER)
        shown: list[tuple[int, bool]] = []

        async def count() -> None:
            shown.append((len(await bodies(reader.vault)), bool((await reader.vault.arrival()).checking)))

        reader.wire.fail("pull", NoNetwork())
        assert (await reader.engine.run_once()).problem == NoNetwork.code
        await count()
        status = await reader.engine.run_once()
        assert status.problem == ""
        await count()
        assert shown == [(TAIL, True), (TAIL, False)]
        assert await bodies(reader.vault) == await bodies(author.vault)
        assert not await reader.vault.snapshot_alarms()


async def test_colleague_who_was_quicker_spares_another_snapshot(tmp_path: Path) -> None:
    async with place(tmp_path) as world:
        await world.author(TAIL)
        other = await world.tablet(OTHER)
        for _ in range(3):
            await other.engine.run_once()
        assert len(await bodies(other.vault)) == TAIL
        assert world.snapshots == 1
        assert list(await other.vault.snapshots_due()) == []


def bent(chunk: bytes) -> bytes:
    """The chunk with one bit flipped."""
    return chunk[:-1] + bytes([chunk[-1] ^ 1])


async def test_history_comes_whatever_is_wrong_with_snapshots(tmp_path: Path) -> None:
    async with place(tmp_path) as world:
        author = await world.author(TAIL)
        (blob,) = world.server.streams[world.family.stream].blobs.values()
        blob.chunks[1] = bent(blob.chunks[1])
        reader = await world.tablet(READER)
        assert (await reader.engine.run_once()).problem == ""
        assert await bodies(reader.vault) == await bodies(author.vault)
        other = await world.tablet(OTHER)
        other.wire.fail("snapshots", ServerRefused(), ServerRefused())
        assert (await other.engine.run_once()).problem == ""
        assert await bodies(other.vault) == await bodies(author.vault)


async def test_older_snapshot_is_shown_when_the_newest_is_refused(tmp_path: Path) -> None:
    async with place(tmp_path) as world:
        author = await world.author(TAIL)
        await world.write(author, TAIL, start=100)
        newest = list(world.server.streams[world.family.stream].blobs.values())[-1]
        newest.chunks[1] = bent(newest.chunks[1])
        reader = await world.tablet(READER)
        reader.wire.fail("pull", NoNetwork())
        await reader.engine.run_once()
        assert len(await bodies(reader.vault)) == TAIL


async def test_snapshot_that_was_half_sent_goes_on_where_it_stopped(tmp_path: Path) -> None:
    async with place(tmp_path) as world:
        author = await world.author(TAIL - 1)
        author.wire.fail("put_chunk", NoNetwork())
        await author.vault.commit([world.family.change("note", record_id(900), {"body": "the last"})])
        for _ in range(2):
            await author.engine.run_once()
        assert author.wire.calls.count("put_chunk") == 1 and world.snapshots == 0
        await author.vault.commit([world.family.change("note", record_id(901), {"body": "one more"})])
        for _ in range(3):
            await author.engine.run_once()
        assert author.wire.calls.count("put_chunk") == 2 and world.snapshots == 1


async def test_server_that_takes_no_snapshot_is_not_asked_again_for_the_same_notes(tmp_path: Path) -> None:
    async with place(tmp_path) as world:
        author = await world.author(TAIL - 1)
        author.wire.fail("put_chunk", *[ServerRefused() for _ in range(9)])
        await world.write(author, 1, start=100)
        for _ in range(4):
            assert (await author.engine.run_once()).problem == ""
        assert author.wire.calls.count("put_chunk") == 1


async def test_progress_is_told_in_families(tmp_path: Path) -> None:
    async with place(tmp_path) as world:
        await world.author(3)
        reader = await world.tablet(READER)
        reader.wire.fail("pull", NoNetwork())
        await reader.engine.run_once()
        arrival = await reader.vault.arrival()
        assert arrival.arriving == arrival.families == {world.family.id}
        await reader.engine.run_once()
        arrival = await reader.vault.arrival()
        assert (arrival.families, arrival.arriving) == ({world.family.id}, frozenset())


def test_what_people_need_first_is_pulled_first_then_the_shortest() -> None:
    names = [bytes([n]) * 16 for n in range(4)]
    here = {name: StreamPosition(name, b"", 1, 0) for name in names}  # type: ignore[arg-type, misc]
    changed = [RemoteStream(name, b"", 1, 9 - n) for n, name in enumerate(names)]  # type: ignore[arg-type]
    order = in_order(changed, (), here, (names[1],))  # type: ignore[arg-type]
    assert [item.stream for item in order] == [names[1], names[3], names[2], names[0]]
