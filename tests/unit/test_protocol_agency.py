"""Who is who is what the agency chain says, from the root down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.primitives import SigningKey
from app.crypto.seed import root_fingerprint
from app.errors import (
    AppError,
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
from app.protocol.bodies import (
    AgencyGenesis,
    Body,
    CertifyPerson,
    Fields,
    Kind,
    RemoveFromAgency,
    RemoveFromStream,
    SetRoles,
    SetTeam,
    decode_body,
    encode_body,
)
from app.protocol.canonical import pack
from app.protocol.control import Author, control_hash, parse_control, sign_control, verify_control
from app.protocol.ids import NO_HASH, ROOT, DeviceId, PersonId, StreamId, TeamId, new_id
from app.protocol.limits import MAX_CONTROL_BYTES
from app.protocol.membership import (
    AgencyState,
    Cut,
    Role,
    build_agency_genesis,
    build_agency_remove,
    build_device,
    build_person,
    build_roles,
    build_team,
    who_must_read,
)
from tests.vectors.agency_world import Member, World, new_member


@pytest.fixture
def world() -> World:
    return World("agency")


def signed(world: World, author: Author, body: Body, **changes: bytes) -> bytes:
    place = {"prev": world.agency.head, "authority": world.agency.head} | changes
    stream = StreamId(changes.pop("stream", world.agency.agency))
    return sign_control(
        body,
        stream=stream,
        prev=place["prev"],
        author=author,
        hlc=1,
        authority=place["authority"],
    )


def person_op(world: World, author: Author, **changes: bytes) -> bytes:
    return signed(world, author, CertifyPerson(PersonId(world.draw(16)), ()), **changes)


def test_a_replay_gives_the_state_that_was_built_step_by_step(world: World) -> None:
    fingerprint = root_fingerprint(world.root.key.public)
    again = AgencyState.replay(world.agency_ops, fingerprint)
    assert again == world.agency
    assert again.heads == tuple(control_hash(raw) for raw in world.agency_ops)
    assert again.index == len(world.agency_ops) - 1
    assert again.data_stream == world.data_stream
    assert again.recovery_public == world.seed.recovery_key().public


def test_an_agency_of_another_root_is_refused(world: World) -> None:
    with pytest.raises(NotEntitled):
        AgencyState.replay(World("another").agency_ops, root_fingerprint(world.root.key.public))


def test_a_chain_starts_with_its_genesis(world: World) -> None:
    with pytest.raises(BrokenChain):
        AgencyState.replay([])
    with pytest.raises(BrokenChain):
        AgencyState.replay(world.agency_ops[1:])
    with pytest.raises(BrokenChain):
        AgencyState.replay([world.agency_ops[0], world.agency_ops[2]])


def test_another_operation_does_not_pass_for_a_genesis(world: World) -> None:
    raw = person_op(world, world.root, prev=NO_HASH, authority=NO_HASH)
    with pytest.raises(BrokenChain):
        AgencyState.replay([raw])


@pytest.mark.parametrize("part", ["author", "prev", "authority", "key"])
def test_a_genesis_is_signed_by_the_root_it_names(world: World, part: str) -> None:
    root, wrong = world.root.key, SigningKey(b"\x01" * 32)
    body = AgencyGenesis(root.public, bytes(32), world.data_stream)
    raw = sign_control(
        body,
        stream=world.agency.agency,
        prev=b"p" * 32 if part == "prev" else NO_HASH,
        author=Author(DeviceId(b"d" * 16) if part == "author" else ROOT, wrong if part == "key" else root),
        hlc=1,
        authority=b"a" * 32 if part == "authority" else NO_HASH,
    )
    with pytest.raises(BadSignature if part == "key" else BrokenChain):
        AgencyState.replay([raw])


def test_a_refused_operation_changes_nothing(world: World) -> None:
    before = world.agency
    with pytest.raises(NotEntitled):
        before.apply(parse_control(person_op(world, world.coordinator.author)))
    assert before == AgencyState.replay(world.agency_ops)


@pytest.mark.parametrize("who", ["supervisor", "coordinator", "colleague"])
def test_only_administrators_certify_and_remove(world: World, who: str) -> None:
    author: Author = getattr(world, who).author
    state = world.agency
    fresh = new_member(world.draw)
    for raw in (
        build_person(state, author, fresh.person, [Role.ADMINISTRATOR], 1),
        build_device(
            state,
            author,
            world.coordinator.person,
            fresh.device,
            fresh.sign.public,
            fresh.kem.public,
            1,
        ),
        build_roles(state, author, world.coordinator.person, [Role.ADMINISTRATOR], 1),
        build_team(state, author, world.team, world.supervisor.person, 1),
        build_agency_remove(state, author, 1, person=world.admin.person),
    ):
        with pytest.raises(NotEntitled):
            state.apply(parse_control(raw))


def test_the_root_may_do_what_an_administrator_may(world: World) -> None:
    world.tell(build_agency_remove(world.agency, world.root, 1, person=world.admin.person))
    new_admin = new_member(world.draw)
    world.add(new_admin, Role.ADMINISTRATOR, by=world.root)
    with pytest.raises(NotEntitled):
        world.agency.apply(parse_control(person_op(world, world.admin.author)))
    world.agency.apply(parse_control(person_op(world, new_admin.author)))


def test_an_operation_signed_by_somebody_else_is_refused(world: World) -> None:
    forged = Author(world.admin.device, world.coordinator.sign)
    with pytest.raises(BadSignature):
        world.agency.apply(parse_control(person_op(world, forged)))
    stranger = Author(DeviceId(b"x" * 16), world.admin.sign)
    with pytest.raises(NotEntitled):
        world.agency.apply(parse_control(person_op(world, stranger)))


def test_two_children_of_one_parent_raise_the_fork_alarm(world: World) -> None:
    parent = world.agency
    one = parse_control(person_op(world, world.admin.author))
    other = parse_control(person_op(world, world.admin.author))
    state = parent.apply(one)
    with pytest.raises(ForkAlarm):
        state.apply(other)
    second_genesis = signed(
        world,
        world.root,
        AgencyGenesis(world.root.key.public, bytes(32), world.data_stream),
        prev=NO_HASH,
        authority=NO_HASH,
    )
    with pytest.raises(ForkAlarm):
        state.apply(parse_control(second_genesis))
    with pytest.raises(BrokenChain):
        state.apply(one)


def test_a_forged_child_raises_no_fork_alarm(world: World) -> None:
    state = world.agency
    older = world.agency.heads[-2]
    forged = person_op(world, Author(world.admin.device, world.colleague.sign), prev=older)
    with pytest.raises(BadSignature):
        state.apply(parse_control(forged))


def test_an_operation_names_its_place(world: World) -> None:
    unknown = person_op(world, world.admin.author, prev=b"u" * 32, authority=b"u" * 32)
    with pytest.raises(BrokenChain):
        world.agency.apply(parse_control(unknown))
    old_authority = person_op(world, world.admin.author, authority=world.agency.heads[-2])
    with pytest.raises(BrokenChain):
        world.agency.apply(parse_control(old_authority))
    elsewhere = person_op(world, world.admin.author, stream=b"e" * 16)
    with pytest.raises(BrokenChain):
        world.agency.apply(parse_control(elsewhere))


def test_a_stream_operation_does_not_belong_to_the_agency_chain(world: World) -> None:
    raw = signed(world, world.admin.author, RemoveFromStream(world.colleague.person, ()))
    with pytest.raises(RuleBroken):
        world.agency.apply(parse_control(raw))


def broken_rules(world: World) -> dict[str, bytes]:
    state, admin = world.agency, world.admin.author
    fresh = new_member(world.draw)

    def device(person: PersonId, new: Member) -> bytes:
        return build_device(
            state, admin, person, new.device, new.sign.public, new.kem.public, 1
        )

    nobody = PersonId(b"n" * 16)
    return {
        "person twice": build_person(state, admin, world.supervisor.person, [], 1),
        "roles of nobody": build_roles(state, admin, nobody, [], 1),
        "device of nobody": device(nobody, fresh),
        "device twice": device(
            world.coordinator.person, replace(fresh, device=world.coordinator.device)
        ),
        "device named as the root": device(
            world.coordinator.person, replace(fresh, device=ROOT)
        ),
        "key twice": device(world.colleague.person, replace(fresh, sign=world.coordinator.sign)),
        "key of the root": device(world.colleague.person, replace(fresh, sign=world.root.key)),
        "supervisor without the role": build_team(
            state, admin, world.team, world.coordinator.person, 1
        ),
        "supervisor unknown": build_team(state, admin, world.team, nobody, 1),
        "remove nobody": build_agency_remove(state, admin, 1, person=nobody),
        "remove no device": build_agency_remove(state, admin, 1, device=DeviceId(b"n" * 16)),
    }


@pytest.mark.parametrize("what", list(broken_rules(World("agency"))))
def test_an_administrator_cannot_break_the_rules(world: World, what: str) -> None:
    with pytest.raises(RuleBroken):
        world.agency.apply(parse_control(broken_rules(world)[what]))


def test_a_removed_person_is_gone_for_ever_with_every_device(world: World) -> None:
    second = new_member(world.draw, world.coordinator.person)
    world.add_device(second)
    before = world.agency
    world.tell(build_agency_remove(before, world.admin.author, 1, person=second.person))
    state = world.agency
    for device in (second.device, world.coordinator.device):
        with pytest.raises(NotEntitled):
            state.entitled_at(device, state.head)
        assert state.entitled_at(device, before.head).person == second.person
    assert state.roles_at(second.person, state.index) == ()
    assert state.roles_at(second.person, state.index - 1) == (Role.COORDINATOR,)
    assert not state.is_person_at(second.person, state.index)
    assert state.live_devices([second.person]) == ()
    assert {d.id for d in state.live_devices([second.person], state.index - 1)} == {
        second.device,
        world.coordinator.device,
    }
    for raw in (
        build_person(state, world.admin.author, second.person, [], 1),
        build_roles(state, world.admin.author, second.person, [], 1),
        build_agency_remove(state, world.admin.author, 1, person=second.person),
        build_agency_remove(state, world.admin.author, 1, device=second.device),
    ):
        with pytest.raises(RuleBroken):
            state.apply(parse_control(raw))


def test_a_lost_device_goes_and_its_person_stays(world: World) -> None:
    world.tell(
        build_agency_remove(
            world.agency,
            world.admin.author,
            1,
            device=world.coordinator.device,
            lost=True,
            reason="lost",
        )
    )
    state = world.agency
    assert state.devices[world.coordinator.device].lost
    assert state.removals[-1].lost and state.removals[-1].reason == "lost"
    assert state.roles_at(world.coordinator.person, state.index) == (Role.COORDINATOR,)
    world.add_device(new_member(world.draw, world.coordinator.person))


def test_a_device_is_unknown_before_it_was_certified(world: World) -> None:
    with pytest.raises(NotEntitled):
        world.agency.entitled_at(world.colleague.device, world.agency.heads[0])
    with pytest.raises(UnknownHead):
        world.agency.entitled_at(world.colleague.device, b"h" * 32)
    with pytest.raises(NotEntitled):
        world.agency.person_of(DeviceId(b"n" * 16))


def test_roles_are_those_of_their_time(world: World) -> None:
    before = world.agency.index
    world.tell(
        build_roles(
            world.agency,
            world.admin.author,
            world.colleague.person,
            [Role.SUPERVISOR, Role.ADMINISTRATOR],
            1,
        )
    )
    state = world.agency
    assert state.roles_at(world.colleague.person, before) == (Role.COORDINATOR,)
    assert set(state.roles_at(world.colleague.person, state.index)) == {
        Role.ADMINISTRATOR,
        Role.SUPERVISOR,
    }
    state.apply(parse_control(person_op(world, world.colleague.author)))


def test_a_family_must_be_read_by_its_coordinator_and_the_teams_supervisor(world: World) -> None:
    both = {world.coordinator.person, world.supervisor.person}
    assert who_must_read(world.agency, world.coordinator.person) == both
    assert who_must_read(world.agency, world.admin.person) == {world.admin.person}
    before = world.agency.index
    world.tell(
        build_roles(
            world.agency, world.admin.author, world.supervisor.person, [Role.COORDINATOR], 1
        )
    )
    assert who_must_read(world.agency, world.coordinator.person) == {world.coordinator.person}
    assert who_must_read(world.agency, world.coordinator.person, before) == both


def test_a_second_administrator_keeps_the_agency_going(world: World) -> None:
    second = new_member(world.draw)
    world.add(second, Role.ADMINISTRATOR)
    world.tell(
        build_agency_remove(world.agency, second.author, 1, person=world.admin.person)
    )
    world.agency.apply(parse_control(person_op(world, second.author)))


def test_a_control_operation_has_one_frame(world: World) -> None:
    raw = world.agency_ops[1]
    op = parse_control(raw)
    assert op.hash == control_hash(raw)
    assert (op.kind, op.stream, op.author) == (Kind.PERSON, world.agency.agency, ROOT)
    verify_control(op, world.root.key.public)
    for length in range(len(raw)):
        with pytest.raises(Malformed):
            parse_control(raw[:length])
    with pytest.raises(Malformed):
        parse_control(raw + b"\0")
    with pytest.raises(Malformed):
        parse_control(b"\0" + raw[1:])
    with pytest.raises(Malformed):
        parse_control(raw[:1] + b"\x63" + raw[2:])
    with pytest.raises(Malformed):
        parse_control(raw[:66] + b"\x80" + raw[67:])
    with pytest.raises(NewerVersion):
        parse_control(b"\x02" + raw[1:])
    with pytest.raises(TooLarge):
        parse_control(bytes(MAX_CONTROL_BYTES + 1))


def test_every_bit_of_a_control_operation_is_signed(world: World) -> None:
    raw = person_op(world, world.admin.author)
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((BadSignature, Malformed, NewerVersion, NotEntitled, BrokenChain)):
            world.agency.apply(parse_control(bytes(changed)))


@pytest.mark.parametrize(
    "change",
    [{"stream": b"short"}, {"prev": b"short"}, {"authority": b"short"}],
)
def test_short_ids_are_refused_and_not_filled_up(
    world: World, change: dict[str, bytes]
) -> None:
    with pytest.raises(Malformed):
        person_op(world, world.admin.author, **change)


@pytest.mark.parametrize("hlc", [-1, 2**63, 2**64])
def test_a_control_operation_that_nobody_would_read_is_not_signed(world: World, hlc: int) -> None:
    with pytest.raises(Malformed):
        build_person(world.agency, world.admin.author, PersonId(b"p" * 16), [], hlc)


def body_of(kind: Kind, **changes: object) -> bytes:
    documents: dict[Kind, dict[str, object]] = {
        Kind.PERSON: {"person": b"p" * 16, "roles": ["administrator", "coordinator"], "team": None},
        Kind.AGENCY_REMOVE: {
            "person": b"p" * 16,
            "device": None,
            "lost": False,
            "cuts": [[b"s" * 16, b"c" * 16, 1, b"h" * 32]],
            "reason": "left",
        },
        Kind.STREAM_GENESIS: {
            "agency": b"a" * 16,
            "label": "team",
            "group": b"g" * 16,
            "members": [b"m" * 16, b"n" * 16],
            "epoch": 1,
            "kid": b"k" * 32,
            "wraps": [[b"d" * 16, b"w" * 80], [b"e" * 16, b"w" * 80]],
            "recovery": b"r" * 80,
        },
        Kind.GRANT: {"epoch": 1, "members": [], "wraps": []},
    }
    return pack(documents[kind] | changes)


def test_the_example_bodies_are_read() -> None:
    for kind in (Kind.PERSON, Kind.AGENCY_REMOVE, Kind.STREAM_GENESIS, Kind.GRANT):
        data = body_of(kind)
        assert encode_body(decode_body(kind, data)) == data


CUT = [b"s" * 16, b"c" * 16, 1, b"h" * 32]
BAD_BODIES: list[tuple[Kind, dict[str, object]]] = [
    (Kind.PERSON, {"person": b"short"}),
    (Kind.PERSON, {"person": "p" * 16}),
    (Kind.PERSON, {"roles": ["coordinator", "administrator"]}),
    (Kind.PERSON, {"roles": ["coordinator", "coordinator"]}),
    (Kind.PERSON, {"roles": ["king"]}),
    (Kind.PERSON, {"roles": [1]}),
    (Kind.PERSON, {"roles": [1, "a"]}),
    (Kind.PERSON, {"roles": "administrator"}),
    (Kind.PERSON, {"team": b"short"}),
    (Kind.PERSON, {"more": 1}),
    (Kind.AGENCY_REMOVE, {"person": None}),
    (Kind.AGENCY_REMOVE, {"device": b"d" * 16}),
    (Kind.AGENCY_REMOVE, {"lost": 0}),
    (Kind.AGENCY_REMOVE, {"reason": ""}),
    (Kind.AGENCY_REMOVE, {"reason": "Left the agency"}),
    (Kind.AGENCY_REMOVE, {"reason": "x" * 33}),
    (Kind.AGENCY_REMOVE, {"reason": b"left"}),
    (Kind.AGENCY_REMOVE, {"cuts": [CUT, CUT]}),
    (Kind.AGENCY_REMOVE, {"cuts": [CUT, [*CUT[:2], 2, CUT[3]]]}),
    (Kind.AGENCY_REMOVE, {"cuts": [[*CUT[:2], -1, CUT[3]]]}),
    (Kind.AGENCY_REMOVE, {"cuts": [[*CUT[:2], True, CUT[3]]]}),
    (Kind.AGENCY_REMOVE, {"cuts": [[*CUT[:2], 2**63 - 1, b"h"]]}),
    (Kind.AGENCY_REMOVE, {"cuts": [CUT[:3]]}),
    (Kind.AGENCY_REMOVE, {"cuts": [1]}),
    (Kind.STREAM_GENESIS, {"label": "everybody"}),
    (Kind.STREAM_GENESIS, {"epoch": 2}),
    (Kind.STREAM_GENESIS, {"epoch": 0}),
    (Kind.STREAM_GENESIS, {"members": [b"n" * 16, b"m" * 16]}),
    (Kind.STREAM_GENESIS, {"wraps": [[b"d" * 16, b"w" * 79]]}),
    (Kind.STREAM_GENESIS, {"wraps": [[b"d" * 16, b"v" * 80], [b"d" * 16, b"w" * 80]]}),
    (Kind.STREAM_GENESIS, {"recovery": b""}),
    (Kind.GRANT, {"epoch": True}),
    (Kind.GRANT, {"members": [bytes(12) + n.to_bytes(4, "big") for n in range(4097)]}),
    (Kind.GRANT, {"epoch": 2**32}),
]


@pytest.mark.parametrize(("kind", "change"), BAD_BODIES)
def test_a_body_of_another_form_is_refused(kind: Kind, change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        decode_body(kind, body_of(kind, **change))


def test_a_body_lacks_nothing_and_has_a_known_kind() -> None:
    with pytest.raises(Malformed):
        decode_body(Kind.PERSON, pack({"person": b"p" * 16}))
    with pytest.raises(Malformed):
        decode_body(99, pack({}))
    with pytest.raises(Malformed):
        Fields({}).raw("person")
    for not_a_list in ((), {}, b"", "", None, 1):
        with pytest.raises(Malformed):
            Fields({"cuts": not_a_list}).rows("cuts")
    reordered = pack({"roles": [], "person": b"p" * 16, "team": None})
    with pytest.raises(Malformed):
        decode_body(Kind.PERSON, reordered)


@given(st.sampled_from(list(Kind)), st.binary(max_size=100))
def test_random_bodies_raise_only_our_errors(kind: Kind, data: bytes) -> None:
    with pytest.raises(AppError):
        decode_body(kind, data)


ids = st.binary(min_size=16, max_size=16)
cuts = st.lists(
    st.builds(
        Cut,
        ids.map(StreamId),
        ids,
        st.integers(0, 2**63 - 1),
        st.binary(min_size=32, max_size=32),
    ),
    max_size=4,
    unique_by=lambda cut: (cut.stream, cut.chain),
).map(lambda rows: tuple(sorted(rows)))
roles = st.sets(st.sampled_from(list(Role))).map(lambda some: tuple(sorted(some)))
bodies: st.SearchStrategy[Body] = st.one_of(
    st.builds(CertifyPerson, ids.map(PersonId), roles, st.none() | ids.map(TeamId)),
    st.builds(SetRoles, ids.map(PersonId), roles, st.none() | ids.map(TeamId)),
    st.builds(SetTeam, ids.map(TeamId), ids.map(PersonId)),
    st.builds(
        RemoveFromAgency,
        ids.map(PersonId),
        st.none(),
        st.booleans(),
        cuts,
        st.text("abc_", min_size=1, max_size=32),
    ),
    st.builds(RemoveFromStream, ids.map(PersonId), cuts),
)


@given(bodies, st.integers(0, 2**63 - 1))
def test_a_control_operation_comes_back_as_it_was_signed(body: Body, hlc: int) -> None:
    key = SigningKey(b"\x01" * 32)
    raw = sign_control(
        body,
        stream=StreamId(b"s" * 16),
        prev=b"p" * 32,
        author=Author(DeviceId(b"d" * 16), key),
        hlc=hlc,
        authority=b"a" * 32,
    )
    op = parse_control(raw)
    assert (op.body, op.hlc, op.prev, op.authority) == (body, hlc, b"p" * 32, b"a" * 32)
    verify_control(op, key.public)


@given(st.binary(max_size=300))
def test_random_control_bytes_raise_only_our_errors(data: bytes) -> None:
    with pytest.raises(AppError):
        parse_control(b"\x01" + data)


def test_an_agency_without_a_name_hash_and_with_one(world: World) -> None:
    build: Callable[..., bytes] = build_agency_genesis
    for name_hash in (None, b"n" * 32):
        raw = build(world.root, StreamId(b"a" * 16), bytes(32), world.data_stream, 1, name_hash)
        assert AgencyState.replay([raw]).name_hash == name_hash


def test_ids_are_16_bytes_of_the_source(world: World) -> None:
    assert len(new_id(world.draw)) == 16
