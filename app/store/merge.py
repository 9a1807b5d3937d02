"""Merge of one record: which operations still speak for which field.

Every field is a multi-value register with predecessor lists. An operation removes exactly the
heads it names as seen, and what its own chain wrote before it, and adds itself; clocks never
remove anything. The winner among the heads
left is the highest (hlc, chain, dseq), so it is a pure function of signed envelopes. A record is
deleted when one delete operation has observed every head that is left; anything it has not
observed brings the record back, marked as revived. A field that is written once keeps the first
value of every chain, and no later operation removes it.

Values are not kept here: a head's reference says which envelope holds the value. This module
refuses to know about databases, keys and time. Spec: protocol.md, section "Merge".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgpack

Ref = tuple[bytes, int]
"""(chain 16 B, dseq): names one operation."""

Stamp = tuple[int, bytes, int]
"""(hlc, chain, dseq): the total order that picks winners."""

FORMAT = 2
"""Of a packed state; an image of another one is made anew."""

SEEN = "_seen"
"""The field of an operation that replaces nothing, in a record which its author knew: the
reference of its first operation. It keeps the clocks from deciding who began the record."""

DELETED = "_deleted"
"""The field of an observed-remove; its value is the list of references it has seen."""


@dataclass(frozen=True, slots=True)
class Live:
    """One operation and the fields for which nothing has superseded it yet."""

    hlc: int
    chain: bytes
    dseq: int
    fields: tuple[str, ...]
    observed: frozenset[Ref] | None = None
    """For a delete operation: what it had seen of this record."""

    @property
    def ref(self) -> Ref:
        return (self.chain, self.dseq)

    @property
    def stamp(self) -> Stamp:
        return (self.hlc, self.chain, self.dseq)


class Write(NamedTuple):
    """What the merge needs of one operation: its stamp, its fields and what they replace."""

    hlc: int
    chain: bytes
    dseq: int
    fields: tuple[str, ...]
    pred: Mapping[str, Collection[Ref]]
    observed: frozenset[Ref] | None = None
    after: bool = False
    """Its author knew the record already: it did not begin it."""
    once: frozenset[str] = frozenset()
    """Those of `fields` that are written once."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The state of one record: live operations, and the first and last stamp ever applied.

    `first` is the lowest stamp among operations that did not know the record; only when there is
    none (`after`) of all. `past`: (chain, field) → the last operation of the chain that wrote the
    field, where that is not live any more.
    """

    first: Stamp
    last: Stamp
    live: tuple[Live, ...]
    after: bool = False
    past: Mapping[tuple[bytes, str], int] = field(default_factory=dict)

    def of(self, field: str) -> list[Live]:
        """The heads of one field, in no particular order."""
        return [head for head in self.live if field in head.fields]

    def winner(self, field: str) -> Live | None:
        """The head whose value is shown, or None when nobody wrote the field."""
        heads = self.of(field)
        return max(heads, key=lambda head: head.stamp) if heads else None

    def contested(self) -> tuple[str, ...]:
        """Fields (never the delete flag) with more than one head, in name order."""
        if len(self.live) < 2:
            return ()
        seen: set[str] = set()
        twice: set[str] = set()
        for head in self.live:
            for name in head.fields:
                (twice if name in seen else seen).add(name)
        twice.discard(DELETED)
        return tuple(sorted(twice))

    def content_refs(self) -> frozenset[Ref]:
        """The operations that still hold a value: what a delete written now would observe."""
        return frozenset(h.ref for h in self.live if h.fields != (DELETED,))

    @property
    def deleted(self) -> bool:
        """True when one delete operation has observed every value that is left."""
        content: frozenset[Ref] | None = None
        for head in self.live:
            if head.observed and DELETED in head.fields:
                content = self.content_refs() if content is None else content
                if content <= head.observed:
                    return True
        return False

    @property
    def revived(self) -> bool:
        """True when somebody deleted the record and somebody else's change brought it back."""
        return not self.deleted and any(h.observed and DELETED in h.fields for h in self.live)


Merge = Callable[[Heads | None, Write], Heads]
"""The shape of `apply`, so that a test can put a wrong merge in its place."""


