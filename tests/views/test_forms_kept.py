"""Forms under a hurried thumb: pressed twice, left in the middle, locked in the middle."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.errors import StoreError
from app.services.life_events import FamilyEvents
from app.services.private_talks import TalkView
from app.services.tablet import Tablet
from app.views.place import Place
from app.views.screens.events import EventEditorPlace
from app.views.screens.measures import MeasuresPlace, PrivateTalkPlace
from app.views.screens.measures.talks import HeldTalks
from app.views.screens.people import keeping
from tests.ui import Stage
from tests.views.screens import Journey
from tests.views.test_measures import family, filled, measured, shown


async def twice(stage: Stage, key: str) -> None:
    """Press a button again before its first press has come back."""
    control = stage.find(key)
    await asyncio.gather(stage.event(control, "click"), stage.event(control, "click"))


async def last_moment(tablet: Tablet) -> None:
    """What is done right before the keys go, without letting them go."""
    for act in tuple(tablet._last_acts):
        await act()


async def test_a_form_that_is_saved_twice_in_a_hurry_is_kept_once(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        journey, fresh = Journey(), Place("event_editor", here.family.id)
        async with shown(tablet, EventEditorPlace, fresh, "event.save", journey) as stage:
            await stage.tap("event.kind.achievement")
            await twice(stage, "event.save")
            await stage.wait_for(lambda: bool(journey.steps))
            await stage.settle(40)
        assert len((await tablet.open.life_events.of_family(here.family.id)).events) == 1
        assert journey.steps == [("back", None)]


async def test_words_of_a_save_that_was_refused_are_kept_when_it_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The pause after the last letter has not come when Save is pressed.
    monkeypatch.setattr(keeping, "PAUSE_SECONDS", 60.0)
    async with family(tmp_path) as (here, tablet):
        fresh = Place("event_editor", here.family.id)
        async with shown(tablet, EventEditorPlace, fresh, "event.save") as stage:
            await stage.type("event.words", "First concert with the band")
            await stage.tap("event.save")
            await stage.wait_for(lambda: "Choose what happened." in stage.words())
            await last_moment(tablet)
        async with shown(tablet, EventEditorPlace, fresh, "event.fresh") as stage:
            assert "First concert with the band" in stage.words()


async def test_who_was_told_is_not_lost_when_it_locks_before_it_is_saved(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        await measured(here, tablet, answers=filled(0, _13=1))
        (talk,) = await tablet.open.private_talks.held()
        place = Place("private_talk", here.family.id, record_id=talk.talk_id)
        async with shown(tablet, PrivateTalkPlace, place, "talk.save") as stage:
            await stage.type("talk.told_whom", "Ruth")
            await stage.type("talk.told_how", "Stays with her aunt tonight")
            await last_moment(tablet)
        async with shown(tablet, PrivateTalkPlace, place, "talk.fresh") as stage:
            assert stage.value("talk.told_whom") == "Ruth"
            assert stage.value("talk.told_how") == "Stays with her aunt tonight"


async def test_held_talks_that_cannot_be_read_are_not_said_to_be_none(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):

        async def broken(_family_id: str) -> tuple[TalkView, ...]:
            raise StoreError()

        tablet.open.private_talks.of_family = broken  # type: ignore[method-assign]
        place = Place("measures", here.family.id)
        async with shown(tablet, MeasuresPlace, place, "talks.details") as stage:
            await stage.tap("talks.details")
            await stage.wait_for(lambda: stage.has("talks.failed.act"))
            assert "Nothing is waiting." not in stage.words()
        async with shown(tablet, lambda _place: HeldTalks(here.family.id), place, "talks.failed") as stage:
            assert stage.words()


async def test_a_form_that_could_not_be_opened_is_opened_again_on_the_spot(tmp_path: Path) -> None:
    async with family(tmp_path) as (here, tablet):
        events = tablet.open.life_events

        async def broken(_family_id: str) -> FamilyEvents:
            raise StoreError()

        events.of_family = broken  # type: ignore[method-assign]
        fresh = Place("event_editor", here.family.id)
        async with shown(tablet, EventEditorPlace, fresh, "event.failed.act") as stage:
            del events.of_family  # type: ignore[method-assign]
            await stage.tap("event.failed.act")
            await stage.wait_for(lambda: stage.has("event.save"))
            assert not stage.has("event.failed")
