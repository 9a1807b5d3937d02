"""Changes of this tablet into operations, and those into the log.

Owns the step from a user's action to one durable transaction: what each field replaces (current
heads), what a delete has observed. It writes to the log and returns what must be applied to
memory; it refuses to touch memory itself. Spec: protocol.md, "Merge"; architecture.md, "The way
of one note".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import ChangeRefused
from app.protocol.envelope import Operation
from app.protocol.ids import ChainId, OpRef, RecordId, StreamId
from app.wraparound.records import SCHEMA

from . import merge
from .catalogue import Kind
from .log import Log
from .merge import DELETED, SEEN, Heads
from .pens import Pen, PenCase
from .reducer import Delivery, as_write

HeadsOf = Callable[[bytes, str, bytes], Heads | None]
"""(stream, type, record) → what memory holds of a record."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one user action changes in one record.

    record: 32 hex characters. fields: new values by field name. delete takes the record away as
    it is known here; restore brings back one that was deleted.
    """

    stream: StreamId
    type: str
    record: str
    fields: dict[str, Any]
    delete: bool = False
    restore: bool = False


class Writer:
    """Commits changes. Lives on the database thread."""

    def __init__(self, log: Log, pens: PenCase, kinds: Mapping[str, Kind]) -> None:
        self._log = log
        self._pens = pens
        self._kinds = kinds

    def commit(self, changes: Sequence[Change], heads_of: HeadsOf) -> list[Delivery]:
        """Seal checked `changes` and append them to the log in one durable transaction.

        Raises UnencodableText, TooLarge, UnknownStream, NotEntitled, MissingKey,
        DiskFull, StoreFailed; then nothing was kept.
        """
        pens: dict[bytes, Pen] = {}
        overlay: dict[tuple[bytes, str, bytes], Heads | None] = {}
        deliveries: list[Delivery] = []
        for change in changes:
            stream, record = bytes(change.stream), bytes.fromhex(change.record)
            pen = pens.get(stream)
            if pen is None:
                pen = pens[stream] = self._pens.take(stream)
            place = (stream, change.type, record)
            if place not in overlay:
                overlay[place] = heads_of(*place)
            once = self._kinds[change.type].once
            operation = _operation(change, record, overlay[place], once)
            delivery = self._pens.seal(pen, operation)
            deliveries.append(delivery)
            if change is not changes[-1]:  # a later change of the record sees this one
                overlay[place] = merge.apply(overlay[place], as_write(delivery, operation, once))
        with self._log.writing():
            added = self._pens.write(list(pens.values()))
        self._pens.settle(pens.values(), added)
        return deliveries

    def check(self, changes: Sequence[Change]) -> None:
        """Return only when each change is one that can be written. Raises ChangeRefused."""
        for change in changes:
            self._check(change)

    def _check(self, change: Change) -> None:
        kind = self._kinds.get(change.type)
        if kind is None:
            raise ChangeRefused("type")
        try:
            if len(bytes.fromhex(change.record)) != 16 or change.record != change.record.lower():
                raise ChangeRefused("record id")
            for name, value in change.fields.items():
                if name not in kind.encode:
                    raise ChangeRefused(f"field {change.type}.{name}")
                kind.encode[name](value)
        except ValueError as error:
            raise ChangeRefused(f"value of {change.type}") from error
        if not change.fields and not change.delete and not change.restore:
            raise ChangeRefused("empty change")
        if change.delete and (change.fields or change.restore):
            raise ChangeRefused("a delete changes nothing else")


def _operation(change: Change, record: bytes, heads: Heads | None, once: frozenset[str]) -> Operation:
    fields = dict(change.fields)
    if change.delete:
        observed = sorted(heads.content_refs()) if heads else []
        fields[DELETED] = [list(ref) for ref in observed]
    elif change.restore:
        fields[DELETED] = []
    # A field that is written once replaces nothing: somebody else's try must not bar the author's.
    found = merge.predecessors(heads, [name for name in fields if name not in once])
    if heads is not None and not found and not fields.get(DELETED):
        fields[SEEN] = [list(heads.first[1:])]
    pred = {name: tuple(OpRef(ChainId(chain), dseq) for chain, dseq in refs) for name, refs in found.items()}
    return Operation(RecordId(record), change.type, fields, pred, SCHEMA)
