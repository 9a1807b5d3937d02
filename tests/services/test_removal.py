"""Somebody is taken out of the agency, and everybody agrees on what that means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, NoNetwork, PermissionRefused
from app.protocol.ids import DeviceId, PersonId
from app.services.tablet import Tablet, TabletState
from app.sync.ports import PersonChain
from tests.services.crew import bodies, family_with_note, joined, let_in, sees, sent, stream_of, write
from tests.services.office import PASSPHRASE, Office, office, until


async def _crew(place: Office) -> tuple[Tablet, Tablet, str]:
    """(founder, coordinator, family id): a note of the coordinator is on both tablets."""
    founder = await place.founded()
    coordinator = await joined(place, founder, "marisol", "Marisol Vega")
    family = await family_with_note(coordinator, "Nia", "Before.")
    await sent(coordinator)
    await sees(founder, family, "Before.")
    return founder, coordinator, family


async def _state(tablet: Tablet, state: TabletState) -> None:
    async def reached() -> bool:
        return tablet.state is state

    await until(reached)


async def _rekeyed(tablet: Tablet, family: str, epoch: int) -> None:
    async def done() -> bool:
        state = tablet.open.desk.vault.stream_state(stream_of(tablet, family))
        return state is not None and state.epoch.number >= epoch

    await until(done)


async def test_a_removed_person_keeps_what_counted_and_adds_nothing(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, family = await _crew(place)
        me = coordinator.open.desk.me.person
        done = await founder.open.removal.remove_person(me)
        assert (done.person_id, done.lost, done.sent, len(done.devices)) == (me, False, True, 1)
        await _rekeyed(founder, family, 2)
        assert await bodies(founder, family) == {"Before."}
        # Nothing of theirs was unsent: their tablet wipes itself once it has heard.
        coordinator.open.syncing.now()
        await _state(coordinator, TabletState.REMOVED)
        assert coordinator.removed is not None and coordinator.removed.reason == "removed"
        reach = await founder.open.removal.reach(done)
        assert (reach.done, reach.total) == (1, 1)
        (gone,) = [one for one in await founder.open.staff.everybody() if one.left_ms]
        assert (gone.name, gone.roles, gone.tablets[0].state) == ("Marisol Vega", (), "removed")


async def test_notes_that_come_after_the_cut_wait_and_are_adopted_in_the_open(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, family = await _crew(place)
        colleague = await joined(place, founder, "luis", "Luis Ortega", ("supervisor", "coordinator"))
        me = coordinator.open.desk.me.person
        home = coordinator
        place.down = True
        await write(home, family, "Written in the car.")
        place.down = False
        await _quietly_removed(place, founder, home, me)
        home.open.syncing.now()
        await _state(home, TabletState.REMOVED)

        async def late() -> bool:
            founder.open.syncing.now()
            return bool(await founder.open.late.waiting())

        await until(late)
        (words,) = await founder.open.late.waiting()
        assert (words.name, words.type, words.words, words.state) == (
            "Marisol Vega", "note", "Written in the car.", "waiting",
        )  # fmt: skip
        assert await bodies(founder, family) == {"Before."}
        record = await founder.open.late.adopt(words.key, "Words of Marisol Vega:")
        (adopted,) = [one for one in await founder.open.notes.of_family(family) if one.note_id == record]
        assert adopted.body == "Words of Marisol Vega:\n\nWritten in the car."
        assert (adopted.author, adopted.status) == ("Ruth Abara", "draft")
        (again,) = await founder.open.late.waiting()
        assert again.state == "adopted"
        with pytest.raises(InvalidInput):
            await founder.open.late.adopt(words.key, "Again:")
        assert colleague.state is TabletState.OPEN


async def _quietly_removed(place: Office, founder: Tablet, gone: Tablet, person: str) -> None:
    """The removal is signed before the other tablet's next contact: its words come too late."""
    await gone.open.syncing.stop()  # so that only the test decides when it is in contact
    await founder.open.removal.remove_person(person)
    gone.open.syncing.start(gone.open.removal.after_contact)


