"""The names of things: 16 random bytes that mean nothing. Spec: docs/protocol.md, "Streams"."""

from __future__ import annotations

import hashlib
from typing import NamedTuple, NewType

from app.crypto.primitives import Random

StreamId = NewType("StreamId", bytes)
ChainId = NewType("ChainId", bytes)
DeviceId = NewType("DeviceId", bytes)
PersonId = NewType("PersonId", bytes)
RecordId = NewType("RecordId", bytes)
TeamId = NewType("TeamId", bytes)

ID_BYTES = 16
HASH_BYTES = 32
NO_HASH = bytes(HASH_BYTES)
# The author of what the agency root signs, and the recipient of what is sealed for recovery.
ROOT = DeviceId(bytes(ID_BYTES))
RECOVERY = DeviceId(bytes(ID_BYTES))


class OpRef(NamedTuple):
    """Names one operation: its chain and its dense sequence number (1, 2, 3 …)."""

    chain: ChainId
    dseq: int


def new_id(random: Random) -> bytes:
    """Return 16 random bytes; wrap them in the id type they are for."""
    return random(ID_BYTES)


def singleton_id(stream: StreamId, record_type: str) -> RecordId:
    """Return the id of a stream's one record of a type: SHA-256(stream ‖ type)[:16]."""
    return RecordId(hashlib.sha256(stream + record_type.encode()).digest()[:ID_BYTES])


def derived_id(stream: StreamId, record_type: str, *parts: str) -> RecordId:
    """Return the id of the one record of a type that belongs to these parts.

    SHA-256(stream ‖ type ‖ (00 ‖ part) for each part)[:16]. Two tablets that make the record for the
    same parts make the same record, and their fields merge. parts: non-empty, without NUL (ids, codes).
    """
    joined = b"".join(b"\0" + part.encode() for part in parts)
    return RecordId(hashlib.sha256(stream + record_type.encode() + joined).digest()[:ID_BYTES])
