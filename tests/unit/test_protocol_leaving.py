"""Who may take out whom, and from what: one's own lost tablet, a supervisor and her streams."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import NotEntitled
from app.protocol.bodies import Role
from app.protocol.builders import build_agency_remove, build_device, build_stream_remove
from app.protocol.control import Author, parse_control
from app.protocol.membership import AgencyState, Label
from app.store.vault import Vault
from tests.fakes.agency import FakeAgency
from tests.vectors.agency_world import Member, World, new_member


@pytest.fixture
def world() -> World:
    return World("leaving")


def second_device(world: World) -> tuple[AgencyState, Member]:
    """The coordinator's other tablet, certified."""
    other = new_member(world.draw, world.coordinator.person)
    raw = build_device(
        world.agency, world.admin.author, other.person, other.device, other.sign.public,
        other.kem.public, world.hlc(),
    )  # fmt: skip
    return world.agency.apply(parse_control(raw)), other


def removal(state: AgencyState, by: Author, device: Member, *, lost: bool) -> AgencyState:
    raw = build_agency_remove(state, by, 1 << 40, device=device.device, lost=lost, reason="lost")
    return state.apply(parse_control(raw))


def test_a_person_reports_one_of_their_own_tablets_lost_from_the_other(world: World) -> None:
    state, other = second_device(world)
    assert removal(state, other.author, world.coordinator, lost=True).devices[world.coordinator.device].lost


def test_and_only_as_lost_only_their_own_and_never_the_one_in_hand(world: World) -> None:
    state, other = second_device(world)
    for by, device, lost in (
        (other, world.coordinator, False),
        (other, world.supervisor, True),
        (other, other, True),
    ):
        with pytest.raises(NotEntitled):
            removal(state, by.author, device, lost=lost)


async def test_a_supervisor_takes_nobody_out_of_the_agencys_data_stream(tmp_path: Path) -> None:
    agency = FakeAgency(3, roles=(Role.SUPERVISOR,))
    data = agency.data()
    vault: Vault = await agency.vault(1, tmp_path, [data])
    try:
        state = vault.stream_state(data.stream)
        assert state is not None and state.label is Label.DATA
        by, whom = agency.members[1].author, agency.members[2].person
        raw = build_stream_remove(state, vault.agency, by, whom, (), 1 << 40)
        with pytest.raises(NotEntitled):
            state.apply(parse_control(raw), vault.agency)
    finally:
        await vault.close()
