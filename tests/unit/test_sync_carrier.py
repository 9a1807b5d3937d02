"""Carrying attachments: behind every note, chunk by chunk, patient with a server that refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

import pytest

from app.errors import (
    AccessClosed,
    AppError,
    NoNetwork,
    ServerRefused,
    ServerUnavailable,
    SignInNeeded,
    StoreFailed,
)
from app.protocol.blob import BlobKind, BlobPlace, Manifest, seal_blob
from app.protocol.ids import ChainId, StreamId
from app.sync import carrier as carrying
from app.sync.blob_ports import WaitingBlob
from app.sync.carrier import Carrier, ChunkNotThere
from app.sync.status import SyncState, SyncStatus
from tests.fakes.transport import FakeServer, FakeTransport, Shelf
from tests.vectors.agency_world import drawn_from

STREAM = StreamId(b"s" * 16)
KEY = bytes(range(32))
PUSHING = SyncStatus(SyncState.WORKING, pending=1, total=1)
QUIET = SyncStatus()


@dataclass
class Files:
    """`BlobStore` in memory."""

    blobs: dict[bytes, tuple[Manifest, tuple[bytes, ...]]] = field(default_factory=dict)
    marks: dict[bytes, int] = field(default_factory=dict)
    codes: dict[bytes, str] = field(default_factory=dict)
    broken: bool = False

    def put(self, name: bytes, size: int) -> Manifest:
        place = BlobPlace(BlobKind.ATTACHMENT, STREAM, name * 16, 1)
        self.blobs[name * 16] = made = seal_blob(bytes(size), place, KEY, drawn_from(name.decode()))
        return made[0]

    async def waiting_blobs(self) -> list[WaitingBlob]:
        return [
            WaitingBlob(STREAM, blob, one.count, self.codes.get(blob, ""))
            for blob, (one, _) in self.blobs.items()
            if self.marks.get(blob, 0) < one.count
        ]

    async def sealed_chunk(self, blob: bytes, number: int) -> bytes:
        if self.broken:
            raise StoreFailed("disk")
        return self.blobs[blob][1][number - 1]

    async def blob_sent(self, blob: bytes, chunks: int) -> None:
        self.marks[blob] = chunks
        self.codes.pop(blob, None)

    async def blob_refused(self, blob: bytes, code: str) -> None:
        self.codes[blob] = code


@dataclass
class Case:
    """A carrier between files and a fake server."""

    files: Files = field(default_factory=Files)
    server: FakeServer = field(default_factory=FakeServer)

    def __post_init__(self) -> None:
        self.server.streams[STREAM] = Shelf()
        self.wire = FakeTransport(self.server)
        self.wire.token = True
        self.carrier = Carrier(self.files, self.wire, lambda: 0.5)

    def held(self) -> dict[bytes, set[int]]:
        return {name: set(one.chunks) for name, one in self.server.streams[STREAM].blobs.items()}


@pytest.fixture
def case() -> Case:
    return Case()


async def test_everything_that_waits_is_sent_and_noted(case: Case) -> None:
    case.files.put(b"a", 10)
    case.files.put(b"b", 600_000)
    steps: list[dict[bytes, tuple[int, int]]] = []
    case.carrier.watch(lambda: steps.append(dict(case.carrier.sending)))
    await case.carrier.run_once()
    assert case.held() == {b"a" * 16: {1}, b"b" * 16: {1, 2, 3}}
    assert case.files.marks == {b"a" * 16: 1, b"b" * 16: 3}
    assert {b"b" * 16: (2, 3)} in steps and steps[-1] == {}


async def test_without_a_token_nothing_is_asked(case: Case) -> None:
    case.files.put(b"a", 10)
    case.wire.token = False
    await case.carrier.run_once()
    assert case.wire.calls == []


async def test_only_what_is_missing_is_sent(case: Case) -> None:
    case.files.put(b"b", 600_000)
    await case.wire.put_chunk(STREAM, b"b" * 16, 2, BlobKind.ATTACHMENT, 3, case.files.blobs[b"b" * 16][1][1])
    case.wire.calls.clear()
    await case.carrier.run_once()
    assert case.wire.calls == ["blob_state", "put_chunk", "put_chunk"]


@pytest.mark.parametrize("error", [NoNetwork(), ServerUnavailable(), SignInNeeded()])
async def test_bad_weather_ends_the_pass_and_blames_no_picture(case: Case, error: AppError) -> None:
    case.files.put(b"a", 10)
    case.files.put(b"b", 10)
    case.wire.fail("put_chunk", error)
    with pytest.raises(type(error)):
        await case.carrier.run_once()
    assert case.files.codes == {} and case.held() == {}
    assert dict(case.carrier.sending) == {}
    await case.carrier.run_once()
    assert set(case.held()) == {b"a" * 16, b"b" * 16}


async def test_a_disk_that_fails_blames_no_picture(case: Case) -> None:
    case.files.put(b"a", 10)
    case.files.broken = True
    with pytest.raises(StoreFailed):
        await case.carrier.run_once()
    assert case.files.codes == {}


@pytest.mark.parametrize(
    ("error", "code"),
    [(ServerRefused(server_code="no_blob_space"), "no_blob_space"), (AccessClosed(), "access_closed")],
)
async def test_one_that_is_refused_waits_with_its_reason_and_the_others_go(
    case: Case, error: AppError, code: str
) -> None:
    case.files.put(b"a", 10)
    case.files.put(b"b", 10)
    case.wire.fail("put_chunk", error)
    await case.carrier.run_once()
    assert case.files.codes == {b"a" * 16: code}
    assert case.held() == {b"b" * 16: {1}}


async def test_what_was_refused_is_not_offered_again_at_every_contact(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.files.put(b"a", 10)
    case.wire.fail("put_chunk", ServerRefused(server_code="no_blob_space"))
    await case.carrier.run_once()
    case.wire.calls.clear()
    await case.carrier.run_once()
    assert case.wire.calls == []
    case.carrier.wake()
    await case.carrier.run_once()
    assert case.held() == {b"a" * 16: {1}}
    case.files.put(b"b", 10)
    case.wire.fail("put_chunk", ServerRefused(server_code="no_blob_space"))
    await case.carrier.run_once()
    monkeypatch.setattr(carrying, "IDLE_SECONDS", 0.0)
    await case.carrier.run_once()
    assert b"b" * 16 in case.held()


async def test_a_server_that_took_all_and_lacks_one_is_asked_anew(case: Case) -> None:
    case.files.put(b"a", 10)
    usual = case.wire.put_chunk

    async def forgetful(*arguments: object) -> bool:
        await usual(*arguments)  # type: ignore[arg-type]
        return False

    case.wire.put_chunk = forgetful  # type: ignore[method-assign,assignment]
    with pytest.raises(ServerUnavailable):
        await case.carrier.run_once()
    assert case.files.marks == {b"a" * 16: 0}


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0)


async def test_a_note_goes_first_and_the_chunk_on_its_way_is_sent_again(case: Case) -> None:
    case.files.put(b"a", 10)
    usual, tries, door = case.wire.put_chunk, 0, asyncio.Event()

    async def slow(*arguments: object) -> bool:
        nonlocal tries
        tries += 1
        if tries == 1:
            await door.wait()  # never opened: only being broken off ends it
        return await usual(*arguments)  # type: ignore[arg-type]

    case.wire.put_chunk = slow  # type: ignore[method-assign,assignment]
    passing = asyncio.create_task(case.carrier.run_once())
    await until(lambda: tries == 1)
    case.carrier.heard(PUSHING)
    for _ in range(20):
        await asyncio.sleep(0)
    assert tries == 1 and case.held() == {}, "nothing is sent while a note is on its way"
    case.carrier.heard(QUIET)
    await passing
    assert tries == 2 and case.held() == {b"a" * 16: {1}}


async def test_a_pass_that_is_cancelled_lets_go_of_the_wire(case: Case) -> None:
    case.files.put(b"a", 10)
    ended: list[str] = []

    async def stuck(*_: object) -> bool:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("put")
        return False

    case.wire.put_chunk = stuck  # type: ignore[method-assign,assignment]
    passing = asyncio.create_task(case.carrier.run_once())
    await until(lambda: case.wire.calls == ["blob_state"])
    for _ in range(5):
        await asyncio.sleep(0)
    passing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await passing
    assert ended == ["put"]


async def test_it_waits_longer_after_each_failure_and_wakes_for_a_contact_and_a_record(case: Case) -> None:
    waits: list[float] = []
    asleep = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        asleep.set()
        await asyncio.Event().wait()

    case.carrier = Carrier(case.files, case.wire, lambda: 0.5, sleep)
    case.files.put(b"a", 10)
    case.wire.fail("blob_state", NoNetwork(), NoNetwork(), NoNetwork())
    running = asyncio.create_task(case.carrier.run_forever())
    for _ in range(2):
        await until(asleep.is_set)
        asleep.clear()
        case.carrier.wake()
    await until(asleep.is_set)
    asleep.clear()
    assert waits == [1.5, 3.0, 6.0]
    case.carrier.heard(SyncStatus(last_contact_ms=5, contacts=1))
    await until(asleep.is_set)
    asleep.clear()
    assert waits[-1] == carrying.IDLE_SECONDS and case.held()
    case.files.put(b"b", 10)
    case.carrier.heard(SyncStatus(contacts=1, acked=MappingProxyType({ChainId(b"c" * 16): 1})))
    await until(asleep.is_set)
    assert b"b" * 16 in case.held()
    running.cancel()
    await asyncio.wait({running})


async def test_each_round_is_a_reason_to_look_also_within_one_millisecond(case: Case) -> None:
    asleep = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    case.carrier = Carrier(case.files, case.wire, lambda: 0.5, sleep)
    case.carrier.heard(SyncStatus(last_contact_ms=5, contacts=1))
    case.files.put(b"a", 10)
    running = asyncio.create_task(case.carrier.run_forever())
    await until(asleep.is_set)
    case.server.streams[STREAM].blobs.clear()  # a backup was put back
    case.files.marks.clear()
    asleep.clear()
    case.carrier.heard(SyncStatus(SyncState.OFFLINE, last_contact_ms=5, contacts=1))
    await asyncio.sleep(0.01)
    assert not asleep.is_set()  # a round that reached nobody is none
    case.carrier.heard(SyncStatus(last_contact_ms=5, contacts=2))
    await until(asleep.is_set)
    assert case.held() == {b"a" * 16: {1}}
    running.cancel()
    await asyncio.wait({running})


async def test_fetching_goes_on_from_a_number_and_says_what_is_not_there(case: Case) -> None:
    manifest = case.files.put(b"b", 600_000)
    taken: list[int] = []
    steps: list[tuple[int, int]] = []

    async def take(number: int, sealed: bytes) -> None:
        assert sealed == case.files.blobs[b"b" * 16][1][number - 1]
        taken.append(number)

    with pytest.raises(ChunkNotThere):
        await case.carrier.fetch(manifest, 1, take)
    await case.carrier.run_once()
    await case.carrier.fetch(manifest, 2, take, lambda done, total: steps.append((done, total)))
    assert taken == [2, 3]
    assert steps == [(1, 3), (2, 3), (3, 3)]
    case.wire.fail("get_chunk", ServerRefused(server_code="removed"))
    with pytest.raises(ServerRefused):
        await case.carrier.fetch(manifest, 1, take)
