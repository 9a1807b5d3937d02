"""Nobody swaps, replays or misdirects a key, a grant or an invitation: 0 accepted."""

from __future__ import annotations

import pytest

from app.crypto.kdf import FLOOR
from app.crypto.keyring import Keyring, unwrap_keyring, wrap_keyring
from app.crypto.primitives import KemKey
from app.errors import (
    AppError,
    BadSignature,
    BrokenChain,
    ForkAlarm,
    KidMismatch,
    Malformed,
    NewerVersion,
    NotEntitled,
    RuleBroken,
    TooLarge,
    UnknownHead,
    WeakKdf,
    WrongKeyOrTampered,
    WrongPassphrase,
)
from app.protocol.bodies import Grant, NewEpoch, StreamGenesis, Wrap
from app.protocol.control import Author, parse_control, sign_control
from app.protocol.ids import RECOVERY, DeviceId
from app.protocol.membership import (
    AgencyState,
    Role,
    StreamState,
    build_device,
    build_epoch,
    build_grant,
    kid,
    open_keys,
    open_keys_for_recovery,
    sealing_epoch,
)
from app.protocol.stream_keys import open_wrap, wrap_key
from tests.vectors.agency_world import World, new_member

CONTROL_REFUSALS = (
    BadSignature,
    BrokenChain,
    ForkAlarm,
    Malformed,
    NewerVersion,
    NotEntitled,
    RuleBroken,
    TooLarge,
    UnknownHead,
)


@pytest.fixture
def world() -> World:
    return World("attack keys")


def test_every_single_bit_flip_of_a_genesis_and_its_wraps_is_refused(world: World) -> None:
    raw = world.stream_ops[0]
    for bit in range(0, len(raw) * 8, 3):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CONTROL_REFUSALS):
            StreamState.replay([bytes(changed)], world.agency)


def test_truncating_a_control_operation_at_every_length_is_refused(world: World) -> None:
    for raw in (world.stream_ops[0], *world.agency_ops[:3]):
        for length in range(len(raw)):
            with pytest.raises(Malformed):
                parse_control(raw[:length])
        with pytest.raises(Malformed):
            parse_control(raw + b"\0")


def test_a_history_with_a_hole_a_swap_or_a_repeat_is_refused(world: World) -> None:
    ops = world.agency_ops
    for history in (
        [*ops[:3], *ops[4:]],
        [*ops[:3], ops[4], ops[3], *ops[5:]],
        [*ops, ops[-1]],
        [ops[0], *ops],
        list(reversed(ops)),
    ):
        with pytest.raises(CONTROL_REFUSALS):
            AgencyState.replay(history)


def test_a_server_cannot_certify_its_own_device(world: World) -> None:
    spy = new_member(world.draw)
    for author in (
        spy.author,
        Author(world.admin.device, spy.sign),
        Author.root(spy.sign),
        world.coordinator.author,
    ):
        raw = build_device(
            world.agency,
            author,
            world.coordinator.person,
            spy.device,
            spy.sign.public,
            spy.kem.public,
            1,
        )
        with pytest.raises((BadSignature, NotEntitled)):
            world.agency.apply(parse_control(raw))


def test_a_granter_cannot_point_a_wrap_at_an_uncertified_device(world: World) -> None:
    spy = new_member(world.draw)
    sealed = wrap_key(
        world.key,
        world.stream_id,
        1,
        spy.device,
        spy.kem.public,
        world.coordinator.device,
        world.draw,
    )
    body = Grant(1, (), (Wrap(spy.device, sealed),))
    raw = sign_control(
        body,
        stream=world.stream_id,
        prev=world.stream.head,
        author=world.coordinator.author,
        hlc=1,
        authority=world.agency.head,
    )
    with pytest.raises(RuleBroken):
        world.stream.apply(parse_control(raw), world.agency)


def test_a_substituted_key_in_a_wrap_does_not_pass_for_the_streams(world: World) -> None:
    """A granter who hands one colleague another key cannot split the readers unnoticed."""
    false = wrap_key(
        b"f" * 32,
        world.stream_id,
        1,
        world.supervisor.device,
        world.supervisor.kem.public,
        world.coordinator.device,
        world.draw,
    )
    genesis = parse_control(world.stream_ops[0]).body
    assert isinstance(genesis, StreamGenesis)
    wraps = tuple(
        Wrap(wrap.device, false if wrap.device == world.supervisor.device else wrap.sealed)
        for wrap in genesis.wraps
    )
    body = StreamGenesis(
        genesis.agency,
        genesis.label,
        genesis.group,
        genesis.members,
        genesis.kid,
        wraps,
        genesis.recovery,
    )
    raw = sign_control(
        body,
        stream=world.stream_id,
        prev=bytes(32),
        author=world.coordinator.author,
        hlc=1,
        authority=world.agency.head,
    )
    state = StreamState.replay([raw], world.agency)
    with pytest.raises(KidMismatch):
        open_keys(state, world.supervisor.device, world.supervisor.kem)
    assert open_keys(state, world.coordinator.device, world.coordinator.kem) == {1: world.key}


