"""Control chains on the server: compare-and-swap, verified appends, and who may read."""

from __future__ import annotations

import pytest

from app.errors import AccessClosed, HeadMoved, ServerRefused, SignInNeeded
from app.protocol.control import control_hash
from app.protocol.ids import NO_HASH, PersonId
from app.protocol.membership import Role, build_person
from tests.server.conftest import Office


async def test_second_writer_is_told_the_head_and_the_same_bytes_are_welcome_again(
    office: Office,
) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    wire = await office.login(worker)
    stream = office.agency.open_stream(worker)
    genesis = office.agency.streams[stream]
    head = await wire.append_control(stream, NO_HASH, genesis)
    assert head == control_hash(genesis[0])
    # The reply was lost; the same again gives the same answer.
    assert await wire.append_control(stream, NO_HASH, genesis) == head

    before = office.agency.states[stream]
    mine = office.agency.grant(stream, worker, office.agency.admin)
    office.agency.states[stream] = before
    theirs = office.agency.grant(stream, worker, office.agency.admin)
    assert mine != theirs
    await wire.append_control(stream, head, [mine])
    with pytest.raises(HeadMoved) as moved:
        await wire.append_control(stream, head, [theirs])
    assert (moved.value.head, moved.value.count) == (control_hash(mine), 2)


async def test_operation_that_does_not_replay_is_refused_and_changes_nothing(office: Office) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    wire = await office.login(worker)
    stream = office.agency.open_stream(worker)
    (genesis,) = office.agency.streams[stream]
    forged = genesis[:-1] + bytes([genesis[-1] ^ 1])
    with pytest.raises(AccessClosed, match="operation_refused"):
        await wire.append_control(stream, NO_HASH, [forged])
    with pytest.raises(ServerRefused, match="other_stream|operation_refused"):
        await wire.append_control(office.agency.open_stream(worker), NO_HASH, [genesis])
    with pytest.raises(AccessClosed, match="not_a_member"):
        await wire.get_control(stream, 0)


async def test_coordinator_cannot_certify_anybody(office: Office) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    wire = await office.login(worker)
    state = office.agency.state
    friend = PersonId(bytes(16))
    op = build_person(state, worker.author, friend, [Role.ADMINISTRATOR], 1)
    with pytest.raises(AccessClosed, match="operation_refused"):
        await wire.append_control(office.agency.id, state.head, [op])
    assert (await wire.get_control(office.agency.id, 0)).head == state.head


async def test_family_chain_is_for_members_and_administrators(office: Office) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    other = office.agency.hire(Role.COORDINATOR)
    await office.found()
    wire = await office.login(worker)
    stream = office.agency.open_stream(worker)
    await wire.append_control(stream, NO_HASH, office.agency.streams[stream])
    assert (await wire.get_control(stream, 0)).count == 1
    stranger = await office.login(other)
    for ask in (stranger.get_control(stream, 0), stranger.chains(stream)):
        with pytest.raises(AccessClosed, match="not_a_member"):
            await ask
    with pytest.raises(AccessClosed, match="not_a_member"):
        await stranger.pull(stream, 0, own=False)
    # An administrator must be able to remove people, and reads no segment for that.
    admin = await office.login(office.agency.admin)
    assert (await admin.get_control(stream, 0)).count == 1
    with pytest.raises(AccessClosed, match="not_a_member"):
        await admin.pull(stream, 0, own=False)
    with pytest.raises(SignInNeeded):
        await office.wires().get_control(office.agency.id, 0)


async def test_heads_name_what_changed_what_was_granted_and_what_was_closed(office: Office) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    other = office.agency.hire(Role.COORDINATOR)
    await office.found()
    store = office.store(worker)
    stream = office.open(store, worker)
    store.write(stream)
    await office.engine(store).run_once()
    wire = await office.login(other)
    positions = [item for item in await office.store(other).positions() if item.stream == office.agency.id]
    assert (await wire.heads(positions)).changed == ()

    grant = office.agency.grant(stream, worker, other)
    worker_wire = await office.login(worker)
    await worker_wire.append_control(stream, control_hash(office.agency.streams[stream][0]), [grant])
    (changed,) = (await wire.heads(positions)).changed
    assert (changed.stream, changed.control_count, changed.last_seq) == (stream, 2, 1)
    (page,) = (await wire.pull(stream, 0, own=False)).segments
    assert page.server_seq == 1

    admin = await office.login(office.agency.admin)
    await admin.append_control(stream, control_hash(grant), [office.agency.leave(stream, other)])
    other_store = office.store(other)
    other_store.hold_control(stream, office.agency.streams[stream])
    unknown = office.agency.open_stream(other)
    other_store.hold_control(unknown, office.agency.streams[unknown])
    heads = await wire.heads(await other_store.positions())
    assert (heads.changed, heads.closed, heads.unknown) == ((), (stream,), (unknown,))
    with pytest.raises(AccessClosed, match="not_a_member"):
        await wire.pull(stream, 0, own=False)
