"""One bar of signal in a stairwell, and forty seconds: what passes, and in which order.

The line is a fake with a clock of its own: 50 kbit/s both ways together, 600 ms there and back, three
of them to connect, and every fifth request loses a packet that is sent again after a second. When the
window is over, it is dead. Store, engine, wire and server are the real ones.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.protocol.ids import NO_HASH, DeviceId, StreamId
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.status import SyncState
from server.config import Config
from server.main import create_app
from tests.fakes.agency import FakeAgency, FakeFamily, record_id
from tests.fakes.clock import FakeClock

SERVER = "http://localhost"
BYTES_A_SECOND = 50_000 / 8
ROUND_TRIP = 0.6
CONNECTING = 3 * ROUND_TRIP
HEAD = 250
"""Bytes of headers, each way."""
BODY = "Ray kept her place at the table, and everybody noticed that he did. " * 9
"""Some 600 bytes."""
SUPERVISOR, COORDINATOR = 0, 1


@dataclass
class Stairwell(httpx.AsyncBaseTransport):
    """The carrier. window: seconds until it is dead; None for a line without limits."""

    inner: httpx.AsyncBaseTransport
    window: float | None = None
    now: float = 0.0
    requests: list[str] = field(default_factory=list)
    carried: int = 0

    def monotonic(self) -> float:
        """Seconds on this line."""
        return self.now

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.window is None:
            return await self.inner.handle_async_request(request)
        first = not self.requests
        self.requests.append(f"{request.method} {request.url.path.split('/')[-1]}")
        sent = HEAD + len(request.content)
        self._pass(sent, CONNECTING if first else 0.0, request)
        response = await self.inner.handle_async_request(request)
        answer = await response.aread()
        lost = 1.0 if len(self.requests) % 5 == 0 else 0.0
        # An answer that does not come through in time is lost, though the server has done its part.
        self._pass(HEAD + len(answer), ROUND_TRIP + lost, request)
        return httpx.Response(response.status_code, headers=response.headers, content=answer)

    def _pass(self, size: int, seconds: float, request: httpx.Request) -> None:
        assert self.window is not None
        self.now += seconds + size / BYTES_A_SECOND
        self.carried += size
        if self.now > self.window:
            raise httpx.ReadTimeout("out of the stairwell", request=request)


@dataclass
class Place:
    """A coordinator and a supervisor with the same families on one server."""

    agency: FakeAgency
    families: tuple[FakeFamily, ...]
    line: Stairwell
    coordinator: Vault
    supervisor: Vault
    engine: SyncEngine
    other: SyncEngine

    async def note(self, vault: Vault, family: int, number: int, count: int = 1) -> None:
        """Write some notes about a family in one go."""
        one = self.families[family]
        notes = [(n, {"kind": "home_visit", "body": f"{n} {BODY}"}) for n in range(number, number + count)]
        await vault.commit([one.change("note", record_id(n), fields) for n, fields in notes])

    async def calm(self) -> None:
        """Both tablets have everything that both have written."""
        self.line.window = None
        for engine in (self.engine, self.other, self.engine):
            assert (await engine.run_once()).problem == ""

    def enter(self, seconds: float) -> None:
        """Into the stairwell: nothing is connected, and the token has run out."""
        self.line.window = seconds
        self.line.now = 0.0
        self.line.requests.clear()
        self.line.carried = 0


@asynccontextmanager
async def place(root: Path, families: int) -> AsyncIterator[Place]:
    agency = FakeAgency()
    made = tuple(agency.family(opener=COORDINATOR, members=[SUPERVISOR]) for _ in range(families))
    app = create_app(Config(data_dir=root / "server", origins=(SERVER,)))
    plain = httpx.ASGITransport(app=app)
    line = Stairwell(plain)
    clock = FakeClock()
    vaults = [await agency.vault(who, root / str(who), made) for who in (SUPERVISOR, COORDINATOR)]
    try:
        async with (
            HttpTransport(SERVER, carrier=line, monotonic=line.monotonic) as wire,
            HttpTransport(SERVER, carrier=plain) as other,
        ):
            await other.found_agency(agency.id, agency.ops)
            await other.login(DeviceId(agency.members[SUPERVISOR].keyring.device), vaults[0].sign_login)
            for family in made:
                await other.append_control(family.stream, NO_HASH, [family.genesis])
            engines = [
                SyncEngine(vaults[0], other, clock, lambda: 0.5),
                SyncEngine(vaults[1], wire, clock, lambda: 0.5),
            ]
            here = Place(agency, made, line, vaults[1], vaults[0], engines[1], engines[0])
            await here.calm()
            wire._token = ""
            yield here
    finally:
        for vault in vaults:
            await vault.close()
        app.state.desk.database.close()


async def bodies(vault: Vault, stream: StreamId) -> int:
    """How many notes of a family a tablet shows."""
    query = "SELECT COUNT(*) FROM note WHERE stream = ?"
    return int(await vault._run(lambda: vault._core.memory.db.execute(query, (stream.hex(),)).fetchone()[0]))


async def test_one_new_note_takes_four_requests_and_is_acknowledged_first(tmp_path: Path) -> None:
    async with place(tmp_path, families=30) as here:
        await here.note(here.coordinator, 7, 1)
        here.enter(40.0)
        status = await here.engine.run_once()
        assert (status.problem, status.pending) == ("", 0)
        assert here.line.requests == ["POST challenge", "POST login", "POST heads", "POST segments"]
        assert here.line.now < 8.0
        assert here.line.carried < 16 * 1024
        # Signed in already, it is two; and the tablet need not ask for its own words.
        await here.note(here.coordinator, 7, 2)
        here.line.requests.clear()
        await here.engine.run_once()
        assert here.line.requests[:2] == ["POST heads", "POST segments"]
        assert (await here.engine.run_once()).problem == ""
        # (Every fourth round asks whether the server still has what it acknowledged.)
        assert set(here.line.requests[2:]) <= {"POST heads", "GET chains"}


async def test_forty_seconds_are_enough_for_a_new_note_and_for_todays_families(tmp_path: Path) -> None:
    async with place(tmp_path, families=30) as here:
        today = (21, 4, 13)
        for family in range(30):
            # Of most families there is far more to bring than the line can carry.
            await here.note(here.supervisor, family, 1_000 * (family + 1), 12 if family in today else 60)
        assert (await here.other.run_once()).problem == ""
        await here.note(here.coordinator, 7, 1)
        here.engine.prefer([here.families[one].stream for one in today])
        here.enter(40.0)
        status = await here.engine.run_once()
        assert (status.state, status.problem) == (SyncState.OFFLINE, "no_network")
        assert status.pending == 0
        assert await here.coordinator.unsent_count() == 0
        shown = [await bodies(here.coordinator, family.stream) for family in here.families]
        assert [shown[one] for one in today] == [12, 12, 12]
        # One's own note, then what there is of today's families, and only then a word about the others.
        asked = here.line.requests
        assert asked[3:10] == ["POST segments", *["GET snapshots"] * 3, *["GET segments"] * 3]
        assert asked[10] == "GET snapshots"
        # What did come counts: the next window goes on where this one ended.
        brought = sum(shown)
        here.enter(40.0)
        await here.engine.run_once()
        after = [await bodies(here.coordinator, family.stream) for family in here.families]
        assert sum(after) > brought
        await here.calm()
        counts = [await bodies(here.coordinator, family.stream) for family in here.families]
        assert counts == [await bodies(here.supervisor, family.stream) for family in here.families]


async def test_an_import_passes_piece_by_piece_through_windows_of_forty_seconds(tmp_path: Path) -> None:
    async with place(tmp_path, families=2) as here:
        await here.note(here.coordinator, 0, 1, 400)
        left = [await here.coordinator.unsent_count()]
        while left[-1] and len(left) < 40:
            here.enter(40.0)
            status = await here.engine.run_once()
            left.append(await here.coordinator.unsent_count())
            # Every window brings it forward, for only little is cut where little passes.
            assert left[-1] < left[-2], (left, status.problem)
        assert left[-1] == 0
        await here.calm()
        assert await bodies(here.supervisor, here.families[0].stream) == 400


async def test_a_note_does_not_wait_behind_an_import_of_another_family(tmp_path: Path) -> None:
    async with place(tmp_path, families=3) as here:
        await here.note(here.coordinator, 0, 1, 900)
        await here.note(here.coordinator, 1, 5_000)
        here.engine.prefer([here.families[0].stream])
        here.enter(40.0)
        await here.engine.run_once()
        unsent = await here.coordinator.unsent_by_family()
        assert here.families[1].id not in unsent
        assert 0 < unsent[here.families[0].id] < 900
