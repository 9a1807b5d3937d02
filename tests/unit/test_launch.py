"""How a tablet starts: what is refused before a window shows, and what fails behind it: app/launch.py."""

from __future__ import annotations

import asyncio
import gc
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app import launch
from app.errors import HomeInUse, InvalidInput, PortBusy, StoreFailed
from app.launch import Making, run_app
from app.services.tablet import Tablet, TabletState
from app.store.lockfile import HomeLock, take_home
from tests.e2e.harness import free_port


class FakeTablet:
    """What a start asks of a tablet."""

    def __init__(self, state: TabletState = TabletState.LOCKED) -> None:
        self.state = state
        self.watching: list[Callable[[], None]] = []
        self.locked: list[str] = []

    def watch_state(self, changed: Callable[[], None]) -> None:
        self.watching.append(changed)

    async def lock(self, reason: str) -> None:
        self.locked.append(reason)

    def becomes(self, state: TabletState) -> None:
        self.state = state
        for changed in self.watching:
            changed()


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector as it was."""
    on = gc.isenabled()
    yield
    gc.unfreeze()
    if on:
        gc.enable()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody waits for a window, and no thread of one test goes on in the next."""
    monkeypatch.setattr(launch, "_FIRST_WINDOW_SECONDS", 0.0)
    yield
    assert _all_over("making the tablet")


@pytest.fixture
def making(tmp_path: Path) -> Iterator[Making]:
    held = take_home(tmp_path)
    yield Making(tmp_path, None, None, held)
    held.release()


def _all_over(name: str) -> bool:
    """Whether every thread of that name ends within a moment."""
    for one in threading.enumerate():
        if one.name == name:
            one.join(10)
    return not any(one.name == name for one in threading.enumerate())


def made(monkeypatch: pytest.MonkeyPatch, make: Callable[[], Any]) -> None:
    """Let a start make this in place of a tablet."""
    monkeypatch.setattr(launch, "_make", lambda *_rest: make())


