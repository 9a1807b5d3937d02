"""Attacks on recovery: other keys put in its way, false wraps, a lying server, forged chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from app.crypto.primitives import KemKey, SigningKey
from app.crypto.seed import AgencySeed
from app.errors import AppError, ForkAlarm, InvalidInput, NotEntitled
from app.protocol.control import Author, parse_control, sign_control
from app.protocol.entitlement import open_keys
from app.protocol.ids import NO_HASH, RECOVERY, DeviceId, PersonId, StreamId
from app.protocol.membership import (
    AgencyState,
    Label,
    Role,
    StreamState,
    build_agency_genesis,
    build_agency_remove,
    build_device,
    build_person,
    build_stream_genesis,
    kid,
    new_stream_key,
)
from app.protocol.stream_keys import wrap_key
from app.services.recovery_work import SeedWork
from app.sync.people import RootSigner
from app.sync.ports import ControlPage, PersonStream

NOW_MS = 1_764_600_000_000
SEED = AgencySeed(bytes(range(32)))
STRANGER = AgencySeed(bytes(range(1, 33)))
_COUNT = [0]


def draw(size: int) -> bytes:
    """Fixed, and different each time."""
    _COUNT[0] += 1
    return (_COUNT[0].to_bytes(4, "big") * 16)[:size]


@dataclass
class Device:
    """A person's tablet with its keys."""

    person: PersonId
    id: DeviceId
    sign: SigningKey
    kem: KemKey

    @classmethod
    def new(cls, person: bytes) -> Device:
        return cls(PersonId(person), DeviceId(draw(16)), SigningKey.from_seed(draw(32)), KemKey(draw(32)))

    @property
    def author(self) -> Author:
        return Author(self.id, self.sign)


@dataclass
class Server:
    """What a server holds; a dishonest one is made by changing it."""

    ops: list[bytes]
    streams: dict[StreamId, list[bytes]] = field(default_factory=dict)
    listed: list[PersonStream] = field(default_factory=list)

    async def root_chain(
        self, fingerprint: bytes, sign: RootSigner, after: int, ops: Sequence[bytes] = ()
    ) -> ControlPage:
        self.ops += ops
        head = parse_control(self.ops[-1]).hash
        return ControlPage(tuple(self.ops[after:]), head, len(self.ops))

    async def person_streams(self, person: PersonId) -> tuple[PersonStream, ...]:
        return tuple(self.listed)

    async def get_control(self, stream: StreamId, after: int) -> ControlPage:
        ops = self.streams[stream]
        return ControlPage(tuple(ops[after:]), parse_control(ops[-1]).hash, len(ops))

    async def append_control(self, stream: StreamId, prev: bytes, ops: Sequence[bytes]) -> bytes:
        assert parse_control(self.streams[stream][-1]).hash == prev
        self.streams[stream] += ops
        return parse_control(ops[-1]).hash


@dataclass
class World:
    """An agency of a supervisor with one family; her new tablet has no key of it."""

    server: Server
    agency: AgencyState
    old: Device
    new: Device
    family: StreamId
    key: bytes

    def work(self, seed: AgencySeed = SEED) -> SeedWork:
        return SeedWork(seed, self.server, lambda: NOW_MS + 1, draw)

    def state(self) -> StreamState:
        agency = AgencyState.replay(self.server.ops)
        return StreamState.replay(self.server.streams[self.family], agency)

    def readable(self) -> dict[int, bytes]:
        return open_keys(self.state(), self.new.id, self.new.kem)


def world(recovery: bytes | None = None) -> World:
    """recovery: another recovery public key than the seed's in the agency's genesis."""
    hlc = NOW_MS << 16
    root = Author.root(SEED.root_key())
    agency_id, data, family = StreamId(draw(16)), StreamId(draw(16)), StreamId(draw(16))
    public = SEED.recovery_key().public if recovery is None else recovery
    ops = [build_agency_genesis(root, agency_id, public, data, hlc)]
    old = Device.new(draw(16))
    new = Device.new(old.person)

    def then(raw: bytes) -> AgencyState:
        ops.append(raw)
        return AgencyState.replay(ops)

    state = then(build_person(AgencyState.replay(ops), root, old.person, [*Role], hlc))
    state = then(build_device(state, root, old.person, old.id, old.sign.public, old.kem.public, hlc))
    key, data_key = new_stream_key(draw), new_stream_key(draw)
    opened = {
        data: build_stream_genesis(
            state, old.author, data, Label.DATA, agency_id, data_key, hlc, draw, [old.person]
        ),
        family: build_stream_genesis(state, old.author, family, Label.TEAM, draw(16), key, hlc, draw),
    }
    state = then(build_device(state, root, old.person, new.id, new.sign.public, new.kem.public, hlc))
    listed = [PersonStream(one, bytes(16), "team", 1) for one in opened]
    server = Server(ops, {one: [raw] for one, raw in opened.items()}, listed)
    return World(server, state, old, new, family, key)


