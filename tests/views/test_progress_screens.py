"""The progress page, its paper, and readiness: real services below, taps and words above."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import flet as ft
import flet_charts as fch
import pytest

from app.store.vault import Change
from app.views.place import Place
from app.views.screens.more import TransitionPlace
from app.views.screens.progress import ProgressPaperPlace, ProgressPlace
from app.views.screens.progress import paper as paper_screen
from app.views.widgets.chart_marks import mark_of
from app.views.widgets.ui import UiSettings
from app.wraparound.practice_codes import INFORMANTS
from app.wraparound.vocabulary import RATERS
from tests.fakes.live_tablet import LiveTablet
from tests.services.rig import Pair, pair
from tests.services.test_progress import ROSA, SLEEP, furnish
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

LOOKS = [(390, UiSettings(text_scale=2.0)), (768, UiSettings(language="es", dark=True))]
SCREENS = {"progress": ProgressPlace, "progress_paper": ProgressPaperPlace, "transition": TransitionPlace}


@dataclass
class Scene:
    """One screen over one vault."""

    tablets: Pair
    live: LiveTablet
    journey: Journey

    def stage(self, name: str, width: float = 1024, settings: UiSettings | None = None) -> Stage:
        place = Place(name, self.tablets.family.id)
        return stage_of(
            lambda: SCREENS[name](place), self.live.as_tablet(), self.journey, width=width, settings=settings
        )

    async def rest(self, stage: Stage) -> None:
        await self.live.rest(stage.settle)


@asynccontextmanager
async def scene(home: Path, *, full: bool = True) -> AsyncIterator[Scene]:
    async with pair(home) as tablets:
        if full:
            await furnish(tablets)
        yield Scene(tablets, LiveTablet(tablets.coordinator), Journey())


async def test_a_family_without_numbers_is_told_where_they_come_from(tmp_path: Path) -> None:
    async with scene(tmp_path, full=False) as it, it.stage("progress") as stage:
        await it.rest(stage)
        assert "No numbers yet." in stage.words()
        await stage.tap("progress.empty")
        assert it.journey.last[1] == Place("measures", it.tablets.family.id)


async def test_every_chart_has_a_sentence_lines_and_a_table(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("progress") as stage:
        await it.rest(stage)
        said = stage.words()
        assert "Nia: 3 in" in said and "3 up." in said and "Better." in said and "Restricted." in said
        assert stage.all(fch.LineChart)
        assert "Better nights" not in said
        await stage.tap(f"progress.numbers.rating.{SLEEP}")
        assert "Better nights" in stage.words()
        await stage.tap(f"progress.numbers.rating.{SLEEP}")
        assert not stage.has(f"progress.table.rating.{SLEEP}")


async def test_a_gap_is_left_open_and_nothing_is_touched_by_chance(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("progress") as stage:
        await it.rest(stage)
        first = stage.all(fch.LineChart)[0]
        assert not first.interactive
        # Rosa's two marks stand apart: at the meeting between them she said nothing.
        assert sorted(len(one.points) for one in first.data_series) == [1, 1, 3]


async def test_three_months_show_less(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("progress") as stage:
        await it.rest(stage)
        six = sum(len(one.points) for chart in stage.all(fch.LineChart) for one in chart.data_series)
        await stage.tap("progress.months.3")
        await it.rest(stage)
        three = sum(len(one.points) for chart in stage.all(fch.LineChart) for one in chart.data_series)
        assert 0 < three < six


@pytest.mark.parametrize(("width", "settings"), LOOKS)
async def test_it_is_drawn_at_every_size(tmp_path: Path, width: float, settings: UiSettings) -> None:
    async with scene(tmp_path) as it:
        for name in SCREENS:
            async with it.stage(name, width, settings) as stage:
                await it.rest(stage)
                assert stage.has(f"{name}.scroll")
                assert not stage.has("broken")


async def test_a_paper_is_made_for_one_person_and_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[tuple[str, bytes]] = []

    async def save(_tablet: object, made: object, _web: bool) -> str:
        saved.append((made.file_name, made.content))  # type: ignore[attr-defined]
        return "made"

    monkeypatch.setattr(paper_screen, "save", save)
    async with scene(tmp_path) as it, it.stage("progress_paper") as stage:
        await it.rest(stage)
        await stage.tap(f"progress_paper.who.reader:{ROSA}")
        await stage.tap("progress_paper.what.outcomes")
        await stage.tap("progress_paper.make")
        await it.rest(stage)
        assert saved == [] and "There is nothing that this person may see" in stage.words()
        await stage.tap("progress_paper.what.measures")
        assert "Ask them before others see it." in stage.words()
        await stage.tap("progress_paper.form.png")
        await stage.tap("progress_paper.make")
        for _ in range(40):
            await it.rest(stage)
            if saved:
                break
        ((name, content),) = saved
        assert name.endswith(".png") and content.startswith(b"\x89PNG")
        await it.rest(stage)
        assert "Made and noted" in stage.words()


async def test_nobody_on_the_team_means_no_paper(tmp_path: Path) -> None:
    async with scene(tmp_path, full=False) as it, it.stage("progress_paper") as stage:
        await it.rest(stage)
        assert "Nobody is on the team yet. Add people to the team first." in stage.words()
        assert not stage.has("progress_paper.make")


async def test_a_topic_of_adult_life_is_added_with_one_tap(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("transition") as stage:
        await it.rest(stage)
        assert stage.has("ready.steps") and "Still open" in stage.words()
        await stage.tap("ready.add.health")
        await it.rest(stage)
        view = await it.live.open.transition.transition(it.tablets.family.id)
        assert [one.text for one in view.adult_services] == ["Health care with doctors for adults"]
        assert not stage.has("ready.add.health") and stage.has("ready.add.benefits")


async def test_what_is_added_twice_in_a_hurry_stands_once(tmp_path: Path) -> None:
    async with scene(tmp_path) as it, it.stage("transition") as stage:
        await it.rest(stage)
        topic = stage.find("ready.add.health")
        await asyncio.gather(stage.event(topic, "click"), stage.event(topic, "click"))
        await it.rest(stage)
        await stage.tap("transition.add.readiness")
        await stage.type("transition.text", "She calls them herself")
        save = stage.find("transition.sheet.act")
        await asyncio.gather(stage.event(save, "click"), stage.event(save, "click"))
        await it.rest(stage)
        view = await it.live.open.transition.transition(it.tablets.family.id)
        assert len(view.adult_services) == 1 and len(view.readiness) == 1


async def test_an_open_promise_of_a_professional_opens_the_plan(tmp_path: Path) -> None:
    async with scene(tmp_path) as it:
        await it.tablets.coordinator.vault.commit(
            [Change(it.tablets.family.stream, "action_step", "e2" * 16, {"what": "Calls", "owner": "Mx. Q"})]
        )
        async with it.stage("transition") as stage:
            await it.rest(stage)
            await stage.tap("ready.step." + "e2" * 16)
            assert it.journey.last[1] == Place("family", it.tablets.family.id, tab="plan")


def test_lines_of_one_chart_never_look_alike() -> None:
    for kinds in (RATERS, INFORMANTS):
        assert len({(mark_of(one).shape, mark_of(one).dash) for one in kinds}) == len(kinds)
    assert all(isinstance(mark_of(one).color, ft.Colors) for one in RATERS)


