"""Several processes behind one address: started, watched, started again, and stopped together.

The parent owns the socket and gives it to each worker, so a connection that waits when one dies is taken by
another.  It answers nothing itself.  Workers share the database and nothing else.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from types import FrameType

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

COMMAND = (sys.executable, "-m", "server.worker")
_SETTLED_SECONDS = 10.0
"""A worker that lived as long had a good start; after its death the next one begins at once."""
_LONGEST_WAIT = 10.0
_LEAVE_SECONDS = 15.0
_COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus_client learns where the processes of a family keep their counts."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is told.  On its input and not in its arguments: an address may hold a password."""

    listener: int
    data_dir: str
    origins: list[str]
    database_url: str | None
    agency: str
    connections: int
    tls_cert: str | None
    tls_key: str | None

    def encode(self) -> bytes:
        """One line."""
        return json.dumps(asdict(self)).encode("utf-8") + b"\n"


class Workers(Collector):
    """The children, by their place."""

    def __init__(
        self, orders: Orders, count: int, folder: Path, command: Sequence[str] = COMMAND
    ) -> None:
        """folder: an empty one, for the counts of all workers. command: what starts one."""
        self._orders, self._folder, self._command = orders, folder, command
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._started: dict[int, float] = {}
        self._failures = [0] * count
        self._due: dict[int, float] = dict.fromkeys(range(count), 0.0)
        self._events: SimpleQueue[int | None] = SimpleQueue()
        self.restarts = 0

    def run(self) -> None:
        """Keep them running until SIGTERM or SIGINT; returns when all have left."""
        with _signals(lambda: self._events.put(None)):
            try:
                while self._step():
                    pass
            finally:
                self._stop()

    def _step(self) -> bool:
        now = time.monotonic()
        for place in [place for place, at in self._due.items() if at <= now]:
            del self._due[place]
            self._start(place)
        wait = min(self._due.values()) - now if self._due else None
        try:
            ended = self._events.get(timeout=None if wait is None else max(0.0, wait))
        except Empty:
            return True
        if ended is None:
            return False
        self._lost(ended)
        return True

    def _start(self, place: int) -> None:
        worker = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            pass_fds=(self._orders.listener,),
            env={**os.environ, _COUNTS: str(self._folder)},
            # A Ctrl-C in the terminal is the parent's to pass on.
            process_group=0,
        )
        assert worker.stdin is not None
        # One that has died already is heard of below, like any other.
        with suppress(BrokenPipeError):
            worker.stdin.write(self._orders.encode())
            worker.stdin.flush()
        self._running[place], self._started[place] = worker, time.monotonic()

        def watch() -> None:
            worker.wait()
            self._events.put(place)

        threading.Thread(target=watch, name=f"worker-{place}", daemon=True).start()

    def _lost(self, place: int) -> None:
        worker = self._running.pop(place)
        _shut(worker)
        mark_process_dead(worker.pid, str(self._folder))  # type: ignore[no-untyped-call]
        now = time.monotonic()
        short = now - self._started[place] < _SETTLED_SECONDS
        self._failures[place] = self._failures[place] + 1 if short else 0
        self.restarts += 1
        wait = min(_LONGEST_WAIT, 0.5 * 2 ** (self._failures[place] - 1)) if short else 0.0
        self._due[place] = now + wait
        print(f"worker_ended {worker.returncode}", file=sys.stderr, flush=True)

    def _stop(self) -> None:
        for worker in self._running.values():
            worker.terminate()
        until = time.monotonic() + _LEAVE_SECONDS
        for worker in self._running.values():
            try:
                worker.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
            _shut(worker)

    def collect(self) -> Iterator[Metric]:
        """How many there are, and how often one had to be started again."""
        yield GaugeMetricFamily("kt_workers", "Processes that answer.", len(self._running))
        yield CounterMetricFamily("kt_worker_restarts", "Processes that ended unasked.", self.restarts)


@contextmanager
def family(orders: Orders, count: int) -> Iterator[tuple[Workers, CollectorRegistry]]:
    """Workers that are not started yet, and the sum of their counts."""
    with TemporaryDirectory(prefix="kt-counts-") as folder:
        workers = Workers(orders, count, Path(folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
        registry.register(workers)
        yield workers, registry


def _shut(worker: subprocess.Popen[bytes]) -> None:
    if worker.stdin is not None:
        with suppress(BrokenPipeError):
            worker.stdin.close()


@contextmanager
def _signals(ask_to_leave: Callable[[], None]) -> Iterator[None]:
    def handle(number: int, frame: FrameType | None) -> None:
        ask_to_leave()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