async def test_an_honest_server_gives_the_new_tablet_its_key() -> None:
    here = world()
    given = await here.work().give(here.new.person)
    assert (given.families, given.refused) == (1, ())
    assert here.readable() == {1: here.key}


async def test_a_key_that_a_lost_tablet_knows_is_changed_when_the_seed_gives() -> None:
    here = world()
    agency = AgencyState.replay(here.server.ops)
    here.server.ops.append(
        build_agency_remove(agency, Author.root(SEED.root_key()), NOW_MS << 16, device=here.old.id, lost=True)
    )
    await here.work().give(here.new.person)
    keys = here.readable()
    assert set(keys) == {1, 2} and keys[1] == here.key != keys[2]
    assert set(open_keys(here.state(), here.old.id, here.old.kem)) == {1}  # what it knew before


async def test_another_recovery_key_in_the_genesis_is_refused_before_anything_is_signed() -> None:
    here = world(KemKey(bytes(range(5, 37))).public)
    before = list(here.server.ops)
    with pytest.raises(InvalidInput) as refused:
        await here.work().give(here.new.person)
    assert refused.value.code == "recovery_key_differs" and here.server.ops == before


async def test_the_seed_of_another_agency_is_refused() -> None:
    here = world()
    before = list(here.server.ops)
    with pytest.raises(NotEntitled):
        await here.work(STRANGER).give(here.new.person)
    assert here.server.ops == before


def _with_false_wrap(here: World, recovery: bytes) -> None:
    """The family's genesis with another recovery wrap, truly signed by the tablet that opened it."""
    op = parse_control(here.server.streams[here.family][0])
    here.server.streams[here.family] = [
        sign_control(
            replace(op.body, recovery=recovery),  # type: ignore[type-var]
            stream=op.stream, prev=NO_HASH, author=here.old.author, hlc=op.hlc, authority=op.authority,
        )
    ]  # fmt: skip


@pytest.mark.parametrize("lie", ["other recovery key", "another key", "of another stream", "noise"])
async def test_a_recovery_wrap_that_is_not_the_streams_key_is_named_and_left(lie: str) -> None:
    here = world()
    recovery, device = SEED.recovery_key().public, here.old.id
    wraps = {
        "other recovery key": wrap_key(
            here.key, here.family, 1, RECOVERY, STRANGER.recovery_key().public, device, draw
        ),
        "another key": wrap_key(new_stream_key(draw), here.family, 1, RECOVERY, recovery, device, draw),
        "of another stream": wrap_key(here.key, StreamId(draw(16)), 1, RECOVERY, recovery, device, draw),
        "noise": draw(64) + draw(16),
    }
    _with_false_wrap(here, wraps[lie])
    before = list(here.server.streams[here.family])
    given = await here.work().give(here.new.person)
    assert given.refused == (here.family,) and given.families == 0
    assert here.server.streams[here.family] == before  # nothing was signed on top of it
    assert kid(here.key) == here.state().epoch.kid


async def test_a_forged_chain_of_one_family_stops_neither_the_others_nor_itself() -> None:
    here = world()
    op = here.server.streams[here.family][0]
    for bit in range(0, len(op) * 8, 37):
        broken = bytearray(op)
        broken[bit // 8] ^= 1 << bit % 8
        here.server.streams[here.family] = [bytes(broken)]
        given = await here.work().give(here.new.person)
        assert given.refused == (here.family,)
        assert here.server.streams[here.family] == [bytes(broken)]


async def test_a_chain_of_another_stream_in_its_place_is_refused() -> None:
    here, other = world(), world()
    here.server.streams[here.family] = other.server.streams[other.family]
    assert (await here.work().give(here.new.person)).refused == (here.family,)


async def test_a_server_that_forked_the_agency_is_noticed_by_a_tablet_that_knows_it() -> None:
    here = world()
    root, hlc = Author.root(SEED.root_key()), NOW_MS << 16
    mine = AgencyState.replay([
        *here.server.ops, build_person(here.agency, root, PersonId(draw(16)), [Role.PARTNER], hlc)
    ])
    here.server.ops.append(build_person(here.agency, root, PersonId(draw(16)), [Role.PARTNER], hlc))
    with pytest.raises(ForkAlarm):
        await here.work().agency_ops(mine)
    here.server.ops.pop()
    assert await here.work().agency_ops(mine)  # behind, not forked


@pytest.mark.parametrize("bit", range(0, 8 * 40, 29))
async def test_every_bent_operation_of_the_agency_is_refused(bit: int) -> None:
    here = world()
    for place in range(len(here.server.ops)):
        ops = list(here.server.ops)
        bent = bytearray(ops[place])
        bent[bit % len(bent)] ^= 1 << bit % 8
        here.server.ops[place] = bytes(bent)
        with pytest.raises(AppError):
            await here.work().give(here.new.person)
        here.server.ops[:] = ops

