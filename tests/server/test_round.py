"""The whole way: found the agency, log in, heads, control, push, pull."""

from __future__ import annotations

from app.protocol.ids import OpRef
from app.protocol.membership import Role
from app.sync.status import SyncState
from tests.server.conftest import Office


async def test_note_of_a_coordinator_reaches_the_supervisor(office: Office) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    supervisor_store = await office.found()
    store = office.store(worker)
    stream = office.open(store, worker, office.agency.admin)
    chain = store.write(stream, 3)
    engine = office.engine(store)

    assert not engine.status.is_on_server(OpRef(chain, 1))
    status = await engine.run_once()
    assert (status.state, status.problem, status.pending) == (SyncState.IDLE, "", 0)
    assert status.is_on_server(OpRef(chain, 3))
    assert not status.is_on_server(OpRef(chain, 4))

    status = await office.engine(supervisor_store).run_once()
    assert (status.problem, status.received, status.withheld) == ("", 3, 0)
    assert supervisor_store.received(stream) == 3
    assert supervisor_store.lines[chain].envelopes == store.lines[chain].envelopes
