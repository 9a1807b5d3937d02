"""What the operations of an agency chain say: one frozen class for each kind.

Owns the fields and their order. Who may say it is decided in agency_state.py. Spec:
docs/protocol.md, "Control bodies".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.crypto.primitives import KEY_BYTES
from app.errors import Malformed
from app.protocol.body_fields import Cut, Fields, Kind, Role, listed
from app.protocol.ids import HASH_BYTES, DeviceId, PersonId, StreamId, TeamId


@dataclass(frozen=True, slots=True)
class AgencyGenesis:
    """Starts an agency; signed by its root. The agency's id is the chain's stream id.

    root_public, recovery_public, name_hash: 32 bytes. data_stream: the agency's data stream.
    """

    root_public: bytes
    recovery_public: bytes
    data_stream: StreamId
    name_hash: bytes | None = None
    KIND: ClassVar[Kind] = Kind.AGENCY_GENESIS

    def to_document(self) -> dict[str, Any]:
        return {
            "root_public": self.root_public,
            "recovery_public": self.recovery_public,
            "data_stream": self.data_stream,
            "name_hash": self.name_hash,
        }

    @classmethod
    def read(cls, fields: Fields) -> AgencyGenesis:
        return cls(
            fields.raw("root_public", KEY_BYTES),
            fields.raw("recovery_public", KEY_BYTES),
            StreamId(fields.raw("data_stream")),
            fields.raw_or_none("name_hash", HASH_BYTES),
        )


@dataclass(frozen=True, slots=True)
class CertifyPerson:
    """Adds a person with roles and, for team members, a team."""

    person: PersonId
    roles: tuple[Role, ...]
    team: TeamId | None = None
    KIND: ClassVar[Kind] = Kind.PERSON

    def to_document(self) -> dict[str, Any]:
        return {"person": self.person, "roles": sorted(map(str, self.roles)), "team": self.team}

    @classmethod
    def read(cls, fields: Fields) -> CertifyPerson:
        return cls(PersonId(fields.raw("person")), fields.roles("roles"), _team(fields))


def _team(fields: Fields) -> TeamId | None:
    team = fields.raw_or_none("team")
    return None if team is None else TeamId(team)


@dataclass(frozen=True, slots=True)
class SetRoles:
    """Replaces a person's roles and team."""

    person: PersonId
    roles: tuple[Role, ...]
    team: TeamId | None = None
    KIND: ClassVar[Kind] = Kind.ROLES

    def to_document(self) -> dict[str, Any]:
        return {"person": self.person, "roles": sorted(map(str, self.roles)), "team": self.team}

    @classmethod
    def read(cls, fields: Fields) -> SetRoles:
        return cls(PersonId(fields.raw("person")), fields.roles("roles"), _team(fields))


@dataclass(frozen=True, slots=True)
class CertifyDevice:
    """Certifies a person's device: its Ed25519 and X25519 public keys, 32 bytes each."""

    person: PersonId
    device: DeviceId
    sign_public: bytes
    kem_public: bytes
    invitation: bytes | None = None
    KIND: ClassVar[Kind] = Kind.DEVICE

    def to_document(self) -> dict[str, Any]:
        return {
            "person": self.person,
            "device": self.device,
            "sign_public": self.sign_public,
            "kem_public": self.kem_public,
            "invitation": self.invitation,
        }

    @classmethod
    def read(cls, fields: Fields) -> CertifyDevice:
        return cls(
            PersonId(fields.raw("person")),
            DeviceId(fields.raw("device")),
            fields.raw("sign_public", KEY_BYTES),
            fields.raw("kem_public", KEY_BYTES),
            fields.raw_or_none("invitation"),
        )


@dataclass(frozen=True, slots=True)
class SetTeam:
    """Names a team's supervisor."""

    team: TeamId
    supervisor: PersonId
    KIND: ClassVar[Kind] = Kind.TEAM

    def to_document(self) -> dict[str, Any]:
        return {"team": self.team, "supervisor": self.supervisor}

    @classmethod
    def read(cls, fields: Fields) -> SetTeam:
        return cls(TeamId(fields.raw("team")), PersonId(fields.raw("supervisor")))


@dataclass(frozen=True, slots=True)
class RemoveFromAgency:
    """Removes one person (with all devices) or one device, for ever.

    lost: the tablet wipes itself at once when it hears of it. reason: a short code, a-z and _.
    """

    person: PersonId | None
    device: DeviceId | None
    lost: bool
    cuts: tuple[Cut, ...]
    reason: str
    KIND: ClassVar[Kind] = Kind.AGENCY_REMOVE

    def to_document(self) -> dict[str, Any]:
        return {
            "person": self.person,
            "device": self.device,
            "lost": self.lost,
            "cuts": listed(self.cuts),
            "reason": self.reason,
        }

    @classmethod
    def read(cls, fields: Fields) -> RemoveFromAgency:
        person = fields.raw_or_none("person")
        device = fields.raw_or_none("device")
        if (person is None) == (device is None):
            raise Malformed("removal of one person or one device")
        return cls(
            None if person is None else PersonId(person),
            None if device is None else DeviceId(device),
            fields.flag("lost"),
            fields.cuts("cuts"),
            fields.text("reason"),
        )
