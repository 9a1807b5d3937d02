"""Two records of one family, on the screen: the hint, the decision, what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import flet as ft
import pytest
from sqlmodel import select

from app.protocol.ids import singleton_id
from app.services.joining import Joining
from app.store.vault import Change
from app.views.place import Place
from app.views.screens.joining.alike import AlikeLines
from app.views.screens.joining.decide import SameFamilyPlace
from app.views.screens.joining.joined import JoinedLine, JoinedPlace
from app.views.widgets.ui import UiSettings
from app.wraparound.records import Family, Need, Person
from tests.fakes.agency import FakeFamily
from tests.fakes.live_tablet import LiveTablet
from tests.services.trio import Trio, Worker, trio
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

LOOKS = [(390, UiSettings()), (768, UiSettings(dark=True)), (390, UiSettings(text_scale=2.0))]


@asynccontextmanager
async def scene(home: Path) -> AsyncIterator[Trio]:
    """Nia's family twice, both open, with a child of the same name and birthday in each."""
    async with trio(home) as place:
        for family in (place.family, place.other):
            await _named(place.coordinator, family)
        await place.meet()
        yield place


async def _named(worker: Worker, family: FakeFamily) -> None:
    record = singleton_id(family.stream, Family.TYPE).hex()
    child = {"name": "Nia Delgado", "called": "Nia", "born_on": "2014-03-02", "is_youth": True}
    await worker.vault.commit(
        [
            family.change(Family.TYPE, record, {"list_name": "Nia Delgado", "status": "open"}),
            family.change(Person.TYPE, family.id[::-1], child),
        ]
    )


@asynccontextmanager
async def screen(
    worker: Worker, draw: Callable[[], ft.Control], width: float = 1024, settings: UiSettings | None = None
) -> AsyncIterator[tuple[Stage, LiveTablet, Journey]]:
    live, journey = LiveTablet(worker), Journey()
    live.open.joining = Joining(worker.desk)
    live.open.conflicts = worker.conflicts
    async with stage_of(draw, live.as_tablet(), journey, width=width, settings=settings) as on:
        for _ in range(3):
            await live.rest(on.settle)
        yield on, live, journey


def decision(place: Trio) -> Callable[[], ft.Control]:
    return lambda: SameFamilyPlace(Place("same_family", place.family.id, record_id=place.other.id))


async def test_the_line_tells_of_two_and_opens_the_decision(tmp_path: Path) -> None:
    async with scene(tmp_path) as place:
        (pair,) = await Joining(place.supervisor.desk).proposals()
        async with screen(place.supervisor, AlikeLines) as (on, _, journey):
            assert "Two records may be one family: Nia Delgado" in on.words()
            await on.tap(f"families.alike.{pair.other.family_id}")
            assert journey.last == (
                "go", Place("same_family", pair.keep.family_id, record_id=pair.other.family_id)
            )  # fmt: skip


@pytest.mark.parametrize(("width", "settings"), LOOKS)
async def test_both_stand_side_by_side_with_the_reasons(
    tmp_path: Path, width: float, settings: UiSettings
) -> None:
    async with scene(tmp_path) as place:
        async with screen(place.supervisor, decision(place), width, settings) as (on, _, _journey):
            words = on.words()
            assert "the full name, the day of birth" in words
            assert words.count("Nia Delgado") >= 2
            assert "Which record stays?" in words


async def test_making_them_one_goes_on_to_what_became_of_it(tmp_path: Path) -> None:
    async with scene(tmp_path) as place:
        need = place.other.change(Need.TYPE, "41" * 16, {"text": "Sleep"})
        await place.supervisor.vault.commit([need])
        async with screen(place.supervisor, decision(place)) as (on, live, journey):
            await on.tap(f"joining.keep.{place.family.id}")
            await on.tap("joining.join")
            await live.rest(on.settle)
            assert journey.last == ("swap", Place("joined_family", place.other.id))
        joined = Place("joined_family", place.other.id)
        async with screen(place.supervisor, lambda: JoinedPlace(joined)) as (on, live, journey):
            assert "What was here is now with Nia Delgado, too." in on.words()
            await on.tap("joining.open")
            assert journey.last == ("go", Place("family", place.family.id))
        async with screen(place.supervisor, lambda: JoinedLine(place.other.id)) as (on, _, _journey):
            assert "This record was joined to Nia Delgado" in on.words()
        async with screen(place.supervisor, lambda: JoinedLine(place.family.id)) as (on, _, _journey):
            assert "joined" not in on.words()


async def test_what_came_later_is_brought_over_with_one_tap(tmp_path: Path) -> None:
    async with scene(tmp_path) as place:
        ruth = place.supervisor
        await Joining(ruth.desk).join(place.family.id, place.other.id)
        await ruth.vault.commit([place.other.change(Need.TYPE, "42" * 16, {"text": "A bus pass"})])
        joined = Place("joined_family", place.other.id)
        async with screen(ruth, lambda: JoinedPlace(joined)) as (on, live, _):
            await on.tap("joining.bring")
            await live.rest(on.settle)
            assert "joining.bring" not in on.keys()
        needs = await ruth.vault.read(
            lambda s: [one.text for one in s.exec(select(Need)) if one.family_id == place.family.id]
        )
        assert needs == ["A bus pass"]


async def test_two_families_are_left_alone_and_nobody_asks_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as place:
        async with screen(place.supervisor, decision(place)) as (on, live, journey):
            await on.tap("joining.two")
            await live.rest(on.settle)
            assert journey.last == ("back", None)
        async with screen(place.supervisor, AlikeLines) as (on, _, _journey):
            assert on.words().strip() == ""


async def test_a_coordinator_is_told_who_decides(tmp_path: Path) -> None:
    async with scene(tmp_path) as place:
        async with screen(place.coordinator, decision(place)) as (on, _, _journey):
            words = on.words()
            assert "Your supervisor can make one record of the two." in words
            assert "Make them one" not in words


async def test_where_both_differ_both_words_stand_on_the_screen(tmp_path: Path) -> None:
    async with scene(tmp_path) as place:
        ruth = place.supervisor
        for family, town in ((place.family, "Vernon"), (place.other, "Rockville")):
            record = singleton_id(family.stream, Family.TYPE).hex()
            await ruth.vault.commit([Change(family.stream, Family.TYPE, record, {"town": town})])
        await Joining(ruth.desk).join(place.family.id, place.other.id)
        joined = Place("joined_family", place.other.id)
        async with screen(ruth, lambda: JoinedPlace(joined)) as (on, _, _journey):
            assert "Stands: Vernon" in on.words()
            assert "Here: Rockville" in on.words()
