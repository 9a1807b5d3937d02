"""Measures and talks in private on real tablets: what is kept, refused, held, and who never has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from app.errors import InvalidInput, PermissionRefused
from app.services.audit_family import FamilyAudits
from app.services.family_page import FamilyPages
from app.services.measures import FamilyMeasurements, MeasureDraft
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.store.vault import Change
from app.wraparound.audience import Audience
from app.wraparound.records import MeasureScore, Person, PrivateTalk
from app.wraparound.rules.shipped import shipped_text
from tests.fakes.agency import exchange
from tests.services.trio import Trio, Worker, trio

NIA, ROSA = "a1" * 16, "a2" * 16


@dataclass
class Desked:
    """A worker with these services."""

    worker: Worker
    measures: FamilyMeasurements
    talks: PrivateTalks


def desked(worker: Worker) -> Desked:
    talks = PrivateTalks(worker.desk)
    return Desked(worker, FamilyMeasurements(worker.desk, PracticeRules(worker.desk), talks), talks)


@asynccontextmanager
async def family(home: Path) -> AsyncIterator[tuple[Trio, Desked]]:
    async with trio(home) as here:
        people = [
            Change(here.family.stream, Person.TYPE, who, {"name": name, "called": name, "is_youth": youth})
            for who, name, youth in ((NIA, "Nia", True), (ROSA, "Rosa", False))
        ]
        await here.coordinator.vault.commit(people)
        yield here, desked(here.coordinator)


def answers(value: int, **over: int) -> dict[str, int]:
    return {str(item): value for item in range(1, 21)} | {key[1:]: one for key, one in over.items()}


async def begun(here: Trio, who: Desked, code: str = "ohio_problems", **values: object) -> MeasureDraft:
    draft = await who.measures.begin(here.family.id, code)
    return replace(draft, **values)  # type: ignore[arg-type]


async def test_what_is_answered_is_scored_and_held_against_the_last_time_by_the_same_person(
    tmp_path: Path,
) -> None:
    async with family(tmp_path) as (here, who):
        draft = await begun(here, who, answers=answers(2))
        assert (draft.informant, draft.by_name, draft.person_id) == ("youth", "Nia", NIA)
        today = here.coordinator.desk.today().isoformat()
        assert draft.on_day == today
        await who.measures.save(replace(draft, on_day="2020-01-10"))
        theirs = answers(3, _12=0, _13=0)
        rosa = replace(draft, informant="caregiver", by_id=ROSA, by_name="Rosa", answers=theirs)
        await who.measures.save(replace(rosa, on_day="2020-01-10"))
        await who.measures.save(replace(draft, answers=answers(1, _12=0, _13=0)))
        found = (await who.measures.of_family(here.family.id)).measures[0]
        assert found.code == "ohio_problems" and len(found.scores) == 3
        newest = found.scores[0]
        assert (newest.total, newest.by_name, newest.since) == (Decimal(18), "Nia", "better")
        assert newest.before is not None and newest.before.total == 40
        assert {one.by_name: one.since for one in found.latest} == {"Nia": "better", "Rosa": ""}
        assert newest.band is not None and newest.band.confirm
        assert found.due_on > today


async def test_a_blank_stays_blank_and_gives_no_total(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        some = answers(0)
        del some["20"]
        score = await who.measures.save(await begun(here, who, answers=some))
        found = await who.measures.score(here.family.id, score)
        assert found.total is None and found.answered == 19 and 20 not in found.answers
        row = await who.worker.vault.read(lambda session: session.get(MeasureScore, score))
        assert row is not None and row.total == "" and "20" not in (row.answers or {})


async def test_totals_from_paper_are_kept_and_impossible_ones_refused(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        paper = await begun(here, who, way="totals", total="31")
        score = await who.measures.save(paper)
        assert (await who.measures.score(here.family.id, score)).total == Decimal(31)
        for field, values in (
            ("total", {"total": "101"}), ("total", {"total": "a"}), ("total", {"total": ""}),
            ("answered", {"answered": "21"}), ("answered", {"answered": "1.5"}),
            ("on_day", {"on_day": "2099-01-01"}), ("informant", {"informant": "teacher"}),
            ("by_name", {"by_name": " "}), ("answers", {"way": "items", "answers": {}}),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as caught:
                await who.measures.save(replace(paper, **values))
            assert caught.value.field == field
        assert len((await who.measures.of_family(here.family.id)).measures[0].scores) == 1


async def test_what_was_entered_in_error_is_taken_away_and_comes_back(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        score = await who.measures.save(await begun(here, who, answers=answers(1, _12=0, _13=0)))
        await who.measures.remove(here.family.id, score)
        assert (await who.measures.of_family(here.family.id)).measures[0].scores == ()
        with pytest.raises(InvalidInput):
            await who.measures.score(here.family.id, score)
        await who.measures.put_back(here.family.id, score)
        assert (await who.measures.score(here.family.id, score)).total == 18


async def test_a_measure_about_trauma_is_only_saved_when_they_are_alone(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        draft = await begun(here, who, "cts_reactions", answers={str(item): 1 for item in range(1, 7)})
        with pytest.raises(InvalidInput) as caught:
            await who.measures.save(draft)
        assert caught.value.code == "not_alone"
        with pytest.raises(InvalidInput) as caught:
            await who.measures.save(replace(draft, way="totals", total="7"))
        assert caught.value.code == "not_alone"
        score = await who.measures.save(replace(draft, alone=True))
        assert (await who.measures.score(here.family.id, score)).alone


# -- talks in private ----------------------------------------------------------------------


async def test_a_self_harm_answer_holds_a_talk_until_who_was_told_is_recorded(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        assert await who.talks.held() == ()
        score = await who.measures.save(await begun(here, who, answers=answers(0, _12=1)))
        (held,) = await who.talks.held()
        assert (held.kind, held.family_id, held.whom, held.held) == ("self_harm", here.family.id, "Nia", True)
        row = await who.worker.vault.read(lambda session: session.get(PrivateTalk, held.talk_id))
        assert row is not None and row.about_id == score
        assert row.stream in [stream.hex() for stream in here.restricted(here.coordinator)]
        now = who.worker.desk.now_ms()
        for field, whom, at in (
            ("told_whom", " ", now), ("told_at", "Ruth", 0), ("told_at", "Ruth", now + 60_000),
            ("told_at", "Ruth", now - 3 * 86_400_000),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as caught:
                await who.talks.tell(held.talk_id, whom, "", at)
            assert caught.value.field == field
        assert len(await who.talks.held()) == 1
        await who.talks.tell(held.talk_id, "Ruth Abara", "Safety plan tonight", now)
        assert await who.talks.held() == ()
        (told,) = await who.talks.of_family(here.family.id)
        assert (told.told_whom, told.told_at_ms, told.held) == ("Ruth Abara", now, False)


async def test_a_talk_stays_held_when_the_measure_is_taken_away(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        score = await who.measures.save(await begun(here, who, answers=answers(0, _13=5)))
        await who.measures.remove(here.family.id, score)
        assert len(await who.talks.held()) == 1


async def test_no_answer_that_means_nothing_holds_a_talk_or_opens_a_stream(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        await who.measures.save(await begun(here, who, answers=answers(5, _12=0, _13=0)))
        await who.measures.save(await begun(here, who, way="totals", total="80"))
        assert await who.talks.held() == () and here.restricted(here.coordinator) == []


async def test_scores_of_another_range_are_not_held_against_each_other(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        today = who.worker.desk.today()
        first = await who.measures.save(await begun(here, who, way="totals", total="40"))
        text = shipped_text("measures").replace("most = 5", "most = 4", 1)
        ruth = PracticeRules(here.supervisor.desk)
        await ruth.save("measures", text, today, "A shorter scale")
        data = here.supervisor.vault.data_stream
        await exchange(data, here.supervisor.vault, who.worker.vault)
        second = await who.measures.save(await begun(here, who, way="totals", total="10"))
        found = await who.measures.score(here.family.id, second)
        assert found.measure is not None and found.measure.most == 4
        assert (found.before, found.since) == (None, "")
        old = await who.measures.score(here.family.id, first)
        assert old.measure is not None and old.measure.most == 5, "a later version changes no score"


async def test_items_about_violence_are_only_answered_alone_and_hold_a_talk(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        text = shipped_text("measures").replace("self_harm = [12, 13]", "violence = [2]", 1)
        await PracticeRules(here.supervisor.desk).save("measures", text, who.worker.desk.today(), "Ours")
        await exchange(here.supervisor.vault.data_stream, here.supervisor.vault, who.worker.vault)
        draft = await begun(here, who, answers=answers(0, _2=1))
        with pytest.raises(InvalidInput) as caught:
            await who.measures.save(replace(draft, answers=answers(0)))
        assert caught.value.code == "not_alone"
        await who.measures.save(replace(draft, alone=True))
        (held,) = await who.talks.held()
        assert held.kind == "violence"


async def test_who_may_not_know_of_talks_is_told_of_none(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        await who.measures.save(await begun(here, who, answers=answers(0, _12=1)))
        desk = replace(who.worker.desk, me=replace(who.worker.desk.me, roles=("partner",)))
        assert await PrivateTalks(desk).held() == ()


async def test_the_supervisor_has_the_talk_and_a_partner_has_nothing_of_it(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        await who.measures.save(await begun(here, who, answers=answers(0, _12=2)))
        await here.meet()
        ruth, dina = desked(here.supervisor), desked(here.partner)
        (held,) = await ruth.talks.held()
        assert held.kind == "self_harm"
        assert await dina.talks.held() == () and await dina.talks.of_family(here.family.id) == ()
        assert here.restricted(here.partner) == []
        rows = await here.partner.vault.read(lambda session: session.get(PrivateTalk, held.talk_id))
        assert rows is None
        with pytest.raises(PermissionRefused):
            await dina.talks.tell(held.talk_id, "x", "", dina.worker.desk.now_ms())
        with pytest.raises(PermissionRefused):
            await dina.measures.save(await begun(here, dina, answers=answers(0)))
        with pytest.raises(PermissionRefused):
            await dina.measures.remove(here.family.id, "ab" * 16)
        await ruth.talks.tell(held.talk_id, "Mobile crisis", "", ruth.worker.desk.now_ms())
        await here.meet()
        assert await who.talks.held() == ()


async def test_nothing_that_a_family_reads_tells_of_a_talk_or_of_what_was_answered(tmp_path: Path) -> None:
    readers = (Audience(frozenset({NIA})), Audience(frozenset({ROSA})), Audience(strangers=True))

    async def read(where: Desked, group: str) -> list[str]:
        desk = where.worker.desk
        found = []
        for audience in readers:
            page = await FamilyPages(desk).page(group, audience, "en")
            audit = await FamilyAudits(desk).page(group, audience)
            found += [repr(page), repr(sorted((one.code, one.what) for one in audit.told))]
        return found

    async with family(tmp_path) as (here, who):
        before = await read(who, here.family.id)
        await who.measures.save(await begun(here, who, answers=answers(0, _12=5)))
        (held,) = await who.talks.held()
        assert await read(who, here.family.id) == before, "neither a word, a gap nor a count"
        await who.talks.tell(held.talk_id, "Canary Abara", "canary words", who.worker.desk.now_ms())
        assert await read(who, here.family.id) == before


async def test_answers_that_another_app_wrote_in_another_form_are_passed_over(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, who):
        odd = {"measure": "gone", "measure_name": "Old", "informant": "youth", "on_day": "soon",
               "answers": {"x": 1, "2": "much", "3": True, "4": 2}, "total": "many",
               "subscales": {"a": "b"}, "answered": 4, "items": 9}  # fmt: skip
        change = Change(here.family.stream, MeasureScore.TYPE, "ee" * 16, odd)
        await here.coordinator.vault.commit([change])
        found = await who.measures.score(here.family.id, "ee" * 16)
        assert (found.answers, found.total, found.subscales, found.measure) == ({4: 2}, None, {}, None)
        listed = (await who.measures.of_family(here.family.id)).measures[-1]
        assert (listed.code, listed.name, listed.due_on) == ("gone", "Old", "")
