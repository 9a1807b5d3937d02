"""Screening and life events on real tablets: asked once, found, decided, and where somebody lives now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.life_events import EventDraft, LifeEvents
from app.services.plan import Plan
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.services.screening import Screenings, TalkDraft, TraumaDraft
from app.store.vault import Change
from app.wraparound.records import Person, Referral
from tests.services.trio import Trio, Worker, trio

NIA, ROSA = "a1" * 16, "a2" * 16


def screenings(worker: Worker) -> Screenings:
    return Screenings(worker.desk, PracticeRules(worker.desk), PrivateTalks(worker.desk))


@asynccontextmanager
async def family(home: Path) -> AsyncIterator[Trio]:
    async with trio(home) as here:
        people = [
            Change(here.family.stream, Person.TYPE, who, {"name": name, "called": name, "is_youth": youth})
            for who, name, youth in ((NIA, "Nia", True), (ROSA, "Rosa", False))
        ]
        await here.coordinator.vault.commit(people)
        yield here


def talk(here: Trio, domain: str = "economic", **answers: str) -> TalkDraft:
    day = "2024-01-05"
    return TalkDraft(
        here.family.id, domain, person_id=ROSA, asked_name="Rosa", on_day=day, answers=dict(answers)
    )


# -- everyday life -------------------------------------------------------------------------


async def test_what_was_asked_is_shown_with_its_day_and_who_so_nobody_asks_again(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        service = screenings(here.coordinator)
        await service.save(talk(here, bills="no", food="rather_not"))
        await here.meet()
        seen = await screenings(here.supervisor).of_family(here.family.id)
        domain = next(one for one in seen.domains if one.domain == "economic")
        told = {one.prompt.code: (one.answer, one.on_day, one.asked_name) for one in domain.prompts}
        assert told["bills"] == ("no", "2024-01-05", "Rosa") and told["work"] == ("", "", "")
        assert (domain.asked, domain.open_prompts, domain.declined) == (2, 3, False)
        later = replace(talk(here, food="yes"), on_day="2024-02-01", asked_name="Nia")
        await service.save(later)
        again = next(
            one for one in (await service.of_family(here.family.id)).domains if one.domain == "economic"
        )
        told = {one.prompt.code: (one.answer, one.on_day, one.asked_name) for one in again.prompts}
        assert told["food"] == ("yes", "2024-02-01", "Nia"), "the newest answer counts"
        assert told["bills"] == ("no", "2024-01-05", "Rosa"), "and an older one stays"


async def test_a_finding_is_made_once_and_becomes_the_last_need_of_the_plan(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        service, plan = screenings(here.coordinator), Plan(here.coordinator.desk)
        await plan.write(here.family.id, "need", {"text": "Sleep", "life_domain": "home"})
        await service.save(replace(talk(here, food="sometimes", bills="no"), words="The fridge is empty."))
        await service.save(talk(here, food="yes"))
        (finding,) = (await service.of_family(here.family.id)).findings
        assert (finding.prompt, finding.words, finding.status) == ("food", "The fridge is empty.", "open")
        need = await service.to_need(here.family.id, finding.finding_id, finding.words)
        needs = (await plan.plan(here.family.id)).needs
        assert [one.text for one in needs] == ["Sleep", "The fridge is empty."]
        assert needs[-1].need_id == need and needs[-1].life_domain == "money_and_work"
        (decided,) = (await service.of_family(here.family.id)).findings
        assert (decided.status, decided.need_id) == ("need", need)
        await service.undo_need(here.family.id, finding.finding_id)
        assert len((await plan.plan(here.family.id)).needs) == 1
        (back,) = (await service.of_family(here.family.id)).findings
        assert (back.status, back.need_id) == ("open", "")


async def test_a_finding_made_a_need_twice_in_a_hurry_is_one_need(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        service, plan = screenings(here.coordinator), Plan(here.coordinator.desk)
        await service.save(talk(here, food="yes"))
        (finding,) = (await service.of_family(here.family.id)).findings
        made = await asyncio.gather(
            *(service.to_need(here.family.id, finding.finding_id, "Food") for _ in range(2))
        )
        (need,) = (await plan.plan(here.family.id)).needs
        assert made == [need.need_id, need.need_id]


async def test_a_finding_with_a_referral_says_so_and_others_may_wait_or_be_solved(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        service, group = screenings(here.coordinator), here.family.id
        await service.save(talk(here, food="yes", bills="yes"))
        one, other = (await service.of_family(group)).findings
        fields = {"finding_id": one.finding_id, "service_name": "Pantry", "status": "draft"}
        await here.coordinator.vault.commit([Change(here.family.stream, Referral.TYPE, "cd" * 16, fields)])
        await service.decide(group, other.finding_id, "not_now")
        found = {item.finding_id: item for item in (await service.of_family(group)).findings}
        assert found[one.finding_id].status == "referral"
        assert found[one.finding_id].referral_id == "cd" * 16
        decided = found[other.finding_id]
        assert (decided.status, decided.decided_on) == ("not_now", here.coordinator.desk.today().isoformat())
        with pytest.raises(InvalidInput):
            await service.decide(group, other.finding_id, "gone")
        with pytest.raises(InvalidInput):
            await service.to_need(group, "ab" * 16, "x")
        await service.save(talk(here, bills="yes"))
        again = [item for item in (await service.of_family(group)).findings if item.prompt == "bills"]
        assert sorted(item.status for item in again) == ["not_now", "open"], "asked anew it is found anew"


async def test_a_domain_nobody_wants_to_talk_about_is_kept_as_that(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        service = screenings(here.coordinator)
        with pytest.raises(InvalidInput) as caught:
            await service.save(talk(here))
        assert caught.value.code == "nothing_answered"
        await service.save(replace(talk(here, food="yes"), declined=True))
        seen = await service.of_family(here.family.id)
        assert seen.domains[0].declined and seen.domains[0].asked == 0 and seen.findings == ()


async def test_whether_home_is_safe_is_asked_alone_and_leaves_no_finding_but_a_talk(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        service, talks = screenings(here.coordinator), PrivateTalks(here.coordinator.desk)
        asked = talk(here, "neighbourhood", safe_at_home="no", housing="no")
        with pytest.raises(InvalidInput) as caught:
            await service.save(asked)
        assert caught.value.code == "not_alone"
        await service.save(replace(asked, alone=True))
        seen = await service.of_family(here.family.id)
        assert seen.findings == (), "a finding would stand where others read it"
        domain = next(one for one in seen.domains if one.domain == "neighbourhood")
        assert domain.asked == 1, "what was asked alone is not counted"
        (held,) = await talks.held()
        assert (held.kind, held.whom) == ("violence", "Rosa")


async def test_what_cannot_be_is_refused_beside_its_field(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        asked = talk(here, food="yes")
        for field, wrong in (
            ("on_day", replace(asked, on_day="2099-01-01")),
            ("asked_name", replace(asked, asked_name=" ")),
            ("answer.food", replace(asked, answers={"food": "perhaps"})),
            ("domain", replace(asked, domain="money")),
        ):
            with pytest.raises(InvalidInput) as caught:
                await screenings(here.coordinator).save(wrong)
            assert caught.value.field == field


# -- trauma screens ------------------------------------------------------------------------


async def test_a_trauma_screen_is_written_down_alone_and_a_high_total_is_a_finding(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        service = screenings(here.coordinator)
        draft = TraumaDraft(here.family.id, "cts_youth", person_id=NIA, asked_name="Nia", total="6")
        for code, wrong in (
            ("not_alone", draft),
            ("score_range", replace(draft, alone=True, total="19")),
            ("not_a_number", replace(draft, alone=True, total="six")),
            ("no_instrument", replace(draft, alone=True, instrument="")),
            ("no_result", replace(draft, alone=True, total="")),
        ):
            with pytest.raises(InvalidInput) as caught:
                await service.save_trauma(wrong)
            assert caught.value.code == code
        await service.save_trauma(replace(draft, alone=True))
        await service.save_trauma(replace(draft, alone=True, total="5"))
        seen = await service.of_family(here.family.id)
        results = sorted((one.total, one.result) for one in seen.traumas)
        assert results == [("5", "negative"), ("6", "positive")]
        (finding,) = seen.findings
        assert (finding.domain, finding.prompt) == ("trauma", "cts_youth")


async def test_a_partner_asks_nobody_and_changes_no_finding(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        await screenings(here.coordinator).save(talk(here, food="yes"))
        await here.meet()
        theirs, group = screenings(here.partner), here.family.id
        (finding,) = (await theirs.of_family(group)).findings
        for act in (
            theirs.save(talk(here, food="no")),
            theirs.save_trauma(TraumaDraft(group, "cts_youth", asked_name="Nia", total="1", alone=True)),
            theirs.decide(group, finding.finding_id, "solved"),
            theirs.to_need(group, finding.finding_id, "x"),
            theirs.undo_need(group, finding.finding_id),
        ):
            with pytest.raises(PermissionRefused):
                await act


# -- life events ---------------------------------------------------------------------------


async def test_events_are_listed_and_say_where_somebody_lives_now(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        service, group = LifeEvents(here.partner.desk), here.family.id
        await here.meet()
        aunt = EventDraft(
            group, kind="placement", on_day="2024-01-10", person_id=NIA, setting="home_relative"
        )
        hospital = replace(
            aunt, kind="hospital", on_day="2024-03-01", until_on="2024-03-04", setting="hospital"
        )
        medal = replace(aunt, kind="achievement", on_day="2024-05-01", setting="", words="A medal!")
        first = await service.save(aunt)
        for one in (hospital, medal):
            await service.save(one)
        found = await service.of_family(group)
        assert [one.draft.kind for one in found.events] == ["achievement", "hospital", "placement"]
        (lives,) = found.lives
        assert (lives.name, lives.setting, lives.since) == ("Nia", "home_relative", "2024-01-10")
        assert found.people == ((NIA, "Nia"), (ROSA, "Rosa"))
        shown = next(one.draft for one in found.events if one.draft.event_id == first)
        assert await service.save(replace(shown, words="With aunt Iris")) == first
        await service.remove(group, first)
        assert (await service.of_family(group)).lives == ()
        await service.put_back(group, first)
        back = await service.of_family(group)
        assert back.lives == (lives,) and back.events[-1].draft.words == "With aunt Iris"


async def test_an_event_that_cannot_be_is_refused_beside_its_field(tmp_path: Path) -> None:
    async with family(tmp_path) as here:
        event = EventDraft(here.family.id, kind="move", on_day="2024-01-10", person_id=NIA)
        for wrong in (
            {"kind": ""}, {"kind": "party"}, {"on_day": ""}, {"on_day": "2099-01-01"},
            {"until_on": "2023-12-31"}, {"setting": "castle"}, {"label": "safety"}, {"words": "\ud800"},
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as caught:
                await LifeEvents(here.coordinator.desk).save(EventDraft(**(vars(event) | wrong)))
            assert caught.value.field == next(iter(wrong))
