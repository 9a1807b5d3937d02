"""What screens ask about versions and sending: conflicts, what is on the server, what is not.

Owns the answers, computed from memory and chains. Refuses to round up: a record is on the server
only when every operation of this tablet that still speaks for it was acknowledged.
Spec: protocol.md, "Merge"; product.md, "Sync centre".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgpack

from app.protocol.hlc import milliseconds_of

from . import merge
from .core import Core

SAVED = "saved_on_tablet"
ON_SERVER = "on_server"


@dataclass(frozen=True, slots=True)
class ConflictHead:
    """One of the concurrent values. author: person id (hex). at_ms: when it was written."""

    value: Any
    author: str
    at_ms: int
    on_server: bool


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A field with more than one value; the first of `heads` is the one shown."""

    family_id: str
    stream: str
    record_id: str
    type: str
    field: str
    heads: tuple[ConflictHead, ...]


def conflicts(core: Core) -> tuple[ConflictRow, ...]:
    """Every field of a living record whose concurrent values differ."""
    rows = core.memory.db.execute(
        "SELECT h.stream, h.type, h.record, c.field, c.value, c.author, c.hlc, c.chain, c.dseq"
        " FROM kt_conflict c JOIN kt_heads h ON h.rid = c.rid"
        " WHERE c.rid NOT IN (SELECT rid FROM kt_buried)"
        " ORDER BY h.type, h.record, c.field, c.hlc DESC, c.chain DESC, c.dseq DESC"
    )
    found: dict[tuple[bytes, str, bytes, str], list[ConflictHead]] = {}
    for stream, type_name, record, field, value, author, hlc, chain, dseq in rows:
        kind = core.memory.kinds[type_name]
        if field in kind.once:
            continue  # nobody settles it: the author's first value stands
        decoded = kind.decode[field](value)
        head = ConflictHead(decoded, author, milliseconds_of(hlc), _on_server(core, (chain, dseq)))
        found.setdefault((stream, type_name, record, field), []).append(head)
    return tuple(
        ConflictRow(core.mirror.family_of(stream), stream.hex(), record.hex(), type_name, field, tuple(heads))
        for (stream, type_name, record, field), heads in found.items()
        if any(head.value != heads[0].value for head in heads)
    )


def conflict_stream(core: Core, record_id: str, type_name: str) -> bytes | None:
    """The stream in which a shown record lives, or None."""
    kind = core.memory.kinds.get(type_name)
    for row in core.memory.rows(kind, [record_id]) if kind else ():
        return bytes.fromhex(row[2])
    return None


@dataclass(frozen=True, slots=True)
class Buried:
    """A deleted record as it was last shown. fields: as columns decode; author: person id (hex)."""

    record_id: str
    family_id: str
    stream: str
    created_by: str
    created_at_ms: int
    fields: dict[str, Any]


def deleted(core: Core, type_name: str, record_ids: Iterable[str]) -> dict[str, Buried]:
    """{record id: what it was} of those records of a type that are deleted. For the audit alone."""
    kind = core.memory.kinds[type_name]
    records = [bytes.fromhex(one) for one in record_ids]
    rids = {
        rid for rid, _, name, _, _ in core.memory.heads(records) if name == type_name
    }  # fmt: skip
    found: dict[str, Buried] = {}
    for _, row in core.memory.buried(sorted(rids)):
        held = dict(zip(kind.columns, row, strict=True))
        values = {name: kind.decode[name](held[name]) for name in kind.position}
        found[held["id"]] = Buried(
            held["id"], held["family_id"], held["stream"], held["created_by"], held["created_at_ms"], values
        )
    return found


def deleted_ids(core: Core, type_name: str, family_id: str) -> tuple[str, ...]:
    """Ids of the deleted records of a type in one family, in order."""
    kind = core.memory.kinds[type_name]
    found = []
    rows = core.memory.db.execute(
        "SELECT b.row FROM kt_buried b JOIN kt_heads h ON h.rid = b.rid WHERE h.type = ?", (type_name,)
    )
    for (blob,) in rows:
        held = dict(zip(kind.columns, msgpack.unpackb(blob), strict=True))
        if held["family_id"] == family_id:
            found.append(held["id"])
    return tuple(sorted(found))


def statuses(core: Core, record_ids: Iterable[str]) -> dict[str, str]:
    """{record id: "saved_on_tablet" | "on_server"} of the given records.

    A record nobody knows is not on the server.
    """
    wanted = list(record_ids)
    found = dict.fromkeys(wanted, SAVED)
    sent: dict[str, bool] = {}
    records = [bytes.fromhex(one) for one in wanted]
    for _, _, _, record, blob in core.memory.heads(records):
        live = merge.unpack(blob).live
        all_sent = all(_on_server(core, head.ref) for head in live)
        sent[record.hex()] = sent.get(record.hex(), True) and all_sent
    for name, is_sent in sent.items():
        if is_sent:
            found[name] = ON_SERVER
    return found


def unsent_by_family(core: Core) -> dict[str, int]:
    """{family id: operations only on this tablet}; the agency's own under "". The audit is no work."""
    counts: dict[str, int] = {}
    for line in core.lines.own():
        work = line.pending - core.auditor.quiet(line)
        if work:
            family = core.mirror.family_of(line.row.stream)
            counts[family] = counts.get(family, 0) + work
    return counts


def _on_server(core: Core, ref: merge.Ref) -> bool:
    line = core.lines.get(ref[0])
    return line is not None and (not line.own or ref[1] <= line.acked)
