"""What a review proved against first run, unlocking, drafts and reading. See test_review_store.py."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import AppError, DiskFull
from app.protocol.builders import build_person
from app.protocol.ids import PersonId, singleton_id
from app.protocol.membership import Role
from app.services.desk import Desk
from app.services.enrolment import NewPerson
from app.services.first_run import JoinAgency, StartAgency
from app.services.keyholder import HomeKeyholder
from app.services.opening import NewFamily
from app.services.supports import SupportDraft
from app.services.tablet import TabletState
from app.store.log import LOG_NAME
from app.store.vault import Change, Vault
from app.wraparound.records import Note
from tests.services.office import PASSPHRASE, SERVER, office, until

OTHER = "another passphrase typed later"


async def test_the_passphrase_of_the_last_try_is_the_one_that_counts(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Coordinator"))
        tablet = place.tablet("marisol")
        place.down = True
        with pytest.raises(AppError):
            await tablet.first_run.join(JoinAgency(invited.text, PASSPHRASE))
        place.down = False
        await tablet.first_run.join(JoinAgency(invited.text, OTHER))
        (pending,) = await founder.open.enrolment.pending()
        await founder.open.enrolment.admit(pending.invitation_id)

        async def let_in() -> bool:
            return await tablet.first_run.check_joined()

        await until(let_in)
        await tablet.first_run.finish()
        await tablet.lock("test")
        await tablet.unlock(OTHER)


@pytest.mark.parametrize("step", ["open_vault", "found_agency", "create_stream"])
async def test_a_start_that_is_interrupted_can_be_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    async with office(tmp_path) as place:
        tablet = place.tablet("founder")
        await tablet.first_run.start_agency(StartAgency("River House", "Ruth", "", PASSPHRASE, SERVER))
        owner: type = HomeKeyholder if step == "open_vault" else Vault

        async def dies(self: object, *args: object, **more: object) -> None:
            if isinstance(self, Vault):
                await self.close()  # as the end of the process would
            raise DiskFull("injected")

        with monkeypatch.context() as patch:
            patch.setattr(owner, step, dies)
            with pytest.raises(AppError):
                await tablet.first_run.finish()
        # The process starts again on the same home.
        place.holders[0].release()
        again = place.tablet("founder")
        if again.state is TabletState.FIRST_RUN:
            await again.first_run.start_agency(StartAgency("River House", "Ruth", "", PASSPHRASE, SERVER))
            await again.first_run.finish()
        else:
            await again.unlock(PASSPHRASE)
        assert again.open.desk.me.roles
        vault = again.open.desk.vault
        assert vault.stream_state(vault.data_stream) is not None  # nobody has a name without it
        await again.open.opening.open_family(NewFamily("Nia"))


async def test_a_recovery_that_fails_at_the_end_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path) as place:
        tablet = place.tablet("founder")
        made = await tablet.first_run.start_agency(StartAgency("River", "Ruth", "", PASSPHRASE, SERVER))
        await tablet.first_run.finish()
        await tablet.lock("test")

        async def full(self: Vault, blob: bytes) -> None:
            raise DiskFull("injected")

        with monkeypatch.context() as patch:
            patch.setattr(Vault, "save_keyring", full)
            with pytest.raises(DiskFull):
                await tablet.recover(" ".join(made.kit_words), OTHER)
        await tablet.unlock(PASSPHRASE)


async def test_a_draft_with_a_torn_letter_is_kept_all_the_same(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        family = await founder.open.opening.open_family(NewFamily("Nia"))
        notes = founder.open.notes
        draft = replace(notes.begin(family), body="An hour of words \ud83d and more")
        await notes.keep_draft(draft)
        kept = await notes.draft(draft.note_id)
        assert kept is not None and kept.body == draft.body


async def test_an_arrival_after_the_invitation_has_run_out(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Coordinator"))
        tablet = place.tablet("marisol")
        await tablet.first_run.join(JoinAgency(invited.text, PASSPHRASE))
        (pending,) = await founder.open.enrolment.pending()
        await founder.open.enrolment.admit(pending.invitation_id)
        await founder.open.syncing.contact()
        await tablet.first_run.pause()
        place.holders[1].release()
        # A long weekend later.
        desk = place.app.state.desk  # type: ignore[attr-defined]
        now = desk.config.now_ms()
        object.__setattr__(desk.config, "now_ms", lambda: now + 4 * 24 * 3600 * 1000)
        again = place.tablet("marisol")
        await again.unlock(PASSPHRASE)
        assert again.open.desk.me.roles == ("coordinator",)


async def test_an_invitation_that_has_run_out_admits_nobody(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Coordinator"))
        tablet = place.tablet("marisol")
        await tablet.first_run.join(JoinAgency(invited.text, PASSPHRASE))
        place.clock.advance(73 * 3600)  # the server still hands it out
        (pending,) = await founder.open.enrolment.pending()
        assert pending.state == "expired"
        with pytest.raises(AppError):
            await founder.open.enrolment.admit(pending.invitation_id)


async def test_a_stale_form_does_not_undo_what_came_meanwhile(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        family = await founder.open.opening.open_family(NewFamily("Nia"))
        supports = founder.open.supports
        one = await supports.save(SupportDraft(family, name="Carmen", phone="860 555 0100"))
        form = await supports.form(one)  # the form is open …
        stream = await founder.open.desk.team_stream(family)
        await founder.open.desk.vault.commit(  # … a colleague's new number arrives …
            [Change(stream, "natural_support", one, {"phone": "860 555 0199"})]
        )
        await supports.save(replace(form, note="Sundays are good."))  # … and only the note was touched.
        after = await supports.support(one)
        assert after is not None and after.phone == "860 555 0199"


def unchecked(desk: Desk) -> None:
    """From here on the tablet's app is a patched one: it writes what ours refuses."""
    desk.vault._core._writer._check = lambda _change: None  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("type_name", "fields"),
    [
        ("family", {"enrolled_on": "last spring"}),
        ("note", {"status": "draft", "written_at_ms": -(2**62), "body": "x"}),
    ],
)
async def test_one_odd_value_does_not_take_the_list_of_families_away(
    tmp_path: Path, type_name: str, fields: dict[str, object]
) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        family = await founder.open.opening.open_family(NewFamily("Nia"))
        desk = founder.open.desk
        stream = await desk.team_stream(family)
        record = singleton_id(stream, "family").hex() if type_name == "family" else desk.new_id()
        unchecked(desk)
        await desk.vault.commit([Change(stream, type_name, record, dict(fields))])
        assert len(await founder.open.casebook.families()) == 1


