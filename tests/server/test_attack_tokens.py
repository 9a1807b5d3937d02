"""Attacks with tokens and challenges: expired, replayed, for another host, in a stolen name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.errors import AccessClosed, ServerRefused, SignInNeeded
from app.protocol.ids import NO_HASH, StreamId
from app.protocol.login import sign_login
from app.protocol.membership import Role
from app.sync.http import HttpTransport
from app.sync.ports import LoginSigner
from app.sync.wire import ChallengeBody, ChallengeReply, LoginBody, LoginReply
from server.config import Config
from server.desk import Desk
from server.main import create_app
from server.tables import segment
from tests.fakes.agency_maker import AgencyMaker, Tablet
from tests.fakes.clock import FakeClock, FakeRandom
from tests.fakes.store import FakeStore
from tests.server.conftest import ORIGIN, Office

EVIL = "https://evil.example"


class World:
    """A coordinator with a stream on the server, and a colleague who is no member of it."""

    def __init__(self, office: Office, victim: Tablet, thief: Tablet, store: FakeStore) -> None:
        self.office, self.victim, self.thief, self.store = office, victim, thief, store
        self.stream: StreamId = next(item for item in store.control if item != office.agency.id)


@pytest.fixture
async def world(office: Office) -> World:
    victim, thief = office.agency.hire(Role.COORDINATOR), office.agency.hire(Role.COORDINATOR)
    await office.found()
    store = office.store(victim)
    stream = office.open(store, victim)
    store.write(stream, 3)
    assert (await office.engine(store).run_once()).problem == ""
    return World(office, victim, thief, store)


async def challenge_for(wire: HttpTransport, device: bytes) -> bytes:
    given = await wire._call("POST", "/v1/login/challenge", ChallengeReply, ChallengeBody(device=device))
    return given.challenge


def login_body(
    tablet: Tablet, challenge: bytes, origin: str = ORIGIN, signed_origin: str = "", device: bytes = b""
) -> LoginBody:
    signature = sign_login(tablet.key, signed_origin or origin, tablet.device, challenge)
    return LoginBody(device=device or tablet.device, challenge=challenge, origin=origin, signature=signature)


async def post_login(wire: HttpTransport, body: LoginBody) -> str:
    return (await wire._call("POST", "/v1/login", LoginReply, body)).token


def asks(wire: HttpTransport, world: World) -> list[Callable[[], Awaitable[object]]]:
    """Everything that needs a token."""
    place, person = world.stream, world.victim.person
    return [
        lambda: wire.heads([]),
        lambda: wire.get_control(place, 0),
        lambda: wire.append_control(place, NO_HASH, [b"x"]),
        lambda: wire.pull(place, 0, own=True),
        lambda: wire.chains(place),
        lambda: wire.person_chains(person),
        lambda: wire.person_streams(person),
        lambda: wire.device_contacts(),
        lambda: wire.open_invitation(bytes(16)),
    ]


async def check_useless(wire: HttpTransport, world: World) -> None:
    for ask in asks(wire, world):
        with pytest.raises(SignInNeeded):
            await ask()
    outgoing = await world.store.segment_from(world.stream, next(iter(world.store.lines)), 1)
    assert outgoing is not None
    with pytest.raises(SignInNeeded):
        await wire.push(outgoing)


async def test_expired_token_opens_nothing(world: World, clock: FakeClock) -> None:
    wire = await world.office.login(world.victim)
    await wire.heads([])
    clock.advance(15 * 60)
    await check_useless(wire, world)


async def test_token_of_another_server_opens_nothing(
    world: World, config: Config, tmp_path: Path, clock: FakeClock
) -> None:
    app = create_app(
        replace(config, data_dir=tmp_path / "other", database_url=None, random=FakeRandom("other"))
    )
    maker = world.office.agency
    async with HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=app)) as other:
        await other.found_agency(maker.id, maker.ops)
        await other.login(world.victim.device, world.store.sign_login)
        wire = world.office.wires()
        wire._token = other._token
        await check_useless(wire, world)
    app.state.desk.database.close()


@pytest.mark.parametrize("change", ["longer", "shorter", "case", "challenge", "device"])
async def test_token_that_is_almost_one_opens_nothing(world: World, change: str) -> None:
    wire = await world.office.login(world.victim)
    token = wire._token
    wire._token = {
        "longer": token + "A",
        "shorter": token[:-1],
        "case": token.swapcase(),
        "challenge": (await challenge_for(wire, world.victim.device)).hex(),
        "device": world.victim.device.hex(),
    }[change]
    assert wire._token != token
    await check_useless(wire, world)


async def test_challenge_does_not_serve_as_a_token(world: World, config: Config, tmp_path: Path) -> None:
    """Also where all its bytes happen to be such as may stand in a header."""
    printable = replace(config, data_dir=tmp_path / "printable", random=lambda size: b"A" * size)
    app = create_app(printable)
    maker = world.office.agency
    async with HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=app)) as wire:
        await wire.found_agency(maker.id, maker.ops)
        assert await challenge_for(wire, world.victim.device) == b"A" * 32
        wire._token = "A" * 32
        with pytest.raises(SignInNeeded):
            await wire.heads([])
    app.state.desk.database.close()


async def test_recorded_login_cannot_be_replayed(world: World) -> None:
    wire = world.office.wires()
    body = login_body(world.victim, await challenge_for(wire, world.victim.device))
    await post_login(wire, body)
    for _ in range(3):
        with pytest.raises(SignInNeeded, match="challenge_unknown"):
            await post_login(wire, body)


async def test_one_challenge_sent_ten_times_at_once_gives_one_token(world: World) -> None:
    wire = world.office.wires()
    body = login_body(world.victim, await challenge_for(wire, world.victim.device))
    answers = await asyncio.gather(*(post_login(wire, body) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, SignInNeeded) for answer in answers) == 9


async def test_expired_challenge_is_refused_though_signed_in_time(world: World, clock: FakeClock) -> None:
    wire = world.office.wires()
    body = login_body(world.victim, await challenge_for(wire, world.victim.device))
    clock.advance(60)
    with pytest.raises(SignInNeeded, match="challenge_unknown"):
        await post_login(wire, body)


async def test_invented_challenge_is_refused(world: World) -> None:
    with pytest.raises(SignInNeeded, match="challenge_unknown"):
        await post_login(world.office.wires(), login_body(world.victim, b"\x11" * 32))


@pytest.mark.parametrize(
    "origin",
    [EVIL, "http://localhost.", "http://LOCALHOST", "http://localhost:80", "https://localhost",
     "http://localhost/", "http://localhost@evil.example", "http://localhost\x00"],
)  # fmt: skip
async def test_login_for_any_other_host_is_refused(world: World, origin: str) -> None:
    wire = world.office.wires()
    body = login_body(world.victim, await challenge_for(wire, world.victim.device), origin)
    with pytest.raises(SignInNeeded, match="wrong_origin"):
        await post_login(wire, body)


async def test_server_in_the_middle_cannot_pass_a_login_on(world: World) -> None:
    """The tablet believes to be at evil.example, which hands it the true server's challenge."""
    wire = world.office.wires()
    for claimed, code in ((EVIL, "wrong_origin"), (ORIGIN, "signature_refused")):
        challenge = await challenge_for(wire, world.victim.device)
        body = login_body(world.victim, challenge, claimed, signed_origin=EVIL)
        with pytest.raises(SignInNeeded, match=code):
            await post_login(wire, body)


