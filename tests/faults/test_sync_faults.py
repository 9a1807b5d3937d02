"""The real server and a bad line: replies lost, requests doubled, delayed, answered with any status.

After every fault the same three things hold: local work is untouched, the status is true, and the
server holds each operation once.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.protocol.ids import ChainId, StreamId
from app.protocol.membership import Role
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.status import SyncState, SyncStatus
from server import tables
from server.config import Config
from server.desk import Desk
from server.main import create_app
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeClock, FakeRandom
from tests.fakes.store import FakeStore

ORIGIN = "http://localhost"
Handle = Callable[[httpx.Request], Awaitable[httpx.Response]]
Fault = Callable[[httpx.Request, Handle], Awaitable[httpx.Response]]


class Line(httpx.AsyncBaseTransport):
    """A line to the server on which ``fault`` decides what becomes of the ``at``-th request."""

    def __init__(self, app: FastAPI) -> None:
        self._inner = httpx.ASGITransport(app=app)
        self.fault: Fault | None = None
        self.at = -1
        self.count = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.count += 1
        if self.fault is not None and self.count == self.at:
            return await self.fault(request, self._inner.handle_async_request)
        return await self._inner.handle_async_request(request)


@dataclass
class Case:
    """A coordinator with two streams, five operations, and a colleague's three to fetch."""

    app: FastAPI
    store: FakeStore
    line: Line
    engine: SyncEngine
    stream: StreamId
    chain: ChainId

    async def rounds(self, count: int) -> SyncStatus:
        status = self.engine.status
        for _ in range(count):
            status = await self.engine.run_once()
        return status

    def held_by_server(self) -> tuple[int, int]:
        """Operations kept of the case's chain, and segments kept in all."""
        desk: Desk = self.app.state.desk
        with desk.database.read() as connection:
            last = connection.execute(
                select(tables.chain.c.last_dseq).where(tables.chain.c.chain == self.chain)
            ).scalar_one_or_none()
            segments = connection.execute(select(func.count()).select_from(tables.segment)).scalar_one()
        return last or 0, segments


@pytest.fixture
async def case(tmp_path: Path) -> AsyncIterator[Case]:
    clock = FakeClock()
    app = create_app(
        Config(data_dir=tmp_path, origins=(ORIGIN,), now_ms=clock.now_ms, random=FakeRandom("server"))
    )
    agency = AgencyMaker(FakeRandom("agency"))
    worker = agency.hire(Role.COORDINATOR)
    line = Line(app)

    def store_of(tablet: object, pending: bool) -> FakeStore:
        made = FakeStore(tablet.device, tablet.key, agency.id, FakeRandom(str(pending)), segment_size=2)  # type: ignore[attr-defined]
        made.keys = agency.keys
        made.hold_control(agency.id, agency.ops, pending=pending)
        return made

    admin_wire = HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=app))
    wire = HttpTransport(ORIGIN, carrier=line)
    admin = store_of(agency.admin, True)
    shared = agency.open_stream(agency.admin, worker)
    admin.hold_control(shared, agency.streams[shared], pending=True)
    admin.write(shared, 3)
    status = await SyncEngine(admin, admin_wire, clock, lambda: 0.5).run_once()
    assert status.problem == ""

    store = store_of(worker, False)
    stream = agency.open_stream(worker)
    store.hold_control(stream, agency.streams[stream], pending=True)
    chain = store.write(stream, 5)
    engine = SyncEngine(store, wire, clock, lambda: 0.5)
    yield Case(app, store, line, engine, shared, chain)
    await wire.aclose()
    await admin_wire.aclose()
    app.state.desk.database.close()


async def settle(case: Case) -> None:
    """Without faults everything arrives, once."""
    case.line.fault = None
    status = await case.rounds(2)
    assert (status.state, status.problem, status.pending) == (SyncState.IDLE, "", 0)
    assert case.store.lines[case.chain].acked == 5
    assert case.held_by_server() == (5, 5)
    assert case.store.received(case.stream) == 3
    assert not case.store.lines[case.chain].frozen


REQUESTS = 12
"""A round of the case needs no more requests than these."""


async def lose_request(request: httpx.Request, handle: Handle) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


async def lose_reply(request: httpx.Request, handle: Handle) -> httpx.Response:
    await handle(request)
    raise httpx.ReadError("connection reset", request=request)


async def double(request: httpx.Request, handle: Handle) -> httpx.Response:
    await handle(request)
    return await handle(request)


async def time_out(request: httpx.Request, handle: Handle) -> httpx.Response:
    await handle(request)
    raise httpx.ReadTimeout("slow", request=request)


@pytest.mark.parametrize("at", range(1, REQUESTS + 1))
@pytest.mark.parametrize("fault", [lose_request, lose_reply, double, time_out])
async def test_bad_line_at_any_request_loses_and_doubles_nothing(case: Case, fault: Fault, at: int) -> None:
    case.line.fault, case.line.at = fault, at
    before = list(case.store.lines[case.chain].envelopes)
    status = await case.engine.run_once()
    assert status.problem in ("", "no_network", "access_closed")
    # What the status calls sent is on the server.
    sent = max((status.acked.get(case.chain, 0)), 0)
    assert sent <= case.held_by_server()[0]
    assert case.store.lines[case.chain].envelopes == before
    await settle(case)


@pytest.mark.parametrize("at", range(1, REQUESTS + 1))
async def test_reply_that_comes_after_the_next_attempt_changes_nothing(case: Case, at: int) -> None:
    late: list[asyncio.Task[httpx.Response]] = []
    gate = asyncio.Event()

    async def hold_back(request: httpx.Request, handle: Handle) -> httpx.Response:
        async def arrive_later() -> httpx.Response:
            await gate.wait()
            return await handle(request)

        late.append(asyncio.create_task(arrive_later()))
        raise httpx.ReadTimeout("slow", request=request)

    case.line.fault, case.line.at = hold_back, at
    await case.engine.run_once()
    case.line.fault = None
    await case.rounds(1)
    gate.set()
    for task in late:
        await task
    await settle(case)


STATUSES = (200, 302, 400, 401, 403, 404, 409, 413, 418, 429, 500, 502, 503, 511)
GRID = [(status, at) for status in STATUSES for at in range(1, REQUESTS + 1)]
"""Every status at every request; an ordinary run takes each of both, a soak all pairs."""


@pytest.mark.parametrize(
    ("status_code", "at"),
    GRID if os.environ.get("KT_SOAK") else [pair for pair in GRID if sum(pair) % 7 == 0],
)
@pytest.mark.parametrize("ours", [True, False])
async def test_any_status_with_garbage_leaves_local_work_untouched(
    case: Case, status_code: int, at: int, ours: bool
) -> None:
    async def garbage(request: httpx.Request, handle: Handle) -> httpx.Response:
        headers = {"kt-version": "1"} if ours else {"content-type": "text/html"}
        return httpx.Response(status_code, content=b"\xffgarbage<html>", headers=headers, request=request)

    case.line.fault, case.line.at = garbage, at
    before = list(case.store.lines[case.chain].envelopes)
    await case.engine.run_once()
    assert case.store.lines[case.chain].envelopes == before
    await settle(case)


async def test_cancelling_at_any_moment_is_harmless(case: Case) -> None:
    for turns in range(0, 400, 7):
        flight = asyncio.create_task(case.engine.run_once())
        for _ in range(turns):
            await asyncio.sleep(0)
        await case.engine.stop()
        await asyncio.wait({flight})
    await settle(case)
