"""Asking again and again: at once, with the newest state, and not a moment longer."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable

import flet as ft

from app.views.loops import use_every
from tests.ui import Stage


def asking(seen: list[int], on_set: list[Callable[[bool], None]]) -> Callable[[], ft.Control]:
    @ft.component
    def Asking() -> ft.Control:
        count, set_count = ft.use_state(0)
        on, set_on = ft.use_state(True)
        on_set[:] = [set_on]

        async def ask() -> None:
            seen.append(count)
            set_count(count + 1)

        use_every(0.0, ask, on=on)
        return ft.Text(str(count))

    return Asking


async def test_it_asks_at_once_with_the_newest_state_and_ends_when_told() -> None:
    seen: list[int] = []
    setters: list[Callable[[bool], None]] = []
    async with Stage.of(asking(seen, setters)) as on:
        await on.settle(40)
        assert seen[:3] == [0, 1, 2]
        setters[0](False)
        await on.settle()
        count = len(seen)
        await on.settle(40)
        assert len(seen) == count


async def test_every_question_that_is_begun_is_waited_for() -> None:
    made = 0
    awaited = 0

    def counted() -> Awaitable[None]:
        nonlocal made
        made += 1

        async def ask() -> None:
            nonlocal awaited
            awaited += 1
            await asyncio.sleep(0)

        return ask()

    @ft.component
    def Asking() -> ft.Control:
        use_every(0.0, counted)
        return ft.Text("here")

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        async with Stage.of(Asking) as on:
            await on.settle(20)
        gc.collect()
    assert made > 1 and awaited == made
    assert [str(one.message) for one in said if "never awaited" in str(one.message)] == []
