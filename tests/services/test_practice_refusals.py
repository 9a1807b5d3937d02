"""What is gone, what came too late and what nobody answered: refused in words, and nothing is written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import InvalidInput
from app.protocol.ids import singleton_id
from app.services import phases as phases_module
from app.services.adult_safety import AdultSafety
from app.services.caseload import Caseload
from app.services.cosigning import Cosigning
from app.services.directory import Directory
from app.services.episodes import Episodes
from app.services.life_events import EventDraft, LifeEvents
from app.services.measures import FamilyMeasurements, MeasureDraft
from app.services.notes import Notes
from app.services.phases import Phases
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.services.provider_message_views import Answer, MessageDraft
from app.services.provider_messages import ProviderMessages
from app.services.pulses import Pulses
from app.services.referral_views import Sending, Step
from app.services.referrals import Referrals
from app.services.safety_reports import SafetyReports
from app.services.screening import Screenings
from app.services.sharing import Sharing
from app.services.tier_facts import known_in
from app.services.tiers import TierDraft, Tiers
from app.services.transition import LineDraft, PlanDraft, Transition
from app.store.vault import Change
from app.wraparound.records import (
    EnteredInError,
    Family,
    LifeEvent,
    Meeting,
    NaturalSupport,
    Note,
    Person,
    PhaseClosing,
    ProviderMessage,
    StaffMember,
    TeamMember,
)
from tests.services.rig import Pair, pair
from tests.services.test_sharing import english

NOBODY = "ee" * 16
DAY_MS = 24 * 3600 * 1000


async def refusal(call: Awaitable[object]) -> str:
    try:
        await call
    except InvalidInput as refused:
        return refused.code
    return "taken"


async def put(tablets: Pair, type_name: str, record: str = "", /, **said: Any) -> str:
    desk = tablets.coordinator.desk
    made = record or desk.new_id()
    await desk.vault.commit([Change(tablets.family.stream, type_name, made, said)])
    return made


def messages(tablets: Pair) -> ProviderMessages:
    desk = tablets.coordinator.desk
    return ProviderMessages(desk, Sharing(desk))


async def test_what_is_not_here_any_more_is_said_so(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk, family = tablets.supervisor.desk, tablets.family.id
        rules, sharing = PracticeRules(desk), Sharing(desk)
        talks = PrivateTalks(desk)
        reports, plans = SafetyReports(desk, rules), AdultSafety(desk, sharing.gate)
        referrals, clinic = Referrals(desk, sharing.log), ProviderMessages(desk, sharing)
        nothing: Any = SimpleNamespace()
        measures = FamilyMeasurements(desk, rules, talks)
        today = desk.today().isoformat()
        asked: dict[str, tuple[Callable[[], Awaitable[object]], str]] = {
            "report": (lambda: reports.one(NOBODY), "safety_gone"),
            "report to remove": (lambda: reports.remove(NOBODY), "safety_gone"),
            "plan": (lambda: plans.one(NOBODY), "adult_plan_gone"),
            "plan to review": (lambda: plans.review(NOBODY), "adult_plan_gone"),
            "plan for paper": (lambda: plans.on_paper(NOBODY, True, "en", english), "adult_plan_gone"),
            "talk": (lambda: talks.tell(NOBODY, "Ruth", "", desk.now_ms()), "no_such_talk"),
            "score": (lambda: measures.score(family, NOBODY), "no_such_score"),
            "measure": (lambda: measures.begin(family, "magic"), "no_such_measure"),
            "finding": (
                lambda: Screenings(desk, rules, talks).to_need(family, NOBODY, "Heat"), "no_such_finding"
            ),
            "message": (lambda: clinic.one(NOBODY), "message_gone"),
            "form of a message": (lambda: clinic.form(NOBODY), "message_gone"),
            "note": (lambda: Cosigning(desk, Notes(desk), rules).co_sign(NOBODY, ""), "note_not_here"),
            "decision": (lambda: Cosigning(desk, Notes(desk), rules).take_back(NOBODY), "undo_too_late"),
            "referral": (lambda: referrals.one(NOBODY), "gone"),
            "referral to send": (
                lambda: referrals.send(NOBODY, Sending("family_calls", today), "en", english), "gone"
            ),
            "referral to step": (lambda: referrals.step(NOBODY, Step("waiting", today)), "gone"),
            "own entry": (lambda: Directory(desk, nothing).own.form(NOBODY), "gone"),
            "service to check": (lambda: Directory(desk, nothing).check("", "Pantry", "right"), "gone"),
            "family of a tier": (lambda: Tiers(desk, rules).page(NOBODY), "family_not_here"),
            "rules": (lambda: rules.versions("magic"), "no_such_rules"),
        }  # fmt: skip
        wrong = {}
        for what, (call, code) in asked.items():
            if (said := await refusal(call())) != code:
                wrong[what] = said
        assert wrong == {}


# -- measures --------------------------------------------------------------------------------


async def test_totals_are_whole_where_items_are_and_only_where_the_measure_takes_them(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        rules = PracticeRules(desk)
        service = FamilyMeasurements(desk, rules, PrivateTalks(desk))
        totals = MeasureDraft(tablets.family.id, "ohio_problems", "youth", by_name="Nia", way="totals")
        assert await refusal(service.save(replace(totals, total="12", answered="2.5"))) == "whole_number"
        text = (await rules.versions("measures"))[0].text
        assert text.count('code = "ohio_problems"') == 1
        without = text.replace('code = "ohio_problems"', 'code = "ohio_problems"\ntotals_only = false')
        admin = PracticeRules(tablets.supervisor.desk)
        await admin.save("measures", without, desk.today(), "Answers are worth more.")
        strict = FamilyMeasurements(tablets.supervisor.desk, admin, PrivateTalks(tablets.supervisor.desk))
        assert await refusal(strict.save(replace(totals, total="12"))) == "needs_answers"


# -- messages with clinics -------------------------------------------------------------------


async def test_an_answer_has_words_a_name_and_a_day_that_can_be(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        service, desk = messages(tablets), tablets.coordinator.desk
        today = desk.today()
        sent = await put(
            tablets, ProviderMessage.TYPE, to_name="Tan", status="sent", sent_on=today.isoformat()
        )
        whole = Answer("It may be the dose.", answered_by="Dr. Tan", answered_on=today.isoformat())
        for change, code in (
            ({"answer": " "}, "message_no_answer"),
            ({"answered_by": " "}, "message_no_one"),
            ({"answered_by": "x" * 2_001}, "too_long"),
            ({"answer": "x" * 20_001}, "too_long"),
            ({"answered_on": "soon"}, "bad_day"),
            ({"answered_on": (today + timedelta(1)).isoformat()}, "message_to_come"),
            ({"answered_on": (today - timedelta(1)).isoformat()}, "message_before"),
        ):
            assert await refusal(service.answered(sent, replace(whole, **change))) == code, change
        assert (await service.one(sent)).status == "sent"
        begun = MessageDraft(tablets.family.id, to_name="Tan")
        assert await refusal(service.save(replace(begun, label="psychotherapy"))) == "therapist_only"
        draft = await service.save(begun)
        assert await refusal(service.close(draft)) == "message_not_waiting"
        await service.answered(sent, whole)
        assert [one.message_id for one in await service.all(tablets.family.id)] == [draft, sent]


async def test_one_writes_to_professionals_who_are_on_the_team_and_not_to_oneself(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        me = tablets.coordinator.desk.me.name
        for name, kind, status in (
            ("Dr. Tan", "formal", "on_team"), ("Teo", "natural", "on_team"), ("Gone", "formal", "left"),
            (me, "formal", "on_team"),
        ):  # fmt: skip
            await put(tablets, TeamMember.TYPE, name=name, kind=kind, status=status)
        found = await messages(tablets).recipients(tablets.family.id)
        assert [one.name for one in found] == ["Dr. Tan"]


async def test_a_message_that_was_closed_without_an_answer_is_asked_about_no_more(tmp_path: Path) -> None:
    text = (
        '[[clock]]\ncode = "reply"\nname = "Reply"\nstart = ["message_sent"]\nstop = ["message_answered"]\n'
        "days = 7\n"
    )
    async with pair(tmp_path) as tablets:
        desk, service = tablets.coordinator.desk, messages(tablets)
        rules = PracticeRules(tablets.supervisor.desk)
        await rules.save("clocks", text, desk.today(), "We ask after a week.")
        await tablets.meet()
        sent = await put(
            tablets, ProviderMessage.TYPE, to_name="Tan", status="sent", sent_on=desk.today().isoformat()
        )
        await tablets.meet()
        caseload = Caseload(tablets.supervisor.desk, rules)
        (clock,) = (await caseload.family(tablets.family.id)).clocks
        assert (clock.code, clock.met_on) == ("reply", None)
        await service.close(sent)
        await tablets.meet()
        assert (await caseload.family(tablets.family.id)).clocks == ()


# -- talks and reports -----------------------------------------------------------------------


async def test_supervisors_without_a_name_are_not_offered(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        boss = tablets.supervisor.desk
        service = SafetyReports(boss, PracticeRules(boss))
        assert [one.name for one in await service.supervisors()] == ["Ruth Abara"]
        nameless = [Change(boss.vault.data_stream, StaffMember.TYPE, boss.me.person, {"name": ""})]
        await boss.vault.commit(nameless)
        assert await service.supervisors() == ()


async def test_an_event_says_what_happened_and_not_in_time_to_come(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        today = desk.today()
        whole = EventDraft(tablets.family.id, kind="placement", on_day=today.isoformat())
        wrong: tuple[tuple[dict[str, Any], str], ...] = (
            ({"kind": ""}, "no_event_kind"),
            ({"on_day": ""}, "no_event_day"),
            ({"on_day": (today + timedelta(1)).isoformat()}, "day_to_come"),
            ({"until_on": (today - timedelta(1)).isoformat()}, "ends_before"),
        )
        for change, code in wrong:
            assert await refusal(LifeEvents(desk).save(replace(whole, **change))) == code


async def test_a_pulse_is_asked_of_those_who_are_on_the_team_and_may_be_asked(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        for name, status in (("Tan", "on_team"), ("Gone", "left")):
            await put(tablets, TeamMember.TYPE, name=name, status=status, kind="formal")
        for name, status, flagged in (
            ("Teo", "on_team", False), ("Lia", "leading", False), ("Sol", "invited", False),
            ("Gary", "on_team", True),
        ):  # fmt: skip
            await put(tablets, NaturalSupport.TYPE, name=name, status=status, do_not_contact=flagged)
        await put(tablets, Person.TYPE, "a1" * 16, name="Nia", is_youth=True)
        await put(tablets, Person.TYPE, "a2" * 16, name="Rosa", order=1)
        desk = tablets.coordinator.desk
        episodes = await Episodes(desk, PracticeRules(desk)).of_family(tablets.family.id)
        assert episodes.people == (("a1" * 16, "Nia"),), "an episode is of young people"
        asked = await Pulses(desk).people(tablets.family.id)
        assert [one.name for one in asked] == ["Nia", "Rosa", "Lia", "Teo", "Tan"]


# -- phases, episodes, tiers -----------------------------------------------------------------


async def test_a_meeting_counts_for_a_phase_when_it_was_held_with_the_family(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        phases, now = Phases(desk), desk.now_ms()
        held = await put(tablets, Meeting.TYPE, status="held", starts_at_ms=now - 3 * DAY_MS)
        await put(tablets, Meeting.TYPE, status="planned", starts_at_ms=now + DAY_MS)
        await put(
            tablets, Meeting.TYPE, status="held", starts_at_ms=now - DAY_MS, professionals_only=True
        )
        seen: list[str] = []

        def look(item: str, facts: Any) -> None:
            seen.append(facts.last_meeting_id)

        monkeypatch.setattr(phases_module, "find", look)
        await phases.phases(tablets.family.id)
        assert set(seen) == {held}


async def test_what_did_not_change_in_a_phase_or_a_transition_is_not_written(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        family, vault = tablets.family.id, tablets.coordinator.vault
        service, phases = Transition(tablets.coordinator.desk), Phases(tablets.coordinator.desk)
        await phases.tick(family, "oriented")
        await service.save(PlanDraft(family, celebration="Cake"))
        line = await service.save_line(LineDraft(family, "carries", text="Rides"))
        assert await refusal(service.tick(family, line, done_on="soon")) == "bad_day"
        await service.tick(family, line)
        written = await vault.unsent_count()
        await phases.tick(family, "oriented")
        await phases.go_back(family, 1)
        await service.save(PlanDraft(family, celebration="Cake"))
        await service.save_line(LineDraft(family, "carries", line, "Rides"))
        await service.tick(family, line)
        await service.tick(family, NOBODY)
        await service.remove(family, NOBODY)
        assert await vault.unsent_count() == written


async def test_a_new_choice_of_a_tier_ends_only_the_one_that_still_runs(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        person, family = tablets.coordinator, tablets.family.id
        tiers = Tiers(person.desk, PracticeRules(person.desk))
        first = person.desk.today()
        await tiers.choose(TierDraft(family, "3", "A hard week.", first.isoformat()))
        person.later(2 * 24 * 3600)
        await tiers.choose(TierDraft(family, "1", "Calm.", person.desk.today().isoformat()))
        ended = {one.tier: one.ended_on for one in (await tiers.page(family)).choices}
        assert ended == {"3": "", "1": ""}, "one that ran out ended by itself"
        person.later(24 * 3600)
        await tiers.take_back(family)
        assert {one.tier: one.ended_on for one in (await tiers.page(family)).choices} == ended


async def test_a_tier_of_a_day_is_by_what_had_happened_by_then(tmp_path: Path) -> None:
    async with pair(tmp_path) as tablets:
        desk = tablets.coordinator.desk
        today = desk.today()
        family = singleton_id(tablets.family.stream, Family.TYPE).hex()
        await put(tablets, Family.TYPE, family, phase=3)
        await put(tablets, PhaseClosing.TYPE, phase=2, closed_on=today.isoformat())
        await put(tablets, PhaseClosing.TYPE, phase=1, closed_on=(today - timedelta(9)).isoformat())
        ahead = (today + timedelta(1)).isoformat()
        await put(tablets, LifeEvent.TYPE, kind="placement", on_day=ahead, setting="hospital")
        await put(tablets, Note.TYPE, kind="phone", started_at_ms=desk.now_ms())
        wrong = await put(tablets, Note.TYPE, kind="crisis", started_at_ms=desk.now_ms())
        await put(tablets, EnteredInError.TYPE, item_id=wrong, item_type="note")

        known = (await desk.vault.read(lambda session: known_in(session, (tablets.family.id,))))[
            tablets.family.id
        ]
        assert known.crisis_on == [], "only a crisis note tells of a crisis"
        facts = known.on(today)
        assert (facts.setting, facts.setting_on) == ("", None)
        assert known.on(today + timedelta(1)).setting == "hospital"
        assert [known.on(today - timedelta(back)).phase for back in (0, 5, 10)] == [3, 2, 1]
