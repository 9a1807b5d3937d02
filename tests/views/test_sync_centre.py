"""The sync centre says only what is true, in words, and offers what can be done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import flet as ft
import pytest

from app.errors import StoreFailed
from app.protocol.ids import ChainId, OpRef
from app.services.audit_lines import Alarm
from app.services.conflicts import Conflict, Version
from app.services.sync_story import Amiss, Passed, SetAside, Waiting, Why, clock_off_ms
from app.services.syncing import ChipState, FamilyWork
from app.services.undoing import Other, Settled
from app.sync.status import SyncState
from app.views.app import App
from app.views.place import Place
from app.views.routes import PLACES
from app.views.screens.sync_centre import SyncCentre
from app.views.screens.sync_centre.opening import place_of
from app.views.screens.sync_centre.wording import amiss_title, aside_why, clock_words
from app.views.widgets.ui import Layout, LayoutKind, Ui, UiSettings
from app.wraparound.audit import Broken
from app.wraparound.records import RECORD_TYPES, ActionStep, Note
from tests.fakes.tablet import NOW_MS, Canned, at, canned
from tests.ui import Stage
from tests.views.screens import Journey, stage_of

CONFLICT = Conflict(
    "a1", "Nia and the Delgado family", "r1", "note", "body",
    (Version("x", "Maya Chen", True, at(1, 9), True, True),
     Version("y", "Luis Ortega", False, at(1, 10), True, False)),
)  # fmt: skip


def disabled(on: Stage, key: str) -> bool:
    return bool(getattr(on.find(key), "disabled", False))


def stage(c: Canned) -> Stage:
    return Stage(lambda: App(c.tablet, Path()))


async def opened(on: Stage) -> None:
    await on.tap("nav.sync")


async def test_all_is_well() -> None:
    async with stage(canned().open()) as on:
        await opened(on)
        assert "On the server since 10:02 am" in on.words()
        assert "Last contact with the server: today, 10:02 am" in on.words()
        assert "https://table.example.org" in on.words()


async def test_what_is_only_here_is_listed_by_name_and_try_now_tries() -> None:
    c = canned().open()
    c.syncing.work = (FamilyWork("a1", 3), FamilyWork("", 1))
    c.syncing.state = ChipState("not_on_server")
    async with stage(c) as on:
        await opened(on)
        assert "4 changes are only on this tablet" in on.words()
        assert "Nia Delgado, 13\n3 changes" in on.words()
        assert "The agency’s own list\n1 change" in on.words()
        await on.tap("sync_centre.now")
        assert c.syncing.tried == 1


async def test_it_follows_the_engine() -> None:
    c = canned().open()
    async with stage(c) as on:
        await opened(on)
        c.syncing.become(
            replace(c.syncing.status, state=SyncState.WORKING, sent=3, total=8),
            ChipState("sending", 3, 8),
        )
        await on.settle()
        assert "Sending 3 of 8" in on.words()
        assert disabled(on, "sync_centre.now")


async def test_offline_is_a_state_not_an_error() -> None:
    c = canned().open()
    c.syncing.status = replace(c.syncing.status, state=SyncState.OFFLINE)
    c.syncing.state = ChipState("no_network")
    async with stage(c) as on:
        await opened(on)
        assert "No network. All works." in on.words()
        assert "It is sent by itself as soon as there is a network." in on.words()
        assert not on.has("sync_centre.problem")


async def test_a_problem_is_told_in_the_engines_words_with_its_code_folded_away() -> None:
    c = canned().open()
    c.syncing.status = replace(
        c.syncing.status, state=SyncState.PROBLEM, problem="access_closed",
        message="This tablet may not fetch this from the server. Ask your administrator.",
    )
    async with stage(c) as on:
        await opened(on)
        assert "Ask your administrator." in on.words()
        assert "access_closed" not in on.words()
        await on.tap("sync_centre.problem.details")
        assert "access_closed" in on.words()


async def test_two_versions_are_listed_with_whose_they_are() -> None:
    c = canned().open()
    c.conflicts.found = (CONFLICT,)
    async with stage(c) as on:
        await opened(on)
        assert "Two versions. Keep which?" in on.words()
        assert "A note, by Luis Ortega and Maya Chen" in on.words()
        assert on.has("sync_centre.conflict.r1.body")


async def test_a_tablet_without_a_server_says_so_and_offers_no_try() -> None:
    c = canned().open()
    c.syncing.server_url = ""
    c.syncing.state = ChipState("not_on_server")
    async with stage(c) as on:
        assert "Saved on this tablet" in on.words()
        await opened(on)
        assert "This tablet has no server." in on.words()
        assert not on.has("sync_centre.now")


async def test_when_the_tablet_cannot_be_asked_there_is_a_way_on() -> None:
    c = canned().open()
    async with stage(c) as on:
        c.fails.error = StoreFailed("x")
        await opened(on)
        assert on.has("sync_centre.error")
        c.fails.error = None
        await on.tap("sync_centre.error.act")
        assert not on.has("sync_centre.error")


async def test_what_is_missing_from_the_record_is_said_calmly_and_by_name() -> None:
    c = canned().open()
    async with stage(c) as on:
        await opened(on)
        assert "Something is missing" not in on.words()
    audit = c.tablet.open.audit
    audit.alarms = (Alarm("a1", "p2", "Luis Ortega", 7, Broken.CUT_OFF),)  # type: ignore[attr-defined]
    async with stage(c) as on:
        await opened(on)
        assert "Something is missing from the record of Nia Delgado, 13." in on.words()
        assert "Luis Ortega: from line 7 on." in on.words()


# -- what waits here -----------------------------------------------------------------------


def waiting(number: int, family: str = "a1") -> Waiting:
    step = ActionStep(id=f"s{number}", what=f"Step {number}")
    return Waiting(family, "action_step", f"s{number}", 1, at(1, 10, number), step)


async def test_each_waiting_record_is_named_and_opens() -> None:
    c = canned().open()
    note = Note(id="n1", kind="home_visit", started_at_ms=at(1, 9))
    c.syncing.work = (FamilyWork("a1", 2),)
    c.story.here = (Waiting("a1", "note", "n1", 2, at(1, 10), note), waiting(1))
    async with stage(c) as on:
        await opened(on)
        words = on.words()
        assert "Home visit, Today, 9:00 am\nA note · 2 changes · today, 10:00 am" in words
        assert "Step 1\nA promise · 1 change · today, 10:01 am" in words
        await on.tap("sync_centre.record.s1")
        assert on.has("family.back") or "Nia Delgado" in on.words()


async def test_a_long_list_is_folded_and_opens_whole() -> None:
    c = canned().open()
    c.syncing.work = (FamilyWork("a1", 7),)
    c.story.here = tuple(waiting(number) for number in range(7))
    async with stage(c) as on:
        await opened(on)
        assert not on.has("sync_centre.record.s6")
        assert "3 more" in on.words()
        await on.tap("sync_centre.all.a1")
        assert on.has("sync_centre.record.s6")


def test_every_type_of_record_has_a_place_that_exists() -> None:
    for name in RECORD_TYPES:
        place = place_of(name, "a1", "r1")
        assert place is not None and place.name in PLACES, name
    assert place_of("staff_member", "", "p1") is None


async def test_photos_that_wait_are_said() -> None:
    c = canned().open()
    c.syncing.photos = 2
    c.syncing.state = ChipState("not_on_server")
    async with stage(c) as on:
        await opened(on)
        assert "2 photos or papers are only on this tablet" in on.words()
        assert not on.has("sync_centre.empty")


# -- what went and came, next try, room, clock ---------------------------------------------


async def test_what_went_and_came_is_told_by_family() -> None:
    c = canned().open()
    c.story.traffic = (Passed("a1", 3, at(1, 10, 2), 1, at(1, 9)), Passed("", 1, at(1, 8), 0, 0))
    async with stage(c) as on:
        await opened(on)
        words = on.words()
        assert "Nia Delgado, 13\n3 changes sent, today, 10:02 am.\n1 change came, today, 9:00 am." in words
        assert "The agency’s own list\n1 change sent, today, 8:00 am." in words


async def test_the_next_try_is_said_in_words() -> None:
    for due, said in ((60_000, "within a minute or so"), (240_000, "in about 4 minutes")):
        c = canned().open()
        c.syncing.status = replace(c.syncing.status, state=SyncState.OFFLINE, next_try_ms=NOW_MS + due)
        async with stage(c) as on:
            await opened(on)
            assert said in on.words()


async def test_a_clock_that_is_off_and_little_room_are_said() -> None:
    c = canned().open()
    c.syncing.status = replace(c.syncing.status, server_offset_ms=-7 * 60_000)
    c.story.held = replace(c.story.held, free=310_000_000)
    async with stage(c) as on:
        await opened(on)
        words = on.words()
        assert "This tablet’s clock is 7 minutes ahead. Notes are stamped with the server’s time." in words
        assert "Only 310 MB are free on this tablet." in words
        assert "Records: 5.3 MB" in words
    calm = canned().open()
    async with stage(calm) as on:
        await opened(on)
        assert not on.has("sync_centre.clock") and not on.has("sync_centre.little_room")


@pytest.mark.parametrize(
    ("off", "said"),
    [(180_000, "3 minutes behind"), (-10_800_000, "3 hours ahead"), (10**11, "days behind")],
)
def test_how_far_a_clock_is_off_is_said_in_fitting_units(off: int, said: str) -> None:
    ui = Ui(UiSettings(), Layout(LayoutKind.WIDE, 1024, 768, 1.0))
    assert said in clock_words(ui, clock_off_ms(off))


# -- set aside and amiss -------------------------------------------------------------------

WHYS = ("late", "not_allowed", "forged", "newer", "unknown", "twice", "own", "too_much")


async def test_what_was_not_accepted_says_whose_when_where_and_why() -> None:
    c = canned().open()
    c.story.aside = (
        SetAside("a1", "late", "Luis Ortega", False, 3, at(1, 9)), SetAside("a2", "forged", "", False, 1, 0),
        SetAside("a2", "late", "", True, 1, at(1, 8)),
    )  # fmt: skip
    async with stage(c) as on:
        await opened(on)
        words = on.words()
        assert "3 changes by Luis Ortega\nNia Delgado, 13 · today, 9:00 am\nThey were sent after" in words
        assert "1 piece that nobody known has signed\nIvy Okoro, 9\nIts signature" in words
        assert "1 change of your own" in words and "You sent them after" in words


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_reason_has_words(language: str) -> None:
    ui = Ui(UiSettings(language=language), Layout(LayoutKind.WIDE, 1024, 768, 1.0))
    assert set(WHYS) == set(get_args(Why))
    said = {aside_why(ui, SetAside("a1", why, "", False, 1, 0)) for why in get_args(Why)}
    assert len(said) == len(WHYS)
    for kind in ("missing", "fork", "own_fork"):
        assert amiss_title(ui, Amiss("a1", "00", kind, 0, 1), "Nia").startswith("Nia")


async def test_what_is_amiss_says_what_it_means_since_when_and_whom_to_ask() -> None:
    c = canned().open()
    c.story.doubts = (Amiss("a1", "00", "missing", at(1, 8), 3), Amiss("a2", "01", "own_fork", at(1, 9), 1))
    async with stage(c) as on:
        await opened(on)
        words = on.words()
        assert "Nia Delgado, 13: 3 changes exist, and the server does not hand them out." in words
        assert "ask your administrator to look at the server" in words
        assert "Since today, 8:00 am" in words
        assert not on.has("sync_centre.amiss.missing.00.understood")
        await on.tap("sync_centre.amiss.own_fork.01.understood")
        await on.settle()
        assert "this very tablet" not in on.words()
        assert "3 changes exist" in on.words()


# -- decided lately ------------------------------------------------------------------------


async def test_a_decision_can_be_taken_back_from_here() -> None:
    c = canned().open()
    place = ("", "a1", "strategy", "t1", "text")
    ref = OpRef(ChainId(bytes(16)), 1)
    c.conflicts.settled = [Settled(*place, "x", (Other("y", "Dana Kim", False),), at(1, 10), ref)]
    async with stage(c) as on:
        await opened(on)
        assert "Strategy in Nia Delgado, 13’s plan\nDecided on this tablet, today, 10:00 am" in on.words()
        await on.tap("sync_centre.settled.t1.text.back.0")
        await on.settle()
        assert c.conflicts.brought == ["y"]
        assert not on.has("sync_centre.settled.t1.text.back.0")


async def test_nothing_to_do_teaches_what_to_expect() -> None:
    async with stage(canned().open()) as on:
        await opened(on)
        assert "Nothing waits here." in on.words()
        assert on.has("sync_centre.carry")


@pytest.mark.parametrize("width", [390, 768, 1024])
@pytest.mark.parametrize("scale", [1.0, 2.0])
async def test_every_size_shows_all_of_it_with_one_filled_button(width: float, scale: float) -> None:
    c = canned().open()
    c.syncing.work = (FamilyWork("a1", 1),)
    c.story.here = (waiting(1),)
    c.story.traffic = (Passed("a1", 3, at(1, 10, 2), 1, at(1, 9)),)
    c.story.aside = (SetAside("a1", "late", "Luis Ortega", False, 3, at(1, 9)),)
    journey = Journey()
    settings = UiSettings(text_scale=scale, language="es")
    on = stage_of(lambda: SyncCentre(Place("sync")), c.tablet, journey, settings=settings, width=width)
    async with on:
        await on.settle()
        assert len(on.all(ft.FilledButton)) == 1
        for key in ("sync_centre.record.s1", "sync_centre.passed.a1", "sync_centre.aside.0"):
            assert on.has(key)
