"""What a removal asks of the server: chains and streams of a person, and the last contacts."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.errors import AccessClosed, ServerAnswerInvalid, ServerRefused
from app.protocol.ids import ChainId, PersonId
from app.protocol.membership import Role
from app.sync.http import HttpTransport
from app.sync.ports import DeviceContact, PersonChain, PersonStream
from app.sync.wire import MEDIA_TYPE, VERSION_HEADER, PersonStreamItem, PersonStreamsReply, encode
from server import people
from server.config import Config
from server.desk import Desk
from server.main import create_app
from server.tables import contact
from tests.fakes.agency_maker import Tablet
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.server.conftest import ORIGIN, Office


async def caseload(office: Office, streams: int = 2) -> tuple[Tablet, FakeStore, list[ChainId]]:
    """A coordinator with streams on the server and three operations in each."""
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    store = office.store(worker)
    chains = []
    for _ in range(streams):
        stream = office.open(store, worker)
        chains.append(store.write(stream, 3))
    status = await office.engine(store).run_once()
    assert status.problem == ""
    return worker, store, chains


async def test_administrator_sees_every_chain_and_every_stream_of_a_person(office: Office) -> None:
    worker, store, chains = await caseload(office)
    wire = await office.login(office.agency.admin)
    found = await wire.person_chains(worker.person)
    held = {item.chain: item for stream in office.agency.streams for item in await store.held_chains(stream)}
    assert [item.chain for item in sorted(found, key=lambda item: chains.index(item.chain))] == chains
    for item in found:
        assert (item.device, item.last, item.quarantined_bytes) == (worker.device, 3, 0)
        assert item.hash == held[item.chain].hash
    streams = await wire.person_streams(worker.person)
    assert {item.stream for item in streams} == {item.stream for item in found}
    for place in streams:
        state = office.agency.states[place.stream]
        assert (place.group, place.label, place.control_count) == (state.group, "team", len(state.heads))


async def test_everybody_else_sees_only_what_is_about_herself(office: Office) -> None:
    worker, _, chains = await caseload(office)
    office.agency.hire(Role.COORDINATOR)
    colleague = office.agency.hire(Role.SUPERVISOR)
    await office.wires().found_agency(office.agency.id, office.agency.ops)
    wire = await office.login(worker)
    assert len(await wire.person_chains(worker.person)) == len(chains)
    assert len(await wire.person_streams(worker.person)) == len(chains)
    other = await office.login(colleague)
    for ask in (other.person_chains, other.person_streams):
        with pytest.raises(AccessClosed, match="not_permitted"):
            await ask(worker.person)
    assert await other.person_chains(colleague.person) == ()
    assert [item.device for item in await other.device_contacts()] == [colleague.device]


async def test_person_of_no_agency_is_unknown(office: Office) -> None:
    await office.found()
    wire = await office.login(office.agency.admin)
    with pytest.raises(ServerRefused, match="person_unknown"):
        await wire.person_chains(PersonId(bytes(16)))


async def test_removed_device_is_told_nothing_and_its_person_is_still_found(office: Office) -> None:
    worker, _, chains = await caseload(office)
    theirs = await office.login(worker)
    admin = await office.login(office.agency.admin)
    office.agency.dismiss(worker)
    await admin.found_agency(office.agency.id, office.agency.ops)
    for ask in (theirs.person_chains(worker.person), theirs.person_streams(worker.person)):
        with pytest.raises(AccessClosed, match="removed"):
            await ask
    with pytest.raises(AccessClosed, match="removed"):
        await theirs.device_contacts()
    assert len(await admin.person_chains(worker.person)) == len(chains)
    # Out of the agency is not yet out of the families: these are what is left to sweep.
    assert len(await admin.person_streams(worker.person)) == len(chains)


async def test_quarantined_bytes_of_a_chain_are_counted_and_its_end_includes_them(office: Office) -> None:
    worker, store, chains = await caseload(office, 1)
    stream = next(iter(office.agency.streams))
    admin = await office.login(office.agency.admin)
    office.agency.dismiss(worker)
    await admin.found_agency(office.agency.id, office.agency.ops)
    assert store.write(stream, 2) == chains[0]
    segment = await store.segment_from(stream, chains[0], 4)
    assert segment is not None
    theirs = await office.login(worker)
    assert (await theirs.push(segment)).quarantined
    (found,) = await admin.person_chains(worker.person)
    assert (found.last, found.quarantined_bytes) == (5, len(segment.raw))


async def test_last_contact_is_the_last_login_and_zero_without_one(office: Office, clock: FakeClock) -> None:
    worker = office.agency.hire(Role.COORDINATOR)
    await office.found()
    wire = await office.login(office.agency.admin)
    first = clock.now_ms()
    before = {item.device: item for item in await wire.device_contacts()}
    assert before[worker.device] == DeviceContact(worker.device, worker.person, 0)
    assert before[office.agency.admin.device].at_ms == first
    for _ in range(2):
        clock.advance(60)
        await office.login(worker)
    after = {item.device: item.at_ms for item in await wire.device_contacts()}
    assert after == {office.agency.admin.device: first, worker.device: clock.now_ms()}


async def test_pages_are_put_together_and_hold_everything_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, _, _ = await caseload(office, 5)
    office.agency.certify(office.agency.new_tablet(worker.person))
    wire = await office.login(office.agency.admin)
    whole: tuple[tuple[PersonChain, ...], tuple[PersonStream, ...], tuple[DeviceContact, ...]] = (
        await wire.person_chains(worker.person),
        await wire.person_streams(worker.person),
        await wire.device_contacts(),
    )
    assert [len(part) for part in whole] == [5, 5, 2]
    monkeypatch.setattr(people, "PEOPLE_PAGE", 2)
    assert await wire.person_chains(worker.person) == whole[0]
    assert await wire.person_streams(worker.person) == whole[1]
    assert await wire.device_contacts() == whole[2]


@pytest.mark.parametrize("more", [[], [bytes(16)], [bytes([2]) * 16, bytes([1]) * 16]])
async def test_page_that_does_not_go_forward_is_refused(more: list[bytes]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        items = [PersonStreamItem(stream=key, group=bytes(16), label="team", control_count=1) for key in more]
        return httpx.Response(
            200,
            headers={VERSION_HEADER: "1", "content-type": MEDIA_TYPE},
            content=encode(PersonStreamsReply(streams=items, more=True)),
        )

    async with HttpTransport(ORIGIN, carrier=httpx.MockTransport(answer)) as wire:
        with pytest.raises(ServerAnswerInvalid):
            await wire.person_streams(PersonId(bytes(16)))


async def test_database_of_before_gets_the_new_table(config: Config, server: FastAPI, office: Office) -> None:
    desk: Desk = server.state.desk
    with desk.database.write() as connection:
        connection.execute(text("DROP TABLE contact"))
    again = create_app(config)
    with again.state.desk.database.read() as connection:
        assert connection.execute(contact.select()).all() == []
    again.state.desk.database.close()