async def test_tablet_signs_the_address_it_was_given_and_not_what_the_server_says(world: World) -> None:
    signed: list[str] = []

    async def sign(origin: str, challenge: bytes) -> bytes:
        signed.append(origin)
        return bytes(64)

    app = world.office.wires()._client._transport
    async with HttpTransport(EVIL + ":8443/some/path?x=1", carrier=app) as wire:
        with pytest.raises(AccessClosed, match="wrong_origin"):
            await wire.login(world.victim.device, sign)
    assert signed == [EVIL + ":8443"]


async def test_stolen_device_id_is_worth_nothing_without_its_key(world: World) -> None:
    wire = world.office.wires()
    forged: LoginSigner = world.office.store(world.thief).sign_login
    with pytest.raises(AccessClosed, match="signature_refused"):
        await wire.login(world.victim.device, forged)
    # Signed truly in her own name, sent in the other's.
    challenge = await challenge_for(wire, world.victim.device)
    body = login_body(world.thief, challenge, device=world.victim.device)
    with pytest.raises(SignInNeeded, match="signature_refused"):
        await post_login(wire, body)


async def test_challenge_of_the_victim_does_not_serve_the_thief(world: World) -> None:
    wire = world.office.wires()
    body = login_body(world.thief, await challenge_for(wire, world.victim.device))
    with pytest.raises(SignInNeeded, match="challenge_unknown"):
        await post_login(wire, body)


