"""Bulk import: 10 k records that arrive at an empty tablet, until a search finds them.

Ours receives them as they come from a server: signed segments, whose certificate, signature, hash
chain and entitlement are verified; each envelope is opened, appended to the log (durable, one
transaction for each family) and merged into memory, and the words are indexed. A peer is handed
finished rows and writes them, with their words, in durable transactions of 500; it verifies nothing,
keeps no history and merges nothing. A detail says what SQLCipher takes when it gets its rows as
msgpack and has to unpack them and pick out the words. The image is no part of it: it is written
later, in the background.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgpack

from .bars import Row, bar
from .caseload import RowWrite, batches, schema
from .ground import PEER_KEY, PEER_TRANSACTION, Ground
from .import_parts import import_parts
from .measure import Contender, Lap, Stopwatch, compare, interleave
from .peers import CIPHER, PLAIN, Peer


async def measure_import(ground: Ground, rounds: int) -> list[Row]:
    """The row `import-sqlcipher`."""
    caseload = ground.caseload
    plan = batches(caseload.writes, PEER_TRANSACTION)
    packed = [msgpack.packb(write.row) for write in caseload.writes]
    tables = schema()

    async def ours() -> Lap:
        vault = await caseload.vault(ground.fresh("importing"))
        try:
            with Stopwatch() as watch:
                await caseload.receive(vault)
        finally:
            await vault.close()
        return watch.lap

    def unpacked() -> Iterator[RowWrite]:
        for raw, write in zip(packed, caseload.writes, strict=True):
            row = msgpack.unpackb(raw)
            yield RowWrite(write.rid, write.kind, tuple(row), write.kind.document(row), write.before)

    async def theirs(name: str, unpack: bool = False) -> Lap:
        peer = Peer(name, ground.fresh("importing-peer"), PEER_KEY)
        await peer.open()
        try:
            await peer.create(tables)
            with Stopwatch() as watch:
                await peer.write(batches(list(unpacked()), PEER_TRANSACTION) if unpack else plan)
        finally:
            await peer.close()
        return watch.lap

    contenders: dict[str, Contender] = {
        "ours": ours,
        CIPHER: lambda: theirs(CIPHER),
        PLAIN: lambda: theirs(PLAIN),
        "packed": lambda: theirs(CIPHER, unpack=True),
    }
    laps = await interleave(contenders, rounds)
    mine, cipher, plain = laps["ours"], laps[CIPHER], laps[PLAIN]
    # The bar is on speed, so theirs stands above ours.
    ratio = compare(cipher, mine)
    count = caseload.records
    details = {
        "records": float(count),
        "segments": float(sum(len(segments) for _, segments in caseload.segments)),
        "ours_s": mine.wall,
        "sqlcipher_s": cipher.wall,
        "sqlcipher_from_msgpack_s": laps["packed"].wall,
        "plain_sqlite_s": plain.wall,
        "ours_cpu_s": mine.cpu,
        "sqlcipher_cpu_s": cipher.cpu,
        **{f"us_{name}": taken for name, taken in import_parts(caseload, ground.scratch, 3).items()},
    }
    return [
        Row(bar("import-sqlcipher"), count / mine.wall, count / cipher.wall, ratio.value,
            (ratio.low, ratio.high), ratio.cpu, rounds, details)
    ]  # fmt: skip
