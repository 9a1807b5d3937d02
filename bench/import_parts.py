"""Where the time of a bulk import goes: microseconds of one record, part by part.

Each part is done again by itself over the same caseload, with the app's own code, so that the parts
and what is left over (bookkeeping between them, the event loop, the disk) add up to the row
`import-sqlcipher`. They are the profile that says what could still be gained and what could not.
"""

from __future__ import annotations

import gc
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

from app.protocol.envelope import Header, KeySchedule, inflate, open_parsed, parse_header, unframe
from app.protocol.operation import unpack_operation
from app.protocol.segment import parse_segment
from app.store.catalogue import Kind
from app.store.log import Log
from app.store.memory import Memory
from app.store.merge import apply, pack
from app.store.reducer import Delivery, Reducer, as_write
from app.wraparound.records import RECORD_TYPES

from .caseload import INDEX, Caseload, Statement

APPLIED = 200
"""Operations applied in one go, as by the app."""
INDEXED = 2048
"""Documents put into the index at a time, as by the app."""
_BODY = 100
"""Where the sealed part of an envelope begins: after 88 bytes of header and 12 of nonce."""

Opened = tuple[bytes, Header, bytes]
"""(envelope, header, stream key)."""


class _Around:
    """What the reducer asks: one author, one family, nothing set aside."""

    def family_of(self, stream: bytes) -> str:
        return stream.hex()

    def author_of(self, chain: bytes) -> str:
        return chain.hex()

    def is_quarantined(self, chain: bytes, dseq: int) -> bool:
        return False

    def source(self, chain: bytes, dseq: int) -> Delivery:
        raise LookupError("nothing waits in a caseload")


def import_parts(caseload: Caseload, scratch: Path, rounds: int) -> dict[str, float]:
    """{part: microseconds of processor time for one record}, the least of `rounds`."""
    raws = [segment.raw for _, segments in caseload.segments for segment in segments]
    opened: list[Opened] = [
        (envelope, parse_header(envelope), family.key)
        for family, segments in caseload.segments
        for segment in segments
        for envelope in parse_segment(segment.raw).envelopes
    ]
    schedule = KeySchedule()
    deflated = [unframe(_unsealed(one, schedule)) for one in opened]
    packed = [inflate(one) for one in deflated]
    operations = [unpack_operation(one) for one in packed]
    deliveries = [
        Delivery(header.stream, header.chain, header.dseq, header.hlc, operation)
        for (_, header, _), operation in zip(opened, operations, strict=True)
    ]
    memory = Memory(RECORD_TYPES)
    kinds = memory.kinds
    _apply(memory, deliveries)
    statements = _statements(memory)
    memory.close()
    # What was made for the parts is not the collector's business while they are timed.
    gc.collect()
    gc.freeze()
    parts: dict[str, Callable[[], object]] = {
        "verify_segments": lambda: [parse_segment(raw) for raw in raws],
        "append_to_log": lambda: _append(scratch, opened),
        "unseal": lambda: [_unsealed(one, schedule) for one in opened],
        "inflate": lambda: [inflate(one) for one in deflated],
        "inflate_zlib_alone": lambda: [zlib.decompress(one) for one in deflated],
        "unpack_and_check": lambda: [unpack_operation(one) for one in packed],
        "open_whole": lambda: [open_parsed(header, raw, key, schedule) for raw, header, key in opened],
        "merge": lambda: [_merge(one, kinds) for one in deliveries],
    }
    into: dict[str, Callable[[Memory], None]] = {
        "apply_whole": lambda memory: _apply(memory, deliveries),
        "sql_rows": lambda memory: _again(memory, statements["rows"], APPLIED),
        "sql_heads": lambda memory: _again(memory, statements["heads"], APPLIED),
        "sql_words": lambda memory: _again(memory, statements["words"], INDEXED),
    }
    found = {name: _least(part, rounds) for name, part in parts.items()}
    found |= {name: _least_in_memory(part, rounds) for name, part in into.items()}
    return {name: seconds / caseload.records * 1e6 for name, seconds in found.items()}


def _unsealed(one: Opened, schedule: KeySchedule) -> bytes:
    raw, header, key = one
    cipher = schedule.cipher(key, header.stream, header.epoch, header.chain)
    return cipher.open(raw[88:_BODY], raw[_BODY:], b"kt-op-v1\0" + raw[:88])


def _merge(delivery: Delivery, kinds: Mapping[str, Kind]) -> bytes:
    """As for a record of which nothing is known yet."""
    operation = delivery.operation
    if operation is None:
        raise LookupError("a caseload is open")
    return pack(apply(None, as_write(delivery, operation, kinds[operation.type].once)))


def _append(scratch: Path, opened: list[Opened]) -> None:
    """Into a log of its own, 250 in one durable transaction."""
    home = scratch / "parts"
    home.mkdir(exist_ok=True)
    log = Log.open(home, lambda size: bytes(size))
    try:
        for start in range(0, len(opened), 250):
            with log.writing():
                log.append([(1, start + i, one[0]) for i, one in enumerate(opened[start : start + 250])])
    finally:
        log.close()
        for file in home.iterdir():
            file.unlink()
        home.rmdir()


def _apply(memory: Memory, deliveries: list[Delivery]) -> None:
    reducer = Reducer(memory, _Around())
    for start in range(0, len(deliveries), APPLIED):
        reducer.apply(deliveries[start : start + APPLIED])
    memory.finish_index()


def _statements(memory: Memory) -> dict[str, list[Statement]]:
    """What it takes SQLite alone to come to the same rows, heads and words."""
    rows = []
    words: list[tuple[Any, ...]] = []
    for kind in memory.kinds.values():
        held = memory.db.execute(kind.select.replace("SELECT ", "SELECT rowid, ", 1)).fetchall()
        rows.append((kind.upsert, held))
        for rid, *row in held:
            document = kind.document(row)
            if document is not None:
                words.append((rid, *document))
    heads = memory.db.execute("SELECT rid, stream, type, record, blob FROM kt_heads ORDER BY rid").fetchall()
    return {
        "rows": rows,
        "heads": [("INSERT INTO kt_heads VALUES (?, ?, ?, ?, ?)", heads)],
        "words": [(INDEX, words)],
    }


def _again(memory: Memory, statements: Sequence[Statement], batch: int) -> None:
    for sql, rows in statements:
        for start in range(0, len(rows), batch):
            with memory.writing():
                memory.many(sql, rows[start : start + batch])


def _least(part: Callable[[], object], rounds: int) -> float:
    """Seconds of processor time."""
    found = []
    for _ in range(rounds):
        gc.collect()
        start = process_time()
        part()
        found.append(process_time() - start)
    return min(found)


def _least_in_memory(part: Callable[[Memory], None], rounds: int) -> float:
    """The same of a part that needs an empty memory, whose making is not counted."""
    found = []
    for _ in range(rounds):
        memory = Memory(RECORD_TYPES)
        found.append(_least(lambda memory=memory: part(memory), 1))  # type: ignore[misc]
        memory.close()
    return min(found)
