"""Every body of a control operation, and its one msgpack form.

Every body is read, rebuilt and compared with the bytes it came from, so a body has exactly one
encoding. Spec: docs/protocol.md, "Control bodies".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.errors import Malformed
from app.protocol.agency_bodies import (
    AgencyGenesis,
    CertifyDevice,
    CertifyPerson,
    RemoveFromAgency,
    SetRoles,
    SetTeam,
)
from app.protocol.body_fields import Body, Cut, Fields, Kind, Label, Role, Wrap
from app.protocol.canonical import pack, unpack_map
from app.protocol.limits import MAX_CONTROL_ITEMS
from app.protocol.stream_bodies import Grant, NewEpoch, RemoveFromStream, StreamGenesis

__all__ = [
    "AgencyGenesis",
    "Body",
    "CertifyDevice",
    "CertifyPerson",
    "Cut",
    "Fields",
    "Grant",
    "Kind",
    "Label",
    "NewEpoch",
    "RemoveFromAgency",
    "RemoveFromStream",
    "Role",
    "SetRoles",
    "SetTeam",
    "StreamGenesis",
    "Wrap",
    "decode_body",
    "encode_body",
]

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

def encode_body(body: Body) -> bytes:
    """Return the one msgpack form of a body."""
    return pack(body.to_document())


def decode_body(kind: int, data: bytes) -> Body:
    """Return the body of a kind. Raises Malformed for an unknown kind or any other form."""
    reader = _READERS.get(kind)
    if reader is None:
        raise Malformed("control kind")
    body = reader(Fields(unpack_map(data, MAX_CONTROL_ITEMS)))
    # Rebuilding refuses unknown fields, other orders and unsorted lists in one comparison.
    if encode_body(body) != data:
        raise Malformed("control body form")
    return body