async def test_thiefs_own_token_opens_nothing_of_the_victims(world: World, server: FastAPI) -> None:
    wire = await world.office.login(world.thief)
    place = world.stream
    for ask in (
        lambda: wire.get_control(place, 0),
        lambda: wire.pull(place, 0, own=True),
        lambda: wire.chains(place),
        lambda: wire.person_chains(world.victim.person),
        lambda: wire.person_streams(world.victim.person),
        lambda: wire.open_invitation(bytes(16)),
    ):
        with pytest.raises(AccessClosed):
            await ask()
    world.store.write(place, 2)
    chain = next(iter(world.store.lines))
    outgoing = await world.store.segment_from(place, chain, 4)
    assert outgoing is not None
    with pytest.raises(AccessClosed, match="not_a_member"):
        await wire.push(outgoing)
    assert [item.stream for item in (await wire.heads([])).changed] == [world.office.agency.id]
    desk: Desk = server.state.desk
    with desk.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(segment)).scalar_one() == 1


async def test_token_from_before_a_removal_reads_nothing_after_it(world: World) -> None:
    wire = await world.office.login(world.victim)
    world.office.agency.dismiss(world.victim)
    maker: AgencyMaker = world.office.agency
    await world.office.wires().found_agency(maker.id, maker.ops)
    for ask in (
        lambda: wire.get_control(world.stream, 0),
        lambda: wire.pull(world.stream, 0, own=True),
        lambda: wire.chains(world.stream),
        lambda: wire.person_chains(world.victim.person),
        lambda: wire.device_contacts(),
        lambda: wire.append_control(world.stream, NO_HASH, [b"x"]),
    ):
        with pytest.raises(AccessClosed):
            await ask()


@pytest.mark.parametrize("when", ["expired", "never"])
async def test_invitation_that_is_over_or_was_never_given_is_unknown(
    world: World, clock: FakeClock, when: str
) -> None:
    admin = await world.office.login(world.office.agency.admin)
    if when == "expired":
        await admin.open_invitation(b"\x21" * 16)
        clock.advance(72 * 3600)
    stranger = world.office.wires()
    agency = world.office.agency.id
    for ask in (
        lambda: stranger.poll_invitation(b"\x21" * 16),
        lambda: stranger.join(b"\x21" * 16, world.office.agency.new_tablet().device, b"keys"),
        lambda: stranger.get_control(agency, 0, invitation=b"\x21" * 16),
    ):
        with pytest.raises(ServerRefused, match="invitation_unknown"):
            await ask()


async def test_one_invitation_taken_by_ten_at_once_has_one_joiner(world: World) -> None:
    admin = await world.office.login(world.office.agency.admin)
    await admin.open_invitation(b"\x22" * 16)
    stranger = world.office.wires()
    tablets = [world.office.agency.new_tablet() for _ in range(10)]
    answers = await asyncio.gather(
        *(stranger.join(b"\x22" * 16, tablet.device, tablet.device) for tablet in tablets),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, ServerRefused) for answer in answers) == 9
    (won,) = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert (await admin.poll_invitation(b"\x22" * 16)).payload == won.payload


async def test_empty_server_founded_by_ten_at_once_has_one_agency(office: Office) -> None:
    makers = [AgencyMaker(FakeRandom(f"agency {number}")) for number in range(10)]
    wire = office.wires()
    answers = await asyncio.gather(
        *(wire.found_agency(maker.id, maker.ops) for maker in makers), return_exceptions=True
    )
    assert sum(isinstance(answer, bytes) for answer in answers) == 1
    assert sum(isinstance(answer, ServerRefused) for answer in answers) == 9
