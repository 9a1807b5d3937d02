"""Records being changed by one batch.

A cell holds one record's heads, row and conflicts while operations are merged into it; `flush`
writes every changed cell with prepared statements and explicit index entries. It refuses to
decide about delivery (the reducer does) and about precedence (merge does).
Spec: protocol.md, section "Merge"; architecture.md, "Facts that bite: SQLite".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgpack

from app.protocol.ids import StreamId, singleton_id

from .catalogue import Kind
from .memory import Memory
from .merge import DELETED, Heads, Merge, Stamp, Write, pack, unpack

if TYPE_CHECKING:
    from .reducer import OperationLike

_Key = tuple[bytes, str, bytes]
_FAMILY, _STREAM, _CREATED, _UPDATED, _CREATED_BY, _UPDATED_BY, _REVIVED, _CONFLICT = range(1, 9)


@dataclass(slots=True)
class Cell:
    """One record of one stream."""

    rid: int
    key: _Key
    kind: Kind | None
    """None for a type this version does not know."""
    heads: Heads | None = None
    row: list[Any] | None = None
    shown: bool = False
    """The row stands in its table (not buried)."""
    buried: bool = False
    document: tuple[str, str] | None = None
    """What the index holds of it."""
    conflicts: dict[str, dict[Stamp, Any]] = field(default_factory=dict)
    """Field → head → value as a column holds it, for fields with more than one head."""
    had_conflicts: bool = False


class Cells:
    """The records of one batch."""

    def __init__(self, memory: Memory, merging: Merge, author_of: Callable[[bytes], str]) -> None:
        """author_of: the person (hex) whom a chain's certificate names."""
        self._memory = memory
        self._merging = merging
        self._author_of = author_of
        self._cells: dict[_Key, Cell] = {}
        self._owner: dict[tuple[str, bytes], Cell] = {}
        self._displaced: list[Cell] = []
        self._loaded: set[bytes] = set()
        self._changed: dict[_Key, Cell] = {}

    def load(self, records: Collection[bytes]) -> None:
        """Fetch what memory holds of these records."""
        wanted = [record for record in records if record not in self._loaded]
        if not wanted:
            return
        self._loaded.update(wanted)
        found: list[Cell] = []
        for rid, stream, type_name, record, blob in self._memory.heads(wanted):
            cell = Cell(rid, (stream, type_name, record), self._memory.kinds.get(type_name), unpack(blob))
            self._cells[cell.key] = cell
            found.append(cell)
            owner = self._owner.get((type_name, record))
            if owner is None or _rank(cell) < _rank(owner):
                self._owner[type_name, record] = cell
        by_kind: dict[str, list[Cell]] = {}
        for cell in found:
            if cell.kind is not None and self._owns(cell):
                by_kind.setdefault(cell.kind.type, []).append(cell)
        for name, cells in by_kind.items():
            self._load_rows(self._memory.kinds[name], cells)

    def _load_rows(self, kind: Kind, cells: list[Cell]) -> None:
        rows = {row[0]: list(row) for row in self._memory.rows(kind, [c.key[2].hex() for c in cells])}
        missing: dict[int, Cell] = {}
        for cell in cells:
            cell.row = rows.get(cell.key[2].hex())
            if cell.row is None:
                missing[cell.rid] = cell
            else:
                cell.shown = True
                cell.document = kind.document(cell.row)
            if cell.heads is not None and (
                cell.heads.contested() or any(cell.heads.of(name) for name in kind.once)
            ):
                cell.had_conflicts = True
                for name, hlc, chain, dseq, value, _ in self._memory.conflicts(cell.rid):
                    cell.conflicts.setdefault(name, {})[hlc, chain, dseq] = value
        for rid, row in self._memory.buried(list(missing)) if missing else ():
            missing[rid].row = row
            missing[rid].buried = True

    def _owns(self, cell: Cell) -> bool:
        """A record lives in one stream; of several that use an id, `_rank` says which is shown."""
        return self._owner[cell.key[1], cell.key[2]] is cell

    def _own(self, cell: Cell) -> None:
        """A new cell shows its record if it is the only one to do so, or goes before the other."""
        place = (cell.key[1], cell.key[2])
        owner = self._owner.get(place)
        if owner is not None and _rank(owner) < _rank(cell):
            return
        self._owner[place] = cell
        if owner is not None and owner.row is not None:
            self._displaced.append(replace(owner))
            owner.row = owner.document = None
            owner.shown = owner.buried = owner.had_conflicts = False
            owner.conflicts = {}

    def merge(self, stream: bytes, family: str, operation: OperationLike, write: Write) -> None:
        """Merge one operation into its record."""
        author = self._author_of(write.chain)
        record = bytes(operation.record)
        if record not in self._loaded:
            self.load((record,))
        key = (stream, operation.type, record)
        cell = self._cells.get(key)
        if cell is None:
            cell = Cell(self._memory.new_rid(), key, self._memory.kinds.get(operation.type))
            self._cells[key] = cell
            self._own(cell)
        before = cell.heads
        after = cell.heads = self._merging(before, write)
        self._changed[key] = cell
        if cell.kind is None or not self._owns(cell):
            return
        if cell.row is None:
            cell.row = [*cell.kind.blank]
            cell.row[0], cell.row[_FAMILY], cell.row[_STREAM] = record.hex(), family, stream.hex()
        row, stamp = cell.row, (write.hlc, write.chain, write.dseq)
        values = operation.fields
        if len(write.fields) != len(values):
            values = {name: values[name] for name in write.fields}
        once = cell.kind.once
        if before is None:
            _put(cell.kind, row, values)  # all that speaks for the record, by its author
        else:
            if _alone(after, write):
                _put(cell.kind, row, values)
                cell.conflicts.clear()
            else:
                for name, value in values.items():
                    if name not in once:
                        self._settle(cell, before, after, name, value, stamp)
            for name in once:
                self._stand(cell, before, after, name, values, stamp)
        row[_CREATED] = after.first[0] >> 16
        row[_UPDATED] = after.last[0] >> 16
        if after.first == stamp:
            row[_CREATED_BY] = author
        if after.last == stamp:
            row[_UPDATED_BY] = author

    def _settle(self, cell: Cell, before: Heads, after: Heads, name: str, value: Any, stamp: Stamp) -> None:
        """Bring one field's shown value and conflict entries in line with its heads."""
        kind, row = cell.kind, cell.row
        if kind is None or row is None or name == DELETED or name not in kind.position:
            return
        position = kind.position[name]
        entries = cell.conflicts.pop(name, None)
        if entries is None:
            # The field had one head until now: its value is what the row shows.
            entries = {head.stamp: row[position] for head in before.of(name)}
        _put(kind, row, {name: value})
        entries[stamp] = row[position]
        left = {head.stamp: entries[head.stamp] for head in after.of(name)}
        row[position] = left[max(left)]
        if len(left) > 1:
            cell.conflicts[name] = left

    def _stand(
        self,
        cell: Cell,
        before: Heads | None,
        after: Heads,
        name: str,
        values: Mapping[str, Any],
        stamp: Stamp,
    ) -> None:
        """Show the value of a field that is written once: the earliest by the record's author.

        All others are kept beside it, because an operation yet to come may say who the author is.
        """
        kind, row, heads = cell.kind, cell.row, after.of(name)
        if kind is None or row is None or not heads:
            return
        position = kind.position[name]
        entries = cell.conflicts.pop(name, None)
        if entries is None:
            entries = {head.stamp: row[position] for head in before.of(name)} if before else {}
        if name in values:
            _put(kind, row, {name: values[name]})
            entries[stamp] = row[position]
        left = {head.stamp: entries[head.stamp] for head in heads}
        author = self._author_of(after.first[1])
        valid = [its for its in left if self._author_of(its[1]) == author]
        row[position] = left[min(valid)] if valid else kind.blank[position]
        if len(left) > 1 or not valid:
            cell.conflicts[name] = left

    def flush(self) -> tuple[set[str], set[str]]:
        """Write every changed cell; returns the families and types that changed."""
        families: set[str] = set()
        types: set[str] = set()
        new_heads: list[tuple[Any, ...]] = []
        rows: dict[str, list[tuple[Any, ...]]] = {}
        gone: dict[str, list[tuple[str]]] = {}
        bury: list[tuple[int, bytes]] = []
        raise_up: list[tuple[int]] = []
        unindex: list[tuple[int, str, str]] = []
        index: list[tuple[int, str, str]] = []
        drop_conflicts: list[tuple[int]] = []
        conflicts: list[tuple[Any, ...]] = []
        for cell in self._changed.values():
            heads, kind, row = cell.heads, cell.kind, cell.row
            if heads is None:
                continue
            stream, type_name, record = cell.key
            new_heads.append((cell.rid, stream, type_name, record, pack(heads)))
            if kind is None or row is None:
                continue
            families.add(row[_FAMILY])
            types.add(type_name)
            deleted, revived = _fate(heads)
            row[_REVIVED] = int(revived)
            row[_CONFLICT] = int(bool(cell.conflicts) and _contested(cell.conflicts, kind))
            if deleted:
                bury.append((cell.rid, msgpack.packb(row)))
                if cell.shown:
                    gone.setdefault(kind.table, []).append((row[0],))
            else:
                rows.setdefault(type_name, []).append((cell.rid, *row))
                if cell.buried:
                    raise_up.append((cell.rid,))
            document = None if deleted else kind.document(row)
            if document != cell.document:
                if cell.document is not None:
                    unindex.append((cell.rid, *cell.document))
                if document is not None:
                    index.append((cell.rid, *document))
            if cell.had_conflicts:
                drop_conflicts.append((cell.rid,))
            for name, entries in cell.conflicts.items():
                conflicts.extend(
                    (cell.rid, name, *stamp, value, self._author_of(stamp[1]))
                    for stamp, value in entries.items()
                )
        memory = self._memory
        with memory.writing():
            families |= self._clear_displaced()
            memory.many(
                "INSERT INTO kt_heads VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (rid) DO UPDATE SET blob = excluded.blob",
                new_heads,
            )
            for type_name, some in rows.items():
                memory.many(memory.kinds[type_name].upsert, some)
            for table, ids in gone.items():
                memory.many(f'DELETE FROM "{table}" WHERE id = ?', ids)
            memory.many("INSERT OR REPLACE INTO kt_buried VALUES (?, ?)", bury)
            memory.many("DELETE FROM kt_buried WHERE rid = ?", raise_up)
            memory.many("DELETE FROM kt_conflict WHERE rid = ?", drop_conflicts)
            memory.many("INSERT INTO kt_conflict VALUES (?, ?, ?, ?, ?, ?, ?)", conflicts)
            memory.unindex(unindex)
            memory.index(index)
        return families, types

    def _clear_displaced(self) -> set[str]:
        """Take away what was shown of records that another stream shows now."""
        memory, families = self._memory, set()
        for cell in self._displaced:
            if cell.kind is not None and cell.row is not None:
                families.add(cell.row[_FAMILY])
                if cell.shown:
                    memory.many(f'DELETE FROM "{cell.kind.table}" WHERE id = ?', [(cell.row[0],)])
                if cell.document is not None:
                    memory.unindex([(cell.rid, *cell.document)])
                memory.many("DELETE FROM kt_buried WHERE rid = ?", [(cell.rid,)])
                memory.many("DELETE FROM kt_conflict WHERE rid = ?", [(cell.rid,)])
        return families


