"""Several processes on one socket: one dies and is replaced, all leave together, their counts are one."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from app.protocol.membership import Role
from app.sync.http import HttpTransport
from server.workers import COMMAND, Orders, Workers
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeRandom
from tests.fakes.store import FakeStore
from tests.server.test_failover import Sender
from tests.server.test_process import ROOT, free_port
from tests.server.test_siblings import end, start, wait_for

pytestmark = pytest.mark.xdist_group("postgres")


def children(process: int) -> set[int]:
    """The processes that ``process`` has started."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return {int(number) for number in found}


def counts(port: int) -> dict[str, float]:
    """What the server tells about itself, without the buckets."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines if "_bucket" not in name}


async def test_worker_that_is_killed_costs_nothing_that_was_acknowledged(
    own_database: str, tmp_path: Path
) -> None:
    port, watched = free_port(), free_port()
    options = ("--workers", "3", "--metrics-port", str(watched), "--database-url", own_database)
    process = start(tmp_path, port, *options)
    try:
        wait_for(port, process)
        agency = AgencyMaker(FakeRandom("workers"))
        hands = [agency.hire(Role.COORDINATOR) for _ in range(4)]
        url = f"http://127.0.0.1:{port}"
        wires = [HttpTransport(url) for _ in hands]
        await wires[0].found_agency(agency.id, agency.ops)
        stream = agency.open_stream(hands[0], *hands[1:])
        senders = []
        for hand, wire in zip(hands, wires, strict=True):
            store = FakeStore(hand.device, hand.key, agency.id, FakeRandom(hand.device.hex()), segment_size=1)
            store.keys = agency.keys
            store.hold_control(stream, agency.streams[stream])
            await wire.login(hand.device, store.sign_login)
            if not senders:
                await wire.append_control(stream, bytes(32), agency.streams[stream])
            senders.append(Sender(store, wire, stream, store.write(stream)))
        first = children(process.pid)
        assert len(first) == 3
        tasks = [asyncio.create_task(sender.run()) for sender in senders]
        for victim in sorted(first)[:2]:
            there = [sender.acknowledged for sender in senders]
            os.kill(victim, signal.SIGKILL)
            while any(sender.acknowledged < old + 5 for sender, old in zip(senders, there, strict=True)):
                assert not any(task.done() for task in tasks)
                await asyncio.sleep(0.02)
        for sender in senders:
            sender.leave = True
        await asyncio.gather(*tasks)
        ends = {item.chain: item.last for item in await wires[0].chains(stream)}
        assert [ends[sender.chain] >= sender.acknowledged for sender in senders] == [True] * 4
        for wire in wires:
            await wire.aclose()

        while len(children(process.pid)) < 3:
            await asyncio.sleep(0.05)
        told = await asyncio.to_thread(counts, watched)
        assert (told["kt_worker_restarts_total"], told["kt_database_up"]) == (2, 1)
        # What the dead have counted stays counted: every acknowledgement is a push, or the repeat of one.
        kept = told['kt_segments_total{way="push"}']
        assert kept >= sum(sender.acknowledged for sender in senders) - 2
        assert told["kt_segments_kept"] == sum(ends.values())

        last = children(process.pid)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 20) == 0
        assert not any(Path(f"/proc/{number}").exists() for number in last)
        assert process.stdout is not None and process.stderr is not None
        said = (process.stdout.read(), process.stderr.read().split(b"\n"))
        assert said == (b"", [b"worker_ended -9", b"worker_ended -9", b""])
    finally:
        end(process)


def test_worker_leaves_when_the_one_who_started_it_is_gone(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        orders = Orders(
            listener=listener.fileno(), data_dir=str(tmp_path), origins=[], database_url=None, agency="",
            connections=5, tls_cert=None, tls_key=None,
        )  # fmt: skip
        worker = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, pass_fds=(listener.fileno(),), cwd=ROOT, stderr=subprocess.PIPE
        )
        try:
            assert worker.stdin is not None and worker.stderr is not None
            worker.stdin.write(orders.encode())
            worker.stdin.flush()
            port = int(listener.getsockname()[1])
            assert httpx.get(f"http://127.0.0.1:{port}/v1/ready", trust_env=False, timeout=60).is_success
            # What the system does when the parent dies, however it dies.
            worker.stdin.close()
            assert worker.wait(30) == 0
            assert worker.stderr.read() == b""
        finally:
            worker.kill()
            worker.wait()
            worker.stderr.close()


def test_worker_that_cannot_start_is_tried_again_later_and_later(tmp_path: Path) -> None:
    waits: list[float] = []

    class Impatient(Workers):
        """Sees how long it would wait, and does not."""

        def _lost(self, place: int) -> None:
            before = time.monotonic()
            counts = tmp_path / f"gauge_livesum_{self._running[place].pid}.db"
            counts.touch()
            super()._lost(place)
            # What only the living add up goes with the dead.
            assert not counts.exists()
            waits.append(round(self._due[place] - before, 1))
            self._due[place] = 0.0
            if len(waits) == 4:
                self._events.put(None)

    Impatient(_orders(tmp_path), 1, tmp_path, ("false",)).run()
    assert waits == [0.5, 1.0, 2.0, 4.0]


def test_workers_are_asked_to_leave_before_they_are_made_to(tmp_path: Path) -> None:
    begun, asked = tmp_path / "begun", tmp_path / "asked"
    words = f"trap 'touch {asked}; exit 0' TERM; touch {begun}; while :; do sleep 0.05; done"
    workers = Workers(_orders(tmp_path), 1, tmp_path, ("sh", "-c", words))

    def leave() -> None:
        while not begun.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    asking = threading.Thread(target=leave)
    asking.start()
    workers.run()
    asking.join()
    assert asked.exists()


def _orders(folder: Path) -> Orders:
    return Orders(
        listener=0, data_dir=str(folder), origins=[], database_url=None, agency="",
        connections=1, tls_cert=None, tls_key=None,
    )  # fmt: skip
