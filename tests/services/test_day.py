"""A worker's day over a real vault: where one goes, what is loose, and the glance before a door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.protocol.ids import singleton_id
from app.services.caseload import Caseload
from app.services.desk import Me
from app.services.knock import Knock
from app.services.practice_rules import PracticeRules
from app.services.today import Today, day_begins_ms
from app.services.today_views import TodayView
from app.services.visits import VisitDraft, Visits
from app.store.vault import Change
from app.wraparound.records import (
    Addendum,
    Authority,
    ContactSafety,
    CoSignature,
    Cover,
    Family,
    Finding,
    Meeting,
    NaturalSupport,
    Note,
    Preparation,
    PrivateTalk,
    ProviderMessage,
    Referral,
)
from tests.fakes.tablet import canned
from tests.services.kitchen import CARMEN, NIA, ROSA, STEP, TEO, Kitchen, kitchen
from tests.services.rig import Pair, pair

HOUR = 3_600_000


@dataclass
class Day:
    """One coordinator's day."""

    place: Kitchen
    visits: Visits
    today: Today
    knock: Knock

    def at(self, hour: int, minute: int = 0, days: int = 0) -> int:
        """A moment of a day counted from today, on the wall."""
        day = self.place.desk.today() + timedelta(days=days)
        return int(datetime.combine(day, time(hour, minute)).timestamp() * 1000)

    async def plan(self, starts: int, **values: object) -> str:
        draft = await self.visits.form(self.place.family)
        return await self.visits.save(replace(draft, starts_at_ms=starts, past=True, **values))  # type: ignore[arg-type]

    async def look(self) -> TodayView:
        return await self.today.look()

    def someone_else(self, *roles: str) -> Visits:
        """The visits as somebody with other roles has them."""
        desk = replace(self.place.desk, me=Me("77" * 16, "d", "Paz Lind", "", roles))
        return Visits(desk, self.place.person.notes)


@pytest.fixture
async def day(tmp_path: Path) -> AsyncIterator[Day]:
    async with kitchen(tmp_path) as place:
        desk, notes = place.desk, place.person.notes
        stream = await desk.team_stream(place.family)
        record = singleton_id(stream, Family.TYPE).hex()
        await place.put(Family.TYPE, record, lead_coordinator=desk.me.person, town="East Hartford")
        caseload = Caseload(desk, PracticeRules(desk))
        yield Day(place, Visits(desk, notes), Today(desk, notes, caseload), Knock(desk, caseload))
        caseload.drop()


async def test_a_planned_visit_stands_on_its_day_with_who_and_where(day: Day) -> None:
    await day.plan(day.at(23), with_whom=frozenset({ROSA, NIA}), about="The bus")
    await day.plan(day.at(9, days=1), kind="phone", place="phone")
    view = await day.look()
    (one,) = view.going
    assert (one.name, one.what, one.with_whom) == ("Nia Delgado", "home_visit", "Nia, Rosa")
    assert one.address == "12 Hidden Lane, East Hartford" and not one.protected
    (call,) = view.tomorrow
    assert (call.what, call.address) == ("phone", "")


async def test_a_protected_address_is_nowhere_on_today(day: Day) -> None:
    await day.plan(day.at(23))
    for about in (NIA, day.place.family):
        await day.place.put(ContactSafety.TYPE, "72" * 16, about_id=about, protected_address=True)
        (one,) = (await day.look()).going
        assert one.protected and "Hidden" not in repr(one)


async def test_the_protected_address_of_a_helper_hides_no_home(day: Day) -> None:
    await day.plan(day.at(23))
    await day.place.put(ContactSafety.TYPE, "72" * 16, about_id=TEO, protected_address=True)
    (one,) = (await day.look()).going
    assert not one.protected


@dataclass
class Both:
    """A coordinator's day, and the supervisor whose words reach it."""

    day: Day
    pair: Pair

    async def supervisor_writes(self, record_type: str, record: str, **fields: object) -> None:
        stream = self.pair.family.stream
        await self.pair.supervisor.vault.commit([Change(stream, record_type, record, fields)])
        await self.pair.meet()


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with pair(tmp_path) as tablets:
        person = tablets.coordinator
        place = Kitchen(person, canned().tablet, tablets.family.id)
        stream = tablets.family.stream
        record = singleton_id(stream, Family.TYPE).hex()
        await place.put(Family.TYPE, record, lead_coordinator=person.desk.me.person)
        await tablets.meet()
        caseload = Caseload(person.desk, PracticeRules(person.desk))
        yield Both(
            Day(place, Visits(person.desk, person.notes), Today(person.desk, person.notes, caseload),
                Knock(person.desk, caseload)),
            tablets,
        )  # fmt: skip
        caseload.drop()


