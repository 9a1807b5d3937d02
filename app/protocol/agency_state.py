"""The agency as its control chain tells it: people, roles, teams, devices, removals.

Owns the replay of the agency chain and every question about who was who at which head. Believes
nothing but signatures that lead to the root. States are values: apply returns a new one and leaves
the old one as it was, so a refused operation changes nothing. Spec: docs/protocol.md, "Agency
chain".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.crypto.primitives import equal
from app.crypto.seed import root_fingerprint
from app.errors import BrokenChain, ForkAlarm, NotEntitled, RuleBroken, UnknownHead
from app.protocol.agency_people import AgencyRemoval, Device, Person, Standing
from app.protocol.bodies import (
    AgencyGenesis,
    CertifyDevice,
    CertifyPerson,
    RemoveFromAgency,
    Role,
    SetRoles,
    SetTeam,
)
from app.protocol.control import ControlOp, parse_control, verify_control
from app.protocol.ids import NO_HASH, ROOT, DeviceId, PersonId, StreamId, TeamId

__all__ = [
    "AgencyRemoval",
    "AgencyState",
    "Device",
    "Person",
    "Standing",
    "check_follows",
    "who_must_read",
]


@dataclass(frozen=True, slots=True)
class AgencyState:
    """What a verified prefix of an agency chain says. heads: one hash for each operation."""

    agency: StreamId
    root_public: bytes
    recovery_public: bytes
    data_stream: StreamId
    name_hash: bytes | None
    heads: tuple[bytes, ...]
    indices: Mapping[bytes, int]
    persons: Mapping[PersonId, Person]
    devices: Mapping[DeviceId, Device]
    teams: Mapping[TeamId, tuple[tuple[int, PersonId], ...]]
    removals: tuple[AgencyRemoval, ...]

    @classmethod
    def replay(
        cls, ops: Iterable[ControlOp | bytes], fingerprint: bytes | None = None
    ) -> AgencyState:
        """Return the state after all ops, genesis first.

        fingerprint: the 16 bytes of the root key known from set-up or an invitation; give it
        whenever the operations come from a server. Raises what apply raises.
        """
        state: AgencyState | None = None
        for raw in ops:
            op = parse_control(raw) if isinstance(raw, bytes) else raw
            state = cls._begin(op, fingerprint) if state is None else state.apply(op)
        if state is None:
            raise BrokenChain("no agency genesis")
        return state

    @classmethod
    def _begin(cls, op: ControlOp, fingerprint: bytes | None) -> AgencyState:
        body = op.body
        if not isinstance(body, AgencyGenesis):
            raise BrokenChain("agency chain starts with its genesis")
        if fingerprint is not None and not equal(
            root_fingerprint(body.root_public), fingerprint
        ):
            raise NotEntitled("agency of another root")
        if (op.author, op.prev, op.authority) != (ROOT, NO_HASH, NO_HASH):
            raise BrokenChain("agency genesis")
        verify_control(op, body.root_public)
        return cls(
            agency=op.stream,
            root_public=body.root_public,
            recovery_public=body.recovery_public,
            data_stream=body.data_stream,
            name_hash=body.name_hash,
            heads=(op.hash,),
            indices={op.hash: 0},
            persons={},
            devices={},
            teams={},
            removals=(),
        )

    @property
    def head(self) -> bytes:
        """Hash of the last operation."""
        return self.heads[-1]

    @property
    def index(self) -> int:
        """Index of the last operation; the genesis is 0."""
        return len(self.heads) - 1

    def apply(self, op: ControlOp) -> AgencyState:
        """Return the state after one more operation.

        Raises BadSignature, NotEntitled, BrokenChain, ForkAlarm, RuleBroken.
        """
        if op.stream != self.agency:
            raise BrokenChain("operation of another chain")
        verify_control(op, self.author_key(op.author))
        digest = op.hash
        check_follows(op, self.head, self.indices, digest)
        if op.authority != op.prev:
            raise BrokenChain("authority of an agency operation")
        if not self._own_lost_device(op):
            self.require_role(op.author, (Role.ADMINISTRATOR,), self.index)
        index = len(self.heads)
        changed = self._changed(op, index)
        return replace(
            changed,
            heads=(*self.heads, digest),
            indices={**self.indices, digest: index},
        )

    def _own_lost_device(self, op: ControlOp) -> bool:
        """A person reports a tablet of theirs as lost from another one of theirs."""
        body = op.body
        if not isinstance(body, RemoveFromAgency) or body.device is None or not body.lost:
            return False
        author = self.devices.get(op.author)
        target = self.devices.get(body.device)
        if author is None or author.removed is not None or target is None:
            return False
        return author.person == target.person and author.id != target.id

    def _changed(self, op: ControlOp, index: int) -> AgencyState:
        body = op.body
        if isinstance(body, CertifyPerson):
            if body.person in self.persons:
                raise RuleBroken("person exists")
            standing = Standing(index, body.roles, body.team)
            return self._with_person(Person(body.person, (standing,)))
        if isinstance(body, SetRoles):
            person = self._live_person(body.person)
            standing = Standing(index, body.roles, body.team)
            return self._with_person(replace(person, standings=(*person.standings, standing)))
        if isinstance(body, CertifyDevice):
            return self._with_new_device(body, index)
        if isinstance(body, SetTeam):
            if Role.SUPERVISOR not in self.roles_at(body.supervisor, self.index):
                raise RuleBroken("team supervisor without the role")
            history = (*self.teams.get(body.team, ()), (index, body.supervisor))
            return replace(self, teams={**self.teams, body.team: history})
        if isinstance(body, RemoveFromAgency):
            return self._without(body, index)
        raise RuleBroken("kind of another chain")

    def _with_person(self, person: Person) -> AgencyState:
        return replace(self, persons={**self.persons, person.id: person})

    def _live_person(self, person: PersonId) -> Person:
        known = self.persons.get(person)
        if known is None or known.removed is not None:
            raise RuleBroken("person unknown or removed")
        return known

    def _with_new_device(self, body: CertifyDevice, index: int) -> AgencyState:
        self._live_person(body.person)
        if body.device == ROOT or body.device in self.devices:
            raise RuleBroken("device exists")
        # One key for one device: otherwise a removed device could come back under a new id.
        keys = {device.sign_public for device in self.devices.values()} | {self.root_public}
        if body.sign_public in keys:
            raise RuleBroken("device key exists")
        device = Device(body.device, body.person, body.sign_public, body.kem_public, index)
        return replace(self, devices={**self.devices, body.device: device})

    def _without(self, body: RemoveFromAgency, index: int) -> AgencyState:
        persons = dict(self.persons)
        if body.device is not None:
            target = self.devices.get(body.device)
            if target is None or target.removed is not None:
                raise RuleBroken("device unknown or removed")
            ended = [target]
        else:
            assert body.person is not None
            person = self._live_person(body.person)
            persons[person.id] = replace(person, removed=index)
            ended = [
                device
                for device in self.devices.values()
                if device.person == person.id and device.removed is None
            ]
        devices = dict(self.devices)
        for device in ended:
            devices[device.id] = replace(device, removed=index, lost=body.lost)
        removal = AgencyRemoval(
            index=index,
            person=body.person,
            device=body.device,
            devices=frozenset(device.id for device in ended),
            lost=body.lost,
            cuts=body.cuts,
            reason=body.reason,
        )
        return replace(
            self, persons=persons, devices=devices, removals=(*self.removals, removal)
        )

    def index_of(self, head: bytes) -> int:
        """Return the index of a head. Raises UnknownHead."""
        index = self.indices.get(head)
        if index is None:
            raise UnknownHead("agency head")
        return index

    def author_key(self, author: DeviceId) -> bytes:
        """Return the Ed25519 key of a device, live or not, or of ROOT. Raises NotEntitled."""
        if author == ROOT:
            return self.root_public
        device = self.devices.get(author)
        if device is None:
            raise NotEntitled("unknown device")
        return device.sign_public

    def device_at(self, device: DeviceId, index: int) -> Device:
        """Return a device certified and not removed after operation index. Raises NotEntitled."""
        known = self.devices.get(device)
        if known is None or known.certified > index:
            raise NotEntitled("unknown device")
        if known.removed is not None and known.removed <= index:
            raise NotEntitled("removed device")
        return known

    def entitled_at(self, device: DeviceId, head: bytes) -> Device:
        """Return a device that was live at a historical head. Raises UnknownHead, NotEntitled."""
        return self.device_at(device, self.index_of(head))

    def roles_at(self, person: PersonId, index: int) -> tuple[Role, ...]:
        """Return a person's roles after operation index; none when unknown or removed."""
        known = self.persons.get(person)
        standing = known.standing_at(index) if known else None
        return standing.roles if standing else ()

    def is_person_at(self, person: PersonId, index: int) -> bool:
        """Tell whether a person is certified and not removed after operation index."""
        known = self.persons.get(person)
        return known is not None and known.standing_at(index) is not None

    def require_role(self, author: DeviceId, roles: Iterable[Role], index: int) -> None:
        """Return only for the root or a live device of a person with one of roles.

        Raises NotEntitled.
        """
        if author == ROOT:
            return
        person = self.device_at(author, index).person
        if not set(roles) & set(self.roles_at(person, index)):
            raise NotEntitled("role")

    def live_devices(
        self, persons: Iterable[PersonId], index: int | None = None
    ) -> tuple[Device, ...]:
        """Return the live devices of persons after operation index (now, when None)."""
        wanted = set(persons)
        at = self.index if index is None else index
        return tuple(
            device
            for device in self.devices.values()
            if device.person in wanted
            and device.certified <= at
            and (device.removed is None or device.removed > at)
        )

    def person_of(self, device: DeviceId) -> PersonId:
        """Return whose device it is or was. Raises NotEntitled for an unknown device."""
        known = self.devices.get(device)
        if known is None:
            raise NotEntitled("unknown device")
        return known.person


def check_follows(
    op: ControlOp, head: bytes, indices: Mapping[bytes, int], digest: bytes
) -> None:
    """Return only when op (already verified) comes right after head.

    Raises ForkAlarm when op is a second child of an earlier operation, BrokenChain otherwise.
    """
    if op.prev == head:
        return
    if digest in indices:
        raise BrokenChain("operation already applied")
    if op.prev == NO_HASH or op.prev in indices:
        raise ForkAlarm("control chain")
    raise BrokenChain("predecessor unknown")


def who_must_read(
    agency: AgencyState, person: PersonId, index: int | None = None
) -> frozenset[PersonId]:
    """Return whom a family opened by person must include: the person and the team's supervisor.

    The recovery key is always included besides and is no person. index: as in live_devices.
    """
    at = agency.index if index is None else index
    readers = {person}
    known = agency.persons.get(person)
    standing = known.standing_at(at) if known else None
    if standing is not None and standing.team is not None:
        named = [who for when, who in agency.teams.get(standing.team, ()) if when <= at]
        if named and Role.SUPERVISOR in agency.roles_at(named[-1], at):
            readers.add(named[-1])
    return frozenset(readers)
