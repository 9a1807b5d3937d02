"""What control operations say: one frozen class for each kind, and its one msgpack form.

Owns the body's fields and their order. Every body is read, rebuilt and compared with the bytes it
came from, so a body has exactly one encoding. Who may say what is decided in agency_state.py and
stream_state.py. Spec: docs/protocol.md, "Control bodies".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from app.crypto.hpke import OVERHEAD_BYTES
from app.crypto.primitives import KEY_BYTES, NONCE_BYTES, TAG_BYTES
from app.errors import Malformed
from app.protocol.canonical import pack, unpack_map
from app.protocol.ids import HASH_BYTES, ID_BYTES, ChainId, DeviceId, PersonId, StreamId, TeamId
from app.protocol.limits import MAX_COUNTER

WRAP_BYTES = KEY_BYTES + OVERHEAD_BYTES
PREV_SEALED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES
MAX_EPOCH = 2**32 - 1
_MAX_CODE = 32


class Kind(IntEnum):
    """The kinds of control operations; those of an agency chain are below 16."""

    AGENCY_GENESIS = 1
    PERSON = 2
    DEVICE = 3
    ROLES = 4
    TEAM = 5
    AGENCY_REMOVE = 6
    STREAM_GENESIS = 16
    GRANT = 17
    EPOCH = 18
    STREAM_REMOVE = 19


class Role(StrEnum):
    """What a person may do. Somebody without a role may read streams labelled family only."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"


class Label(StrEnum):
    """The audience of a stream."""

    TEAM = "team"
    FAMILY = "family"
    RESTRICTED = "restricted"
    DATA = "data"


class Wrap(NamedTuple):
    """A stream key sealed to one device. sealed: 80 bytes, HPKE enc ‖ ciphertext ‖ tag."""

    device: DeviceId
    sealed: bytes


class Cut(NamedTuple):
    """The last operation of a chain that stays valid. dseq 0 and a zero hash: none does."""

    stream: StreamId
    chain: ChainId
    dseq: int
    hash: bytes


class Fields:
    """Reads the fields of a body by name and type. Every reader raises Malformed."""

    __slots__ = ("_document",)

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def _take(self, name: str) -> Any:
        if name not in self._document:
            raise Malformed("control field")
        return self._document[name]

    def raw(self, name: str, size: int = ID_BYTES) -> bytes:
        """Return size bytes."""
        return _raw(self._take(name), size)

    def raw_or_none(self, name: str, size: int = ID_BYTES) -> bytes | None:
        """Return size bytes or None."""
        value = self._take(name)
        return None if value is None else _raw(value, size)

    def flag(self, name: str) -> bool:
        """Return a bool."""
        value = self._take(name)
        if type(value) is not bool:
            raise Malformed("control flag")
        return value

    def epoch(self, name: str) -> int:
        """Return an epoch number, from 1."""
        return _number(self._take(name), 1, MAX_EPOCH)

    def text(self, name: str) -> str:
        """Return 1 to 32 characters a-z and _."""
        value = self._take(name)
        if type(value) is not str or not 1 <= len(value) <= _MAX_CODE:
            raise Malformed("control code")
        if not all("a" <= letter <= "z" or letter == "_" for letter in value):
            raise Malformed("control code")
        return value

    def rows(self, name: str) -> list[Any]:
        """Return a list that has no item twice and is in ascending order."""
        value = self._take(name)
        if type(value) is not list:
            raise Malformed("control list")
        try:
            ordered = all(left < right for left, right in zip(value, value[1:], strict=False))
        except TypeError:
            raise Malformed("control list") from None
        if not ordered:
            raise Malformed("control list order")
        return value

    def people(self, name: str) -> tuple[PersonId, ...]:
        """Return person ids."""
        return tuple(PersonId(_raw(item, ID_BYTES)) for item in self.rows(name))

    def roles(self, name: str) -> tuple[Role, ...]:
        """Return roles."""
        try:
            return tuple(Role(item) for item in self.rows(name))
        except ValueError:
            raise Malformed("control role") from None

    def wraps(self, name: str) -> tuple[Wrap, ...]:
        """Return wraps, at most one for a device."""
        wraps = tuple(
            Wrap(DeviceId(_raw(device, ID_BYTES)), _raw(sealed, WRAP_BYTES))
            for device, sealed in (_row(item, 2) for item in self.rows(name))
        )
        if len({wrap.device for wrap in wraps}) != len(wraps):
            raise Malformed("control wraps")
        return wraps

    def cuts(self, name: str) -> tuple[Cut, ...]:
        """Return cuts, at most one for a chain."""
        cuts = tuple(
            Cut(
                StreamId(_raw(stream, ID_BYTES)),
                ChainId(_raw(chain, ID_BYTES)),
                _number(dseq, 0, MAX_COUNTER),
                _raw(digest, HASH_BYTES),
            )
            for stream, chain, dseq, digest in (_row(item, 4) for item in self.rows(name))
        )
        if len({(cut.stream, cut.chain) for cut in cuts}) != len(cuts):
            raise Malformed("control cuts")
        return cuts


