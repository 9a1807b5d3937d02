"""What founding, joining and managing an agency ask of the vault.

Owns the asynchronous face of the control chains as services use it: founding and joining, opening
streams offline, writing control operations from the states they follow, and giving keys to the
devices that should have them. Every call is one function on the database thread.
Spec: protocol.md, "Control", "Enrolment and login".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from app.crypto.primitives import Random
from app.protocol.bodies import Cut, Label
from app.protocol.builders import build_grant, build_stream_genesis, build_stream_remove
from app.protocol.control import Author, parse_control
from app.protocol.ids import ChainId, DeviceId, PersonId, StreamId
from app.protocol.membership import AgencyState, StreamState, spoilt_holders
from app.protocol.stream_keys import new_stream_key

from . import givers
from .book import FINGERPRINT, Amended
from .core import Core
from .reducer import Touched
from .set_aside import AsideOperation, read_aside

T = TypeVar("T")

BuildAgency = Callable[[AgencyState, Author, int, Random], bytes]
"""(state, this device as author, stamp, randomness) → a signed operation of the agency chain."""
BuildStream = Callable[[StreamState, AgencyState, Author, int, Random], bytes]
"""The same for the control chain of a stream."""


class MembershipSide(ABC):
    """The part of the vault that faces enrolment."""

    _core: Core

    @abstractmethod
    async def _run(self, work: Callable[[], T]) -> T:
        """Do work on the database thread."""

    @abstractmethod
    def _told(self, touched: Touched) -> None:
        """Tell the screens what may look different now."""

    @property
    def has_agency(self) -> bool:
        """This tablet has founded or joined an agency."""
        return self._core.book.agency is not None

    @property
    def agency(self) -> AgencyState:
        """The agency as its control chain tells it. Raises UnknownStream when there is none."""
        return self._core.book.require_agency()

    @property
    def settled_head(self) -> bytes:
        """The agency's last control operation that streams may rest on (see Book.settled)."""
        return self._core.book.settled_head

    @property
    def data_stream(self) -> StreamId:
        """The agency's data stream. Raises UnknownStream when there is no agency."""
        return self.agency.data_stream

    def stream_state(self, stream: bytes) -> StreamState | None:
        """A stream as its control chain tells it, or None."""
        return self._core.book.streams.get(stream)

    def stream_key(self, stream: bytes, epoch: int) -> bytes:
        """A stream key, for granting it on. Raises MissingKey."""
        return self._core.keys.require(stream, epoch)

    async def found_agency(self, ops: Sequence[bytes]) -> None:
        """Begin an agency on this tablet: genesis and first operations, not on a server yet."""
        await self.add_control(parse_control(ops[0]).stream, ops)

    async def adopt_agency(self, ops: Sequence[bytes], fingerprint: bytes) -> None:
        """Join the agency whose root has this fingerprint (16 bytes); `ops` come from its server.

        Raises NotEntitled for an agency of another root, and what replay raises.
        """

        def work() -> None:
            core = self._core
            with core.log.writing():
                core.log.set_meta(FINGERPRINT, fingerprint)
            self._told(core.amended(core.book.add_accepted(parse_control(ops[0]).stream, ops)))

        await self._run(work)

    async def create_stream(self, genesis: bytes, stream_key: bytes) -> None:
        """Open a stream from its genesis (works offline). stream_key: first epoch, 32 bytes."""
        await self.add_control(parse_control(genesis).stream, [genesis], {1: stream_key})

    async def open_stream(self, label: Label, group: bytes, members: Iterable[PersonId] = ()) -> StreamId:
        """Open a new stream for the family `group` (16 bytes); works offline.

        Its key goes to this person, the team's supervisor, recovery and `members`.
        """

        def work() -> StreamId:
            core = self._core
            stream, key = StreamId(core.random(16)), new_stream_key(core.random)
            genesis = build_stream_genesis(
                core.book.settled(), core.author, stream, label, group, key,
                core.clock.tick(), core.random, members,
            )  # fmt: skip
            self._told(core.amended(core.book.add_own(stream, [genesis], {1: key})))
            return stream

        return await self._run(work)

    async def add_control(
        self, stream: StreamId, ops: Sequence[bytes], keys: dict[int, bytes] | None = None
    ) -> None:
        """Append control operations made here.

        keys: {epoch: key} that they open, when this device has no wrap of its own in them.
        Raises what replay raises; then nothing of the call is kept.
        """
        await self._control(lambda: self._core.book.add_own(stream, ops, keys or {}))

    async def write_agency(self, build: BuildAgency) -> bytes:
        """Build one operation of the agency chain from the state it follows, and append it.

        Returns its bytes. Raises what `build` and replay raise; then nothing is kept.
        """

        def work() -> bytes:
            core = self._core
            agency = core.book.require_agency()
            op = build(agency, core.author, core.clock.tick(), core.random)
            self._told(core.amended(core.book.add_own(agency.agency, [op])))
            return op

        return await self._run(work)

    async def write_stream(self, stream: StreamId, build: BuildStream) -> bytes:
        """Build one control operation of a stream from the state it follows, and append it."""

        def work() -> bytes:
            core = self._core
            state, agency = core.book.require(stream), core.book.settled()
            op = build(state, agency, core.author, core.clock.tick(), core.random)
            self._told(core.amended(core.book.add_own(stream, [op])))
            return op

        return await self._run(work)

    async def give_keys(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Give every stream key held here to the devices that should have it, and change the keys
        that somebody removed still knows. Returns how many operations were written.

        progress: told (streams looked at, streams in all). One stream at a time, so that other work
        comes in between; cancelling between two streams loses nothing.
        """
        streams = await self._run(self._by_need)
        count = 0
        for done, stream in enumerate(streams, 1):
            count += await self._run(partial(self._serve, stream))
            if progress is not None:
                progress(done, len(streams))
        return count

    def _by_need(self) -> list[bytes]:
        """Streams of which somebody removed knows the key come first."""
        due = set(self._due())
        return sorted(self._core.book.streams, key=lambda stream: stream not in due)

    def _due(self) -> list[bytes]:
        """Streams whose key somebody knows who should not, or in which a role has become narrower."""
        book = self._core.book
        if book.agency is None:
            return []
        agency = book.settled()
        return [
            stream
            for stream, state in book.streams.items()
            if spoilt_holders(state, agency) or givers.narrowed(agency, state)
        ]

    async def streams_due(self) -> tuple[StreamId, ...]:
        """Streams that `give_keys` has most to do in, in the order in which it takes them."""
        return await self._run(lambda: tuple(StreamId(stream) for stream in self._due()))

    async def chain_ends(self, person: PersonId, device: DeviceId | None = None) -> tuple[Cut, ...]:
        """Where a person's chains end in every stream held here; of one device alone when given."""

        def work() -> tuple[Cut, ...]:
            core = self._core
            devices = {one.id: one.person for one in core.book.require_agency().devices.values()}
            return tuple(
                Cut(StreamId(line.row.stream), ChainId(line.row.chain), line.last, line.last_hash)
                for line in core.lines.all()
                if line.last and devices.get(line.device) == person and device in (None, line.device)
            )

        return await self._run(work)

    async def set_aside(self) -> tuple[AsideOperation, ...]:
        """Every signed operation here that does not count, opened where its key is held."""
        return await self._run(lambda: read_aside(self._core))

    def _serve(self, stream: bytes) -> int:
        count = 0
        for amended in givers.serve(self._core, stream):
            self._told(self._core.amended(amended))
            count += 1
        return count

    async def spoilt_streams(self) -> tuple[StreamId, ...]:
        """Streams here whose key somebody removed still knows: a new epoch is due."""

        def work() -> tuple[StreamId, ...]:
            book = self._core.book
            if book.agency is None:
                return ()
            agency = book.require_agency()
            return tuple(
                StreamId(stream) for stream, state in book.streams.items() if spoilt_holders(state, agency)
            )

        return await self._run(work)

    def streams_of(self, group: bytes) -> dict[StreamId, Label]:
        """The streams of one family that are known here. group: its id, 16 bytes."""
        book = self._core.book
        return {
            StreamId(stream): state.label
            for stream, state in book.streams.items()
            if state.group == group and state.label is not Label.DATA
        }

    def restricted_groups(self) -> tuple[str, ...]:
        """Ids (hex) of the families that have a restricted stream here, in order."""
        book = self._core.book
        return tuple(
            sorted({state.group.hex() for state in book.streams.values() if state.label is Label.RESTRICTED})
        )

    async def let_in(self, stream: StreamId, persons: Iterable[PersonId]) -> bytes:
        """Make people members of a stream and give them its key. Returns the operation.

        Raises MissingKey, NotEntitled, RuleBroken (nobody needs anything).
        """
        wanted = tuple(persons)

        def build(state: StreamState, agency: AgencyState, author: Author, hlc: int, random: Random) -> bytes:
            key = self._core.keys.require(stream, state.epoch.number)
            return build_grant(state, agency, author, key, hlc, random, wanted)

        return await self.write_stream(stream, build)

    async def take_out(self, stream: StreamId, person: PersonId) -> bytes:
        """Take a person out of a stream as it stands here, and open a new epoch at once.

        What they wrote and is here stays valid. Raises NotEntitled, RuleBroken.
        """

        def build(state: StreamState, agency: AgencyState, author: Author, hlc: int, _: Random) -> bytes:
            cuts = givers.chain_ends(self._core, state, person)
            return build_stream_remove(state, agency, author, person, cuts, hlc)

        op = await self.write_stream(stream, build)
        await self._run(lambda: self._serve(stream))
        return op

    async def agency_ops(self) -> tuple[bytes, ...]:
        """Every operation of the agency's control chain that is here, in order."""
        return await self._run(
            lambda: tuple(op.raw for op in self._core.book.held(self._core.book.agency_id or b""))
        )

    async def stream_ops(self, stream: bytes) -> tuple[bytes, ...]:
        """Every operation of a stream's control chain that is here, in order."""
        return await self._run(lambda: tuple(op.raw for op in self._core.book.held(stream)))

    async def _control(self, change: Callable[[], Amended]) -> None:
        await self._run(lambda: self._told(self._core.amended(change())))
