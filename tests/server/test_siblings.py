"""Several processes on one PostgreSQL: whatever one of them was told, the others know.

Every request of a tablet goes to the next process in turn, so its challenge, its token and its limits
come from one and are used at another.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.errors import HeadMoved
from app.protocol.builders import build_grant
from app.protocol.control import control_hash, parse_control
from app.protocol.ids import StreamId
from app.protocol.membership import Role
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.wire import MEDIA_TYPE, VERSION_HEADER, WIRE_VERSION, ChallengeBody, encode
from server.config import Config
from server.database import Database
from server.main import create_app
from server.verify import examine
from tests.fakes.agency_maker import AgencyMaker, Tablet
from tests.fakes.clock import FakeClock, FakeRandom
from tests.fakes.store import FakeStore
from tests.server.cluster import Cluster
from tests.server.test_process import ROOT, free_port

pytestmark = pytest.mark.xdist_group("postgres")

ORIGIN = "http://localhost"
PROCESSES = 3
ROUNDS = 30 if os.environ.get("KT_SOAK") else 3


class InTurn(httpx.AsyncBaseTransport):
    """Each request to the next of several ports of this machine, as a proxy would send it."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._inner = httpx.AsyncHTTPTransport(retries=1)
        self._ports = itertools.cycle(ports)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(host="127.0.0.1", port=next(self._ports))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def start(data: Path, port: int, *options: str) -> subprocess.Popen[bytes]:
    """A server process that is not waited for."""
    return subprocess.Popen(
        [sys.executable, "-m", "server.main", "--data", str(data), "--port", str(port), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "error", "PYTHONPATH": str(ROOT)},
    )


