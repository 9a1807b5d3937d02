"""The database: its engine, the making of its schema, and the one way to a transaction.

SQLite and PostgreSQL behave alike for everybody above: a write that returns is committed and
durable, also on the standby where there is one; a read is one consistent view.  Nothing is
remembered here that another process could have changed.  Spec: protocol.md, "Server".
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from app.errors import ServerCannotStart
from server.tables import SCHEMA_VERSION, meta, metadata

_Result = TypeVar("_Result")

_SCHEMA_LOCK = 0x4B54
"""PostgreSQL's advisory lock under which one process makes the schema while its siblings wait."""
_ATTEMPTS = 6
_AGAIN = frozenset({"40001", "40P01"})
"""SQLSTATEs of two transactions that cannot both win: the loser simply begins again."""
_READ_ONLY = "25006"
_DISK_FULL = "53100"
_LINE: dict[str, str | int] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "application_name": "kitchentable",
}
"""How soon a PostgreSQL that has vanished is noticed; whatever the address says itself wins."""


class NewerSchema(ServerCannotStart):
    """The database was made by a newer version of the server."""

    user_message = "The database here was made by a newer version of the server. Update this one."


class NotConfirmed(Exception):
    """PostgreSQL committed and warned: the standby may not have it.  Nobody may be told that it is safe."""


UNAVAILABLE = (DBAPIError, PoolTimeout, NotConfirmed)
"""What an endpoint may meet when the database cannot serve now; the client keeps everything."""


def is_full(error: Exception) -> bool:
    """Whether the database has no room left."""
    original = getattr(error, "orig", None)
    if isinstance(original, sqlite3.Error):
        return getattr(original, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return getattr(original, "sqlstate", None) == _DISK_FULL


class Database:
    """The engine, its schema and its transactions."""

    def __init__(
        self, url: str, random: Callable[[int], bytes], now_ms: Callable[[], int], *, connections: int = 40
    ) -> None:
        """Connect, create what is missing, read the epoch marker.

        connections: how many at most; processes that share a PostgreSQL share its number too.
        """
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        given = {} if self.is_sqlite else {name: _LINE[name] for name in _LINE if name not in parsed.query}
        kept = min(10, connections)
        self.engine: Engine = create_engine(
            parsed,
            pool_size=kept,
            max_overflow=connections - kept,
            pool_timeout=10,
            pool_pre_ping=not self.is_sqlite,
            hide_parameters=True,
            connect_args=given,
        )
        # Writers of one process queue here: SQLite's own waiting is a sleep loop.
        self._turn = threading.Lock()
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "connect", _prepare_postgres)
            event.listen(self.engine, "handle_error", _leave_a_standby)
        self._writing = self.engine.execution_options(kt_writing=True)
        self._counting = self.engine.execution_options(kt_writing=True, kt_counting=True)
        self._now_ms = now_ms
        self._make_schema(random)
        with self.read() as connection:
            self.marker = self.read_marker(connection)

    def _make_schema(self, random: Callable[[int], bytes]) -> None:
        """One transaction, and one process at a time."""
        with self.write() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
            metadata.create_all(connection)
            for table in metadata.tables.values():
                for index in table.indexes:
                    # One that is newer than its table.
                    index.create(connection, checkfirst=True)
            made_for = _value(connection, "schema")
            if made_for is None:
                connection.execute(insert(meta).values(key="schema", value=str(SCHEMA_VERSION)))
                self._write_marker(connection, random)
            elif int(made_for) > SCHEMA_VERSION:
                raise NewerSchema

    def read_marker(self, connection: Connection) -> str:
        """The epoch marker as it is in this transaction: a sibling may have renewed it."""
        self.marker = _value(connection, "marker") or ""
        return self.marker

    def renew_marker(self, random: Callable[[int], bytes]) -> None:
        """Say to every device that this database was restored from a backup."""
        with self.write() as connection:
            self._write_marker(connection, random)
        with self.read() as connection:
            self.read_marker(connection)

    def _write_marker(self, connection: Connection, random: Callable[[int], bytes]) -> None:
        connection.execute(delete(meta).where(meta.c.key.in_(("marker", "marker_ms"))))
        fresh = {"marker": random(16).hex(), "marker_ms": str(self._now_ms())}
        connection.execute(insert(meta), [{"key": key, "value": value} for key, value in fresh.items()])

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, counting: bool = False) -> Iterator[Connection]:
        """A transaction; on return it is committed, and durable.  Raises NotConfirmed.

        counting: only limits are counted, which must outlive the process but not a power cut.
        """
        engine = self._counting if counting else self._writing
        if self.is_sqlite:
            with self._turn, engine.begin() as connection:
                yield connection
            return
        with engine.connect() as connection:
            with connection.begin():
                if counting:
                    connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
                connection.info.pop(_WARNED, None)
                yield connection
            if connection.info.pop(_WARNED, False) and not counting:
                raise NotConfirmed

    def again(self, task: Callable[[], _Result]) -> _Result:
        """What ``task``, a whole transaction, returns; begun anew when it lost against another one."""
        for attempt in range(1, _ATTEMPTS):
            try:
                return task()
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _AGAIN:
                    raise
                time.sleep(0.01 * attempt)
        return task()

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


_WARNED = "kt_warned"


def _value(connection: Connection, key: str) -> str | None:
    found: str | None = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar_one_or_none()
    return found


def _prepare_sqlite(connection: object, entry: ConnectionPoolEntry) -> None:
    # Transactions are begun by _begin_sqlite, not by the driver.
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in (
        "busy_timeout=20000",
        "journal_mode=WAL",
        "synchronous=FULL",
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


def _prepare_postgres(connection: object, entry: ConnectionPoolEntry) -> None:
    # A cancelled wait for the standby is a warning to PostgreSQL, and the commit says success.
    def noticed(notice: object) -> None:
        if getattr(notice, "severity_nonlocalized", "") == "WARNING":
            entry.info[_WARNED] = True

    connection.add_notice_handler(noticed)  # type: ignore[attr-defined]


def _leave_a_standby(context: ExceptionContext) -> None:
    # The address names several machines, and this one no longer takes writes: ask the others next time.
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True  # type: ignore[misc]
