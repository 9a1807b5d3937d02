"""The database in memory: records as rows, heads, conflicts, and the index of words.

Owns one private `:memory:` connection, made from nothing or from an image. Everything in it can
be rebuilt from the log, so it has no durability of its own and no migrations: another schema
means a rebuild. It refuses to decide anything; the reducer does.
Spec: architecture.md, "Facts that bite: SQLite".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, TypeVar

import msgpack
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

from app.errors import StoreError, StoreFailed
from app.wraparound.records import SCHEMA, Record

from .catalogue import Kind, catalogue
from .connection import as_store_error, open_in_memory
from .merge import FORMAT

T = TypeVar("T")

_OWN_TABLES = (
    "CREATE TABLE kt_meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID",
    "CREATE TABLE kt_heads (rid INTEGER PRIMARY KEY, stream BLOB, type TEXT, record BLOB, blob BLOB)",
    "CREATE UNIQUE INDEX kt_heads_record ON kt_heads (record, type, stream)",
    "CREATE TABLE kt_buried (rid INTEGER PRIMARY KEY, row BLOB)",
    "CREATE TABLE kt_conflict (rid INTEGER, field TEXT, hlc INTEGER, chain BLOB, dseq INTEGER,"
    " value, author TEXT, PRIMARY KEY (rid, field, chain, dseq)) WITHOUT ROWID",
    # What is asked of all families at once (lists, clocks) must not read every note of every year.
    "CREATE INDEX kt_note_draft ON note (family_id, written_at_ms, id) WHERE status = 'draft'",
    # Contentless: the words lie in the rows already, so the index keeps only where they are.
    # Word positions and prefix indexes would double the image and answer no question we ask.
    # Marks belong to words (Devanagari, Thai), not only letters and numbers.
    "CREATE VIRTUAL TABLE kt_search USING fts5(title, body, content='', detail=column,"
    " tokenize=\"unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")",
)

_QUESTIONS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
"""What a statement may do while a question is answered."""
_CONTENT = 3
"""Counts up when the same tables hold something else than before: older images are not used."""
_INDEX_AT = 2048
"""Documents that wait for the index before it is brought up to date without a search: a search has
to wait for them (some milliseconds), but fewer, larger parts of the index are merged less often."""
_MERGED_PAGES = 1000
"""Pages of the index that are written anew before an image, at most: about 4 MB, 40 ms."""
_IN = 500
"""Records looked up in one statement."""


class Memory:
    """One memory database. Lives on the database thread; `close` makes it disappear."""

    def __init__(
        self,
        record_types: Mapping[str, type[Record]],
        image: bytes | bytearray | None = None,
        kinds: Mapping[str, Kind] | None = None,
    ) -> None:
        """image: a serialised database of this very schema (see `fingerprint`), or None.

        kinds: the catalogue of `record_types`, when it has been made already.
        """
        self.kinds: Mapping[str, Kind] = kinds or catalogue(record_types)
        self.db = open_in_memory(image)
        # A pool of one: SQLAlchemy sees exactly the connection the reducer writes with. Sessions
        # on it only read (see `read`), so there is nothing for SQLAlchemy to roll back.
        self._engine = create_engine(
            "sqlite://",
            creator=lambda: self.db,
            poolclass=StaticPool,
            hide_parameters=True,
            pool_reset_on_return=None,
            skip_autocommit_rollback=True,
        )
        # What SQLAlchemy asks a new connection (pragmas, too) comes before anything is refused.
        self._engine.connect().close()
        self._reading = False
        self.db.set_authorizer(self._permit)
        if image is None:
            tables = [record_class.__table__ for record_class in record_types.values()]  # type: ignore[attr-defined]
            SQLModel.metadata.create_all(self._engine, tables=tables)
            for statement in _OWN_TABLES:
                self.db.execute(statement)
        row = self.db.execute("SELECT MAX(rid) FROM kt_heads").fetchone()
        self._last_rid = int(row[0] or 0)
        self._unindexed: dict[int, tuple[int, str, str]] = {}

    def close(self) -> None:
        """Drop everything. Python's strings cannot be wiped; the pages go back to the system."""
        self.db.set_authorizer(None)
        self._engine.dispose()
        self.db.close()

    def serialise(self) -> bytes:
        """The whole database as bytes, for the image."""
        self.finish_index()
        with self.writing():
            # A word is looked up in every part of the index: before it is kept, there are fewer.
            self.db.execute("INSERT INTO kt_search (kt_search, rank) VALUES ('merge', ?)", (-_MERGED_PAGES,))
        data = self.db.serialize()
        if data[18:20] != b"\x01\x01":
            # A database marked as WAL cannot be deserialised into memory again.
            data = data[:18] + b"\x01\x01" + data[20:]
        return data

    def read(self, question: Callable[[Session], T]) -> T:
        """Answer a question in a session of its own; what it returns is detached.

        A question that writes raises StoreFailed, and nothing of what it wrote is left: SQLite
        refuses to prepare anything but a SELECT while a question is answered, and the rest is
        undone. (`PRAGMA query_only` would do, but every switch of it makes SQLite compile all
        of the reducer's statements again.)
        """
        self.db.execute("BEGIN")
        before = self.db.total_changes
        self._reading = True
        try:
            with Session(self._engine, expire_on_commit=False, autoflush=False) as session:
                answer = question(session)
                session.expunge_all()
        except DBAPIError as error:
            # Its text quotes the statement: nothing of it goes further than here.
            raise _foreign(error) from None
        finally:
            self._reading = False
            self.db.rollback()
        if self.db.total_changes != before:
            # By a statement that the reducer had prepared, word for word.
            raise StoreFailed("read")
        return answer

    def _permit(self, action: int, *_: str | None) -> int:
        """SQLite's authorizer: asked once for everything that a statement would do.

        While reading it refuses transactions, too, so that nothing escapes the one that `read`
        rolls back. For the same reason `writing` has no COMMIT among its cached statements.
        """
        return sqlite3.SQLITE_OK if not self._reading or action in _QUESTIONS else sqlite3.SQLITE_DENY

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction in memory."""
        self.db.execute("BEGIN")
        try:
            yield
            self.db.commit()
        except BaseException:
            self.db.rollback()
            raise

    # What the reducer keeps about itself

    def meta(self, key: str) -> Any:
        """A msgpack value of the reducer, or None."""
        row = self.db.execute("SELECT value FROM kt_meta WHERE key = ?", (key,)).fetchone()
        return msgpack.unpackb(row[0], use_list=False, strict_map_key=False) if row else None

    def set_meta(self, key: str, value: Any) -> None:
        """Keep a msgpack value."""
        self.db.execute("INSERT OR REPLACE INTO kt_meta VALUES (?, ?)", (key, msgpack.packb(value)))

    def new_rid(self) -> int:
        """A row number for a record not seen before."""
        self._last_rid += 1
        return self._last_rid

    # Bulk reading for the reducer

    def heads(self, records: Sequence[bytes]) -> Iterator[tuple[int, bytes, str, bytes, bytes]]:
        """(rid, stream, type, record, blob) of the given records, in every stream and type."""
        sql = "SELECT rid, stream, type, record, blob FROM kt_heads WHERE record"
        if len(records) == 1:
            yield from self.db.execute(sql + " = ?", (records[0],))
            return
        for part in _parts(records):
            yield from self.db.execute(f"{sql} IN ({_marks(part)})", part)

    def rows(self, kind: Kind, ids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Whole rows of a type by id, columns in the Kind's order."""
        for part in _parts(ids):
            yield from self.db.execute(f"{kind.select} WHERE id IN ({_marks(part)})", part)

    def buried(self, rids: Sequence[int]) -> Iterator[tuple[int, list[Any]]]:
        """(rid, row) of deleted records."""
        for part in _parts(rids):
            found = self.db.execute(f"SELECT rid, row FROM kt_buried WHERE rid IN ({_marks(part)})", part)
            for rid, blob in found:
                yield rid, msgpack.unpackb(blob)

    def conflicts(self, rid: int) -> Iterator[tuple[str, int, bytes, int, Any, str]]:
        """(field, hlc, chain, dseq, value as a column holds it, author) of one record."""
        yield from self.db.execute(
            "SELECT field, hlc, chain, dseq, value, author FROM kt_conflict WHERE rid = ?", (rid,)
        )

    # Bulk writing for the reducer

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """One prepared statement over many rows."""
        if rows:
            self.db.executemany(sql, rows)

    def forget_stream(self, stream: bytes) -> None:
        """Remove everything that came from one stream, to build it again."""
        name = stream.hex()
        with self.writing():
            for kind in self.kinds.values():
                if kind.title or kind.text:
                    gone = self.db.execute(
                        f"SELECT h.rid, r.* FROM kt_heads h JOIN ({kind.select} WHERE stream = ?) r"
                        " ON r.id = lower(hex(h.record)) AND h.type = ? AND h.stream = ?",
                        (name, kind.type, stream),
                    )
                    documents = []
                    for rid, *row in gone:
                        title, body = kind.document(row) or ("", "")
                        documents.append((rid, title, body))
                    self.unindex(documents)
                self.db.execute(f'DELETE FROM "{kind.table}" WHERE stream = ?', (name,))
            for table in ("kt_buried", "kt_conflict"):
                self.db.execute(
                    f"DELETE FROM {table} WHERE rid IN (SELECT rid FROM kt_heads WHERE stream = ?)",
                    (stream,),
                )
            self.db.execute("DELETE FROM kt_heads WHERE stream = ?", (stream,))

    def index(self, documents: Sequence[tuple[int, str, str]]) -> None:
        """Add (rid, title, words) to the index, at the latest before the next search.

        Every transaction of the index leaves a segment to be merged: a save does not wait for it.
        """
        self._unindexed.update((document[0], document) for document in documents)
        if len(self._unindexed) >= _INDEX_AT:
            self.finish_index()

    def finish_index(self) -> None:
        """Bring the index up to date."""
        if self._unindexed:
            documents, self._unindexed = list(self._unindexed.values()), {}
            sql = "INSERT INTO kt_search (rowid, title, body) VALUES (?, ?, ?)"
            if self.db.in_transaction:
                self.many(sql, documents)
            else:
                with self.writing():
                    self.many(sql, documents)

    def unindex(self, documents: Sequence[tuple[int, str, str]]) -> None:
        """Take (rid, title, words), exactly as they were added, out of the index."""
        indexed = [document for document in documents if self._unindexed.pop(document[0], None) is None]
        self.many("INSERT INTO kt_search (kt_search, rowid, title, body) VALUES ('delete', ?, ?, ?)", indexed)


def fingerprint(kinds: Mapping[str, Kind]) -> bytes:
    """Names the schema of a memory database (16 bytes): an image of another one is not used."""
    rows = sorted((k.type, k.table, k.signature, sorted(k.once)) for k in kinds.values())
    text = repr((SCHEMA, FORMAT, _CONTENT, _OWN_TABLES, rows))
    return sha256(text.encode()).digest()[:16]


def _foreign(error: DBAPIError) -> StoreError:
    original = error.orig
    return as_store_error(original) if isinstance(original, sqlite3.Error) else StoreFailed("read")


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _IN):
        yield items[start : start + _IN]


def _marks(items: Sequence[Any]) -> str:
    return ", ".join("?" * len(items))