def test_a_wrap_replayed_for_another_place_does_not_open(world: World) -> None:
    wrap = world.stream.epoch.wraps[0]
    owner = {m.device: m for m in (world.coordinator, world.supervisor)}[wrap.device]
    right = (world.stream_id, 1, wrap.device, owner.kem, wrap.granter, world.stream.epoch.kid)
    assert open_wrap(wrap.sealed, *right) == world.key
    stranger = DeviceId(b"z" * 16)
    for place in (
        (world.data_stream, *right[1:]),
        (right[0], 2, *right[2:]),
        (*right[:2], stranger, *right[3:]),
        (*right[:2], RECOVERY, *right[3:]),
        (*right[:3], KemKey(b"\x05" * 32), *right[4:]),
        (*right[:4], stranger, right[5]),
    ):
        with pytest.raises(WrongKeyOrTampered):
            open_wrap(wrap.sealed, *place)
    for position in range(len(wrap.sealed)):
        changed = bytearray(wrap.sealed)
        changed[position] ^= 1
        with pytest.raises(WrongKeyOrTampered):
            open_wrap(bytes(changed), *right)


def test_an_epoch_with_a_false_kid_is_noticed_by_everybody(world: World) -> None:
    raw = build_epoch(
        world.stream,
        world.agency,
        world.coordinator.author,
        b"n" * 32,
        world.key,
        1,
        world.draw,
    )
    good = parse_control(raw).body
    assert isinstance(good, NewEpoch)
    body = NewEpoch(2, kid(b"other" + bytes(27)), good.prev_sealed, good.wraps, good.recovery)
    world.tell_stream(
        sign_control(
            body,
            stream=world.stream_id,
            prev=world.stream.head,
            author=world.coordinator.author,
            hlc=1,
            authority=world.agency.head,
        )
    )
    for member in (world.coordinator, world.supervisor):
        assert 2 not in open_keys(world.stream, member.device, member.kem)
    assert 2 not in open_keys_for_recovery(world.stream, world.seed.recovery_key())


def test_a_removed_colleague_cannot_make_a_key_that_others_seal_under(world: World) -> None:
    """She acts on the authority of before her removal; nobody seals under what she made."""
    from app.protocol.membership import build_agency_remove

    world.tell_stream(
        build_grant(
            world.stream,
            world.agency,
            world.coordinator.author,
            world.key,
            1,
            world.draw,
            [world.colleague.person],
        )
    )
    before = world.agency
    world.tell(
        build_agency_remove(
            world.agency, world.admin.author, world.hlc(), person=world.colleague.person
        )
    )
    known = b"k" * 32
    world.tell_stream(
        build_epoch(
            world.stream, before, world.colleague.author, known, world.key, 1, world.draw
        )
    )
    with pytest.raises(AppError) as refusal:
        sealing_epoch(world.stream, world.agency, world.coordinator.device)
    assert refusal.value.code == "needs_new_epoch"


def test_rolling_a_persons_roles_back_needs_an_administrator(world: World) -> None:
    promoted = new_member(world.draw)
    world.add(promoted, Role.COORDINATOR)
    for op in world.agency_ops:
        with pytest.raises((BrokenChain, ForkAlarm)):
            world.agency.apply(parse_control(op))


def test_a_keyring_moved_to_another_person_or_device_does_not_open() -> None:
    draw = World("keyrings").draw
    keyring = Keyring.generate(draw(16), draw(16), draw)
    blob = wrap_keyring(keyring, "flour", FLOOR, draw)
    other = wrap_keyring(Keyring.generate(draw(16), draw(16), draw), "flour", FLOOR, draw)
    for start, end in ((2, 18), (18, 34), (44, 60), (60, 72)):
        with pytest.raises(WrongPassphrase):
            unwrap_keyring(blob[:start] + other[start:end] + blob[end:], "flour")


@pytest.mark.parametrize(("memory", "passes"), [(8, 1), (19 * 1024 - 1, 2), (19 * 1024, 1), (0, 0)])
def test_a_downgraded_kdf_is_refused_before_it_is_computed(memory: int, passes: int) -> None:
    draw = World("kdf").draw
    blob = wrap_keyring(Keyring.generate(draw(16), draw(16), draw), "flour", FLOOR, draw)
    weak = blob[:34] + memory.to_bytes(4, "big") + passes.to_bytes(4, "big") + blob[42:]
    with pytest.raises(WeakKdf):
        unwrap_keyring(weak, "flour")
