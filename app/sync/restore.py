"""Giving a server what others wrote: what it lost in a restore, and what came in hand-over files.

Any member can do it: control operations and segments prove their authors themselves, whoever
carries them.  Spec: protocol.md, "Server" (epoch marker).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from app.errors import AppError
from app.protocol.ids import StreamId
from app.sync import machine
from app.sync.machine import Failure
from app.sync.ports import HeldChain, StorePort, StreamPosition, Transport
from app.sync.wire import CONTROL_PAGE_BYTES, MAX_CONTROL_OPS

log = logging.getLogger(__name__)


def control_pages(ops: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Control operations in order, as many at once as one request carries."""
    page: list[bytes] = []
    size = 0
    for op in ops:
        if page and (len(page) == MAX_CONTROL_OPS or size + len(op) > CONTROL_PAGE_BYTES):
            yield page
            page, size = [], 0
        page.append(op)
        size += len(op)
    if page:
        yield page


async def give_back(
    store: StorePort, wire: Transport, here: StreamPosition, count: int, head: bytes
) -> list[AppError]:
    """Send the control operations after ``count`` and every foreign segment the server lacks.

    count, head: where the stream's control chain stands on the server.  Own segments follow in the
    ordinary push, because the store takes back their acknowledgements.  Returns the refusals of
    single chains; raises what concerns the whole stream or round.
    """
    stream = here.stream
    if count < here.control_count:
        for page in control_pages(await store.control_ops(stream, count)):
            head = await wire.append_control(stream, head, page)
    chains = await wire.chains(stream)
    # Foreign chains first: once the cursor is back at 0 nothing shows any more that they are lost.
    refused = await _send_foreign(store, wire, stream, chains)
    await store.server_restored(stream, chains)
    return refused


async def carry_on(store: StorePort, wire: Transport) -> None:
    """Give the server what came of others in hand-over files, and what it does not have of that.

    Otherwise colleagues would count as kept back what this tablet says to have seen. It is offered
    once: the tablet that wrote it sends it, too. A refusal is only logged; raises what ends the round.
    """
    for stream in sorted({item.stream for item in await store.carried()}):
        try:
            refused = await _send_foreign(store, wire, stream, await wire.chains(stream))
        except AppError as error:
            if machine.reach(error) is not Failure.STREAM:
                raise
            refused = [error]
        for one in refused:
            log.info("carried operations were refused: %s", one.code)
        await store.carried_on(stream)


async def _send_foreign(
    store: StorePort, wire: Transport, stream: StreamId, there: Sequence[HeldChain]
) -> list[AppError]:
    """Push every segment of other devices that the server lacks. Returns the refusals of chains."""
    refused: list[AppError] = []
    held_there = {item.chain: item.last for item in there}
    own = {item.chain for item in await store.own_chains()}
    for held in await store.held_chains(stream):
        dseq = held_there.get(held.chain, 0) + 1
        while held.chain not in own and dseq <= held.last:
            segment = await store.segment_from(stream, held.chain, dseq)
            if segment is None:
                break
            try:
                await wire.push(segment)
            except AppError as error:
                if machine.reach(error) is not Failure.STREAM:
                    raise
                refused.append(error)
                break
            dseq = segment.last + 1
    return refused
