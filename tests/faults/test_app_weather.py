"""A whole tablet while the server is down, slow, or answers wrongly: work goes on, the chip tells the
truth, and in the end everything has arrived once.

Services, vault, engine and server are real; only the line between them is bad.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.services.enrolment import NewPerson
from app.services.first_run import JoinAgency
from app.services.opening import NewFamily
from app.services.tablet import Tablet
from app.sync.http import HttpTransport
from server import tables
from tests.services.office import PASSPHRASE, Office, office, until

Handle = Callable[[httpx.Request], Awaitable[httpx.Response]]
Weather = Callable[[httpx.Request, Handle], Awaitable[httpx.Response]]
LONGEST_SAVE_SECONDS = 5.0
"""A save that waited for the server would take longer than this."""
OURS = {"kt-version": "1", "content-type": "application/msgpack"}


class Line(httpx.AsyncBaseTransport):
    """The line of one tablet."""

    def __init__(self, app: object) -> None:
        self._inner = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        self.weather: Weather | None = None
        self.met = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.weather is None:
            return await self._inner.handle_async_request(request)
        self.met += 1
        return await self.weather(request, self._inner.handle_async_request)


@dataclass
class Visit:
    """A coordinator at a family's table, the supervisor in the office, and the line between."""

    place: Office
    tablet: Tablet
    supervisor: Tablet
    family: str
    line: Line

    async def write(self, *bodies: str) -> list[str]:
        """Save notes a minute apart; their ids. Saving never waits for the server."""
        notes, ids = self.tablet.open.notes, []
        for body in bodies:
            self.place.clock.advance(60)
            began = time.monotonic()
            saved = await notes.save(replace(notes.begin(self.family), body=body))
            assert time.monotonic() - began < LONGEST_SAVE_SECONDS
            ids.append(saved.note_id)
        return ids

    async def chips(self, ids: list[str]) -> list[str]:
        """What stands beside each note."""
        return [(await self.tablet.open.syncing.note_chip(one)).kind for one in ids]

    async def tried(self, times: int = 3) -> None:
        """Until the tablet has met the bad weather so often, pressing *Try now* meanwhile."""
        enough = self.line.met + times

        async def met() -> bool:
            self.tablet.open.syncing.now()
            return self.line.met >= enough

        await until(met)

    async def on_server(self, ids: list[str]) -> None:
        """Until exactly these have been acknowledged."""

        async def there() -> bool:
            self.tablet.open.syncing.now()
            return set(await self.chips(ids)) == {"on_server"}

        await until(there)

    async def arrived(self, bodies: list[str]) -> None:
        """Until the supervisor has them all, in order; then each is there once, and once on the server."""

        async def all_there() -> bool:
            self.supervisor.open.syncing.now()
            return len(await self.supervisor.open.notes.of_family(self.family)) >= len(bodies)

        await until(all_there)
        there = [note.body for note in await self.supervisor.open.notes.of_family(self.family)]
        assert list(reversed(there)) == bodies
        held: Counter[tuple[bytes, bytes, int]] = Counter()
        with self.place.app.state.desk.database.read() as connection:  # type: ignore[attr-defined]
            piece = tables.segment.c
            for stream, chain, first, last in connection.execute(
                select(piece.stream, piece.chain, piece.first, piece.last)
            ):
                held.update((stream, chain, number) for number in range(first, last + 1))
        assert set(held.values()) == {1}, "the server holds every operation once"


@asynccontextmanager
async def visit(root: Path) -> AsyncIterator[Visit]:
    """Two tablets that have met; the coordinator's line is still good."""
    async with office(root) as place:
        founder = await place.founded()
        invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Care coordinator"))
        line = Line(place.app)
        usual = place._wire
        place._wire = lambda url: HttpTransport(url, carrier=line)  # type: ignore[method-assign]
        tablet = place.tablet("marisol")
        await tablet.first_run.join(JoinAgency(invited.text, PASSPHRASE))
        (waiting,) = await founder.open.enrolment.pending()
        await founder.open.enrolment.admit(waiting.invitation_id)
        await until(tablet.first_run.check_joined)
        await tablet.first_run.finish()
        place._wire = usual  # type: ignore[method-assign]
        family = await tablet.open.opening.open_family(NewFamily("Nia", "Delgado"))
        here = Visit(place, tablet, founder, family, line)
        await here.on_server(await here.write("Before."))
        yield here


async def down(request: httpx.Request, handle: Handle) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