def _rank(cell: Cell) -> tuple[bool, bytes]:
    """Which stream's record of an id is shown: the stream that a singleton's id is made from, or
    the lowest. A pure function of ids, so that all tablets agree."""
    stream, type_name, record = cell.key
    return bytes(singleton_id(StreamId(stream), type_name)) != record, stream


def _contested(conflicts: Mapping[str, Mapping[Stamp, Any]], kind: Kind) -> bool:
    """Some field that can be settled has different values."""
    return any(len(set(entries.values())) > 1 for name, entries in conflicts.items() if name not in kind.once)


def _fate(heads: Heads) -> tuple[bool, bool]:
    """(deleted, revived) of a record."""
    if len(heads.live) == 1 and heads.live[0].observed is None:
        return False, False
    deleted = heads.deleted
    return deleted, not deleted and heads.revived


def _alone(heads: Heads, write: Write) -> bool:
    """Nothing else speaks for the record than all of this operation."""
    live = heads.live
    return len(live) == 1 and live[0].ref == (write.chain, write.dseq) and live[0].fields == write.fields


def _put(kind: Kind, row: list[Any], fields: Mapping[str, Any]) -> None:
    """Show values; one of the wrong kind (from another version, or ill will) shows as blank."""
    slots = kind.slots
    for name, value in fields.items():
        slot = slots.get(name)
        if slot is not None:
            position, plain, encode = slot
            if type(value) is plain:
                row[position] = value
                continue
            try:
                row[position] = encode(value)
            except ValueError:
                row[position] = kind.blank[position]
