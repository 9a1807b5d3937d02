"""The primary dies under load, its standby takes over: nothing that was acknowledged is lost.

Tablets push all the while to server processes that know both machines by one address.  In between the
server says that it is unavailable, never that something is safe; afterwards it goes on by itself.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from app.errors import NoNetwork, ServerUnavailable, SignInNeeded
from app.protocol.ids import ChainId, StreamId
from app.protocol.membership import Role
from app.sync.http import HttpTransport
from server import tables
from server.config import Config
from server.database import Database
from server.desk import Desk
from server.main import create_app
from server.readiness import Readiness
from tests.fakes.agency_maker import AgencyMaker, Tablet
from tests.fakes.clock import FakeRandom
from tests.fakes.store import FakeStore
from tests.server.cluster import Cluster, pair
from tests.server.test_process import free_port
from tests.server.test_siblings import ORIGIN, InTurn, end, start, wait_for

pytestmark = pytest.mark.xdist_group("postgres")

SOAK = bool(os.environ.get("KT_SOAK"))
TRIALS = 10 if SOAK else 1
TABLETS = 6
BEFORE_PUSHES, AFTER_PUSHES = 40, 10


@dataclass
class Sender:
    """A tablet that pushes one operation after the other, and remembers what it was told."""

    store: FakeStore
    wire: HttpTransport
    stream: StreamId
    chain: ChainId
    acknowledged: int = 0
    refused: list[str] = field(default_factory=list)
    leave: bool = False

    async def run(self) -> None:
        """Push until told to leave; anything but "not now" is raised."""
        while not self.leave:
            piece = await self.store.segment_from(self.stream, self.chain, self.acknowledged + 1)
            if piece is None:
                self.store.write(self.stream)
                continue
            try:
                await self.wire.push(piece)
            except SignInNeeded:
                await self.wire.login(self.store.device, self.store.sign_login)
            except (ServerUnavailable, NoNetwork) as error:
                self.refused.append(error.detail)
                await asyncio.sleep(0.05)
            else:
                self.acknowledged = piece.last


@pytest.fixture
def machines() -> Iterator[tuple[Cluster, Cluster]]:
    with pair() as made:
        yield made


def held(url: str) -> dict[bytes, int]:
    """By chain, the last operation in the database; every segment from the first on is really there."""
    database = Database(url, os.urandom, lambda: 0)
    chain, piece = tables.chain.c, tables.segment.c
    counted = select(piece.chain, func.sum(piece.last - piece.first + 1)).group_by(piece.chain)
    with database.read() as connection:
        ends = {row[0]: row[1] for row in connection.execute(select(chain.chain, chain.last_dseq))}
        assert {row[0]: row[1] for row in connection.execute(counted)} == ends
    database.close()
    return ends


async def found(ports: list[int], agency: AgencyMaker, hands: list[Tablet]) -> list[Sender]:
    """The agency and one stream for all, and a sender for each tablet."""
    wires = [HttpTransport(ORIGIN, carrier=InTurn(ports)) for _ in hands]
    await wires[0].found_agency(agency.id, agency.ops)
    stream = agency.open_stream(hands[0], *hands[1:])
    senders = []
    for number, (hand, wire) in enumerate(zip(hands, wires, strict=True)):
        store = FakeStore(hand.device, hand.key, agency.id, FakeRandom(f"{number}"), segment_size=1)
        store.keys = agency.keys
        store.hold_control(agency.id, agency.ops)
        store.hold_control(stream, agency.streams[stream])
        await wire.login(hand.device, store.sign_login)
        if number == 0:
            await wire.append_control(stream, bytes(32), agency.streams[stream])
        senders.append(Sender(store, wire, stream, store.write(stream)))
    return senders


@pytest.mark.timeout(120 * TRIALS)
@pytest.mark.parametrize("trial", range(TRIALS))
async def test_primary_is_killed_and_nothing_acknowledged_is_lost(
    machines: tuple[Cluster, Cluster], tmp_path: Path, trial: int
) -> None:
    primary, standby = machines
    primary.sql("CREATE DATABASE agency")
    url = primary.url("agency", standby)
    agency = AgencyMaker(FakeRandom(f"failover {trial}"))
    hands = [agency.hire(Role.COORDINATOR) for _ in range(TABLETS)]
    with ExitStack() as leaving:
        ports = [free_port(), free_port()]
        for number, port in enumerate(ports):
            process = start(tmp_path / str(number), port, "--origin", ORIGIN, "--database-url", url)
            leaving.callback(end, process)
            wait_for(port, process)
        senders = await found(ports, agency, hands)
        tasks = [asyncio.create_task(sender.run()) for sender in senders]
        while sum(sender.acknowledged for sender in senders) < BEFORE_PUSHES:
            await asyncio.sleep(0.02)

        primary.kill()
        killed = time.monotonic()
        before = [sender.acknowledged for sender in senders]
        while not all(sender.refused for sender in senders):
            await asyncio.sleep(0.02)
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"http://127.0.0.1:{ports[0]}/v1/ready", timeout=10)
        assert answer.status_code == 503

        await asyncio.to_thread(standby.promote)
        while not all(
            sender.acknowledged >= there + AFTER_PUSHES for sender, there in zip(senders, before, strict=True)
        ):
            assert not any(task.done() for task in tasks), [task for task in tasks if task.done()]
            await asyncio.sleep(0.05)
        seconds = time.monotonic() - killed
        for sender in senders:
            sender.leave = True
        await asyncio.gather(*tasks)
        for sender in senders:
            await sender.wire.aclose()

    there = held(standby.url("agency"))
    lost = sum(max(0, sender.acknowledged - there.get(sender.chain, 0)) for sender in senders)
    acknowledged = sum(sender.acknowledged for sender in senders)
    print(f"failover: {sum(before)} acknowledged before, {acknowledged} in all, {lost} lost, "
          f"{seconds:.1f} s until everybody had {AFTER_PUSHES} more")  # fmt: skip
    assert lost == 0
    # Nobody was ever told that something inside had broken.
    said = {word for sender in senders for word in sender.refused}
    assert not {word for word in said if word.startswith("500")}, said


async def test_commit_that_the_standby_may_lack_gets_no_receipt(
    machines: tuple[Cluster, Cluster], tmp_path: Path
) -> None:
    """PostgreSQL commits here, warns, and says success, when somebody cancels the wait for the standby."""
    primary, standby = machines
    primary.sql("CREATE DATABASE agency")
    url = primary.url("agency", standby)
    app = create_app(Config(data_dir=tmp_path, origins=(ORIGIN,), database_url=url))
    desk: Desk = app.state.desk
    agency = AgencyMaker(FakeRandom("cancelled"))
    hand = agency.hire(Role.COORDINATOR)
    wire = HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=app))
    try:
        await wire.found_agency(agency.id, agency.ops)
        stream = agency.open_stream(hand)
        store = FakeStore(hand.device, hand.key, agency.id, FakeRandom("hand"))
        store.keys = agency.keys
        store.hold_control(stream, agency.streams[stream])
        await wire.login(hand.device, store.sign_login)
        await wire.append_control(stream, bytes(32), agency.streams[stream])
        piece = await store.segment_from(stream, store.write(stream), 1)
        assert piece is not None
        assert await desk.readiness.trouble() == ""

        standby.pause()
        pushing = asyncio.create_task(wire.push(piece))
        waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        while not primary.sql(waiting):
            await asyncio.sleep(0.01)
        assert await Readiness(desk.database).trouble(0.2) == "database_slow"
        while not pushing.done():
            primary.sql(f"SELECT pg_cancel_backend(pid) FROM ({waiting}) AS stuck")
            await asyncio.sleep(0.01)
        with pytest.raises(ServerUnavailable, match="503 database_unavailable"):
            await pushing

        standby.resume()
        assert (await wire.push(piece)).server_seq == 1
        assert await Readiness(desk.database).trouble() == ""
    finally:
        await wire.aclose()
        desk.close()