async def test_a_meeting_is_mine_when_i_lead_the_family_or_stand_in(both: Both) -> None:
    day, desk = both.day, both.day.place.desk
    await day.place.put(Meeting.TYPE, "42" * 16, status="planned", starts_at_ms=day.at(22), place="home")
    assert [one.kind for one in (await day.look()).going] == ["meeting"]
    stream = await desk.team_stream(day.place.family)
    record = singleton_id(stream, Family.TYPE).hex()
    await day.place.put(Family.TYPE, record, lead_coordinator="99" * 16)
    assert (await day.look()).going == ()
    await day.plan(day.at(23))
    assert [one.kind for one in (await day.look()).going] == ["visit"]
    today = desk.today().isoformat()
    await both.supervisor_writes(
        Cover.TYPE, "43" * 16, person_id=desk.me.person, from_on=today, until_on=today
    )
    view = await day.look()
    assert [one.kind for one in view.going] == ["meeting", "visit"] and view.families == 1
    await both.supervisor_writes(Cover.TYPE, "43" * 16, ended_on=today)
    assert [one.kind for one in (await day.look()).going] == ["visit"]


async def test_what_is_called_off_or_of_a_closed_family_is_nowhere_to_go(day: Day) -> None:
    visit = await day.plan(day.at(23))
    await day.visits.call_off(visit, "Rosa has the flu.")
    assert (await day.look()).going == ()
    await day.visits.plan_again(visit)
    assert len((await day.look()).going) == 1
    stream = await day.place.desk.team_stream(day.place.family)
    await day.place.put(Family.TYPE, singleton_id(stream, Family.TYPE).hex(), status="closed")
    view = await day.look()
    assert (view.going, view.families, view.due, view.loose) == ((), 0, (), ())


async def test_without_anything_tomorrow_the_next_day_with_something_is_shown(day: Day) -> None:
    await day.plan(day.at(9, days=4))
    await day.plan(day.at(10, days=6))
    view = await day.look()
    # The example's meeting in three days comes first, and its day alone.
    assert [one.kind for one in view.later] == ["meeting"] and view.tomorrow == ()


async def test_the_hour_before_midnight_belongs_to_its_own_day(day: Day) -> None:
    await day.plan(day_begins_ms(day.place.desk.today() + timedelta(days=1)) - 1)
    await day.plan(day_begins_ms(day.place.desk.today() + timedelta(days=1)))
    view = await day.look()
    assert len(view.going) == 1 and len(view.tomorrow) == 1


async def test_a_visit_of_yesterday_that_nobody_told_of_is_a_loose_end(day: Day) -> None:
    visit = await day.plan(day.at(9, days=-1))
    await day.plan(day.at(9, days=-40))
    loose = (await day.look()).loose
    assert [(one.kind, one.record_id) for one in loose] == [("visit", visit)]
    await day.visits.call_off(visit, "Nobody was at home.", missed=True)
    assert (await day.look()).loose == ()


async def test_telling_of_a_visit_fills_in_its_note_and_both_find_each_other(day: Day) -> None:
    visit = await day.plan(day.at(9, days=-1), with_whom=frozenset({NIA}), minutes=45, place="school",
                           kind="school")  # fmt: skip
    draft = await day.visits.tell(visit)
    assert (draft.kind, draft.place, draft.with_whom) == ("school", "school", NIA)
    assert (draft.started_at_ms, draft.stopped_at_ms) == (day.at(9, days=-1), day.at(9, 45, days=-1))
    assert (await day.visits.visit(visit)).note_id == "", "nothing is saved yet"
    assert await day.visits.tell(visit) == draft, "once begun, it is gone on with"
    loose = (await day.look()).loose
    assert [(one.kind, one.saved) for one in loose] == [("note", False)]
    await day.place.person.notes.save(replace(draft, body="She showed me the playlist."))
    view = await day.visits.visit(visit)
    assert (view.status, view.note_id) == ("done", draft.note_id)
    assert [(one.kind, one.saved) for one in (await day.look()).loose] == [("note", True)]
    with pytest.raises(InvalidInput) as refused:
        await day.visits.save(replace(await day.visits.form(day.place.family, visit), past=True))
    assert refused.value.code == "visit_over"


