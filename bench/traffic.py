"""What push and pull are measured on: a server process of its own, and the same notes on both sides.

The author's tablet has written the notes and sent none; the reader's knows its agency and nothing
else. The server has the control chains. Every lap begins with copies of these three folders.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from app.demo.content import ExampleFamily, ExampleRecord
from app.protocol.ids import NO_HASH, DeviceId
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from tests.fakes.agency import FakeAgency, FakeFamily

from .caseload import AUTHOR, BATCH, READER
from .measure import cpu_of

WARMER = 2
"""The member whose tablet syncs before every lap, so that nobody pays for a cold start."""
WARM_NOTES = 30
_SECONDS_FOR_SERVER = 30.0


class ServerFailed(Exception):
    """The server did not come up, or a round ended with a problem; str() says which."""


class RealTime:
    """The clock of an engine."""

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True)
class Traffic:
    """Folders to copy, and who is who. documents: the notes for the peer, as JSON lines."""

    scratch: Path
    agency: FakeAgency
    families: tuple[FakeFamily, ...]
    notes: int
    documents: Path

    def fresh(self, name: str, of: str = "") -> Path:
        """A folder of its own: empty, or a copy of one made before."""
        path = self.scratch / name
        shutil.rmtree(path, ignore_errors=True)
        if of:
            shutil.copytree(self.scratch / of, path)
        return path

    @asynccontextmanager
    async def tablet(self, member: int, home: Path, address: str) -> AsyncIterator[tuple[Vault, SyncEngine]]:
        """An open vault and its engine, signed in already as after a morning's first contact."""
        vault = await self.agency.vault(member, home)
        try:
            async with HttpTransport(address) as wire:
                await wire.login(DeviceId(self.agency.members[member].keyring.device), vault.sign_login)
                yield vault, SyncEngine(vault, wire, RealTime(), lambda: 0.5)
        finally:
            await vault.close()


def plain_notes(families: Sequence[ExampleFamily]) -> tuple[ExampleFamily, ...]:
    """The same notes as saved drafts: one copy of the words, as a document of the peer has it."""
    return tuple(
        replace(family, records=tuple(_plain(record) for record in family.records)) for family in families
    )


def _plain(record: ExampleRecord) -> ExampleRecord:
    kept = {name: value for name, value in record.fields.items() if name != "signed"}
    return replace(record, fields={**kept, "status": "draft"})


async def prepare_traffic(
    families: Sequence[ExampleFamily], scratch: Path, *, with_families: int = 0
) -> Traffic:
    """Found an agency on a server, and let a coordinator's tablet write these notes and send none.

    with_families: how many families there are when nothing is written about them yet.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    agency = FakeAgency(size=3)
    count = with_families or len(families)
    teams = tuple(agency.family(opener=AUTHOR, members=[READER]) for _ in range(count))
    spare = agency.family(opener=WARMER)
    vault = await agency.vault(AUTHOR, scratch / "author", teams)
    documents = scratch / "notes.jsonl"
    notes = 0
    try:
        with serving(scratch / "server") as server:
            await _found(agency, (*teams, spare), vault, server.address)
        with documents.open("w", encoding="utf-8") as file:
            for team, example in zip(teams, families, strict=False):
                for start in range(0, len(example.records), BATCH):
                    some = example.records[start : start + BATCH]
                    await vault.commit([team.change(one.type, one.id, one.fields) for one in some])
                    for one in some:
                        document = {"_id": one.id, "type": one.type, "family": team.id, **one.fields}
                        file.write(json.dumps(document, ensure_ascii=False) + "\n")
                    notes += len(some)
        await vault.save_image()
    finally:
        await vault.close()
    await (await agency.vault(READER, scratch / "reader")).close()
    warmer = await agency.vault(WARMER, scratch / "warmer", [spare])
    try:
        for number in range(WARM_NOTES):
            fields = {"kind": "home_visit", "body": "Ray kept her place at the table. " * 18}
            await warmer.commit([spare.change("note", f"{number:032x}", fields)])
    finally:
        await warmer.close()
    return Traffic(scratch, agency, teams, notes, documents)


async def _found(agency: FakeAgency, teams: Sequence[FakeFamily], vault: Vault, address: str) -> None:
    """Give the server the agency's chain and the streams' beginnings."""
    device = DeviceId(agency.members[AUTHOR].keyring.device)
    async with HttpTransport(address) as wire:
        await wire.found_agency(agency.id, agency.ops)
        await wire.login(device, vault.sign_login)
        for team in teams:
            await wire.append_control(team.stream, NO_HASH, [team.genesis])


async def warm(traffic: Traffic, address: str) -> None:
    """Sync a third tablet: it pushes a few notes, and gets them back."""
    home = traffic.fresh("warming", of="warmer")
    async with traffic.tablet(WARMER, home, address) as (vault, engine):
        check((await engine.run_once()).problem)
        for stream in {chain.stream for chain in await vault.own_chains()}:
            await vault.server_restored(stream, await vault.held_chains(stream))
        check((await engine.run_once()).problem)


class ServerProcess:
    """A running server: its address, and the processor time it took while `counting`."""

    def __init__(self, address: str, process: int) -> None:
        self.address = address
        self.counted = 0.0
        self._process = process

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count the processor time of the block."""
        before = cpu_of(self._process)
        yield
        self.counted = cpu_of(self._process) - before


@contextmanager
def serving(data: Path) -> Iterator[ServerProcess]:
    """A server process on a folder, as it is shipped. Raises ServerFailed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "server.main", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command)
    try:
        _await_server(address, process)
        yield ServerProcess(address, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_server(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _SECONDS_FOR_SERVER
    while True:
        try:
            httpx.get(f"{address}/v1/health", trust_env=False)
            return
        except httpx.TransportError:
            if process.poll() is not None or time.monotonic() > end:
                raise ServerFailed("the server did not come up") from None
            time.sleep(0.02)


def check(problem: str) -> None:
    """Return only when a round had no problem. Raises ServerFailed."""
    if problem:
        raise ServerFailed(problem)
