"""Every route has its limits; each really bites, is shared by processes and outlives them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from pathlib import Path

import httpx
import msgpack
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from app.errors import ServerUnavailable
from app.protocol.login import sign_login
from app.protocol.membership import Role
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.machine import Pace
from app.sync.status import SyncState
from app.sync.wire import MEDIA_TYPE, VERSION_HEADER, ErrorReply, decode
from server.config import Config, Limits
from server.main import ROUTES, create_app
from server.tables import invitation, rate, secret
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeClock
from tests.server.conftest import ORIGIN, Office

READ, WRITE = ("ask_per_address", "read_per_device"), ("ask_per_address", "write_per_device")
LIMITED: dict[str, tuple[str, ...]] = {
    "POST /v1/agency": ("found_per_address",),
    "POST /v1/agency/chain": ("login_per_address",),
    "POST /v1/login/challenge": ("login_per_address", "login_per_device"),
    "POST /v1/login": ("login_per_address",),
    "POST /v1/heads": READ,
    "GET /v1/streams/{stream}/control": READ,
    "POST /v1/streams/{stream}/control": WRITE,
    "POST /v1/streams/{stream}/segments": WRITE,
    "GET /v1/streams/{stream}/segments": READ,
    "GET /v1/streams/{stream}/chains": READ,
    "POST /v1/streams/{stream}/blobs/{blob}/{number}": WRITE,
    "GET /v1/streams/{stream}/blobs/{blob}/{number}": READ,
    "GET /v1/streams/{stream}/blobs/{blob}": READ,
    "GET /v1/streams/{stream}/snapshots": READ,
    "GET /v1/people/{person}/chains": READ,
    "GET /v1/people/{person}/streams": READ,
    "GET /v1/devices/contacts": READ,
    "POST /v1/invitations": (*WRITE, "invite_per_device"),
    "POST /v1/invitations/{invitation}/join": ("join_per_address",),
    "GET /v1/invitations/{invitation}": ("join_per_address",),
}
"""What stands over each route."""

CASES = [(route, limit) for route, limits in LIMITED.items() for limit in limits]
BODIES = {
    "POST /v1/login/challenge": {"device": b"\x05" * 16},
    "POST /v1/invitations": {"id": b"\x06" * 16},
}


def test_every_route_is_limited_and_every_limit_stands_over_a_route() -> None:
    assert set(LIMITED) == {f"{method} {path}" for method, path, _ in ROUTES}
    named = {limit for limits in LIMITED.values() for limit in limits}
    of_space = {"quarantine_bytes_per_device", "blob_bytes_per_device", "blob_bytes_per_stream"}
    assert named | of_space | {"stranger_per_address"} == {item.name for item in fields(Limits)}


class Gate:
    """A server with limits of its own, and a token of the administrator."""

    def __init__(self, config: Config, token: str) -> None:
        self.config = config
        self.token = token
        self.address = "127.0.0.1"

    async def knock(self, route: str, times: int, **headers: str) -> list[httpx.Response]:
        """Ask `times` times, each time of a process that was just started."""
        method, path = route.split()
        url = re.sub(r"\{\w+\}", "ab" * 16, path)
        given = {VERSION_HEADER: "1", "content-type": MEDIA_TYPE, "authorization": f"Bearer {self.token}"}
        answers = []
        for _ in range(times):
            app = create_app(self.config)
            carrier = httpx.ASGITransport(app=app, client=(self.address, 1))
            async with httpx.AsyncClient(transport=carrier, base_url=ORIGIN) as client:
                body = msgpack.packb(BODIES[route]) if route in BODIES else b""
                answers.append(await client.request(method, url, content=body, headers={**given, **headers}))
            app.state.desk.database.close()
        return answers


async def gate(config: Config, server: FastAPI, office: Office, **limits: int) -> Gate:
    await office.found()
    wire = await office.login(office.agency.admin)
    # What it took to get here does not count.
    with server.state.desk.database.write() as connection:
        connection.execute(rate.delete())
    return Gate(replace(config, limits=Limits(**limits)), wire._token)


def check_refused(answer: httpx.Response) -> None:
    assert answer.status_code == 429
    assert decode(ErrorReply, answer.content).code == "too_many_requests"
    assert 1 <= int(answer.headers["retry-after"]) <= 60


@pytest.mark.parametrize(("route", "limit"), CASES)
async def test_limit_bites_and_survives_a_restart_and_ends_with_its_minute(
    config: Config, server: FastAPI, office: Office, clock: FakeClock, route: str, limit: str
) -> None:
    door = await gate(config, server, office, **{limit: 2})
    *before, third, fourth = await door.knock(route, 4)
    assert 429 not in [answer.status_code for answer in before]
    check_refused(third)
    check_refused(fourth)
    clock.advance(int(fourth.headers["retry-after"]))
    (later,) = await door.knock(route, 1)
    assert later.status_code != 429


async def test_control_read_with_an_invitation_counts_like_any_use_of_one(
    config: Config, server: FastAPI, office: Office
) -> None:
    door = await gate(config, server, office, join_per_address=2)
    route = "GET /v1/streams/{stream}/control"
    answers = await door.knock(route, 3, **{"kt-invitation": "cd" * 16})
    assert [answer.status_code for answer in answers] == [404, 404, 429]


async def test_tokens_that_are_none_are_counted_and_true_ones_go_on(
    config: Config, server: FastAPI, office: Office
) -> None:
    door = await gate(config, server, office, stranger_per_address=2)
    route = "POST /v1/heads"
    guesses = await door.knock(route, 3, authorization="Bearer " + "a" * 43)
    assert [answer.status_code for answer in guesses] == [401, 401, 429]
    # Those who share the guesser's address are not shut out.
    (member,) = await door.knock(route, 1)
    assert member.status_code == 400


async def test_refused_request_is_refused_before_its_body_is_read(
    config: Config, server: FastAPI, office: Office
) -> None:
    door = await gate(config, server, office, found_per_address=0)
    asked: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        asked.append(b"x")
        yield asked[-1]

    app = create_app(door.config)
    carrier = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=carrier, base_url=ORIGIN) as client:
        headers = {VERSION_HEADER: "1", "content-type": MEDIA_TYPE}
        check_refused(await client.post("/v1/agency", content=body(), headers=headers))
    assert asked == []
    app.state.desk.database.close()


async def test_one_device_does_not_use_up_what_another_may(
    config: Config, server: FastAPI, office: Office, clock: FakeClock
) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    tokens = [(await office.login(tablet))._token for tablet in (worker, office.agency.admin)]
    limits = Limits(read_per_device=2)
    route = "POST /v1/heads"
    first, second = (Gate(replace(config, limits=limits), token) for token in tokens)
    with server.state.desk.database.write() as connection:
        connection.execute(rate.delete())
    assert [answer.status_code for answer in await first.knock(route, 3)] == [400, 400, 429]
    assert [answer.status_code for answer in await second.knock(route, 2)] == [400, 400]


async def test_nobody_elsewhere_can_keep_a_device_from_signing_in(
    config: Config, server: FastAPI, office: Office
) -> None:
    door = await gate(config, server, office, login_per_device=1)
    challenge = "POST /v1/login/challenge"
    assert [answer.status_code for answer in await door.knock(challenge, 2)] == [200, 429]
    door.address = "10.1.1.1"
    assert [answer.status_code for answer in await door.knock(challenge, 1)] == [200]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("", "unknown", False),
    ],
)
async def test_address_is_what_a_caller_cannot_choose_anew(
    config: Config, server: FastAPI, office: Office, first: str, second: str, same: bool
) -> None:
    door = await gate(config, server, office, login_per_address=1)
    door.address = first
    await door.knock("POST /v1/login/challenge", 1)
    door.address = second
    (answer,) = await door.knock("POST /v1/login/challenge", 1)
    assert answer.status_code == (429 if same else 200)


async def test_engine_waits_as_long_as_the_server_asked(
    config: Config, agency: AgencyMaker, tmp_path: Path, clock: FakeClock
) -> None:
    app = create_app(replace(config, data_dir=tmp_path / "strict", limits=Limits(login_per_address=0)))
    carrier = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with HttpTransport(ORIGIN, carrier=carrier) as wire:

        async def sign(origin: str, challenge: bytes) -> bytes:
            return sign_login(agency.admin.key, origin, agency.admin.device, challenge)

        with pytest.raises(ServerUnavailable) as refused:
            await wire.login(agency.admin.device, sign)
    app.state.desk.database.close()
    seconds = refused.value.retry_after_seconds
    assert seconds is not None and 1 <= seconds <= 60
    assert Pace(base=0.1).delay(1, 0.5, seconds) == seconds


async def test_round_that_is_told_to_wait_keeps_everything(
    config: Config, office: Office, server: FastAPI
) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    store = office.store(worker)
    stream = office.open(store, worker)
    store.write(stream, 3)
    app = create_app(replace(config, limits=Limits(write_per_device=1)))
    carrier = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with HttpTransport(ORIGIN, carrier=carrier) as wire:
        status = await SyncEngine(store, wire, office.clock, lambda: 0.5).run_once()
        assert (status.state, status.problem) == (SyncState.PROBLEM, "server_unavailable")
        assert status.pending == 3
        office.clock.advance(60)
        status = await SyncEngine(store, wire, office.clock, lambda: 0.5).run_once()
        assert (status.problem, status.pending) == ("", 0)
    app.state.desk.database.close()


async def test_what_ran_out_is_forgotten_at_the_next_login_and_at_every_start(
    config: Config, server: FastAPI, office: Office, clock: FakeClock
) -> None:
    await office.found()
    wire = await office.login(office.agency.admin)
    await wire.open_invitation(b"\x07" * 16)
    database = server.state.desk.database

    def left() -> list[int]:
        with database.read() as connection:
            return [len(connection.execute(select(table)).all()) for table in (secret, invitation, rate)]

    assert all(left())
    clock.advance(72 * 3600 + 1)
    create_app(config).state.desk.database.close()
    assert left() == [0, 0, 0]
    await office.login(office.agency.admin)
    clock.advance(72 * 3600 + 1)
    with database.read() as connection:
        old = set(connection.execute(select(secret.c.hash)).scalars())
    await office.login(office.agency.admin)
    with database.read() as connection:
        assert not old & set(connection.execute(select(secret.c.hash)).scalars())


async def test_counts_are_not_lost_with_the_process_and_addresses_are_not_listed(
    config: Config, server: FastAPI, office: Office
) -> None:
    await office.found()
    await office.login(office.agency.admin)
    with server.state.desk.database.read() as connection:
        keys = connection.execute(select(rate.c.key)).scalars().all()
        assert keys and all(len(key) == 32 for key in keys)
        if server.state.desk.database.is_sqlite:
            # Only what counts is written without waiting for the disk.
            assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    with server.state.desk.database.write() as connection:
        if server.state.desk.database.is_sqlite:
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