async def test_a_lost_tablet_wipes_itself_at_once_and_hands_over_nothing(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, family = await _crew(place)
        me = coordinator.open.desk.me
        await coordinator.open.syncing.stop()
        await write(coordinator, family, "Never sent.")
        await founder.open.removal.remove_device(me.device, lost=True)
        coordinator.open.syncing.start(coordinator.open.removal.after_contact)
        await _state(coordinator, TabletState.REMOVED)
        assert coordinator.removed is not None and coordinator.removed.reason == "lost"
        await founder.open.syncing.contact()
        assert await founder.open.late.waiting() == ()
        (marisol,) = [one for one in await founder.open.staff.everybody() if one.person_id == me.person]
        assert (marisol.left_ms, marisol.tablets[0].state) == (0, "lost")


@pytest.mark.parametrize("says", ["nothing", "less"])
async def test_a_server_cannot_make_a_removal_cut_away_what_this_tablet_has_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, family = await _crew(place)
        await write(coordinator, family, "Seen, too.")
        await sent(coordinator)
        await sees(founder, family, "Seen, too.")
        wire = founder.open.removal._wire
        assert wire is not None
        ask = wire.person_chains

        async def lies(person: PersonId) -> tuple[PersonChain, ...]:
            true = await ask(person)
            return () if says == "nothing" else tuple(replace(one, last=1, hash=bytes(32)) for one in true)

        monkeypatch.setattr(wire, "person_chains", lies)
        await founder.open.removal.remove_person(coordinator.open.desk.me.person)
        assert await bodies(founder, family) == {"Before.", "Seen, too."}


async def test_without_a_network_nothing_is_removed_and_nothing_is_left_half_done(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, _ = await _crew(place)
        place.down = True
        with pytest.raises(NoNetwork):
            await founder.open.removal.remove_person(coordinator.open.desk.me.person)
        assert await founder.open.removal.removals() == ()
        place.down = False
        await founder.open.removal.after_contact()
        assert await founder.open.removal.removals() == ()


async def test_the_last_administrator_and_oneself_stay(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, _ = await _crew(place)
        me = founder.open.desk.me
        with pytest.raises(InvalidInput) as oneself:
            await founder.open.removal.remove_person(me.person)
        with pytest.raises(InvalidInput) as here:
            await founder.open.removal.remove_device(me.device, lost=True)
        assert (oneself.value.code, here.value.code) == ("not_oneself", "not_this_tablet")
        with pytest.raises(PermissionRefused):
            await coordinator.open.removal.remove_person(me.person)
        with pytest.raises(PermissionRefused):
            await coordinator.open.removal.remove_device(me.device, lost=True)
        with pytest.raises(PermissionRefused):
            await coordinator.open.late.adopt("any", "Words of:")
        second = await joined(place, founder, "ines", "Ines Ferrante", ("administrator",))
        await second.open.removal.remove_person(me.person)
        with pytest.raises(InvalidInput) as last:
            await second.open.staff.set_roles(second.open.desk.me.person, ("coordinator",))
        assert last.value.code == "last_administrator"


async def test_an_administrator_without_keys_sees_how_far_the_keys_have_come(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, family = await _crew(place)
        office_tablet = await joined(place, founder, "ines", "Ines Ferrante", ("administrator",))
        await family_with_note(coordinator, "Otis", "Second.")
        await sent(coordinator)
        await founder.lock("away")
        done = await office_tablet.open.removal.remove_person(coordinator.open.desk.me.person)
        assert await office_tablet.open.casebook.families() == ()
        reach = await office_tablet.open.removal.reach(done)
        assert (reach.done, reach.total, reach.everywhere) == (0, 2, True)
        left = await office_tablet.open.removal.still_has(done)
        assert (left.families, left.count, left.papers) == ((), 2, ())
        assert left.contact_ms is not None and left.contact_ms > 0
        await founder.unlock(PASSPHRASE)
        await _rekeyed(founder, family, 2)

        async def complete() -> bool:
            return (await office_tablet.open.removal.reach(done)).complete

        await until(complete)

        async def both() -> bool:
            return len(await founder.open.casebook.families()) == 2

        await until(both)
        left = await founder.open.removal.still_has(done)
        assert [one.title for one in left.families] == ["Nia", "Otis"]
        assert all(one.since_ms > 0 for one in left.families)


async def test_ones_own_lost_tablet_is_reported_from_another_one(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder, coordinator, family = await _crew(place)
        me = coordinator.open.desk.me
        invited = await founder.open.enrolment.invite_again(me.person)
        second = await let_in(place, founder, "second", invited.text)
        await sees(second, family, "Before.")
        await write(second, family, "Already on the new one.")
        await sent(second)
        lost = await second.open.removal.remove_device(me.device, lost=True)
        (signed,) = second.open.desk.vault.agency.removals
        own = await second.open.desk.vault.chain_ends(PersonId(bytes.fromhex(me.person)), _device(second))
        assert own and not {cut.chain for cut in signed.cuts} & {cut.chain for cut in own}
        assert (lost.sent, lost.by) == (True, me.person)
        await _state(coordinator, TabletState.REMOVED)
        await _rekeyed(founder, family, 2)
        after = await write(second, family, "On the new one.")
        await sent(second)
        await sees(founder, family, "On the new one.")
        assert after


def _device(tablet: Tablet) -> DeviceId:
    return DeviceId(bytes.fromhex(tablet.open.desk.me.device))
