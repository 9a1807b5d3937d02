"""A family partner on a real tablet: let in, working within the matrix, and taken out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import singleton_id
from app.services.opening import NewFamily
from app.services.tablet import Tablet
from app.store.vault import Change
from app.wraparound.records import Family, FamilyVision, NaturalSupport
from tests.services.office import hired, office, until


@dataclass
class Two:
    """Ana coordinates (Ruth supervises), Paz is a family partner."""

    ruth: Tablet
    ana: Tablet
    paz: Tablet
    family: str

    @property
    def paz_id(self) -> str:
        return self.paz.open.desk.me.person

    async def reads(self, tablet: Tablet, count: int) -> None:
        async def so() -> bool:
            tablet.open.syncing.now()
            return len(await tablet.open.casebook.families()) == count

        await until(so)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    async with office(tmp_path) as place:
        ruth = await place.founded()
        ana = await hired(place, ruth, "Ana Ruiz")
        paz = await hired(place, ruth, "Paz Lind", ("partner",))
        family = await ana.open.opening.open_family(NewFamily("Nia", "Delgado"))
        here = Two(ruth, ana, paz, family)
        await here.reads(ruth, 1)

        async def ana_knows_paz() -> bool:
            ana.open.syncing.now()
            return bool(await ana.open.handing.staff.partners(family))

        await until(ana_knows_paz)
        yield here


async def test_a_partner_is_let_in_by_the_coordinator_and_writes_notes(two: Two) -> None:
    (partner,) = await two.ana.open.handing.staff.partners(two.family)
    assert (partner.name, partner.person_id) == ("Paz Lind", two.paz_id)
    await two.ana.open.handing.staff.let_in(two.family, two.paz_id)
    await two.reads(two.paz, 1)
    notes = two.paz.open.notes
    await notes.save(replace(notes.begin(two.family), body="We walked to the park."))

    async def arrived() -> bool:
        return len(await two.ana.open.notes.of_family(two.family)) == 1

    await until(arrived)
    readers = await two.ana.open.handing.staff.readers(two.family)
    assert [(one.name, one.leads, one.restricted) for one in readers] == [
        ("Ana Ruiz", True, False), ("Paz Lind", False, False), ("Ruth Abara", False, False),
    ]  # fmt: skip


async def test_what_the_matrix_leaves_out_is_refused_on_the_partners_own_tablet(two: Two) -> None:
    await two.ana.open.handing.staff.let_in(two.family, two.paz_id)
    await two.reads(two.paz, 1)
    stream = await two.paz.open.desk.team_stream(two.family)
    with pytest.raises(PermissionRefused):
        await two.paz.open.opening.open_family(NewFamily("Leo"))
    vision = Change(
        stream, FamilyVision.TYPE, singleton_id(stream, FamilyVision.TYPE).hex(), {"text": "mine"}
    )
    with pytest.raises(PermissionRefused):
        await two.paz.open.desk.vault.commit([vision])
    with pytest.raises(PermissionRefused):
        await two.paz.open.handing.staff.let_in(two.family, two.paz_id)
    support = Change(stream, NaturalSupport.TYPE, "ab" * 16, {"name": "Uncle Teo"})
    await two.paz.open.desk.vault.commit([support])


async def test_a_patched_partner_app_changes_nothing_on_any_other_tablet(two: Two) -> None:
    await two.ana.open.handing.staff.let_in(two.family, two.paz_id)
    await two.reads(two.paz, 1)
    vault = two.paz.open.desk.vault
    stream = await two.paz.open.desk.team_stream(two.family)
    vault._core._rights.require_own = lambda *_: None  # type: ignore[method-assign]
    forged = Change(stream, Family.TYPE, singleton_id(stream, Family.TYPE).hex(), {"name": "Forged"})
    notes = two.paz.open.notes
    await vault.commit([forged])
    await notes.save(replace(notes.begin(two.family), body="After it."))

    async def arrived() -> bool:
        return len(await two.ana.open.notes.of_family(two.family)) == 1

    await until(arrived)
    for tablet in (two.ana, two.ruth):
        async def here(of: Tablet = tablet) -> bool:
            of.open.syncing.now()
            return bool(await of.open.notes.of_family(two.family))

        await until(here)
        names = await tablet.open.desk.vault.read(lambda session: list(session.exec(select(Family.name))))
        assert names == ["Nia and the Delgado family"]
        aside = await tablet.open.desk.vault.quarantined()
        assert [(item.code, item.authentic) for item in aside] == [("not_their_role", True)]


async def test_who_leads_or_must_read_cannot_be_taken_out(two: Two) -> None:
    await two.ana.open.handing.staff.let_in(two.family, two.paz_id)
    with pytest.raises(PermissionRefused):
        await two.ana.open.handing.staff.take_out(two.family, two.paz_id)

    async def ruth_knows() -> bool:
        two.ruth.open.syncing.now()
        return len(await two.ruth.open.handing.staff.readers(two.family)) == 3

    await until(ruth_knows)
    with pytest.raises(InvalidInput) as refused:
        await two.ruth.open.handing.staff.take_out(two.family, two.ana.open.desk.me.person)
    assert refused.value.code == "must_read"
    await two.reads(two.paz, 1)
    await two.ruth.open.handing.staff.take_out(two.family, two.paz_id)
    await two.reads(two.paz, 0)
