"""Operations into rows.

Owns the rule of delivery (an operation waits until every predecessor it names is delivered; what
is in quarantine counts as delivered) and the bookkeeping of it. It refuses to open envelopes and
to read the log: it is given deliveries in the order of each chain, and asks `source` again for an
operation it had to put off. Unknown types and fields are kept in the heads and shown to nobody:
the log is the truth, and a newer app rebuilds from it. Spec: protocol.md, section "Merge".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

import msgpack

from . import merge
from .cells import Cells
from .memory import Memory
from .merge import DELETED, SEEN, Ref, Write


class OperationLike(Protocol):
    """What the reducer reads of app.protocol.envelope.Operation."""

    @property
    def record(self) -> bytes: ...
    @property
    def type(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...
    @property
    def pred(self) -> Mapping[str, Collection[Any]]: ...


class Delivery(NamedTuple):
    """One envelope of the log: its place, and its operation if it could be opened.

    `operation` is None while the stream's key is not here, and for what is in quarantine.
    """

    stream: bytes
    chain: bytes
    dseq: int
    hlc: int
    operation: OperationLike | None


@dataclass(frozen=True, slots=True)
class Touched:
    """What a batch may have changed on screens."""

    families: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    def __or__(self, other: Touched) -> Touched:
        return Touched(self.families | other.families, self.types | other.types)


class Surroundings(Protocol):
    """What the reducer asks of whoever holds certificates, quarantine and the log."""

    def family_of(self, stream: bytes) -> str:
        """The group id (hex) of a stream's family; "" for the agency's own."""

    def author_of(self, chain: bytes) -> str:
        """The person (hex) whom the chain's certificate names."""

    def is_quarantined(self, chain: bytes, dseq: int) -> bool:
        """True when this operation is set aside for good."""

    def source(self, chain: bytes, dseq: int) -> Delivery:
        """A delivery that was put off, read from the log again."""


@dataclass(slots=True)
class _Progress:
    """Which operations have come, and which of them still wait."""

    upto: dict[bytes, int] = field(default_factory=dict)
    waiting: dict[Ref, Ref] = field(default_factory=dict)
    """Operation → the first predecessor it misses."""
    locked: dict[bytes, list[Ref]] = field(default_factory=dict)
    """Stream → operations that no key here opens yet, in order."""


class Reducer:
    """Applies deliveries to one Memory. Lives on the database thread."""

    def __init__(self, memory: Memory, around: Surroundings, merging: merge.Merge = merge.apply) -> None:
        """merging: the pure merge of one record; a test puts a wrong one here."""
        self._memory = memory
        self._around = around
        self._merge = merging
        state = memory.meta("progress") or ((), (), ())
        self._progress = _Progress(
            dict(state[0]), {tuple(a): tuple(b) for a, b in state[1]}, {s: list(r) for s, r in state[2]}
        )
        self._dependants: dict[Ref, list[Ref]] = {}
        self._locked: set[Ref] = {ref for refs in self._progress.locked.values() for ref in refs}
        for ref, missing in self._progress.waiting.items():
            self._dependants.setdefault(missing, []).append(ref)

    def save_progress(self) -> None:
        """Write the bookkeeping into the memory database, before it becomes an image."""
        p = self._progress
        self._memory.set_meta(
            "progress", (list(p.upto.items()), list(p.waiting.items()), list(p.locked.items()))
        )

    @property
    def waiting(self) -> int:
        """How many operations wait for a predecessor or a key."""
        return len(self._progress.waiting) + len(self._locked)

    def has_locked(self, stream: bytes) -> bool:
        """Operations of a stream wait for a key, or for the stream's own beginning."""
        return stream in self._progress.locked

    def upto(self, chain: bytes) -> int:
        """The last dseq of a chain that has come."""
        return self._progress.upto.get(chain, 0)

    def unsettled(self, stream: bytes, chains: Collection[bytes]) -> bool:
        """Operations of a stream, whose chains are given, wait for a predecessor or a key."""
        return self.has_locked(stream) or any(ref[0] in chains for ref in self._progress.waiting)

    def jump(self, ends: Mapping[bytes, int]) -> None:
        """The memory holds chains up to here already; given only after their replay has said so."""
        upto = self._progress.upto
        for chain, dseq in ends.items():
            upto[chain] = max(dseq, upto.get(chain, 0))

    def apply(self, deliveries: Iterable[Delivery]) -> Touched:
        """Apply deliveries, dense per chain; those that have come before are skipped.

        One transaction in memory. When it raises, the memory must be dropped and rebuilt.
        """
        cells = Cells(self._memory, self._merge, self._around.author_of)
        todo = list(deliveries)
        cells.load({d.operation.record for d in todo if d.operation is not None})
        for delivery in todo:
            self._receive(delivery, cells)
        return self._flush(cells)

    def unlock(self, stream: bytes) -> Touched:
        """A key of `stream` has come: try again what no key opened."""
        refs = self._progress.locked.pop(stream, [])
        cells = Cells(self._memory, self._merge, self._around.author_of)
        for ref in refs:
            self._locked.discard(ref)
        for ref in refs:
            self._judge(self._around.source(*ref), cells)
        return self._flush(cells)

    def forget(self, stream: bytes, chains: Collection[bytes]) -> None:
        """Drop one stream, whose chains are given, from memory and bookkeeping."""
        self._memory.forget_stream(stream)
        gone = set(chains)
        p = self._progress
        for chain in gone:
            p.upto.pop(chain, None)
        for ref in [ref for ref in p.waiting if ref[0] in gone]:
            self._dependants.pop(p.waiting.pop(ref), None)
        self._locked.difference_update(p.locked.pop(stream, ()))

    def _receive(self, delivery: Delivery, cells: Cells) -> None:
        upto = self._progress.upto.get(delivery.chain, 0)
        if delivery.dseq <= upto:
            return
        if delivery.dseq != upto + 1:
            raise ValueError("deliveries of a chain must be dense")
        self._progress.upto[delivery.chain] = delivery.dseq
        self._judge(delivery, cells)

    def _judge(self, first: Delivery, cells: Cells) -> None:
        """Apply a delivery, or put it off; then everything that waited for it."""
        todo = [first]
        while todo:
            delivery = todo.pop()
            ref = (delivery.chain, delivery.dseq)
            if not self._around.is_quarantined(*ref):
                if delivery.operation is None:
                    self._progress.locked.setdefault(delivery.stream, []).append(ref)
                    self._locked.add(ref)
                    continue
                missing = self._missing(delivery.operation)
                if missing is not None:
                    self._progress.waiting[ref] = missing
                    self._dependants.setdefault(missing, []).append(ref)
                    continue
                self._merge_one(delivery, delivery.operation, cells)
            for waiting in self._dependants.pop(ref, ()):
                del self._progress.waiting[waiting]
                todo.append(self._around.source(*waiting))

    def _missing(self, operation: OperationLike) -> Ref | None:
        if not operation.pred:
            return None
        # An edit names the same predecessor for most of its fields.
        for chain, dseq in {ref: None for refs in operation.pred.values() for ref in refs}:
            if not self._delivered((bytes(chain), dseq)):
                return (bytes(chain), dseq)
        return None

    def _delivered(self, ref: Ref) -> bool:
        p = self._progress
        came = ref[1] <= p.upto.get(ref[0], 0)
        if came and ref not in p.waiting and ref not in self._locked:
            return True
        return self._around.is_quarantined(*ref)

    def _merge_one(self, delivery: Delivery, operation: OperationLike, cells: Cells) -> None:
        kind = self._memory.kinds.get(operation.type)
        write = as_write(delivery, operation, kind.once if kind else frozenset())
        cells.merge(delivery.stream, self._around.family_of(delivery.stream), operation, write)

    def _flush(self, cells: Cells) -> Touched:
        families, types = cells.flush()
        return Touched(frozenset(families), frozenset(types))


