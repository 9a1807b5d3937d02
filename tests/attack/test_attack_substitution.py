"""Keys put in another's place: at the invitation, at a grant, at a rotation, at recovery: 0 accepted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from app.crypto.primitives import KemKey, SigningKey
from app.crypto.seed import AgencySeed, root_fingerprint
from app.errors import (
    AppError,
    CryptoError,
    InvitationForged,
    InvitationNotValid,
    KidMismatch,
    MissingKey,
    NotEntitled,
    RuleBroken,
)
from app.protocol.bodies import Grant, NewEpoch, StreamGenesis, Wrap
from app.protocol.builders import build_agency_genesis, build_epoch, build_grant
from app.protocol.control import Author, parse_control, sign_control
from app.protocol.ids import RECOVERY, DeviceId, StreamId
from app.protocol.membership import StreamState, kid, open_keys, open_keys_for_recovery
from app.protocol.stream_keys import wrap_key
from app.services.arrival import read_join, write_join
from app.services.enrolment import NewPerson
from app.services.first_run import JoinAgency
from app.services.tablet import Tablet
from app.store.vault import Vault
from app.sync.http import HttpTransport
from app.sync.ports import ControlPage
from tests.fakes.agency import FakeAgency, FakeFamily, record_id
from tests.fakes.clock import FakeRandom
from tests.services.office import PASSPHRASE, Office, office
from tests.vectors.agency_world import Member, World, new_member

PARTS = ("device", "sign", "kem", "mac", "everything", "another invitation's")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        yield found


def swapped(payload: bytes, part: str, other: bytes) -> bytes:
    """What a server hands to the inviter instead of what the new tablet left."""
    device, sign, kem, mac = read_join(payload)
    spy_sign, spy_kem = SigningKey(b"\x01" * 32).public, KemKey(b"\x02" * 32).public
    if part == "another invitation's":
        return other
    if part == "everything":
        return write_join(DeviceId(b"\x03" * 16), spy_sign, spy_kem, mac)
    return write_join(
        DeviceId(b"\x03" * 16) if part == "device" else device,
        spy_sign if part == "sign" else sign,
        spy_kem if part == "kem" else kem,
        b"\x04" * 32 if part == "mac" else mac,
    )


async def invited(place: Office, founder: Tablet, name: str) -> tuple[Tablet, str]:
    """A tablet that waits to be let in, and the id of its invitation."""
    text = await founder.open.enrolment.invite(NewPerson(name, "Coordinator"))
    tablet = place.tablet(name)
    await tablet.first_run.join(JoinAgency(text.text, PASSPHRASE))
    pending = await founder.open.enrolment.pending()
    (found,) = [one.invitation_id for one in pending if one.name == name]
    return tablet, found


async def test_a_server_that_swaps_a_joining_devices_keys_gets_nothing_certified(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    founder = await place.founded()
    _, first = await invited(place, founder, "Marisol")
    _, second = await invited(place, founder, "Dana")
    vault = founder.open.desk.vault
    devices, head = set(vault.agency.devices), vault.agency.head
    poll = HttpTransport.poll_invitation
    for part in PARTS:

        async def lies(self: HttpTransport, invitation: bytes, part: str = part) -> object:
            reply = await poll(self, invitation)
            other = await poll(self, bytes.fromhex(second))
            return reply.model_copy(update={"payload": swapped(reply.payload, part, other.payload)})

        with monkeypatch.context() as patch:
            patch.setattr(HttpTransport, "poll_invitation", lies)
            with pytest.raises(InvitationForged):
                await founder.open.enrolment.admit(first)
        assert set(vault.agency.devices) == devices and vault.agency.head == head
    # The true one is still good.
    await founder.open.enrolment.admit(first)
    assert len(vault.agency.devices) == len(devices) + 1


async def test_a_joining_tablet_takes_no_other_agency_and_no_older_one(
    place: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    founder = await place.founded()
    tablet, first = await invited(place, founder, "Marisol")
    await founder.open.enrolment.admit(first)
    agency = founder.open.desk.vault.agency
    seed = AgencySeed(b"\x05" * 32)
    false = build_agency_genesis(
        Author.root(seed.root_key()), agency.agency, seed.recovery_key().public, agency.data_stream, 1
    )
    get = HttpTransport.get_control

    def served(change: Callable[[ControlPage], ControlPage]) -> object:
        async def lies(self: HttpTransport, stream: StreamId, after: int, **more: bytes) -> ControlPage:
            return change(await get(self, stream, after, **more))

        return lies

    async def arrives(change: Callable[[ControlPage], ControlPage]) -> bool:
        with monkeypatch.context() as patch:
            patch.setattr(HttpTransport, "get_control", served(change))
            return await tablet.first_run.check_joined()

    with pytest.raises(NotEntitled):  # of another root, whose recovery key is somebody else's
        await arrives(lambda page: ControlPage((false,), page.head, 1))
    with pytest.raises(InvitationNotValid):  # older than what the inviter vouched for
        await arrives(lambda page: ControlPage(page.ops[:1], page.head, 1))
    with pytest.raises(AppError):  # with the removal of somebody left out of the middle
        await arrives(lambda page: ControlPage((*page.ops[:2], *page.ops[3:]), page.head, page.count - 1))
    # Without its own certificate it waits; it does not take part as anybody else.
    assert not await arrives(lambda page: ControlPage(page.ops[:-1], page.head, page.count - 1))
    assert await tablet.first_run.check_joined()


# Grants

FALSE_KEYS = (b"f" * 32, bytes(32))


async def trio(tmp_path: Path) -> tuple[FakeAgency, FakeFamily, list[Vault]]:
    """A family of the first two; the third is to be let in."""
    agency = FakeAgency(size=3)
    family = agency.family(opener=1, members=[0])
    vaults = [await agency.vault(n, tmp_path / str(n), [family]) for n in range(3)]
    return agency, family, vaults


def granted(agency: FakeAgency, family: FakeFamily, state: StreamState, sealed: bytes) -> bytes:
    """A grant to the third person around any wrap, by the second."""
    third = agency.members[2]
    body = Grant(1, (third.person,), (Wrap(DeviceId(third.keyring.device), sealed),))
    return sign_control(
        body, stream=family.stream, prev=state.head, author=agency.members[1].author, hlc=1,
        authority=agency.state.head,
    )  # fmt: skip


@pytest.mark.parametrize("which", ["false key", "zeros", "for another device", "of another granter", "noise"])
async def test_a_false_grant_opens_nothing_and_a_true_one_heals_it(tmp_path: Path, which: str) -> None:
    agency, family, vaults = await trio(tmp_path)
    third, granter = agency.members[2], agency.members[1].author.device
    device = DeviceId(third.keyring.device)
    public = third.keyring.kem_key().public
    place = (family.stream, 1, device)
    random = FakeRandom(which)
    sealed = {
        "false key": lambda: wrap_key(FALSE_KEYS[0], *place, public, granter, random),
        "zeros": lambda: wrap_key(FALSE_KEYS[1], *place, public, granter, random),
        "for another device": lambda: wrap_key(
            family.key, *place, agency.members[0].keyring.kem_key().public, granter, random
        ),
        "of another granter": lambda: wrap_key(
            family.key, *place, public, agency.members[0].author.device, random
        ),
        "noise": lambda: random(80),
    }[which]()
    state = vaults[1].stream_state(family.stream)
    assert state is not None
    op = granted(agency, family, state, sealed)
    try:
        for vault in vaults:
            await vault.apply_control(family.stream, [op])
        change = family.change("note", record_id(1), {"body": "not under a false key"})
        with pytest.raises(MissingKey):
            await vaults[2].commit([change])
        with pytest.raises(MissingKey):
            vaults[2].stream_key(family.stream, 1)
        # The others hold the true key and go on.
        await vaults[0].commit([family.change("note", record_id(2), {"body": "goes on"})])
        again = vaults[0].stream_state(family.stream)
        assert again is not None
        true = wrap_key(family.key, *place, public, agency.members[0].author.device, random)
        body = Grant(1, (), (Wrap(device, true),))
        heal = sign_control(
            body, stream=family.stream, prev=again.head, author=agency.members[0].author, hlc=2,
            authority=agency.state.head,
        )  # fmt: skip
        for vault in vaults:
            await vault.apply_control(family.stream, [heal])
        await vaults[2].commit([change])
        assert vaults[2].stream_key(family.stream, 1) == family.key
    finally:
        for vault in vaults:
            await vault.close()


def test_a_grant_cannot_be_pointed_at_another_device_after_it_was_signed() -> None:
    world = World("substituted grant")
    raw = build_grant(
        world.stream, world.agency, world.coordinator.author, world.key, 1, world.draw,
        [world.colleague.person],
    )  # fmt: skip
    for other in (world.admin, world.supervisor, world.coordinator):
        changed = raw.replace(world.colleague.device, other.device)
        assert changed != raw
        with pytest.raises(AppError):
            world.stream.apply(parse_control(changed), world.agency)


# Rotation


def rotated(world: World, change: Callable[[NewEpoch, bytes], NewEpoch]) -> tuple[StreamState, bytes]:
    """The stream after a new epoch that its author has tampered with, and the epoch's true key."""
    key = world.draw(32)
    raw = build_epoch(
        world.stream, world.agency, world.coordinator.author, key, world.key, world.hlc(), world.draw
    )
    body = parse_control(raw).body
    assert isinstance(body, NewEpoch)
    forged = sign_control(
        change(body, key), stream=world.stream_id, prev=world.stream.head, author=world.coordinator.author,
        hlc=1, authority=world.agency.head,
    )  # fmt: skip
    return world.stream.apply(parse_control(forged), world.agency), key


