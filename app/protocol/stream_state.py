"""A stream as its control chain tells it: members, epochs, wraps, removals.

Owns the replay of a family's or the data stream's control chain against an agency chain that
knows every authority named. States are values, as in agency_state.py. Spec: docs/protocol.md,
"Stream chains".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.errors import BrokenChain, ForkAlarm, NotEntitled, RuleBroken, UnknownHead
from app.protocol.agency_state import AgencyState, check_follows, who_must_read
from app.protocol.bodies import (
    Cut,
    Grant,
    Label,
    NewEpoch,
    RemoveFromStream,
    Role,
    StreamGenesis,
    Wrap,
)
from app.protocol.control import ControlOp, parse_control, verify_control
from app.protocol.ids import NO_HASH, RECOVERY, ROOT, DeviceId, PersonId, StreamId

GIVERS = frozenset({Role.SUPERVISOR, Role.COORDINATOR})
"""Who opens a family's streams and gives their keys on."""
FAMILY_STAFF = GIVERS | {Role.PARTNER}
ALL_STAFF = frozenset(Role)
READERS: Mapping[Label, frozenset[Role]] = {
    Label.TEAM: FAMILY_STAFF,
    Label.FAMILY: FAMILY_STAFF,
    Label.RESTRICTED: GIVERS,
    Label.DATA: ALL_STAFF,
}
"""Roles of which a member needs one. People of the family, who have none, read family streams."""


@dataclass(frozen=True, slots=True)
class GivenWrap:
    """A wrap with the author of the operation that carried it."""

    device: DeviceId
    granter: DeviceId
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Epoch:
    """One key of the stream. number counts from 1. prev_sealed: None for the first."""

    number: int
    kid: bytes
    prev_sealed: bytes | None
    author: DeviceId
    wraps: tuple[GivenWrap, ...]
    recovery: GivenWrap

    def holders(self) -> frozenset[DeviceId]:
        """Return every device that was given this key, and the one that made it."""
        return frozenset({self.author, *(wrap.device for wrap in self.wraps)}) - {ROOT}


@dataclass(frozen=True, slots=True)
class Moment:
    """Who could read after one control operation. authority: index in the agency chain."""

    authority: int
    members: frozenset[PersonId]
    recipients: frozenset[DeviceId]
    epoch: int


