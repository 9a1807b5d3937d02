"""Two real vaults and the real server: what one writes, the other opens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import delete

from app.protocol.bodies import Label
from app.store.vault import Change, Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.ports import StorePort
from app.sync.status import SyncState
from server import tables
from server.desk import Desk
from tests.fakes.agency import FakeAgency, record_id
from tests.fakes.clock import FakeClock


async def test_vaults_converge_through_a_server_also_one_that_was_restored(
    tmp_path: Path, server: FastAPI, wires: Callable[[], HttpTransport], clock: FakeClock
) -> None:
    agency = FakeAgency(size=2)
    await wires().found_agency(agency.id, agency.ops)
    boss: Vault = await agency.vault(0, tmp_path / "boss")
    worker: Vault = await agency.vault(1, tmp_path / "worker")

    def engine(store: StorePort) -> SyncEngine:
        return SyncEngine(store, wires(), clock, lambda: 0.5)

    boss_engine, worker_engine = engine(boss), engine(worker)
    stream = await worker.open_stream(Label.TEAM, bytes(16))
    refs = await worker.commit(
        [Change(stream, "note", record_id(n), {"body": f"text {n}"}) for n in range(3)]
    )
    assert await worker.status(record_id(1)) == "saved_on_tablet"
    status = await worker_engine.run_once()
    assert (status.state, status.problem, status.pending) == (SyncState.IDLE, "", 0)
    assert all(status.is_on_server(ref) for ref in refs)
    assert await worker.status(record_id(1)) == "on_server"

    status = await boss_engine.run_once()
    assert (status.problem, status.received, status.quarantined, status.withheld) == ("", 3, 0, 0)
    await boss.commit([Change(stream, "note", record_id(1), {"body": "changed"})])
    for each in (boss_engine, worker_engine):
        assert (await each.run_once()).problem == ""
    assert await worker.digest(stream) == await boss.digest(stream)

    # The server comes back from a backup that knows the agency only, and gets everything again.
    desk: Desk = server.state.desk
    with desk.database.write() as connection:
        for table in (tables.segment, tables.chain, tables.member):
            connection.execute(delete(table))
        connection.execute(delete(tables.control_op).where(tables.control_op.c.stream == stream))
        connection.execute(delete(tables.stream).where(tables.stream.c.id == stream))
        connection.execute(delete(tables.audit).where(tables.audit.c.stream == stream))
    desk.database.renew_marker(desk.config.random)
    status = await worker_engine.run_once()
    assert (status.problem, status.pending) == ("", 0)
    with desk.database.read() as connection:
        found = connection.exec_driver_sql("SELECT sum(last - first + 1) FROM segment").scalar_one()
    assert found == 4
    assert (await boss_engine.run_once()).problem == ""
    assert await worker.digest(stream) == await boss.digest(stream)
    for vault in (boss, worker):
        await vault.close()