async def test_a_visit_told_of_twice_in_a_hurry_has_one_note(day: Day) -> None:
    visit = await day.plan(day.at(9, days=-1))
    one, other = await asyncio.gather(day.visits.tell(visit), day.visits.tell(visit))
    assert one.note_id == other.note_id
    assert [found.record_id for found in (await day.look()).loose] == [one.note_id]


async def test_a_visit_that_still_runs_has_no_end_in_its_note(day: Day) -> None:
    now = day.place.desk.now_ms()
    visit = await day.plan(now - 60_000)
    assert (await day.visits.tell(visit)).stopped_at_ms == 0


async def test_a_time_that_is_over_is_asked_about(day: Day) -> None:
    draft = replace(await day.visits.form(day.place.family), starts_at_ms=day.place.desk.now_ms() - HOUR)
    with pytest.raises(InvalidInput) as refused:
        await day.visits.save(draft)
    assert refused.value.code == "visit_past"
    assert await day.visits.save(replace(draft, past=True))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"starts_at_ms": 0}, "visit_no_day"),
        ({"starts_at_ms": 10**18}, "bad_day"),
        ({"minutes": 0}, "visit_minutes"),
        ({"minutes": 721}, "visit_minutes"),
        ({"kind": "party"}, "bad_choice"),
        ({"about": "x" * 30_000}, "too_long"),
    ],
)
async def test_what_cannot_be_planned_is_refused_and_nothing_written(
    day: Day, values: dict[str, object], code: str
) -> None:
    draft = replace(await day.visits.form(day.place.family), starts_at_ms=day.at(23), past=True)
    with pytest.raises(InvalidInput) as refused:
        await day.visits.save(replace(draft, **values))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert await day.visits.of_family(day.place.family) == ()


async def test_calling_off_needs_a_reason(day: Day) -> None:
    visit = await day.plan(day.at(23))
    with pytest.raises(InvalidInput) as refused:
        await day.visits.call_off(visit, "  ")
    assert refused.value.code == "visit_no_reason"
    assert (await day.visits.visit(visit)).status == "planned"


async def test_a_change_writes_only_what_changed(day: Day) -> None:
    visit = await day.plan(day.at(23), about="The bus")
    before = await day.place.desk.vault.unsent_count()
    form = await day.visits.form(day.place.family, visit)
    await day.visits.save(replace(form, past=True))
    assert await day.place.desk.vault.unsent_count() == before
    await day.visits.save(replace(form, minutes=30, past=True))
    view = await day.visits.visit(visit)
    assert (view.minutes, view.about) == (30, "The bus")


async def test_two_things_at_once_are_told_and_end_to_end_is_no_clash(day: Day) -> None:
    first = await day.plan(day.at(14, days=2), minutes=60)
    form = await day.visits.form(day.place.family)

    async def clashing(hour: int, minute: int, minutes: int = 60) -> list[str]:
        draft = replace(form, starts_at_ms=day.at(hour, minute, days=2), minutes=minutes)
        return [one.record_id for one in await day.visits.clashes(draft)]

    assert await clashing(14, 30) == [first] and await clashing(13, 30) == [first]
    assert await clashing(13, 0) == [] and await clashing(15, 0) == []
    assert await clashing(13, 0, 180) == [first]
    await day.plan(day.at(14, 15, days=2))
    assert len((await day.visits.visit(first)).clashes) == 1
    assert await day.visits.clashes(await day.visits.form(day.place.family, first)) != ()


async def test_nobody_who_must_not_be_contacted_is_offered(day: Day) -> None:
    await day.place.put(NaturalSupport.TYPE, CARMEN, do_not_contact=True, safety_reason="Court order.")
    people = {one.id for one in (await day.visits.form(day.place.family)).people}
    assert CARMEN not in people and {NIA, ROSA, TEO} <= people


async def test_an_administrator_plans_no_visits(day: Day) -> None:
    visit = await day.plan(day.at(23))
    others = day.someone_else("administrator")
    draft = VisitDraft(day.place.family, starts_at_ms=day.at(23), past=True)
    for act in (
        lambda: others.save(draft), lambda: others.call_off(visit, "x"), lambda: others.plan_again(visit),
        lambda: others.tell(visit),
    ):  # fmt: skip
        with pytest.raises(PermissionRefused):
            await act()


async def test_a_visit_that_is_gone_says_so(day: Day) -> None:
    with pytest.raises(InvalidInput) as refused:
        await day.visits.visit("00" * 16)
    assert refused.value.code == "visit_not_here"


