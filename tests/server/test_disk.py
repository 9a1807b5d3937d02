"""A server whose disk is really full: it says so, keeps what it acknowledged, and goes on when there is room.

The disk is a small one in memory, seen by the server's process alone.  Needs root and Linux.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.errors import ServerUnavailable
from app.protocol.membership import Role
from app.sync.http import HttpTransport
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeRandom
from tests.fakes.store import FakeStore
from tests.server.test_process import ROOT, free_port
from tests.server.test_siblings import end, wait_for

LOOK = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
print(*database.execute("PRAGMA integrity_check").fetchone())
print(*database.execute("SELECT count(*), sum(last - first + 1) FROM segment").fetchone())
database.close()
"""
"""What a process on the small disk looks at."""


def small_disk(folder: Path) -> str:
    """The shell words that put one over ``folder``; skips the test where that is not allowed."""
    words = f"mount -t tmpfs -o size=1m none {shlex.quote(str(folder))}"
    if shutil.which("unshare") is None or subprocess.run(
        ["unshare", "--mount", "sh", "-c", words], capture_output=True, check=False
    ).returncode:
        pytest.skip("may not mount a disk here")
    return words


async def test_full_disk_is_said_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    data.mkdir()
    server = f"{shlex.quote(sys.executable)} -m server.main --data {shlex.quote(str(data))} --port {port}"
    process = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", f"{small_disk(data)} && exec {server}"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )  # fmt: skip
    try:
        wait_for(port, process)
        agency = AgencyMaker(FakeRandom("disk"))
        hand = agency.hire(Role.COORDINATOR)
        store = FakeStore(hand.device, hand.key, agency.id, FakeRandom("hand"), segment_size=1)
        store.keys = agency.keys
        stream = agency.open_stream(hand)
        store.hold_control(stream, agency.streams[stream])
        async with HttpTransport(f"http://127.0.0.1:{port}") as wire:
            await wire.found_agency(agency.id, agency.ops)
            await wire.login(hand.device, store.sign_login)
            await wire.append_control(stream, bytes(32), agency.streams[stream])

            async def push(number: int) -> None:
                piece = await store.segment_from(stream, chain, number)
                assert piece is not None
                assert (await wire.push(piece)).server_seq == number

            acknowledged = 0
            with pytest.raises(ServerUnavailable, match="507 server_full"):
                while True:
                    chain = store.write(stream, 1, os.urandom(30_000).hex())
                    await push(acknowledged + 1)
                    acknowledged += 1
            assert acknowledged > 3
            # Again and again is no better, and does no harm.
            for _ in range(3):
                with pytest.raises(ServerUnavailable, match="507 server_full"):
                    await push(acknowledged + 1)
            answer = httpx.get(f"http://127.0.0.1:{port}/v1/health", trust_env=False)
            assert answer.status_code == 200

            more = f"mount -o remount,size=8m {shlex.quote(str(data))}"
            subprocess.run(["nsenter", "-t", str(process.pid), "--mount", "sh", "-c", more], check=True)
            await push(acknowledged + 1)
            assert [item.last for item in await wire.chains(stream)] == [acknowledged + 1]
            page = await wire.pull(stream, 0, own=True)
            assert page.segments[0].raw == store.lines[chain].segments[1]
        inside = ["nsenter", "-t", str(process.pid), "--mount", sys.executable, "-c", LOOK]
        looked = subprocess.run([*inside, str(data / "server.sqlite")], capture_output=True, check=True)
        assert looked.stdout.split() == [b"ok", b"%d" % (acknowledged + 1), b"%d" % (acknowledged + 1)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert set(process.stderr.read().splitlines()) == {b"server_full OperationalError"}
    finally:
        end(process)
