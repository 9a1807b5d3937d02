"""Merge of one record: which operations still speak for which field.

Every field is a multi-value register with predecessor lists. An operation removes exactly the
heads it names as seen and adds itself; clocks never remove anything. The winner among the heads
left is the highest (hlc, chain, dseq), so it is a pure function of signed envelopes. A record is
deleted when one delete operation has observed every head that is left; anything it has not
observed brings the record back, marked as revived.

Values are not kept here: a head's reference says which envelope holds the value. This module
refuses to know about databases, keys and time. Spec: protocol.md, section "Merge".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import msgpack

Ref = tuple[bytes, int]
"""(chain 16 B, dseq): names one operation."""

Stamp = tuple[int, bytes, int]
"""(hlc, chain, dseq): the total order that picks winners."""

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


@dataclass(frozen=True, slots=True)
class Write:
    """What the merge needs of one operation: its stamp, its fields and what they replace."""

    hlc: int
    chain: bytes
    dseq: int
    fields: tuple[str, ...]
    pred: Mapping[str, Collection[Ref]]
    observed: frozenset[Ref] | None = None


@dataclass(frozen=True, slots=True)
class Heads:
    """The state of one record: live operations, and the first and last stamp ever applied."""

    first: Stamp
    last: Stamp
    live: tuple[Live, ...]

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
            for field in head.fields:
                (twice if field in seen else seen).add(field)
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
    own = Live(write.hlc, write.chain, write.dseq, write.fields, write.observed)
    stamp = own.stamp
    if heads is None:
        return Heads(stamp, stamp, (own,))
    kept: list[Live] = []
    pred = write.pred
    replaced = {ref for refs in pred.values() for ref in refs}
    for head in heads.live:
        ref = head.ref
        if ref not in replaced:
            kept.append(head)
            continue
        left = tuple(f for f in head.fields if ref not in pred.get(f, ()))
        if len(left) == len(head.fields):
            kept.append(head)
        elif left:
            observed = head.observed if DELETED in left else None
            kept.append(Live(head.hlc, head.chain, head.dseq, left, observed))
    kept.append(own)
    return Heads(min(heads.first, stamp), max(heads.last, stamp), tuple(kept))


def predecessors(heads: Heads | None, fields: Collection[str]) -> dict[str, tuple[Ref, ...]]:
    """What an operation written now on `fields` replaces: every current head of each field."""
    if heads is None:
        return {}
    found: dict[str, tuple[Ref, ...]] = {}
    for field in fields:
        refs = sorted(head.ref for head in heads.live if field in head.fields)
        if refs:
            found[field] = tuple(refs)
    return found


def pack(heads: Heads) -> bytes:
    """One record's state as one blob (local format, rebuilt from the log at will)."""
    return msgpack.packb(  # type: ignore[no-any-return]
        (
            heads.first,
            heads.last,
            [
                (h.hlc, h.chain, h.dseq, h.fields, sorted(h.observed))
                if h.observed is not None
                else (h.hlc, h.chain, h.dseq, h.fields)
                for h in sorted(heads.live, key=lambda h: h.stamp)
            ],
        )
    )


def unpack(blob: bytes) -> Heads:
    """The inverse of `pack`."""
    first, last, live = msgpack.unpackb(blob, use_list=False)
    return Heads(
        first,
        last,
        tuple(Live(h[0], h[1], h[2], h[3], frozenset(h[4]) if len(h) > 4 else None) for h in live),
    )
