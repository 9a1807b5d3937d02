"""Sending what the server does not have: which chain first, how much at once, several at a time.

Owns the outgoing segments of one round. Operations of a chain keep their order; chains are sent side
by side, so that tablet and server work at the same time, but one after the other where the line is
slow. It refuses to sign or to cut; the store does, once for ever, which is why little is cut at once
where the line carries little. Spec: docs/protocol.md, "Rounds".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.errors import AppError, ForkSeen, SequenceGap
from app.protocol.ids import StreamId
from app.sync.parallel import for_each
from app.sync.ports import OwnChain, StorePort, Transport
from app.sync.status import StatusBoard

Note = Callable[[AppError], None]
"""Keeps a refusal about one stream; raises what ends the round."""

TRIES = 3
"""How often a gap or a fork is answered within one round."""
SMALL = 64 * 1024
"""Bytes up to which what waits in a chain is small: a few notes, not an import."""

TINY = 4 * 1024
SLOW = 256 * 1024
"""Bytes in ten seconds below which a line is slow."""


class Pushing:
    """The outgoing half of a round."""

    def __init__(self, store: StorePort, wire: Transport, board: StatusBoard) -> None:
        self._store = store
        self._wire = wire
        self._board = board
        self.preferred: tuple[StreamId, ...] = ()
        """Streams that people need first, the most urgent first."""

    async def run(self, note: Note) -> None:
        """Send every chain that may be sent."""
        for _ in range(TRIES):
            # A segment names the control head it was cut under and is never cut again: one cut under
            # an operation that the server may yet refuse or overtake would be refused for ever.
            unsettled = {item.stream for item in await self._store.outgoing_control()}
            waiting = [
                chain
                for chain in await self._store.own_chains()
                if chain.pending and chain.stream not in unsettled
            ]
            if not waiting or not await self._send(in_turn(waiting, self.preferred), note):
                return

    async def _send(self, chains: Sequence[OwnChain], note: Note) -> bool:
        """Send chains side by side; True when the server has another history of one.

        What ends the round ends what is under way too: the server may have it, and will say so.
        """
        forks: list[OwnChain] = []

        async def send(chain: OwnChain) -> None:
            try:
                await self._chain(chain)
            except ForkSeen as fork:
                await self._store.freeze_chain(chain.stream, chain.chain, fork.dseq, fork.held_hash)
                forks.append(chain)
            except AppError as error:
                note(error)

        # On a slow line pieces that share it would all come too late; what is tiny may share it.
        alone = [chain for chain in chains if self._wire.room < SLOW and chain.pending_bytes > TINY]
        await for_each([chain for chain in chains if chain not in alone], send)
        for chain in alone:
            await send(chain)
        return bool(forks)

    async def _chain(self, chain: OwnChain) -> None:
        dseq = chain.acked + 1
        gaps = 0
        while dseq <= chain.last:
            room = self._wire.room
            segment = await self._store.segment_from(chain.stream, chain.chain, dseq, room=room)
            if segment is None:
                return
            try:
                receipt = await self._wire.push(segment)
            except SequenceGap as gap:
                gaps += 1
                # Only backwards, and not for ever: the server asks for what it has lost.
                if gap.expect >= dseq or gaps > TRIES:
                    raise
                dseq = gap.expect
                continue
            await self._store.acknowledge(chain.stream, chain.chain, segment.last, receipt.server_seq)
            self._board.acknowledged(chain.chain, chain.acked, segment.last)
            dseq = segment.last + 1


def in_turn(chains: Sequence[OwnChain], preferred: Sequence[StreamId]) -> list[OwnChain]:
    """Small first, so that one new note does not wait behind an import; of those, what is preferred."""
    rank = {stream: place for place, stream in enumerate(preferred)}

    def turn(chain: OwnChain) -> tuple[bool, int, int, int]:
        place = rank.get(chain.stream, len(rank))
        return chain.pending_bytes > SMALL, place, chain.pending_bytes, chain.pending

    return sorted(chains, key=turn)
