"""How each record type lies in a table, and which values its fields accept.

Built once from the registry of records; the reducer writes rows with it, without ORM objects.
It refuses values of the wrong kind: a change of ours is turned away with them, and an operation
of somebody else's simply does not show them. Spec: architecture.md, "The way of one note".
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, Table
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.wraparound.records import OWN_COLUMNS, Record, fields_of

Encode = Callable[[Any], Any]
"""Operation value → SQLite value; raises ValueError for a value of the wrong kind."""

Slot = tuple[int, type | None, Encode]
"""(index into a row, the type of which every value is encoded as itself, encode)."""

OWN = ("id", "family_id", "stream", "created_at_ms", "updated_at_ms", "created_by", "updated_by",
       "revived", "has_conflict")  # fmt: skip
"""The columns the reducer keeps, in the order in which it writes them."""

FIRST_FIELD = len(OWN)

LAST_MS = 253_370_764_800_000
"""The first day of the year 9999: later ones overflow where a time zone is added."""

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
"""Compact: most of a signed note lies in its document."""


def _text(value: Any) -> str:
    if type(value) is not str:
        raise ValueError("text")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise ValueError("number")
    return value


def _moment(value: Any) -> int:
    """Milliseconds that a calendar has a day for, in any time zone; 0 for none."""
    if not 0 <= _number(value) <= LAST_MS:
        raise ValueError("moment")
    return int(value)


def _flag(value: Any) -> int:
    if type(value) is not bool:
        raise ValueError("flag")
    return int(value)


def _real(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError("real")
    return float(value)


def _document(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ValueError("document")
    try:
        return _JSON.encode(value)
    except (TypeError, RecursionError) as error:
        raise ValueError("document") from error


def _same(value: Any) -> Any:
    return value


def _codec(kind: TypeEngine[Any]) -> tuple[Encode, Encode]:
    """(encode, decode) for a column type; a new kind of column must be added here."""
    if isinstance(kind, TypeDecorator):
        return _codec(kind.impl_instance)
    if isinstance(kind, JSON):
        return _document, lambda raw: None if raw is None else json.loads(raw)
    if isinstance(kind, Boolean):
        return _flag, bool
    if isinstance(kind, Integer):
        return _number, _same
    if isinstance(kind, Float):
        return _real, _same
    if isinstance(kind, String):
        return _text, _same
    raise TypeError(f"no codec for column type {kind!r}")


@dataclass(frozen=True, slots=True)
class Kind:
    """One record type: its table, its columns in writing order, and how to encode them."""

    type: str
    table: str
    columns: tuple[str, ...]
    position: Mapping[str, int]
    """Field name → index into a row; only fields that operations may carry."""
    encode: Mapping[str, Encode]
    slots: Mapping[str, Slot]
    """`position` and `encode` at once."""
    decode: Mapping[str, Encode]
    blank: tuple[Any, ...]
    """A row of defaults."""
    title: tuple[int, ...]
    text: tuple[int, ...]
    select: str
    find: str
    """Selects what a hit of the search shows: row number, id, family, titles, texts (see `found`),
    of the rows `r` whose number stands in the index `s`."""
    show: str
    """The same of rows `r` by themselves."""
    numbers: str
    """The row numbers of families, whose ids are a JSON list."""
    upsert: str
    """Writes a row: its number (that of its heads and words, too), then the columns."""
    signature: tuple[tuple[str, str], ...]
    """(column, SQL type) of every column."""
    once: frozenset[str] = frozenset()
    """Fields that are written once."""

    def document(self, row: list[Any]) -> tuple[str, str] | None:
        """(title, words) that search knows of a row; None for types that search leaves out."""
        if not self.text and not self.title:
            return None
        value = row.__getitem__
        return _words(map(value, self.title), map(value, self.text))

    def found(self, row: Sequence[Any]) -> tuple[str, str]:
        """The same of a row that `find` selects."""
        end = 3 + len(self.title)
        return _words(row[3:end], row[end:])


def _words(titles: Iterable[str], texts: Iterable[str]) -> tuple[str, str]:
    return " ".join(filter(None, titles)), "\n".join(filter(None, texts))


@cache
def describe(record_class: type[Record]) -> Kind:
    """The Kind of one record class; worked out once, for every unlock asks for all of them.

    Raises TypeError when the class has a column this store cannot write.
    """
    table: Table = record_class.__table__  # type: ignore[attr-defined]
    fields = fields_of(record_class)
    columns = (*OWN, *fields)
    if set(OWN) != OWN_COLUMNS or set(columns) != set(table.columns.keys()):
        raise TypeError(f"columns of {record_class.TYPE} are not what its fields say")
    position = {name: FIRST_FIELD + i for i, name in enumerate(fields)}
    codecs = {name: _codec(_column(table, name).type) for name in fields}
    codecs |= {name: (_moment, _same) for name in fields if name.endswith("_ms")}
    if any(codecs[name][0] is not _text for name in (*record_class.SEARCH_TITLE, *record_class.SEARCH_TEXT)):
        raise TypeError(f"search finds text only, not all that {record_class.TYPE} names")
    blank: list[Any] = ["", "", "", 0, 0, "", "", 0, 0]
    for name in fields:
        blank.append(codecs[name][0](record_class.model_fields[name].get_default(call_default_factory=True)))
    quoted = _quoted(columns)
    shown = ("id", "family_id", *record_class.SEARCH_TITLE, *record_class.SEARCH_TEXT)
    kept = [f'"{c}" = excluded."{c}"' for c in columns if c not in ("id", "family_id", "stream")]
    return Kind(
        signature=tuple((name, _name(_column(table, name).type)) for name in columns),
        type=record_class.TYPE,
        once=frozenset(record_class.WRITE_ONCE),
        table=table.name,
        columns=columns,
        position=position,
        encode={name: codec[0] for name, codec in codecs.items()},
        slots={
            name: (position[name], str if codec[0] is _text else None, codec[0])
            for name, codec in codecs.items()
        },
        decode={name: codec[1] for name, codec in codecs.items()},
        blank=tuple(blank),
        title=tuple(position[name] for name in record_class.SEARCH_TITLE),
        text=tuple(position[name] for name in record_class.SEARCH_TEXT),
        select=f'SELECT {quoted} FROM "{table.name}"',
        # CROSS JOIN: the index comes first, because it gives its matches in order.
        find=(
            f"SELECT s.rowid, {_quoted(shown, 'r.')}"
            f' FROM kt_search s CROSS JOIN "{table.name}" r ON r.rowid = s.rowid'
        ),
        show=f'SELECT r.rowid, {_quoted(shown, "r.")} FROM "{table.name}" r',
        numbers=f'SELECT rowid FROM "{table.name}" WHERE family_id IN (SELECT value FROM json_each(?))',
        upsert=(
            f'INSERT INTO "{table.name}" (rowid, {quoted}) VALUES (?{", ?" * len(columns)})'
            f" ON CONFLICT (id) DO UPDATE SET {', '.join(kept)}"
        ),
    )


def _name(kind: TypeEngine[Any]) -> str:
    """What a column holds. (`repr` of a type says no more, and takes half of an unlock's catalogue.)"""
    inner = f"({_name(kind.impl_instance)})" if isinstance(kind, TypeDecorator) else ""
    return type(kind).__name__ + inner


def _quoted(columns: Sequence[str], of: str = "") -> str:
    return ", ".join(f'{of}"{name}"' for name in columns)


def _column(table: Table, name: str) -> Column[Any]:
    return table.columns[name]


def catalogue(record_types: Mapping[str, type[Record]]) -> dict[str, Kind]:
    """The Kind of every type in the registry."""
    return {name: describe(record_class) for name, record_class in record_types.items()}
