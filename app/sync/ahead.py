"""Fetching the next page while the store is still at work on this one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

_Item = TypeVar("_Item")


async def fetch_ahead(source: AsyncGenerator[_Item]) -> AsyncGenerator[_Item]:
    """Yield what ``source`` yields, one item ahead.

    What ``source`` raises is raised after the items before it.  Closing or cancelling cancels the
    fetch that is under way, waits for it and closes ``source``.
    """
    coming = asyncio.ensure_future(_next(source))
    try:
        while True:
            item = await asyncio.shield(coming)
            if item is None:
                return
            coming = asyncio.ensure_future(_next(source))
            yield item[0]
    finally:
        coming.cancel()
        await asyncio.wait({coming})
        if not coming.cancelled():
            coming.exception()
        await source.aclose()


async def _next(source: AsyncIterator[_Item]) -> tuple[_Item] | None:
    try:
        return (await anext(source),)
    except StopAsyncIteration:
        return None