def for_device(world: World, device: DeviceId, public: bytes, key: bytes) -> bytes:
    return wrap_key(key, world.stream_id, 2, device, public, world.coordinator.device, world.draw)


def test_another_key_for_one_member_is_noticed_by_that_member_and_never_used() -> None:
    world = World("rotation for one")
    boss = world.supervisor
    false = for_device(world, boss.device, boss.kem.public, b"f" * 32)

    def change(body: NewEpoch, key: bytes) -> NewEpoch:
        wraps = tuple(Wrap(w.device, false if w.device == boss.device else w.sealed) for w in body.wraps)
        return replace(body, wraps=wraps)

    state, key = rotated(world, change)
    assert open_keys(state, world.coordinator.device, world.coordinator.kem) == {1: world.key, 2: key}
    assert open_keys(state, boss.device, boss.kem) == {1: world.key}  # the false one is no key of hers
    assert open_keys_for_recovery(state, world.seed.recovery_key()) == {1: world.key, 2: key}


@pytest.mark.parametrize("promised", [kid(b"other" * 6 + b"xx"), bytes(32)])
def test_a_false_promise_is_noticed_by_every_reader_alike(promised: bytes) -> None:
    world = World("rotation for nobody")
    state, key = rotated(world, lambda body, _key: replace(body, kid=promised))
    for reader in (world.coordinator, world.supervisor):
        assert 2 not in open_keys(state, reader.device, reader.kem)
    assert 2 not in open_keys_for_recovery(state, world.seed.recovery_key())


