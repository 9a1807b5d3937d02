"""Segments on the server: idempotence, gaps, forks, entitlement, quarantine, pages, audit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, update

from app.errors import AccessClosed, AppError, ForkSeen, SequenceGap, ServerRefused, ServerUnavailable
from app.protocol.envelope import envelope_hash
from app.protocol.ids import ChainId, StreamId
from app.protocol.membership import Cut, Role
from app.protocol.segment import issue_chain_cert
from app.sync.http import HttpTransport
from app.sync.ports import OutgoingSegment
from app.sync.status import SyncState
from server import audit, tables
from server.desk import Desk
from tests.fakes.agency_maker import Tablet
from tests.fakes.store import FakeStore
from tests.server.conftest import Office


class Case:
    """A coordinator with a stream on the server, three operations written and none pushed."""

    def __init__(self, office: Office, worker: Tablet, store: FakeStore, wire: HttpTransport) -> None:
        self.office, self.worker, self.store, self.wire = office, worker, store, wire
        self.stream = StreamId(b"")
        self.chain = ChainId(b"")

    async def cut(self, first: int = 1) -> OutgoingSegment:
        segment = await self.store.segment_from(self.stream, self.chain, first)
        assert segment is not None
        return segment


@pytest.fixture
async def case(office: Office) -> Case:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    store = office.store(worker)
    wire = office.wires()
    made = Case(office, worker, store, wire)
    made.stream = office.open(store, worker, office.agency.admin)
    await office.engine(store, wire).run_once()
    store.segment_size = 3
    made.chain = store.write(made.stream, 3)
    return made


async def test_same_bytes_get_the_same_receipt(case: Case) -> None:
    segment = await case.cut()
    first = await case.wire.push(segment)
    assert await case.wire.push(segment) == first
    case.store.write(case.stream, 3)
    second = await case.wire.push(await case.cut(4))
    assert (first.server_seq, second.server_seq) == (1, 2)
    assert await case.wire.push(segment) == first


async def test_gap_names_the_operation_that_is_expected(case: Case) -> None:
    case.store.write(case.stream, 3)
    with pytest.raises(SequenceGap) as gap:
        await case.wire.push(await case.cut(4))
    assert gap.value.expect == 1
    await case.wire.push(await case.cut(1))
    case.store.write(case.stream, 3)
    with pytest.raises(SequenceGap) as gap:
        await case.wire.push(await case.cut(7))
    assert gap.value.expect == 4


async def test_cloned_tablet_is_told_where_the_histories_part(case: Case) -> None:
    line = case.store.lines[case.chain]
    kept = list(line.envelopes)
    await case.wire.push(await case.cut())
    # The clone has the first operation in common and then wrote something else.
    line.envelopes, line.segments = kept[:1], {}
    case.store.write(case.stream, 2)
    with pytest.raises(ForkSeen) as fork:
        await case.wire.push(await case.cut())
    assert (fork.value.dseq, fork.value.held_hash) == (2, envelope_hash(kept[1]))
    # A clone that is ahead is found by the predecessor of its first new operation.
    case.store.write(case.stream, 1)
    with pytest.raises(ForkSeen) as fork:
        await case.wire.push(await case.cut(4))
    assert (fork.value.dseq, fork.value.held_hash) == (3, envelope_hash(kept[2]))


async def test_other_cut_of_the_same_history_is_a_gap_or_a_receipt_not_a_fork(case: Case) -> None:
    receipt = await case.wire.push(await case.cut())
    line = case.store.lines[case.chain]
    line.segments = {}
    case.store.segment_size = 2
    assert await case.wire.push(await case.cut(2)) == receipt
    case.store.write(case.stream, 2)
    line.segments = {}
    case.store.segment_size = 5
    with pytest.raises(SequenceGap) as gap:
        await case.wire.push(await case.cut())
    assert gap.value.expect == 4


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cert=st.booleans())
async def test_flipped_bit_anywhere_in_segment_or_certificate_is_refused(
    case: Case, place: float, bit: int, cert: bool
) -> None:
    segment = await case.cut()
    raw = bytearray(segment.cert if cert else segment.raw)
    raw[int(place * len(raw))] ^= 1 << bit
    changed = replace(segment, cert=bytes(raw)) if cert else replace(segment, raw=bytes(raw))
    with pytest.raises((AccessClosed, ServerRefused)):
        await case.wire.push(changed)


async def test_segment_for_another_stream_is_refused(case: Case) -> None:
    other = case.office.open(case.store, case.worker)
    await case.office.engine(case.store, case.wire).run_once()
    with pytest.raises(ServerRefused, match="segment_refused"):
        await case.wire.push(replace(await case.cut(), stream=other))


async def test_stranger_neither_carries_nor_reads_segments(case: Case) -> None:
    stranger = case.office.agency.hire(Role.COORDINATOR)
    await case.office.wires().found_agency(case.office.agency.id, case.office.agency.ops)
    wire = await case.office.login(stranger)
    with pytest.raises(AccessClosed, match="not_a_member"):
        await wire.push(await case.cut())
    with pytest.raises(AccessClosed, match="not_a_member"):
        await wire.pull(case.stream, 0, own=True)
    # A member may carry what a colleague wrote.
    admin = await case.office.login(case.office.agency.admin)
    await admin.push(await case.cut())


async def test_removed_device_only_pushes_and_only_into_quarantine(case: Case) -> None:
    await case.wire.push(await case.cut())
    case.store.lines[case.chain].acked = 3
    end = Cut(case.stream, case.chain, 3, envelope_hash(case.store.lines[case.chain].envelopes[2]))
    removal = case.office.agency.dismiss(case.worker, [end])
    admin = await case.office.login(case.office.agency.admin)
    await admin.append_control(
        case.office.agency.id, (await admin.get_control(case.office.agency.id, 0)).head, [removal]
    )

    case.store.write(case.stream, 2)
    apply = case.store.apply_control

    async def apply_and_notice(stream: StreamId, ops: object) -> None:
        await apply(stream, ops)  # type: ignore[arg-type]
        case.store.removed = True

    case.store.apply_control = apply_and_notice  # type: ignore[method-assign]
    status = await case.office.engine(case.store, case.wire).run_once()
    assert (status.state, status.pending, status.problem) == (SyncState.REMOVED, 0, "")
    assert (await case.wire.push(await case.cut(4))).quarantined
    for refused in (
        case.wire.pull(case.stream, 0, own=True),
        case.wire.chains(case.stream),
        case.wire.get_control(case.stream, 0),
        case.wire.append_control(case.stream, bytes(32), [removal]),
        case.wire.open_invitation(bytes(16)),
    ):
        with pytest.raises(AccessClosed):
            await refused
    # It can still fetch and verify the chain that removes it.
    assert removal in (await case.wire.get_control(case.office.agency.id, 0)).ops
    # Members get what is quarantined, judge it themselves and may adopt it.
    assert len((await admin.pull(case.stream, 0, own=False)).segments) == 2


async def test_lost_device_of_a_person_who_stays_is_shut_out_all_the_same(case: Case) -> None:
    office, agency = case.office, case.office.agency
    lost = agency.certify(agency.new_tablet(agency.admin.person))
    admin = await office.login(agency.admin)
    head = (await admin.get_control(agency.id, 0)).head
    await admin.append_control(agency.id, head, agency.ops[-1:])
    wire = await office.login(lost)
    await wire.push(await case.cut())
    await wire.pull(case.stream, 0, own=False)
    head = (await admin.get_control(agency.id, 0)).head
    await admin.append_control(agency.id, head, [agency.lose(lost)])

    assert [item.stream for item in (await wire.heads([])).changed] == [agency.id]
    case.store.write(case.stream, 3)
    segment = await case.cut(4)
    for refused in (
        wire.push(segment),
        wire.pull(case.stream, 0, own=False),
        wire.get_control(case.stream, 0),
        wire.open_invitation(bytes(16)),
    ):
        with pytest.raises(AccessClosed):
            await refused
    assert {case.stream, agency.id} <= {item.stream for item in (await admin.heads([])).changed}


async def test_chain_keeps_the_certificate_it_came_with(case: Case) -> None:
    await case.wire.push(await case.cut())
    case.store.write(case.stream, 3)
    admin = case.office.agency.admin
    line = case.store.lines[case.chain]
    assert line.key is not None
    cert = issue_chain_cert(case.stream, case.chain, line.key, admin.device, admin.key)
    wire = await case.office.login(admin)
    with pytest.raises(AccessClosed, match="segment_refused"):
        await wire.push(replace(await case.cut(4), cert=cert))
    await wire.push(await case.cut(4))


async def test_quarantine_has_a_quota(case: Case, server: FastAPI) -> None:
    removal = case.office.agency.dismiss(case.worker)
    admin = await case.office.login(case.office.agency.admin)
    head = (await admin.get_control(case.office.agency.id, 0)).head
    await admin.append_control(case.office.agency.id, head, [removal])
    desk: Desk = server.state.desk
    allowed = desk.config.limits.quarantine_bytes_per_device
    with desk.database.write() as connection:
        connection.execute(update(tables.device).values(quarantine_bytes=allowed))
    with pytest.raises(ServerRefused, match="quarantine_full"):
        await case.wire.push(await case.cut())


async def test_pages_are_cut_and_own_segments_passed_over(case: Case) -> None:
    case.store.write(case.stream, 12)
    for first in range(1, 16, 3):
        await case.wire.push(await case.cut(first))
    assert await case.wire.pull(case.stream, 0, own=False) == (
        await case.wire.pull(case.stream, 0, own=True)
    ).__class__((), 5, False)
    reader = await case.office.login(case.office.agency.admin)
    page = await reader.pull(case.stream, 1, own=False)
    assert ([item.server_seq for item in page.segments], page.cursor, page.more) == ([2, 3, 4, 5], 5, False)
    assert [item.raw for item in page.segments] == [(await case.cut(first)).raw for first in (4, 7, 10, 13)]


async def test_audit_is_chained_and_breaks_when_touched(case: Case, server: FastAPI) -> None:
    await case.wire.push(await case.cut())
    reader = await case.office.login(case.office.agency.admin)
    await reader.pull(case.stream, 0, own=False)
    desk: Desk = server.state.desk
    with desk.database.read() as connection:
        assert audit.verify(connection, case.stream) == 3
        actions = select(tables.audit.c.action).where(tables.audit.c.stream == case.stream)
        assert list(connection.execute(actions).scalars()) == ["control", "push", "pull"]
    for change in (
        update(tables.audit).where(tables.audit.c.n == 2).values(device=bytes(16)),
        tables.audit.delete().where(tables.audit.c.n == 3),
    ):
        with desk.database.read() as connection:
            connection.execute(change.where(tables.audit.c.stream == case.stream))
            with pytest.raises(audit.AuditBroken):
                audit.verify(connection, case.stream)
            connection.rollback()


async def test_refused_push_leaves_nothing_behind(case: Case, server: FastAPI) -> None:
    case.store.write(case.stream, 3)
    with pytest.raises(AppError):
        await case.wire.push(await case.cut(4))
    desk: Desk = server.state.desk
    with desk.database.read() as connection:
        for table in (tables.segment, tables.chain):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


async def test_full_disk_on_the_server_is_said_by_its_own_code(case: Case, server: FastAPI) -> None:
    desk: Desk = server.state.desk
    if not desk.database.is_sqlite:
        pytest.skip("told by SQLite's own bound; tests/server/test_disk.py fills a real one")
    # Every connection may grow no further from now on.
    event.listen(
        desk.database.engine,
        "begin",
        lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1"),
    )
    case.store.write(case.stream, 40, "x" * 100)
    case.store.segment_size = 43
    case.store.lines[case.chain].segments = {}
    with pytest.raises(ServerUnavailable, match="server_full"):
        await case.wire.push(await case.cut())
