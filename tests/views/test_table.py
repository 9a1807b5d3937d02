"""The family's table: its door, what it shows, what it never shows, and how it is closed."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from app.services.settings import Preferences, Settings
from app.views.app import App
from app.views.place import Place
from app.views.screens.table import TableDoor
from app.views.screens.table.look import table_name
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.readers import joined
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.audience import Audience
from tests.fakes.tablet import PASSPHRASE
from tests.services.kitchen import (
    CODE,
    LUIS,
    MARISOL,
    NIA,
    OUTCOME,
    ROSA,
    SECRET_OUTCOME,
    TEO,
    Kitchen,
    kitchen,
)
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

US = Audience(frozenset({NIA, ROSA, TEO}))
LUIS_THERE = Audience(frozenset({ROSA, LUIS}))


def door(place: Kitchen, journey: Journey | None = None) -> Stage:
    where = Place("table", place.family)
    return stage_of(lambda: TableDoor(where), place.tablet, journey or Journey())


def app(place: Kitchen, *, width: float = 1024, height: float = 768, **chosen: object) -> Stage:
    """The whole app on an open tablet. chosen: preferences of the worker."""
    settings = Settings(place.desk, Preferences(**chosen), _never)  # type: ignore[arg-type]
    object.__setattr__(place.tablet.open, "settings", settings)
    return Stage(lambda: App(place.tablet, Path("assets")), width=width, height=height)


async def _never(_old: str, _new: str) -> None:
    raise AssertionError("no passphrase is changed here")


async def sit_down(place: Kitchen, audience: Audience = US, language: str = "en") -> None:
    await place.tablet.open.table.code.choose(CODE)
    await place.tablet.open.table.begin(place.family, audience, language)


async def table_shown(on: Stage, words: str = "What we promised") -> None:
    await on.wait_for(lambda: words in on.words())


def everything_said(on: Stage) -> str:
    """All that is in the tree, seen or only spoken."""
    return "\n".join([on.words(), *on.names(), *on.keys()])


# -- the door -----------------------------------------------------------------------------------------


async def test_the_door_names_everybody_and_begins_with_nobody(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, door(place) as on:
        await on.wait_for(lambda: on.has("door.start"))
        for who in (NIA, ROSA, LUIS, TEO, MARISOL):
            assert on.has(f"who.{who}")
        assert on.has("who.least")
        await on.tap(f"who.{NIA}")
        assert not on.has("who.least")
        await on.tap("who.strangers")
        assert on.has("who.least")


async def test_the_first_table_needs_a_code_that_is_typed_twice(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, door(place) as on:
        await on.wait_for(lambda: on.has("door.start"))
        await on.tap("door.start")
        await on.wait_for(lambda: "The code has six digits." in on.words())
        await on.type("door.new_code", "123456")
        await on.tap("door.start")
        await on.wait_for(lambda: "Anyone would try that code first" in on.words())
        await on.type("door.new_code", CODE)
        await on.type("door.code_again", "274916")
        await on.tap("door.start")
        await on.wait_for(lambda: "The two codes are not the same." in on.words())
        assert not place.tablet.at_table
        await on.type("door.code_again", CODE)
        await on.tap(f"who.{ROSA}")
        await on.tap("door.start")
        await on.wait_for(lambda: place.tablet.at_table)
        seated = place.tablet.open.table.seated
        assert seated.audience == Audience(frozenset({ROSA})) and seated.language == "es"


async def test_a_known_code_is_not_asked_again_and_a_spent_one_is_chosen_anew(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        code = place.tablet.open.table.code
        await code.choose(CODE)
        async with door(place) as on:
            await on.wait_for(lambda: on.has("door.start"))
            assert not on.has("door.new_code")
            await on.tap("door.change_code")
            assert on.has("door.new_code")
        for _ in range(3):
            with pytest.raises(Exception, match="code"):
                await code.verify("111222")
        async with door(place) as on:
            await on.wait_for(lambda: on.has("door.new_code"))
            assert "wrong three times" in on.words()


async def test_what_is_missing_in_spanish_is_listed_before_the_table_opens(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        journey = Journey()
        async with door(place, journey) as on:
            await on.wait_for(lambda: on.has("door.gaps"))
            assert "We want quiet mornings." in on.words()
            await on.tap("door.translate")
            assert journey.last == ("go", Place("translations", place.family, detail="es"))
            await on.tap("door.language.en")
            await on.wait_for(lambda: not on.has("door.gaps"))


async def test_a_bar_of_the_worker_does_not_lie_on_the_table(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place:
        await place.tablet.open.table.code.choose(CODE)
        async with door(place) as on:
            await on.wait_for(lambda: on.has("door.start"))
            ui = Ui(UiSettings(), layout_for(1024, 768, 1.0))
            on.page.show_dialog(undo_bar(ui, "Step taken off the plan.", lambda: None))
            await on.settle()
            assert "Step taken off the plan." in on.words()
            await on.tap("door.start")
            await on.wait_for(lambda: place.tablet.at_table)
            bars = [bar for bar in on.all(ft.SnackBar) if bar.open]
            assert bars == []


# -- the table in the app -------------------------------------------------------------------------------


async def test_the_app_shows_the_table_and_nothing_of_the_worker(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await on.wait_for(lambda: "Families" in on.words())
        await sit_down(place)
        await table_shown(on)
        said = everything_said(on)
        for words in ("The Delgado family’s table", "For Nia, Rosa and Uncle Teo", "We want quiet mornings.",
                      "At school on time", "before 4", "Make the car playlist", "still open",
                      "here at home"):  # fmt: skip
            assert words in said, words
        for words in ("Families", "Sync", "Settings", "Search", "Notes", "Marisol Vega", "Ruth Abara",
                      "Worker details", "nav.", "families."):  # fmt: skip
            assert words not in said, words


async def test_every_page_of_the_table_hides_from_the_father_who_came_in(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place, LUIS_THERE)
        for language in ("en", "es"):
            place.tablet.open.table.say_language(language)
            await table_shown(on, "What we promised" if language == "en" else "Lo que prometimos")
            pages = [everything_said(on)]
            await on.tap("table.more")
            pages.append(everything_said(on))
            await on.tap("table.crisis")
            pages.append(everything_said(on))
            await on.tap("table.back")
            await on.tap(f"table.rate.{OUTCOME}.{ROSA}")
            pages.append(everything_said(on))
            await on.tap("table.back")
            for said in pages:
                assert not re.search("canary|carmen|hidden lane|0199", said, re.IGNORECASE)
                assert SECRET_OUTCOME not in said
        assert len({len(page) for page in pages}) > 1


async def test_the_same_pages_show_it_to_rosa_alone(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place, Audience(frozenset({ROSA})))
        await table_shown(on)
        assert "Canary: change the locks" in on.words()
        await on.tap("table.more")
        assert "Carmen Canary" in on.words() and "Canary: the shelter" in on.words()
        await on.tap("table.crisis")
        assert "Canary: the church hall" in on.words() and "860 555 0199" in on.words()


async def test_back_of_the_system_does_nothing_at_the_table(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        (view,) = on.all(ft.View)
        assert view.can_pop is False
        asked: list[bool] = []

        async def confirm(pop: bool) -> None:
            asked.append(pop)

        object.__setattr__(view, "confirm_pop", confirm)
        await on.event(view, "confirm_pop")
        assert asked == [False] and place.tablet.at_table
        assert "What we promised" in on.words()


async def test_a_second_window_of_the_process_shows_the_table_too(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as first:
        await sit_down(place)
        await table_shown(first)
        async with app(place) as second:
            await table_shown(second)
            assert "Families" not in everything_said(second)


async def test_cover_hides_the_table_and_one_tap_brings_it_back(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        await on.tap("table.cover")
        assert "What we promised" not in on.words()
        await on.tap("cover.back")
        assert "What we promised" in on.words()


async def test_locking_at_the_table_leads_to_unlock(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        await place.tablet.lock("idle")
        await on.wait_for(lambda: on.has("unlock.passphrase"))
        assert "What we promised" not in on.words()


async def test_english_and_spanish_at_a_tap_and_missing_words_say_so(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        await on.tap("table.language.es")
        await table_shown(on, "Lo que prometimos")
        assert "Todavía no está en español" in on.words()
        assert "La mesa de la familia Delgado" in on.words()
        assert "We want quiet mornings." not in everything_said(on)
        await on.tap("table.language.en")
        await table_shown(on)


# -- own numbers ------------------------------------------------------------------------------------------


async def test_a_person_taps_their_own_number(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        await on.tap(f"table.rate.{OUTCOME}.{ROSA}")
        assert "Tap your number, from 0 to 10" in on.words()
        await on.tap("rate.face.5")
        await on.type("rate.words", "Two calm mornings.")
        await on.tap("rate.8")
        await on.tap("rate.save")
        await table_shown(on)
        given = {r.by.id: r for n in (await place.tablet.open.table.page()).needs for g in n.goals
                 for r in g.ratings}  # fmt: skip
        assert (given[ROSA].value, given[ROSA].words.text) == (8, "Two calm mornings.")


async def test_not_now_keeps_nothing(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        await on.tap(f"table.rate.{OUTCOME}.{ROSA}")
        await on.tap("rate.3")
        await on.tap("rate.leave")
        await table_shown(on)
        assert "rate.3" not in on.keys()
        ratings = [g.ratings for n in (await place.tablet.open.table.page()).needs for g in n.goals]
        assert all(r.by.id != ROSA for one in ratings for r in one)


async def test_nobody_taps_for_who_is_not_here(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place, Audience(frozenset({ROSA})))
        await table_shown(on)
        assert on.has(f"table.rate.{OUTCOME}.{ROSA}")
        assert not on.has(f"table.rate.{OUTCOME}.{NIA}")
        assert "Nia, 7, before 4" in on.names()


# -- closing ----------------------------------------------------------------------------------------------


async def test_the_code_closes_and_leads_to_the_familys_home(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        await on.tap("table.close")
        await on.wait_for(lambda: on.has("close.code"))
        await on.type("close.code", CODE)
        await on.tap("close.go")
        await on.wait_for(lambda: not place.tablet.at_table)
        await on.wait_for(lambda: "Families" in on.words())
        assert on.has(f"place.family.{place.family}..")


async def test_three_misses_and_only_the_passphrase_closes_even_after_leaving_the_page(
    tmp_path: Path,
) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        await on.tap("table.close")
        await on.wait_for(lambda: on.has("close.code"))
        for left in (2, 1):
            await on.type("close.code", "111222")
            await on.tap("close.go")
            await table_shown(on, f"Tries left: {left}")
        # Leaving and coming back gives no new tries.
        await on.tap("close.leave")
        await on.tap("table.close")
        await on.wait_for(lambda: on.has("close.code"))
        await on.type("close.code", "333444")
        await on.tap("close.go")
        await on.wait_for(lambda: on.has("close.passphrase"))
        assert not on.has("close.code")
        await on.type("close.passphrase", CODE)
        await on.tap("close.go")
        await on.wait_for(lambda: on.has("close.passphrase.error"))
        assert place.tablet.at_table
        await on.type("close.passphrase", PASSPHRASE)
        await on.tap("close.go")
        await on.wait_for(lambda: not place.tablet.at_table)


async def test_a_hurried_second_tap_is_no_second_miss(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        await on.tap("table.close")
        await on.wait_for(lambda: on.has("close.code"))
        await on.type("close.code", "111222")
        close: Any = on.find("close.go")
        await asyncio.gather(close.on_click(), close.on_click())
        await table_shown(on, "Tries left: 2")
        assert await place.tablet.open.table.code.tries_left() == 2


async def test_a_control_left_from_the_workers_screens_leads_nowhere(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await on.wait_for(lambda: on.has("nav.settings"))
        left_over = on.find("nav.settings").on_click
        await sit_down(place)
        await table_shown(on)
        left_over()  # a tap that was under way when the tablet was turned
        await on.settle()
        await table_shown(on)
        await place.tablet.open.table.close(CODE)
        await on.wait_for(lambda: any(key.startswith("place.") for key in on.keys()))
        assert [key.split(".")[1] for key in on.keys() if key.startswith("place.")] == ["family"]


async def test_whoever_stays_goes_on(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as place, app(place) as on:
        await sit_down(place)
        await table_shown(on)
        await on.tap("table.close")
        await on.wait_for(lambda: on.has("close.leave"))
        await on.tap("close.leave")
        await table_shown(on)


# -- looks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "scale"), [((1024, 768), 1.0), ((390, 844), 1.0), ((768, 1024), 2.0)])
async def test_nothing_at_the_table_is_smaller_than_17(
    tmp_path: Path, size: tuple[int, int], scale: float
) -> None:
    width, height = size
    async with kitchen(tmp_path) as place, app(place, width=width, height=height, text_scale=scale) as on:
        await sit_down(place)
        await table_shown(on)
        for page in ("", "table.more", "table.crisis", "table.close"):
            if page:
                await on.tap(page)
                await on.wait_for(lambda: on.has("table.back"))
            small = {
                text.value: text.style.size
                for text in on.all(ft.Text)
                if text.value and text.style is not None and (text.style.size or 0) < 17 * scale
            }
            assert small == {}, page
            if page:
                await on.tap("table.back")
                await table_shown(on)


@pytest.mark.parametrize(
    ("language", "wide", "name", "said"),
    [
        ("es", True, "Nia and the Delgado family", "La mesa de la familia Delgado"),
        ("en", True, "Nia y la familia Delgado", "The Delgado family’s table"),
        ("es", False, "Nia and the Delgado family", "La mesa Delgado"),
        ("en", True, "The house on the corner", "Our table"),
        ("en", True, "", "Our table"),
    ],
)
def test_the_table_is_named_in_its_own_language(language: str, wide: bool, name: str, said: str) -> None:
    ui = Ui(UiSettings(language=language), layout_for(1024 if wide else 390, 800, 1.0))
    assert table_name(ui, name) == said


@pytest.mark.parametrize(
    ("language", "names", "said"),
    [
        ("en", ["Nia"], "Nia"),
        ("en", ["Nia", "Rosa", "Teo"], "Nia, Rosa and Teo"),
        ("es", ["Nia", "Rosa", "Teo"], "Nia, Rosa y Teo"),
        ("es", ["Nia", "Inés"], "Nia e Inés"),
        ("es", ["Nia", "Hilda"], "Nia e Hilda"),
        ("es", ["Nia", "Hielo"], "Nia y Hielo"),
        ("en", [], ""),
    ],
)
def test_names_stand_in_a_sentence(language: str, names: list[str], said: str) -> None:
    assert joined(Ui(UiSettings(language=language), layout_for(1024, 768, 1.0)), names) == said
