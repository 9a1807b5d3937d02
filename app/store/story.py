"""What the sync centre asks of an open vault: what waits here, what went and came, what is amiss.

Owns reading, and the counts of what came until they are on disk. Everything here runs on the
database thread. It refuses to round up and to judge: counts are of operations that people made (the
audit's own are nobody's work), and reasons are codes. Spec: product.md, "Sync centre".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from app.errors import AppError, ProtocolError
from app.protocol.envelope import parse_header
from app.protocol.hlc import milliseconds_of
from app.wraparound.audit import QUIET_TYPES

from .core import Core
from .log_shelves import SetAside
from .notices import NOT_KEPT, Notice, Traffic
from .rescue import LOOSE

MOST_OPENED = 500
"""Unsent operations that are opened to say which records they are of."""


@dataclass(frozen=True, slots=True)
class UnsentRecord:
    """Changes of one record that are only on this tablet. Ids are hex; at_ms: of the last of them."""

    family_id: str
    type: str
    record_id: str
    changes: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class AsidePart:
    """A part of what is set aside: all of one chain for one reason, or one thing that fits nowhere.

    person: whose device signed it (hex), "" when nobody known did. operations: 0 when it cannot be
    told. at_ms: when it was written, or came when nobody known wrote it; 0 when not known.
    """

    family_id: str
    code: str
    person: str
    own: bool
    operations: int
    at_ms: int


def unsent_records(core: Core) -> tuple[UnsentRecord, ...]:
    """The records whose changes are only on this tablet, those changed last first.

    Of more than MOST_OPENED operations the oldest are told.
    """
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    left = MOST_OPENED
    for line in core.lines.own():
        first = line.acked + 1
        if not line.pending or left <= 0:
            continue
        family = core.mirror.family_of(line.row.stream)
        for envelope in core.log.of_chain(line.row.idx, first, min(line.last, first + left - 1)):
            left -= 1
            try:
                header, operation = core.keys.open(envelope)
            except ProtocolError:
                continue
            if operation is None or operation.type in QUIET_TYPES:
                continue
            place = (family, operation.type, operation.record.hex())
            count, at = found.get(place, (0, 0))
            found[place] = (count + 1, max(at, milliseconds_of(header.hlc)))
    rows = (UnsentRecord(*place, *rest) for place, rest in found.items())
    return tuple(sorted(rows, key=lambda row: -row.at_ms))


def traffic(core: Core) -> tuple[Traffic, ...]:
    """What went out and came in, newest first, with what is not on disk yet."""
    note_traffic(core)
    return tuple(core.log.notices.traffic())


def note_traffic(core: Core) -> None:
    """Put on disk what has passed since the last time."""
    if core.passing:
        with core.log.writing():
            core.passing.write(core.log.notices)
        core.passing.done()


def notices(core: Core) -> tuple[Notice, ...]:
    """What is amiss with streams, the oldest first."""
    return tuple(core.log.notices.notices())


def aside_parts(core: Core) -> tuple[AsidePart, ...]:
    """Everything that is set aside, in words' stead by codes, the newest first."""
    arrivals = core.log.notices.arrivals()
    merged: dict[tuple[object, ...], AsidePart] = {}
    for place, part in _parts(core, arrivals):
        before = merged.get(place)
        merged[place] = part if before is None else _joined(before, part)
    for notice in notices(core):
        if notice.code == NOT_KEPT:
            family = core.mirror.family_of(notice.stream)
            merged[NOT_KEPT, family] = AsidePart(family, NOT_KEPT, "", False, 0, notice.since_ms)
    return tuple(sorted(merged.values(), key=lambda part: -part.at_ms))


def _joined(one: AsidePart, other: AsidePart) -> AsidePart:
    count, at = one.operations + other.operations, max(one.at_ms, other.at_ms)
    return AsidePart(one.family_id, one.code, one.person, one.own, count, at)


def _parts(core: Core, arrivals: dict[bytes, int]) -> Iterator[tuple[tuple[object, ...], AsidePart]]:
    for item in core.aside.all():
        family = core.mirror.family_of(item.stream)
        if not item.authentic:
            at = arrivals.get(sha256(item.raw).digest(), 0) if item.raw is not None else 0
            line = core.lines.get(item.chain)
            own = item.code == LOOSE or (line is not None and line.own)
            yield (item.stream, item.code, own), AsidePart(family, item.code, "", own, 1, at)
        elif (part := _signed(core, item, family)) is not None:
            yield (item.chain, item.code), part


def _signed(core: Core, item: SetAside, family: str) -> AsidePart | None:
    """A range of a chain; None while nothing of it is here, or it is all the audit's own."""
    line = core.lines.get(item.chain)
    if line is None or item.first > line.last:
        return None
    count = at = 0
    for envelope in core.log.of_chain(line.row.idx, item.first, min(item.last, line.last)):
        try:
            at = milliseconds_of(parse_header(envelope).hlc)
            operation = core.keys.open(envelope)[1]
            quiet = operation is not None and operation.type in QUIET_TYPES
        except AppError:
            quiet = False
        count += not quiet
    if not count:
        return None
    return AsidePart(family, item.code, core.mirror.author_of(item.chain), line.own, count, at)