def _raw(value: object, size: int) -> bytes:
    if type(value) is not bytes or len(value) != size:
        raise Malformed("control bytes")
    return value


def _number(value: object, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise Malformed("control number")
    return value


def _row(value: object, length: int) -> list[Any]:
    if type(value) is not list or len(value) != length:
        raise Malformed("control row")
    return value


def _listed(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(row) for row in sorted(rows)]


class Body(Protocol):
    """One body class: its kind, its document, and the way back."""

    KIND: ClassVar[Kind]

    def to_document(self) -> dict[str, Any]:
        """Return the msgpack map, fields in the order of the spec, lists sorted."""

    @classmethod
    def read(cls, fields: Fields) -> Body:
        """Return the body of a map."""


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
            "cuts": _listed(self.cuts),
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


@dataclass(frozen=True, slots=True)
class StreamGenesis:
    """Opens a stream with its first epoch.

    agency: the agency chain's id. group: the family's id (the agency's for the data stream).
    kid: SHA-256("kt-kid" ‖ key). recovery: the key sealed to the agency's recovery key.
    """

    agency: StreamId
    label: Label
    group: bytes
    members: tuple[PersonId, ...]
    kid: bytes
    wraps: tuple[Wrap, ...]
    recovery: bytes
    KIND: ClassVar[Kind] = Kind.STREAM_GENESIS

    def to_document(self) -> dict[str, Any]:
        return {
            "agency": self.agency,
            "label": str(self.label),
            "group": self.group,
            "members": sorted(self.members),
            "epoch": 1,
            "kid": self.kid,
            "wraps": _listed(self.wraps),
            "recovery": self.recovery,
        }

    @classmethod
    def read(cls, fields: Fields) -> StreamGenesis:
        try:
            label = Label(fields.text("label"))
        except ValueError:
            raise Malformed("label") from None
        if fields.epoch("epoch") != 1:
            raise Malformed("first epoch")
        return cls(
            StreamId(fields.raw("agency")),
            label,
            fields.raw("group"),
            fields.people("members"),
            fields.raw("kid", HASH_BYTES),
            fields.wraps("wraps"),
            fields.raw("recovery", WRAP_BYTES),
        )


@dataclass(frozen=True, slots=True)
class Grant:
    """Makes people members and gives devices the current epoch's key."""

    epoch: int
    members: tuple[PersonId, ...]
    wraps: tuple[Wrap, ...]
    KIND: ClassVar[Kind] = Kind.GRANT

    def to_document(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "members": sorted(self.members),
            "wraps": _listed(self.wraps),
        }

    @classmethod
    def read(cls, fields: Fields) -> Grant:
        return cls(fields.epoch("epoch"), fields.people("members"), fields.wraps("wraps"))


@dataclass(frozen=True, slots=True)
class NewEpoch:
    """Changes the stream key. prev_sealed: the previous key under the new one, 60 bytes."""

    epoch: int
    kid: bytes
    prev_sealed: bytes
    wraps: tuple[Wrap, ...]
    recovery: bytes
    KIND: ClassVar[Kind] = Kind.EPOCH

    def to_document(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "kid": self.kid,
            "prev_sealed": self.prev_sealed,
            "wraps": _listed(self.wraps),
            "recovery": self.recovery,
        }

    @classmethod
    def read(cls, fields: Fields) -> NewEpoch:
        return cls(
            fields.epoch("epoch"),
            fields.raw("kid", HASH_BYTES),
            fields.raw("prev_sealed", PREV_SEALED_BYTES),
            fields.wraps("wraps"),
            fields.raw("recovery", WRAP_BYTES),
        )


@dataclass(frozen=True, slots=True)
class RemoveFromStream:
    """Takes a person out of one stream; cuts are of chains of this stream."""

    person: PersonId
    cuts: tuple[Cut, ...]
    KIND: ClassVar[Kind] = Kind.STREAM_REMOVE

    def to_document(self) -> dict[str, Any]:
        return {"person": self.person, "cuts": _listed(self.cuts)}

    @classmethod
    def read(cls, fields: Fields) -> RemoveFromStream:
        return cls(PersonId(fields.raw("person")), fields.cuts("cuts"))


_BODIES: tuple[type[Body], ...] = (
    AgencyGenesis,
    CertifyPerson,
    CertifyDevice,
    SetRoles,
    SetTeam,
    RemoveFromAgency,
    StreamGenesis,
    Grant,
    NewEpoch,
    RemoveFromStream,
)
_READERS: Mapping[int, Callable[[Fields], Body]] = {body.KIND: body.read for body in _BODIES}

B = TypeVar("B", bound=Body)


def encode_body(body: Body) -> bytes:
    """Return the one msgpack form of a body."""
    return pack(body.to_document())


def decode_body(kind: int, data: bytes) -> Body:
    """Return the body of a kind. Raises Malformed for an unknown kind or any other form."""
    reader = _READERS.get(kind)
    if reader is None:
        raise Malformed("control kind")
    body = reader(Fields(unpack_map(data)))
    # Rebuilding refuses unknown fields, other orders and unsorted lists in one comparison.
    if encode_body(body) != data:
        raise Malformed("control body form")
    return body
