"""Many tablets at once: every sequence is dense, every receipt is true."""

from __future__ import annotations

import asyncio

from app.protocol.membership import Role
from tests.server.conftest import Office


async def test_tablets_that_push_at_once_get_one_dense_sequence(office: Office) -> None:
    workers = [office.agency.hire(Role.COORDINATOR) for _ in range(6)]
    await office.found()
    first = office.store(workers[0])
    stream = office.open(first, workers[0], *workers)
    engine = office.engine(first)
    await engine.run_once()
    stores = [first]
    for worker in workers[1:]:
        store = office.store(worker)
        store.hold_control(stream, office.agency.streams[stream])
        stores.append(store)
    engines = [engine, *(office.engine(store) for store in stores[1:])]
    for store in stores:
        store.segment_size = 2
        store.write(stream, 10)
    statuses = await asyncio.gather(*(item.run_once() for item in engines))
    assert [(item.problem, item.pending) for item in statuses] == [("", 0)] * 6
    for item in engines:
        await item.run_once()
    for store in stores:
        assert store.received(stream) == 50
        assert store.cursors[stream] == 30
