"""What the app copied is taken from the clipboard again, and nothing that somebody else put there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import flet as ft
import pytest

from app.views.app import App
from app.views.clipboard import SECONDS, ClipboardKeeper
from tests.fakes.tablet import CODE, canned
from tests.ui import Stage


class FakeBoard:
    """A clipboard in memory."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.readable = True
        self.writable = True

    async def get(self) -> str | None:
        if not self.readable:
            raise RuntimeError("not allowed")
        return self.text

    async def set(self, value: str) -> None:
        if not self.writable:
            raise RuntimeError("not allowed")
        self.text = value


class HandWait:
    """Waits until the test lets go."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.go = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self.go.wait()


async def test_a_minute_later_it_is_gone() -> None:
    board, wait = FakeBoard(), HandWait()
    keeper = ClipboardKeeper(board, wait)
    task = asyncio.ensure_future(keeper.clear_later(await keeper.copy("KT-SECRET")))
    await asyncio.sleep(0)
    assert board.text == "KT-SECRET" and wait.asked == [SECONDS]
    wait.go.set()
    await task
    assert board.text == ""


async def test_what_somebody_copied_since_is_left_alone() -> None:
    board = FakeBoard()
    keeper = ClipboardKeeper(board)
    await keeper.copy("KT-SECRET")
    board.text = "a recipe"
    await keeper.clear()
    assert board.text == "a recipe"
    await keeper.clear()
    assert board.text == "a recipe"


async def test_the_last_copy_gets_its_whole_minute() -> None:
    board, wait = FakeBoard(), HandWait()
    keeper = ClipboardKeeper(board, wait)
    first = asyncio.ensure_future(keeper.clear_later(await keeper.copy("one")))
    await keeper.copy("two")
    wait.go.set()
    await first
    assert board.text == "two"
    await keeper.clear()
    assert board.text == ""


@pytest.mark.parametrize("nothing_said", [True, False])
async def test_a_clipboard_that_cannot_be_read_is_emptied(nothing_said: bool) -> None:
    board = FakeBoard()
    keeper = ClipboardKeeper(board)
    await keeper.copy("KT-SECRET")
    if nothing_said:
        board.get = _nothing  # type: ignore[method-assign]
    else:
        board.readable = False
    await keeper.clear()
    assert board.text == ""


async def _nothing() -> str | None:
    return None


async def test_one_that_cannot_be_written_ends_nothing() -> None:
    board = FakeBoard()
    keeper = ClipboardKeeper(board)
    await keeper.copy("KT-SECRET")
    board.writable = False
    await keeper.clear()


async def test_the_text_itself_is_kept_nowhere() -> None:
    keeper = ClipboardKeeper(FakeBoard())
    await keeper.copy("KT-SECRET")
    kept = {name: value for name, value in vars(keeper).items() if name != "_board"}
    assert "KT-SECRET" not in repr(kept) and b"KT-SECRET" not in kept["_mark"]
    other = ClipboardKeeper(FakeBoard())
    await other.copy("KT-SECRET")
    assert vars(other)["_mark"] != kept["_mark"]  # no table of hashes tells what it was


async def test_locking_takes_an_invitation_from_the_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    board = FakeBoard()
    monkeypatch.setattr(ft.Clipboard, "set", lambda _self, value: board.set(value))
    monkeypatch.setattr(ft.Clipboard, "get", lambda _self: board.get())
    c = canned(roles=("administrator",)).open()
    async with Stage(lambda: App(c.tablet, Path())) as on:
        await on.tap("nav.settings")
        await on.tap("settings.people")
        await on.tap("people.invite")
        await on.type("invite.name", "Ana Bravo")
        await on.tap("invite.go")
        await on.tap("invite.copy")
        assert board.text == CODE
        await c.tablet.lock("test")
        await on.settle()
        assert board.text == ""