@dataclass(frozen=True, slots=True)
class StreamRemoval:
    """A person taken out of the stream, by the operation with this index."""

    index: int
    person: PersonId
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class StreamState:
    """What a verified prefix of a stream's control chain says."""

    stream: StreamId
    label: Label
    group: bytes
    heads: tuple[bytes, ...]
    indices: Mapping[bytes, int]
    moments: tuple[Moment, ...]
    epochs: tuple[Epoch, ...]
    removals: tuple[StreamRemoval, ...]

    @classmethod
    def replay(cls, ops: Iterable[ControlOp | bytes], agency: AgencyState) -> StreamState:
        """Return the state after all ops, genesis first. Raises what apply raises."""
        state: StreamState | None = None
        for raw in ops:
            op = parse_control(raw) if isinstance(raw, bytes) else raw
            state = cls._begin(op, agency) if state is None else state.apply(op, agency)
        if state is None:
            raise BrokenChain("no stream genesis")
        return state

    @classmethod
    def _begin(cls, op: ControlOp, agency: AgencyState) -> StreamState:
        body = op.body
        if not isinstance(body, StreamGenesis):
            raise BrokenChain("stream chain starts with its genesis")
        if op.prev != NO_HASH or body.agency != agency.agency:
            raise BrokenChain("stream genesis")
        verify_control(op, agency.author_key(op.author))
        at = agency.index_of(op.authority)
        author = agency.device_at(op.author, at)
        is_data = op.stream == agency.data_stream
        if is_data != (body.label is Label.DATA) or op.stream == agency.agency:
            raise RuleBroken("data stream")
        opener = (Role.ADMINISTRATOR,) if is_data else GIVERS
        agency.require_role(op.author, opener, at)
        members = frozenset(body.members)
        required = {author.person} if is_data else who_must_read(agency, author.person, at)
        if not required <= members:
            raise RuleBroken("somebody who must read is missing")
        _check_members(body.label, members, agency, at)
        _check_everybody(body.wraps, members, agency, at)
        digest = op.hash
        return cls(
            stream=op.stream,
            label=body.label,
            group=body.group,
            heads=(digest,),
            indices={digest: 0},
            moments=(Moment(at, members, _devices(body.wraps), 1),),
            epochs=(_epoch(1, body, None, op.author),),
            removals=(),
        )

    @property
    def head(self) -> bytes:
        """Hash of the last control operation."""
        return self.heads[-1]

    @property
    def now(self) -> Moment:
        """The moment after the last control operation."""
        return self.moments[-1]

    @property
    def members(self) -> frozenset[PersonId]:
        """Who is a member after the last control operation."""
        return self.now.members

    @property
    def epoch(self) -> Epoch:
        """The last epoch opened; see entitlement.sealing_epoch before sealing under it."""
        return self.epochs[-1]

    def moment_at(self, head: bytes) -> Moment:
        """Return the moment a head made. Raises UnknownHead."""
        return self.moments[self.index_of(head)]

    def index_of(self, head: bytes) -> int:
        """Return the index of a head in this chain. Raises UnknownHead."""
        index = self.indices.get(head)
        if index is None:
            raise UnknownHead("stream head")
        return index

    def apply(self, op: ControlOp, agency: AgencyState) -> StreamState:
        """Return the state after one more operation.

        Raises BadSignature, NotEntitled, UnknownHead (pull the agency chain first), BrokenChain,
        ForkAlarm, RuleBroken.
        """
        if op.stream != self.stream:
            raise BrokenChain("operation of another chain")
        verify_control(op, agency.author_key(op.author))
        digest = op.hash
        check_follows(op, self.head, self.indices, digest)
        at = agency.index_of(op.authority)
        if at < self.now.authority:
            # Otherwise a removed device could act on a role that the chain knows it lost.
            raise RuleBroken("authority goes back")
        changed, moment = self._changed(op, agency, at)
        index = len(self.heads)
        return replace(
            changed,
            heads=(*self.heads, digest),
            indices={**self.indices, digest: index},
            moments=(*self.moments, moment),
        )

    def _changed(
        self, op: ControlOp, agency: AgencyState, at: int
    ) -> tuple[StreamState, Moment]:
        body = op.body
        now = self.now
        if isinstance(body, RemoveFromStream):
            return self._without(op, body, agency, at)
        if not isinstance(body, (Grant, NewEpoch)):
            raise ForkAlarm("second genesis") if op.prev == NO_HASH else RuleBroken("kind")
        self._require_giver(op.author, agency, at)
        if isinstance(body, Grant):
            if body.epoch != self.epoch.number:
                raise RuleBroken("grant of another epoch")
            members = now.members | frozenset(body.members)
            _check_members(self.label, frozenset(body.members), agency, at)
            _check_recipients(body.wraps, members, agency, at)
            if not body.members and not body.wraps:
                raise RuleBroken("empty grant")
            given = tuple(GivenWrap(w.device, op.author, w.sealed) for w in body.wraps)
            epoch = replace(self.epoch, wraps=self.epoch.wraps + given)
            recipients = now.recipients | _devices(body.wraps)
            moment = Moment(at, members, recipients, self.epoch.number)
            return replace(self, epochs=(*self.epochs[:-1], epoch)), moment
        if body.epoch != self.epoch.number + 1:
            raise RuleBroken("epoch number")
        if body.kid in {epoch.kid for epoch in self.epochs}:
            raise RuleBroken("key used before")
        _check_everybody(body.wraps, now.members, agency, at)
        epoch = _epoch(body.epoch, body, body.prev_sealed, op.author)
        moment = Moment(at, now.members, _devices(body.wraps), body.epoch)
        return replace(self, epochs=(*self.epochs, epoch)), moment

    def _require_giver(self, author: DeviceId, agency: AgencyState, at: int) -> None:
        """Only who holds the key and works with the family may give it on; root may recover."""
        if author == ROOT:
            return
        roles = ALL_STAFF if self.label is Label.DATA else GIVERS
        agency.require_role(author, roles, at)
        if agency.person_of(author) not in self.members or author not in self.now.recipients:
            raise NotEntitled("not a member")

    def _require_remover(self, author: DeviceId, agency: AgencyState, at: int) -> None:
        """An administrator or the root; of a family's stream also a supervisor who reads it."""
        if author == ROOT or Role.ADMINISTRATOR in agency.roles_at(agency.person_of(author), at):
            agency.require_role(author, (Role.ADMINISTRATOR,), at)
            return
        agency.require_role(author, (Role.SUPERVISOR,), at)
        if self.label is Label.DATA or agency.person_of(author) not in self.members:
            raise NotEntitled("not a member")

    def _without(
        self, op: ControlOp, body: RemoveFromStream, agency: AgencyState, at: int
    ) -> tuple[StreamState, Moment]:
        self._require_remover(op.author, agency, at)
        if body.person not in self.members:
            raise RuleBroken("not a member")
        if any(cut.stream != self.stream for cut in body.cuts):
            raise RuleBroken("cut of another stream")
        gone = {
            device for device in self.now.recipients if agency.person_of(device) == body.person
        }
        removal = StreamRemoval(len(self.heads), body.person, body.cuts)
        moment = replace(
            self.now,
            authority=at,
            members=self.members - {body.person},
            recipients=self.now.recipients - gone,
        )
        return replace(self, removals=(*self.removals, removal)), moment


def _epoch(
    number: int, body: StreamGenesis | NewEpoch, prev_sealed: bytes | None, author: DeviceId
) -> Epoch:
    return Epoch(
        number=number,
        kid=body.kid,
        prev_sealed=prev_sealed,
        author=author,
        wraps=tuple(GivenWrap(w.device, author, w.sealed) for w in body.wraps),
        recovery=GivenWrap(RECOVERY, author, body.recovery),
    )


def _devices(wraps: Iterable[Wrap]) -> frozenset[DeviceId]:
    return frozenset(wrap.device for wrap in wraps)


def _check_members(
    label: Label, members: Iterable[PersonId], agency: AgencyState, at: int
) -> None:
    """Refuse people whose role does not let them read streams of this label."""
    for person in members:
        if not agency.is_person_at(person, at):
            raise RuleBroken("member unknown or removed")
        roles = set(agency.roles_at(person, at))
        if not roles & READERS[label] and (roles or label is not Label.FAMILY):
            raise RuleBroken("member's role")


def _check_recipients(
    wraps: Iterable[Wrap], members: Iterable[PersonId], agency: AgencyState, at: int
) -> None:
    """Refuse a wrap for a device that is not a member's live device."""
    if not _devices(wraps) <= {device.id for device in agency.live_devices(members, at)}:
        raise RuleBroken("wrap for a device that is not a member's")


def _check_everybody(
    wraps: Iterable[Wrap], members: Iterable[PersonId], agency: AgencyState, at: int
) -> None:
    """Refuse a new key that leaves out a member's device, or includes another's."""
    if _devices(wraps) != {device.id for device in agency.live_devices(members, at)}:
        raise RuleBroken("wraps are not for exactly the members' devices")
