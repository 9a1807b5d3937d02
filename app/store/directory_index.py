"""The index of a directory: a private in-memory SQLite database that finds services fast.

Owns its tables and its SQL. What was typed is never query syntax (see `search.query_of`). It holds no
family's data; it is kept on the disk only sealed (`directory_side`). One lock: any thread may ask.
Spec: docs/directory.md, "Searching".
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.wraparound.opening_hours import Span, counts_on

from .connection import storage_errors
from .search import query_of, words_of

INDEX_FORMAT = 1
"""Raised whenever the tables or what is put into them changes: an older image is made anew."""

_TABLES = """
CREATE TABLE service(n INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT, organization TEXT, what TEXT,
 town TEXT, low REAL, high REAL, free INT, anywhere INT, verified TEXT, phone TEXT, domains TEXT,
 languages TEXT, body BLOB);
CREATE TABLE tag(kind TEXT, value TEXT, n INT, PRIMARY KEY(kind, value, n)) WITHOUT ROWID;
CREATE TABLE hours(day INT, n INT, opens INT, closes INT, since TEXT, until TEXT, rule TEXT);
CREATE VIRTUAL TABLE words USING fts5(name, organization, what, more, content='',
 tokenize="unicode61 remove_diacritics 2", prefix='1 2 3');
