"""Logging in: single-use challenges, short tokens, and who is told no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.errors import AccessClosed, ServerRefused, ServerUnavailable, SignInNeeded
from app.protocol.ids import PersonId
from app.protocol.login import sign_login
from app.protocol.membership import AgencyState, Role, build_person
from app.sync.http import HttpTransport
from app.sync.wire import ChallengeBody, ChallengeReply, LoginBody, LoginReply
from server.config import Config, Limits
from server.desk import Desk
from server.main import create_app
from server.tables import secret
from tests.fakes.agency_maker import AgencyMaker
from tests.fakes.clock import FakeClock, FakeRandom
from tests.server.conftest import ORIGIN, Office


async def test_token_is_good_for_15_minutes_and_no_longer(office: Office, clock: FakeClock) -> None:
    await office.found()
    wire = await office.login(office.agency.admin)
    clock.advance(15 * 60 - 1)
    await wire.heads([])
    clock.advance(2)
    with pytest.raises(SignInNeeded):
        await wire.heads([])


async def test_challenge_is_good_for_60_seconds(office: Office, clock: FakeClock) -> None:
    await office.found()
    admin, wire = office.agency.admin, office.wires()

    async def dawdle(origin: str, challenge: bytes) -> bytes:
        clock.advance(61)
        return sign_login(admin.key, origin, admin.device, challenge)

    with pytest.raises(AccessClosed, match="challenge_unknown"):
        await wire.login(admin.device, dawdle)


async def _challenge(wire: HttpTransport, device: bytes) -> bytes:
    body = ChallengeBody(device=device)
    return (await wire._call("POST", "/v1/login/challenge", ChallengeReply, body)).challenge


async def test_challenge_is_spent_by_its_first_use_even_a_wrong_one(office: Office) -> None:
    await office.found()
    admin, wire = office.agency.admin, office.wires()
    challenge = await _challenge(wire, admin.device)
    good = LoginBody(
        device=admin.device,
        challenge=challenge,
        origin=ORIGIN,
        signature=sign_login(admin.key, ORIGIN, admin.device, challenge),
    )
    wrong = good.model_copy(update={"signature": bytes(64)})
    with pytest.raises(SignInNeeded, match="signature_refused"):
        await wire._call("POST", "/v1/login", LoginReply, wrong)
    with pytest.raises(SignInNeeded, match="challenge_unknown"):
        await wire._call("POST", "/v1/login", LoginReply, good)


async def test_challenge_of_one_device_does_not_serve_another(office: Office) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    wire = office.wires()
    challenge = await _challenge(wire, office.agency.admin.device)
    body = LoginBody(
        device=worker.device,
        challenge=challenge,
        origin=ORIGIN,
        signature=sign_login(worker.key, ORIGIN, worker.device, challenge),
    )
    with pytest.raises(SignInNeeded, match="challenge_unknown"):
        await wire._call("POST", "/v1/login", LoginReply, body)


async def test_login_signed_for_another_server_is_refused(office: Office, server: FastAPI) -> None:
    await office.found()
    admin = office.agency.admin
    carrier = httpx.ASGITransport(app=server)
    async with HttpTransport("https://evil.example", carrier=carrier) as wire:
        with pytest.raises(AccessClosed, match="wrong_origin"):
            await wire.login(admin.device, office.store(admin).sign_login)


async def test_unknown_device_gets_a_challenge_and_no_token(office: Office) -> None:
    await office.found()
    stranger = office.agency.new_tablet()
    with pytest.raises(AccessClosed, match="device_unknown"):
        await office.login(stranger)


async def test_challenges_and_tokens_are_kept_hashed_only(office: Office, server: FastAPI) -> None:
    await office.found()
    wire = await office.login(office.agency.admin)
    challenge = await _challenge(wire, office.agency.admin.device)
    desk: Desk = server.state.desk
    with desk.database.read() as connection:
        rows = connection.execute(select(secret.c.hash)).scalars().all()
    assert rows
    assert wire._token.encode() not in rows
    assert challenge not in rows


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic abc", "Bearer " + "é" * 40, "Bearer " + "a" * 43]
)
async def test_every_odd_authorization_header_means_sign_in(server: FastAPI, header: str) -> None:
    carrier = httpx.ASGITransport(app=server)
    async with httpx.AsyncClient(transport=carrier, base_url=ORIGIN) as client:
        response = await client.post(
            "/v1/heads",
            content=b"\x81\xa7streams\x90",
            headers={
                b"content-type": b"application/msgpack",
                b"kt-version": b"1",
                b"authorization": header.encode("latin-1"),
            },
        )
    assert response.status_code == 401


async def test_too_many_logins_of_one_device_wait_a_minute(
    tmp_path: Path, config: Config, agency: AgencyMaker, clock: FakeClock
) -> None:
    app = create_app(replace(config, data_dir=tmp_path / "limited", limits=Limits(login_per_device=2)))
    carrier = httpx.ASGITransport(app=app)
    async with HttpTransport(ORIGIN, carrier=carrier) as wire:
        for _ in range(2):
            await _challenge(wire, agency.admin.device)
        for _ in range(2):
            with pytest.raises(ServerUnavailable, match="429"):
                await _challenge(wire, agency.admin.device)
        clock.advance(60)
        await _challenge(wire, agency.admin.device)
    app.state.desk.database.close()


async def test_one_server_has_one_agency(office: Office, wires: Callable[[], HttpTransport]) -> None:
    await office.found()
    other = AgencyMaker(FakeRandom("other"))
    with pytest.raises(ServerRefused, match="agency_exists"):
        await wires().found_agency(other.id, other.ops)
    # The same agency again, and more of it, is welcome.
    office.agency.hire(Role.COORDINATOR)
    await wires().found_agency(office.agency.id, office.agency.ops)
    await wires().found_agency(office.agency.id, office.agency.ops[:2])


async def test_other_history_of_the_same_agency_is_refused(office: Office) -> None:
    await office.found()
    maker = office.agency
    start = AgencyState.replay(maker.ops[:1])
    other = build_person(start, maker.root, PersonId(bytes(16)), [Role.ADMINISTRATOR], 1)
    with pytest.raises(ServerRefused, match="agency_exists"):
        await office.wires().found_agency(maker.id, [maker.ops[0], other])


async def test_agency_with_a_false_signature_is_refused(office: Office) -> None:
    ops = list(office.agency.ops)
    ops[-1] = ops[-1][:-1] + bytes([ops[-1][-1] ^ 1])
    with pytest.raises(ServerRefused, match="operation_refused"):
        await office.wires().found_agency(office.agency.id, ops)
