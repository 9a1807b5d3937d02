"""What is set aside, read for people: who wrote it, when, of what type, and its words if they open.

Owns the reading of quarantine, nothing else: what lies there changes nothing until somebody takes it
over as an operation of their own. Spec: protocol.md, "Removal".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.errors import AppError
from app.protocol.hlc import milliseconds_of
from app.protocol.ids import ChainId, DeviceId, OpRef, PersonId, StreamId

from .core import Core
from .log_shelves import SetAside


@dataclass(frozen=True, slots=True)
class AsideOperation:
    """One signed operation that does not count. type is "" and fields are empty when no key opens it.

    at_ms: when it was written, by its author's clock. record: 32 hex characters.
    """

    stream: StreamId
    ref: OpRef
    code: str
    person: PersonId | None
    device: DeviceId
    at_ms: int
    type: str
    record: str
    fields: Mapping[str, Any]


def read_aside(core: Core) -> tuple[AsideOperation, ...]:
    """Every authentic operation that is set aside here, each once, in the order of its chain."""
    found: dict[tuple[bytes, int], AsideOperation] = {}
    for item in core.aside.all():
        if item.authentic:
            for one in _of(core, item):
                found.setdefault((one.ref.chain, one.ref.dseq), one)
    return tuple(found.values())


def _of(core: Core, item: SetAside) -> Iterator[AsideOperation]:
    line = core.lines.get(item.chain)
    if line is None or item.first > line.last:
        return
    agency = core.book.agency
    known = agency.devices.get(line.device) if agency else None
    kept = core.log.of_chain(line.row.idx, item.first, min(item.last, line.last))
    for dseq, envelope in enumerate(kept, item.first):
        try:
            header, operation = core.keys.open(envelope)
        except AppError:
            continue  # not an operation at all: nobody could take it over
        yield AsideOperation(
            StreamId(line.row.stream), OpRef(ChainId(item.chain), dseq), item.code,
            known.person if known else None, line.device, milliseconds_of(header.hlc),
            operation.type if operation else "", operation.record.hex() if operation else "",
            dict(operation.fields) if operation else {},
        )  # fmt: skip