"""
_AFTER = "CREATE INDEX hours_by ON hours(day, opens, closes, since, until, rule, n); ANALYZE;"
_COLUMNS = (
    "s.id, s.name, s.organization, s.what, s.town, s.low, s.high, s.free, s.verified, s.phone, s.domains,"
    " s.languages"
)


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One service as it is looked for. towns: folded; anywhere: it says of no town. body: its JSON."""

    id: str
    name: str
    organization: str
    what: str
    town: str
    more: str
    low: float | None
    high: float | None
    free: bool
    anywhere: bool
    verified_on: str
    phone: str
    domains: tuple[str, ...]
    languages: tuple[str, ...]
    towns: tuple[str, ...]
    spans: tuple[Span, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class IndexHit:
    """One service that was found."""

    id: str
    name: str
    organization: str
    what: str
    town: str
    low: float | None
    high: float | None
    free: bool
    verified_on: str
    phone: str
    domains: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty fields ask nothing. town: folded. only: an id.

    day, minute: on the wall, for `open_now`.
    """

    text: str = ""
    domains: frozenset[str] = field(default_factory=frozenset)
    town: str = ""
    age: float | None = None
    language: str = ""
    free: bool = False
    open_now: bool = False
    day: date = date.min
    minute: int = 0
    only: str = ""
    limit: int = 50


class DirectoryIndex:
    """One built index."""

    def __init__(self, data: bytes | bytearray | None = None) -> None:
        """data: what `image` gave; None for an empty one to `fill`."""
        self._lock = threading.Lock()
        with storage_errors():
            self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA temp_store=MEMORY")
            if data is not None:
                self._db.deserialize(data)
            else:
                self._db.executescript(_TABLES)
            self._db.create_function(
                "kt_counts", 2, lambda rule, iso: counts_on(rule, date.fromisoformat(iso)), deterministic=True
            )

    def fill(self, rows: Iterable[IndexRow]) -> int:
        """Put services into an empty index; of the same id the first one stays. Returns how many."""
        count = 0
        with self._lock, storage_errors():
            db = self._db
            db.execute("BEGIN")
            for row in rows:
                try:
                    db.execute(
                        "INSERT INTO service VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                        (
                            count + 1, row.id, row.name, row.organization, row.what, row.town, row.low,
                            row.high, row.free, row.anywhere, row.verified_on, row.phone,
                            ",".join(row.domains), ",".join(row.languages), zlib.compress(row.body, 1),
                        ),
                    )  # fmt: skip
                except sqlite3.IntegrityError:
                    continue
                count += 1
                tags = [("d", one) for one in row.domains] + [("l", one) for one in row.languages]
                tags += [("t", one) for one in row.towns]
                db.executemany(
                    "INSERT OR IGNORE INTO tag VALUES(?,?,?)", [(kind, one, count) for kind, one in tags]
                )
                db.executemany(
                    "INSERT INTO hours VALUES(?,?,?,?,?,?,?)",
                    [(s.day, count, s.opens, s.closes, s.since, s.until, s.rule) for s in row.spans],
                )
                db.execute(
                    "INSERT INTO words(rowid, name, organization, what, more) VALUES(?,?,?,?,?)",
                    (count, row.name, row.organization, row.what, row.more),
                )
            db.execute("COMMIT")
            db.execute("INSERT INTO words(words) VALUES('optimize')")
            db.executescript(_AFTER)
        return count

    def find(self, wanted: Wanted) -> tuple[tuple[IndexHit, ...], int]:
        """Services that fit, the best first, and how many there are. Words in the name count most."""
        query = query_of(wanted.text)
        if query is None and wanted.text.strip():
            return (), 0
        where, values = _conditions(wanted)
        if query is not None:
            source = "FROM words JOIN service s ON s.n = words.rowid WHERE "
            source += " AND ".join(["words MATCH ?", *where])
            # Single letters are in nearly everything: what they are in says nothing about what is meant.
            telling = max(map(len, words_of(wanted.text))) > 1
            order = "ORDER BY bm25(words, 10, 5, 2, 1), s.n" if telling else "ORDER BY s.n"
            values = [query, *values]
        else:
            source = "FROM service s" + (" WHERE " + " AND ".join(where) if where else "")
            order = "ORDER BY s.n"
        if wanted.town:  # those in the town before those that come to any
            order = order.replace("ORDER BY", "ORDER BY s.anywhere,")
        with self._lock, storage_errors():
            count = int(self._db.execute(f"SELECT count(*) {source}", values).fetchone()[0])
            rows = self._db.execute(
                f"SELECT {_COLUMNS} {source} {order} LIMIT ?", [*values, wanted.limit]
            ).fetchall()
        return tuple(_hit(row) for row in rows), count

    def count(self) -> int:
        """How many services it holds."""
        with self._lock, storage_errors():
            return int(self._db.execute("SELECT count(*) FROM service").fetchone()[0])

    def body(self, service_id: str) -> bytes | None:
        """The JSON of one service, or None."""
        with self._lock, storage_errors():
            row = self._db.execute("SELECT body FROM service WHERE id = ?", (service_id,)).fetchone()
        return zlib.decompress(row[0]) if row else None

    def towns(self, beginning: str, limit: int = 8) -> tuple[str, ...]:
        """Towns that begin so, as they are shown."""
        with self._lock, storage_errors():
            rows = self._db.execute(
                "SELECT DISTINCT s.town FROM tag t JOIN service s ON s.n = t.n"
                " WHERE t.kind = 't' AND t.value >= ? AND t.value < ? AND s.town <> '' LIMIT ?",
                (beginning, beginning + "\U0010ffff", limit),
            ).fetchall()
        return tuple(row[0] for row in rows)

    def image(self) -> bytes:
        """The whole index as bytes; the caller seals them."""
        with self._lock, storage_errors():
            return self._db.serialize()

    def close(self) -> None:
        """Drop it from memory."""
        with self._lock:
            self._db.close()


def _conditions(wanted: Wanted) -> tuple[list[str], list[object]]:
    where: list[str] = []
    values: list[object] = []
    if wanted.only:
        where.append("s.id = ?")
        values.append(wanted.only)
    if wanted.domains:
        marks = ",".join("?" for _ in wanted.domains)
        where.append(f"s.n IN (SELECT n FROM tag WHERE kind = 'd' AND value IN ({marks}))")
        values += sorted(wanted.domains)
    if wanted.language:
        where.append("s.n IN (SELECT n FROM tag WHERE kind = 'l' AND value = ?)")
        values.append(wanted.language)
    if wanted.town:
        where.append(
            "(s.anywhere OR s.n IN (SELECT n FROM tag WHERE kind = 't' AND value >= ? AND value < ?))"
        )
        values += [wanted.town, wanted.town + "\U0010ffff"]
    if wanted.age is not None:
        where.append("(s.low IS NULL OR s.low <= ?) AND (s.high IS NULL OR s.high >= ?)")
        values += [wanted.age, wanted.age]
    if wanted.free:
        where.append("s.free")
    if wanted.open_now:
        iso = wanted.day.isoformat()
        where.append(
            "s.n IN (SELECT h.n FROM hours h WHERE h.day = ? AND h.opens <= ? AND h.closes > ?"
            " AND (h.since = '' OR h.since <= ?) AND (h.until = '' OR h.until >= ?)"
            " AND (h.rule = '' OR kt_counts(h.rule, ?)))"
        )
        values += [wanted.day.weekday(), wanted.minute, wanted.minute, iso, iso, iso]
    return where, values


def _hit(row: tuple[object, ...]) -> IndexHit:
    id_, name, organization, what, town, low, high, free, verified, phone, domains, languages = row
    return IndexHit(
        str(id_), str(name), str(organization), str(what), str(town),
        None if low is None else float(str(low)), None if high is None else float(str(high)), bool(free),
        str(verified), str(phone), _codes(domains), _codes(languages),
    )  # fmt: skip


def _codes(joined: object) -> tuple[str, ...]:
    return tuple(one for one in str(joined).split(",") if one)
