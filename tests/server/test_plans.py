"""No question of the server reads a whole table that grows: the plan of every statement is looked at.

The ways of the server once through, by the tests that are there; afterwards SQLite explains each statement
that an endpoint has sent.  A plan that scans a table costs more with everything that is kept.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, Engine, event, inspect

from server import tables
from server.config import Config
from server.desk import Desk
from server.main import create_app
from tests.server import test_segments
from tests.server.test_control import (
    test_family_chain_is_for_members_and_administrators,
    test_heads_name_what_changed_what_was_granted_and_what_was_closed,
    test_second_writer_is_told_the_head_and_the_same_bytes_are_welcome_again,
)
from tests.server.test_invitations import test_new_device_joins_is_certified_and_logs_in
from tests.server.test_people import test_administrator_sees_every_chain_and_every_stream_of_a_person
from tests.server.test_root import test_the_root_reads_its_chain_and_certifies_a_new_device

__all__ = [
    "test_administrator_sees_every_chain_and_every_stream_of_a_person",
    "test_family_chain_is_for_members_and_administrators",
    "test_heads_name_what_changed_what_was_granted_and_what_was_closed",
    "test_new_device_joins_is_certified_and_logs_in",
    "test_second_writer_is_told_the_head_and_the_same_bytes_are_welcome_again",
    "test_the_root_reads_its_chain_and_certifies_a_new_device",
]

SMALL = {
    # Devices of one agency: some thousand at the very most, and asked for all of them.
    "device",
    # Counts of this minute, and invitations of three days.
    "rate", "invitation",
}  # fmt: skip

RARE = {
    # Is anybody here at all? Stops at the first row.
    "SELECT stream.id \nFROM stream\n LIMIT ? OFFSET ?",
    # Which agencies are here: asked by a root that has lost all its tablets, and by --agency at a start.
    "SELECT DISTINCT stream.agency \nFROM stream",
}


@pytest.fixture
def database_url() -> str | None:
    """SQLite, which tells its plans in words."""
    return None


@pytest.fixture
def server(config: Config) -> Iterator[FastAPI]:
    """A server whose every statement is explained at the end."""
    app = create_app(config)
    desk: Desk = app.state.desk
    engine: Engine = desk.database.engine
    sent: dict[str, object] = {}

    def note(
        connection: Connection, cursor: object, statement: str, given: object, context: object, many: bool
    ) -> None:
        # Endpoints ask on threads of their own; what a test asks itself is not meant.
        if threading.current_thread() is not threading.main_thread():
            sent.setdefault(statement, given[0] if many else given)  # type: ignore[index]

    event.listen(engine, "before_cursor_execute", note)
    yield app
    event.remove(engine, "before_cursor_execute", note)
    assert len(sent) > 15
    scans = []
    with desk.database.read() as connection:
        for statement, parameters in sent.items():
            if statement.split()[0] not in ("SELECT", "INSERT", "UPDATE", "DELETE") or statement in RARE:
                continue
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
            for row in plan:
                # A search by nothing but "greater than" walks from there to the table's end.
                found = re.match(r"SCAN (\w+)|SEARCH (\w+) [^=<]*$", row.detail)
                if found and (found[1] or found[2]) in set(tables.metadata.tables) - SMALL:
                    scans.append((row.detail, statement))
    desk.close()
    assert scans == []


case = test_segments.case
test_pushing_and_pulling = test_segments.test_pages_are_cut_and_own_segments_passed_over
test_pushing_again = test_segments.test_same_bytes_get_the_same_receipt
test_quarantine = test_segments.test_removed_device_only_pushes_and_only_into_quarantine


def test_an_older_database_gets_the_indexes_that_are_new(config: Config) -> None:
    first: Desk = create_app(config).state.desk
    wanted = {index.name: table.name for table in tables.metadata.tables.values() for index in table.indexes}
    with first.database.write() as connection:
        for name in wanted:
            connection.exec_driver_sql(f"DROP INDEX {name}")
    first.close()
    second: Desk = create_app(config).state.desk
    inspector = inspect(second.database.engine)
    assert {name for table in set(wanted.values()) for index in inspector.get_indexes(table)
            for name in [index["name"]] if name in wanted} == set(wanted)  # fmt: skip
    second.close()
