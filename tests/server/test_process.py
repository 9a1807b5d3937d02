"""The server as a process: start, stop, a port that is taken, death between commit and reply."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text

from app.protocol.membership import Role
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.status import SyncState
from server.config import Config
from server.database import Database
from server.main import create_app, main
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeClock, FakeRandom
from tests.fakes.store import FakeStore

ROOT = Path(__file__).resolve().parents[2]

DIES_BEFORE_REPLY = """
    import os, sys
    import server.main as main

    make = main.create_app

    def create(config):
        app = make(config)

        async def fragile(scope, receive, send):
            async def die(message):
                if scope["path"].endswith("/segments") and scope["method"] == "POST":
                    os._exit(9)
                await send(message)
            await app(scope, receive, die)

        fragile.state = app.state
        return fragile

    main.create_app = create
    sys.exit(main.main(sys.argv[1:]))
"""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    data: Path,
    port: int,
    code: str = "",
    extra: tuple[str, ...] = (),
    trust: ssl.SSLContext | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    start = ["-c", textwrap.dedent(code)] if code else ["-m", "server.main"]
    process = subprocess.Popen(
        [sys.executable, *start, "--data", str(data), "--port", str(port), *extra],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "error", "PYTHONPATH": str(ROOT)},
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                scheme = "http" if trust is None else "https"
                verify: ssl.SSLContext | bool = trust or True
                httpx.get(f"{scheme}://localhost:{port}/v1/health", trust_env=False, verify=verify)
                break
            except httpx.TransportError:
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < deadline
                # The process itself is what is waited for; there is nothing else to hang on to.
                time.sleep(0.02)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()


async def test_death_between_commit_and_reply_then_the_same_bytes_again(tmp_path: Path) -> None:
    port = free_port()
    agency = AgencyMaker(FakeRandom("agency"))
    worker = agency.hire(Role.COORDINATOR)
    admin = FakeStore(agency.admin.device, agency.admin.key, agency.id, FakeRandom("admin"))
    admin.hold_control(agency.id, agency.ops, pending=True)
    store = FakeStore(worker.device, worker.key, agency.id, FakeRandom("worker"))
    store.keys = agency.keys
    store.hold_control(agency.id, agency.ops)
    stream = agency.open_stream(worker, agency.admin)
    store.hold_control(stream, agency.streams[stream], pending=True)
    chain = store.write(stream, 3)
    url, clock = f"http://127.0.0.1:{port}", FakeClock(int(time.time() * 1000))
    async with HttpTransport(url) as admin_wire, HttpTransport(url) as wire:
        engine = SyncEngine(store, wire, clock, lambda: 0.5)
        with serving(tmp_path, port, DIES_BEFORE_REPLY) as process:
            founded = await SyncEngine(admin, admin_wire, clock, lambda: 0.5).run_once()
            assert founded.problem == ""
            status = await engine.run_once()
            assert process.wait(10) == 9
        assert (status.state, status.problem, status.pending) == (SyncState.OFFLINE, "no_network", 3)
        sealed = store.lines[chain].segments[1]
        with serving(tmp_path, port) as process:
            status = await engine.run_once()
            assert (status.problem, status.pending) == ("", 0)
            assert store.lines[chain].segments[1] == sealed
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
            assert process.stderr is not None and process.stdout is not None
            assert (process.stdout.read(), process.stderr.read()) == (b"", b"")
    database = create_engine(f"sqlite:///{tmp_path / 'server.sqlite'}")
    with database.connect() as connection:
        assert [tuple(row) for row in connection.execute(text("SELECT first, last FROM segment"))] == [(1, 3)]
    database.dispose()


def test_port_that_is_taken_is_named_and_the_exit_code_is_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["--data", str(tmp_path), "--port", str(port)]) == 3
    assert str(port) in capsys.readouterr().err


def test_database_that_cannot_be_opened_is_said_with_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "server.sqlite").mkdir()
    assert main(["--data", str(tmp_path), "--port", "0"]) == 1
    assert "could not start" in capsys.readouterr().err


def test_restored_server_changes_its_marker_and_a_new_data_folder_is_private(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "data"

    def marker() -> str:
        app = create_app(Config(data_dir=data, origins=()))
        database: Database = app.state.desk.database
        database.close()
        return database.marker

    first = marker()
    assert marker() == first
    with serving(data, port, extra=("--restored",)):
        answer = httpx.get(f"http://127.0.0.1:{port}/v1/health", trust_env=False)
    assert answer.headers["kt-epoch-marker"] == marker() != first
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_writers_of_two_processes_wait_their_turn_from_the_start(tmp_path: Path) -> None:
    app = create_app(Config(data_dir=tmp_path, origins=()))
    database: Database = app.state.desk.database
    with closing(sqlite3.connect(tmp_path / "server.sqlite", timeout=0)) as other:
        with database.write():
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.rollback()
        with database.read() as connection:
            assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
    database.close()
