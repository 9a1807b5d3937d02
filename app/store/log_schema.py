"""The tables of `log.sqlite`, and the way forward from every schema that has shipped.

Refuses to go backwards: a log of a newer schema is left alone. Ids, counters, times and sizes
are clear in this file; everything a person typed is inside an envelope or sealed with the log
key. Spec: protocol.md, "Local files".
"""

from __future__ import annotations

import sqlite3

from app.errors import LogDamaged, NewerStore

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE keyring (id INTEGER PRIMARY KEY CHECK (id = 1), blob BLOB NOT NULL);
    CREATE TABLE stream (
        stream BLOB PRIMARY KEY, cursor INTEGER NOT NULL DEFAULT 0, position INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE stream_key (
        stream BLOB NOT NULL, epoch INTEGER NOT NULL, kid BLOB NOT NULL, sealed BLOB NOT NULL,
        PRIMARY KEY (stream, epoch)
    ) WITHOUT ROWID;
    CREATE TABLE control_op (
        stream BLOB NOT NULL, n INTEGER NOT NULL, raw BLOB NOT NULL, accepted INTEGER NOT NULL,
        PRIMARY KEY (stream, n)
    ) WITHOUT ROWID;
    CREATE TABLE chain (
        idx INTEGER PRIMARY KEY, stream BLOB NOT NULL, chain BLOB NOT NULL,
        cert BLOB NOT NULL, sealed_key BLOB,
        acked INTEGER NOT NULL DEFAULT 0, frozen INTEGER NOT NULL DEFAULT 0,
        dead INTEGER NOT NULL DEFAULT 0
    );
    CREATE UNIQUE INDEX chain_id ON chain (chain) WHERE dead = 0;
    CREATE TABLE envelope (
        id INTEGER PRIMARY KEY, chain INTEGER NOT NULL, dseq INTEGER NOT NULL,
        raw BLOB NOT NULL, link BLOB NOT NULL
    );
    CREATE UNIQUE INDEX envelope_place ON envelope (chain, dseq);
    CREATE TABLE segment (
        chain INTEGER NOT NULL, first INTEGER NOT NULL, n INTEGER NOT NULL,
        tail BLOB NOT NULL, server_seq INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (chain, first)
    ) WITHOUT ROWID;
    CREATE TABLE early (
        id INTEGER PRIMARY KEY, stream BLOB NOT NULL, server_seq INTEGER NOT NULL,
        hash BLOB NOT NULL UNIQUE, raw BLOB NOT NULL, cert BLOB NOT NULL
    );
    CREATE TABLE quarantine (
        id INTEGER PRIMARY KEY, stream BLOB NOT NULL, chain BLOB NOT NULL,
        first INTEGER NOT NULL, last INTEGER NOT NULL, code TEXT NOT NULL,
        authentic INTEGER NOT NULL, hash BLOB NOT NULL UNIQUE, raw BLOB, cert BLOB
    );
    CREATE TABLE seen (
        stream BLOB NOT NULL, chain BLOB NOT NULL, dseq INTEGER NOT NULL, hash BLOB NOT NULL,
        PRIMARY KEY (stream, chain)
    ) WITHOUT ROWID;
    CREATE TABLE local (
        kind BLOB NOT NULL, name BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (kind, name)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE snapshot_mark (
        stream BLOB PRIMARY KEY, held INTEGER NOT NULL, at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE arriving (stream BLOB PRIMARY KEY, last_seq INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE carried (
        chain BLOB PRIMARY KEY, stream BLOB NOT NULL, first INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE traffic (
        stream BLOB NOT NULL, came INTEGER NOT NULL, slot INTEGER NOT NULL,
        at_ms INTEGER NOT NULL, operations INTEGER NOT NULL,
        PRIMARY KEY (stream, came, slot)
    ) WITHOUT ROWID;
    CREATE TABLE notice (
        stream BLOB NOT NULL, code TEXT NOT NULL, since_ms INTEGER NOT NULL,
        at_ms INTEGER NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (stream, code)
    ) WITHOUT ROWID;
    CREATE TABLE attachment (
        blob BLOB PRIMARY KEY, stream BLOB NOT NULL, epoch INTEGER NOT NULL, chunks INTEGER NOT NULL,
        size INTEGER NOT NULL, kept INTEGER NOT NULL, sent INTEGER NOT NULL DEFAULT 0,
        code TEXT NOT NULL DEFAULT '', used_ms INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE arrived (hash BLOB PRIMARY KEY, stream BLOB NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID;
    """,
)
"""One script per schema version, oldest first; a shipped one never changes."""


_BLOBS: dict[str, str] = {
    "meta": "value", "stream": "stream", "stream_key": "stream kid sealed", "control_op": "stream raw",
    "chain": "stream chain cert", "early": "stream hash raw cert", "quarantine": "stream chain hash",
    "seen": "stream chain hash", "local": "kind name sealed",
}  # fmt: skip
_NUMBERS: dict[str, str] = {
    "stream": "cursor position", "stream_key": "epoch", "control_op": "n accepted",
    "chain": "acked frozen dead", "quarantine": "first last authentic", "seen": "dseq",
}  # fmt: skip
"""Columns of the small tables whose values are always of one kind, by table."""


def check_kinds(connection: sqlite3.Connection) -> None:
    """Return only when the small tables hold what was ever put there. Raises LogDamaged.

    A bit that flips in the head of a row makes text of bytes, and SQLite sees nothing wrong with it.
    """
    for table, blobs in _BLOBS.items():
        wrong = [f"typeof({column}) <> 'blob'" for column in blobs.split()]
        wrong += [f"typeof({column}) <> 'integer'" for column in _NUMBERS.get(table, "").split()]
        if table == "chain":
            wrong.append("typeof(sealed_key) NOT IN ('blob', 'null')")
        if connection.execute(f"SELECT 1 FROM {table} WHERE {' OR '.join(wrong)} LIMIT 1").fetchone():
            raise LogDamaged(f"kind of a value in {table}")


def migrate(connection: sqlite3.Connection, up_to: int | None = None) -> None:
    """Bring the log to this version's schema, one transaction per step.

    up_to: the schema to stop at, for a model of an older one. Raises NewerStore when the file was
    written by a newer version.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise NewerStore(f"log schema {version}")
    for number in range(version, len(MIGRATIONS) if up_to is None else up_to):
        script = MIGRATIONS[number]
        connection.executescript(f"BEGIN;{script};PRAGMA user_version={number + 1};COMMIT")
