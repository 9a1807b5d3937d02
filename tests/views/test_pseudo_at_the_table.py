"""The same as test_pseudo_locale.py, where the tablet lies in front of the family."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path

import pytest

from app.services.tablet import Tablet
from app.views.place import Place
from app.views.screens.meeting import MeetingMode
from app.views.screens.table.screen import FamilyTableScreen
from app.views.widgets.readers import audience_of
from app.views.widgets.ui import UiSettings
from app.wraparound.meeting_flow import STEPS
from tests.pseudo import QPS, speaking_pseudo
from tests.ui import Stage
from tests.views.pseudo_walk import Findings, at_rest, explore, foreign_tablet
from tests.views.screens import Journey, stage_of

SIZES = ((1024, 768), (390, 844))
TAPS_EACH_STEP = 4 if os.environ.get("KT_SOAK") else 0
PAGES_AT_MOST = 90
"""Some steps have a page for each goal; and looks while a tap is being kept count too."""
MOVES = tuple(
    f"meeting.{move}" for move in ("on", "back", "pause", "short", "cover", "turn", "language", "see", "go")
)
"""Beginnings of keys that lead out of a step: the walk goes on by itself."""


@pytest.fixture
def qps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UiSettings]:
    with speaking_pseudo(tmp_path_factory.mktemp("words")):
        yield UiSettings(language=QPS)


async def everybody(tablet: Tablet, family: str) -> Collection[str]:
    return [one.id for one in await tablet.open.audiences.readers(family)]


def ready(stage: Stage) -> bool:
    """Whether the meeting can go on to its next page."""
    return stage.has("meeting.on") and not getattr(stage.find("meeting.on"), "disabled", False)


async def drawn(stage: Stage, before: int) -> None:
    """Until something has changed since. before: what `told` was."""
    await stage.wait_for(lambda: stage.told > before)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_no_word_is_written_into_the_familys_table(
    width: int, height: int, language: str, qps: UiSettings, tmp_path: Path
) -> None:
    found = Findings()
    async with foreign_tablet(tmp_path) as (tablet, families):
        family = next(iter(families))
        await tablet.open.table.code.choose("314159")
        audience = audience_of(await everybody(tablet, family), False)
        await tablet.open.table.begin(family, audience, language)
        stage = stage_of(FamilyTableScreen, tablet, Journey(), settings=qps, width=width, height=height)
        async with stage:
            page = await at_rest(stage)
            found.look(page)
            async for key, now in explore(stage, page, 40):
                found.look(now, key)
    assert found == {}


@pytest.mark.parametrize("flow", STEPS)
async def test_nor_into_any_step_of_a_meeting(flow: str, qps: UiSettings, tmp_path: Path) -> None:
    found, steps, later = Findings(), set(), False
    async with foreign_tablet(tmp_path) as (tablet, families):
        family = next(iter(families))
        draft = await tablet.open.meetings.begin(family, "", flow)
        place = Place("meeting", family, record_id=draft.meeting_id)
        stage = stage_of(partial(MeetingMode, place), tablet, Journey(), settings=qps)
        async with stage:
            await at_rest(stage)
            for one in await everybody(tablet, family):
                await stage.tap(f"meeting.see.{one}")
            await stage.tap("meeting.go")
            for _ in range(PAGES_AT_MOST):
                page = await at_rest(stage)
                found.look(page, flow)
                steps.update(title for title in stage.words().split("\n") if title.startswith("⟦Štéép"))
                async for key, now in explore(stage, page, TAPS_EACH_STEP, MOVES):
                    found.look(now, key)
                before = stage.told
                if stage.has("meeting.call_later") and not later:
                    later = True  # Nobody goes on without a day, or without leaving it open.
                    await stage.tap("meeting.call_later")
                elif stage.has("meeting.gaps_on"):  # Before the first step: words in another language.
                    await stage.tap("meeting.gaps_on")
                elif ready(stage):
                    await stage.tap("meeting.on")
                elif not stage.has("meeting.on"):
                    break  # The meeting is over.
                await drawn(stage, before)
    assert found == {}
    assert len(steps) == len(STEPS[flow])
