"""The peers: one database file with the same tables and word index, plain or under SQLCipher.

A peer is given the best of circumstances: no signatures, no merge, no history, finished rows,
prepared statements, a raw key (no derivation), the app's own page cache size. Like our vault it
works on one database thread and is awaited from the event loop.
"""

from __future__ import annotations

import asyncio
import importlib
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from app.store.catalogue import Kind
from app.store.search import Hit, query_of, snippet_of, words_of

from .caseload import Statement

T = TypeVar("T")

PLAIN, CIPHER = "plain SQLite", "SQLCipher"
CACHE_KB = 8000
"""Page cache, as large as that of the app's own log."""
_PRAGMAS = ("temp_store=MEMORY", "journal_mode=WAL", "synchronous=FULL")


class NoPeer(Exception):
    """SQLCipher is not installed."""


def driver(name: str) -> Any:
    """The DB-API module of a peer. Raises NoPeer."""
    if name == PLAIN:
        return sqlite3
    try:
        return importlib.import_module("sqlcipher3.dbapi2")
    except ImportError as error:
        raise NoPeer("SQLCipher is missing: pip install -r requirements/bench.txt") from error


class Peer:
    """One open database file. Awaited from the event loop, as the vault is."""

    def __init__(self, name: str, path: Path, key: bytes, cache_kb: int = CACHE_KB) -> None:
        """key: 32 bytes, used by SQLCipher only."""
        self._cache_kb = cache_kb
        self.name = name
        self._driver = driver(name)
        self._path = path
        self._key = key if name == CIPHER else b""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="bench-peer")
        self.db: Any = None
        self._engine: Any = None

    async def open(self) -> None:
        """Connect, and read the schema (which proves the key)."""
        await self.run(self._connect)

    def _connect(self) -> None:
        self.db = self._driver.connect(str(self._path), isolation_level=None, cached_statements=256)
        if self._key:
            self.db.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
        for pragma in (*_PRAGMAS, f"cache_size=-{self._cache_kb}"):
            self.db.execute(f"PRAGMA {pragma}")
        self.db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()

    async def close(self) -> None:
        """Let go of the file."""
        await self.run(self._disconnect)
        self._pool.shutdown()

    def _disconnect(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
        self.db.close()

    async def run(self, work: Callable[[], T]) -> T:
        """Do `work` on the database thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def write(self, transactions: Sequence[Sequence[Statement]]) -> None:
        """Durable transactions, one after the other."""
        await self.run(lambda: self._write(transactions))

    def _write(self, transactions: Sequence[Sequence[Statement]]) -> None:
        for statements in transactions:
            self.db.execute("BEGIN IMMEDIATE")
            for sql, rows in statements:
                if len(rows) == 1:
                    self.db.execute(sql, rows[0])
                else:
                    self.db.executemany(sql, rows)
            self.db.execute("COMMIT")

    async def create(self, statements: Sequence[str]) -> None:
        """Make the tables."""
        await self.write([[(sql, [()]) for sql in statements]])

    async def read(self, question: Callable[[Session], T]) -> T:
        """As `Vault.read`: the services work on a peer, too."""
        return await self.run(lambda: self._read(question))

    def _read(self, question: Callable[[Session], T]) -> T:
        if self._engine is None:
            self._engine = create_engine(
                "sqlite://", creator=lambda: self.db, poolclass=StaticPool, module=self._driver
            )
        with Session(self._engine, expire_on_commit=False, autoflush=False) as session:
            answer = question(session)
            session.expunge_all()
            return answer

    clock_offset_ms = 0
    has_agency = False

    def subscribe(self, _reader: object) -> Callable[[], None]:
        """Nothing changes in a file that is only asked: what a service wants to hear of never comes."""
        return lambda: None

    async def forget_pages(self) -> None:
        """Empty the page cache, as other questions would have done after a while."""
        await self.run(lambda: self.db.execute("PRAGMA shrink_memory").fetchall())

    async def search(self, kind: Kind, text: str, limit: int) -> tuple[Hit, ...]:
        """The same hits as the app's search gives for one record type, made by the same code."""
        return await self.run(lambda: self._search(kind, text, limit))

    def _search(self, kind: Kind, text: str, limit: int) -> tuple[Hit, ...]:
        query = query_of(text)
        if query is None:
            return ()
        words = [word.casefold() for word in words_of(text)]
        columns = ", ".join(f'r."{name}"' for name in kind.columns)
        sql = (
            f'SELECT s.rowid, {columns} FROM kt_search s JOIN "{kind.table}" r ON r.rowid = s.rowid'
            " WHERE kt_search MATCH ? ORDER BY s.rowid DESC LIMIT ?"
        )
        hits: list[Hit] = []
        seen: set[int] = set()
        # Names first, then the newest.
        for match in (f"title : ({query})", query):
            for rid, *row in self.db.execute(sql, (match, limit)):
                if rid in seen or len(hits) == limit:
                    continue
                seen.add(rid)
                title, body = kind.document(row) or ("", "")
                hits.append(Hit(kind.type, row[0], row[1], title, snippet_of(body, words)))
            if len(hits) == limit:
                break
        return tuple(hits)
