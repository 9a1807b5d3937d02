"""A real server in this process, reached through httpx without a socket."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine

from app.protocol.ids import StreamId
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from server import tables
from server.config import Config
from server.desk import Desk
from server.main import create_app
from tests.fakes.agency_maker import AgencyMaker, Tablet
from tests.fakes.clock import FakeClock, FakeRandom
from tests.fakes.store import FakeStore
from tests.server.cluster import Cluster, cluster

ORIGIN = "http://localhost"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def database_url() -> str | None:
    """SQLite, or the empty PostgreSQL database that KT_TEST_POSTGRES names as an SQLAlchemy URL."""
    url = os.environ.get("KT_TEST_POSTGRES")
    if url:
        engine = create_engine(url)
        tables.metadata.drop_all(engine)
        engine.dispose()
    return url


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL for the tests that ask for one."""
    with cluster() as made:
        yield made


@pytest.fixture
def own_database(postgres: Cluster) -> str:
    """The address of an empty database on it."""
    name = f"t{uuid4().hex}"
    postgres.sql(f"CREATE DATABASE {name}")
    return postgres.url(name)


@pytest.fixture
def config(tmp_path: Path, clock: FakeClock, database_url: str | None) -> Config:
    return Config(
        database_url=database_url,
        data_dir=tmp_path,
        origins=(ORIGIN,),
        now_ms=clock.now_ms,
        random=FakeRandom("server"),
    )


@pytest.fixture
def server(config: Config) -> Iterator[FastAPI]:
    app = create_app(config)
    yield app
    desk: Desk = app.state.desk
    desk.database.close()


@pytest.fixture
def agency() -> AgencyMaker:
    return AgencyMaker(FakeRandom("agency"))


@pytest.fixture
async def wires(server: FastAPI) -> AsyncIterator[Callable[[], HttpTransport]]:
    """Makes clients of the server."""
    made: list[HttpTransport] = []

    def make() -> HttpTransport:
        carrier = httpx.ASGITransport(app=server, raise_app_exceptions=True)
        made.append(HttpTransport(ORIGIN, carrier=carrier))
        return made[-1]

    yield make
    for wire in made:
        await wire.aclose()


class Office:
    """An agency on the server: its maker, and stores and engines of its tablets."""

    def __init__(self, agency: AgencyMaker, wires: Callable[[], HttpTransport], clock: FakeClock) -> None:
        self.agency = agency
        self.wires = wires
        self.clock = clock
        self.founded = False
        self.stores: list[FakeStore] = []

    def store(self, tablet: Tablet) -> FakeStore:
        """A store of ``tablet`` that knows the agency's chain as the server has it."""
        store = FakeStore(tablet.device, tablet.key, self.agency.id, FakeRandom(tablet.device.hex()))
        store.keys = self.agency.keys
        store.hold_control(self.agency.id, self.agency.ops, pending=not self.founded)
        self.stores.append(store)
        return store

    def engine(self, store: FakeStore, wire: HttpTransport | None = None) -> SyncEngine:
        """An engine of ``store``."""
        return SyncEngine(store, wire or self.wires(), self.clock, lambda: 0.5)

    async def found(self) -> FakeStore:
        """Give the server the agency; returns the administrator's store."""
        store = self.store(self.agency.admin)
        status = await self.engine(store).run_once()
        assert status.problem == ""
        self.founded = True
        return store

    async def login(self, tablet: Tablet) -> HttpTransport:
        """A signed-in client of ``tablet``."""
        wire = self.wires()
        await wire.login(tablet.device, self.store(tablet).sign_login)
        return wire

    def open(self, store: FakeStore, by: Tablet, *members: Tablet) -> StreamId:
        """Open a stream offline in ``store``."""
        stream = self.agency.open_stream(by, *members)
        store.hold_control(stream, self.agency.streams[stream], pending=True)
        return stream


@pytest.fixture
def office(agency: AgencyMaker, wires: Callable[[], HttpTransport], clock: FakeClock) -> Office:
    return Office(agency, wires, clock)
