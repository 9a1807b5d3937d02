"""What whoever runs the server may count, and whether it can keep something now."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import generate_latest
from sqlalchemy import event

from app.errors import PortBusy
from app.protocol.membership import Role
from app.sync.wire import MEDIA_TYPE, VERSION_HEADER
from server.config import Config
from server.desk import Desk
from server.main import ROUTES, create_app, main
from server.metrics import Standing, told
from server.readiness import Readiness
from tests.fakes.clock import FakeClock
from tests.server.conftest import ORIGIN, Office
from tests.server.test_process import free_port


def sample(text: str, name: str) -> float:
    """The value of one line; 0 when it is not there."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.fixture
async def desk(office: Office, server: FastAPI) -> Desk:
    """A server on which a coordinator has pushed three operations and a supervisor has fetched them."""
    worker = office.agency.hire(Role.COORDINATOR)
    boss = await office.found()
    store = office.store(worker)
    stream = office.open(store, worker, office.agency.admin)
    store.write(stream, 3)
    for each in (store, boss):
        assert (await office.engine(each).run_once()).problem == ""
    made: Desk = server.state.desk
    return made


def told_by(desk: Desk, clock: FakeClock) -> str:
    registry = desk.meter.registry
    registry.register(Standing(desk.database, desk.config.data_dir, clock.now_ms))
    return generate_latest(registry).decode()


async def test_requests_bytes_and_segments_are_counted_by_route(desk: Desk, clock: FakeClock) -> None:
    text = told_by(desk, clock)
    route = 'route="/v1/streams/{stream}/segments"'
    assert sample(text, f'kt_requests_total{{method="POST",{route},status="2xx"}}') == 1
    assert sample(text, f"kt_request_seconds_count{{{route}}}") >= 2
    assert sample(text, f"kt_received_bytes_total{{{route}}}") > 300
    assert sample(text, f"kt_sent_bytes_total{{{route}}}") > 300
    assert sample(text, 'kt_segments_total{way="push"}') == 1
    assert sample(text, 'kt_segments_total{way="pull"}') == 1
    assert sample(text, "kt_database_connections") == 0


async def test_the_database_is_described_in_numbers(desk: Desk, clock: FakeClock) -> None:
    clock.advance(90_000)
    text = told_by(desk, clock)
    expected = {"streams": 2, "segments_kept": 1, "devices": 2, "devices_removed": 0, "database_up": 1}
    assert {name: sample(text, f"kt_{name}") for name in expected} == expected
    assert sample(text, "kt_epoch_marker_age_seconds") >= 90
    assert sample(text, "kt_database_bytes") > 10_000
    assert sample(text, "kt_disk_free_bytes") > 0


async def test_no_id_no_address_and_nothing_that_was_sent_becomes_a_label(
    desk: Desk, server: FastAPI, office: Office, clock: FakeClock
) -> None:
    headers = {VERSION_HEADER: "1", "content-type": MEDIA_TYPE, "authorization": "Bearer " + "s3cret" * 8}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url=ORIGIN) as client:
        some = "ab" * 16
        for path in (f"/v1/streams/{some}/segments", "/s3cret", f"/v1/people/{some}/chains"):
            for method in ("GET", "POST", "S3CRET"):
                await client.request(method, path + "?after=77777", headers=headers, content=b"s3cret")
    text = told_by(desk, clock)
    labels = set(re.findall(r'(\w+)="([^"]*)"', text))
    routes = {path for _, path, _ in ROUTES} | {"none", "/v1/health", "/v1/ready"}
    allowed = {
        "route": routes, "method": {"GET", "HEAD", "POST", "other"}, "status": {"2xx", "4xx", "5xx"},
        "way": {"push", "again", "quarantine", "pull"},
    }  # fmt: skip
    assert {(name, value) for name, value in labels if name != "le" and value not in allowed[name]} == set()
    for word in ("s3cret", "77777", "127.0.0.1", "testclient", office.agency.id.hex(), "ab" * 16):
        assert word not in text.lower()


async def test_a_database_that_does_not_answer_is_a_number_too(desk: Desk, clock: FakeClock) -> None:
    event.listen(
        desk.database.engine, "begin", lambda connection: connection.exec_driver_sql("SELECT nothing")
    )
    text = told_by(desk, clock)
    assert re.search(r"^kt_database_up 0.0$", text, re.MULTILINE)
    assert "kt_streams" not in text
    assert sample(text, "kt_disk_free_bytes") > 0


def test_counts_are_told_on_a_port_of_this_machine_that_must_be_free(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = create_app(Config(data_dir=tmp_path, origins=()))
    desk: Desk = app.state.desk
    port = free_port()
    with told(desk.meter.registry, port):
        assert "kt_requests" in httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
        with pytest.raises(PortBusy), told(desk.meter.registry, port):
            pass
        with socket.socket() as probe:
            probe.settimeout(0.5)
            # Of this machine's other addresses none listens.
            assert probe.connect_ex(("127.0.0.2", port)) != 0
        assert main(["--data", str(tmp_path / "x"), "--port", "0", "--metrics-port", str(port)]) == 3
    desk.close()
    assert str(port) in capsys.readouterr().err


async def test_ready_means_that_something_could_be_kept(server: FastAPI) -> None:
    desk: Desk = server.state.desk
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=server), base_url=ORIGIN) as client:
        first = await client.get("/v1/ready")
        assert (first.status_code, first.json()) == (200, {"status": "ready"})
        # Nothing may be written from here on.
        words = "PRAGMA query_only=1" if desk.database.is_sqlite else "SET TRANSACTION READ ONLY"
        event.listen(desk.database.engine, "begin", lambda connection: connection.exec_driver_sql(words))
        desk.readiness = Readiness(desk.database)
        second = await client.get("/v1/ready")
        assert second.status_code == 503
        assert second.json() == {"status": "not_ready", "code": "database_unavailable"}
        # The process itself is well.
        assert (await client.get("/v1/health")).status_code == 200


async def test_the_database_is_asked_once_however_many_ask(server: FastAPI) -> None:
    desk: Desk = server.state.desk
    now = 100.0
    ready = Readiness(desk.database, lambda: now)
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(desk.database.engine, "commit", count)
    assert await asyncio.gather(*(ready.trouble() for _ in range(50))) == [""] * 50
    now += 0.9
    assert (await ready.trouble(), asked) == ("", 1)
    now += 0.2
    assert (await ready.trouble(), asked) == ("", 2)


async def test_waiting_for_a_database_that_hangs_has_an_end(server: FastAPI) -> None:
    desk: Desk = server.state.desk
    if not desk.database.is_sqlite:
        pytest.skip("held by SQLite's own lock")
    with desk.database.write():
        assert await Readiness(desk.database).trouble(0.05) == "database_slow"


