"""A supervisor who leads a family herself hands it to another team: nothing of it stays with her alone."""

from __future__ import annotations

from pathlib import Path

from app.services.handing_views import NewTransfer
from app.services.opening import NewFamily
from tests.services.crew import joined, sent
from tests.services.office import office, until


async def test_hand_over_of_ones_own_family_reaches_the_other_team_before_one_leaves(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        ruth = await place.founded()
        omar = await joined(place, ruth, "omar", "Omar Haddad", ("supervisor",))
        ben = await joined(
            place, ruth, "ben", "Ben Okafor", ("coordinator",), omar.open.desk.me.person
        )
        family = await ruth.open.opening.open_family(NewFamily("Nia", "Delgado"))
        await sent(ruth)
        new = NewTransfer((family,), ben.open.desk.me.person, "She sings when she is afraid.")
        place.down = True  # what she writes cannot have been sent when she leaves
        assert await ruth.open.handing.transfer(new) == 1
        place.down = False

        async def ben_leads() -> bool:
            for tablet in (ruth, ben):
                await tablet.open.syncing.contact()
            return [one.note for one in await ben.open.handing.to_me()] == [new.note]

        await until(ben_leads)
        assert [one.family_id for one in await ben.open.handing.caseload(new.to_id)] == [family]

        async def ruth_has_left() -> bool:
            for tablet in (omar, ruth):
                await tablet.open.syncing.contact()
                await tablet.open.handing.end_due()
            return await ruth.open.casebook.families() == ()

        await until(ruth_has_left)
        assert await ruth.open.syncing.unsent() == 0