def wait_for(port: int, process: subprocess.Popen[bytes], path: str = "/v1/ready") -> None:
    """Return when the process says that it can keep something."""
    deadline = time.monotonic() + 90
    while True:
        try:
            if httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=10).is_success:
                return
        except httpx.TransportError:
            assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
        # The process itself is what is waited for; there is nothing else to hang on to.
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of it."""
    if process.poll() is None:
        process.kill()
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()


@pytest.fixture(scope="module")
def shared(postgres: Cluster) -> str:
    postgres.sql("CREATE DATABASE siblings")
    return postgres.url("siblings")


@pytest.fixture(scope="module")
def ports(shared: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[int]]:
    """Processes started at the same moment on an empty database."""
    with ExitStack() as leaving:
        numbers = [free_port() for _ in range(PROCESSES)]
        running = []
        for number in numbers:
            folder = tmp_path_factory.mktemp("sibling")
            running.append(start(folder, number, "--origin", ORIGIN, "--database-url", shared))
            leaving.callback(end, running[-1])
        for number, process in zip(numbers, running, strict=True):
            wait_for(number, process)
        yield numbers


class World:
    """An agency whose tablets ask the processes in turn."""

    def __init__(self, ports: Sequence[int], agency: Staff) -> None:
        self.ports, self.agency = ports, agency
        self.clock = FakeClock(int(time.time() * 1000))
        self.wires: list[HttpTransport] = []

    def wire(self) -> HttpTransport:
        made = HttpTransport(ORIGIN, carrier=InTurn(self.ports))
        self.wires.append(made)
        return made

    def store(self, tablet: Tablet) -> FakeStore:
        store = FakeStore(tablet.device, tablet.key, self.agency.id, FakeRandom(os.urandom(8).hex()))
        store.keys = self.agency.keys
        store.hold_control(self.agency.id, self.agency.ops)
        return store

    def engine(self, store: FakeStore) -> SyncEngine:
        return SyncEngine(store, self.wire(), self.clock, lambda: 0.5)

    async def login(self, tablet: Tablet) -> HttpTransport:
        wire = self.wire()
        await wire.login(tablet.device, self.store(tablet).sign_login)
        return wire

    async def publish(self, stream: StreamId, by: Tablet) -> None:
        wire = await self.login(by)
        await wire.append_control(stream, bytes(32), self.agency.streams[stream])


class Staff(AgencyMaker):
    """An agency with five coordinators."""

    def __init__(self) -> None:
        super().__init__(FakeRandom("siblings"))
        self.hands = [self.hire(Role.COORDINATOR) for _ in range(5)]

    def extend(self, stream: StreamId, op: bytes) -> None:
        """Take an operation that the server took."""
        self.states[stream] = self.states[stream].apply(parse_control(op), self.state)
        self.streams[stream].append(op)


@pytest.fixture(scope="module")
def agency() -> Staff:
    return Staff()


@pytest.fixture
async def world(ports: list[int], agency: Staff) -> AsyncIterator[World]:
    made = World(ports, agency)
    await made.wire().found_agency(agency.id, agency.ops)
    yield made
    for wire in made.wires:
        await wire.aclose()


async def test_tablets_converge_though_every_request_meets_another_process(world: World) -> None:
    agency = world.agency
    workers = [agency.admin, *agency.hands]
    stream = agency.open_stream(agency.admin, *agency.hands)
    await world.publish(stream, agency.admin)
    stores = [world.store(worker) for worker in workers]
    for store in stores:
        store.hold_control(stream, agency.streams[stream])
        store.segment_size = 2
    engines = [world.engine(store) for store in stores]
    for _ in range(2):
        for store in stores:
            store.write(stream, 6)
        statuses = await asyncio.gather(*(engine.run_once() for engine in engines))
        assert [(item.problem, item.pending) for item in statuses] == [("", 0)] * len(stores)
    for engine in engines:
        assert (await engine.run_once()).problem == ""
    # Two rounds of six each, in pieces of two: the sequence is dense, and everybody has all of it.
    assert {store.cursors[stream] for store in stores} == {len(stores) * 6}
    assert {store.received(stream) for store in stores} == {(len(stores) - 1) * 12}


async def test_one_piece_brought_to_all_processes_at_once_is_kept_once(world: World) -> None:
    agency = world.agency
    worker = agency.hands[0]
    stream = agency.open_stream(worker)
    await world.publish(stream, worker)
    store = world.store(worker)
    store.hold_control(stream, agency.streams[stream])
    store.segment_size = 1
    wires = [await world.login(worker) for _ in world.ports]
    chain = store.write(stream, ROUNDS)
    for number in range(1, ROUNDS + 1):
        piece = await store.segment_from(stream, chain, number)
        assert piece is not None
        receipts = await asyncio.gather(*(wire.push(piece) for wire in wires))
        assert {(item.server_seq, item.quarantined) for item in receipts} == {(number, False)}


async def test_of_operations_that_claim_one_place_one_gets_it(world: World) -> None:
    agency = world.agency
    owner, *others = agency.hands
    stream = agency.open_stream(owner)
    await world.publish(stream, owner)
    wires = [await world.login(owner) for _ in world.ports]
    for other in others[:3]:
        state = agency.states[stream]
        rivals = [
            build_grant(
                state, agency.state, owner.author, agency.keys[stream], 1, agency.random, [other.person]
            )
            for _ in wires
        ]
        head = control_hash(agency.streams[stream][-1])
        answers = await asyncio.gather(
            *(wire.append_control(stream, head, [op]) for wire, op in zip(wires, rivals, strict=True)),
            return_exceptions=True,
        )
        won = [op for op, answer in zip(rivals, answers, strict=True) if isinstance(answer, bytes)]
        lost = [answer for answer in answers if not isinstance(answer, bytes)]
        assert len(won) == 1
        assert [type(answer) for answer in lost] == [HeadMoved] * (PROCESSES - 1)
        assert (await wires[0].get_control(stream, 0)).ops[-1] == won[0]
        agency.extend(stream, won[0])


async def test_a_limit_holds_for_all_processes_together(world: World) -> None:
    """A challenge is asked for by one device at three processes in turn: sixty in a minute, not 180."""
    unknown = os.urandom(16)
    async with httpx.AsyncClient(transport=InTurn(world.ports), base_url=ORIGIN) as client:
        statuses = [
            (
                await client.post(
                    "/v1/login/challenge",
                    content=encode(ChallengeBody(device=unknown)),
                    headers={"content-type": MEDIA_TYPE, VERSION_HEADER: str(WIRE_VERSION)},
                )
            ).status_code
            for _ in range(PROCESSES * 60)
        ]
    # The minute may have turned once meanwhile.
    assert 60 <= statuses.count(200) <= 120
    assert statuses.count(429) == PROCESSES * 60 - statuses.count(200)


async def test_a_new_marker_is_told_by_processes_that_run_already(world: World, shared: str) -> None:
    wire = await world.login(world.agency.admin)
    before = {(await wire.heads([])).marker for _ in world.ports}
    database = Database(shared, os.urandom, world.clock.now_ms)
    database.renew_marker(os.urandom)
    database.close()
    after = {(await wire.heads([])).marker for _ in world.ports}
    assert len(before) == len(after) == 1
    assert before != after


def test_audits_hold_whoever_wrote_their_rows(ports: list[int], shared: str) -> None:
    found = examine(shared, {})
    assert found.broken == ()


async def test_of_agencies_that_come_to_two_processes_at_once_one_is_founded(
    postgres: Cluster, tmp_path: Path
) -> None:
    for attempt in range(ROUNDS):
        postgres.sql(f"CREATE DATABASE founding{attempt}")
        url = postgres.url(f"founding{attempt}")
        # Two applications have as little in common as two processes have.
        apps = [create_app(Config(data_dir=tmp_path, origins=(ORIGIN,), database_url=url)) for _ in range(2)]
        wires = [HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=app)) for app in apps]
        makers = [AgencyMaker(FakeRandom(f"{attempt} {number}")) for number in range(2)]
        answers = await asyncio.gather(
            *(wire.found_agency(maker.id, maker.ops) for wire, maker in zip(wires, makers, strict=True)),
            return_exceptions=True,
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["ServerRefused", "bytes"]
        for wire, app in zip(wires, apps, strict=True):
            await wire.aclose()
            app.state.desk.close()