async def too_slow(request: httpx.Request, handle: Handle) -> httpx.Response:
    await handle(request)
    raise httpx.ReadTimeout("slow", request=request)


def answer(
    status: int, body: bytes, headers: dict[str, str] | None = None, *, after: bool = False
) -> Weather:
    """Every request gets this answer; after: though the server has done what was asked."""

    async def weather(request: httpx.Request, handle: Handle) -> httpx.Response:
        if after:
            await handle(request)
        return httpx.Response(status, content=body, headers=headers or {}, request=request)

    return weather


GARBAGE = b"\xffgarbage<html>"
WEATHERS: dict[str, tuple[Weather, set[str]]] = {
    "down": (down, {"no_network"}),
    "slow": (too_slow, {"no_network"}),
    "401": (answer(401, GARBAGE, OURS), {"could_not_send"}),
    "409": (answer(409, GARBAGE, OURS), {"could_not_send"}),
    "500": (answer(500, b"Internal Server Error"), {"could_not_send", "no_network"}),
    "500 though done": (answer(500, GARBAGE, OURS, after=True), {"could_not_send", "no_network"}),
    "garbage": (answer(200, GARBAGE, OURS), {"could_not_send"}),
    "garbage though done": (answer(200, GARBAGE, OURS, after=True), {"could_not_send"}),
    "somebody's login page": (
        answer(200, b"<html>Wi-Fi</html>", {"content-type": "text/html"}), {"no_network", "could_not_send"},
    ),
}  # fmt: skip
"""Name → what happens to every request, and what the chip of the tablet may say then."""


@pytest.mark.parametrize("name", WEATHERS)
async def test_work_goes_on_and_arrives_once(tmp_path: Path, name: str) -> None:
    weather, truth = WEATHERS[name]
    async with visit(tmp_path) as here:
        here.line.weather = weather
        ids = await here.write("One.", "Two.", "Three.")
        await here.tried()
        assert "on_server" not in await here.chips(ids)

        async def told() -> bool:
            here.tablet.open.syncing.now()
            return (await here.tablet.open.syncing.chip()).kind in truth

        await until(told)
        # Everything else works too: reading, finding, a draft, a lock and an unlock.
        notes = here.tablet.open.notes
        assert [note.body for note in await notes.search("three")] == ["Three."]
        draft = await notes.keep_draft(replace(notes.begin(here.family), body="Half a thought"))
        await here.tablet.lock("button")
        await here.tablet.unlock(PASSPHRASE)
        assert (await here.tablet.open.notes.draft(draft.note_id)) is not None
        assert len(await here.tablet.open.notes.of_family(here.family)) == 4
        assert "on_server" not in await here.chips(ids)

        here.line.weather = None
        await here.on_server(ids)
        await here.arrived(["Before.", "One.", "Two.", "Three."])
        assert (await here.tablet.open.syncing.chip()).kind == "on_server"


async def test_an_answer_that_takes_for_ever_holds_nothing_up(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def slow(request: httpx.Request, handle: Handle) -> httpx.Response:
        await gate.wait()
        return await handle(request)

    async with visit(tmp_path) as here:
        here.line.weather = slow
        ids = await here.write("One.", "Two.")
        assert "on_server" not in await here.chips(ids)
        assert [note.body for note in await here.tablet.open.notes.search("two")] == ["Two."]
        await here.tablet.lock("button")  # it does not wait for the server either
        await here.tablet.unlock(PASSPHRASE)
        ids += await here.write("Three.")
        gate.set()
        await here.on_server(ids)
        await here.arrived(["Before.", "One.", "Two.", "Three."])


@pytest.mark.parametrize("seed", range(3))
async def test_changeable_weather_loses_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    turns = [weather for weather, _ in WEATHERS.values()]

    async with visit(tmp_path) as here:
        count = seed

        async def changeable(request: httpx.Request, handle: Handle) -> httpx.Response:
            nonlocal count
            count += 1
            # Most requests pass, so that rounds break off at every place.
            return await (turns[count % len(turns)] if count % 3 == 0 else _passes)(request, handle)

        here.line.weather = changeable
        bodies = [f"Note {number}." for number in range(12)]
        ids = []
        for body in bodies:
            ids += await here.write(body)
            await here.tried(2)
        here.line.weather = None
        await here.on_server(ids)
        await here.arrived(["Before.", *bodies])


async def _passes(request: httpx.Request, handle: Handle) -> httpx.Response:
    return await handle(request)
