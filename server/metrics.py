"""What whoever runs the server may count: requests, bytes, segments, and how the database stands.

Numbers only.  No label ever holds an id, an address or anything that was sent: routes are named by
their pattern, so what is counted does not grow with people and families.  Given out in the text form
of Prometheus, on this machine only and on a port of its own.  docs/howto/run-a-server.md, "Watch it".
"""

from __future__ import annotations

import errno
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, event, func, select

from app.errors import PortBusy
from server.database import UNAVAILABLE, Database
from server.tables import device, meta, stream

LOOPBACK = "127.0.0.1"
NO_ROUTE = "none"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_KEPT_SECONDS = 10.0


class Meter:
    """The counts of one process."""

    def __init__(self) -> None:
        """Of a worker they are kept in files that the process above adds up: see server/workers.py."""
        self.registry = CollectorRegistry()

        def counted(name: str, words: str, *labels: str) -> Counter:
            return Counter(name, words, labels, registry=self.registry)

        self._requests = counted("kt_requests", "Requests answered.", "method", "route", "status")
        self._received = counted("kt_received_bytes", "Bytes of the bodies of requests.", "route")
        self._sent = counted("kt_sent_bytes", "Bytes of the bodies of replies.", "route")
        self._segments = counted("kt_segments", "Segments taken in, set aside and given out.", "way")
        self._seconds = Histogram(
            "kt_request_seconds", "From the head of a request to the end of its reply.", ["route"],
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._lent = Gauge(
            "kt_database_connections", "Connections to the database that are in use.",
            registry=self.registry, multiprocess_mode="livesum",
        )  # fmt: skip

    def request(self, method: str, route: str, status: int, seconds: float, taken: int, given: int) -> None:
        """A request was answered. taken, given: bytes of its body and of the reply's."""
        # A method is the caller's own word; only the usual ones become labels.
        known = method if method in ("GET", "HEAD", "POST") else "other"
        self._requests.labels(known, route, f"{status // 100}xx").inc()
        self._seconds.labels(route).observe(seconds)
        self._received.labels(route).inc(taken)
        self._sent.labels(route).inc(given)

    def segments(self, way: str, count: int = 1) -> None:
        """way: push, again (was here already), quarantine or pull."""
        self._segments.labels(way).inc(count)

    def watch(self, database: Database) -> None:
        """Count the connections that are lent."""
        event.listen(database.engine, "checkout", lambda *_: self._lent.inc())
        event.listen(database.engine, "checkin", lambda *_: self._lent.dec())


class Standing(Collector):
    """How the database stands, asked at most every ten seconds."""

    def __init__(self, database: Database, folder: Path, now_ms: Callable[[], int]) -> None:
        """folder: the data folder, whose free space is told."""
        self._database, self._folder, self._now_ms = database, folder, now_ms
        self._lock = threading.Lock()
        self._asked: tuple[float, Mapping[str, float]] | None = None

    def collect(self) -> Iterable[Metric]:
        """The numbers, or that there are none."""
        with self._lock:
            now = time.monotonic()
            if self._asked is None or now - self._asked[0] > _KEPT_SECONDS:
                self._asked = now, self._ask()
            for name, value in self._asked[1].items():
                yield GaugeMetricFamily(f"kt_{name}", WORDS[name], value)

    def describe(self) -> Iterable[Metric]:
        """Nothing: so that registering asks no database."""
        return ()

    def _ask(self) -> dict[str, float]:
        found = {"disk_free_bytes": float(shutil.disk_usage(self._folder).free)}
        try:
            with self._database.read() as connection:
                found |= _standing(connection, self._database.is_sqlite)
        except UNAVAILABLE:
            return found | {"database_up": 0.0}
        since = found.pop("marker_ms")
        if since:
            found["epoch_marker_age_seconds"] = max(0.0, (self._now_ms() - since) / 1000)
        return found | {"database_up": 1.0}


WORDS: Mapping[str, str] = {
    "database_up": "1 when the database answered.",
    "database_bytes": "Size of the database.",
    "disk_free_bytes": "Free space where the data folder is.",
    "streams": "Streams kept, the agency's own two included.",
    "control_operations": "Signed operations of all control chains.",
    "segments_kept": "Segments kept.",
    "audit_rows": "Rows of all audits.",
    "devices": "Devices that are certified and not removed.",
    "devices_removed": "Devices that were removed.",
    "quarantine_bytes": "Bytes kept of what does not count.",
    "epoch_marker_age_seconds": "Since when the database was made, or last said to be restored.",
}


def _standing(connection: Connection, is_sqlite: bool) -> dict[str, float]:
    sums = connection.execute(
        select(
            func.count(), func.sum(stream.c.control_count), func.sum(stream.c.last_seq),
            func.sum(stream.c.audit_count),
        ).select_from(stream)
    ).one()  # fmt: skip
    living = connection.execute(
        select(device.c.removed, func.count(), func.sum(device.c.quarantine_bytes)).group_by(device.c.removed)
    ).all()
    size = (
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        if is_sqlite
        else "SELECT pg_database_size(current_database())"
    )
    since = connection.execute(select(meta.c.value).where(meta.c.key == "marker_ms")).scalar_one_or_none()
    return {
        "streams": float(sums[0]),
        "control_operations": float(sums[1] or 0),
        "segments_kept": float(sums[2] or 0),
        "audit_rows": float(sums[3] or 0),
        "devices": float(sum(row[1] for row in living if not row[0])),
        "devices_removed": float(sum(row[1] for row in living if row[0])),
        "quarantine_bytes": float(sum(row[2] for row in living)),
        "database_bytes": float(connection.exec_driver_sql(size).scalar_one()),
        "marker_ms": float(since or 0),
    }


@contextmanager
def told(registry: CollectorRegistry, port: int) -> Iterator[None]:
    """Answer `GET /metrics` on this machine's port ``port`` while the block runs.  Raises PortBusy."""
    try:
        server, thread = start_http_server(port, addr=LOOPBACK, registry=registry)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise PortBusy(port, "the server's metrics") from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
