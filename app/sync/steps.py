"""The steps of a round: what is asked of the server and told to the store in each of them.

Owns the traffic of one round.  It decides nothing about order or retries (``machine`` does) and
verifies nothing (the store does).  A refusal about one stream is noted and the other streams go
on.  Spec: protocol.md, "Control" and "Server".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

from app.errors import AppError, HeadMoved, ServerAnswerInvalid
from app.protocol.ids import StreamId
from app.sync import machine
from app.sync.doubt import Doubt
from app.sync.machine import Failure, Round, Step
from app.sync.parallel import for_each
from app.sync.ports import (
    ZERO_HASH,
    Clock,
    Heads,
    Identity,
    OutgoingControl,
    RemoteStream,
    StorePort,
    StreamPosition,
    Transport,
)
from app.sync.pulling import Pulling
from app.sync.pushing import Pushing
from app.sync.restore import carry_on, control_pages, give_back
from app.sync.status import StatusBoard, SyncState

_TRIES = 3
"""How often a moved head is answered within one round."""


@dataclass(slots=True)
class _Traffic:
    """What one round has learnt so far."""

    identity: Identity | None = None
    heads: Heads | None = None
    marker: str | None = None
    problem: AppError | None = None
    lost: set[StreamId] = field(default_factory=set)


class Steps:
    """Performs the step a round is at and returns the round after it."""

    def __init__(self, store: StorePort, transport: Transport, clock: Clock, board: StatusBoard) -> None:
        self._store = store
        self._wire = transport
        self._clock = clock
        self._board = board
        self._now = _Traffic()
        self._doubt = Doubt(store, transport)
        self._pulling = Pulling(store, transport, board, self._doubt)
        self._pushing = Pushing(store, transport, board)

    def prefer(self, streams: tuple[StreamId, ...]) -> None:
        """Bring and send these streams first, the most urgent first."""
        self._pulling.preferred = self._pushing.preferred = streams

    async def has_work(self) -> bool:
        """Whether something is to be sent; True when that cannot be told (the round will)."""
        try:
            if any(chain.pending for chain in await self._store.own_chains()):
                return True
            return bool(await self._store.outgoing_control())
        except Exception:
            return True

    @property
    def news(self) -> bool:
        """Whether this round had something to send or to bring."""
        status = self._board.status
        changed = self._now.heads is not None and bool(self._now.heads.changed)
        return changed or bool(status.sent or status.received)

    def begin(self) -> None:
        """Forget the last round's traffic."""
        self._now = _Traffic()
        self._board.change(sent=0, total=0, received=0)

    async def perform(self, round_: Round) -> Round:
        """Do the step of ``round_``.  Raises AppError when the step could not be completed."""
        if round_.step is Step.IDENTIFY:
            return await self._identify(round_)
        if round_.step is Step.FOUND:
            return await self._found(round_)
        if round_.step is Step.LOGIN:
            await self._wire.login((await self._who()).device, self._store.sign_login)
            return machine.logged_in(round_)
        work = {
            Step.HEADS: self._ask_heads,
            Step.CONTROL_IN: self._take_control,
            Step.RECOVER: self._recover,
            Step.CONTROL_OUT: self._give_control,
            Step.PUSH: self._push,
            Step.PULL: self._pull,
        }
        await work[round_.step]()
        if self._now.problem is not None:
            round_ = machine.noted(round_, self._now.problem)
        removed = None
        if round_.step is Step.CONTROL_IN:
            self._now.identity = await self._store.identity()
            removed = self._now.identity.removed
            if self._now.identity.lost:
                return machine.ended(round_)
        return machine.advanced(round_, removed=removed)

    async def settle_counts(self) -> None:
        """Put what is acknowledged and what is pending into the status."""
        chains = await self._store.own_chains()
        self._board.change(
            pending=sum(chain.pending for chain in chains),
            acked=MappingProxyType({chain.chain: chain.acked for chain in chains}),
            withheld=await self._doubt.withheld(),
        )

    # Who, and where the server stands.

    async def _who(self) -> Identity:
        if self._now.identity is None:
            self._now.identity = await self._store.identity()
        return self._now.identity

    async def _identify(self, round_: Round) -> Round:
        who = await self._who()
        outgoing = await self._store.outgoing_control()
        return machine.identified(
            round_,
            certified=who.certified,
            removed=who.removed,
            new_agency=any(item.stream == who.agency and item.prev == ZERO_HASH for item in outgoing),
            signed_in=self._wire.signed_in,
        )

    async def _found(self, round_: Round) -> Round:
        who = await self._who()
        ops = list(await self._store.control_ops(who.agency, 0))
        for item in await self._store.outgoing_control():
            if item.stream == who.agency:
                ops.extend(item.ops)
        # The beginning lets this device sign in; the rest follows like any other operations.
        head = await self._wire.found_agency(who.agency, next(control_pages(ops), []))
        await self._store.control_accepted(who.agency, head)
        self._now.identity = None
        return machine.found(round_)

    async def _ask_heads(self) -> None:
        positions = [item for item in await self._store.positions() if item.control_count]
        asked_ms = self._clock.now_ms()
        heads = await self._wire.heads(positions)
        answered_ms = self._clock.now_ms()
        self._now.heads, self._now.problem = heads, None
        self._now.marker = await self._store.epoch_marker()
        known = {item.stream: item for item in positions}
        if self._now.marker not in (None, heads.marker):
            self._now.lost = set(known) - set(heads.closed)
        for remote in heads.changed:
            here = known.get(remote.stream)
            if here and (remote.last_seq < here.cursor or remote.control_count < here.control_count):
                self._now.lost.add(remote.stream)
        self._now.lost.update(heads.unknown)
        pending = sum(chain.pending for chain in await self._store.own_chains())
        self._board.change(
            server_offset_ms=heads.server_time_ms - (asked_ms + answered_ms) // 2,
            pending=pending,
            total=pending,
        )
        if pending or heads.changed:
            self._board.change(state=SyncState.WORKING)

    # Control.

    async def _take_control(self) -> None:
        who = await self._who()
        here = {item.stream: item for item in await self._store.positions()}

        async def take(remote: RemoteStream) -> None:
            try:
                await self._take_control_of(remote.stream, remote, here.get(remote.stream))
            except AppError as error:
                self._note(error)

        # The agency's operations come first: they say who may sign the others.
        agency = [remote for remote in self._changed() if remote.stream == who.agency]
        for remote in agency:
            await take(remote)
            who = self._now.identity = await self._store.identity()
        if not who.removed:
            await for_each((remote for remote in self._changed() if remote not in agency), take)
            await self._leave(here)

    async def _leave(self, here: dict[StreamId, StreamPosition]) -> None:
        """Streams that the server calls closed: only their own chains can say that it is so."""
        for stream in self._heads().closed:
            if (position := here.get(stream)) is None:
                continue
            try:
                page = await self._wire.get_control(stream, position.control_count)
                if page.ops:
                    await self._store.apply_control(stream, page.ops)
            except AppError as error:
                self._note(error)
        if self._heads().closed:
            await self._store.let_go()

    async def _take_control_of(
        self, stream: StreamId, remote: RemoteStream, here: StreamPosition | None
    ) -> None:
        count = here.control_count if here else 0
        head = here.control_head if here else ZERO_HASH
        if remote.control_count < count or (remote.control_count, remote.control_head) == (
            count,
            head,
        ):
            return
        if remote.control_count == count:
            # Another operation at the same place: the store sees two children of one parent.
            count -= 1
        while count < remote.control_count:
            page = await self._wire.get_control(stream, count)
            if not page.ops:
                raise ServerAnswerInvalid("control page is empty")
            await self._store.apply_control(stream, page.ops)
            count += len(page.ops)

    async def _give_control(self) -> None:
        outgoing = await self._store.outgoing_control()
        for item in sorted(outgoing, key=lambda item: item.stream != self._agency()):
            try:
                await self._give_control_of(item)
            except AppError as error:
                self._note(error)

    async def _give_control_of(self, item: OutgoingControl) -> None:
        offered: OutgoingControl | None = item
        for _ in range(_TRIES):
            if offered is None:
                return
            try:
                head = offered.prev
                for page in control_pages(offered.ops):
                    head = await self._wire.append_control(offered.stream, head, page)
                    await self._store.control_accepted(offered.stream, head)
            except HeadMoved as moved:
                remote = RemoteStream(item.stream, moved.head, moved.count, 0)
                here = await self._position(item.stream)
                await self._take_control_of(item.stream, remote, here)
                again = await self._store.outgoing_control()
                offered = next((new for new in again if new.stream == item.stream), None)
            else:
                return

    async def _position(self, stream: StreamId) -> StreamPosition | None:
        found = (item for item in await self._store.positions() if item.stream == stream)
        return next(found, None)

    # A server that was restored from a backup.

    async def _recover(self) -> None:
        heads = self._heads()
        complete = True
        for stream in sorted(self._now.lost, key=lambda item: item != self._agency()):
            try:
                here = await self._position(stream)
                if here is not None:
                    await self._give_back(here)
            except AppError as error:
                self._note(error)
                complete = False
        if complete and self._now.marker != heads.marker:
            await self._store.set_epoch_marker(heads.marker)

    async def _give_back(self, here: StreamPosition) -> None:
        remote = next((item for item in self._changed() if item.stream == here.stream), None)
        count, head = here.control_count, here.control_head
        if here.stream in self._heads().unknown:
            count, head = 0, ZERO_HASH
        elif remote is not None:
            count, head = remote.control_count, remote.control_head
        for error in await give_back(self._store, self._wire, here, count, head):
            self._note(error)

    # Segments.

    async def _push(self) -> None:
        await self._store.at_contact(self._heads().audit)
        await self._pushing.run(self._note)

    async def _pull(self) -> None:
        await carry_on(self._store, self._wire)
        # The agency's own stream is a control chain and holds no segments.
        lost = self._now.lost - {self._agency()}
        await self._pulling.run(self._changed(), lost, self._note)

    def _heads(self) -> Heads:
        if self._now.heads is None:
            raise ServerAnswerInvalid("no heads")
        return self._now.heads

    def _changed(self) -> tuple[RemoteStream, ...]:
        return self._heads().changed

    def _agency(self) -> StreamId | None:
        return self._now.identity.agency if self._now.identity else None

    def _note(self, error: AppError) -> None:
        """Keep a refusal about one stream; raise what ends the round or asks for a login."""
        if machine.reach(error) is not Failure.STREAM:
            raise error
        if self._now.problem is None:
            self._now.problem = error
