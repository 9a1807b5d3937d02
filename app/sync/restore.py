"""Giving back to a server, restored from a backup, what it lost of one stream.

Any member can do it: control operations and segments prove their authors themselves, whoever
carries them.  Spec: protocol.md, "Server" (epoch marker).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.errors import AppError
from app.sync import machine
from app.sync.machine import Failure
from app.sync.ports import StorePort, StreamPosition, Transport
from app.sync.wire import CONTROL_PAGE_BYTES, MAX_CONTROL_OPS


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
    refused: list[AppError] = []
    if count < here.control_count:
        for page in control_pages(await store.control_ops(stream, count)):
            head = await wire.append_control(stream, head, page)
    chains = await wire.chains(stream)
    held_there = {item.chain: item.last for item in chains}
    own = {item.chain for item in await store.own_chains()}
    # Foreign chains first: once the cursor is back at 0 nothing shows any more that they are lost.
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
    await store.server_restored(stream, chains)
    return refused
