"""From tablet to tablet, on the screen: a file that the other tablet of the family reads in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import flet as ft
import pytest

from app.services.carrying import Carrying
from app.views.place import Place
from app.views.screens.carrying import CarryingPlace
from app.views.widgets.ui import UiSettings
from app.wraparound.records import Need
from tests.fakes.live_tablet import LiveTablet
from tests.services.rig import Pair, Person, pair
from tests.ui import Stage
from tests.views.screens import Journey, stage_of


@dataclass
class Stick:
    """What a person has in the hand: the last file that was saved. pulled: the dialog fails."""

    content: bytes | None = None
    chosen: bytes | None = None
    pulled: bool = False


@pytest.fixture
def stick(monkeypatch: pytest.MonkeyPatch) -> Stick:
    held = Stick()

    class Picker:
        async def save_file(self, *, file_name: str, src_bytes: bytes) -> str | None:
            if held.pulled:
                raise OSError("no stick")
            assert file_name.endswith(".ktbundle")
            held.content = src_bytes
            return "there"

        async def pick_files(self, *, with_data: bool) -> list[SimpleNamespace]:
            if held.pulled:
                raise OSError("no stick")
            return [] if held.chosen is None else [SimpleNamespace(bytes=held.chosen, path=None)]

    monkeypatch.setattr(ft, "FilePicker", Picker)
    return held


@asynccontextmanager
async def scene(home: Path) -> AsyncIterator[Pair]:
    async with pair(home) as tablets:
        yield tablets


@asynccontextmanager
async def screen(
    person: Person, width: float = 1024, settings: UiSettings | None = None
) -> AsyncIterator[tuple[Stage, LiveTablet]]:
    live = LiveTablet(person)
    live.open.carrying = Carrying(person.desk)
    place = Place("carrying")
    stage = stage_of(
        lambda: CarryingPlace(place), live.as_tablet(), Journey(), width=width, settings=settings
    )
    async with stage as on:
        await live.rest(on.settle)
        yield on, live


async def test_a_file_made_here_is_read_in_there(tmp_path: Path, stick: Stick) -> None:
    async with scene(tmp_path) as tablets:
        ana, ruth = tablets.coordinator, tablets.supervisor
        await ana.vault.commit([tablets.family.change(Need.TYPE, "41" * 16, {"text": "Sleep"})])
        async with screen(ana) as (on, live):
            await on.tap("carrying.make")
            await live.rest(on.settle)
            assert "The file holds 1 change." in on.words()
        assert stick.content is not None
        stick.chosen = stick.content
        async with screen(ruth) as (on, live):
            await on.tap("carrying.read")
            await live.rest(on.settle)
            assert "1 change came in: Nia Delgado" in on.words()
            await on.tap("carrying.read")
            await live.rest(on.settle)
            assert "There was nothing new in it." in on.words()
        needs = await ruth.vault.read(lambda session: session.get(Need, "41" * 16))
        assert needs is not None and needs.text == "Sleep"


async def test_with_nothing_to_carry_it_says_so_and_everything_can_still_be_taken(
    tmp_path: Path, stick: Stick
) -> None:
    async with scene(tmp_path) as tablets:
        await tablets.meet()
        async with screen(tablets.coordinator) as (on, live):
            await on.tap("carrying.make")
            await live.rest(on.settle)
            assert "There is nothing to carry." in on.words()
            assert stick.content is None
            await on.tap("carrying.what.everything")
            await on.tap("carrying.make")
            await live.rest(on.settle)
            assert stick.content is not None


async def test_a_file_that_is_none_changes_nothing_and_says_so(tmp_path: Path, stick: Stick) -> None:
    async with scene(tmp_path) as tablets:
        stick.chosen = b"a picture of a cat"
        async with screen(tablets.coordinator) as (on, live):
            await on.tap("carrying.read")
            await live.rest(on.settle)
            assert "Nothing was read in." in on.words()


async def test_a_dialog_that_fails_loses_nothing(tmp_path: Path, stick: Stick) -> None:
    async with scene(tmp_path) as tablets:
        ana = tablets.coordinator
        await ana.vault.commit([tablets.family.change(Need.TYPE, "41" * 16, {"text": "Sleep"})])
        stick.pulled = True
        async with screen(ana) as (on, live):
            await on.tap("carrying.make")
            await live.rest(on.settle)
            assert "The file was not saved." in on.words()
            await on.tap("carrying.read")
            await live.rest(on.settle)
            assert "The file could not be opened." in on.words()
        assert await ana.vault.unsent_count() >= 1


async def test_one_family_can_be_chosen(tmp_path: Path, stick: Stick) -> None:
    async with scene(tmp_path) as tablets:
        ana = tablets.coordinator
        await ana.vault.commit([tablets.family.change(Need.TYPE, "41" * 16, {"text": "Sleep"})])
        async with screen(ana, 390, UiSettings(language="es", text_scale=2.0)) as (on, live):
            await on.tap("carrying.whose")
            await live.rest(on.settle)
            await on.tap(f"carrying.choose.{tablets.family.id}")
            await live.rest(on.settle)
            assert "Nia Delgado" in on.words()
            await on.tap("carrying.make")
            await live.rest(on.settle)
            assert "El archivo lleva 1 cambio." in on.words()