def test_a_wrap_too_many_too_few_or_twice_is_refused_by_everybody() -> None:
    world = World("rotation of others")
    spy = new_member(world.draw)

    def more(member: Member) -> Callable[[NewEpoch, bytes], NewEpoch]:
        def change(body: NewEpoch, key: bytes) -> NewEpoch:
            wrap = Wrap(member.device, for_device(world, member.device, member.kem.public, key))
            return replace(body, wraps=tuple(sorted((*body.wraps, wrap))))

        return change

    changes: tuple[Callable[[NewEpoch, bytes], NewEpoch], ...] = (
        lambda body, key: replace(body, wraps=body.wraps[1:]),
        lambda body, key: replace(body, wraps=()),
        more(spy),
        more(world.admin),
        more(world.colleague),
        lambda body, key: replace(body, kid=kid(world.key)),
        lambda body, key: replace(body, epoch=3),
    )
    for change in changes:
        with pytest.raises(RuleBroken):
            rotated(world, change)


def test_a_false_rung_below_gives_no_false_key() -> None:
    """Who enters later climbs down by what was sealed under the new key; a false rung is no key."""
    world = World("rotation with a false rung")
    state, key = rotated(world, lambda body, _key: replace(body, prev_sealed=bytes(60)))
    state2 = state.apply(
        parse_control(
            build_grant(
                state, world.agency, world.coordinator.author, key, 1, world.draw, [world.colleague.person]
            )
        ),
        world.agency,
    )
    assert open_keys(state2, world.colleague.device, world.colleague.kem) == {2: key}


