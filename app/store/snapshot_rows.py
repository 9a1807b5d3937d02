"""One stream's state as the records of a snapshot, and back into memory.

Owns the form of a record: msgpack (type, record, heads, row without its own first columns or nil,
buried, conflicts), in the order of type and id. The same operations give the same bytes on every
device with the same schema, so their SHA-256 is the snapshot's digest. Everything that comes from
elsewhere is checked here before it may stand in a table: a lie may be shown for a while (as
*checking history*), but it breaks no screen. Spec: docs/protocol.md, "Snapshots".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgpack

from app.errors import Malformed, Tampered

from .catalogue import FIRST_FIELD, LAST_MS, Kind
from .memory import Memory
from .merge import DELETED

_GIVEN = 3
"""Columns that a record does not carry: its id, family and stream are known."""
_MAX_ID_BYTES = 64
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class SnapshotRecord:
    """One record of a snapshot, checked. row: its columns after the given ones."""

    type: str
    record: bytes
    heads: bytes
    row: tuple[Any, ...] | None
    buried: bool
    conflicts: tuple[tuple[Any, ...], ...]


def export(memory: Memory, stream: bytes) -> Iterator[bytes]:
    """The records of a stream, packed, in the order of type and id."""
    db = memory.db
    heads = db.execute(
        "SELECT rid, type, record, blob FROM kt_heads WHERE stream = ? ORDER BY type, record", (stream,)
    ).fetchall()
    of_stream = "IN (SELECT rid FROM kt_heads WHERE stream = ?)"
    buried = dict(db.execute(f"SELECT rid, row FROM kt_buried WHERE rid {of_stream}", (stream,)).fetchall())
    contested: dict[int, list[tuple[Any, ...]]] = {}
    for rid, *conflict in db.execute(
        f"SELECT rid, field, hlc, chain, dseq, value, author FROM kt_conflict WHERE rid {of_stream}"
        " ORDER BY rid, field, chain, dseq",
        (stream,),
    ):
        contested.setdefault(rid, []).append(tuple(conflict))
    name, pack = stream.hex(), msgpack.Packer().pack
    rows: dict[str, dict[str, tuple[Any, ...]]] = {}
    for rid, type_name, record, blob in heads:
        if type_name not in rows:
            kind = memory.kinds.get(type_name)
            found = db.execute(f"{kind.select} WHERE stream = ?", (name,)) if kind else ()
            rows[type_name] = {row[0]: row for row in found}
        row = rows[type_name].get(record.hex())
        if row is None and rid in buried:
            row = msgpack.unpackb(buried[rid])
        kept = None if row is None else row[_GIVEN:]
        yield pack((type_name, record, blob, kept, rid in buried, contested.get(rid, ())))


def shares_records(memory: Memory, stream: bytes) -> bool:
    """Whether another stream uses the id of one of its records: then what is shown of either
    depends on both, and neither can be told alone."""
    found = memory.db.execute(
        "SELECT 1 FROM kt_heads a JOIN kt_heads b ON b.record = a.record AND b.type = a.type"
        " AND b.stream <> a.stream WHERE a.stream = ? LIMIT 1",
        (stream,),
    )
    return found.fetchone() is not None


class Scratch(Memory):
    """A memory without the index of words: nobody searches in it."""

    def index(self, documents: Sequence[tuple[int, str, str]]) -> None:
        """Nothing."""

    def unindex(self, documents: Sequence[tuple[int, str, str]]) -> None:
        """Nothing."""


class SnapshotReader:
    """Unpacks the records of one snapshot. Pure: may run on any thread."""

    def __init__(self, kinds: Mapping[str, Kind], ends: Mapping[bytes, int]) -> None:
        """ends: {chain: last dseq} of the snapshot's vector; no record may name anything beyond."""
        self._kinds = kinds
        self._ends = ends
        self._before = ("", b"")
        self._fields: set[tuple[str, ...]] = set()

    def read(self, block: bytes) -> list[SnapshotRecord]:
        """The records of an inflated block. Raises Malformed."""
        try:
            unpacker = msgpack.Unpacker(use_list=False, max_buffer_size=len(block) or 1)
            unpacker.feed(block)
            found = [self._record(item) for item in unpacker]
            if unpacker.tell() != len(block):
                raise Malformed("snapshot records")
            for type_name in {one.type for one in found if one.row is not None}:
                self._check_rows(self._kinds[type_name], [one for one in found if one.type == type_name])
        except (ValueError, TypeError, KeyError, IndexError, msgpack.UnpackException, RecursionError):
            # Its words may hold content: they go no further than here.
            raise Malformed("snapshot record") from None
        return found

    def _record(self, item: Any) -> SnapshotRecord:
        type_name, record, blob, row, buried, conflicts = item
        if type(type_name) is not str or type(record) is not bytes or len(record) != _ID_BYTES:
            raise Malformed("snapshot record")
        if len(type_name) > _MAX_ID_BYTES or (type_name, record) <= self._before:
            raise Malformed("snapshot order")
        self._before = (type_name, record)
        self._check_heads(blob)
        kind = self._kinds.get(type_name)
        if (kind is None) != (row is None) or type(buried) is not bool or (buried and row is None):
            raise Malformed("snapshot row")
        if kind is not None and len(row) + _GIVEN != len(kind.columns):
            raise Malformed("snapshot row")
        for conflict in conflicts:
            self._check_conflict(kind, conflict)
        return SnapshotRecord(type_name, record, blob, row, buried, conflicts)

    def _check_heads(self, blob: Any) -> None:
        """As `merge.unpack` wants it, and of operations within the vector only."""
        first, last, live, *more = msgpack.unpackb(blob, use_list=False)
        self._check_stamp(first)
        self._check_stamp(last)
        for hlc, chain, dseq, fields, *observed in live:
            self._check_stamp((hlc, chain, dseq))
            if fields not in self._fields:  # a few sets of fields come again and again
                if not fields or set(map(type, fields)) != {str}:
                    raise Malformed("snapshot heads")
                self._fields.add(fields)
            if len(observed) > 1 or (observed and DELETED not in fields):
                raise Malformed("snapshot heads")
            for ref in observed[0] if observed else ():
                # What a delete has seen may be anything: it is compared, never looked up.
                if len(ref) != 2 or type(ref[0]) is not bytes or type(ref[1]) is not int:
                    raise Malformed("snapshot heads")
        if more:
            after, past = more
            if type(after) is not bool:
                raise Malformed("snapshot heads")
            for chain, name, dseq in past:
                self._check_stamp((0, chain, dseq))
                if type(name) is not str:
                    raise Malformed("snapshot heads")

    def _check_stamp(self, stamp: Any) -> None:
        hlc, chain, dseq = stamp
        if type(hlc) is not int or type(dseq) is not int or not 0 <= hlc < 2**64:
            raise Malformed("snapshot stamp")
        if not 1 <= dseq <= self._ends[chain]:
            raise Malformed("snapshot is ahead of its vector")

    def _check_conflict(self, kind: Kind | None, conflict: Any) -> None:
        name, hlc, chain, dseq, value, author = conflict
        self._check_stamp((hlc, chain, dseq))
        if kind is None or name not in kind.position or type(author) is not str or len(author) > 32:
            raise Malformed("snapshot conflict")
        _check_column(kind, name, (value,))

    def _check_rows(self, kind: Kind, records: Sequence[SnapshotRecord]) -> None:
        columns = zip(*(cast(tuple[Any, ...], one.row) for one in records), strict=True)
        for name, column in zip(kind.columns[_GIVEN:], columns, strict=True):
            _check_column(kind, name, column)


