"""kill -9 of a tablet while it writes, syncs and images, and of its server in between.

The tablet dies at a call of its disk or at a moment of the clock; what it had promised is there, the
server holds every operation once, and a colleague's tablet ends with the same words.
Spec: docs/faults.md, "Kills".
"""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from time import monotonic

import pytest
from sqlmodel import select

from app.errors import ServerUnavailable
from app.protocol.ids import DeviceId
from app.protocol.login import sign_login
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.machine import Pace
from app.sync.ports import ZERO_HASH
from app.wraparound.records import Note
from tests.e2e.harness import Machine, free_port
from tests.fakes.agency import FakeAgency, FakeFamily, record_id
from tests.faults.disk import SOAK, lives
from tests.faults.disk_child import Job, RealTime, cast
from tests.faults.promises import Promised, broken_promises
from tests.faults.test_app_kills import kept_by_server

KILLS = 500 if SOAK else 40
SERVER_DIES_EVERY = 20
A_MINUTE = 75.0
"""Seconds after which the server counts anew."""
LONGEST_SECONDS = 0.5 if SOAK else 0.25
CALLS = 500 if SOAK else 250
"""A life makes about so many calls to its disk before the longest time is over."""
pytestmark = pytest.mark.timeout(7200 if SOAK else 300)


async def found(server: str, agency: FakeAgency, families: list[FakeFamily]) -> None:
    """Give a fresh server the agency and the streams of its families."""
    for number, opened in ((0, families[:1]), (1, families[1:])):
        member = agency.members[number]
        wire = HttpTransport(server)
        await wire.found_agency(agency.id, agency.ops)
        key, device = member.keyring.signing_key(), DeviceId(member.keyring.device)

        async def sign(origin: str, challenge: bytes, key=key, device=device) -> bytes:  # type: ignore[no-untyped-def]
            return sign_login(key, origin, device, challenge)

        await wire.login(device, sign)
        for family in opened:
            await wire.append_control(family.stream, ZERO_HASH, [family.genesis])
        await wire.aclose()


async def synced(vault: Vault, server: str) -> None:
    """Rounds until everything is sent and a round brings nothing."""
    time, began = RealTime(), monotonic()
    async with HttpTransport(server) as wire:
        engine = SyncEngine(vault, wire, time, random.random, pace=Pace())
        for _ in range(40):
            status = await engine.run_once()
            # A device signs in so many times a minute at most, and this one was started again and again.
            while status.problem == ServerUnavailable.code and monotonic() - began < A_MINUTE:
                await time.sleep(2)
                status = await engine.run_once()
            assert status.problem == "", status.problem
            chains = await vault.own_chains()
            if not status.received and not any(chain.pending for chain in chains):
                break
        else:
            raise AssertionError("not settled in 40 rounds")
        await engine.stop()


async def check(home: Path, promised: Promised, data: Path) -> None:
    """Every promise holds, and what is called sent is on the server."""
    agency, families = cast()
    vault = await agency.vault(1, home, families)
    assert not vault.was_salvaged
    assert await broken_promises(vault, promised) == []
    with sqlite3.connect(data / "server.sqlite") as database:
        there = dict(database.execute("SELECT chain, last_dseq FROM chain").fetchall())
    database.close()
    for chain in await vault.own_chains():
        assert chain.acked <= there.get(bytes(chain.chain), 0), "called sent, and not on the server"
    await vault.close()


async def test_no_kill_of_tablet_or_server_loses_or_doubles_anything(tmp_path: Path) -> None:
    agency, families = cast()
    port, data, home = free_port(), tmp_path / "server", tmp_path / "home"
    argv = ("-m", "app", "server", "--data", str(data), "--port", str(port))
    server = Machine("server", argv, port, "/v1/health", tmp_path / "server.out")
    server.start()
    chance, said, killed = random.Random(17), [], 0
    home.mkdir()
    try:
        await found(server.address, agency, families)
        with lives(tmp_path) as running:
            for kill in range(KILLS):
                by_call = kill % 2 == 0
                job = Job(
                    str(home), "", seed=kill, steps=10_000, start=(kill + 1) * 10_000, server=server.address,
                    kill_at=chance.randrange(1, CALLS) if by_call else 0,
                )  # fmt: skip
                ended = running.live(job, LONGEST_SECONDS * (4 if by_call else chance.random()))
                assert ended.killed and not ended.refused
                killed += 1
                said += ended.said
                if kill % SERVER_DIES_EVERY == SERVER_DIES_EVERY - 1:
                    server.kill()
                    await check(home, Promised.of(said), data)
                    server.start()
        one, two = await agency.vault(1, home), await agency.vault(0, tmp_path / "colleague", families)
        began = monotonic()
        await synced(one, server.address)
        await synced(two, server.address)
        assert await broken_promises(one, Promised.of(said)) == []
        promised = Promised.of(said)
        notes = sorted(await two.read(lambda s: s.exec(select(Note.id)).all()))
        assert len(notes) == len(set(notes)) and {record_id(n) for n in promised.notes} <= set(notes)
        for family in families:
            assert await one.digest(family.stream) == await two.digest(family.stream)
        for last, held, _ in kept_by_server(data):
            assert held == last
        print(f"{killed} kills: {len(promised.notes)} saves promised, {len(notes)} there, 0 lost, 0 doubled")
        print(f"the rest was sent and fetched in {monotonic() - began:.1f} s")
        assert len(promised.notes) > KILLS / 2, "the tablets did write"
        for vault in (one, two):
            await vault.close()
    finally:
        server.stop()
