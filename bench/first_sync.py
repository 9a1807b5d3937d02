"""First sync: a supervisor's new tablet and a caseload of 100 k records in 150 families, on loopback.

The coordinator has sent everything and given the snapshots that were due. The supervisor's tablet holds
the keys (every control chain) and nothing else. One round of its engine is timed, in a process of its
own, with snapshots and without:

  first family   something of a family can be read: its snapshot has been fetched, opened, its signature
                 and its signer's entitlement verified, and every value checked; it is marked unchecked
  rows           the same for all families
  checked        every envelope of every history is verified, durable, opened, merged, found by a search,
                 and every snapshot was what its history says

The memory is the kernel's peak (VmHWM) less what Python and the app's modules took before.
Run as `python -m bench.first_sync MODE SCRATCH ADDRESS FAMILIES`, it is the tablet's process.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from app.demo.content import ExampleFamily
from app.protocol.ids import DeviceId, singleton_id
from app.store.vault import Changed
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.snapshots import Snapshots
from tests.fakes.agency import FakeAgency, FakeFamily

from .bars import Row, bar
from .caseload import AUTHOR, READER
from .footprint import peak_mb
from .traffic import RealTime, ServerFailed, Traffic, check, prepare_traffic, serving

MODES = ("snapshots", "history")
_ENOUGH_ROUNDS = 1000


async def measure_first_sync(families: Sequence[ExampleFamily], scratch: Path, rounds: int) -> list[Row]:
    """The rows `first-…`. families: as `caseload.invented` makes them. Raises ServerFailed."""
    traffic = await prepare_traffic(_placed(families), scratch)
    full = await _fill(traffic)
    taken: dict[str, list[dict[str, float]]] = {mode: [] for mode in MODES}
    for _ in range(rounds):
        for mode in MODES:
            data = traffic.fresh("first-server", of=full.name)
            with serving(data) as server:
                await _hold_keys(traffic)
                done = subprocess.run(
                    [sys.executable, "-m", "bench.first_sync", mode, str(scratch), server.address,
                     str(len(families))],
                    check=True, capture_output=True, text=True,
                )  # fmt: skip
                taken[mode].append(json.loads(done.stdout.splitlines()[-1]))
    quick, plain = (
        {name: median(lap[name] for lap in taken[mode]) for name in taken[mode][0]} for mode in MODES
    )
    details = {"records": float(traffic.notes), "families": float(len(families))}
    details |= {f"history_{name}": value for name, value in plain.items()}
    return [
        Row(bar("first-family"), quick["first_ms"], rounds=rounds, details=details),
        Row(bar("first-rows"), quick["rows_s"], rounds=rounds, details=details),
        Row(bar("first-checked"), quick["checked_s"], rounds=rounds, details=details),
        Row(bar("first-plain"), plain["checked_s"], rounds=rounds, details=details),
        Row(bar("first-peak"), quick["peak_mb"], rounds=rounds, details=details),
    ]


def _placed(families: Sequence[ExampleFamily]) -> tuple[ExampleFamily, ...]:
    """The same families, singletons under the ids that they have in their streams."""
    agency = FakeAgency(size=3)
    placed: list[ExampleFamily] = []
    for family in families:
        team = _team(agency)
        records = tuple(
            record if record.id else replace(record, id=singleton_id(team.stream, record.type).hex())
            for record in family.records
        )
        placed.append(replace(family, records=records))
    return tuple(placed)


def _team(agency: FakeAgency) -> FakeFamily:
    """The next family as `traffic.prepare_traffic` makes it."""
    return agency.family(opener=AUTHOR, members=[READER])


async def _fill(traffic: Traffic) -> Path:
    """A server that holds everything, and every snapshot that was due."""
    full = traffic.scratch / "first-full"
    data = traffic.fresh("first-filling", of="server")
    with serving(data) as server:
        home = traffic.fresh("first-filler", of="author")
        async with traffic.tablet(AUTHOR, home, server.address) as (vault, engine):
            check((await engine.run_once()).problem)
            async with HttpTransport(server.address) as wire:
                await wire.login(DeviceId(traffic.agency.members[AUTHOR].keyring.device), vault.sign_login)
                giving = Snapshots(vault, wire)
                for _ in range(_ENOUGH_ROUNDS):
                    if not await vault.snapshots_due():
                        break
                    await giving.give()
    data.rename(full)
    return full


async def _hold_keys(traffic: Traffic) -> None:
    """The supervisor's new tablet: every control chain, so every key, and nothing else."""
    home = traffic.fresh("first-reader", of="reader")
    vault = await traffic.agency.vault(READER, home, traffic.families)
    await vault.close()


async def _tablet(mode: str, home: Path, address: str, families: int) -> dict[str, float]:
    agency = FakeAgency(size=3)
    caseload = frozenset(_team(agency).id for _ in range(families))
    vault = await agency.vault(READER, home)
    before = peak_mb()
    shown: set[str] = set()
    marks: dict[str, float] = {}
    try:
        async with HttpTransport(address) as wire:
            await wire.login(DeviceId(agency.members[READER].keyring.device), vault.sign_login)
            engine = SyncEngine(vault, wire, RealTime(), lambda: 0.5)
            if mode == "history":
                engine._steps._pulling._snapshots = _NoSnapshots(vault, wire)
            start, cpu = time.perf_counter(), time.process_time()

            def told(changed: Changed) -> None:
                if changed.types <= {"family"}:
                    return  # only what is said of families: nothing of one came
                shown.update(changed.families & caseload)
                if shown:
                    marks.setdefault("first_ms", (time.perf_counter() - start) * 1000)
                if len(shown) == families:
                    marks.setdefault("rows_s", time.perf_counter() - start)

            vault.subscribe(told)
            check((await engine.run_once()).problem)
            await vault.search("kitchen", limit=1)
            marks["checked_s"] = time.perf_counter() - start
            marks["cpu_s"] = time.process_time() - cpu
            arrival = await vault.arrival()
            if arrival.arriving or arrival.checking or not caseload <= arrival.families:
                raise ServerFailed("not everything has come")
            if await vault.snapshot_alarms():
                raise ServerFailed("a snapshot was refused by its history")
    finally:
        await vault.close()
    return {**marks, "peak_mb": peak_mb() - before}


class _NoSnapshots(Snapshots):
    """A tablet that waits for the history."""

    async def show(self, streams: object) -> None:
        """Nothing."""

    async def give(self) -> None:
        """Nothing."""


if __name__ == "__main__":
    _mode, _scratch, _address, _families = sys.argv[1:]
    _found = asyncio.run(_tablet(_mode, Path(_scratch) / "first-reader", _address, int(_families)))
    print(json.dumps(_found))
