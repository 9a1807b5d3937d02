"""A role becomes narrower: what was written stays, and the old role can be used no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import PermissionRefused
from app.protocol.bodies import Role
from app.protocol.builders import build_roles
from app.store.rights import NOT_THEIRS
from app.store.vault import Vault
from app.wraparound.records import Need, Note
from tests.fakes.agency import FakeAgency, FakeFamily, exchange, record_id

SUPERVISOR, ANA, BEN = 0, 1, 2


class Three:
    """A supervisor (who also administers), Ana, and Ben."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.agency = FakeAgency(3)
        self.family: FakeFamily = self.agency.family(opener=ANA, members=[SUPERVISOR, BEN])
        self.vaults: list[Vault] = []

    async def open(self) -> None:
        for number in range(3):
            self.vaults.append(await self.agency.vault(number, self.home / str(number), [self.family]))

    async def need(self, who: int, number: int) -> None:
        change = self.family.change(Need.TYPE, record_id(number), {"text": f"need {number}"})
        await self.vaults[who].commit([change])

    async def note(self, who: int, number: int) -> None:
        change = self.family.change(Note.TYPE, record_id(number), {"body": f"note {number}"})
        await self.vaults[who].commit([change])

    async def meet(self) -> None:
        await exchange(self.family.stream, *self.vaults)

    async def needs(self, who: int) -> list[str]:
        return await self.vaults[who].read(
            lambda session: sorted(need.text for need in session.exec(select(Need)))
        )

    async def demote_ana(self) -> list[bytes]:
        """Ana is a partner from now on; the supervisor's tablet sweeps. Returns the stream's chain."""
        boss, ana = self.vaults[SUPERVISOR], self.agency.members[ANA].person
        op = await boss.write_agency(
            lambda state, author, hlc, _: build_roles(state, author, ana, [Role.PARTNER], hlc)
        )
        await boss.control_accepted(self.agency.id, boss.agency.head)
        for vault in self.vaults[1:]:
            await vault.apply_control(self.agency.id, [op])
        await boss.give_keys()
        stream = self.family.stream
        state = boss.stream_state(stream)
        assert state is not None
        await boss.control_accepted(stream, state.head)
        return list(await boss.stream_ops(stream))

    async def hear(self, ops: list[bytes], *who: int) -> None:
        for number in who:
            await self.vaults[number].apply_control(self.family.stream, ops)

    def patch(self, who: int) -> None:
        """An app that skips its own check."""
        self.vaults[who]._core._rights.require_own = lambda *_: None  # type: ignore[method-assign]

    async def aside(self, who: int) -> list[str]:
        return [item.code for item in await self.vaults[who].quarantined()]


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[Three]:
    here = Three(tmp_path)
    await here.open()
    yield here
    for vault in here.vaults:
        await vault.close()


async def test_what_was_written_in_the_old_role_stays(three: Three) -> None:
    await three.need(ANA, 1)
    await three.meet()
    ops = await three.demote_ana()
    await three.hear(ops, ANA, BEN)
    for who in range(3):
        assert await three.needs(who) == ["need 1"]
        assert NOT_THEIRS not in await three.aside(who)


async def test_an_honest_app_refuses_and_goes_on_with_what_it_may(three: Three) -> None:
    await three.meet()
    await three.hear(await three.demote_ana(), ANA, BEN)
    with pytest.raises(PermissionRefused):
        await three.need(ANA, 2)
    await three.note(ANA, 3)
    await three.meet()
    bodies = await three.vaults[BEN].read(lambda session: [one.body for one in session.exec(select(Note))])
    assert bodies == ["note 3"]


async def test_a_patched_app_that_has_heard_of_it_is_set_aside_everywhere(three: Three) -> None:
    await three.note(ANA, 1)
    await three.meet()
    three.patch(ANA)
    await three.hear(await three.demote_ana(), ANA, BEN)
    await three.need(ANA, 2)
    await three.meet()
    for who in (SUPERVISOR, BEN):
        assert await three.needs(who) == []
        assert NOT_THEIRS in await three.aside(who)


async def test_a_patched_app_that_plays_deaf_is_beyond_the_cut(three: Three) -> None:
    await three.note(ANA, 1)
    await three.meet()
    three.patch(ANA)
    ops = await three.demote_ana()
    await three.hear(ops, BEN)
    await three.need(ANA, 2)  # under the head from before
    await three.meet()
    for who in (SUPERVISOR, BEN):
        assert await three.needs(who) == []
        assert await three.aside(who) == ["beyond_cut"]  # the range after the cut


async def test_an_honest_note_from_before_is_written_again_in_the_new_role(three: Three) -> None:
    await three.note(ANA, 1)
    await three.meet()
    await three.note(ANA, 2)  # offline, while the role changes
    ops = await three.demote_ana()
    await three.hear(ops, ANA, BEN)
    await three.meet()
    bodies = await three.vaults[BEN].read(
        lambda session: sorted(one.body for one in session.exec(select(Note)))
    )
    assert bodies == ["note 1", "note 2"]


async def test_a_wider_role_needs_no_cut(three: Three) -> None:
    boss, ana = three.vaults[SUPERVISOR], three.agency.members[ANA].person
    await boss.write_agency(
        lambda state, author, hlc, _: build_roles(
            state, author, ana, [Role.COORDINATOR, Role.SUPERVISOR], hlc, three.agency.team
        )
    )
    await boss.control_accepted(three.agency.id, boss.agency.head)
    before = len(await boss.stream_ops(three.family.stream))
    await boss.give_keys()
    assert len(await boss.stream_ops(three.family.stream)) == before


async def test_who_has_no_role_in_families_any_more_leaves_them(three: Three) -> None:
    boss, ana = three.vaults[SUPERVISOR], three.agency.members[ANA].person
    await boss.write_agency(
        lambda state, author, hlc, _: build_roles(state, author, ana, [Role.ADMINISTRATOR], hlc)
    )
    await boss.control_accepted(three.agency.id, boss.agency.head)
    await boss.give_keys()
    state = boss.stream_state(three.family.stream)
    assert state is not None
    assert ana not in state.members
    assert state.epoch.number == 2


async def test_two_supervisors_who_sweep_at_once_take_somebody_out_once(tmp_path: Path) -> None:
    agency = FakeAgency(3, roles=(Role.SUPERVISOR,))
    family = agency.family(opener=0, members=[1, 2])
    person, stream = agency.members[2].person, family.stream
    one, other = [await agency.vault(number, tmp_path / str(number), [family]) for number in (0, 1)]
    try:
        for vault in (one, other):  # neither has heard of the other
            await vault.take_out(stream, person)
        await one.let_in(stream, [person])
        state = one.stream_state(stream)
        assert state is not None
        await one.control_accepted(stream, state.head)
        await other.apply_control(stream, await one.stream_ops(stream))
        after = other.stream_state(stream)
        assert after is not None
        assert len(after.removals) == 1
        assert person in after.members
    finally:
        await one.close()
        await other.close()
