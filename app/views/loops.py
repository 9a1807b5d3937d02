"""Asking again and again while a screen is shown, and not a moment longer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft


def use_every(seconds: float, act: Callable[[], Awaitable[object]], *, on: bool = True) -> None:
    """Hook: run `act` at once and then every so many seconds while `on`.

    The newest `act` is run, so it sees the newest state. It is cancelled when `on` turns False
    and when the screen goes: what must not be broken off belongs in a task of its own.
    """
    # Not given to `use_ref` as its first value: Flet calls a function that it is given.
    newest: Any = ft.use_ref(None)
    newest.current = act

    async def run() -> None:
        while on:
            await newest.current()
            await asyncio.sleep(seconds)

    # Flet 1.0.5 cancels an effect's task at unmount only when there is a cleanup.
    ft.use_effect(run, [on, seconds], _nothing)


def _nothing() -> None:
    """Being there is enough."""
