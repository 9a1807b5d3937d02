"""What the agency seed signs: keys for a new tablet, and a new administrator's tablet.

Owns the work on control chains as the server holds them: it needs no family's key on this tablet,
and writes nothing here. Every chain is replayed from its beginning before the root signs after it,
so a server can leave something out, and cannot put anything in another's place.
Spec: docs/crypto.md, "Agency seed"; protocol.md, "The root asks".
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.crypto.primitives import Random
from app.crypto.seed import AgencySeed, root_fingerprint
from app.errors import (
    CryptoError,
    ForkAlarm,
    HeadMoved,
    InvalidInput,
    MissingKey,
    ProtocolError,
    ServerAnswerInvalid,
    UnknownHead,
)
from app.protocol.control import Author, parse_control
from app.protocol.entitlement import open_keys_for_recovery, spoilt_holders
from app.protocol.hlc import stamp
from app.protocol.ids import ROOT, PersonId, StreamId
from app.protocol.login import sign_login
from app.protocol.membership import (
    AgencyState,
    Label,
    Role,
    StreamState,
    build_epoch,
    build_grant,
    build_roles,
    new_stream_key,
)
from app.sync.people import RootSigner
from app.sync.ports import ControlPage, PersonStream

from .recovery_seed import check_seed

log = logging.getLogger(__name__)

_TRIES = 4
_USE = 1
"""Count of the stamps of a use, so that none is the founding's, however soon it comes."""
Told = Callable[[int, int], None]
"""(families done, families in all)."""
Build = Callable[[AgencyState, Author, int], bytes]
"""(state, root, stamp) → a signed operation of the agency chain."""


class SeedWire(Protocol):
    """The part of the wire that the work needs (app.sync.http provides it)."""

    async def root_chain(
        self, fingerprint: bytes, sign: RootSigner, after: int, ops: Sequence[bytes] = ()
    ) -> ControlPage:
        """The agency's chain, for the root."""

    async def person_streams(self, person: PersonId) -> tuple[PersonStream, ...]:
        """Where somebody is a member."""

    async def get_control(self, stream: StreamId, after: int) -> ControlPage:
        """A stream's control chain."""

    async def append_control(self, stream: StreamId, prev: bytes, ops: Sequence[bytes]) -> bytes:
        """Continue it."""


@dataclass(frozen=True)
class Given:
    """What became of the streams. families: that can be opened now. refused: streams left as they
    are, because the copy of their key that is sealed for recovery does not open, or their chain does
    not hold."""

    families: int
    refused: tuple[StreamId, ...] = ()


@dataclass(frozen=True)
class SeedUse:
    """One operation that the root signed after the founding. person: whom it was for, or empty."""

    at_ms: int
    kind: str
    person: str = ""


def seed_uses(ops: Sequence[bytes]) -> tuple[SeedUse, ...]:
    """Every use of the seed that an agency's chain tells of, oldest first."""
    return tuple(_uses(ops))


def _uses(ops: Sequence[bytes]) -> Iterator[SeedUse]:
    founded = -1
    for raw in ops:
        op = parse_control(raw)
        founded = op.hlc if founded < 0 else founded
        if op.author == ROOT and op.hlc != founded:
            person = getattr(op.body, "person", None) or b""
            yield SeedUse(op.hlc >> 16, type(op.body).__name__, person.hex())


