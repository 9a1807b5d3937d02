"""A backup is put back, and the tablets give the server what it lost: SQLite and PostgreSQL, real files.

What was acknowledged after the backup was made comes back whole: notes, colleagues' sealed segments, and
the control operations of a family that the backup has never heard of.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from app.__main__ import main as command_line
from app.protocol.bodies import Label
from app.store.vault import Change, Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.ports import StorePort
from server import tables
from server.backup import CannotBackUp, back_up
from server.config import Config
from server.desk import Desk
from server.main import create_app
from server.verify import examine
from tests.fakes.agency import FakeAgency, record_id
from tests.fakes.clock import FakeClock
from tests.server.cluster import Cluster
from tests.server.conftest import ORIGIN

Step = Callable[[], None]


async def lose_and_give_back(
    tmp_path: Path, url: str | None, make_backup: Step, put_back: Step, clock: FakeClock
) -> Desk:
    """Two tablets, a backup, more work, the backup put back, one round of each: all is there again."""
    agency = FakeAgency(size=2)
    config = Config(data_dir=tmp_path / "server", origins=(ORIGIN,), database_url=url, now_ms=clock.now_ms)
    app = create_app(config)
    desk: Desk = app.state.desk
    boss: Vault = await agency.vault(0, tmp_path / "boss")
    worker: Vault = await agency.vault(1, tmp_path / "worker")
    wires: list[HttpTransport] = []

    def engine(store: StorePort) -> SyncEngine:
        wires.append(HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=app)))
        return SyncEngine(store, wires[-1], clock, lambda: 0.5)

    async def rounds(*engines: SyncEngine) -> None:
        for each in engines:
            status = await each.run_once()
            assert (status.problem, status.pending, status.quarantined) == ("", 0, 0)

    try:
        both = engine(worker), engine(boss)
        await wires[0].found_agency(agency.id, agency.ops)
        old = await worker.open_stream(Label.TEAM, bytes(16))
        await worker.commit([Change(old, "note", record_id(n), {"body": f"text {n}"}) for n in range(3)])
        await rounds(*both)
        marker = desk.database.marker
        make_backup()

        await worker.commit([Change(old, "note", record_id(1), {"body": "after the backup"})])
        new = await worker.open_stream(Label.TEAM, bytes(range(16)))
        await worker.commit([Change(new, "note", record_id(9), {"body": "a family of after the backup"})])
        await rounds(*both)
        await boss.commit([Change(old, "note", record_id(2), {"body": "hers"})])
        await rounds(both[1], both[0])
        digests = [await worker.digest(stream) for stream in (old, new)]
        before = _counts(desk)

        desk.close()
        put_back()
        app = create_app(config)
        desk = app.state.desk
        desk.database.renew_marker(desk.config.random)
        assert desk.database.marker != marker
        assert _counts(desk) < before
        # The supervisor comes first: she brings what her colleague wrote, and he need not.
        both = engine(boss), engine(worker)
        await rounds(both[0])
        assert _counts(desk)[0] == before[0]
        await rounds(both[1], both[0])
        assert _counts(desk) == before
        for store in (boss, worker):
            assert [await store.digest(stream) for stream in (old, new)] == digests
        assert examine(config.url, {}).broken == ()
    finally:
        for wire in wires:
            await wire.aclose()
        for vault in (boss, worker):
            await vault.close()
    return desk


def _counts(desk: Desk) -> tuple[int, int, int]:
    """Control operations, operations in segments, members."""
    with desk.database.read() as connection:
        one = tables.segment.c
        return (
            connection.execute(select(func.count()).select_from(tables.control_op)).scalar_one(),
            int(connection.execute(select(func.sum(one.last - one.first + 1))).scalar_one() or 0),
            connection.execute(select(func.count()).select_from(tables.member)).scalar_one(),
        )


async def test_backup_of_sqlite_put_back_is_completed_by_the_tablets(
    tmp_path: Path, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    data, file = tmp_path / "server", tmp_path / "backup.sqlite"

    def put_back() -> None:
        for name in ("server.sqlite", "server.sqlite-wal", "server.sqlite-shm"):
            (data / name).unlink(missing_ok=True)
        shutil.copyfile(file, data / "server.sqlite")

    def make() -> None:
        # While the server serves, by the command that the guide names.
        assert command_line(["backup-server", "--data", str(data), "--to", str(file)]) == 0

    desk = await lose_and_give_back(tmp_path, None, make, put_back, clock)
    assert "all of which hold" in capsys.readouterr().out
    desk.close()
    # Also of a server that has stopped, where the command has not set its mask.
    os.umask(0o022)
    assert back_up(data, tmp_path / "second")[0] == 3
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["backup.sqlite", "second"]
    # Its owner's alone in both.
    assert {stat.S_IMODE(made.stat().st_mode) for made in (file, tmp_path / "second")} == {0o600}
    # Not in the form that needs a second file beside it.
    assert file.read_bytes()[18:20] == b"\1\1"


@pytest.mark.xdist_group("postgres")
async def test_dump_of_postgresql_put_back_is_completed_by_the_tablets(
    tmp_path: Path, clock: FakeClock, postgres: Cluster
) -> None:
    postgres.sql("CREATE DATABASE restored")
    file = tmp_path / "backup.dump"

    def put_back() -> None:
        postgres.sql("DROP DATABASE restored")
        postgres.sql("CREATE DATABASE restored")
        postgres.restore(file, "restored")

    desk = await lose_and_give_back(
        tmp_path, postgres.url("restored"), lambda: postgres.dump("restored", file), put_back, clock
    )
    desk.close()


def refused(data: Path, to: Path) -> str:
    """Why no backup is made."""
    with pytest.raises(CannotBackUp) as why:
        back_up(data, to)
    return why.value.user_message


def test_backup_is_never_written_over_and_needs_a_database(tmp_path: Path) -> None:
    assert "There is no server.sqlite" in refused(tmp_path, tmp_path / "backup")
    create_app(Config(data_dir=tmp_path, origins=())).state.desk.close()
    (tmp_path / "backup").write_bytes(b"of last week")
    assert "there already" in refused(tmp_path, tmp_path / "backup")
    assert "could not be made" in refused(tmp_path, tmp_path / "no folder" / "backup")
    assert (tmp_path / "backup").read_bytes() == b"of last week"


@pytest.mark.parametrize("damage", ["page", "row", "index"])
def test_backup_of_what_is_damaged_is_not_kept(tmp_path: Path, damage: str) -> None:
    app = create_app(Config(data_dir=tmp_path, origins=()))
    desk: Desk = app.state.desk
    row = {"control_head": bytes(32), "control_count": 0, "last_seq": 0, "audit_head": bytes(32)}
    with desk.database.write() as connection:
        for _ in range(400):
            connection.execute(
                tables.stream.insert().values(id=os.urandom(16), agency=bytes(16), audit_count=0, **row)
            )
        if damage == "row":
            cut_off = {"id": bytes(16), "agency": bytes(16), "audit_count": 1}
            connection.execute(tables.stream.insert().values(**cut_off, **row))
    desk.close()
    if damage == "page":
        with closing(sqlite3.connect(tmp_path / "server.sqlite")) as database:
            roots = dict(database.execute("SELECT name, rootpage FROM sqlite_master"))
        page = roots["stream"]
        raw = bytearray((tmp_path / "server.sqlite").read_bytes())
        raw[(page - 1) * 4096 + 100 : page * 4096] = os.urandom(4096 - 100)
        (tmp_path / "server.sqlite").write_bytes(raw)
    if damage == "index":
        # Every row is there, and an index says that there are none.
        with closing(sqlite3.connect(tmp_path / "server.sqlite")) as database:
            roots = dict(database.execute("SELECT name, rootpage FROM sqlite_master"))
        raw = bytearray((tmp_path / "server.sqlite").read_bytes())
        empty, full = roots["secret_expiry"], roots["stream_agency"]
        raw[(full - 1) * 4096 : full * 4096] = raw[(empty - 1) * 4096 : empty * 4096]
        (tmp_path / "server.sqlite").write_bytes(raw)
    words = refused(tmp_path, tmp_path / "backup")
    assert ("1 of 401 audits" if damage == "row" else "not kept") in words
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("backup")] == []
