"""Fetching pages of segments, the next one while the store is still at work on this one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import TypeVar

from app.errors import AppError
from app.protocol.ids import StreamId
from app.sync import machine
from app.sync.machine import Failure
from app.sync.ports import SegmentPage, StreamPosition, Transport

_Item = TypeVar("_Item")


async def pages_of(
    wire: Transport, positions: Sequence[StreamPosition]
) -> AsyncGenerator[tuple[StreamId, SegmentPage | AppError]]:
    """Every page of every stream from its position on; a refusal stands in for the rest of one.

    Raises what ends the round.
    """
    for position in positions:
        cursor = position.cursor
        more = True
        while more:
            try:
                page = await wire.pull(position.stream, cursor, own=position.wants_own)
            except AppError as error:
                if machine.reach(error) is not Failure.STREAM:
                    raise
                yield position.stream, error
                break
            yield position.stream, page
            cursor, more = page.cursor, page.more


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
