"""Families: everybody at once, found in a moment, and never a dead end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import flet as ft
import pytest

from app.errors import StoreFailed
from app.services.syncing import ChipState
from app.sync.status import SyncState, SyncStatus
from app.views.app import App
from app.views.deadlines import deadline_words
from app.views.found import excerpt, places
from app.views.screens.families.screen import FIRST_ROWS
from app.views.widgets.ui import Ui, UiSettings, layout_for
from app.wraparound.clocks import RunningClock
from tests.fakes.tablet import FAMILIES, NOTE, TODAY, Canned, canned, many
from tests.ui import Stage
from tests.views.on_families import OnFamilies


def stage(c: Canned, width: float = 1024, height: float = 768) -> Stage:
    return OnFamilies(lambda: App(c.tablet, Path()), width=width, height=height)


def rows(on: Stage) -> list[str]:
    return [key.rpartition(".")[2] for key in sorted(on.keys()) if key.startswith("families.row.")]


async def search(on: Stage, words: str) -> None:
    await on.type("families.search", words)
    await on.wait_for(lambda: len(rows(on)) != len(FAMILIES) or "In notes" in on.words())


async def test_everybody_is_listed_with_meeting_and_clock() -> None:
    async with stage(canned().open()) as on:
        words = on.words()
        for said in ("Families", "6 families, all on this tablet", "Nia Delgado, 13",
                     "with grandmother Rosa", "3  Implementation", "Thu 3 Dec, 4:30 pm",
                     "Today, 1:15 pm", "Not planned yet", "Team meeting in 24 days",
                     "Meeting, 3 days over", "Sign note by Wed 2 Dec", "All on time",
                     "On the server since 10:02 am"):
            assert said in words, said


async def test_call_is_offered_only_where_there_is_a_number() -> None:
    async with stage(canned().open()) as on:
        assert on.has("families.call.a1")
        assert not on.has("families.call.a5")
        assert "Call, Nia Delgado, 13" in on.names()


async def test_filters_narrow_at_once_and_all_brings_everybody_back() -> None:
    async with stage(canned().open()) as on:
        assert "Due soon or overdue, 3" in on.words()
        await on.tap("families.due")
        assert rows(on) == ["a2", "a3", "a4"]
        await on.tap("families.no_meeting")
        assert rows(on) == ["a6"]
        await on.tap("families.all")
        assert len(rows(on)) == 6


async def test_a_phase_is_chosen_in_a_dialog() -> None:
    async with stage(canned().open()) as on:
        await on.tap("families.phase")
        await on.tap("families.pick_phase.2")
        assert rows(on) == ["a3"]
        assert "Phase 2" in on.words()


async def test_an_empty_filter_says_so() -> None:
    c = canned()
    c.casebook.rows = tuple(replace(row, next_meeting_ms=1) for row in FAMILIES)
    async with stage(c.open()) as on:
        await on.tap("families.no_meeting")
        assert "No family here right now." in on.words()


async def test_a_search_finds_families_and_notes_and_only_the_last_word_is_asked() -> None:
    c = canned().open()
    async with stage(c) as on:
        for typed in ("R", "Ro", "Rosa"):
            await on.type("families.search", typed)
        await on.wait_for(lambda: rows(on) == ["a1"])
        assert c.casebook.searched == ["Rosa"]
        assert "In notes" in on.words()
        assert "Rosa said the bus office finally called back about Nia." in on.words()


async def test_a_note_found_is_opened() -> None:
    async with stage(canned().open()) as on:
        await search(on, "bus office")
        assert on.has("families.note.n1")
        assert "No family by that name. The words are in these notes." in on.words()


async def test_nobody_found_is_said() -> None:
    async with stage(canned().open()) as on:
        await search(on, "zebra")
        assert "Nobody by that name on this tablet." in on.words()
        await on.type("families.search", "")
        await on.settle()
        assert len(rows(on)) == 6


async def test_no_families_yet_offers_the_first_one() -> None:
    c = canned()
    c.casebook.rows = ()
    async with stage(c.open()) as on:
        assert "No families yet." in on.words()
        await on.tap("families.add")
        assert on.has("new_family.youth")


async def test_somebody_of_the_office_is_not_offered_what_is_refused() -> None:
    async with stage(canned(roles=("administrator",)).open()) as on:
        assert not on.has("families.add")


async def test_an_administrator_without_families_is_shown_the_way_to_the_people() -> None:
    c = canned(roles=("administrator",))
    c.casebook.rows = ()
    async with stage(c.open()) as on:
        assert not on.has("families.add")
        await on.tap("families.people")
        assert on.has("people.invite")


async def test_a_tablet_that_cannot_be_read_says_so_and_can_be_tried_again() -> None:
    c = canned().open()
    c.fails.error = StoreFailed("x")
    async with stage(c) as on:
        assert "Try again" in on.words()
        c.fails.error = None
        await on.tap("families.error.act")
        assert len(rows(on)) == 6


async def test_without_a_network_the_list_is_complete_and_the_chip_says_so() -> None:
    c = canned().open()
    async with stage(c) as on:
        c.syncing.become(SyncStatus(state=SyncState.OFFLINE), ChipState("no_network"))
        await on.settle()
        assert "No network. All works." in on.words()
        assert len(rows(on)) == 6
        await on.tap("families.sync")
        assert on.has("sync_centre.list")


async def test_a_supervisor_sees_whose_family_it_is_and_filters_by_coordinator() -> None:
    c = canned()
    c.casebook.rows = many(36)
    async with stage(c.open()) as on:
        assert "with grandmother Rosa\nMaya Chen" in on.words()
        await on.wait_for(lambda: len(rows(on)) == 36)
        await on.tap("families.lead")
        await on.tap("families.pick_lead.Dana Reed")
        assert len(rows(on)) == 12


async def test_one_coordinator_needs_no_such_filter() -> None:
    async with stage(canned().open()) as on:
        assert not on.has("families.lead")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024), (1024, 768)])
async def test_every_width_has_one_main_button_and_cover(width: float, height: float) -> None:
    async with stage(canned().open(), width=width, height=height) as on:
        assert len(on.all(ft.FilledButton)) == 1
        assert on.has("families.cover") or on.has("nav.cover")


async def test_a_phone_row_says_when_instead_of_with_whom() -> None:
    async with stage(canned().open(), width=390, height=844) as on:
        assert "with grandmother Rosa" not in on.words()
        assert "Thu 3 Dec, 4:30 pm" in on.words()


def test_an_excerpt_shows_the_words_in_their_place() -> None:
    body = "a " * 200 + "Rosa laughed\nagain " + "b " * 200
    found = excerpt(body, "rosa")
    assert "Rosa laughed again" in found
    assert found.startswith("…") and found.endswith("…") and len(found) < 200


@pytest.mark.parametrize(
    ("code", "left", "english", "spanish"),
    [
        ("team_meeting", 9, "Team meeting in 9 days", "Reunión en 9 días"),
        ("team_meeting", 0, "Meeting, due today", "Reunión, vence hoy"),
        ("sign_note", -1, "Sign note, 1 day over", "Firmar la nota, 1 día de retraso"),
    ],
)
def test_clocks_are_said_in_both_languages(
    code: str, left: int, english: str, spanish: str
) -> None:
    running = RunningClock(code, date(2026, 12, 1 + max(left, 0)), left, 0.5, "on_time")
    for language, said in (("en", english), ("es", spanish)):
        ui = Ui(UiSettings(language=language), layout_for(1024, 768, 1))
        assert deadline_words(ui, running, TODAY) == said


async def test_a_letter_typed_draws_no_row_anew_and_a_change_does() -> None:
    c = canned().open()
    async with stage(c) as on:
        before = on.find("families.row.a1")
        await on.type("families.search", "R")
        assert on.find("families.row.a1") is before
        c.casebook.rows = (replace(FAMILIES[0], with_whom="with her aunt"),)
        c.vault.listeners[0](Told(frozenset(), frozenset({"family"})))
        await on.wait_for(lambda: "with her aunt" in on.words())


@dataclass(frozen=True)
class Told:
    """What a vault tells."""

    families: frozenset[str]
    types: frozenset[str]


async def test_no_count_is_said_before_it_is_known() -> None:
    c = canned().open()
    read, c.casebook.rows = c.casebook.families, many(3)
    going = asyncio.Event()

    async def slow(words: str = "", only: str = "all", phase: int = 0) -> object:
        await going.wait()
        return await read(words, only, phase)

    c.casebook.families = slow  # type: ignore[method-assign]
    async with stage(c) as on:
        words = on.words()
        assert "All\nDue soon or overdue\nNo meeting planned\n" in words
        # Names come first; nothing is said of their clocks, not even that all is on time.
        assert "Nia Delgado" in words and "in 5 days" not in words and "on time" not in words
        going.set()
        await on.settle()
        assert "All 3" in on.words()


async def test_a_long_list_shows_its_first_screenful_and_then_the_rest() -> None:
    c = canned().open()
    c.casebook.rows = many(40)
    async with stage(c) as on:
        assert len(rows(on)) == FIRST_ROWS
        assert "40 families" in on.words() and "All 40" in on.words()
        await on.wait_for(lambda: len(rows(on)) == 40)


async def test_a_search_looks_at_families_not_drawn_yet() -> None:
    c = canned().open()
    c.casebook.rows = many(40)
    async with stage(c) as on:
        last = c.casebook.rows[-1]
        await on.type("families.search", last.title)
        await on.wait_for(lambda: last.family_id in rows(on) and len(rows(on)) < FIRST_ROWS)


def test_an_excerpt_is_cut_between_words() -> None:
    body = "beginning " * 30 + "the bus office " + "endings " * 30
    found = excerpt(body, "bus")
    assert set(found.strip("…").split()) <= {"beginning", "the", "bus", "office", "endings"}
    assert excerpt("One short line.", "line") == "One short line."
    assert "…" in excerpt("x" * 500, "nothing")


def test_what_was_found_is_found_as_the_search_finds_it() -> None:
    text = "Lucía took the bus. LUCIA's business, not the rebus."
    assert [text[start:end] for start, end in places(text, "lucia bus")] == [
        "Lucía", "bus", "LUCIA", "bus",
    ]
    assert places(text, "…") == []


async def test_more_notes_than_are_shown_are_not_counted_as_all() -> None:
    c = canned().open()

    async def found(words: str, family_id: str = "", limit: int = 50) -> object:
        return tuple(replace(NOTE, note_id=f"n{n}") for n in range(limit))

    c.notes.search = found  # type: ignore[method-assign]
    async with stage(c) as on:
        await search(on, "laughed")
        assert "The first 8 notes" in on.words()


async def test_what_was_handed_to_me_stands_first_until_i_read_its_note() -> None:
    c = canned().open()
    waiting = [("a1", "Nia Delgado")]

    async def handed_to_me() -> tuple[tuple[str, str], ...]:
        return tuple(waiting)

    c.tablet.open.handing.handed_to_me = handed_to_me  # type: ignore[method-assign]
    async with stage(c) as on:
        assert "Nia Delgado was handed to you" in on.words()
        keys = [str(control.key) for control in on.walk() if control.key]
        assert keys.index("families.handed.a1") < keys.index("families.row.a1")
        assert "families.handed.a2" not in keys