class SeedWork:
    """One sitting with the seed. Lives only as long as the work."""

    def __init__(self, seed: AgencySeed, wire: SeedWire, now_ms: Callable[[], int], random: Random) -> None:
        self._root = Author.root(seed.root_key())
        self._recovery = seed.recovery_key()
        self._seed = seed
        self._wire = wire
        self._now_ms = now_ms
        self._random = random

    # -- the agency's chain -------------------------------------------------------------------

    async def agency_ops(self, known: AgencyState | None = None) -> tuple[bytes, ...]:
        """The agency's chain as the server holds it, verified.

        known: what this tablet holds of it. Raises NotEntitled (another root), InvalidInput (another
        recovery key), ForkAlarm (not the history that this tablet knows), SyncError.
        """
        mark, ops = root_fingerprint(self._root.key.public), list[bytes]()
        while True:
            page = await self._wire.root_chain(mark, self._sign, len(ops))
            ops += page.ops
            if not page.ops or len(ops) >= page.count:
                break
        state = AgencyState.replay(ops, mark)
        check_seed(self._seed, state)
        if known is not None and known.head not in state.indices and state.head not in known.indices:
            raise ForkAlarm("agency chain")
        return tuple(ops)

    async def sign(self, *builds: Build) -> tuple[bytes, ...]:
        """Append operations of the root, each on what stands before it. Returns the whole chain."""
        mark = root_fingerprint(self._root.key.public)
        for _ in range(_TRIES):
            ops = list(await self.agency_ops())
            count, state = len(ops), AgencyState.replay(ops)
            for build in builds:
                ops.append(build(state, self._root, stamp(self._now_ms(), _USE)))
                state = state.apply(parse_control(ops[-1]))
            try:
                await self._wire.root_chain(mark, self._sign, count, ops[count:])
            except HeadMoved:
                continue  # somebody signed something meanwhile: again, after it
            return tuple(ops)
        raise ServerAnswerInvalid("head moves on")

    async def mark_use(self, person: PersonId) -> AgencyState:
        """Tell everybody that the seed is used for somebody, by an operation that changes nothing."""

        def same(state: AgencyState, root: Author, hlc: int) -> bytes:
            known = state.persons.get(person)
            standing = known.standing_at(state.index) if known else None
            if standing is None:
                raise InvalidInput("This person does not work here any more.", code="no_such_person")
            return build_roles(state, root, person, standing.roles, hlc, standing.team)

        return AgencyState.replay(await self.sign(same))

    def _sign(self, origin: str, challenge: bytes) -> bytes:
        return sign_login(self._root.key, origin, ROOT, challenge)

    # -- keys ---------------------------------------------------------------------------------

    async def streams_of(self, person: PersonId, agency: AgencyState) -> tuple[PersonStream, ...]:
        """Where somebody is a member, as the server says; the agency's own first."""
        found = await self._wire.person_streams(person)
        return tuple(sorted(found, key=lambda one: (one.stream != agency.data_stream, one.group)))

    async def give(self, person: PersonId, progress: Told | None = None) -> Given:
        """Give every living tablet of somebody the keys of the streams where they are a member.

        Where somebody removed still knows a key, there is a new one. What was given already is left
        as it is, so whatever interrupts this, the same call again goes on with the rest. Whoever is
        not in the agency's own stream yet is let in. Raises SyncError, InvalidInput.
        """
        agency = AgencyState.replay(await self.agency_ops())
        listed = [one.stream for one in await self.streams_of(person, agency)]
        if agency.data_stream not in listed:
            listed.insert(0, agency.data_stream)
        marked = False
        families: set[bytes] = set()
        refused: list[StreamId] = []
        for done, stream in enumerate(listed, 1):
            try:
                try:
                    state = await self._state(stream, agency)
                except UnknownHead:  # somebody was let in or taken out since the agency was read
                    agency = AgencyState.replay(await self.agency_ops())
                    state = await self._state(stream, agency)
                if self._needs(state, agency, person):
                    if not marked:
                        marked, agency = True, await self.mark_use(person)
                    await self._serve(state, agency, person)
                if state.label is not Label.DATA:
                    families.add(state.group)
            except (ProtocolError, CryptoError) as error:
                log.warning("stream not served with the seed: %s", error.code)
                refused.append(stream)
            if progress is not None:
                progress(done, len(listed))
        return Given(len(families), tuple(refused))

    async def _state(self, stream: StreamId, agency: AgencyState) -> StreamState:
        ops: list[bytes] = []
        while True:
            page = await self._wire.get_control(stream, len(ops))
            ops += page.ops
            if not page.ops or len(ops) >= page.count:
                break
        state = StreamState.replay(ops, agency)
        if state.stream != stream:
            raise ProtocolError("another stream")
        return state

    @staticmethod
    def _needs(state: StreamState, agency: AgencyState, person: PersonId) -> bool:
        mine = {device.id for device in agency.live_devices([person])}
        return _joins(state, agency, person) or bool(mine - state.now.recipients)

    async def _serve(self, state: StreamState, agency: AgencyState, person: PersonId) -> None:
        for _ in range(_TRIES):
            raw = self._operation(state, agency, person)
            try:
                await self._wire.append_control(state.stream, state.head, [raw])
            except HeadMoved:
                state = await self._state(state.stream, agency)
                if not self._needs(state, agency, person):
                    return  # a colleague's tablet was quicker
                continue
            return
        raise ServerAnswerInvalid("head moves on")

    def _operation(self, state: StreamState, agency: AgencyState, person: PersonId) -> bytes:
        key = open_keys_for_recovery(state, self._recovery).get(state.epoch.number)
        if key is None:
            raise MissingKey("recovery wrap")
        hlc, random = stamp(self._now_ms(), _USE), self._random
        joins = (person,) if _joins(state, agency, person) else ()
        # A new epoch reaches members only, so who is new is let in by a grant.
        if spoilt_holders(state, agency) and not joins:
            fresh = new_stream_key(random)
            return build_epoch(state, agency, self._root, fresh, key, hlc, random)
        return build_grant(state, agency, self._root, key, hlc, random, joins)


def _joins(state: StreamState, agency: AgencyState, person: PersonId) -> bool:
    return state.stream == agency.data_stream and person not in state.members


def administrators(agency: AgencyState) -> tuple[PersonId, ...]:
    """Everybody who is an administrator now."""
    return tuple(p for p in agency.persons if Role.ADMINISTRATOR in agency.roles_at(p, agency.index))


