"""Every change of the server's audit is found: deletion, edit, reorder and truncation, on every row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, delete, insert, select, update

from app import __main__ as command_line
from app.protocol.ids import StreamId
from app.protocol.membership import Role
from server import audit, verify
from server.audit import AuditBroken, Broken
from server.config import Config
from server.desk import Desk
from server.main import create_app
from server.tables import audit as rows_of
from server.tables import stream as streams
from tests.fakes.clock import FakeClock
from tests.server.conftest import Office

PLACE, OTHER = b"\x07" * 16, b"\x08" * 16
ROWS = 6
Row = dict[str, Any]


def heads_of(rows: list[Row]) -> list[tuple[int, bytes]]:
    return [(row["n"], row["hash"]) for row in rows]


def read(connection: Connection, place: bytes = PLACE) -> list[Row]:
    found = connection.execute(select(rows_of).where(rows_of.c.stream == place).order_by(rows_of.c.n))
    return [dict(row) for row in found.mappings()]


def rewrite(connection: Connection, rows: list[Row], *, thorough: bool) -> None:
    """Put `rows` in the place of the audit. thorough: the forger makes numbers, hashes and end fit."""
    connection.execute(delete(rows_of).where(rows_of.c.stream == PLACE))
    head = audit.ZERO
    for n, row in enumerate(rows, start=1):
        kept = dict(row)
        if thorough:
            span = (kept["first"], kept["last"])
            head = audit.row_hash(head, PLACE, n, kept["at_ms"], kept["device"], kept["action"], span)
            kept |= {"n": n, "hash": head}
        connection.execute(insert(rows_of).values(**kept))
    if thorough:
        here = streams.c.id == PLACE
        connection.execute(update(streams).where(here).values(audit_count=len(rows), audit_head=head))


@pytest.fixture
def connection(config: Config) -> Iterator[Connection]:
    """A transaction on a database with two small audits; nothing of it is kept."""
    app = create_app(config)
    desk: Desk = app.state.desk
    with desk.database.write() as open_one:
        for place in (PLACE, OTHER):
            open_one.execute(
                insert(streams).values(
                    id=place, agency=PLACE, control_head=bytes(32), control_count=1, last_seq=0,
                    audit_count=0, audit_head=audit.ZERO,
                )
            )  # fmt: skip
            for n in range(1, ROWS + 1):
                device = bytes([n]) * 16
                audit.record(open_one, place, 1_000 * n, device, "pull" if n % 2 else "push", (n, n + 1))
        yield open_one
        open_one.rollback()
    desk.database.close()


def without(rows: list[Row], at: int) -> list[Row]:
    return rows[:at] + rows[at + 1 :]


def edited(rows: list[Row], at: int, column: str) -> list[Row]:
    value = rows[at][column]
    other = value + 1 if isinstance(value, int) else {"push": "pull", "pull": "push"}.get(value, bytes(16))
    return [*rows[:at], {**rows[at], column: other}, *rows[at + 1 :]]


def swapped(rows: list[Row], one: int, two: int) -> list[Row]:
    """The contents of two rows change places; the numbers stay where they are."""
    new = list(rows)
    new[one], new[two] = {**rows[two], "n": rows[one]["n"]}, {**rows[one], "n": rows[two]["n"]}
    return new


def cut_off(rows: list[Row], at: int) -> list[Row]:
    return rows[:at]


COLUMNS = ("at_ms", "device", "action", "first", "last")
MANIPULATIONS: dict[str, tuple[int, Callable[[list[Row]], list[Row]]]] = {
    **{f"delete {at + 1}": (at + 1, partial(without, at=at)) for at in range(ROWS)},
    **{
        f"edit {column} of {at + 1}": (at + 1, partial(edited, at=at, column=column))
        for at in range(ROWS)
        for column in COLUMNS
    },
    **{
        f"swap {one + 1} and {two + 1}": (
            one + 1,
            partial(swapped, one=one, two=two),
        )
        for one, two in combinations(range(ROWS), 2)
    },
    **{f"cut off from {at + 1}": (at + 1, partial(cut_off, at=at)) for at in range(ROWS)},
}
"""For each manipulation the first row that does not hold afterwards, and what is done to the rows."""


def test_untouched_audit_holds_against_every_head_it_ever_had(connection: Connection) -> None:
    assert audit.verify(connection, PLACE, heads_of(read(connection))) == ROWS
    assert audit.verify(connection, PLACE, [(0, audit.ZERO)]) == ROWS


@pytest.mark.parametrize("name", MANIPULATIONS)
def test_careless_manipulation_is_found_at_its_row(connection: Connection, name: str) -> None:
    row, change = MANIPULATIONS[name]
    rewrite(connection, change(read(connection)), thorough=False)
    with pytest.raises(AuditBroken) as found:
        audit.verify(connection, PLACE)
    assert (found.value.place, found.value.row) == (PLACE, row)
    assert audit.verify(connection, OTHER) == ROWS


@pytest.mark.parametrize("name", MANIPULATIONS)
def test_thorough_manipulation_is_found_against_what_devices_were_told(
    connection: Connection, name: str
) -> None:
    row, change = MANIPULATIONS[name]
    told = heads_of(read(connection))
    rewrite(connection, change(read(connection)), thorough=True)
    audit.verify(connection, PLACE)  # In itself it holds: that is why devices keep the heads.
    with pytest.raises(AuditBroken) as found:
        audit.verify(connection, PLACE, told)
    assert (found.value.place, found.value.row) == (PLACE, row)
    # The last head alone is enough to see that something was done.
    with pytest.raises(AuditBroken):
        audit.verify(connection, PLACE, told[-1:])


def test_hash_of_a_row_or_the_noted_end_cannot_be_exchanged(connection: Connection) -> None:
    for at in range(ROWS):
        rows = read(connection)
        rewrite(connection, [*rows[:at], {**rows[at], "hash": bytes(32)}, *rows[at + 1 :]], thorough=False)
        with pytest.raises(AuditBroken) as found:
            audit.verify(connection, PLACE)
        assert (found.value.row, found.value.kind) == (at + 1, Broken.CHANGED)
        rewrite(connection, rows, thorough=False)
    for values in ({"audit_count": ROWS - 1}, {"audit_head": bytes(32)}):
        connection.execute(update(streams).where(streams.c.id == OTHER).values(**values))
        with pytest.raises(AuditBroken) as found:
            audit.verify(connection, OTHER)
        assert found.value.kind is Broken.OTHER_END


def test_devices_that_were_told_different_histories_are_noticed(connection: Connection) -> None:
    with pytest.raises(AuditBroken) as found:
        audit.verify(connection, PLACE, [(3, read(connection)[2]["hash"]), (3, bytes(32))])
    assert (found.value.row, found.value.kind) == (3, Broken.CONTRADICTED)


async def real_audit(office: Office) -> StreamId:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    store = office.store(worker)
    stream = office.open(store, worker)
    store.write(stream, 3)
    assert (await office.engine(store).run_once()).problem == ""
    return stream


def run(config: Config, *more: str) -> int:
    options = ["--data", str(config.data_dir)]
    if config.database_url:
        options += ["--database-url", config.database_url]
    return command_line.main(["verify-server-audit", *options, *more])


async def test_command_names_the_stream_and_the_row_and_fails(
    config: Config, server: FastAPI, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = await real_audit(office)
    database = server.state.desk.database
    with database.read() as connection:
        told = read(connection, stream)
    heads = tmp_path / "heads.jsonl"
    heads.write_text(
        "".join(
            json.dumps({"stream": stream.hex(), "count": row["n"], "head": row["hash"].hex()}) + "\n\n"
            for row in told
        )
    )
    assert run(config, "--against", str(heads)) == 0
    said = capsys.readouterr().out
    assert "All 2 audits hold: 3 rows." in said and "nothing but themselves" not in said
    assert run(config) == 0
    assert "nothing but themselves" in capsys.readouterr().out

    with database.write() as connection:
        connection.execute(delete(rows_of).where(rows_of.c.stream == stream, rows_of.c.n == 1))
    assert run(config) == 1
    assert f"Stream {stream.hex()}: row 1 is missing" in capsys.readouterr().out
    # The whole stream is gone, with its place among the streams.
    with database.write() as connection:
        connection.execute(delete(rows_of).where(rows_of.c.stream == stream))
        connection.execute(delete(streams).where(streams.c.id == stream))
    assert run(config) == 0
    assert run(config, "--against", str(heads)) == 1
    assert f"Stream {stream.hex()}: row 1 and what followed" in capsys.readouterr().out


async def test_rows_of_a_stream_that_is_nowhere_else_are_looked_at_too(
    config: Config, server: FastAPI, office: Office
) -> None:
    stream = await real_audit(office)
    with server.state.desk.database.write() as connection:
        connection.execute(delete(streams).where(streams.c.id == stream))
    assert run(config) == 1


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "1", '{"stream": "00"}', '{"stream": "zz", "count": 1, "head": "00"}',
     json.dumps({"stream": "00" * 16, "count": True, "head": "00" * 32}),
     json.dumps({"stream": "00" * 16, "count": -1, "head": "00" * 32}),
     json.dumps({"stream": "00" * 16, "count": 1, "head": "00" * 31}),
     json.dumps({"stream": 5, "count": 1, "head": "00" * 32})],
)  # fmt: skip
def test_line_that_is_no_head_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "heads"
    file.write_text("\n" + line)
    with pytest.raises(verify.CannotVerify) as refused:
        verify.read_heads(file)
    assert "line 2" in refused.value.user_message


def test_folder_without_a_database_and_files_that_are_none_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["verify-server-audit", "--data", str(tmp_path)]) == 1
    assert "no server.sqlite" in capsys.readouterr().err
    (tmp_path / "server.sqlite").write_bytes(b"x" * 5_000)
    assert command_line.main(["verify-server-audit", "--data", str(tmp_path)]) == 1
    assert "could not be read" in capsys.readouterr().err
    missing = ["--against", str(tmp_path / "none")]
    assert command_line.main(["verify-server-audit", "--data", str(tmp_path), *missing]) == 1
    assert command_line.main(["verify-server-audit", "--database-url", "nonsense"]) == 1
    assert "not the address of a database" in capsys.readouterr().err


async def test_devices_are_told_the_audit_of_what_they_ask_about_once_after_each_login(
    office: Office, server: FastAPI, clock: FakeClock
) -> None:
    stream = await real_audit(office)
    worker = next(iter(office.agency.states[stream].members))
    tablet = office.agency.state.live_devices([worker])[0]
    with server.state.desk.database.read() as connection:
        last = read(connection, stream)[-1]
    store = next(item for item in office.stores if item.device == tablet.id)
    wire = office.wires()
    await wire.login(tablet.id, store.sign_login)
    positions = await store.positions()
    heads = await wire.heads(positions)
    told = {item.stream: (item.count, item.head) for item in heads.audit}
    assert told[stream] == (last["n"], last["hash"])
    assert set(told) == {item.stream for item in positions}
    assert (await wire.heads(positions)).audit == ()
    # What changed says where its audit stands in any case.
    (moved,) = [item for item in (await wire.heads([])).changed if item.stream == stream]
    assert (moved.audit_count, moved.audit_head) == (last["n"], last["hash"])
    await wire.login(tablet.id, store.sign_login)
    assert (await wire.heads([])).audit == ()


async def test_nobody_is_told_the_audit_of_streams_that_are_not_hers(office: Office) -> None:
    stream = await real_audit(office)
    stranger = office.agency.hire(Role.COORDINATOR)
    await office.wires().found_agency(office.agency.id, office.agency.ops)
    wire = await office.login(stranger)
    (store,) = [item for item in office.stores if stream in item.control]
    heads = await wire.heads(await store.positions())
    assert [item.stream for item in heads.audit] == [office.agency.id]
    assert heads.closed == (stream,)
