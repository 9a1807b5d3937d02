"""Measures, everyday life and life events on their screens, over real services and vaults."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import flet as ft
import pytest

from app.services.audit import Audit
from app.services.form_drafts import FormDrafts
from app.services.life_events import LifeEvents
from app.services.measures import FamilyMeasurements, MeasureDraft
from app.services.practice_rules import PracticeRules
from app.services.private_talks import PrivateTalks
from app.services.screening import Screenings, TalkDraft
from app.services.tablet import Tablet
from app.store.vault import Change
from app.views.place import Place
from app.views.screens.events import EventEditorPlace, EventsPlace
from app.views.screens.measures import (
    MeasureEntryPlace,
    MeasurePlace,
    MeasureScorePlace,
    MeasuresPlace,
    PrivateTalkPlace,
)
from app.views.screens.people import keeping
from app.views.screens.screening import ScreeningPlace, ScreeningTalkPlace, TraumaScreenPlace
from app.views.widgets.ui import UiSettings
from app.wraparound.records import Person
from tests.fakes.tablet import FakeKeyholder, canned
from tests.services.trio import Trio, Worker, trio
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

NIA, ROSA = "a1" * 16, "a2" * 16
Screen = Callable[[Place], ft.Control]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PAUSE_SECONDS", 0.0)


def tablet_of(worker: Worker) -> Tablet:
    rules, talks = PracticeRules(worker.desk), PrivateTalks(worker.desk)
    opened = replace(
        canned().keyholder.opened, desk=worker.desk, casebook=worker.casebook, plan=worker.plan,
        audit=Audit(worker.desk), rules=rules, form_drafts=FormDrafts(worker.desk), private_talks=talks,
        measures=FamilyMeasurements(worker.desk, rules, talks),
        screenings=Screenings(worker.desk, rules, talks), life_events=LifeEvents(worker.desk),
    )  # fmt: skip
    tablet = Tablet(FakeKeyholder(opened), canned().time)
    tablet.adopt(opened)
    return tablet


@asynccontextmanager
async def family(home: Path) -> AsyncIterator[tuple[Trio, Tablet]]:
    async with trio(home) as here:
        people = [
            Change(here.family.stream, Person.TYPE, who, {"name": name, "called": name, "is_youth": youth})
            for who, name, youth in ((NIA, "Nia", True), (ROSA, "Rosa", False))
        ]
        await here.coordinator.vault.commit(people)
        yield here, tablet_of(here.coordinator)


@asynccontextmanager
async def shown(
    tablet: Tablet, screen: Screen, place: Place, key: str, journey: Journey | None = None,
    language: str = "en", width: float = 1024, scale: float = 1.0,
) -> AsyncIterator[Stage]:  # fmt: skip
    stage = stage_of(
        lambda: screen(place), tablet, journey or Journey(), width=width,
        settings=UiSettings(language=language, text_scale=scale),
    )  # fmt: skip
    async with stage:
        await stage.wait_for(lambda: stage.has(key))
        yield stage


def filled(value: int, **over: int) -> dict[str, int]:
    return {str(item): value for item in range(1, 21)} | {key[1:]: one for key, one in over.items()}


async def measured(here: Trio, tablet: Tablet, **values: object) -> str:
    draft = await tablet.open.measures.begin(here.family.id, "ohio_problems")
    return await tablet.open.measures.save(MeasureDraft(**(vars(draft) | values)))


# -- measures ------------------------------------------------------------------------------


async def test_a_measure_is_filled_in_by_tapping_and_its_result_follows(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        place, journey = Place("measure_entry", here.family.id, detail="ohio_problems"), Journey()
        async with shown(tablet, MeasureEntryPlace, place, "entry.item.1.0", journey) as stage:
            assert "20 items are blank" in stage.words() and "Item 7" in stage.words()
            for item in range(1, 21):
                await stage.tap(f"entry.item.{item}.2")
            await stage.tap("entry.item.20.2")
            assert "1 item is blank" in stage.words()
            await stage.tap("entry.item.20.3")
            assert "Every item is answered." in stage.words()
            await stage.tap("entry.save")
            await stage.wait_for(lambda: bool(journey.steps))
        step, there = journey.last
        assert step == "swap" and there is not None and there.name == "measure_score"
        async with shown(tablet, MeasureScorePlace, there, "score.total") as stage:
            assert "41 of 100" in stage.words() and "Confirm with your manual" in stage.words()
            assert "Lower is better." in stage.words() and "This is the first time." in stage.words()


async def test_a_self_harm_answer_changes_nothing_on_the_screen_of_entry_or_result(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        place = Place("measure_entry", here.family.id, detail="ohio_problems")

        async def seen(over: int, other: int) -> tuple[str, tuple[str, ...], tuple[str, ...], str]:
            journey = Journey()
            async with shown(tablet, MeasureEntryPlace, place, "entry.item.1.0", journey) as stage:
                for item in range(1, 21):
                    await stage.tap(f"entry.item.{item}.{over if item == 12 else other if item == 11 else 0}")
                words, names, keys = stage.words(), tuple(stage.names()), tuple(sorted(stage.keys()))
                await stage.tap("entry.save")
                await stage.wait_for(lambda: bool(journey.steps))
            there = journey.last[1]
            assert there is not None
            async with shown(tablet, MeasureScorePlace, there, "score.total") as stage:
                result = stage.words()
            await tablet.open.measures.remove(here.family.id, there.record_id)
            return words, names, keys, result

        plain, harmful = await seen(0, 4), await seen(4, 0)
        assert plain == harmful
        assert len(await tablet.open.private_talks.held()) == 1


async def test_what_is_typed_stays_when_something_is_wrong_and_comes_back_later(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        place = Place("measure_entry", here.family.id, detail="cans")
        async with shown(tablet, MeasureEntryPlace, place, "entry.way.totals") as stage:
            await stage.tap("entry.way.totals")
            await stage.type("entry.total", "5")
            await stage.type("entry.subscale.risk", "9")
            await stage.type("entry.subscale.feelings", "2")
            await stage.tap("entry.save")
            await stage.wait_for(lambda: "This can only be from 0 to 8." in stage.words())
            assert stage.value("entry.subscale.risk") == "9" and stage.value("entry.total") == "5"
            await stage.settle()
        async with shown(tablet, MeasureEntryPlace, place, "entry.subscale.risk") as stage:
            assert stage.value("entry.subscale.risk") == "9" and stage.has("entry.fresh")
            assert stage.value("entry.subscale.feelings") == "2"


async def test_items_about_trauma_open_only_after_we_are_alone_each_time(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        place = Place("measure_entry", here.family.id, detail="cts_reactions")
        for _time in range(2):
            async with shown(tablet, MeasureEntryPlace, place, "entry.we_are_alone") as stage:
                assert not stage.has("entry.item.1.0") and not stage.has("entry.way.totals")
                await stage.tap("entry.we_are_alone")
                assert stage.has("entry.item.1.0")
                await stage.tap("entry.item.1.2")
                await stage.settle()


async def test_the_worker_sees_a_held_talk_only_behind_worker_details(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        place = Place("measures", here.family.id)
        async with shown(tablet, MeasuresPlace, place, "talks.details") as stage:
            assert stage.has("measures.none")
        await measured(here, tablet, answers=filled(0, _12=0, _13=0))
        async with shown(tablet, MeasuresPlace, place, "talks.details") as stage:
            await stage.wait_for(lambda: stage.has("measures.row.ohio_problems"))
            before = stage.words()
        await measured(here, tablet, answers=filled(0, _12=0, _13=0, _11=0))
        (first, second) = (await tablet.open.measures.of_family(here.family.id)).measures[0].scores
        await tablet.open.measures.remove(here.family.id, second.score_id)
        await tablet.open.measures.remove(here.family.id, first.score_id)
        harmful = await measured(here, tablet, answers=filled(0, _12=3))
        await tablet.open.measures.remove(here.family.id, harmful)
        await tablet.open.measures.put_back(here.family.id, first.score_id)
        journey = Journey()
        async with shown(tablet, MeasuresPlace, place, "talks.details", journey) as stage:
            await stage.wait_for(lambda: stage.has("measures.row.ohio_problems"))
            assert stage.words() == before, "folded, the place looks the same"
            await stage.tap("talks.details")
            (talk,) = await tablet.open.private_talks.held()
            await stage.wait_for(lambda: stage.has(f"talks.open.{talk.talk_id}"))
            await stage.tap(f"talks.open.{talk.talk_id}")
        assert journey.last[1] == Place("private_talk", here.family.id, record_id=talk.talk_id)


async def test_who_was_told_is_written_down_and_what_was_typed_stays_until_then(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        await measured(here, tablet, answers=filled(0, _13=1))
        (talk,) = await tablet.open.private_talks.held()
        journey, place = Journey(), Place("private_talk", here.family.id, record_id=talk.talk_id)
        async with shown(tablet, PrivateTalkPlace, place, "talk.save", journey) as stage:
            assert "988" in stage.words() and "211" in stage.words() and stage.has("talk.call.0")
            await stage.type("talk.told_how", "Plan for tonight")
            await stage.tap("talk.save")
            await stage.wait_for(lambda: "Write who was told." in stage.words())
            await stage.type("talk.told_whom", "Ruth")
            await stage.type("talk.told_at", "soon")
            await stage.tap("talk.save")
            await stage.wait_for(lambda: "Write when they were told" in stage.words())
            assert stage.value("talk.told_how") == "Plan for tonight"
            await stage.type("talk.told_at", "9:00 am")
            await stage.tap("talk.save")
            await stage.wait_for(lambda: bool(journey.steps))
        assert await tablet.open.private_talks.held() == ()
        async with shown(tablet, PrivateTalkPlace, place, "talk.told") as stage:
            assert "Ruth" in stage.words() and "Plan for tonight" in stage.words()
            assert not stage.has("talk.save")


async def test_answers_stand_side_by_side_and_a_wrong_entry_is_taken_away(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        first = await measured(here, tablet, way="totals", total="40", on_day="2024-01-10")
        await measured(here, tablet, way="totals", total="29")
        rosa = {"informant": "caregiver", "by_id": ROSA, "by_name": "Rosa"}
        await measured(here, tablet, way="totals", total="50", **rosa)
        place = Place("measure", here.family.id, detail="ohio_problems")
        async with shown(tablet, MeasurePlace, place, "measure.fill_in") as stage:
            words = stage.words()
            assert "11 down since" in words and "That is better." in words
            assert "Rosa, caregiver" in words and "3 times" in words
        journey, one = Journey(), Place("measure_score", here.family.id, record_id=first)
        async with shown(tablet, MeasureScorePlace, one, "score.remove", journey) as stage:
            await stage.tap("score.remove")
            await stage.wait_for(lambda: journey.steps == [("back", None)])
        found = (await tablet.open.measures.of_family(here.family.id)).measures[0]
        assert len(found.scores) == 2


# -- everyday life -------------------------------------------------------------------------


async def test_a_domain_is_asked_with_one_thumb_and_a_finding_becomes_a_need(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        journey, place = Journey(), Place("screening_talk", here.family.id, detail="economic")
        first = "screen.answer.food.yes"
        async with shown(tablet, ScreeningTalkPlace, place, first, journey, width=390) as stage:
            assert "Rosa" in stage.words()
            await stage.tap("screen.save")
            await stage.wait_for(lambda: "Nothing is answered yet." in stage.words())
            for key in ("food.yes", "bills.no", "work.rather_not"):
                await stage.tap(f"screen.answer.{key}")
            await stage.tap("screen.save")
            await stage.wait_for(lambda: journey.steps == [("back", None)])
        async with shown(tablet, ScreeningTalkPlace, place, "screen.ask_again") as stage:
            assert "Rosa: Rather not say" in stage.words() and not stage.has("screen.answer.food.yes")
            await stage.tap("screen.ask_again")
            assert stage.has("screen.answer.food.yes")
        (finding,) = (await tablet.open.screenings.of_family(here.family.id)).findings
        key = f"screening.finding.{finding.finding_id}"
        listing = Place("screening", here.family.id)
        async with shown(tablet, ScreeningPlace, listing, f"{key}.need", journey) as stage:
            await stage.tap(f"{key}.refer")
            place = Place("referral", here.family.id, detail="new", record_id=finding.finding_id)
            assert journey.last == ("go", place)
            await stage.tap(f"{key}.need")
            await stage.wait_for(lambda: stage.has(f"screening.decided.{finding.finding_id}"))
            assert "Became a need" in stage.words()
        assert [one.text for one in (await tablet.open.plan.plan(here.family.id)).needs] == [
            "Food runs out before there is money for more"
        ]


async def test_what_was_answered_alone_is_nowhere_on_the_open_screens(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        answers = {"housing": "no", "repairs": "no", "getting_around": "no", "safe_at_home": "no"}
        draft = TalkDraft(here.family.id, "neighbourhood", asked_name="Rosa", answers=answers, alone=True)
        await tablet.open.screenings.save(draft)
        place = Place("screening_talk", here.family.id, detail="neighbourhood")
        for screen, where, key in (
            (ScreeningPlace, Place("screening", here.family.id), "screening.alone"),
            (ScreeningTalkPlace, place, "screen.ask_again"),
        ):
            async with shown(tablet, screen, where, key) as stage:
                assert "feel safe" not in stage.words()
        async with shown(tablet, ScreeningTalkPlace, place, "screen.ask_again") as stage:
            await stage.tap("screen.ask_again")
            assert "feel safe" not in stage.words()
            await stage.tap("screen.we_are_alone")
            assert "feel safe" in stage.words() and "Rosa: No" in stage.words()
            asked = stage.words().split("feel safe")[1].split("They would rather")[0]
            assert "Rosa: No" not in asked, "what was said alone is not said again"


async def test_a_trauma_screen_opens_alone_and_its_result_is_only_read_alone(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        journey, place = Journey(), Place("trauma_screen", here.family.id)
        async with shown(tablet, TraumaScreenPlace, place, "trauma.alone", journey) as stage:
            assert not stage.has("trauma.total")
            await stage.tap("trauma.alone")
            await stage.tap("trauma.instrument.cts_youth")
            await stage.type("trauma.total", "30")
            await stage.tap("trauma.save")
            await stage.wait_for(lambda: "This can only be from 0 to 18." in stage.words())
            await stage.type("trauma.total", "9")
            await stage.tap("trauma.save")
            await stage.wait_for(lambda: bool(journey.steps))
        listing = Place("screening", here.family.id)
        async with shown(tablet, ScreeningPlace, listing, "screening.alone") as stage:
            assert "Points to trauma" not in stage.words() and "Total 9" not in stage.words()
            await stage.tap("screening.alone")
            assert "Points to trauma" in stage.words() and "Total 9" in stage.words()
            (finding,) = (await tablet.open.screenings.of_family(here.family.id)).findings
            assert not stage.has(f"screening.finding.{finding.finding_id}.need")
            await stage.tap(f"screening.finding.{finding.finding_id}.not_now")
            await stage.wait_for(lambda: not stage.has(f"screening.found.{finding.finding_id}"))


# -- life events ---------------------------------------------------------------------------


async def test_an_event_is_added_changed_and_removed(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        async with shown(tablet, EventsPlace, Place("events", here.family.id), "events.add") as stage:
            assert "Nothing is written here yet." in stage.words()
        journey = Journey()
        fresh = Place("event_editor", here.family.id)
        async with shown(tablet, EventEditorPlace, fresh, "event.save", journey) as stage:
            await stage.tap("event.save")
            await stage.wait_for(lambda: "Choose what happened." in stage.words())
            await stage.tap("event.kind.placement")
            await stage.tap("event.setting.home_relative")
            await stage.type("event.words", "With aunt Iris")
            await stage.tap("event.save")
            await stage.wait_for(lambda: journey.steps == [("back", None)])
        (event,) = (await tablet.open.life_events.of_family(here.family.id)).events
        listing = Place("events", here.family.id)
        async with shown(tablet, EventsPlace, listing, f"events.lives.{NIA}") as stage:
            assert "Where Nia lives: with a relative" in stage.words() and "With aunt Iris" in stage.words()
        place = Place("event_editor", here.family.id, record_id=event.draft.event_id)
        async with shown(tablet, EventEditorPlace, place, "event.remove", journey) as stage:
            await stage.tap("event.remove")
            await stage.wait_for(lambda: len(journey.steps) == 2)
        assert (await tablet.open.life_events.of_family(here.family.id)).events == ()


async def test_every_place_speaks_spanish_and_holds_large_text(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        group = here.family.id
        score = await measured(here, tablet, answers=filled(1, _12=2))
        (talk,) = await tablet.open.private_talks.held()
        asked = TalkDraft(group, "economic", asked_name="Rosa", answers={"food": "yes"})
        await tablet.open.screenings.save(asked)
        for screen, place, key, said in (
            (MeasuresPlace, Place("measures", group), "talks.details", "Medidas"),
            (MeasurePlace, Place("measure", group, detail="ohio_problems"), "measure.fill_in", "Historial"),
            (MeasureScorePlace, Place("measure_score", group, record_id=score), "score.total", "21 de 100"),
            (MeasureEntryPlace, Place("measure_entry", group, detail="cans"), "entry.item.1.0", "Pregunta 1"),
            (PrivateTalkPlace, Place("private_talk", group, record_id=talk.talk_id), "talk.save", "solas"),
            (ScreeningPlace, Place("screening", group), "screening.alone", "Dinero"),
            (ScreeningTalkPlace, Place("screening_talk", group, detail="health"), "screen.save", "doctor"),
            (EventEditorPlace, Place("event_editor", group), "event.save", "¿Qué pasó?"),
        ):  # fmt: skip
            async with shown(tablet, screen, place, key, language="es", width=390, scale=2.0) as stage:
                assert said in stage.words(), place.name
                assert stage.alive and stage.crashed is None
