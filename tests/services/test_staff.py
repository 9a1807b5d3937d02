"""Names, roles, teams and tablets, as the agency's chain and its records tell them on every tablet."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import InvalidInput, NoNetwork, PermissionRefused
from app.protocol.ids import PersonId
from app.services.enrolment import NewPerson
from app.services.tablet import Tablet
from tests.services.crew import family_with_note, joined, let_in, sees, sent, stream_of
from tests.services.office import Office, office, until


async def _person(tablet: Tablet, name: str) -> str:
    (one,) = [one for one in await tablet.open.staff.everybody() if one.name == name]
    return one.person_id


async def test_everybody_is_listed_with_roles_team_and_tablets(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        await joined(place, founder, "marisol", "Marisol Vega", ("partner",))
        marisol, ruth = await founder.open.staff.everybody()
        assert (marisol.roles, marisol.supervisor, marisol.in_use) == (("partner",), "Ruth Abara", 1)
        assert marisol.tablets[0].contact_ms and marisol.tablets[0].certified_ms
        assert (ruth.me, ruth.tablets[0].here, ruth.left_ms) == (True, True, 0)
        place.down = True
        marisol, _ = await founder.open.staff.everybody()
        assert marisol.tablets[0].contact_ms is None, "not asked is not never"


async def test_names_reach_the_others_and_ones_own_may_be_changed_by_anybody(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        marisol = await joined(place, founder, "marisol", "Marisol Vega")
        me = marisol.open.desk.me.person
        await marisol.open.staff.rename(me, "Marisol Vega Ruiz", "Lead coordinator")
        with pytest.raises(PermissionRefused):
            await marisol.open.staff.rename(founder.open.desk.me.person, "X", "")
        with pytest.raises(PermissionRefused):
            await marisol.open.staff.rename_agency("X")
        with pytest.raises(InvalidInput):
            await founder.open.staff.rename_agency("   ")
        await founder.open.staff.rename_agency("River and Hill")
        assert await founder.open.staff.agency_name() == "River and Hill"
        await sent(marisol)

        async def there() -> bool:
            await founder.open.syncing.contact()
            await marisol.open.syncing.contact()
            (one,) = [one for one in await founder.open.staff.everybody() if one.person_id == me]
            known = (one.name, one.title) == ("Marisol Vega Ruiz", "Lead coordinator")
            return known and await marisol.open.staff.agency_name() == "River and Hill"

        await until(there)


async def test_a_coordinator_who_becomes_supervisor_gets_a_team_and_reads_it(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        dana = await joined(place, founder, "dana", "Dana Reed")
        luis = await joined(place, founder, "luis", "Luis Ortega")
        family = await family_with_note(luis, "Nia", "Hello.")
        await sent(luis)
        dana_id, luis_id = dana.open.desk.me.person, luis.open.desk.me.person
        change = await founder.open.staff.set_roles(dana_id, ("supervisor", "coordinator"))
        assert not change.narrowed
        (team,) = [one for one in await founder.open.staff.teams() if one.supervisor == "Dana Reed"]
        assert team.name == ""
        await founder.open.staff.rename_team(team.team_id, "Hill team")
        await founder.open.staff.set_roles(luis_id, ("coordinator",), team.team_id)
        (team,) = [one for one in await founder.open.staff.teams() if one.supervisor == "Dana Reed"]
        assert (team.name, team.members) == ("Hill team", ("Luis Ortega",))
        # Whoever supervises the team reads its families as soon as a tablet with the key was in contact.
        await sees(dana, family, "Hello.")


async def test_a_team_does_not_lose_its_supervisor(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        await joined(place, founder, "marisol", "Marisol Vega")
        other = await joined(place, founder, "dana", "Dana Reed", ("administrator", "supervisor"))
        me = founder.open.desk.me.person
        with pytest.raises(InvalidInput) as refused:
            await other.open.staff.set_roles(me, ("administrator", "coordinator"))
        assert refused.value.code == "team_needs_supervisor"
        (team,) = [one for one in await other.open.staff.teams() if "Marisol Vega" in one.members]
        with pytest.raises(InvalidInput) as wrong:
            await other.open.staff.set_supervisor(team.team_id, await _person(other, "Marisol Vega"))
        assert wrong.value.code == "not_a_supervisor"
        await other.open.staff.set_supervisor(team.team_id, other.open.desk.me.person)
        change = await other.open.staff.set_roles(me, ("administrator", "coordinator"))
        assert change.narrowed


async def test_a_new_team_is_made_with_its_name(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        team = await founder.open.staff.add_team("River team", founder.open.desk.me.person)
        found = {one.team_id: one for one in await founder.open.staff.teams()}
        assert (found[team].name, found[team].supervisor) == ("River team", "Ruth Abara")


async def test_roles_need_the_network_and_an_administrator(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        marisol = await joined(place, founder, "marisol", "Marisol Vega")
        person = marisol.open.desk.me.person
        heads = len(founder.open.desk.vault.agency.heads)
        with pytest.raises(InvalidInput):
            await founder.open.staff.set_roles(person, ())
        with pytest.raises(InvalidInput):
            await founder.open.staff.set_roles(person, ("director",))
        with pytest.raises(PermissionRefused):
            await marisol.open.staff.set_roles(person, ("administrator",))
        with pytest.raises(PermissionRefused):
            await marisol.open.staff.add_team("Mine", person)
        place.down = True
        with pytest.raises(NoNetwork):
            await founder.open.staff.set_roles(person, ("partner",))
        assert len(founder.open.desk.vault.agency.heads) == heads


async def test_the_last_administrator_with_a_tablet_stays_one(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        me = founder.open.desk.me.person
        # A second administrator without a tablet lets nobody in.
        await founder.open.enrolment.invite(NewPerson("Ines Ferrante", "", ("administrator",)))
        with pytest.raises(InvalidInput) as refused:
            await founder.open.staff.set_roles(me, ("supervisor", "coordinator"))
        assert refused.value.code == "last_administrator"
        # Whoever is one already keeps everything when nothing changes.
        same = await founder.open.staff.set_roles(me, ("administrator", "supervisor", "coordinator"))
        assert not same.narrowed


async def test_an_invitation_tells_when_the_keys_have_come(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        marisol = await joined(place, founder, "marisol", "Marisol Vega")
        await family_with_note(marisol, "Nia", "Hello.")
        await sent(marisol)
        ines = await joined(place, founder, "ines", "Ines Ferrante", ("administrator",))
        await founder.open.syncing.stop()
        await marisol.open.syncing.stop()
        second = await _second_tablet(place, ines, marisol.open.desk.me.person)
        (coming,) = await ines.open.enrolment.pending()
        assert (coming.state, coming.done, coming.total) == ("keys", 0, 1)
        founder.open.syncing.start(founder.open.removal.after_contact)

        async def over() -> bool:
            return await ines.open.enrolment.pending() == ()

        await until(over)
        state = founder.open.desk.vault.stream_state(stream_of(founder, await _only_family(founder)))
        assert state is not None
        person = PersonId(bytes.fromhex(second.open.desk.me.person))
        assert len(founder.open.desk.vault.agency.live_devices([person])) == 2


async def _only_family(tablet: Tablet) -> str:
    async def one() -> bool:
        return len(await tablet.open.casebook.families()) == 1

    await until(one)
    (row,) = await tablet.open.casebook.families()
    return row.family_id


async def _second_tablet(place: Office, host: Tablet, person_id: str) -> Tablet:
    invited = await host.open.enrolment.invite_again(person_id)
    tablet = await let_in(place, host, "second", invited.text)
    return tablet
