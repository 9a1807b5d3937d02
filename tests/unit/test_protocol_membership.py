"""Who may read and write a family is what its control chain says, on the agency's authority."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from app.crypto.primitives import KemKey
from app.errors import (
    BadCertificate,
    BadSignature,
    BeyondCut,
    BrokenChain,
    CryptoError,
    ForkAlarm,
    KidMismatch,
    MissingKey,
    NeedsNewEpoch,
    NotEntitled,
    RuleBroken,
    UnknownHead,
    WrongKeyOrTampered,
)
from app.protocol.bodies import Body, CertifyPerson, Grant, NewEpoch, StreamGenesis, Wrap
from app.protocol.control import Author, control_hash, parse_control, sign_control
from app.protocol.ids import NO_HASH, RECOVERY, ChainId, DeviceId, PersonId, StreamId
from app.protocol.membership import (
    Cut,
    Label,
    Role,
    StreamState,
    build_agency_remove,
    build_epoch,
    build_grant,
    build_roles,
    build_stream_genesis,
    build_stream_remove,
    check_reader,
    check_segment_entitled,
    cut_for,
    devices_without_key,
    kid,
    new_stream_key,
    open_keys,
    open_keys_for_recovery,
    sealing_epoch,
    spoilt_holders,
)
from app.protocol.stream_keys import open_previous, open_wrap, seal_previous, wrap_key
from tests.vectors.agency_world import Member, World, new_member


@pytest.fixture
def world() -> World:
    return World("membership")


def grant(world: World, by: Member, *people: Member, key: bytes | None = None) -> None:
    world.tell_stream(
        build_grant(
            world.stream,
            world.agency,
            by.author,
            key or world.key,
            world.hlc(),
            world.draw,
            [person.person for person in people],
        )
    )


def new_epoch(world: World, by: Member, previous: bytes | None = None) -> bytes:
    key = new_stream_key(world.draw)
    world.tell_stream(
        build_epoch(
            world.stream,
            world.agency,
            by.author,
            key,
            previous or world.key,
            world.hlc(),
            world.draw,
        )
    )
    return key


def leave(world: World, person: Member, cuts: Iterable[Cut] = ()) -> None:
    world.tell_stream(
        build_stream_remove(
            world.stream, world.agency, world.admin.author, person.person, cuts, world.hlc()
        )
    )


def dismiss(world: World, person: Member, cuts: Iterable[Cut] = ()) -> None:
    world.tell(
        build_agency_remove(
            world.agency, world.admin.author, world.hlc(), person=person.person, cuts=cuts
        )
    )


def lose(world: World, device: Member, cuts: Iterable[Cut] = ()) -> None:
    world.tell(
        build_agency_remove(
            world.agency,
            world.admin.author,
            world.hlc(),
            device=device.device,
            lost=True,
            cuts=cuts,
        )
    )


def opening(
    world: World,
    by: Member,
    label: Label = Label.TEAM,
    members: Iterable[Member] = (),
    stream: StreamId | None = None,
) -> bytes:
    return build_stream_genesis(
        world.agency,
        by.author,
        stream or StreamId(world.draw(16)),
        label,
        world.draw(16),
        world.key,
        world.hlc(),
        world.draw,
        [member.person for member in members],
    )


def stream_op(world: World, author: Author, body: Body, **places: bytes) -> bytes:
    return sign_control(
        body,
        stream=StreamId(places.get("stream", world.stream_id)),
        prev=places.get("prev", world.stream.head),
        author=author,
        hlc=1,
        authority=places.get("authority", world.agency.head),
    )


def refused(world: World, raw: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        world.stream.apply(parse_control(raw), world.agency)


# Opening a stream


def test_a_coordinator_opens_a_family_and_the_supervisor_and_recovery_can_read(world: World) -> None:
    assert world.stream.members == {world.coordinator.person, world.supervisor.person}
    for member in (world.coordinator, world.supervisor):
        assert open_keys(world.stream, member.device, member.kem) == {1: world.key}
    recovery = world.seed.recovery_key()
    assert open_keys_for_recovery(world.stream, recovery) == {1: world.key}
    assert world.stream.epoch.kid == kid(world.key)
    with pytest.raises(MissingKey):
        open_keys(world.stream, world.colleague.device, world.colleague.kem)


def test_a_replay_gives_the_state_that_was_built_step_by_step(world: World) -> None:
    grant(world, world.supervisor, world.colleague)
    leave(world, world.colleague)
    new_epoch(world, world.coordinator)
    again = StreamState.replay(world.stream_ops, world.agency)
    assert again == world.stream
    assert again.heads == tuple(control_hash(raw) for raw in world.stream_ops)
    assert again.moment_at(again.heads[0]).epoch == 1
    assert again.now.epoch == 2


def test_a_family_cannot_be_opened_behind_the_supervisors_back(world: World) -> None:
    genesis = parse_control(world.stream_ops[0]).body
    assert isinstance(genesis, StreamGenesis)
    alone = StreamGenesis(
        genesis.agency,
        genesis.label,
        genesis.group,
        (world.coordinator.person,),
        genesis.kid,
        tuple(wrap for wrap in genesis.wraps if wrap.device == world.coordinator.device),
        genesis.recovery,
    )
    raw = stream_op(world, world.coordinator.author, alone, prev=NO_HASH)
    with pytest.raises(RuleBroken):
        StreamState.replay([raw], world.agency)


def test_a_new_key_goes_to_exactly_the_members_devices(world: World) -> None:
    genesis = parse_control(world.stream_ops[0]).body
    assert isinstance(genesis, StreamGenesis)
    extra = Wrap(world.colleague.device, genesis.wraps[0].sealed)
    for wraps in (genesis.wraps[1:], (*genesis.wraps, extra)):
        changed = StreamGenesis(
            genesis.agency,
            genesis.label,
            genesis.group,
            genesis.members,
            genesis.kid,
            wraps,
            genesis.recovery,
        )
        raw = stream_op(world, world.coordinator.author, changed, prev=NO_HASH)
        with pytest.raises(RuleBroken):
            StreamState.replay([raw], world.agency)


def test_a_family_opened_offline_on_an_older_agency_head_counts(world: World) -> None:
    raw = opening(world, world.coordinator)
    world.add(new_member(world.draw), Role.COORDINATOR)
    state = StreamState.replay([raw], world.agency)
    assert state.now.authority < world.agency.index


def test_an_administrator_opens_the_data_stream_and_no_family(world: World) -> None:
    everybody = [world.coordinator, world.supervisor, world.colleague]
    raw = opening(world, world.admin, Label.DATA, everybody, world.data_stream)
    state = StreamState.replay([raw], world.agency)
    assert len(state.members) == 4
    with pytest.raises(NotEntitled):
        StreamState.replay([opening(world, world.admin)], world.agency)
    with pytest.raises(NotEntitled):
        StreamState.replay(
            [opening(world, world.coordinator, Label.DATA, (), world.data_stream)], world.agency
        )


def test_the_data_stream_has_one_id_and_one_label(world: World) -> None:
    for raw in (
        opening(world, world.coordinator, Label.TEAM, (), world.data_stream),
        opening(world, world.admin, Label.DATA),
        opening(world, world.coordinator, Label.TEAM, (), world.agency.agency),
    ):
        with pytest.raises(RuleBroken):
            StreamState.replay([raw], world.agency)


def test_an_administrator_holds_no_family_key(world: World) -> None:
    with pytest.raises(RuleBroken):
        StreamState.replay([opening(world, world.coordinator, Label.TEAM, [world.admin])], world.agency)
    raw = build_grant(
        world.stream,
        world.agency,
        world.coordinator.author,
        world.key,
        1,
        world.draw,
        [world.admin.person],
    )
    refused(world, raw, RuleBroken)


def test_the_familys_own_device_reads_the_family_stream_only(world: World) -> None:
    parent = new_member(world.draw)
    world.add(parent)
    state = StreamState.replay(
        [opening(world, world.coordinator, Label.FAMILY, [parent])], world.agency
    )
    assert parent.person in state.members
    for label in (Label.TEAM, Label.RESTRICTED):
        with pytest.raises(RuleBroken):
            StreamState.replay([opening(world, world.coordinator, label, [parent])], world.agency)
    nobody = new_member(world.draw)
    with pytest.raises(RuleBroken):
        StreamState.replay(
            [opening(world, world.coordinator, Label.FAMILY, [nobody])], world.agency
        )
    with pytest.raises(RuleBroken):
        StreamState.replay(
            [opening(world, world.admin, Label.DATA, [parent], world.data_stream)], world.agency
        )


def test_a_stream_chain_starts_with_its_genesis(world: World) -> None:
    with pytest.raises(BrokenChain):
        StreamState.replay([], world.agency)
    grant(world, world.coordinator, world.colleague)
    with pytest.raises(BrokenChain):
        StreamState.replay(world.stream_ops[1:], world.agency)
    genesis = parse_control(world.stream_ops[0]).body
    assert isinstance(genesis, StreamGenesis)
    raw = stream_op(world, world.coordinator.author, genesis, prev=b"p" * 32)
    with pytest.raises(BrokenChain):
        StreamState.replay([raw], world.agency)
    raw = stream_op(world, world.coordinator.author, Grant(1, (), ()), prev=NO_HASH)
    with pytest.raises(BrokenChain):
        StreamState.replay([raw], world.agency)


def test_a_genesis_is_signed_by_its_author(world: World) -> None:
    genesis = parse_control(world.stream_ops[0]).body
    forged = Author(world.coordinator.device, world.colleague.sign)
    raw = stream_op(world, forged, genesis, prev=NO_HASH)
    with pytest.raises(BadSignature):
        StreamState.replay([raw], world.agency)


def test_readers_are_the_members_live_devices(world: World) -> None:
    check_reader(world.stream, world.agency, world.supervisor.device)
    for device in (world.colleague.device, world.admin.device, DeviceId(b"n" * 16)):
        with pytest.raises(NotEntitled):
            check_reader(world.stream, world.agency, device)
    lose(world, world.supervisor)
    with pytest.raises(NotEntitled):
        check_reader(world.stream, world.agency, world.supervisor.device)


def test_a_stream_of_another_agency_is_refused(world: World) -> None:
    other = World("another agency")
    with pytest.raises(BrokenChain):
        StreamState.replay(other.stream_ops, world.agency)


def test_an_authority_that_is_not_known_yet_asks_for_the_agency_chain(world: World) -> None:
    before = world.agency
    world.add(new_member(world.draw), Role.COORDINATOR)
    with pytest.raises(UnknownHead):
        StreamState.replay([opening(world, world.coordinator)], before)


# Granting and renewing


def test_members_who_work_with_the_family_may_grant(world: World) -> None:
    grant(world, world.supervisor, world.colleague)
    assert open_keys(world.stream, world.colleague.device, world.colleague.kem) == {1: world.key}
    assert sealing_epoch(world.stream, world.agency, world.colleague.device) == 1


def test_strangers_and_administrators_may_not_grant_or_renew(world: World) -> None:
    for by in (world.colleague, world.admin):
        for raw in (
            build_grant(
                world.stream,
                world.agency,
                by.author,
                world.key,
                1,
                world.draw,
                [world.colleague.person],
            ),
            build_epoch(
                world.stream, world.agency, by.author, b"n" * 32, world.key, 1, world.draw
            ),
        ):
            refused(world, raw, NotEntitled)


def test_a_second_device_gets_its_wraps_from_a_colleague_and_reads_the_past(world: World) -> None:
    second_key = new_epoch(world, world.coordinator)
    second = new_member(world.draw, world.coordinator.person)
    world.add_device(second)
    assert [device.id for device in devices_without_key(world.stream, world.agency)] == [second.device]
    with pytest.raises(NotEntitled):
        sealing_epoch(world.stream, world.agency, second.device)
    check_reader(world.stream, world.agency, second.device)
    grant(world, world.supervisor, key=second_key)
    assert open_keys(world.stream, second.device, second.kem) == {1: world.key, 2: second_key}
    assert devices_without_key(world.stream, world.agency) == ()


def test_a_device_that_was_given_no_key_gives_none(world: World) -> None:
    second = new_member(world.draw, world.coordinator.person)
    world.add_device(second)
    raw = build_grant(world.stream, world.agency, second.author, world.key, 1, world.draw)
    refused(world, raw, NotEntitled)


def test_the_root_recovers_a_family_whose_devices_are_all_lost(world: World) -> None:
    keys = open_keys_for_recovery(world.stream, world.seed.recovery_key())
    fresh = new_member(world.draw, world.coordinator.person)
    world.add_device(fresh)
    world.tell_stream(
        build_grant(world.stream, world.agency, world.root, keys[1], 1, world.draw)
    )
    assert open_keys(world.stream, fresh.device, fresh.kem) == keys


def test_a_grant_says_something_and_says_it_of_the_current_epoch(world: World) -> None:
    author = world.coordinator.author
    with pytest.raises(RuleBroken):
        build_grant(world.stream, world.agency, author, world.key, 1, world.draw)
    with pytest.raises(CryptoError):
        build_grant(world.stream, world.agency, author, b"x" * 32, 1, world.draw)
    with pytest.raises(CryptoError):
        build_epoch(world.stream, world.agency, author, b"n" * 32, b"x" * 32, 1, world.draw)
    refused(world, stream_op(world, author, Grant(1, (), ())), RuleBroken)
    refused(world, stream_op(world, author, Grant(2, (world.colleague.person,), ())), RuleBroken)
    wrap = Wrap(world.colleague.device, bytes(80))
    refused(world, stream_op(world, author, Grant(1, (), (wrap,))), RuleBroken)
    refused(world, stream_op(world, author, Grant(1, (PersonId(b"n" * 16),), ())), RuleBroken)


def test_an_epoch_follows_the_last_and_its_key_is_new(world: World) -> None:
    author = world.coordinator.author
    good = parse_control(
        build_epoch(world.stream, world.agency, author, b"n" * 32, world.key, 1, world.draw)
    ).body
    assert isinstance(good, NewEpoch)
    for wrong in (
        NewEpoch(3, good.kid, good.prev_sealed, good.wraps, good.recovery),
        NewEpoch(1, good.kid, good.prev_sealed, good.wraps, good.recovery),
        NewEpoch(2, kid(world.key), good.prev_sealed, good.wraps, good.recovery),
        NewEpoch(2, good.kid, good.prev_sealed, good.wraps[1:], good.recovery),
    ):
        refused(world, stream_op(world, author, wrong), RuleBroken)


def test_a_coordinator_takes_nobody_out_of_a_stream_not_even_herself(world: World) -> None:
    for whom in (world.supervisor.person, world.coordinator.person):
        raw = build_stream_remove(world.stream, world.agency, world.coordinator.author, whom, (), 1)
        refused(world, raw, NotEntitled)


def test_a_supervisor_takes_people_out_of_the_streams_she_reads_only(world: World) -> None:
    raw = build_stream_remove(
        world.stream, world.agency, world.supervisor.author, world.coordinator.person, (), 1
    )
    assert world.coordinator.person not in world.stream.apply(parse_control(raw), world.agency).members
    leave(world, world.supervisor)
    raw = build_stream_remove(
        world.stream, world.agency, world.supervisor.author, world.coordinator.person, (), 1
    )
    refused(world, raw, NotEntitled)


def test_nobody_is_taken_out_twice_or_with_cuts_of_another_stream(world: World) -> None:
    leave(world, world.supervisor)
    assert world.stream.members == {world.coordinator.person}
    for person, cuts in (
        (world.colleague.person, ()),
        (world.coordinator.person, [Cut(StreamId(b"o" * 16), ChainId(b"c" * 16), 0, NO_HASH)]),
    ):
        raw = build_stream_remove(
            world.stream, world.agency, world.admin.author, person, cuts, 1
        )
        refused(world, raw, RuleBroken)


def test_two_children_of_one_parent_raise_the_fork_alarm(world: World) -> None:
    author = world.coordinator.author
    before = world.stream
    other = build_epoch(before, world.agency, author, b"n" * 32, world.key, 1, world.draw)
    new_epoch(world, world.supervisor)
    refused(world, other, ForkAlarm)
    refused(world, opening(world, world.coordinator, stream=world.stream_id), ForkAlarm)
    refused(world, world.stream_ops[1], BrokenChain)
    refused(world, stream_op(world, author, Grant(2, (), ()), prev=b"p" * 32), BrokenChain)


def test_an_operation_of_another_stream_or_chain_is_refused(world: World) -> None:
    author = world.coordinator.author
    elsewhere = stream_op(world, author, Grant(1, (world.colleague.person,), ()), stream=b"e" * 16)
    refused(world, elsewhere, BrokenChain)
    agency_kind = stream_op(world, author, CertifyPerson(PersonId(b"p" * 16), ()))
    refused(world, agency_kind, RuleBroken)
    forged = Author(world.coordinator.device, world.colleague.sign)
    refused(world, stream_op(world, forged, Grant(1, (world.colleague.person,), ())), BadSignature)


def test_authority_never_goes_back(world: World) -> None:
    older = world.agency.head
    world.add(new_member(world.draw), Role.COORDINATOR)
    grant(world, world.coordinator, world.colleague)
    raw = stream_op(
        world,
        world.coordinator.author,
        Grant(1, (world.colleague.person,), ()),
        authority=older,
    )
    refused(world, raw, RuleBroken)


def test_a_removed_author_is_stopped_by_the_newer_authority(world: World) -> None:
    older = world.agency.head
    dismiss(world, world.coordinator)
    body = Grant(1, (world.colleague.person,), ())
    refused(world, stream_op(world, world.coordinator.author, body), NotEntitled)
    backdated = parse_control(
        stream_op(world, world.coordinator.author, body, authority=older)
    )
    # Replay judges by the authority an operation names, until the chain knows a newer one.
    world.stream.apply(backdated, world.agency)
    grant(world, world.supervisor, world.colleague)
    refused(
        world,
        stream_op(
            world,
            world.coordinator.author,
            Grant(1, (world.colleague.person,), ()),
            authority=older,
        ),
        RuleBroken,
    )


# Keys


def test_a_wrap_is_for_one_stream_epoch_recipient_and_granter() -> None:
    key, kem = b"k" * 32, KemKey(b"\x01" * 32)
    stream, recipient, granter = StreamId(b"s" * 16), DeviceId(b"r" * 16), DeviceId(b"g" * 16)
    world = World()
    sealed = wrap_key(key, stream, 1, recipient, kem.public, granter, world.draw)
    assert open_wrap(sealed, stream, 1, recipient, kem, granter, kid(key)) == key
    for place in (
        (StreamId(b"t" * 16), 1, recipient, kem, granter),
        (stream, 2, recipient, kem, granter),
        (stream, 1, RECOVERY, kem, granter),
        (stream, 1, recipient, kem, recipient),
        (stream, 1, recipient, KemKey(b"\x02" * 32), granter),
    ):
        with pytest.raises(WrongKeyOrTampered):
            open_wrap(sealed, *place, kid(key))
    with pytest.raises(KidMismatch):
        open_wrap(sealed, stream, 1, recipient, kem, granter, kid(b"x" * 32))
    with pytest.raises(CryptoError):
        wrap_key(b"short", stream, 1, recipient, kem.public, granter, world.draw)


def test_the_previous_key_is_sealed_for_one_stream_and_epoch() -> None:
    stream, new, old = StreamId(b"s" * 16), b"n" * 32, b"o" * 32
    sealed = seal_previous(new, old, stream, 2, World().draw)
    assert open_previous(new, sealed, stream, 2, kid(old)) == old
    for key, where, epoch in ((old, stream, 2), (new, StreamId(b"t" * 16), 2), (new, stream, 3)):
        with pytest.raises(WrongKeyOrTampered):
            open_previous(key, sealed, where, epoch, kid(old))
    with pytest.raises(KidMismatch):
        open_previous(new, sealed, stream, 2, kid(b"x" * 32))


def test_a_false_wrap_does_not_hide_a_true_one(world: World) -> None:
    false = wrap_key(
        b"f" * 32,
        world.stream_id,
        1,
        world.colleague.device,
        world.colleague.kem.public,
        world.supervisor.device,
        world.draw,
    )
    body = Grant(1, (world.colleague.person,), (Wrap(world.colleague.device, false),))
    world.tell_stream(stream_op(world, world.supervisor.author, body))
    with pytest.raises(KidMismatch):
        open_keys(world.stream, world.colleague.device, world.colleague.kem)
    true = wrap_key(
        world.key,
        world.stream_id,
        1,
        world.colleague.device,
        world.colleague.kem.public,
        world.coordinator.device,
        world.draw,
    )
    again = Grant(1, (), (Wrap(world.colleague.device, true),))
    world.tell_stream(stream_op(world, world.coordinator.author, again))
    assert open_keys(world.stream, world.colleague.device, world.colleague.kem) == {1: world.key}


def test_a_false_previous_key_costs_only_the_past_it_hides(world: World) -> None:
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
    bad = NewEpoch(2, good.kid, bytes(60), good.wraps, good.recovery)
    world.tell_stream(stream_op(world, world.coordinator.author, bad))
    assert open_keys(world.stream, world.supervisor.device, world.supervisor.kem) == {
        1: world.key,
        2: b"n" * 32,
    }
    grant(world, world.supervisor, world.colleague, key=b"n" * 32)
    assert open_keys(world.stream, world.colleague.device, world.colleague.kem) == {2: b"n" * 32}


# Removal and the epoch to seal under


def test_nobody_seals_under_a_key_that_somebody_removed_knows(world: World) -> None:
    grant(world, world.coordinator, world.colleague)
    leave(world, world.colleague)
    with pytest.raises(NeedsNewEpoch):
        sealing_epoch(world.stream, world.agency, world.coordinator.device)
    assert spoilt_holders(world.stream, world.agency) == {world.colleague.device}
    new_epoch(world, world.supervisor)
    assert sealing_epoch(world.stream, world.agency, world.coordinator.device) == 2
    for device in (world.colleague.device, world.admin.device):
        with pytest.raises(NotEntitled):
            sealing_epoch(world.stream, world.agency, device)


@pytest.mark.parametrize("how", [dismiss, lose])
def test_a_removal_from_the_agency_forces_a_new_epoch_too(world: World, how: object) -> None:
    grant(world, world.coordinator, world.colleague)
    (dismiss if how is dismiss else lose)(world, world.colleague)
    with pytest.raises(NeedsNewEpoch):
        sealing_epoch(world.stream, world.agency, world.coordinator.device)
    with pytest.raises(NotEntitled):
        sealing_epoch(world.stream, world.agency, world.colleague.device)
    second = new_epoch(world, world.coordinator)
    assert sealing_epoch(world.stream, world.agency, world.supervisor.device) == 2
    assert world.colleague.device not in world.stream.now.recipients
    with pytest.raises(NotEntitled):
        sealing_epoch(world.stream, world.agency, world.colleague.device)
    assert second not in open_keys(world.stream, world.colleague.device, world.colleague.kem).values()


def test_a_grant_to_a_device_removed_since_is_void_and_forces_a_new_epoch(world: World) -> None:
    older = world.agency
    raw = build_grant(
        world.stream,
        older,
        world.coordinator.author,
        world.key,
        1,
        world.draw,
        [world.colleague.person],
    )
    lose(world, world.colleague)
    world.tell_stream(raw)
    with pytest.raises(NeedsNewEpoch):
        sealing_epoch(world.stream, world.agency, world.coordinator.device)
    line = world.line(world.colleague)
    line.write(world.note())
    with pytest.raises(BeyondCut) as beyond:
        check_segment_entitled(
            line.segment(world.stream.head), line.cert, world.agency, world.stream
        )
    assert beyond.value.valid_through == 0


def test_an_epoch_made_by_somebody_removed_since_is_not_sealed_under(world: World) -> None:
    new_epoch(world, world.supervisor)
    leave(world, world.supervisor)
    with pytest.raises(NeedsNewEpoch):
        sealing_epoch(world.stream, world.agency, world.coordinator.device)


# What counts


def test_what_a_member_wrote_counts(world: World) -> None:
    line = world.line(world.coordinator)
    for _ in range(3):
        line.write(world.note())
    check_segment_entitled(line.segment(world.stream.head), line.cert, world.agency, world.stream)


def test_strangers_late_heads_and_early_epochs_do_not_count(world: World) -> None:
    head = world.stream.head
    stranger = world.line(world.colleague)
    stranger.write(world.note())
    with pytest.raises(NotEntitled):
        check_segment_entitled(stranger.segment(head), stranger.cert, world.agency, world.stream)
    grant(world, world.coordinator, world.colleague)
    with pytest.raises(NotEntitled):
        check_segment_entitled(stranger.segment(head), stranger.cert, world.agency, world.stream)
    check_segment_entitled(
        stranger.segment(world.stream.head), stranger.cert, world.agency, world.stream
    )
    with pytest.raises(UnknownHead):
        check_segment_entitled(stranger.segment(b"h" * 32), stranger.cert, world.agency, world.stream)
    early = world.line(world.coordinator, epoch=2)
    early.write(world.note())
    with pytest.raises(NotEntitled):
        check_segment_entitled(early.segment(head), early.cert, world.agency, world.stream)


def test_a_segment_counts_with_its_own_certificate_and_stream_only(world: World) -> None:
    line, other = world.line(world.coordinator), world.line(world.coordinator)
    line.write(world.note())
    segment = line.segment(world.stream.head)
    with pytest.raises(BadCertificate):
        check_segment_entitled(segment, other.cert, world.agency, world.stream)
    elsewhere = StreamState.replay([opening(world, world.coordinator)], world.agency)
    with pytest.raises(NotEntitled):
        check_segment_entitled(segment, line.cert, world.agency, elsewhere)
    unknown = world.line(new_member(world.draw))
    unknown.write(world.note())
    with pytest.raises(NotEntitled):
        check_segment_entitled(
            unknown.segment(world.stream.head), unknown.cert, world.agency, world.stream
        )


@pytest.mark.parametrize("how", ["person", "device", "stream"])
def test_up_to_the_cut_it_counts_for_ever_and_beyond_it_never(world: World, how: str) -> None:
    grant(world, world.coordinator, world.colleague)
    head = world.stream.head
    line = world.line(world.colleague)
    for _ in range(4):
        line.write(world.note())
    unnamed = world.line(world.colleague)
    unnamed.write(world.note())
    remove = {"person": dismiss, "device": lose, "stream": leave}[how]
    remove(world, world.colleague, [line.cut(2)])

    def check(first: int, last: int) -> None:
        check_segment_entitled(line.segment(head, first, last), line.cert, world.agency, world.stream)

    check(1, 2)
    check(2, 2)
    for first, last in ((1, 3), (2, 4), (3, 3), (3, 4)):
        with pytest.raises(BeyondCut) as beyond:
            check(first, last)
        assert beyond.value.valid_through == 2
    with pytest.raises(BeyondCut) as beyond:
        check_segment_entitled(unnamed.segment(head), unnamed.cert, world.agency, world.stream)
    assert beyond.value.valid_through == 0


def test_a_removed_device_is_not_entitled_at_heads_that_know_of_it(world: World) -> None:
    grant(world, world.coordinator, world.colleague)
    line = world.line(world.colleague)
    line.write(world.note())
    dismiss(world, world.colleague, [line.cut(1)])
    new_epoch(world, world.coordinator)
    with pytest.raises(NotEntitled):
        check_segment_entitled(
            line.segment(world.stream.head), line.cert, world.agency, world.stream
        )


def test_a_cut_that_names_another_history_is_a_fork(world: World) -> None:
    grant(world, world.coordinator, world.colleague)
    head = world.stream.head
    line = world.line(world.colleague)
    for _ in range(3):
        line.write(world.note())
    leave(world, world.colleague, [line.cut(2)._replace(hash=b"o" * 32)])
    for last in (2, 3):
        with pytest.raises(ForkAlarm):
            check_segment_entitled(
                line.segment(head, 1, last), line.cert, world.agency, world.stream
            )


def test_somebody_let_in_again_writes_in_a_new_chain(world: World) -> None:
    grant(world, world.coordinator, world.colleague)
    old_head = world.stream.head
    line = world.line(world.colleague)
    for _ in range(3):
        line.write(world.note())
    leave(world, world.colleague, [line.cut(2)])
    key = new_epoch(world, world.coordinator)
    grant(world, world.coordinator, world.colleague, key=key)
    fresh = world.line(world.colleague, key, epoch=2)
    fresh.write(world.note())
    check_segment_entitled(fresh.segment(world.stream.head), fresh.cert, world.agency, world.stream)
    check_segment_entitled(line.segment(old_head, 1, 2), line.cert, world.agency, world.stream)
    for head in (old_head, world.stream.head):
        with pytest.raises(BeyondCut):
            check_segment_entitled(line.segment(head, 3), line.cert, world.agency, world.stream)
    backdated = world.line(world.colleague)
    backdated.write(world.note())
    with pytest.raises(BeyondCut):
        check_segment_entitled(
            backdated.segment(old_head), backdated.cert, world.agency, world.stream
        )


def test_the_tightest_of_several_cuts_binds(world: World) -> None:
    grant(world, world.coordinator, world.colleague)
    head = world.stream.head
    line = world.line(world.colleague)
    for _ in range(4):
        line.write(world.note())
    leave(world, world.colleague, [line.cut(3)])
    dismiss(world, world.colleague, [line.cut(1)])
    with pytest.raises(BeyondCut) as beyond:
        check_segment_entitled(line.segment(head), line.cert, world.agency, world.stream)
    assert beyond.value.valid_through == 1


def test_an_old_note_counts_though_its_writer_has_another_role_now(world: World) -> None:
    line = world.line(world.coordinator)
    line.write(world.note())
    segment = line.segment(world.stream.head)
    world.tell(
        build_roles(
            world.agency, world.admin.author, world.coordinator.person, [Role.ADMINISTRATOR], 1
        )
    )
    check_segment_entitled(segment, line.cert, world.agency, world.stream)
    raw = build_grant(
        world.stream,
        world.agency,
        world.coordinator.author,
        world.key,
        1,
        world.draw,
        [world.colleague.person],
    )
    refused(world, raw, NotEntitled)


def test_offline_notes_of_an_older_epoch_still_count_after_a_removal(world: World) -> None:
    grant(world, world.coordinator, world.colleague)
    line = world.line(world.coordinator)
    line.write(world.note())
    leave(world, world.colleague)
    new_epoch(world, world.supervisor)
    check_segment_entitled(line.segment(world.stream.head), line.cert, world.agency, world.stream)


def test_a_chain_without_a_cut_is_cut_at_its_start() -> None:
    stream, chain = StreamId(b"s" * 16), ChainId(b"c" * 16)
    named = Cut(stream, chain, 5, b"h" * 32)
    assert cut_for((named,), stream, chain) == named
    assert cut_for((named,), stream, ChainId(b"d" * 16)).dseq == 0
    assert cut_for((named,), StreamId(b"t" * 16), chain).dseq == 0
