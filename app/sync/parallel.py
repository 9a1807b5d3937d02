"""Several questions to the server at once, where each answer is a round trip away.

Owns the bound on how many, and that none outlives the call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

AT_ONCE = 4


async def for_each(items: Iterable[Item], work: Callable[[Item], Awaitable[None]]) -> None:
    """Do ``work`` for every item, begun in this order, at most ``AT_ONCE`` at a time.

    The first error ends the others and is raised once they have let go; so does being cancelled.
    """
    waiting = iter(tuple(items))
    workers = [asyncio.ensure_future(_some(waiting, work)) for _ in range(AT_ONCE)]
    try:
        await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for worker in workers:
            worker.cancel()
        ended = await asyncio.gather(*workers, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error


async def _some(waiting: Iterator[Item], work: Callable[[Item], Awaitable[None]]) -> None:
    for item in waiting:
        await work(item)
