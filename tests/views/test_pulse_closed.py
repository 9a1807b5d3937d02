"""One person has the tablet for the pulse: four questions, and no way to anything else but the code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from app.errors import AppError, InvalidInput, PermissionRefused
from app.services.pulses import Asked, Pulses
from app.views.place import Place
from app.views.routes import FULL_BLEED
from app.views.screens.care import PulseAskPlace
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.audience import Audience
from app.wraparound.practice_codes import PULSE_QUESTIONS
from app.wraparound.records import Pulse
from tests.fakes.tablet import PASSPHRASE
from tests.services.kitchen import CODE, NIA, OUTCOME, ROSA, Kitchen, kitchen
from tests.ui import Stage
from tests.views.screens import Journey, stage_of
from tests.views.test_table import app, everything_said

NIA_ANSWERS = Asked(NIA, "Nia", "youth")
WORKER = (
    "Families", "Settings", "Sync", "Search", "Marisol Vega", "Ruth Abara", "nav.", "families.", "pulse.who",
)  # fmt: skip
ELSEWHERE = ("Rosa is tired", "What we promised", "We want quiet mornings", "At school on time")
QUESTION = "Do you feel heard?"


@asynccontextmanager
async def table_of(tmp_path: Path) -> AsyncIterator[Kitchen]:
    """A kitchen with pulses: Rosa has answered before, in private."""
    async with kitchen(tmp_path) as place:
        object.__setattr__(place.tablet.open, "pulses", Pulses(place.desk))
        theirs = {"by_id": ROSA, "by_name": "Rosa", "answers": {"helping": 1}, "words": "Rosa is tired"}
        await place.put(Pulse.TYPE, "c1" * 16, on_day="2026-01-02", **theirs)
        yield place


async def handed_over(place: Kitchen, on: Stage) -> None:
    await place.tablet.open.table.code.choose(CODE)
    await place.tablet.open.table.begin_pulse(place.family, NIA_ANSWERS, "en")
    await on.wait_for(lambda: QUESTION in on.words())


def asking(place: Kitchen, journey: Journey | None = None) -> Stage:
    where = Place("pulse_ask", place.family)
    return stage_of(lambda: PulseAskPlace(where), place.tablet, journey or Journey())


async def given_by_nia(place: Kitchen) -> list[tuple[dict[str, int], str]]:
    kept = await Pulses(place.desk).of_family(place.family)
    return [(dict(one.answers), one.words) for one in kept if one.by_id == NIA]


def nothing_else(on: Stage) -> None:
    """Only the questions: not a word of the worker, of the plan, or of what others answered."""
    said = everything_said(on)
    for words in (*WORKER, *ELSEWHERE):
        assert words not in said, words


# -- handing it over ---------------------------------------------------------------------------------


async def test_one_tap_on_a_name_hands_the_tablet_over_in_the_familys_language(tmp_path: Path) -> None:
    assert "pulse_ask" in FULL_BLEED
    async with table_of(tmp_path) as place:
        await place.tablet.open.table.code.choose(CODE)
        async with asking(place) as on:
            await on.wait_for(lambda: on.has(f"pulse.who.{NIA}"))
            ui = Ui(UiSettings(), layout_for(1024, 768, 1.0))
            on.page.show_dialog(undo_bar(ui, "Step taken off the plan.", lambda: None))
            await on.settle()
            await on.tap(f"pulse.who.{NIA}")
            await on.wait_for(lambda: place.tablet.at_table)
            assert [bar for bar in on.all(ft.SnackBar) if bar.open] == [], "no bar of the worker stays"
        seated = place.tablet.open.table.seated
        assert seated.asking is not None and seated.asking.who == NIA_ANSWERS
        assert seated.language == "es" and seated.audience.unknown


async def test_without_a_code_one_is_chosen_first_and_typed_twice(tmp_path: Path) -> None:
    async with table_of(tmp_path) as place, asking(place) as on:
        await on.wait_for(lambda: on.has(f"pulse.who.{NIA}"))
        await on.tap(f"pulse.who.{NIA}")
        await on.type("pulse.new_code", CODE)
        await on.type("pulse.code_again", "274916")
        await on.tap("pulse.hand_over")
        await on.wait_for(lambda: "The two codes are not the same." in on.words())
        assert not place.tablet.at_table and on.value("pulse.new_code") == CODE
        await on.type("pulse.code_again", CODE)
        await on.tap("pulse.hand_over")
        await on.wait_for(lambda: place.tablet.at_table)


async def test_a_code_that_was_missed_too_often_is_chosen_anew(tmp_path: Path) -> None:
    async with table_of(tmp_path) as place:
        code = place.tablet.open.table.code
        await code.choose(CODE)

        async def spent() -> int:
            return 0

        object.__setattr__(code, "tries_left", spent)
        async with asking(place) as on:
            await on.wait_for(lambda: on.has(f"pulse.who.{NIA}"))
            await on.tap(f"pulse.who.{NIA}")
            assert on.has("pulse.new_code") and "wrong three times" in on.words()
            assert not place.tablet.at_table


async def test_no_pulse_begins_without_a_code_or_a_language_or_the_right(tmp_path: Path) -> None:
    async with table_of(tmp_path) as place:
        table = place.tablet.open.table
        with pytest.raises(InvalidInput, match="code"):
            await table.begin_pulse(place.family, NIA_ANSWERS, "en")
        await table.code.choose(CODE)
        with pytest.raises(InvalidInput):
            await table.begin_pulse(place.family, NIA_ANSWERS, "fr")
        with pytest.raises(InvalidInput):
            await table.begin_pulse("0" * 32, NIA_ANSWERS, "en")
        await table.begin(place.family, Audience(frozenset({ROSA})), "en")
        with pytest.raises(PermissionRefused):
            table.pulse_given()
        await table.close(CODE)
        object.__setattr__(place.desk, "me", replace(place.desk.me, roles=("administrator",)))
        with pytest.raises(PermissionRefused):
            await table.begin_pulse(place.family, NIA_ANSWERS, "en")
        assert not place.tablet.at_table


# -- while it is in somebody's hands ---------------------------------------------------------------


async def test_the_app_shows_the_questions_in_place_of_everything_else(tmp_path: Path) -> None:
    async with table_of(tmp_path) as place, app(place) as on:
        await on.wait_for(lambda: on.has("nav.settings"))
        left_over: Any = on.find("nav.settings")
        await handed_over(place, on)
        nothing_else(on)
        assert [code for code in PULSE_QUESTIONS if not on.has(f"pulse.{code}.0")] == []
        left_over.on_click()  # a tap that was under way when the tablet was turned
        await on.settle()
        nothing_else(on)
        # Back of the system, a swipe, and Escape where a browser makes it one: nobody leaves by it.
        (view,) = on.all(ft.View)
        assert view.can_pop is False
        popped: list[bool] = []

        async def confirm(pop: bool) -> None:
            popped.append(pop)

        object.__setattr__(view, "confirm_pop", confirm)
        await on.event(view, "confirm_pop")
        assert popped == [False] and place.tablet.at_table and not on.has("table.back")
        async with app(place) as another:  # a reload, or a second window
            await another.wait_for(lambda: QUESTION in another.words())
            nothing_else(another)
        await place.tablet.open.table.close(CODE)
        await on.wait_for(lambda: "Families" in on.words())
        assert [key.split(".")[1] for key in on.keys() if key.startswith("place.")] == ["family"]


async def test_cover_crisis_and_language_keep_the_answers_and_a_lock_none(tmp_path: Path) -> None:
    async with table_of(tmp_path) as place, app(place) as on:
        await handed_over(place, on)
        await on.tap("pulse.heard.3")
        await on.tap("table.cover")
        assert QUESTION not in on.words()
        await on.tap("cover.back")
        nothing_else(on)
        await on.tap("table.crisis")
        await on.wait_for(lambda: "Sit next to her." in on.words())
        assert "anary" not in everything_said(on) and "988" in on.words()
        await on.tap("table.back")
        await on.tap("table.language.es")
        await on.wait_for(lambda: "Una pregunta rápida" in on.words())
        assert len([name for name in on.names() if name.endswith(", hoy")]) == 1, "what was tapped"
        await place.tablet.lock("idle")
        await on.wait_for(lambda: on.has("unlock.passphrase"))
        assert QUESTION not in on.words()


async def test_of_the_plan_it_knows_the_least_and_takes_no_rating(tmp_path: Path) -> None:
    async with table_of(tmp_path) as place:
        table = place.tablet.open.table
        await table.code.choose(CODE)
        await table.begin_pulse(place.family, NIA_ANSWERS, "en")
        view = await table.view()
        assert view.present == () and view.raters == () and "anary" not in repr(view)
        with pytest.raises(PermissionRefused):
            await table.rate(OUTCOME, NIA, 5)


# -- answering, and giving it back ------------------------------------------------------------------


async def test_answers_are_kept_once_and_the_tablet_asks_to_be_given_back(tmp_path: Path) -> None:
    async with table_of(tmp_path) as place, app(place) as on:
        await handed_over(place, on)
        await on.tap("pulse.save")
        await on.wait_for(lambda: on.has("pulse.problem"))
        assert "Tap a number, or write a few words." in on.words()
        await on.tap("pulse.helping.8")
        await on.type("pulse.words", "Less phone calls")
        save: Any = on.find("pulse.save")
        await asyncio.gather(save.on_click(), save.on_click())
        await on.wait_for(lambda: "Thank you." in on.words())
        nothing_else(on)
        assert QUESTION not in everything_said(on) and "Less phone calls" not in everything_said(on)
        seated = place.tablet.open.table.seated
        assert seated.asking is not None and seated.asking.done, "a reload finds no questions again"
        assert await given_by_nia(place) == [({"helping": 8}, "Less phone calls")]
        await on.tap("pulse.back")
        await on.wait_for(lambda: on.has("close.code"))
        await on.type("close.code", CODE)
        await on.tap("close.go")
        await on.wait_for(lambda: not place.tablet.at_table)
        await on.wait_for(lambda: "Families" in on.words())


async def test_a_save_that_fails_keeps_what_was_typed(tmp_path: Path) -> None:
    async with table_of(tmp_path) as place, app(place) as on:
        await handed_over(place, on)
        await on.type("pulse.words", "Less phone calls")

        async def full(*_given: object) -> str:
            raise AppError()

        object.__setattr__(place.tablet.open.pulses, "save", full)
        await on.tap("pulse.save")
        await on.wait_for(lambda: on.has("pulse.problem"))
        assert on.value("pulse.words") == "Less phone calls" and QUESTION in on.words()


async def test_closing_asks_for_the_code_and_after_three_misses_for_the_passphrase(tmp_path: Path) -> None:
    async with table_of(tmp_path) as place, app(place) as on:
        await handed_over(place, on)
        await on.tap("table.close")
        await on.wait_for(lambda: on.has("close.code"))
        assert "Give the tablet back" in on.words()
        await on.tap("close.leave")
        assert QUESTION in on.words()
        await on.tap("table.close")
        await on.wait_for(lambda: on.has("close.code"))
        for wrong in ("111222", "333444", "555666"):
            await on.type("close.code", wrong)
            await on.tap("close.go")
            await on.wait_for(lambda: on.has("close.code.error") or on.has("close.passphrase"))
            await on.settle()
        await on.wait_for(lambda: on.has("close.passphrase"))
        nothing_else(on)
        await on.type("close.passphrase", PASSPHRASE)
        await on.tap("close.go")
        await on.wait_for(lambda: not place.tablet.at_table)


async def test_nothing_of_it_is_smaller_than_17(tmp_path: Path) -> None:
    async with table_of(tmp_path) as place, app(place, width=390, height=844, text_scale=2.0) as on:
        await handed_over(place, on)
        sizes = {one.value: one.style.size or 0 for one in on.all(ft.Text) if one.value and one.style}
        assert {words: size for words, size in sizes.items() if size < 2 * 17} == {}
