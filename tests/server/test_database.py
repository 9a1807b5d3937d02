"""The one way to a transaction: what is begun anew, what is let go, what is told as full."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError

from server import tables
from server.config import Config
from server.database import Database, NewerSchema, is_full
from server.devices import forget_expired
from server.main import create_app
from tests.server.cluster import Cluster

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture
def database(own_database: str) -> Iterator[Database]:
    made = Database(own_database, os.urandom, lambda: 0)
    yield made
    made.close()


class Said(Exception):
    """What a driver of PostgreSQL raises, with its code."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def error(sqlstate: str) -> DBAPIError:
    return OperationalError("", {}, Said(sqlstate))


def test_two_that_wait_for_each_other_both_get_through(database: Database) -> None:
    """A real deadlock: PostgreSQL lets one of them go, and it begins anew."""
    keys = ("schema", "marker")
    both_hold_one = threading.Barrier(2)
    begun: list[str] = []

    def work(first: str, second: str) -> None:
        def task() -> None:
            begun.append(first)
            with database.write() as connection:
                _lock(connection, first)
                if len(begun) <= 2:
                    both_hold_one.wait(10)
                _lock(connection, second)

        database.again(task)

    threads = [threading.Thread(target=work, args=pair) for pair in (keys, keys[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert len(begun) == 3


def _lock(connection: Connection, key: str) -> None:
    connection.execute(select(tables.meta).where(tables.meta.c.key == key).with_for_update()).one()


@pytest.mark.parametrize(("sqlstate", "tries"), [("40001", 6), ("40P01", 6), ("23505", 1), ("57P01", 1)])
def test_what_cannot_be_won_is_not_tried_for_ever(tmp_path: Path, sqlstate: str, tries: int) -> None:
    made = Database(f"sqlite:///{tmp_path / 'x'}", os.urandom, lambda: 0)
    attempts = 0

    def task() -> None:
        nonlocal attempts
        attempts += 1
        raise error(sqlstate)

    with pytest.raises(DBAPIError):
        made.again(task)
    assert attempts == tries
    made.close()


def test_a_machine_that_takes_no_writes_any_more_is_left(database: Database) -> None:
    """As when the address names two machines and the one of this connection has become the standby."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = on")
        connection.commit()

    def write() -> None:
        with database.write() as connection:
            connection.execute(update(tables.meta).values(value=tables.meta.c.value))

    with pytest.raises(InternalError, match="read-only"):
        write()
    write()


def test_an_ordinary_error_costs_no_connection(database: Database) -> None:
    def mine() -> object:
        with database.read() as connection:
            return connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()

    before = mine()
    with pytest.raises(DBAPIError), database.write() as connection:
        connection.exec_driver_sql("SELECT nothing")
    assert mine() == before


def test_a_database_that_was_started_again_meanwhile_is_not_noticed(
    postgres: Cluster, database: Database
) -> None:
    """The connections in hand are dead by then: each is tried before anybody gets it."""
    with database.read(), database.read():
        pass
    mine = f"datname = '{database.engine.url.database}'"
    ended = postgres.sql(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {mine}")
    assert ended == [(True,), (True,)]
    for _ in range(2):
        with database.write() as connection:
            connection.execute(update(tables.meta).values(value=tables.meta.c.value))


def test_dropping_what_ran_out_waits_for_nobody(database: Database) -> None:
    """Whoever counts holds a row and may wait for another: to wait for both would be a deadlock."""
    with database.write() as connection:
        for number in range(3):
            connection.execute(insert(tables.rate).values(key=bytes([number]), minute=1, used=1))
            connection.execute(
                insert(tables.secret).values(
                    hash=bytes([number]), kind="token", device=bytes(16), expires_ms=1
                )
            )
    with database.write() as holder:
        for table, key in ((tables.rate, tables.rate.c.key), (tables.secret, tables.secret.c.hash)):
            holder.execute(select(table).where(key == b"\1").with_for_update()).one()
        with database.write() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
            forget_expired(connection, 10 * 60_000)
    with database.read() as connection:
        assert connection.execute(select(tables.rate.c.key)).scalars().all() == [b"\1"]
        assert connection.execute(select(tables.secret.c.hash)).scalars().all() == [b"\1"]


def test_siblings_that_begin_at_once_make_one_schema_and_one_marker(own_database: str) -> None:
    made: list[Database | Exception] = []
    start = threading.Barrier(6)

    def begin() -> None:
        start.wait(10)
        try:
            made.append(Database(own_database, os.urandom, lambda: 0, connections=2))
        except Exception as error:
            made.append(error)

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [item for item in made if not isinstance(item, Database)] == []
    assert len({item.marker for item in made if isinstance(item, Database)}) == 1
    for item in made:
        if isinstance(item, Database):
            item.close()


def test_a_database_of_a_newer_server_is_left_alone(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path, origins=())
    first = create_app(config).state.desk
    newer = str(tables.SCHEMA_VERSION + 1)
    with first.database.write() as connection:
        connection.execute(update(tables.meta).where(tables.meta.c.key == "schema").values(value=newer))
    first.close()
    with pytest.raises(NewerSchema):
        create_app(config)


def test_full_is_told_from_other_trouble() -> None:
    full, other = sqlite3.OperationalError(), sqlite3.OperationalError()
    full.sqlite_errorcode, other.sqlite_errorcode = sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY
    assert is_full(OperationalError("", {}, full))
    assert not is_full(OperationalError("", {}, other))
    assert is_full(error("53100"))
    assert not is_full(error("53200"))


def test_processes_that_share_a_database_share_its_connections(postgres: Cluster, own_database: str) -> None:
    made = Database(own_database, os.urandom, lambda: 0, connections=5)
    taken = [made.engine.connect() for _ in range(5)]
    assert made.engine.pool.status().endswith("Current Overflow: 0 Current Checked out connections: 5")
    mine = f"application_name = 'kitchentable' AND datname = '{made.engine.url.database}'"
    assert postgres.sql(f"SELECT count(*) FROM pg_stat_activity WHERE {mine}") == [(5,)]
    for connection in taken:
        connection.close()
    made.close()