def _check_column(kind: Kind, name: str, values: Iterable[Any]) -> None:
    """Values as the reducer would have written them. Raises Malformed."""
    values = tuple(values)
    if name not in kind.position:
        _OWN_COLUMNS[name](values)
        return
    encode, decode = kind.encode[name], kind.decode[name]
    if type(kind.blank[kind.position[name]]) is str and set(map(type, values)) == {str}:
        return  # any text is a text
    # Most columns of most records hold what they hold in the record before: asked once.
    for value in set(values):
        held = decode(value)
        if type(held) is dict and type(value) is str:
            continue  # a document: how it is spaced matters to nobody
        again = encode(held)
        if type(again) is not type(value) or again != value:
            raise Malformed("snapshot value")


def _times(values: tuple[Any, ...]) -> None:
    if set(map(type, values)) - {int} or min(values) < 0 or max(values) > LAST_MS:
        raise Malformed("snapshot time")


def _people(values: tuple[Any, ...]) -> None:
    if set(map(type, values)) - {str} or max(map(len, values)) > 32:
        raise Malformed("snapshot author")


def _flags(values: tuple[Any, ...]) -> None:
    if set(map(type, values)) - {int} or set(values) - {0, 1}:
        raise Malformed("snapshot flag")


_OWN_COLUMNS: Mapping[str, Callable[[tuple[Any, ...]], None]] = {
    "created_at_ms": _times, "updated_at_ms": _times, "created_by": _people, "updated_by": _people,
    "revived": _flags, "has_conflict": _flags,
}  # fmt: skip
assert FIRST_FIELD == _GIVEN + len(_OWN_COLUMNS)


def put(memory: Memory, stream: bytes, family: str, records: Sequence[SnapshotRecord]) -> None:
    """Show the records of a stream that memory holds nothing of. One transaction.

    Raises Tampered when another stream has one of them already: then only the history can say.
    """
    name = stream.hex()
    here = {(one.type, one.record) for one in records}
    held = list(memory.heads(list({one.record for one in records})))
    if any((type_name, record) in here for _, _, type_name, record, _ in held):
        raise Tampered("snapshot of another stream's records")
    heads: list[tuple[Any, ...]] = []
    rows: dict[str, list[tuple[Any, ...]]] = {}
    buried: list[tuple[int, bytes]] = []
    conflicts: list[tuple[Any, ...]] = []
    documents: list[tuple[int, str, str]] = []
    for one in records:
        rid = memory.new_rid()
        heads.append((rid, stream, one.type, one.record, one.heads))
        conflicts.extend((rid, *conflict) for conflict in one.conflicts)
        if one.row is None:
            continue
        row = (one.record.hex(), family, name, *one.row)
        if one.buried:
            buried.append((rid, msgpack.packb(row)))
            continue
        rows.setdefault(one.type, []).append((rid, *row))
        document = memory.kinds[one.type].document(cast(list[Any], row))
        if document is not None:
            documents.append((rid, *document))
    with memory.writing():
        memory.many("INSERT INTO kt_heads VALUES (?, ?, ?, ?, ?)", heads)
        for type_name, some in rows.items():
            memory.many(memory.kinds[type_name].upsert, some)
        memory.many("INSERT INTO kt_buried VALUES (?, ?)", buried)
        memory.many("INSERT INTO kt_conflict VALUES (?, ?, ?, ?, ?, ?, ?)", conflicts)
        memory.index(documents)
