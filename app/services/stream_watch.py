"""How far a change of people has come in the families' streams, also where no key is held.

Owns the reading of control chains: those held here, and for an administrator those of the server,
each replayed and verified from its genesis. It counts; it opens nothing. Spec: docs/protocol.md,
"Removal".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from app.errors import ProtocolError, ServerAnswerInvalid
from app.protocol.ids import DeviceId, PersonId, StreamId
from app.protocol.membership import AgencyState, Label, StreamState
from app.store.givers import narrowed

from .desk import Desk
from .permissions import allows
from .staff_wire import PeopleWire

Due = Callable[[AgencyState, StreamState], bool]
"""Whether something is still to be done in a stream."""


@dataclass(frozen=True)
class Reach:
    """How many families something has reached. everywhere: all of the agency's were looked at."""

    done: int
    total: int
    everywhere: bool = True

    @property
    def complete(self) -> bool:
        """Nothing is left to do, as far as was looked."""
        return self.done >= self.total


class StreamWatch:
    """The streams of people, as verified chains tell them. Keeps what it has read while open."""

    def __init__(self, desk: Desk, wire: PeopleWire | None) -> None:
        self._desk = desk
        self._wire = wire
        self._read: dict[StreamId, tuple[bytes, ...]] = {}

    async def states(self, person: PersonId) -> tuple[list[StreamState], bool]:
        """The streams of which a person is a member, and whether these are all.

        An administrator asks the server; what is not here is fetched and verified. Everybody else
        sees those held here. Raises SyncError, ProtocolError (the server's chain does not verify).
        """
        vault = self._desk.vault
        if self._wire is None or not allows(self._desk.me, "person.remove"):
            held = [vault.stream_state(stream) for stream in await self._held()]
            return [state for state in held if state is not None and person in state.members], False
        found = []
        for entry in await self._wire.person_streams(person):
            here = vault.stream_state(entry.stream)
            if here is not None and len(here.heads) >= entry.control_count:
                found.append(here)
            else:
                found.append(await self._fetched(self._wire, entry.stream, entry.control_count))
        return found, True

    async def reach(self, person: PersonId, due: Due) -> Reach:
        """In how many of a person's families nothing is due any more. Raises as `states`."""
        states, everywhere = await self.states(person)
        agency = self._desk.vault.agency
        families = [state for state in states if state.label is not Label.DATA]
        waiting = {state.group for state in families if due(agency, state)}
        total = {state.group for state in families}
        return Reach(len(total - waiting), len(total), everywhere)

    async def _held(self) -> Iterable[StreamId]:
        return [item.stream for item in await self._desk.vault.positions()]

    async def _fetched(self, wire: PeopleWire, stream: StreamId, count: int) -> StreamState:
        ops = list(self._read.get(stream, ()))
        while len(ops) < count:
            page = await wire.get_control(stream, len(ops))
            if not page.ops:
                raise ServerAnswerInvalid("control page is empty")
            ops += page.ops
        try:
            state = StreamState.replay(ops, self._desk.vault.agency)
        except ProtocolError:
            self._read.pop(stream, None)
            raise
        self._read[stream] = tuple(ops)
        return state


def known_by(devices: Collection[DeviceId]) -> Due:
    """Due while one of the devices knows the key that is in use."""
    wanted = frozenset(devices)
    return lambda _agency, state: bool(state.epoch.holders() & wanted)


def role_of(person: PersonId) -> Due:
    """Due while a role that somebody has lost still counts."""
    return lambda agency, state: person in narrowed(agency, state)


def lacking(device: DeviceId) -> Due:
    """Due while a device has not been given the key."""
    return lambda _agency, state: device not in state.now.recipients