async def test_a_note_that_came_back_stays_until_it_is_answered(both: Both) -> None:
    day, note = both.day, "31" * 16
    await day.place.put(Note.TYPE, note, kind="phone", status="signed", started_at_ms=day.at(9))
    put = day.place.put
    decide = partial(both.supervisor_writes, CoSignature.TYPE, note_id=note)
    await decide("32" * 16, decision="returned", decided_at_ms=1_000)
    assert [one.kind for one in (await day.look()).loose] == ["returned"]
    await put(Addendum.TYPE, "33" * 16, note_id=note, body="Before", written_at_ms=999)
    assert [one.kind for one in (await day.look()).loose] == ["returned"]
    await put(Addendum.TYPE, "34" * 16, note_id=note, body="Mended", written_at_ms=1_001)
    assert (await day.look()).loose == ()
    await decide("35" * 16, decision="returned", decided_at_ms=2_000)
    assert [one.kind for one in (await day.look()).loose] == ["returned"]
    await decide("36" * 16, decision="co_signed", decided_at_ms=3_000)
    assert (await day.look()).loose == ()


async def test_follow_ups_and_answers_are_due_from_their_day_on(day: Day) -> None:
    put, today = day.place.put, day.place.desk.today()
    due, coming = today.isoformat(), (today + timedelta(days=1)).isoformat()
    await put(Referral.TYPE, "21" * 16, status="sent", follow_up_on=due, service_name="Food bank")
    await put(Referral.TYPE, "22" * 16, status="sent", follow_up_on=coming)
    await put(Referral.TYPE, "23" * 16, status="connected", follow_up_on=due)
    await put(Referral.TYPE, "24" * 16, status="declined", follow_up_on=due)
    await put(ProviderMessage.TYPE, "25" * 16, status="sent", due_on=due, to_name="Dr. Tan")
    await put(ProviderMessage.TYPE, "26" * 16, status="answered", due_on=due)
    found = [(one.kind, one.about) for one in (await day.look()).loose]
    assert found == [("follow_up", "Food bank"), ("follow_up", ""), ("answer", "Dr. Tan")]


async def test_a_finding_is_asked_about_after_a_month(day: Day) -> None:
    await day.place.put(Finding.TYPE, "27" * 16, status="open", domain="health")
    assert (await day.look()).loose == ()
    day.place.person.later(31 * 24 * 3600)
    assert "finding" in [one.kind for one in (await day.look()).loose]


async def test_a_held_private_talk_is_one_neutral_line(day: Day) -> None:
    desk = day.place.desk
    labels = await _restricted(day)
    fields = {"kind": "self_harm", "raised_at_ms": desk.now_ms()}
    await desk.vault.commit([Change(labels, PrivateTalk.TYPE, "28" * 16, fields)])
    (one,) = (await day.look()).loose
    assert one.kind == "talk" and "harm" not in repr(one)


async def _restricted(day: Day):  # type: ignore[no-untyped-def]
    from app.services.labels import Labels

    return await Labels(day.place.desk).home(day.place.family, "safety")


async def test_a_family_partner_hears_of_no_private_talk(day: Day) -> None:
    desk = day.place.desk
    stream = await _restricted(day)
    await desk.vault.commit([Change(stream, PrivateTalk.TYPE, "28" * 16, {"raised_at_ms": 1_000})])
    partner = replace(desk, me=replace(desk.me, roles=("partner",)))
    view = await Today(partner, day.place.person.notes, Caseload(partner, PracticeRules(partner))).look()
    assert view.loose == ()


async def test_loose_ends_of_a_family_that_is_not_mine_are_not_mine(day: Day) -> None:
    put, today = day.place.put, day.place.desk.today().isoformat()
    await put(Referral.TYPE, "21" * 16, status="sent", follow_up_on=today)
    await put(ProviderMessage.TYPE, "25" * 16, status="sent", due_on=today)
    stream = await day.place.desk.team_stream(day.place.family)
    await put(Family.TYPE, singleton_id(stream, Family.TYPE).hex(), lead_coordinator="99" * 16)
    view = await day.look()
    assert (view.loose, view.due, view.families) == ((), (), 0)


async def test_a_note_entered_in_error_is_nothing_to_finish(day: Day) -> None:
    await day.place.put(Note.TYPE, "31" * 16, kind="phone", status="draft", started_at_ms=day.at(9))
    assert [one.kind for one in (await day.look()).loose] == ["note"]
    await day.place.put("entered_in_error", "32" * 16, item_id="31" * 16)
    assert (await day.look()).loose == ()