def as_write(delivery: Delivery, operation: OperationLike, once: frozenset[str] = frozenset()) -> Write:
    """What the merge needs of an operation. once: fields of its type that are written once; who
    has seen a value of one, or writes none, does not write it.

    Predecessors of fields that the operation does not set are ignored: otherwise a value could
    vanish with nothing in its place.
    """
    values, named = operation.fields, operation.pred
    if not named and not once and DELETED not in values and SEEN not in values:
        return Write(delivery.hlc, delivery.chain, delivery.dseq, tuple(values), named)
    observed = _observed(values[DELETED]) if DELETED in values else None
    pred = {name: frozenset(refs) for name, refs in named.items() if name in values and name not in once}
    after = bool(observed) or SEEN in values or any(named.values())
    fields = tuple(values)
    unwritten = {name for name in once if name in values and (values[name] is None or named.get(name))}
    if unwritten or SEEN in values:
        fields = tuple(name for name in fields if name != SEEN and name not in unwritten)
    written = once.intersection(fields) if once else once
    return Write(delivery.hlc, delivery.chain, delivery.dseq, fields, pred, observed, after, written)


def _observed(seen: object) -> frozenset[Ref]:
    pairs = seen if isinstance(seen, list | tuple) else ()
    return frozenset(
        (bytes(p[0]), int(p[1]))
        for p in pairs
        if isinstance(p, list | tuple) and len(p) == 2 and isinstance(p[0], bytes) and isinstance(p[1], int)
    )


def state_digest(memory: Memory, stream: bytes) -> bytes:
    """SHA-256 over everything the operations of one stream have led to on this device.

    Two devices that hold the same operations have the same digest, in whatever order they came.
    Row numbers and times of arrival are no part of it.
    """
    digest = sha256()
    heads = memory.db.execute(
        "SELECT rid, type, record, blob FROM kt_heads WHERE stream = ? ORDER BY type, record", (stream,)
    ).fetchall()
    for rid, kind_name, record, blob in heads:
        kind = memory.kinds.get(kind_name)
        row = list(memory.rows(kind, [record.hex()])) if kind else []
        shown = [r for r in row if r[2] == stream.hex()]
        hidden = list(memory.buried([rid]))
        conflicts = sorted(memory.conflicts(rid))
        digest.update(msgpack.packb((kind_name, record, blob, shown, [r for _, r in hidden], conflicts)))
    return digest.digest()
