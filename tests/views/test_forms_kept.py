"""Forms under a hurried thumb: pressed twice, left in the middle, locked in the middle."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.services.tablet import Tablet
from app.views.place import Place
from app.views.screens.events import EventEditorPlace
from app.views.screens.people import keeping
from tests.ui import Stage
from tests.views.screens import Journey
from tests.views.test_measures import family, shown


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