async def test_every_window_gets_the_same_tablet_and_it_is_followed_once(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = FakeTablet()
    made(monkeypatch, lambda: tablet)
    making.begin()
    first, second = await asyncio.gather(making.tablet(), making.tablet())
    assert first is second is tablet
    assert len(tablet.watching) == 1


def test_unlock_needs_nothing_that_takes_long_to_import() -> None:
    shown = ", ".join(("app.bootstrap", *launch._SHOWN_FIRST))
    heavy = ("sqlmodel", "sqlalchemy", "pydantic", "httpx", "zxcvbn", "fpdf", "flet_charts")
    asked = f"import sys, {shown}; print(*sorted(set(sys.modules) & set({heavy})))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.split() == []


async def test_a_locked_tablet_is_shown_before_the_rest_is_there_and_another_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, asked = threading.Event(), threading.Event()

    def slow(_name: str) -> None:
        asked.set()
        go_on.wait(10)

    monkeypatch.setattr(launch, "import_module", slow)
    for state in (TabletState.LOCKED, TabletState.FIRST_RUN):
        go_on.clear()
        asked.clear()
        tablet = FakeTablet(state)
        made(monkeypatch, lambda tablet=tablet: tablet)
        making = Making(tmp_path, None, None, HomeLock(tmp_path))
        making.begin()
        assert await asyncio.to_thread(asked.wait, 10)
        waiting = asyncio.ensure_future(making.tablet())
        await asyncio.wait({waiting}, timeout=1.0 if state is TabletState.LOCKED else 0.05)
        assert waiting.done() is (state is TabletState.LOCKED)
        go_on.set()
        assert await waiting is tablet


async def test_the_rest_waits_until_a_window_shows_the_tablet(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "_FIRST_WINDOW_SECONDS", 60.0)
    begun = threading.Event()
    monkeypatch.setattr(launch, "import_module", lambda _name: begun.set())
    made(monkeypatch, FakeTablet)
    making.begin()
    await making.tablet()
    assert not await asyncio.to_thread(begun.wait, 0.05)
    making.shown()
    assert await asyncio.to_thread(begun.wait, 10)


async def test_an_app_that_stops_imports_no_rest_any_more(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "_FIRST_WINDOW_SECONDS", 60.0)
    imported: list[str] = []
    monkeypatch.setattr(launch, "import_module", imported.append)
    tablet = FakeTablet()
    made(monkeypatch, lambda: tablet)
    making.begin()
    await making.end()
    assert tablet.locked == ["stopping"]
    assert await asyncio.to_thread(_all_over, "making the tablet")
    assert imported == []


async def test_a_rest_that_is_not_there_leaves_the_tablet_shown(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    tablet = FakeTablet()
    made(monkeypatch, lambda: tablet)
    monkeypatch.setattr(launch, "import_module", missing)
    making.begin()
    assert await making.tablet() is tablet


async def test_a_window_that_stops_waiting_takes_the_tablet_from_nobody(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    tablet = FakeTablet()

    def slowly() -> FakeTablet:
        go_on.wait(10)
        return tablet

    made(monkeypatch, slowly)
    making.begin()
    gone = asyncio.create_task(making.tablet())
    await asyncio.sleep(0)
    gone.cancel()
    go_on.set()
    assert await making.tablet() is tablet


async def test_what_keeps_it_from_being_made_is_raised_in_every_window(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Tablet:
        raise StoreFailed("5")

    made(monkeypatch, broken)
    usual = sys.getswitchinterval()
    making.begin()
    for _ in range(2):
        with pytest.raises(StoreFailed):
            await making.tablet()
    await making.lock("stopping")  # there is nothing to lock
    assert sys.getswitchinterval() == usual
    assert gc.isenabled()


async def test_a_tablet_that_was_never_begun_is_not_waited_for(making: Making) -> None:
    await asyncio.wait_for(making.lock("stopping"), 1)


async def test_the_end_waits_for_a_tablet_on_its_way_and_locks_it(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = FakeTablet()
    made(monkeypatch, lambda: tablet)
    making.begin()
    await making.lock("stopping")
    assert tablet.locked == ["stopping"]


async def test_the_collector_is_off_while_a_tablet_opens_and_on_once_it_is_locked(
    making: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = FakeTablet()
    made(monkeypatch, lambda: tablet)
    making.begin()
    await making.tablet()
    tablet.becomes(TabletState.OPENING)
    assert not gc.isenabled()
    tablet.becomes(TabletState.OPEN)
    assert not gc.isenabled()
    tablet.becomes(TabletState.LOCKED)
    assert gc.isenabled()


def test_a_home_in_use_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(monkeypatch, lambda: pytest.fail("made"))
    held = take_home(tmp_path)
    try:
        with pytest.raises(HomeInUse):
            run_app(tmp_path, None, free_port(), "web")
    finally:
        held.release()


def test_a_taken_port_is_refused_and_the_home_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(monkeypatch, lambda: pytest.fail("made"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortBusy):
            run_app(tmp_path, None, other.getsockname()[1], "web")
    take_home(tmp_path).release()


def test_a_certificate_that_is_none_is_refused_before_the_home_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(monkeypatch, lambda: pytest.fail("made"))
    none = tmp_path / "ca.pem"
    none.write_text("no certificate")
    with pytest.raises(InvalidInput):
        run_app(tmp_path / "home", None, free_port(), "web", none)
    take_home(tmp_path / "home").release()


def test_a_tablet_that_cannot_be_made_ends_the_start_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Tablet:
        raise StoreFailed("5")

    made(monkeypatch, broken)
    with pytest.raises(StoreFailed):
        run_app(tmp_path, None, free_port(), "web")
    assert "Kitchen Table: http://127.0.0.1:" in capsys.readouterr().out
    take_home(tmp_path).release()
