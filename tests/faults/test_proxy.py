"""Four tablets, a real server on a socket, and a proxy between them that does everything lines do.

Nothing is lost, nothing is there twice, and what a tablet calls sent is on the server: after every single
round, and when the line is good again.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from random import Random

import httpx
import pytest
from sqlalchemy import select

from app.protocol.ids import PersonId, StreamId
from app.services.desk import Desk, Me
from app.services.opening import NewFamily
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.ports import OwnChain
from app.wraparound.records import Need, Note
from server import tables
from server.config import Config, Limits
from server.main import create_app
from tests.fakes.agency import FakeAgency
from tests.faults.proxy import FAULTS, Proxy
from tests.server.live import live
from tests.services.rig import Person

ROUNDS = 1000 if os.environ.get("KT_SOAK") else 100
TABLETS = 4
BAD = 0.3
PATIENCE_SECONDS = 0.3
"""In bad weather: black holes would take minutes."""
CALM_SECONDS = 20.0
ROLES = (("administrator", "supervisor"), ("coordinator",), ("coordinator",), ("coordinator",))
Held = dict[bytes, int]


class Hurried(httpx.AsyncHTTPTransport):
    """The real transport, which waits as long as the weather lets it."""

    patience = CALM_SECONDS

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), self.patience)
        return await super().handle_async_request(request)


@dataclass
class Site:
    """Everybody, and what has been written. notes, needs: record → its words."""

    proxy: Proxy
    app: object
    people: list[Person]
    engines: list[SyncEngine]
    carriers: list[Hurried]
    families: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)

    def held(self) -> Held:
        """{chain: last operation} on the server, from its own table."""
        with self.app.state.desk.database.read() as connection:  # type: ignore[attr-defined]
            piece = tables.segment.c
            found: Held = {}
            for chain, last in connection.execute(select(piece.chain, piece.last)):
                found[chain] = max(found.get(chain, 0), last)
            return found

    def times_held(self) -> Counter[tuple[bytes, bytes, int]]:
        """How often the server holds each operation."""
        with self.app.state.desk.database.read() as connection:  # type: ignore[attr-defined]
            piece = tables.segment.c
            rows = connection.execute(select(piece.stream, piece.chain, piece.first, piece.last))
            return Counter((s, c, n) for s, c, first, last in rows for n in range(first, last + 1))


@asynccontextmanager
async def site(root: Path, seed: str) -> AsyncIterator[Site]:
    """A supervisor and three coordinators with a family each, and one that they all write in."""
    agency = FakeAgency(TABLETS)
    async with AsyncExitStack() as stack:
        plenty = Limits(**{one.name: 10**9 for one in fields(Limits)})
        ports: list[int] = []
        proxy = Proxy(0, seed, 0.0)
        await stack.enter_async_context(proxy)
        origin = f"http://localhost:{proxy.port}"

        def make(port: int) -> object:
            ports.append(port)
            return create_app(Config(data_dir=root / "server", origins=(origin,), limits=plenty))

        _, app = stack.enter_context(live(make))  # type: ignore[arg-type]
        proxy.upstream = ports[0]
        people, engines, carriers = [], [], []
        data = agency.data()
        for number in range(TABLETS):
            vault = await agency.vault(number, root / str(number))
            stack.push_async_callback(vault.close)
            if number == 0:
                await vault.create_stream(data.genesis, data.key)
            carriers.append(Hurried(retries=0))
            wire = HttpTransport(origin, carrier=carriers[-1])
            stack.push_async_callback(wire.aclose)
            if number == 0:
                await wire.found_agency(agency.id, agency.ops)
            member = agency.members[number]
            me = Me(member.person.hex(), member.keyring.device.hex(), f"P{number}", "", ROLES[number])
            ids = Random(f"{seed}-{number}-ids")
            desk = Desk(vault, member.clock.now_ms, lambda ids=ids: ids.randbytes(16).hex(), me)  # type: ignore[misc]
            people.append(Person(member, vault, desk))
            engines.append(SyncEngine(vault, wire, member.clock, Random(seed).random))
        here = Site(proxy, app, people, engines, carriers)
        for person in people[1:]:
            here.families.append(await person.opening.open_family(NewFamily("Nia")))
        (shared,) = people[1].vault.streams_of(bytes.fromhex(here.families[0]))
        await engines[1].run_once()
        others = [PersonId(bytes.fromhex(one.desk.me.person)) for one in people[2:]]
        await people[1].vault.let_in(shared, others)
        for engine in (*engines, *engines):
            assert (await engine.run_once()).problem == ""
        yield here


async def write(here: Site, person: Person, chance: Random) -> None:
    """Something that a coordinator does; in the shared family all change the same vision."""
    number = here.people.index(person)
    family = here.families[0] if number == 0 or chance.random() < 0.5 else here.families[number - 1]
    words = f"words {len(here.notes) + len(here.needs)} of {number}"
    person.later(chance.uniform(1, 60))
    act = chance.randrange(4)
    if act == 0:
        here.needs[await person.plan.save_need(family, words)] = words
    elif act == 1:
        await person.plan.save_vision(family, words)
    else:
        saved = await person.notes.save(replace(person.notes.begin(family), body=words))
        here.notes[saved.note_id] = words


def sent_is_held(chains: list[OwnChain], held: Held) -> None:
    """What a tablet calls sent is on the server."""
    for chain in chains:
        assert chain.acked <= held.get(bytes(chain.chain), 0)


async def storm(here: Site, number: int, rounds: int, seed: str) -> None:
    """One tablet: write, sync, look whether the status is true, again and again."""
    chance, person, engine = Random(f"{seed}-{number}"), here.people[number], here.engines[number]
    for _ in range(rounds):
        if chance.random() < 0.7:
            await write(here, person, chance)
        status = await engine.run_once()
        # The chains first: until the server is asked it can only hold more.
        chains = list(await person.vault.own_chains())
        held = await asyncio.to_thread(here.held)
        sent_is_held(chains, held)
        assert all(up_to <= held.get(bytes(chain), 0) for chain, up_to in status.acked.items())


async def calm(here: Site) -> None:
    """The line is good again: rounds until nobody has anything to send or to fetch."""
    here.proxy.bad = 0.0
    for carrier in here.carriers:
        carrier.patience = CALM_SECONDS
    for _ in range(3):
        for engine in here.engines:
            status = await engine.run_once()
            assert status.problem == "", status.message
    for engine in here.engines:
        assert (engine.status.pending, engine.status.withheld, engine.status.quarantined) == (0, 0, 0)


@pytest.mark.timeout(1200)
async def test_a_thousand_syncs_through_a_bad_line_lose_and_double_nothing(tmp_path: Path) -> None:
    seed = "a bar in the stairwell"
    async with site(tmp_path, seed) as here:
        here.proxy.bad = BAD
        for carrier in here.carriers:
            carrier.patience = PATIENCE_SECONDS
        await asyncio.gather(*(storm(here, n, ROUNDS // TABLETS, seed) for n in range(TABLETS)))
        met = here.proxy.met
        if ROUNDS >= 1000:
            assert set(FAULTS) <= set(met), "every fault was met"
        assert sum(met.values()) - met[""] > ROUNDS / 2
        await calm(here)

        assert set(here.times_held().values()) == {1}
        digests: dict[StreamId, set[bytes]] = {}
        for person in here.people:
            for position in await person.vault.positions():
                state = person.vault.stream_state(position.stream)
                if state is not None and PersonId(bytes.fromhex(person.desk.me.person)) in state.members:
                    digests.setdefault(position.stream, set()).add(await person.vault.digest(position.stream))
        assert len(digests) == TABLETS, "three families and the agency's own records"
        assert {len(found) for found in digests.values()} == {1}
        held = here.held()
        for person in here.people:
            sent_is_held(list(await person.vault.own_chains()), held)
        assert await rows(here.people[0].vault) == (here.notes, here.needs)
        chips = await here.people[0].vault.statuses([*here.notes, *here.needs])
        assert set(chips.values()) == {"on_server"}
        for person in here.people:
            assert await person.vault.unsent_count() == 0
        print(f"{sum(met.values())} requests, faults {dict(sorted(met.items()))}, "
              f"{len(here.notes)} notes, {len(here.needs)} needs")  # fmt: skip


async def rows(vault: Vault) -> tuple[dict[str, str], dict[str, str]]:
    """The notes and needs of a tablet: what the supervisor, who reads all, has."""
    return await vault.read(
        lambda session: (
            {one.id: one.body for one in session.exec(select(Note)).scalars()},
            {one.id: one.text for one in session.exec(select(Need)).scalars()},
        )
    )
