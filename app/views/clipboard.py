"""What the app has put on the clipboard, taken away again.

Owns a keyed hash of the last text that was copied, never the text. It is cleared 60 seconds later,
when the tablet locks and when the window closes, if it is still there; what a person has copied
elsewhere since is left alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import flet as ft

_log = logging.getLogger(__name__)

SECONDS: Final = 60.0


class Board(Protocol):
    """The system's clipboard."""

    async def get(self) -> str | None:
        """Its text."""

    async def set(self, value: str) -> None:
        """Put a text there."""


class ClipboardKeeper:
    """One window's clipboard. wait: sleeps so many seconds."""

    def __init__(
        self, board: Board, wait: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._board = board
        self._wait = wait
        self._key = secrets.token_bytes(32)
        self._mark = b""
        self._turn = 0

    async def copy(self, words: str) -> int:
        """Put words on the clipboard. Returns a number for `clear_later`."""
        await self._board.set(words)
        self._mark = self._hash(words)
        self._turn += 1
        return self._turn

    async def clear_later(self, turn: int) -> None:
        """Clear what was copied with this number in a minute, unless something else was since."""
        await self._wait(SECONDS)
        if turn == self._turn:
            await self.clear()

    async def clear(self) -> None:
        """Clear what the app copied, if it is still there.

        A clipboard that may not be read is emptied: a code or the words of a kit left behind are
        worse than something that must be copied again.
        """
        mark, self._mark = self._mark, b""
        if not mark:
            return
        try:
            there = await self._board.get()
        except Exception as error:
            _log.info("clipboard not read: %s", type(error).__name__)
        else:
            # In the background Android says "nothing" instead of refusing.
            if there is not None and self._hash(there) != mark:
                return
        try:
            await self._board.set("")
        except Exception as error:
            _log.info("clipboard not cleared: %s", type(error).__name__)

    def _hash(self, words: str) -> bytes:
        return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), key=self._key).digest()


ClipboardContext: Any = ft.create_context(None)


def use_clipboard_keeper() -> ClipboardKeeper:
    """Hook of the root: this window's one keeper."""
    kept: Any = ft.use_ref(None)
    if kept.current is None:
        kept.current = ClipboardKeeper(ft.Clipboard())
    keeper: ClipboardKeeper = kept.current
    return keeper


def use_clipboard() -> Callable[[str], Awaitable[None]]:
    """Hook: copies words that are cleared again by themselves."""
    keeper: ClipboardKeeper = ft.use_context(ClipboardContext)

    async def copy(words: str) -> None:
        turn = await keeper.copy(words)
        # A task of its own: the screen may be gone in a minute.
        ft.context.page.run_task(keeper.clear_later, turn)

    return copy