def apply(heads: Heads | None, write: Write) -> Heads:
    """The record's state after `write`, whose predecessors have all been applied before.

    Applying an operation twice is the caller's mistake: it delivers each reference once.
    """
    stamp = (write.hlc, write.chain, write.dseq)
    if heads is None:
        own = Live(write.hlc, write.chain, write.dseq, write.fields, write.observed)
        return Heads(stamp, stamp, (own,) if write.fields else (), write.after)
    first, after = min((heads.after, heads.first), (write.after, stamp))[::-1]
    last = max(heads.last, stamp)
    fields = _still_open(heads, write)
    kept, past = _kept(heads, write, frozenset(fields))
    if fields:
        observed = write.observed if DELETED in fields else None
        kept.append(Live(write.hlc, write.chain, write.dseq, fields, observed))
    return Heads(first, last, tuple(kept), after, past)


def _still_open(heads: Heads, write: Write) -> tuple[str, ...]:
    """Fields of `write` for which no other operation of its own chain speaks already.

    A chain is one device's line, which has seen its own writes: the later one speaks, or the
    first where a field is written once. (Waiting for predecessors may turn their order round.)
    """
    chain, dseq, once = write.chain, write.dseq, write.once
    closed = {name for name in write.fields if heads.past.get((chain, name), 0) > dseq}
    for head in heads.live:
        if head.chain == chain:
            later = head.dseq > dseq
            closed.update(name for name in head.fields if later != (name in once))
    return tuple(name for name in write.fields if name not in closed) if closed else write.fields


def _kept(
    heads: Heads, write: Write, fields: frozenset[str]
) -> tuple[list[Live], Mapping[tuple[bytes, str], int]]:
    """What of the live operations `write` (for `fields`) leaves, and what is past now."""
    chain, pred = write.chain, write.pred
    named = {ref for refs in pred.values() for ref in refs}
    past = dict(heads.past)
    for name in fields:
        past.pop((chain, name), None)
    kept: list[Live] = []
    for head in heads.live:
        same, ref = head.chain == chain, (head.chain, head.dseq)
        if not same and ref not in named:
            kept.append(head)
            continue
        left = tuple(f for f in head.fields if not (same and f in fields) and ref not in pred.get(f, ()))
        if len(left) == len(head.fields):
            kept.append(head)
            continue
        if left:
            observed = head.observed if DELETED in left else None
            kept.append(Live(head.hlc, head.chain, head.dseq, left, observed))
        for name in head.fields:
            if name not in left and not (same and name in fields):
                past[head.chain, name] = max(head.dseq, past.get((head.chain, name), 0))
    return kept, past


def predecessors(heads: Heads | None, fields: Collection[str]) -> dict[str, tuple[Ref, ...]]:
    """What an operation written now on `fields` replaces: every current head of each field."""
    if heads is None:
        return {}
    found: dict[str, tuple[Ref, ...]] = {}
    for name in fields:
        refs = sorted(head.ref for head in heads.live if name in head.fields)
        if refs:
            found[name] = tuple(refs)
    return found


def pack(heads: Heads) -> bytes:
    """One record's state as one blob (local format, rebuilt from the log at will)."""
    some = heads.live if len(heads.live) < 2 else sorted(heads.live, key=lambda h: h.stamp)
    live = [
        (h.hlc, h.chain, h.dseq, h.fields, sorted(h.observed))
        if h.observed is not None
        else (h.hlc, h.chain, h.dseq, h.fields)
        for h in some
    ]
    packed: tuple[object, ...] = (heads.first, heads.last, live)
    if heads.after or heads.past:
        packed += (heads.after, sorted((*place, dseq) for place, dseq in heads.past.items()))
    return msgpack.packb(packed)  # type: ignore[no-any-return]


def unpack(blob: bytes) -> Heads:
    """The inverse of `pack`."""
    first, last, live, *more = msgpack.unpackb(blob, use_list=False)
    after, past = more or (False, ())
    return Heads(
        first,
        last,
        tuple(Live(h[0], h[1], h[2], h[3], frozenset(h[4]) if len(h) > 4 else None) for h in live),
        after,
        {(chain, name): dseq for chain, name, dseq in past},
    )