# Recovery


def test_a_genesis_with_another_recovery_key_is_another_agency() -> None:
    world = World("another recovery key")
    spy = AgencySeed(b"\x07" * 32)
    raw = world.agency_ops[0]
    with pytest.raises(AppError):
        type(world.agency).replay([raw.replace(world.agency.recovery_public, spy.recovery_key().public)])
    false = build_agency_genesis(
        Author.root(spy.root_key()), world.agency.agency, spy.recovery_key().public, world.data_stream, 1
    )
    with pytest.raises(NotEntitled):
        type(world.agency).replay([false], root_fingerprint(world.agency.root_public))
    with pytest.raises(AppError):
        world.agency.apply(parse_control(false))


@pytest.mark.parametrize("which", ["another recovery key", "another stream key", "noise"])
def test_a_recovery_wrap_that_does_not_open_is_noticed_and_gives_no_key(which: str) -> None:
    world = World(f"recovery {which}")
    spy = AgencySeed(b"\x08" * 32)
    sealed = {
        "another recovery key": for_device(world, RECOVERY, spy.recovery_key().public, world.key),
        "another stream key": for_device(world, RECOVERY, world.agency.recovery_public, b"f" * 32),
        "noise": world.draw(80),
    }[which]
    state, _ = rotated(world, lambda body, _key: replace(body, recovery=sealed))
    keys = open_keys_for_recovery(state, world.seed.recovery_key())
    assert keys == {1: world.key}  # epoch 2 is missing, and nothing false stands in its place
    genesis = parse_control(world.stream_ops[0]).body
    assert isinstance(genesis, StreamGenesis)
    only = sign_control(
        replace(genesis, recovery=sealed), stream=world.stream_id, prev=bytes(32),
        author=world.coordinator.author, hlc=1, authority=world.agency.head,
    )  # fmt: skip
    with pytest.raises(KidMismatch):
        open_keys_for_recovery(StreamState.replay([only], world.agency), world.seed.recovery_key())


def test_shares_of_different_seeds_and_other_seeds_open_nothing() -> None:
    world = World("recovery by others")
    other = AgencySeed(b"\x09" * 32)
    shares = (*world.seed.to_shares(world.draw), *other.to_shares(world.draw))
    mine = root_fingerprint(world.agency.root_public)
    found = 0
    for one, two in permutations(shares, 2):
        try:
            seed = AgencySeed.from_shares(one, two)
        except CryptoError:
            continue
        if root_fingerprint(seed.root_key().public) == mine:
            found += 1
            assert one in shares[:3] and two in shares[:3]
            continue
        with pytest.raises((KidMismatch, CryptoError)):
            open_keys_for_recovery(world.stream, seed.recovery_key())
    assert found == 6