@pytest.mark.parametrize("signed", [["not", "a", "map"], {"signed_at_ms": "noon"}])
async def test_one_odd_signature_does_not_take_a_familys_notes_away(tmp_path: Path, signed: object) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        family = await founder.open.opening.open_family(NewFamily("Nia"))
        notes = founder.open.notes
        await notes.save(replace(notes.begin(family), body="Good news."))
        desk = founder.open.desk
        stream = await desk.team_stream(family)
        unchecked(desk)
        await desk.vault.commit([Change(stream, "note", desk.new_id(), {"body": "x", "signed": signed})])
        assert "Good news." in [one.body for one in await notes.of_family(family)]


async def test_a_signed_note_cannot_be_signed_over(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        family = await founder.open.opening.open_family(NewFamily("Nia"))
        notes = founder.open.notes
        note = await notes.sign(replace(notes.begin(family), body="He was calm all evening."))
        desk = founder.open.desk
        stream = await desk.team_stream(family)
        row = await desk.vault.read(lambda s: s.get(Note, note.note_id))
        assert row is not None and row.signed is not None
        other = {**row.signed, "body": "He threatened his aunt.", "signed_by_name": "Ruth Abara"}
        await desk.vault.commit(
            [Change(stream, "note", note.note_id, {"signed": other, "body": "He threatened his aunt."})]
        )
        after = await notes.note(note.note_id)
        assert after is not None
        assert after.body == "He was calm all evening." or after.unsigned_changes


async def test_two_administrators_at_work_do_not_block_a_tablet(tmp_path: Path) -> None:
    """Another administrator's operation reaches the server just before ours."""
    async with office(tmp_path) as place:
        founder = await place.founded()
        await founder.open.syncing.contact()
        vault = founder.open.desk.vault
        agency, author = vault.agency, vault._core.author
        rival = build_person(agency, author, PersonId(b"r" * 16), [Role.COORDINATOR], 99)
        wire = place._wire(SERVER)
        await wire.login(author.device, vault.sign_login)
        await wire.append_control(agency.agency, agency.head, [rival])
        await wire.aclose()
        with contextlib.suppress(AppError):
            await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Coordinator"))
        for _ in range(3):
            with contextlib.suppress(AppError):
                await founder.open.syncing.contact()
        assert founder.open.syncing.status.problem == ""
        assert await vault.outgoing_control() == []
        await founder.lock("test")
        await founder.unlock(PASSPHRASE)
        assert not founder.open.desk.vault.was_salvaged


@pytest.mark.parametrize("table", ["sqlite_schema", "meta", "keyring", "stream_key", "chain"])
async def test_one_damaged_page_costs_at_most_what_was_on_it(tmp_path: Path, table: str) -> None:
    """Envelopes and keys to them (wraps in the control chain, cells of another table) are all there."""
    async with office(tmp_path) as place:
        place.down = True
        founder = await place.founded()
        family = await founder.open.opening.open_family(NewFamily("Nia"))
        notes = founder.open.notes
        await notes.save(replace(notes.begin(family), body="Only on this tablet."))
        await founder.lock("test")
        place.holders[0].release()
        log = tmp_path / "founder" / LOG_NAME
        with sqlite3.connect(log) as connection:
            (page,) = connection.execute("SELECT MAX(pageno) FROM dbstat WHERE name = ?", (table,)).fetchone()
        connection.close()
        data = bytearray(log.read_bytes())
        data[(page - 1) * 4096 : (page - 1) * 4096 + 64] = os.urandom(64)
        log.write_bytes(data)
        again = place.tablet("founder")
        assert again.state is TabletState.LOCKED
        await again.unlock(PASSPHRASE)
        assert [row.family_id for row in await again.open.casebook.families()] == [family]
        assert [n.body for n in await again.open.notes.of_family(family)] == ["Only on this tablet."]


async def test_a_crash_between_the_two_renames_of_a_salvage_is_not_a_first_run(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        await founder.lock("test")
        place.holders[0].release()
        home = tmp_path / "founder"
        building = home / "salvage"
        building.mkdir()
        (home / LOG_NAME).rename(building / LOG_NAME)  # the old one has been moved away already
        (building / "ready").write_text("1")
        again = place.tablet("founder")
        assert again.state is TabletState.LOCKED


async def test_going_back_from_a_join_leaves_the_way_to_start_an_agency(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        invited = await founder.open.enrolment.invite(NewPerson("Marisol Vega", "Coordinator"))
        tablet = place.tablet("marisol")
        place.down = True
        with pytest.raises(AppError):
            await tablet.first_run.join(JoinAgency(invited.text, PASSPHRASE))
        place.down = False
        try:
            await tablet.first_run.start_agency(StartAgency("River", "Ruth", "", PASSPHRASE, SERVER))
            await tablet.first_run.finish()
            assert tablet.state is TabletState.OPEN
        finally:
            await tablet.first_run.pause()


async def test_a_tablet_put_away_while_it_opens_locks_after_thirty_seconds(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        await founder.lock("test")
        opening = asyncio.create_task(founder.unlock(PASSPHRASE))
        await asyncio.sleep(0)
        founder.hidden()
        await opening
        place.clock.advance(31)
        assert await founder.lock_when_due()


async def test_a_tablet_from_a_backup_gets_its_own_later_notes_back(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        family = await founder.open.opening.open_family(NewFamily("Nia"))
        await founder.open.syncing.contact()
        await founder.lock("test")
        shutil.copytree(tmp_path / "founder", tmp_path / "backup")
        await founder.unlock(PASSPHRASE)
        notes = founder.open.notes
        await notes.save(replace(notes.begin(family), body="After the backup."))
        await founder.open.syncing.contact()
        await founder.lock("test")
        restored = place.tablet("backup")
        await restored.unlock(PASSPHRASE)
        notes = restored.open.notes
        await notes.save(replace(notes.begin(family), body="On the restored tablet."))
        for _ in range(3):
            await restored.open.syncing.contact()
        found = sorted(note.body for note in await notes.of_family(family))
        assert found == ["After the backup.", "On the restored tablet."]


async def test_syncing_survives_an_error_that_nobody_foresaw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        await founder.open.syncing.contact()

        async def surprise(self: Vault) -> object:
            raise ValueError("not one of ours")

        with monkeypatch.context() as patch:
            patch.setattr(Vault, "positions", surprise)
            founder.open.syncing.now()

            async def met() -> bool:
                task = founder.open.syncing._task
                return founder.open.syncing.status.problem != "" or task is None or task.done()

            await until(met)
        task = founder.open.syncing._task
        assert task is not None and not task.done()
        assert founder.open.syncing.status.problem
