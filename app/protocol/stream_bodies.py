"""What the operations of a stream's control chain say: one frozen class for each kind.

Owns the fields and their order. Who may say it is decided in stream_state.py. Spec:
docs/protocol.md, "Control bodies".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.errors import Malformed
from app.protocol.body_fields import (
    PREV_SEALED_BYTES,
    WRAP_BYTES,
    Cut,
    Fields,
    Kind,
    Label,
    Wrap,
    listed,
)
from app.protocol.ids import HASH_BYTES, PersonId, StreamId


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
            "epoch": 1,  # written only; another number is another form and refused
            "kid": self.kid,
            "wraps": listed(self.wraps),
            "recovery": self.recovery,
        }

    @classmethod
    def read(cls, fields: Fields) -> StreamGenesis:
        try:
            label = Label(fields.text("label"))
        except ValueError:
            raise Malformed("label") from None
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
            "wraps": listed(self.wraps),
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
            "wraps": listed(self.wraps),
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
        return {"person": self.person, "cuts": listed(self.cuts)}

    @classmethod
    def read(cls, fields: Fields) -> RemoveFromStream:
        return cls(PersonId(fields.raw("person")), fields.cuts("cuts"))