async def test_due_clocks_come_worst_first_and_count_families(day: Day) -> None:
    stream = await day.place.desk.team_stream(day.place.family)
    long_ago = (day.place.desk.today() - timedelta(days=90)).isoformat()
    await day.place.put(
        Family.TYPE, singleton_id(stream, Family.TYPE).hex(), enrolled_on=long_ago, referred_on=long_ago
    )
    view = await day.look()
    left = [one.clock.days_left for one in view.due]
    assert left == sorted(left) and left[0] < 0
    assert (view.families, view.due_families) == (1, 1)


# -- before the door ----------------------------------------------------------------------------


async def test_the_glance_holds_the_people_the_way_and_who_must_not_be_met(day: Day) -> None:
    await day.place.put(NaturalSupport.TYPE, CARMEN, do_not_contact=True, safety_reason="Court order.")
    await day.place.put(Authority.TYPE, "29" * 16, adult_name="Ray Pike", no_contact=True, note="Since May.")
    old = (day.place.desk.today() - timedelta(days=1)).isoformat()
    await day.place.put(Authority.TYPE, "30" * 16, adult_name="Old Order", no_contact=True, ends_on=old)
    view = await day.knock.before(day.place.family, at_table=False)
    assert [one.name for one in view.people] == ["Nia Delgado", "Rosa Delgado", "Luis Delgado"]
    assert view.barred == (("Carmen Canary", "Court order."), ("Ray Pike", "Since May."))
    assert view.comes == (("Uncle Teo", "uncle"),)
    assert view.language == "es" and view.address


async def test_what_was_prepared_is_said_once_and_the_youths_agenda_stays_theirs(day: Day) -> None:
    put = day.place.put
    for number, (kind, said) in enumerate(
        (("avoid", "The trial."), ("avoid", "The trial."), ("pause_signal", "A red card."),
         ("youth_agenda", "Canary: my own."))
    ):  # fmt: skip
        await put(Preparation.TYPE, f"{number:02x}" * 16, meeting_id="41" * 16, kind=kind, text=said)
    view = await day.knock.before(day.place.family, at_table=False)
    assert view.prepared == (("avoid", "The trial."), ("pause_signal", "A red card."))


async def test_promises_of_ours_come_first_and_restricted_words_stay_out(day: Day) -> None:
    await day.place.put("action_step", "94" * 16, what="Call the bus office", owner="Marisol",
                        owner_id="c9" * 16, status="open")  # fmt: skip
    await day.place.put("action_step", "95" * 16, what="Canary", owner="Rosa", label="safety", status="open")
    view = await day.knock.before(day.place.family, at_table=False)
    assert [(one.what, one.ours) for one in view.promises][:2] == [
        ("Call the bus office", True), ("Ask his boss", False),
    ]  # fmt: skip
    assert view.promises[1].step_id == STEP
    assert "Canary" not in {one.what for one in view.promises}


async def test_the_last_contact_is_one_that_was_made_and_may_be_read_at_a_door(day: Day) -> None:
    put, now = day.place.put, day.place.desk.now_ms()
    await put(Note.TYPE, "37" * 16, kind="home_visit", made=True, started_at_ms=now - 5 * HOUR, body="Quiet.")
    await put(Note.TYPE, "38" * 16, kind="phone", made=False, started_at_ms=now - HOUR, body="No answer.")
    await put(Note.TYPE, "39" * 16, kind="phone", made=True, started_at_ms=now, body="Canary", label="safety")
    view = await day.knock.before(day.place.family, at_table=False)
    assert view.last is not None and view.last.body == "Quiet."


async def test_nothing_is_told_while_the_family_has_the_tablet(day: Day) -> None:
    with pytest.raises(PermissionRefused):
        await day.knock.before(day.place.family, at_table=True)
    with pytest.raises(InvalidInput):
        await day.knock.before("00" * 16, at_table=False)


async def test_a_visit_travels_and_the_next_one_is_found(day: Day) -> None:
    await day.plan(day.place.desk.now_ms() - 3 * HOUR)
    later = await day.plan(day.at(12, days=3))
    soon = await day.plan(day.at(12, days=2))
    coming = await day.visits.next_of(day.place.family)
    assert coming is not None and coming.visit_id == soon
    listed = [one.visit_id for one in await day.visits.of_family(day.place.family)]
    assert listed.index(soon) < listed.index(later)


