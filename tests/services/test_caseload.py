"""Every family at a glance: right after a change, after another day, and forgotten when the tablet locks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.protocol.ids import singleton_id
from app.services.caseload import Caseload
from app.services.labels import Labels
from app.services.notes import NoteDraft
from app.services.practice_rules import PracticeRules
from app.store.vault import Change
from app.wraparound.records import CoSignature, Disclosure, Family, Meeting, Note, SafetyReport
from tests.services.rig import Pair, Person, pair

DAY_S = 24 * 3600
DAY_MS = DAY_S * 1000


def at_a_glance(person: Person) -> Caseload:
    return Caseload(person.desk, PracticeRules(person.desk))


async def write(tablets: Pair, type_name: str, record: str, **fields: object) -> None:
    await tablets.coordinator.vault.commit([Change(tablets.family.stream, type_name, record, fields)])


async def enrol(tablets: Pair, days_ago: int = 0, **fields: object) -> None:
    desk = tablets.coordinator.desk
    day = (desk.today() - timedelta(days=days_ago)).isoformat()
    await write(tablets, Family.TYPE, _family_record(tablets), **{"enrolled_on": day, **fields})


def _family_record(tablets: Pair) -> str:
    return singleton_id(tablets.family.stream, Family.TYPE).hex()


async def standing(caseload: Caseload, family: str) -> dict[str, str]:
    found = await caseload.family(family)
    return {one.code: one.standing for one in found.clocks}


async def test_a_family_that_is_not_here_is_said_so(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        with pytest.raises(InvalidInput) as raised:
            await at_a_glance(tablets.coordinator).family("ff" * 16)
        assert raised.value.code == "family_not_here"


async def test_what_changed_is_seen_at_once_and_nothing_else_is_read_again(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        caseload = at_a_glance(tablets.coordinator)
        (before,) = await caseload.families()
        assert before.title == "Nia Delgado" and before.clocks == ()
        assert (await caseload.families())[0] is before
        await enrol(tablets, 3)
        assert (await standing(caseload, tablets.family.id))["consents"] == "running"
        (after,) = await caseload.families()
        assert after.enrolled_on and (await caseload.family(after.family_id)) is after


async def test_a_change_that_comes_while_it_reads_is_not_lost(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        caseload = at_a_glance(tablets.coordinator)
        reading = asyncio.ensure_future(caseload.families())
        await asyncio.sleep(0)
        await enrol(tablets, 1)
        await reading
        assert "consents" in await standing(caseload, tablets.family.id)


async def test_another_day_moves_every_clock(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        caseload = at_a_glance(tablets.coordinator)
        await enrol(tablets)
        assert (await standing(caseload, tablets.family.id))["consents"] == "running"
        tablets.coordinator.later(6 * DAY_S)
        assert (await standing(caseload, tablets.family.id))["consents"] == "due_soon"
        tablets.coordinator.later(2 * DAY_S)
        assert (await standing(caseload, tablets.family.id))["consents"] == "overdue"


async def test_hours_pass_without_anybody_writing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        caseload, desk = at_a_glance(tablets.coordinator), tablets.coordinator.desk
        stream = await Labels(desk).home(tablets.family.id, "safety")
        report = {"suspected_at_ms": desk.now_ms(), "status": "open"}
        await desk.vault.commit([Change(stream, SafetyReport.TYPE, "5a" * 16, report)])
        (clock,) = (await caseload.family(tablets.family.id)).clocks
        assert (clock.code, clock.restricted, clock.record_id) == ("oral_report", True, "5a" * 16)
        assert clock.standing in ("running", "due_soon") and clock.due_at_ms == desk.now_ms() + DAY_MS // 2
        tablets.coordinator.later(13 * 3600)
        assert await standing(caseload, tablets.family.id) == {"oral_report": "overdue"}
        unmade = {"status": "not_made", "not_made_why": "Wrong family"}
        await desk.vault.commit([Change(stream, SafetyReport.TYPE, "5a" * 16, unmade)])
        assert await standing(caseload, tablets.family.id) == {}


async def test_nothing_is_kept_once_it_is_dropped(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        caseload = at_a_glance(tablets.coordinator)
        await caseload.families()
        caseload.drop()
        assert caseload._kept == {} and caseload._staff == {}


async def test_a_closed_family_runs_no_clock_and_keeps_what_was_met(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        caseload, now = at_a_glance(tablets.coordinator), tablets.coordinator.desk.now_ms()
        await enrol(tablets, 40)
        await write(tablets, Meeting.TYPE, "3e" * 16, status="held", starts_at_ms=now - 20 * DAY_MS)
        found = await caseload.family(tablets.family.id)
        assert "team_meeting" in {one.code for one in found.clocks}
        assert "first_team_meeting" in {one.code for one in found.met}
        await enrol(tablets, 40, status="closed")
        found = await caseload.family(tablets.family.id)
        assert found.clocks == () and "first_team_meeting" in {one.code for one in found.met}


async def test_notes_count_as_contacts_drafts_and_work_for_the_supervisor(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        worker, family = tablets.coordinator, tablets.family.id
        caseload, now = at_a_glance(worker), worker.desk.now_ms()
        draft = NoteDraft("a1" * 16, family, started_at_ms=now - 7200_000, stopped_at_ms=now - 3600_000,
                          place="home", body="Rosa laughed.")  # fmt: skip
        await worker.notes.save(draft)
        found = await caseload.family(family)
        (contact,) = found.contacts
        assert (contact.kind, contact.medium, contact.made) == ("home_visit", "in_person", True)
        assert (contact.minutes, contact.signed, contact.by) == (60, False, worker.desk.me.person)
        assert found.drafts == 1 and found.last_visit_ms == found.last_contact_ms == now - 7200_000
        (clock,) = found.clocks[:1]
        assert {one.code for one in found.clocks} >= {"sign_note"} and clock.record_id in ("", "a1" * 16)
        await worker.notes.sign(await worker.notes.edit("a1" * 16))
        found = await caseload.family(family)
        assert found.drafts == 0 and found.contacts[0].signed and found.to_co_sign == 1
        assert "sign_note" in {one.code for one in found.met}


async def test_a_note_that_was_given_back_waits_for_its_author(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        worker, boss, family = tablets.coordinator, tablets.supervisor, tablets.family.id
        caseload = at_a_glance(worker)
        draft = NoteDraft("a1" * 16, family, started_at_ms=worker.desk.now_ms(), body="Rosa.")
        await worker.notes.sign(draft)
        await tablets.meet()
        back = {"note_id": "a1" * 16, "decision": "returned", "decided_at_ms": boss.desk.now_ms()}
        await boss.vault.commit([Change(tablets.family.stream, CoSignature.TYPE, "c5" * 16, back)])
        await tablets.meet()
        assert (await standing(caseload, family))["answer_returned"] == "running"
        worker.later(60)
        await worker.notes.add_to("a1" * 16, "Nia was there, too.")
        assert "answer_returned" not in await standing(caseload, family)


async def test_only_a_supervisor_is_asked_to_see_what_left_without_a_release(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        now = tablets.coordinator.desk.now_ms()
        left = {"recipient": "Dr. Tan", "basis": "serious_threat", "at_ms": now}
        await write(tablets, Disclosure.TYPE, "f1" * 16, **left)
        await tablets.meet()
        assert await standing(at_a_glance(tablets.coordinator), tablets.family.id) == {}
        theirs = await standing(at_a_glance(tablets.supervisor), tablets.family.id)
        assert theirs == {"without_release": "due_soon"}


async def test_records_from_a_clock_gone_wild_harm_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        caseload = at_a_glance(tablets.coordinator)
        for number, at_ms in enumerate((3_800_000_000_000, 250_000_000_000_000)):
            record = f"{number:032x}"
            await write(tablets, Meeting.TYPE, record, status="held", starts_at_ms=at_ms)
            await write(tablets, Note.TYPE, f"{number + 16:032x}", started_at_ms=at_ms, written_at_ms=at_ms)
        await enrol(tablets, 3, referred_on="2090-01-01")
        found = await standing(caseload, tablets.family.id)
        assert found["first_team_meeting"] == "running" and "overdue" not in found.values()


async def test_names_come_before_clocks_and_say_the_same_otherwise(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        casebook, soon = tablets.coordinator.casebook, tablets.coordinator.desk.now_ms() + 86_400_000
        meeting = {"status": "planned", "starts_at_ms": soon}
        await tablets.coordinator.vault.commit(
            [Change(tablets.family.stream, Meeting.TYPE, "5e" * 16, meeting)]
        )
        names, rows = await casebook.names(), await casebook.families()
        assert names and all(not one.known and one.clock is None for one in names)
        assert [one.next_meeting_ms for one in names] == [soon]
        assert [replace(one, known=True, clock=None) for one in names] == [
            replace(one, clock=None) for one in rows
        ]
