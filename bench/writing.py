"""Durable write: one note of 600 bytes, from the call until it would survive a power cut.

Ours: operation, deflate, padding, AES-256-GCM, hash chain, link, one transaction of the log
(WAL, synchronous=FULL). The rows in memory and the word index follow in the same job, after the
caller has been answered: no lap holds them (docs/howto/measure.md). A peer: the row and its words in
one transaction of its file (WAL, synchronous=FULL). Both on a database that holds 10 k such notes.
"""

from __future__ import annotations

from itertools import count
from statistics import median

from .bars import Row, bar
from .caseload import Caseload, RowWrite, batches, slices
from .ground import BODY_BYTES, PEER_KEY, Ground
from .measure import Contender, Lap, Stopwatch, compare, interleave
from .peers import CIPHER, PLAIN, Peer

WARM = 10


async def measure_writes(ground: Ground, rounds: int) -> list[Row]:
    """The rows `write-sqlcipher` and `write-sqlite`."""
    caseload = ground.caseload
    notes = [write for write in caseload.writes if write.kind.type == "note"]
    prose = " ".join(str(note.row[note.kind.position["body"]]) for note in reversed(notes))
    bodies = slices(prose, rounds + WARM, BODY_BYTES)
    vault = await caseload.vault(ground.copy_of_home("writing"))
    peers = [Peer(name, ground.copy_of_file(name, f"writing-{i}"), PEER_KEY)
             for i, name in enumerate((CIPHER, PLAIN))]  # fmt: skip
    for peer in peers:
        await peer.open()
    numbers = count()
    shown: list[float] = []

    async def ours() -> Lap:
        number = next(numbers)
        family = caseload.families[number % 4]
        change = family.change("note", _record(number), _fields(notes[0], bodies[number]))
        with Stopwatch() as watch:
            await vault.commit([change])
        with Stopwatch() as rest:
            # Whatever the vault still does about this note must not fall into somebody else's lap.
            await vault.read(lambda session: None)
        shown.append(watch.lap.wall + rest.lap.wall)
        return watch.lap

    try:
        laps = await interleave(
            {"ours": ours, **{peer.name: _peer(caseload, notes[0], bodies, peer) for peer in peers}},
            rounds, warm=WARM, tidy=False,
        )  # fmt: skip
    finally:
        await vault.close()
        for peer in peers:
            await peer.close()
    rows = []
    for key, name in (("write-sqlcipher", CIPHER), ("write-sqlite", PLAIN)):
        mine, theirs = laps["ours"], laps[name]
        ratio = compare(mine, theirs)
        details = {
            "ours_until_a_read_shows_it_ms": median(shown[WARM:]) * 1000,
            "ours_mean_ms": mine.mean * 1000,
            "peer_mean_ms": theirs.mean * 1000,
            "ours_cpu_ms": mine.cpu * 1000,
            "peer_cpu_ms": theirs.cpu * 1000,
        }
        rows.append(
            Row(bar(key), mine.wall * 1000, theirs.wall * 1000, ratio.value, (ratio.low, ratio.high),
                ratio.cpu, rounds, details)
        )  # fmt: skip
    return rows


def _peer(caseload: Caseload, sample: RowWrite, bodies: list[str], peer: Peer) -> Contender:
    numbers = count()
    kind = sample.kind

    async def write() -> Lap:
        number = next(numbers)
        row = list(sample.row)
        row[0], row[kind.position["body"]] = _record(number), bodies[number]
        rid = caseload.records + 1 + number
        plan = batches([RowWrite(rid, kind, tuple(row), kind.document(row), None)], 1)
        with Stopwatch() as watch:
            await peer.write(plan)
        return watch.lap

    return write


def _fields(sample: RowWrite, body: str) -> dict[str, object]:
    """What a note's first save carries: every field that is not at its default."""
    kind = sample.kind
    fields = {
        name: kind.decode[name](sample.row[place])
        for name, place in kind.position.items()
        if sample.row[place] != kind.blank[place]
    }
    return {**fields, "body": body}


def _record(number: int) -> str:
    """The id of a note that is not in the caseload."""
    return f"ff{number:030x}"
