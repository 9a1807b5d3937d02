"""The window: locked and open, covered, hidden, idle, and kept alive when something fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import flet as ft
import pytest

from app.errors import AppError
from app.services.settings import Preferences
from app.services.tablet import TabletState
from app.views import routes
from app.views.app import App, show_moved
from app.views.hooks import use_nav
from app.views.left import use_left
from app.views.place import Place
from app.views.widgets.boundary import component
from app.views.window import notice_use, watch_the_time
from tests.fakes.tablet import PASSPHRASE, Canned, canned
from tests.ui import Stage

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def stage(c: Canned, width: float = 1024, height: float = 768) -> Stage:
    return Stage(lambda: App(c.tablet, ASSETS), width=width, height=height)


async def life(on: Stage, state: ft.AppLifecycleState) -> None:
    await on.event(on.page, "app_lifecycle_state_change", {"state": state.value})


async def test_a_locked_tablet_shows_unlock_and_nothing_of_a_family() -> None:
    async with stage(canned()) as on:
        assert on.has("unlock.passphrase")
        assert "Delgado" not in on.words()


async def test_unlocking_shows_the_day_and_locking_takes_them_away() -> None:
    c = canned()
    async with stage(c) as on:
        await on.type("unlock.passphrase", PASSPHRASE)
        await on.tap("unlock.go")
        assert "Nia Delgado" in on.words()
        await c.tablet.lock("test")
        await on.settle()
        assert on.has("unlock.passphrase")
        assert "Delgado" not in on.words()
        assert on.value("unlock.passphrase") == ""


async def test_locking_throws_the_trail_away() -> None:
    c = canned().open()
    async with stage(c) as on:
        await on.tap("nav.settings")
        assert on.has("settings.lock")
        await on.tap("settings.lock")
        assert on.has("unlock.passphrase")
        await on.type("unlock.passphrase", PASSPHRASE)
        await on.submit("unlock.passphrase")
        assert on.has("today.plan")


@component
def Chooser(place: Place) -> ft.Control:
    """A list that can be set to something and left; it shows what it is set to."""
    nav = use_nav()
    chosen, choose, _now = use_left(place, "nothing")
    return ft.Column(
        [
            ft.Text(f"Set to {chosen}"),
            ft.Button("Choose", key="chooser.choose", on_click=lambda: choose("respite")),
            ft.Button("Go on", key="chooser.on", on_click=lambda: nav.go(Place("today", record_id="x"))),
            ft.Button("Back", key="chooser.back", on_click=nav.back),
        ]
    )


@pytest.mark.parametrize(
    ("leaves", "found"), [("back", "respite"), ("rail", "nothing"), ("lock", "nothing")]
)
async def test_a_list_is_found_as_it_was_left_by_the_way_back_alone(
    leaves: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cast(Any, routes.PLACES), "today", (__name__, "Chooser"))
    c = canned().open()
    async with stage(c) as on:
        await on.tap("chooser.choose")
        await on.tap("chooser.on")
        assert "Set to nothing" in on.words()
        if leaves == "back":
            await on.tap("chooser.back")
        elif leaves == "rail":
            await on.tap("nav.today")
        else:
            await c.tablet.lock("test")
            await on.settle()
            await on.type("unlock.passphrase", PASSPHRASE)
            await on.tap("unlock.go")
        assert f"Set to {found}" in on.words()


async def test_locking_closes_a_dialog() -> None:
    c = canned().open()
    async with stage(c) as on:
        await on.tap("nav.families")
        await on.tap("families.phase")
        assert any(dialog.open for dialog in on.all(ft.AlertDialog))
        await c.tablet.lock("test")
        await on.settle()
        assert not any(dialog.open for dialog in on.all(ft.AlertDialog))


async def test_cover_hides_every_word_and_a_tap_brings_back_what_was_typed() -> None:
    c = canned().open()
    async with stage(c) as on:
        await on.tap("nav.families")
        await on.type("families.search", "Rosa")
        await on.tap("nav.cover")
        assert on.words() == ""
        await on.tap("cover.back")
        assert on.value("families.search") == "Rosa"


async def test_going_to_the_background_covers_and_locks_after_half_a_minute() -> None:
    c = canned().open()
    async with stage(c) as on:
        await life(on, ft.AppLifecycleState.HIDE)
        assert on.words() == ""
        c.time.pass_(29)
        assert not await c.tablet.lock_when_due()
        c.time.pass_(2)
        assert await c.tablet.lock_when_due()
        assert c.closed == ["closed"]


async def test_coming_back_in_time_uncovers() -> None:
    c = canned().open()
    async with stage(c) as on:
        await life(on, ft.AppLifecycleState.HIDE)
        c.time.pass_(20)
        await life(on, ft.AppLifecycleState.RESUME)
        assert "Nia Delgado" in on.words()
        c.time.pass_(40)
        assert not await c.tablet.lock_when_due()


async def test_a_cover_that_was_asked_for_stays_when_the_window_comes_back() -> None:
    c = canned().open()
    async with stage(c) as on:
        await on.tap("nav.cover")
        await life(on, ft.AppLifecycleState.HIDE)
        await life(on, ft.AppLifecycleState.RESUME)
        assert on.words() == ""


async def test_losing_the_focus_covers_on_a_tablet_and_not_beside_another_window() -> None:
    c = canned().open()
    async with stage(c) as on:
        on.page.web = True
        await life(on, ft.AppLifecycleState.INACTIVE)
        assert "Nia Delgado" in on.words()
        on.page.web = False
        await life(on, ft.AppLifecycleState.INACTIVE)
        assert on.words() == ""


async def test_typing_counts_as_use_and_what_comes_by_itself_does_not() -> None:
    c = canned(preferences=Preferences(lock_after=60)).open()
    async with stage(c) as on:
        await on.tap("nav.families")
        notice_use(on.page, c.tablet)
        c.time.pass_(50)
        await on.type("families.search", "R")
        c.time.pass_(50)
        assert not await c.tablet.lock_when_due()
        await on.event(on.page, "connect")
        c.time.pass_(15)
        assert await c.tablet.lock_when_due()


async def test_the_watch_goes_on_when_locking_fails() -> None:
    class Tired:
        asked = 0

        async def tick(self) -> bool:
            Tired.asked += 1
            if Tired.asked == 3:
                raise KeyboardInterrupt
            raise OSError("disk")

    with pytest.raises(KeyboardInterrupt):
        await watch_the_time(Tired(), 0)  # type: ignore[arg-type]
    assert Tired.asked == 3


async def test_a_handler_that_fails_is_told_calmly_and_the_session_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    c = canned().open()
    async with stage(c) as on:

        def fails() -> None:
            raise RuntimeError("Rosa said")

        monkeypatch.setattr(c.syncing, "now", fails)
        await on.tap("today.sync")
        await on.tap("sync_centre.now")
        assert on.crashed is None and on.alive
        assert AppError.user_message in on.words()
        assert "Rosa said" not in on.words()


async def test_the_preferences_are_in_force_once_open() -> None:
    c = canned(preferences=Preferences(language="es", dark=True)).open()
    async with stage(c) as on:
        assert "Familias" in on.words()
        assert on.page.theme_mode is ft.ThemeMode.DARK


async def test_a_moved_window_shows_nothing_and_is_no_use_any_more() -> None:
    c = canned().open()
    async with stage(c) as on:
        notice_use(on.page, c.tablet)
        show_moved(on.page)
        await on.settle()
        assert "Delgado" not in on.words()
        assert "open in another window" in on.words()
        c.time.pass_(400)
        await on.event(on.page, "click")
        assert await c.tablet.lock_when_due()


async def test_back_from_the_system_goes_one_place_back() -> None:
    c = canned().open()
    async with stage(c) as on:
        await on.tap("today.sync")
        assert on.has("sync_centre.list")
        view = on.page.views[0] if not hasattr(on.page.views, "_b") else on.page.views._b[0]
        assert view.can_pop is False


@pytest.mark.parametrize("name", sorted(routes.PLACES))
def test_every_place_has_its_component(name: str) -> None:
    assert callable(routes.screen_of(name))


async def test_a_fresh_tablet_shows_first_run() -> None:
    c = canned(first_run=True)
    assert c.tablet.state is TabletState.FIRST_RUN
    async with stage(c) as on:
        assert on.has("first_run.start") and on.has("first_run.join")


async def test_turning_the_tablet_keeps_what_is_on_the_screen() -> None:
    async with stage(canned().open()) as on:
        await on.tap("nav.families")
        await on.tap("families.add")
        await on.type("new_family.youth", "Nia")
        for width, height in ((768, 1024), (390, 844), (844, 390), (1400, 900), (1024, 768)):
            await on.resize(width, height)
            assert on.value("new_family.youth") == "Nia", (width, height)
            assert on.has("nav.families")


async def test_what_is_written_is_kept_when_the_app_is_hidden() -> None:
    c = canned().open()
    kept: list[str] = []

    async def keep() -> None:
        kept.append(c.tablet.state)

    async with stage(c) as on:
        c.tablet.before_lock(keep)
        await life(on, ft.AppLifecycleState.INACTIVE)
        assert kept == []
        await life(on, ft.AppLifecycleState.PAUSE)
        assert kept == [TabletState.OPEN] and on.words() == ""


async def test_coming_back_too_late_locks_before_anything_is_uncovered() -> None:
    c = canned().open()
    async with stage(c) as on:
        await life(on, ft.AppLifecycleState.HIDE)
        c.time.pass_(31)  # the system froze the app: no timer ran
        await life(on, ft.AppLifecycleState.RESUME)
        assert c.tablet.state is TabletState.LOCKED
        assert on.has("unlock.passphrase") and "Delgado" not in on.words()


async def test_the_first_touch_after_a_long_sleep_locks_and_does_nothing_else() -> None:
    c = canned().open()
    async with stage(c) as on:
        notice_use(on.page, c.tablet)
        c.time.ms += 3_600_000  # asleep: the monotonic clock stood still
        await on.tap("nav.settings")
        assert c.tablet.state is TabletState.LOCKED and not on.has("settings.lock")


async def test_an_app_that_the_system_ends_is_locked_first() -> None:
    c = canned().open()
    async with stage(c) as on:
        await life(on, ft.AppLifecycleState.DETACH)
        assert c.tablet.state is TabletState.LOCKED and c.closed == ["closed"]


async def test_a_watch_that_was_asleep_locks() -> None:
    c = canned().open()
    c.time.ms += 31_000
    assert await c.tablet.tick()
    assert c.tablet.state is TabletState.LOCKED
    assert not await c.tablet.tick()
