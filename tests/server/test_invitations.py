"""Invitations: 72 hours, one device, and no key the server could substitute unnoticed."""

from __future__ import annotations

import pytest

from app.errors import AccessClosed, ServerRefused
from app.protocol.membership import AgencyState, Role
from app.sync.http import HttpTransport
from tests.fakes.clock import FakeClock
from tests.server.conftest import Office

ID = bytes(range(16))


async def _open(office: Office) -> HttpTransport:
    await office.found()
    wire = await office.login(office.agency.admin)
    await wire.open_invitation(ID)
    return wire


async def test_new_device_joins_is_certified_and_logs_in(office: Office) -> None:
    admin_wire = await _open(office)
    joiner = office.agency.new_tablet(office.agency.admin.person)
    wire = office.wires()
    assert (await wire.poll_invitation(ID)).state == "open"
    said = await wire.join(ID, joiner.device, b"keys and mac")
    assert said.state == "joined"
    assert (await admin_wire.poll_invitation(ID)).payload == b"keys and mac"

    page = await wire.get_control(said_agency := office.agency.id, 0, invitation=ID)
    assert AgencyState.replay(page.ops).agency == said_agency
    head = office.agency.state.head
    office.agency.certify(joiner)
    await admin_wire.append_control(said_agency, head, office.agency.ops[-1:])
    assert (await wire.poll_invitation(ID)).state == "certified"
    page = await wire.get_control(said_agency, page.count, invitation=ID)
    assert page.ops == tuple(office.agency.ops[-1:])
    await office.login(joiner)


async def test_invitation_takes_the_first_device_only_and_its_repeat(office: Office) -> None:
    await _open(office)
    first, second = office.agency.new_tablet(), office.agency.new_tablet()
    wire = office.wires()
    await wire.join(ID, first.device, b"first")
    await wire.join(ID, first.device, b"first")
    with pytest.raises(ServerRefused, match="invitation_used"):
        await wire.join(ID, second.device, b"second")
    with pytest.raises(ServerRefused, match="invitation_used"):
        await wire.join(ID, first.device, b"other keys")


async def test_invitation_ends_after_72_hours(office: Office, clock: FakeClock) -> None:
    await _open(office)
    clock.advance(72 * 3600 - 1)
    await office.wires().poll_invitation(ID)
    clock.advance(2)
    with pytest.raises(ServerRefused, match="invitation_unknown"):
        await office.wires().join(ID, office.agency.new_tablet().device, b"late")
    with pytest.raises(ServerRefused, match="invitation_unknown"):
        await office.wires().get_control(office.agency.id, 0, invitation=ID)


async def test_only_an_administrator_invites(office: Office) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    wire = await office.login(worker)
    with pytest.raises(AccessClosed):
        await wire.open_invitation(ID)
    with pytest.raises(ServerRefused, match="invitation_unknown"):
        await office.wires().poll_invitation(ID)


async def test_invitation_opens_the_agency_chain_and_nothing_else(office: Office) -> None:
    await _open(office)
    store = office.store(office.agency.admin)
    stream = office.open(store, office.agency.admin)
    await office.engine(store).run_once()
    with pytest.raises(AccessClosed, match="not_a_member"):
        await office.wires().get_control(stream, 0, invitation=ID)
    with pytest.raises(ServerRefused, match="invitation_unknown"):
        await office.wires().get_control(office.agency.id, 0, invitation=bytes(16))
