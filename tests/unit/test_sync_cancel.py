"""A round that is cancelled at any moment leaves nothing half done, and the next one finishes it."""

from __future__ import annotations

import asyncio
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from app.sync.engine import SyncEngine
from app.sync.ports import StorePort, Transport
from app.sync.status import SyncState
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeRandom
from tests.fakes.transport import FakeServer, Shelf
from tests.services.test_stairwell import bodies, place
from tests.unit.test_sync_engine import Bench

AGENCY = AgencyMaker(FakeRandom("cancel"))


class Halting:
    """Stands before a store or a wire: gives way before and after everything it is asked."""

    def __init__(self, inner: object, moments: list[str]) -> None:
        self._inner = inner
        self._moments = moments

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not iscoroutinefunction(found):
            return found

        async def halting(*given: Any, **named: Any) -> Any:
            self._moments.append(name)
            await asyncio.sleep(0)
            answer = await found(*given, **named)
            await asyncio.sleep(0)
            return answer

        return halting


def two_tablets() -> tuple[Bench, Bench, list[str]]:
    """One that has something to send and to bring, and the one that wrote what is to be brought."""
    server = FakeServer()
    streams = [AGENCY.open_stream(AGENCY.admin) for _ in range(3)]
    server.streams[AGENCY.id] = Shelf(control=list(AGENCY.ops))
    for stream in streams:
        server.streams[stream] = Shelf(control=list(AGENCY.streams[stream]))
    here, there = Bench("here", server, streams[0]), Bench("there", server, streams[0])
    for bench in (here, there):
        bench.store.agency = AGENCY.id
        bench.store.control.clear()
        bench.store.hold_control(AGENCY.id, AGENCY.ops)
    moments: list[str] = []
    here.engine = SyncEngine(
        cast(StorePort, Halting(here.store, moments)), cast(Transport, Halting(here.wire, moments)),
        here.clock, lambda: 0.5,
    )  # fmt: skip
    return here, there, moments


async def written(here: Bench, there: Bench) -> None:
    """Both know the streams; then both write, and one sends."""
    await there.engine.run_once()
    assert (await here.engine.run_once()).problem == ""
    streams = [stream for stream in here.server.streams if stream != AGENCY.id]
    for stream in streams:
        here.store.write(stream, 5)
        there.store.write(stream, 5)
    assert (await there.engine.run_once()).problem == ""


async def steps(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_round_can_be_cancelled_at_every_step() -> None:
    at, cancelled, where = 1, True, set[str]()
    while cancelled:
        here, there, moments = two_tablets()
        await written(here, there)
        before = asyncio.all_tasks()
        moments.clear()
        running = asyncio.create_task(here.engine.run_once())
        await steps(at)
        cancelled = not running.done()
        where.update(moments[-1:])
        await here.engine.stop()
        await running
        assert asyncio.all_tasks() == before
        if cancelled:
            assert here.engine.status.state is SyncState.IDLE
        # What the status says is on the server is there, whenever the round ended.
        held: dict[bytes, int] = {}
        for shelf in here.server.streams.values():
            held |= {chain: len(hashes) for chain, hashes in shelf.hashes.items()}
        for chain, line in here.store.lines.items():
            if line.key is not None:
                assert line.acked <= held.get(chain, 0)
        status = await here.engine.run_once()
        assert (status.problem, status.pending) == ("", 0)
        await there.engine.run_once()
        for stream in here.store.control:
            if stream != AGENCY.id:
                assert (here.store.received(stream), there.store.received(stream)) == (5, 5)
                raws = [item.raw for item in here.server.streams[stream].segments]
                assert len(raws) == len(set(raws))
        at += 1
    assert at > 60
    assert {"heads", "positions", "own_chains", "segment_from", "push", "acknowledge", "pull"} <= where


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_real_tablet_is_cancelled_at_every_request(tmp_path: Path, after: bool) -> None:
    async with place(tmp_path, families=4) as here:
        requests, number, more = here.line.inner, 0, True
        while more:
            number += 1
            for family in range(4):
                await here.note(here.coordinator, family, 1_000 * (2 * number) + family)
                await here.note(here.supervisor, family, 1_000 * (2 * number + 1) + family)
            assert (await here.other.run_once()).problem == ""
            here.line.inner = stopper = Stopper(requests, number, here.engine, after)
            await here.engine.run_once()
            more = stopper.stopped
            here.line.inner = requests
            assert (await here.engine.run_once()).problem == ""
            assert (await here.other.run_once()).problem == ""
            for one in here.families:
                digests = [await vault.digest(one.stream) for vault in (here.coordinator, here.supervisor)]
                assert digests[0] == digests[1]
                assert await bodies(here.coordinator, one.stream) == 2 * number
        assert number >= 8


class Stopper(httpx.AsyncBaseTransport):
    """A carrier under which the engine is stopped in the middle of the n-th request."""

    def __init__(self, inner: Any, number: int, engine: SyncEngine, after: bool) -> None:
        self._inner = inner
        self._left = number
        self._engine = engine
        self._after = after
        self.stopped = False
        self._stopping: asyncio.Task[None] | None = None

    async def handle_async_request(self, request: Any) -> Any:
        self._left -= 1
        if self._left != 0:
            return await self._inner.handle_async_request(request)
        self.stopped = True
        if self._after:
            # The server has done its part; the answer is never read.
            await (await self._inner.handle_async_request(request)).aread()
        self._stopping = asyncio.create_task(self._engine.stop())
        await asyncio.Event().wait()
        raise AssertionError("it was not stopped")


