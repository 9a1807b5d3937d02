"""Blobs on the server: idempotent, resumable, for members only, and never more than their space."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.errors import AccessClosed, ServerRefused
from app.protocol.blob import CHUNK_DATA_BYTES, BlobKind, BlobPlace, open_chunk, seal_chunks
from app.protocol.ids import StreamId
from app.protocol.membership import Role
from app.sync.blob_ports import BLOB_DIFFERS, CHUNK_UNKNOWN, NO_BLOB_SPACE, BlobState
from app.sync.http import HttpTransport
from server import audit, blobs, tables
from server.desk import Desk
from tests.fakes.agency_maker import Tablet
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.server.conftest import Office

PHOTO = b"b" * 16
ATTACHMENT, SNAPSHOT = BlobKind.ATTACHMENT, BlobKind.SNAPSHOT


@dataclass
class Case:
    """A coordinator with a stream on the server, and her signed-in wire."""

    office: Office
    worker: Tablet
    store: FakeStore
    wire: HttpTransport
    stream: StreamId
    desk: Desk

    def seal(self, size: int, blob: bytes = PHOTO, kind: BlobKind = ATTACHMENT) -> list[bytes]:
        place = BlobPlace(kind, self.stream, blob, 1)
        return list(seal_chunks(bytes(size), place, self.office.agency.keys[self.stream], bytes))

    async def put(self, chunks: list[bytes], blob: bytes = PHOTO, *numbers: int) -> list[bool]:
        return [
            await self.wire.put_chunk(self.stream, blob, at, ATTACHMENT, len(chunks), chunks[at - 1])
            for at in numbers or range(1, len(chunks) + 1)
        ]

    async def snapshot(self, blob: bytes, at: int = 0, *, whole: bool = True) -> None:
        chunks = self.seal(CHUNK_DATA_BYTES + 1, blob, SNAPSHOT)
        for number, chunk in enumerate(chunks if whole else chunks[:1], start=1):
            await self.wire.put_chunk(self.stream, blob, number, SNAPSHOT, len(chunks), chunk, at)

    def audited(self) -> list[tuple[str, int, int]]:
        with self.desk.database.read() as connection:
            audit.verify(connection, self.stream)
            rows = connection.execute(
                select(tables.audit.c.action, tables.audit.c.first, tables.audit.c.last)
                .where(tables.audit.c.stream == self.stream)
                .order_by(tables.audit.c.n)
            )
            return [(row.action, row.first, row.last) for row in rows]


@pytest.fixture
async def case(office: Office, server: FastAPI) -> Case:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    store, wire = office.store(worker), office.wires()
    stream = office.open(store, worker, office.agency.admin)
    await office.engine(store, wire).run_once()
    return Case(office, worker, store, wire, stream, server.state.desk)


async def test_what_was_put_is_given_out_byte_for_byte_and_opens(case: Case) -> None:
    chunks = case.seal(2 * CHUNK_DATA_BYTES + 1)
    assert await case.put(chunks) == [False, False, True]
    colleague = await case.office.login(case.office.agency.admin)
    for number, chunk in enumerate(chunks, start=1):
        got = await colleague.get_chunk(case.stream, PHOTO, number)
        assert got == chunk
        place = BlobPlace(ATTACHMENT, case.stream, PHOTO, 1)
        open_chunk(got, place, number, 3, case.office.agency.keys[case.stream])


async def test_sending_stops_and_goes_on_where_it_stopped(case: Case) -> None:
    chunks = case.seal(2 * CHUNK_DATA_BYTES + 1)
    assert await case.wire.blob_state(case.stream, PHOTO) == BlobState(0, (), False)
    assert await case.put(chunks, PHOTO, 3, 1) == [False, False]
    assert await case.wire.blob_state(case.stream, PHOTO) == BlobState(3, (1, 3), False)
    assert await case.put(chunks, PHOTO, 2) == [True]
    assert await case.wire.blob_state(case.stream, PHOTO) == BlobState(3, (1, 2, 3), True)


async def test_same_bytes_again_change_nothing_and_are_written_down_once(case: Case) -> None:
    chunks = case.seal(10)
    assert await case.put(chunks) == [True]
    assert await case.put(chunks) == [True]
    assert [row for row in case.audited() if row[0] == "blob"] == [("blob", 1, 1)]
    with case.desk.database.read() as connection:
        assert connection.execute(select(func.sum(tables.blob.c.size))).scalar_one() == len(chunks[0])


async def test_other_bytes_at_a_number_are_refused_and_the_first_stay(case: Case) -> None:
    chunks = case.seal(10)
    await case.put(chunks)
    with pytest.raises(ServerRefused) as refused:
        await case.put(case.seal(11))
    assert refused.value.server_code == BLOB_DIFFERS
    assert await case.wire.get_chunk(case.stream, PHOTO, 1) == chunks[0]


async def test_one_blob_has_one_count_one_kind_one_epoch_and_one_place(case: Case) -> None:
    chunks = case.seal(2 * CHUNK_DATA_BYTES)
    await case.put(chunks, PHOTO, 1)
    key = case.office.agency.keys[case.stream]
    later = BlobPlace(ATTACHMENT, case.stream, PHOTO, 2)
    (other_epoch,) = list(seal_chunks(bytes(2 * CHUNK_DATA_BYTES), later, key, bytes))[1:]
    for kind, count, chunk in (
        (SNAPSHOT, 2, case.seal(2 * CHUNK_DATA_BYTES, kind=SNAPSHOT)[1]),
        (ATTACHMENT, 2, other_epoch),
        (ATTACHMENT, 3, case.seal(3 * CHUNK_DATA_BYTES)[1]),
    ):
        with pytest.raises(ServerRefused) as refused:
            await case.wire.put_chunk(case.stream, PHOTO, 2, kind, count, chunk)
        assert refused.value.server_code == BLOB_DIFFERS


async def test_a_chunk_is_held_against_its_own_header(case: Case) -> None:
    one = case.seal(10)[0]
    first, second = case.seal(2 * CHUNK_DATA_BYTES)
    wrong = [
        (case.stream, PHOTO, 2, ATTACHMENT, 2, one),
        (case.stream, b"c" * 16, 1, ATTACHMENT, 1, one),
        (case.stream, PHOTO, 1, SNAPSHOT, 1, one),
        (case.stream, PHOTO, 1, ATTACHMENT, 2, one),
        (case.stream, PHOTO, 1, ATTACHMENT, 1, first),
        (case.stream, PHOTO, 2, ATTACHMENT, 3, second),
        (case.stream, PHOTO, 2, ATTACHMENT, 1, second),
        (case.stream, PHOTO, 1, ATTACHMENT, 1, one[:-1]),
        (case.stream, PHOTO, 1, ATTACHMENT, 1, b"junk"),
    ]
    for arguments in wrong:
        with pytest.raises(ServerRefused) as refused:
            await case.wire.put_chunk(*arguments)
        assert refused.value.server_code == "chunk_refused"
    assert (await case.wire.blob_state(case.stream, PHOTO)).count == 0


@pytest.mark.parametrize("number", ["0", "2049", "01", "-1", "1e3", "99999", "²"])
async def test_a_number_is_written_in_one_way_and_within_the_cap(case: Case, number: str) -> None:
    with pytest.raises(ServerRefused) as refused:
        await case.wire.get_chunk(case.stream, PHOTO, number)  # type: ignore[arg-type]
    assert refused.value.server_code == "not_found"


async def test_a_chunk_nobody_brought_is_unknown(case: Case) -> None:
    await case.put(case.seal(2 * CHUNK_DATA_BYTES), PHOTO, 1)
    for blob, number in ((PHOTO, 2), (b"c" * 16, 1)):
        with pytest.raises(ServerRefused) as refused:
            await case.wire.get_chunk(case.stream, blob, number)
        assert refused.value.server_code == CHUNK_UNKNOWN


async def test_who_is_no_member_neither_puts_nor_gets_nor_learns_what_is_there(case: Case) -> None:
    chunks = case.seal(10)
    await case.put(chunks)
    stranger = case.office.agency.hire(Role.COORDINATOR)
    await case.office.wires().found_agency(case.office.agency.id, case.office.agency.ops)
    wire = await case.office.login(stranger)
    for call in (
        wire.put_chunk(case.stream, PHOTO, 1, ATTACHMENT, 1, chunks[0]),
        wire.get_chunk(case.stream, PHOTO, 1),
        wire.blob_state(case.stream, PHOTO),
        wire.snapshots(case.stream),
        wire.blob_state(StreamId(b"?" * 16), PHOTO),
    ):
        with pytest.raises(AccessClosed):
            await call


async def test_a_removed_device_neither_puts_nor_gets(case: Case) -> None:
    chunks = case.seal(10)
    await case.put(chunks)
    case.office.agency.lose(case.worker)
    await case.office.wires().found_agency(case.office.agency.id, case.office.agency.ops)
    for call in (
        case.wire.put_chunk(case.stream, PHOTO, 1, ATTACHMENT, 1, chunks[0]),
        case.wire.get_chunk(case.stream, PHOTO, 1),
        case.wire.blob_state(case.stream, PHOTO),
        case.wire.snapshots(case.stream),
    ):
        with pytest.raises(AccessClosed):
            await call


async def test_who_was_taken_out_may_still_give_a_picture_and_gets_none(case: Case) -> None:
    chunks = case.seal(10)
    case.office.agency.leave(case.stream, case.worker)
    wire = await case.office.login(case.office.agency.admin)
    head = case.office.agency.states[case.stream].heads[-2]
    await wire.append_control(case.stream, head, case.office.agency.streams[case.stream][-1:])
    assert await case.put(chunks) == [True]
    assert (await case.wire.blob_state(case.stream, PHOTO)).complete
    for call in (case.wire.get_chunk(case.stream, PHOTO, 1), case.wire.snapshots(case.stream)):
        with pytest.raises(AccessClosed):
            await call


@pytest.mark.parametrize("limit", ["blob_bytes_per_device", "blob_bytes_per_stream"])
async def test_used_space_is_refused_and_what_is_there_stays_and_can_be_repeated(
    case: Case, limit: str
) -> None:
    chunks = case.seal(10)
    allowed = replace(case.desk.config.limits, **{limit: len(chunks[0])})
    case.desk.config = replace(case.desk.config, limits=allowed)
    await case.put(chunks)
    with pytest.raises(ServerRefused) as refused:
        await case.put(case.seal(10, b"c" * 16), b"c" * 16)
    assert refused.value.server_code == NO_BLOB_SPACE
    assert await case.put(chunks) == [True]
    assert (await case.wire.blob_state(case.stream, b"c" * 16)).count == 0


async def test_space_of_a_device_is_counted_over_its_streams(case: Case) -> None:
    chunks = case.seal(10)
    allowed = replace(case.desk.config.limits, blob_bytes_per_device=len(chunks[0]))
    case.desk.config = replace(case.desk.config, limits=allowed)
    await case.put(chunks)
    case.stream = case.office.open(case.store, case.worker)
    await case.office.engine(case.store, case.wire).run_once()
    with pytest.raises(ServerRefused) as refused:
        await case.put(case.seal(10))
    assert refused.value.server_code == NO_BLOB_SPACE


async def test_snapshots_are_listed_when_complete_newest_first_and_only_the_newest_are_kept(
    case: Case,
) -> None:
    case.store.write(case.stream, 5)
    case.store.segment_size = 1
    await case.office.engine(case.store, case.wire).run_once()
    for at in (3, 1, 5, 4, 2):
        await case.snapshot(bytes([at]) * 16, at)
    await case.snapshot(b"half" * 4, 5, whole=False)
    await case.put(case.seal(10))
    found = await case.wire.snapshots(case.stream)
    assert [(item.at, item.blob, item.count) for item in found] == [
        (at, bytes([at]) * 16, 2) for at in (5, 4, 3)
    ]
    assert len(found) == blobs.KEPT_SNAPSHOTS
    assert found[0].device == case.worker.device
    assert found[0].size == sum(map(len, case.seal(CHUNK_DATA_BYTES + 1, kind=SNAPSHOT)))
    assert (await case.wire.blob_state(case.stream, b"\x01" * 16)).count == 0
    assert (await case.wire.blob_state(case.stream, b"half" * 4)).held == (1,)
    assert (await case.wire.blob_state(case.stream, PHOTO)).complete


async def test_a_snapshot_that_was_left_half_makes_place_for_a_whole_one(
    case: Case, clock: FakeClock
) -> None:
    await case.snapshot(b"half" * 4, whole=False)
    clock.advance(blobs.ABANDONED_MS / 1000 + 1)
    case.wire = await case.office.login(case.worker)
    await case.snapshot(b"full" * 4)
    assert (await case.wire.blob_state(case.stream, b"half" * 4)).count == 0
    assert [item.blob for item in await case.wire.snapshots(case.stream)] == [b"full" * 4]


async def test_a_snapshot_cannot_go_further_than_the_stream_and_an_attachment_goes_nowhere(
    case: Case,
) -> None:
    chunk = case.seal(10, kind=SNAPSHOT)[0]
    for kind, data in ((SNAPSHOT, chunk), (ATTACHMENT, case.seal(10)[0])):
        with pytest.raises(ServerRefused) as refused:
            await case.wire.put_chunk(case.stream, PHOTO, 1, kind, 1, data, at=1)
        assert refused.value.server_code == "chunk_refused"


async def test_what_was_brought_and_fetched_is_in_the_audit(case: Case) -> None:
    before = len(case.audited())
    await case.put(case.seal(2 * CHUNK_DATA_BYTES))
    await case.snapshot(b"full" * 4)
    await case.wire.get_chunk(case.stream, PHOTO, 2)
    assert case.audited()[before:] == [("blob", 1, 2), ("snapshot", 1, 2), ("blob_read", 2, 2)]
