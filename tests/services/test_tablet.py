"""A tablet's life: first run, joining, locking, recovering, and two people's work on one server."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import (
    AppError,
    HomeInUse,
    InvalidInput,
    InvitationNotValid,
    PermissionRefused,
    StoreLocked,
    WrongPassphrase,
)
from app.services.enrolment import NewPerson
from app.services.first_run import JoinAgency, StartAgency
from app.services.opening import NewFamily
from app.services.tablet import Tablet, TabletState
from app.wraparound.records import Family
from tests.services.office import PASSPHRASE, SERVER, Office, office, until


async def _on_server(tablet: Tablet, note_id: str) -> None:
    async def there() -> bool:
        return (await tablet.open.syncing.note_chip(note_id)).kind == "on_server"

    await until(there)


async def _joined(place: Office, founder: Tablet, name: str = "marisol") -> Tablet:
    invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Care coordinator"))
    tablet = place.tablet(name)
    await tablet.first_run.join(JoinAgency(invited.text, PASSPHRASE))
    assert not await tablet.first_run.check_joined()
    (pending,) = await founder.open.enrolment.pending()
    assert (pending.name, pending.state) == ("Marisol Vega", "joined")
    await founder.open.enrolment.admit(pending.invitation_id)

    async def let_in() -> bool:
        return await tablet.first_run.check_joined()

    await until(let_in)
    await tablet.first_run.finish()
    return tablet


async def test_one_note_goes_from_the_kitchen_table_to_the_supervisor(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        tablet = await _joined(place, founder)
        assert (tablet.open.desk.me.name, tablet.open.desk.me.roles) == ("Marisol Vega", ("coordinator",))
        family = await tablet.open.opening.open_family(NewFamily("Nia", "Delgado"))
        notes = tablet.open.notes
        note = await notes.save(replace(notes.begin(family), body="Rosa met me at the door."))
        await _on_server(tablet, note.note_id)

        async def arrived() -> bool:
            return bool(await founder.open.notes.search("rosa door"))

        await until(arrived)
        (row,) = await founder.open.casebook.families()
        (there,) = await founder.open.notes.of_family(row.family_id)
        assert (row.title, there.body, there.author) == (
            "Nia Delgado",
            "Rosa met me at the door.",
            "Marisol Vega",
        )


async def test_notes_written_while_the_server_is_away_arrive_in_order_and_once(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        tablet = await _joined(place, founder)
        family = await tablet.open.opening.open_family(NewFamily("Nia"))
        notes = tablet.open.notes
        place.down = True
        written = []
        for body in ("One.", "Two.", "Three."):
            place.clock.advance(60)
            written.append(await notes.save(replace(notes.begin(family), body=body)))
        assert (await tablet.open.syncing.note_chip(written[0].note_id)).kind == "saved_on_tablet"

        async def noticed() -> bool:
            return (await tablet.open.syncing.chip()).kind == "no_network"

        await until(noticed)
        place.down = False
        tablet.open.syncing.now()
        for note in written:
            await _on_server(tablet, note.note_id)

        async def all_there() -> bool:
            return len(await founder.open.notes.search("e", limit=9)) >= 0 and len(
                await founder.open.notes.of_family(family)
            ) == 3

        await until(all_there)
        there = await founder.open.notes.of_family(family)
        assert [note.body for note in reversed(there)] == ["One.", "Two.", "Three."]
        assert await tablet.open.syncing.unsent() == 0


async def test_locking_drops_everything_and_unlocking_brings_it_back(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        family = await tablet.open.opening.open_family(NewFamily("Nia"))
        notes = tablet.open.notes
        draft = await notes.keep_draft(replace(notes.begin(family), body="Half a thought"))
        await tablet.lock("button")
        assert tablet.state is TabletState.LOCKED
        with pytest.raises(PermissionRefused):
            _ = tablet.open
        with pytest.raises(StoreLocked):
            await notes.drafts()
        await tablet.unlock(PASSPHRASE)
        again = await tablet.open.notes.draft(draft.note_id)
        assert again is not None and again.body == "Half a thought"
        assert [row.title for row in await tablet.open.casebook.families()] == ["Nia"]


async def test_a_window_that_is_gone_keeps_nobody_from_locking_and_unlocking(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        told: list[TabletState] = []

        def gone(*_of: object) -> None:
            raise RuntimeError("An attempt to fetch destroyed session.")

        tablet.watch_state(gone)
        tablet.watch(gone)
        tablet.watch_state(lambda: told.append(tablet.state))
        await tablet.open.opening.open_family(NewFamily("Nia"))
        await tablet.lock("new_window")
        await tablet.unlock(PASSPHRASE)
        assert told[0] is TabletState.LOCKED and told[-1] is TabletState.OPEN


async def test_what_is_being_written_is_kept_right_before_the_lock(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        family = await tablet.open.opening.open_family(NewFamily("Nia"))
        notes = tablet.open.notes
        draft = replace(notes.begin(family), body="Somebody knocks")

        async def fails() -> None:
            raise InvalidInput("No room.")

        tablet.before_lock(fails)
        stop = tablet.before_lock(lambda: notes.keep_draft(draft))
        await tablet.lock("button")
        stop()
        await tablet.unlock(PASSPHRASE)
        assert [one.body for one in await tablet.open.notes.drafts()] == ["Somebody knocks"]


async def test_a_wrong_passphrase_says_so_and_five_of_them_make_one_wait(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        await tablet.lock("button")
        for _ in range(5):
            assert tablet.retry_after_seconds == 0
            with pytest.raises(WrongPassphrase):
                await tablet.unlock("not the passphrase at all")
            assert tablet.state is TabletState.LOCKED
        assert tablet.retry_after_seconds == 2.0
        with pytest.raises(InvalidInput):
            await tablet.unlock(PASSPHRASE)
        place.clock.advance(2.1)
        await tablet.unlock(PASSPHRASE)
        assert tablet.state is TabletState.OPEN


async def test_the_recovery_kit_opens_the_tablet_and_sets_a_new_passphrase(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = place.tablet("one", "")
        made = await tablet.first_run.start_agency(StartAgency("River House", "Ruth", "", PASSPHRASE))
        await tablet.first_run.finish()
        await tablet.lock("button")
        with pytest.raises(AppError):
            await tablet.recover(" ".join(made.seed_words), "quite another passphrase")
        await tablet.recover(" ".join(made.kit_words), "quite another passphrase")
        await tablet.lock("button")
        with pytest.raises(WrongPassphrase):
            await tablet.unlock(PASSPHRASE)
        await tablet.unlock("quite another passphrase")


async def test_a_new_passphrase_wraps_only_the_keyring(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        family = await tablet.open.opening.open_family(NewFamily("Nia"))
        with pytest.raises(WrongPassphrase):
            await tablet.open.settings.change_passphrase("not the old one at all", "a new passphrase here")
        with pytest.raises(InvalidInput):
            await tablet.open.settings.change_passphrase(PASSPHRASE, "short")
        await tablet.open.settings.change_passphrase(PASSPHRASE, "a new passphrase here")
        await tablet.lock("button")
        await tablet.unlock("a new passphrase here")
        assert (await tablet.open.casebook.header(family)).list_name == "Nia"


async def test_an_idle_or_hidden_tablet_locks_whichever_clock_says_so(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        place.clock.advance(299)
        assert not await tablet.lock_when_due()
        tablet.touch()
        place.clock.advance(299)
        assert not await tablet.lock_when_due()
        place.clock.seconds += 2  # the wall clock was turned back: the other one still counts
        place.clock.wall_ms -= 3_600_000
        assert await tablet.lock_when_due()
        await tablet.unlock(PASSPHRASE)
        tablet.hidden()
        place.clock.advance(29)
        assert not await tablet.lock_when_due()
        place.clock.wall_ms += 2_000  # the device slept: only the wall clock has moved
        assert await tablet.lock_when_due()
        assert tablet.state is TabletState.LOCKED


async def test_a_call_may_take_two_minutes_and_leaving_afterwards_is_short_again(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = await place.founded()
        tablet.excursion()
        tablet.hidden()
        place.clock.advance(119)
        assert not await tablet.lock_when_due()
        tablet.shown()
        tablet.hidden()
        place.clock.advance(31)
        assert await tablet.lock_when_due()


async def test_nothing_is_kept_before_the_secrets_are_confirmed(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        tablet = place.tablet("one", "")
        await tablet.first_run.start_agency(StartAgency("River House", "Ruth", "", PASSPHRASE))
        assert tablet.state is TabletState.FIRST_RUN
        assert not place.holders[0].exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agency_name": " "}, "agency_name"),
        ({"your_name": ""}, "your_name"),
        ({"passphrase": "short"}, "passphrase"),
        ({"server_url": "ftp://elsewhere"}, "server"),
        ({"server_url": "http://agency.example"}, "server"),
    ],
)
async def test_a_start_that_cannot_be_is_refused_naming_the_field(
    tmp_path: Path, change: dict[str, str], field: str
) -> None:
    async with office(tmp_path) as place:
        start = replace(StartAgency("River House", "Ruth", "", PASSPHRASE, ""), **change)
        with pytest.raises(InvalidInput) as refused:
            await place.tablet("one", "").first_run.start_agency(start)
        assert refused.value.field == field


async def test_a_second_process_on_the_same_home_is_told(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        place.tablet("one")
        with pytest.raises(HomeInUse):
            place.tablet("one")


async def test_an_invitation_is_good_for_one_tablet_and_only_with_its_code(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Care coordinator"))
        with pytest.raises(InvitationNotValid):
            place.tablet("typo").first_run.read_invitation(invited.text[:-1])
        first, second = place.tablet("first"), place.tablet("second")
        await first.first_run.join(JoinAgency(invited.text, PASSPHRASE))
        await first.first_run.join(JoinAgency(invited.text, PASSPHRASE))  # its reply was lost: again
        with pytest.raises(AppError):
            await second.first_run.join(JoinAgency(invited.text, PASSPHRASE))
        assert second.state is TabletState.FIRST_RUN and not place.holders[-1].exists()


async def test_a_join_that_was_closed_in_the_middle_goes_on_at_the_next_unlock(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Care coordinator"))
        tablet = place.tablet("marisol")
        await tablet.first_run.join(JoinAgency(invited.text, PASSPHRASE))
        await tablet.first_run.pause()  # the app is closed while it waits
        place.holders[-1].release()
        again = place.tablet("marisol", SERVER)
        with pytest.raises(InvalidInput) as refused:
            await again.unlock(PASSPHRASE)
        assert refused.value.code == "not_admitted"
        (pending,) = await founder.open.enrolment.pending()
        await founder.open.enrolment.admit(pending.invitation_id)

        async def let_in() -> bool:
            try:
                await again.unlock(PASSPHRASE)
            except InvalidInput:
                return False
            return True

        await until(let_in)
        assert again.open.desk.me.name == "Marisol Vega"


async def test_a_supervisor_who_joins_later_gets_the_families_that_were_there_before(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        await founder.open.opening.open_family(NewFamily("Nia"))
        coordinator = await _joined(place, founder)
        await coordinator.open.opening.open_family(NewFamily("Ivy"))

        async def both() -> bool:
            return len(await founder.open.casebook.families()) == 2

        await until(both)
        assert [row.title for row in await coordinator.open.casebook.families()] == ["Ivy"]
        staff = await founder.open.staff.everybody()
        assert [(one.name, one.in_use) for one in staff] == [("Marisol Vega", 1), ("Ruth Abara", 1)]


async def test_only_administrators_invite(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        coordinator = await _joined(place, founder)
        with pytest.raises(PermissionRefused):
            await coordinator.open.enrolment.invite(NewPerson("Somebody", ""))


async def test_stamps_follow_the_servers_time_when_the_tablets_clock_is_wrong(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        true_ms = place.clock.wall_ms
        place.clock.wall_ms -= 40 * 24 * 3600 * 1000
        tablet = await place.founded()

        async def met() -> bool:
            return tablet.open.syncing.status.server_offset_ms is not None

        await until(met)
        family = await tablet.open.opening.open_family(NewFamily("Nia"))
        row = await tablet.open.desk.vault.read(lambda session: session.exec(select(Family)).one())
        assert row.family_id == family
        assert abs(row.created_at_ms - true_ms) < 10 * 60 * 1000


async def test_nothing_a_family_said_stands_in_any_file(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        family = await founder.open.opening.open_family(NewFamily("Canaryname", address="7 Canarystreet"))
        notes = founder.open.notes
        saved = await notes.save(replace(notes.begin(family), body="Canarybody in a note"))
        await notes.keep_draft(replace(notes.begin(family), body="Canarydraft in a draft"))
        await _on_server(founder, saved.note_id)
        _scan(tmp_path)
        await founder.lock("button")
        _scan(tmp_path)


def _scan(root: Path) -> None:
    for folder, _, names in os.walk(root):
        for name in names:
            content = (Path(folder) / name).read_bytes().lower()
            for word in (b"canary", "canary".encode("utf-16-le"), PASSPHRASE.encode()):
                assert word not in content, name


async def test_one_more_tablet_brings_back_what_its_person_could_read(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        first = await _joined(place, founder)
        family = await first.open.opening.open_family(NewFamily("Nia"))
        notes = first.open.notes
        note = await notes.save(replace(notes.begin(family), body="Before it was lost."))
        await _on_server(first, note.note_id)

        async def shared() -> bool:
            return len(await founder.open.casebook.families()) == 1

        await until(shared)
        await first.lock("lost")
        staff = await founder.open.staff.everybody()
        (marisol,) = [one for one in staff if one.name == "Marisol Vega"]
        invited = await founder.open.enrolment.invite_again(marisol.person_id)
        second = place.tablet("second")
        view = second.first_run.read_invitation(invited.text)
        assert view.agency_fingerprint == invited.agency_fingerprint
        await second.first_run.join(JoinAgency(invited.text, PASSPHRASE))
        (pending,) = await founder.open.enrolment.pending()
        await founder.open.enrolment.admit(pending.invitation_id)

        async def let_in() -> bool:
            return await second.first_run.check_joined()

        await until(let_in)
        await second.first_run.finish()

        async def back() -> bool:
            return len(await second.open.notes.search("lost")) == 1

        await until(back)
        assert second.open.desk.me.name == "Marisol Vega"


async def test_a_withdrawn_invitation_lets_nobody_in(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", ""))
        (pending,) = await founder.open.enrolment.pending()
        await founder.open.enrolment.withdraw(pending.invitation_id)
        await place.tablet("late").first_run.join(JoinAgency(invited.text, PASSPHRASE))
        (taken_back,) = await founder.open.enrolment.pending()
        assert taken_back.state == "withdrawn"
        with pytest.raises(InvalidInput):
            await founder.open.enrolment.admit(pending.invitation_id)
        await founder.open.enrolment.withdraw(pending.invitation_id)
        assert await founder.open.enrolment.pending() == ()


async def test_a_tablet_begun_without_a_server_takes_the_address_of_a_later_start(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        alone = place.tablet("one", "")
        await alone.first_run.start_agency(StartAgency("River House", "Ruth", "", PASSPHRASE))
        await alone.first_run.finish()
        family = await alone.open.opening.open_family(NewFamily("Nia"))
        note = await alone.open.notes.save(replace(alone.open.notes.begin(family), body="Offline."))
        assert (await alone.open.syncing.chip()).kind == "not_on_server"
        await alone.lock("moved")
        place.holders[-1].release()
        again = place.tablet("one", SERVER)
        await again.unlock(PASSPHRASE)
        await _on_server(again, note.note_id)
