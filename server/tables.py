"""The server's tables and its one way to a transaction.

Everything kept here is an opaque id, a number, a time or sealed bytes.  A request is one
transaction; what it answers was committed before.  Spec: protocol.md, "Server".
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.pool import ConnectionPoolEntry

SCHEMA_VERSION = 1

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

stream = Table(
    "stream",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("agency", LargeBinary(16), nullable=False),
    Column("control_head", LargeBinary(32), nullable=False),
    Column("control_count", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("audit_count", BigInteger, nullable=False),
    Column("audit_head", LargeBinary(32), nullable=False),
)

control_op = Table(
    "control_op",
    metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("hash", LargeBinary(32), nullable=False),
    Column("raw", LargeBinary, nullable=False),
)

member = Table(
    "member",
    metadata,
    Column("person", LargeBinary(16), primary_key=True),
    Column("stream", LargeBinary(16), primary_key=True),
)

device = Table(
    "device",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("agency", LargeBinary(16), nullable=False),
    Column("person", LargeBinary(16), nullable=False),
    Column("sign_public", LargeBinary(32), nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("quarantine_bytes", BigInteger, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    # When a device last signed in. A table of its own, so that older databases simply get it.
    Column("device", LargeBinary(16), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)

chain = Table(
    "chain",
    metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("chain", LargeBinary(16), primary_key=True),
    Column("device", LargeBinary(16), nullable=False),
    Column("cert", LargeBinary, nullable=False),
    Column("last_dseq", BigInteger, nullable=False),
    Column("last_hash", LargeBinary(32), nullable=False),
)

segment = Table(
    "segment",
    metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("chain", LargeBinary(16), nullable=False),
    Column("device", LargeBinary(16), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("size", Integer, nullable=False),
    Column("quarantined", Boolean, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Index("segment_place", "stream", "chain", "first", unique=True),
)

secret = Table(
    "secret",
    metadata,
    # Challenges and tokens, by SHA-256 of what the device holds.
    Column("hash", LargeBinary(32), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("device", LargeBinary(16), nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Index("secret_expiry", "expires_ms"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("agency", LargeBinary(16), nullable=False),
    Column("inviter", LargeBinary(16), nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("joiner", LargeBinary(16)),
    Column("payload", LargeBinary),
)

rate = Table(
    "rate",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("minute", BigInteger, nullable=False),
    Column("used", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("n", BigInteger, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("device", LargeBinary(16), nullable=False),
    Column("action", String(20), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)


class Database:
    """The engine, its schema and its transactions."""

    def __init__(self, url: str, random: Callable[[int], bytes]) -> None:
        """Connect, create what is missing, read the epoch marker."""
        self.engine: Engine = create_engine(url, pool_size=10, max_overflow=40, hide_parameters=True)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # Writers of one process queue here: SQLite's own waiting is a sleep loop.
        self._turn = threading.Lock()
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._writing = self.engine.execution_options(kt_writing=True)
        self._counting = self.engine.execution_options(kt_writing=True, kt_counting=True)
        metadata.create_all(self.engine)
        with self.write() as connection:
            if _value(connection, "schema") is None:
                connection.execute(
                    insert(meta),
                    [
                        {"key": "schema", "value": str(SCHEMA_VERSION)},
                        {"key": "marker", "value": random(16).hex()},
                    ],
                )
        with self.read() as connection:
            self.marker = _value(connection, "marker") or ""

    def renew_marker(self, random: Callable[[int], bytes]) -> None:
        """Say to every device that this database was restored from a backup."""
        with self.write() as connection:
            self.marker = random(16).hex()
            connection.execute(update(meta).where(meta.c.key == "marker").values(value=self.marker))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, counting: bool = False) -> Iterator[Connection]:
        """A transaction; on return it is committed, and durable.

        counting: only limits are counted, which must outlive the process but not a power cut.
        """
        engine = self._counting if counting else self._writing
        if self.is_sqlite:
            with self._turn, engine.begin() as connection:
                yield connection
        else:
            with engine.begin() as connection:
                if counting:
                    connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
                yield connection

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _value(connection: Connection, key: str) -> str | None:
    found: str | None = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar_one_or_none()
    return found


def _prepare_sqlite(connection: object, entry: ConnectionPoolEntry) -> None:
    # Transactions are begun by _begin_sqlite, not by the driver.
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=20000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("kt_writing", False):
        connection.exec_driver_sql("BEGIN")
        return
    # In WAL mode NORMAL loses nothing when the process dies, only when the machine does.
    level = "NORMAL" if options.get("kt_counting", False) else "FULL"
    connection.exec_driver_sql(f"PRAGMA synchronous={level}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
