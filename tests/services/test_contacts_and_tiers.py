"""How notes count, the month's log and check, episodes and tiers, on real tablets."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import singleton_id
from app.services.contact_log import ContactLog
from app.services.desk import Desk
from app.services.episodes import EpisodeDraft, Episodes
from app.services.note_counting import NoteCounting
from app.services.note_views import COUNTED_FIELDS, NoteDraft
from app.services.practice_rules import PracticeRules
from app.services.tiers import TierDraft, Tiers, standing, tiers_in
from app.store.vault import Change
from app.wraparound.records import (
    AuditEntry,
    EnteredInError,
    Family,
    LifeEvent,
    MeasureScore,
    Note,
    PhaseClosing,
)
from app.wraparound.records import (
    PracticeRules as RulesRecord,
)
from tests.services.rig import Pair, Person, pair

MONTH = date(2025, 10, 1)
TODAY = date(2025, 10, 9)
MINUTE = 60_000


def at(day: date, hour: int = 10) -> int:
    return int(datetime(day.year, day.month, day.day, hour).timestamp() * 1000)


def rules_of(person: Person) -> PracticeRules:
    return PracticeRules(person.desk)


def log_of(person: Person) -> ContactLog:
    return ContactLog(person.desk, rules_of(person))


def episodes_of(person: Person) -> Episodes:
    return Episodes(person.desk, rules_of(person))


def tiers_of(person: Person) -> Tiers:
    return Tiers(person.desk, rules_of(person))


def draft(tablets: Pair, day: date = TODAY, minutes: int = 50, **more: Any) -> NoteDraft:
    begun = tablets.coordinator.notes.begin(tablets.family.id)
    start = at(day)
    stop = start + minutes * MINUTE
    values: dict[str, Any] = {"body": "Words.", "started_at_ms": start, "stopped_at_ms": stop}
    return replace(begun, **(values | more))


async def write(person: Person, tablets: Pair, record: Any, **values: Any) -> str:
    made = person.desk.new_id()
    if record is Family:
        made = singleton_id(tablets.family.stream, Family.TYPE).hex()
    await person.vault.commit([Change(tablets.family.stream, record.TYPE, made, values)])
    return made


async def enrolled(tablets: Pair, **more: Any) -> str:
    values: dict[str, Any] = {"enrolled_on": "2025-09-01", "funder": "Medicaid"}
    return await episodes_of(tablets.coordinator).save(EpisodeDraft(tablets.family.id, **(values | more)))


# -- how a note counts --------------------------------------------------------------------


async def test_a_signature_carries_how_the_note_counts(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        told: dict[str, Any] = {"medium": "video", "funder": "Medicaid", "billable": "yes",
                "principles": "voice_and_choice,natural_supports", "activities": "screened"}  # fmt: skip
        kept = await notes.keep_draft(draft(tablets, **told))
        again = await notes.draft(kept.note_id)
        assert again is not None
        signed = await notes.sign(again)
        assert {name: getattr(signed, name) for name in COUNTED_FIELDS} == told
        await tablets.meet()
        # Somebody who had not seen the signature changes it: shown as drifted, not as signed.
        stream = tablets.family.stream
        await tablets.supervisor.vault.commit([Change(stream, Note.TYPE, signed.note_id, {"billable": "no"})])
        there = await tablets.supervisor.notes.note(signed.note_id)
        assert there is not None
        assert (there.billable, there.unsigned_changes) == ("yes", True)


async def test_a_note_signed_before_there_was_counting_still_stands_and_takes_no_later_word(
    tmp_path: Path,
) -> None:
    async with pair(tmp_path) as tablets:
        notes, stream = tablets.coordinator.notes, tablets.family.stream
        signed = await notes.sign(draft(tablets))
        row = await tablets.coordinator.vault.read(lambda session: session.get(Note, signed.note_id))
        assert row is not None and row.signed is not None
        old = {name: value for name, value in row.signed.items() if name not in COUNTED_FIELDS}
        plain = {name: value for name, value in old.items() if not name.startswith("signed_")}
        note = await write(tablets.coordinator, tablets, Note, **plain, status="signed", signed=old)
        view = await notes.note(note)
        assert view is not None
        assert (view.signed_at_ms, view.unsigned_changes, view.medium) == (signed.signed_at_ms, False, "")
        await tablets.coordinator.vault.commit([Change(stream, Note.TYPE, note, {"medium": "mail"})])
        drifted = await notes.note(note)
        assert drifted is not None
        assert (drifted.medium, drifted.unsigned_changes) == ("", True)


async def test_a_code_that_there_is_not_is_refused(tmp_path: Path) -> None:
    wrong: dict[str, Any] = {
        "medium": "pigeon", "billable": "maybe", "principles": "voice_and_choice,haste", "activities": "x"
    }  # fmt: skip
    async with pair(tmp_path) as tablets:
        for field, value in wrong.items():
            with pytest.raises(InvalidInput) as refused:
                await tablets.coordinator.notes.save(draft(tablets, **{field: value}))
            assert (refused.value.field, refused.value.code) == (field, "bad_choice")


async def test_what_counts_is_suggested_and_what_was_chosen_stays(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await enrolled(tablets)
        person = tablets.coordinator
        counting = await NoteCounting(person.desk, rules_of(person)).of_family(tablets.family.id)
        filled = counting.filled(draft(tablets))
        assert (filled.medium, filled.funder, filled.billable) == ("in_person", "Medicaid", "yes")
        call = replace(filled, **counting.followed(filled, {"kind": "phone"}))
        assert (call.medium, call.billable) == ("", "")
        assert (counting.filled(call).medium, counting.filled(call).billable) == ("phone", "yes")
        short = replace(filled, **counting.followed(filled, {"stopped_at_ms": filled.started_at_ms + MINUTE}))
        assert counting.filled(short).billable == "no"
        chosen = replace(filled, medium="video", billable="no")
        moved = replace(chosen, **counting.followed(chosen, {"kind": "phone"}))
        assert (moved.medium, moved.billable) == ("video", "no")
        before = counting.filled(draft(tablets, date(2025, 8, 30)))
        assert (before.funder, before.billable) == ("", "")


# -- the log ------------------------------------------------------------------------------


async def test_the_month_counts_signed_notes_and_tells_the_unsigned_apart(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        notes = tablets.coordinator.notes
        visit = await notes.sign(draft(tablets, date(2025, 10, 1), activities="screened,calming_skills"))
        await notes.sign(draft(tablets, date(2025, 10, 8), 5, kind="phone", activities="screened"))
        await notes.sign(draft(tablets, date(2025, 9, 30)))
        await notes.sign(draft(tablets, kind="attempt", made=False, minutes=2))
        await notes.sign(draft(tablets, kind="supervision"))
        await notes.save(draft(tablets))
        wrong = await notes.sign(draft(tablets))
        await write(tablets.coordinator, tablets, EnteredInError, item_id=wrong.note_id, item_type="note")
        found = await log_of(tablets.coordinator).month(date(2025, 10, 20), tablets.family.id)
        assert (found.month, found.unsigned, len(found.lines)) == (MONTH, 1, 4)
        assert (found.whole.made, found.whole.attempted, found.whole.minutes) == (2, 1, 55)
        assert [(one.code, one.made, one.attempted) for one in found.kinds] == [
            ("attempt", 0, 1), ("home_visit", 1, 0), ("phone", 1, 0)
        ]  # fmt: skip
        assert found.activities == {"calming_skills": 1, "screened": 2}
        first = found.lines[-1]
        assert first.contact.note_id == visit.note_id
        assert (first.family, first.who) == ("Nia Delgado", "Marisol Vega")
        assert (first.contact.medium, first.contact.late) == ("in_person", True)
        mine = await log_of(tablets.coordinator).month(MONTH, person_id=tablets.supervisor.desk.me.person)
        assert mine.lines == ()


async def test_whether_the_month_can_be_billed_follows_the_rules_of_its_first_day(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        await enrolled(tablets)
        await tablets.coordinator.notes.sign(draft(tablets, billable="yes"))
        log = log_of(tablets.coordinator)
        (one,) = (await log.month(TODAY)).checks
        assert one.check is not None
        assert (one.check.standing, one.check.stands.missing, one.check.stands.days_left) == ("open", 1, 22)
        text = '[[funder]]\nname = "Medicaid"\ncontacts = 1\n'
        data = tablets.coordinator.vault.data_stream
        version = {"name": "contacts", "text": text, "from_on": "2025-10-05", "why": "A new contract."}
        await tablets.supervisor.vault.commit([Change(data, RulesRecord.TYPE, "ab" * 16, version)])
        mid = log_of(tablets.supervisor)
        await tablets.meet()
        (same,) = (await mid.month(TODAY)).checks
        assert same.check is not None and same.check.stands.needs.contacts == 2
        (next_one,) = (await mid.month(date(2025, 11, 3))).checks
        assert next_one.check is not None and next_one.check.stands.needs.contacts == 1


async def test_a_family_without_a_funder_is_told_and_one_that_left_is_not_asked(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        log = log_of(tablets.coordinator)
        assert [one.check for one in (await log.month(MONTH)).checks] == [None]
        await enrolled(tablets, discharged_on="2025-09-30", discharge_reason="goals_met")
        assert (await log.month(MONTH)).checks == ()
        (gone,) = (await log.month(date(2025, 9, 1))).checks
        assert gone.check is not None and gone.check.standing == "missed"


async def test_a_month_as_a_file_holds_no_words_and_no_formula_and_is_noted(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person = tablets.coordinator
        await person.notes.sign(draft(tablets, body="Canary words.", funder="=HYPERLINK(1)"))
        await write(person, tablets, Family, list_name="@Nia")
        heads = ["Day", "Time", "Family", "Kind", "Made", "Medium", "Minutes", "Who", "Funder", "Billable",
                 "Signed", "Late", "Activities"]  # fmt: skip
        me = person.desk.me.person
        made = await log_of(person).file(MONTH, me, heads, lambda what, code: f"{what} {code}")
        rows = list(csv.reader(made.content.decode("utf-8-sig").splitlines()))
        assert rows[0] == heads
        assert rows[1][:4] == ["2025-10-09", "10:00", "'@Nia", "kind home_visit"]
        assert rows[1][8] == "'=HYPERLINK(1)"
        assert b"Canary" not in made.content
        assert made.file_name == "contacts-2025-10.csv"
        noted = await person.vault.read(lambda session: list(session.exec(select(AuditEntry.action))))
        assert "log.file" in noted
        nobody = Desk(person.vault, person.desk.now_ms, person.desk.new_id, replace(person.desk.me, roles=()))
        with pytest.raises(PermissionRefused):
            await ContactLog(nobody, rules_of(person)).file(MONTH, "", heads, lambda what, code: code)


# -- episodes -----------------------------------------------------------------------------


IMPOSSIBLE: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"enrolled_on": ""}, "enrolled_on", "no_enrolment"),
    ({"enrolled_on": "2025-02-30"}, "enrolled_on", "bad_day"),
    ({"enrolled_on": "2025-10-10"}, "enrolled_on", "day_to_come"),
    ({"extension_asked_on": "2025-08-31"}, "extension_asked_on", "before_enrolment"),
    ({"extended_until": "2026-03-01"}, "extension_asked_on", "no_extension_day"),
    ({"extension_asked_on": "2025-10-02", "extended_until": "2025-10-01"}, "extended_until",
     "ends_before_asked"),
    ({"discharged_on": "2025-08-31", "discharge_reason": "goals_met"}, "discharged_on", "before_enrolment"),
    ({"discharged_on": "2025-10-10", "discharge_reason": "goals_met"}, "discharged_on", "day_to_come"),
    ({"discharged_on": "2025-10-01"}, "discharge_reason", "no_discharge_reason"),
    ({"discharge_reason": "goals_met"}, "discharged_on", "no_discharge_day"),
    ({"living_in": "castle"}, "living_in", "bad_choice"),
)  # fmt: skip


async def test_days_that_cannot_be_are_refused(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        for values, field, code in IMPOSSIBLE:
            with pytest.raises(InvalidInput) as refused:
                await enrolled(tablets, **values)
            assert (refused.value.field, refused.value.code) == (field, code)


async def test_episodes_follow_each_other_and_the_family_says_what_is_due(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        episodes, family = episodes_of(tablets.coordinator), tablets.family.id
        await write(tablets.coordinator, tablets, Family, enrolled_on="2025-03-04", status="open")
        begun = await episodes.next_one(family)
        assert (await episodes.of_family(family)).proposal == "enrol"
        assert begun.enrolled_on == "2025-03-04"
        first = await episodes.save(replace(begun, funder="Medicaid"))
        assert (await episodes.of_family(family)).proposal == ""
        with pytest.raises(InvalidInput) as refused:
            await enrolled(tablets, enrolled_on="2025-06-01")
        assert refused.value.code == "episodes_overlap"
        await write(tablets.coordinator, tablets, Family, status="closed", status_on="2025-09-10")
        due = await episodes.of_family(family)
        assert (due.proposal, due.on_day) == ("discharge", "2025-09-10")
        form = await episodes.form(family, first)
        ended = replace(form, discharged_on="2025-09-10", discharge_reason="goals_met")
        await episodes.save(replace(ended, living_out="home_parents"))
        again = await episodes.next_one(family)
        assert (again.funder, again.living_in) == ("Medicaid", "home_parents")
        await episodes.save(replace(again, enrolled_on="2025-10-01"))
        both = (await episodes.of_family(family)).episodes
        assert [(one.draft.number, one.open, one.days) for one in both] == [(2, True, 9), (1, False, 191)]


# -- tiers --------------------------------------------------------------------------------


async def test_the_tier_is_by_choice_then_by_rule_then_by_record_then_by_default(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person, tiers, family = tablets.coordinator, tiers_of(tablets.coordinator), tablets.family.id
        found = await tiers.of(family)
        assert (found.code, found.how, found.called("es")) == ("2", "default", "Un solo plan de cuidado")
        await write(person, tablets, Family, tier="1", tier_reason="Calm.")
        found = await tiers.of(family)
        assert (found.code, found.how, found.reason) == ("1", "record", "Calm.")
        await write(person, tablets, MeasureScore, measure="ohio_problems", measure_name="Problem severity",
                    informant="caregiver", on_day="2025-10-03", total="46")  # fmt: skip
        found = await tiers.of(family)
        assert (found.code, found.how) == ("3", "rule")
        assert found.fired is not None and found.fired.seen[0].score is not None
        assert str(found.fired.seen[0].score.total) == "46"
        await tiers.choose(TierDraft(family, "2", "The family asked for fewer visits.", "2025-10-31"))
        found = await tiers.of(family)
        assert (found.code, found.how, found.by_rules) == ("2", "chosen", "3")
        assert found.chosen is not None and found.chosen.by == "Marisol Vega"
        assert (await tiers.all())[family].code == "2"
        await tiers.take_back(family)
        assert (await tiers.of(family)).how == "rule"
        await tiers.take_back(family)
        assert [one.ended_on for one in (await tiers.page(family)).choices] == ["2025-10-09"]


async def test_a_choice_ends_on_its_day_and_a_new_one_takes_the_place_of_the_old(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        tiers, family = tiers_of(tablets.coordinator), tablets.family.id
        await tiers.choose(TierDraft(family, "3", "A hard week.", "2025-10-10"))
        await tiers.choose(TierDraft(family, "1", "It was a mistake.", "2025-10-10"))
        assert (await tiers.of(family)).code == "1"
        tablets.coordinator.later(24 * 3600)
        assert (await tiers.of(family)).code == "1"
        tablets.coordinator.later(24 * 3600)
        assert (await tiers.of(family)).how == "default"


async def test_a_choice_needs_a_tier_a_reason_and_a_day(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        whole = TierDraft(tablets.family.id, "3", "Because.", "2025-10-31")
        for field, value, code in (
            ("tier", "9", "no_tier"), ("reason", "  ", "no_tier_reason"), ("until_on", "", "no_until"),
            ("until_on", "2025-10-08", "until_past"),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                changed: dict[str, Any] = {field: value}
                await tiers_of(tablets.coordinator).choose(replace(whole, **changed))
            assert (refused.value.field, refused.value.code) == (field, code)


async def test_only_supervisors_and_coordinators_choose_and_keep_episodes(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        partner = Desk(desk.vault, desk.now_ms, desk.new_id, replace(desk.me, roles=("partner",)))
        rules, family = PracticeRules(partner), tablets.family.id
        for refused in (
            Tiers(partner, rules).choose(TierDraft(family, "3", "Because.", "2025-10-31")),
            Tiers(partner, rules).take_back(family),
            Episodes(partner, rules).save(EpisodeDraft(family, enrolled_on="2025-10-01")),
        ):
            with pytest.raises(PermissionRefused):
                await refused


async def test_what_counted_before_is_worked_out_by_the_rules_of_the_day(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person, family = tablets.coordinator, tablets.family.id
        await write(person, tablets, Family, enrolled_on="2025-06-01", phase=4)
        await write(person, tablets, PhaseClosing, phase=3, closed_on="2025-09-15")
        await write(person, tablets, LifeEvent, kind="hospital", on_day="2025-06-20")
        page = await tiers_of(person).page(family)
        told = [(day.isoformat(), one.code, one.how) for day, one in page.history]
        assert told == [
            ("2025-10-01", "1", "rule"), ("2025-07-01", "3", "rule"), ("2025-06-01", "2", "default")
        ]  # fmt: skip


async def test_every_familys_tier_is_read_at_once_whatever_another_tablet_wrote(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person = tablets.coordinator
        await write(person, tablets, MeasureScore, measure="ohio_problems", informant="youth", on_day="soon",
                    total="many")  # fmt: skip
        await write(person, tablets, LifeEvent, kind="hospital", on_day="2025-02-31", setting="foster")
        books = rules_of(person).books
        found = await person.vault.read(lambda session: tiers_in(session, books, TODAY, {tablets.family.id}))
        assert [one.how for one in found.values()] == ["default"]
        assert await person.vault.read(lambda session: tiers_in(session, books, TODAY, ())) == {}


async def test_the_least_contacts_of_a_tier_and_how_the_month_stands(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person = tablets.coordinator
        await person.notes.sign(draft(tablets))
        await person.notes.save(draft(tablets))
        found = await tiers_of(person).of(tablets.family.id)
        assert found.tier is not None
        log = await log_of(person).month(TODAY, tablets.family.id)
        stands = standing(found.tier, [one.contact for one in log.lines], TODAY)
        assert (stands.tally.done, stands.missing, stands.tally.unsigned) == (1, 1, 1)
        assert stands.days_left == (date(2025, 10, 31) - TODAY).days
        assert standing(found.tier, [one.contact for one in log.lines], TODAY - timedelta(9)).missing == 2
