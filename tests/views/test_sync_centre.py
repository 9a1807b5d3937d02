"""The sync centre says only what is true, in words, and offers what can be done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.errors import StoreFailed
from app.services.audit_lines import Alarm
from app.services.conflicts import Conflict, Version
from app.services.syncing import ChipState, FamilyWork
from app.sync.status import SyncState
from app.views.app import App
from app.wraparound.audit import Broken
from tests.fakes.tablet import Canned, at, canned
from tests.ui import Stage

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
