"""Push and pull: 10 k notes of 600 bytes between a tablet and a server, against PouchDB.

Ours, push: one round of the engine with every note still to send: heads asked, segments cut and
signed, sent, verified by the server (certificate, signature, hash chain, entitlement), committed
there with fsync, acknowledged, and the acknowledgement kept with fsync. Ours, pull: one round of an
empty tablet, which ends when every note is verified, opened, durable, merged and found by a search.
The peer replicates the same notes as documents; nothing is encrypted, verified, indexed or synced
to the disk. The bar is against the peer as it comes; a detail says what larger batches make of it.
Each side has a process for the tablet and one for the server, on loopback and on the same disk, and
both have synced before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from .bars import Row, bar
from .caseload import AUTHOR, READER
from .measure import Contender, Lap, Series, Stopwatch, compare, interleave
from .pouchdb import AS_IT_COMES, BATCHES, Pouch, Replicated
from .traffic import ServerFailed, Traffic, check, serving, warm

Replicate = Callable[[Pouch, int, int], Awaitable[Replicated]]
"""(peer, number of the lap, batch size)"""


async def measure_push(traffic: Traffic, rounds: int) -> list[Row]:
    """The row `push-pouchdb`. Raises NoNode, PouchFailed, ServerFailed."""

    async def ours() -> Lap:
        home, data = traffic.fresh("pushing", of="author"), traffic.fresh("pushing-server", of="server")
        with serving(data) as server:
            await warm(traffic, server.address)
            async with traffic.tablet(AUTHOR, home, server.address) as (vault, engine):
                await vault.unsent_count()  # the screen has said it long before
                with Stopwatch() as watch, server.counting():
                    check((await engine.run_once()).problem)
                if await vault.unsent_count():
                    raise ServerFailed("not everything was sent")
        return Lap(watch.lap.wall, watch.lap.cpu + server.counted)

    async def theirs(pouch: Pouch, number: int, batch: int) -> Replicated:
        return await pouch.push("notes", f"pushed-{batch}-{number}", batch)

    return [await _against_pouch("push-pouchdb", traffic, rounds, ours, theirs)]


async def measure_pull(traffic: Traffic, rounds: int) -> list[Row]:
    """The row `pull-pouchdb`. Raises NoNode, PouchFailed, ServerFailed."""
    await fill_server(traffic)

    async def ours() -> Lap:
        home, data = traffic.fresh("pulling", of="reader"), traffic.fresh("pulling-server", of="full")
        with serving(data) as server:
            await warm(traffic, server.address)
            async with traffic.tablet(READER, home, server.address) as (vault, engine):
                with Stopwatch() as watch, server.counting():
                    check((await engine.run_once()).problem)
                    found = await vault.search("home", limit=1)
                if not found or engine.status.received < traffic.notes:
                    raise ServerFailed(f"{engine.status.received} of {traffic.notes} were received")
        return Lap(watch.lap.wall, watch.lap.cpu + server.counted)

    async def theirs(pouch: Pouch, number: int, batch: int) -> Replicated:
        return await pouch.pull(f"pulled-{batch}-{number}", "held", batch)

    return [await _against_pouch("pull-pouchdb", traffic, rounds, ours, theirs, held=True)]


async def fill_server(traffic: Traffic) -> Path:
    """The folder of a server that holds every note; made when missing."""
    full = traffic.scratch / "full"
    if not full.is_dir():
        data = traffic.fresh("filling", of="server")
        with serving(data) as server:
            home = traffic.fresh("filler", of="author")
            async with traffic.tablet(AUTHOR, home, server.address) as (_, engine):
                check((await engine.run_once()).problem)
        data.rename(full)
    return full


async def _against_pouch(
    key: str, traffic: Traffic, rounds: int, ours: Contender, theirs: Replicate, held: bool = False
) -> Row:
    laps_of: dict[int, int] = dict.fromkeys(BATCHES, 0)
    async with Pouch(traffic.fresh("pouch")) as pouch:
        if await pouch.fill("notes", traffic.documents) != traffic.notes:
            raise ServerFailed("the peer does not hold every note")
        if held:
            await pouch.push("notes", "held", BATCHES[-1])

        def peer(batch: int) -> Contender:
            async def lap() -> Lap:
                laps_of[batch] += 1
                done = await theirs(pouch, laps_of[batch], batch)
                if done.docs != traffic.notes:
                    raise ServerFailed("the peer has not replicated every note")
                return Lap(done.seconds, done.cpu)

            return lap

        contenders = {"ours": ours, **{str(batch): peer(batch) for batch in BATCHES}}
        laps = await interleave(contenders, rounds)
    return _row(key, traffic.notes, laps)


def _row(key: str, notes: int, laps: dict[str, Series]) -> Row:
    mine, peer = laps["ours"], laps[str(AS_IT_COMES)]
    # The bar is on speed, so theirs stands above ours.
    ratio = compare(peer, mine)
    details = {"notes": float(notes), "ours_s": mine.wall, "ours_cpu_s": mine.cpu}
    for batch in BATCHES:
        some = laps[str(batch)]
        details |= {f"peer_batch_{batch}_s": some.wall, f"peer_batch_{batch}_cpu_s": some.cpu}
        details[f"ratio_batch_{batch}"] = some.wall / mine.wall
    spread = (ratio.low, ratio.high)
    rounds = len(mine.laps)
    return Row(
        bar(key), notes / mine.wall, notes / peer.wall, ratio.value, spread, ratio.cpu, rounds, details
    )
