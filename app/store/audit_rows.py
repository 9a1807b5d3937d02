"""Records of the audit as what they say: whole entries and seals under their own ids, and signatures.

Owns the step from fields to values and the one test of what counts. It refuses to repair anything.
Spec: docs/protocol.md, "Audit".
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from app.crypto.primitives import verify_signature
from app.errors import BadSignature
from app.protocol.ids import StreamId, derived_id
from app.wraparound.audit import NO_HASH, Entry, Seal, signed_bytes
from app.wraparound.records import AuditEntry, AuditSeal, fields_of

Ends = tuple[tuple[bytes, int, bytes], ...]
"""(device, n, hash), ascending by device."""


def entry_of(row: AuditEntry) -> Entry | None:
    """The entry that a row holds; None when it holds none."""
    return entry_in(bytes.fromhex(row.stream), bytes.fromhex(row.id), row.model_dump())


def entry_in(stream: bytes, record: bytes, fields: Mapping[str, Any]) -> Entry | None:
    """The entry that a record with these fields is; None unless its id says so."""
    try:
        entry = Entry(
            stream, bytes.fromhex(fields["device"]), fields["n"], fields["at_ms"], fields["action"],
            fields["item_type"], bytes.fromhex(fields["item_id"]), fields["detail"], fields["count"],
            bytes.fromhex(fields["prev"]) if fields["prev"] else NO_HASH,
        )  # fmt: skip
        named = derived_id(StreamId(stream), AuditEntry.TYPE, entry.hash.hex())
    except (ValueError, TypeError, KeyError, AttributeError, struct.error):
        return None
    return entry if named == record else None


def seal_of(row: AuditSeal) -> Seal | None:
    """The seal that a row holds; None when it holds none."""
    return seal_in(bytes.fromhex(row.stream), bytes.fromhex(row.id), row.model_dump())


def seal_in(stream: bytes, record: bytes, fields: Mapping[str, Any]) -> Seal | None:
    """The seal that a record with these fields is; None unless its id says so."""
    try:
        seal = Seal(
            stream, bytes.fromhex(fields["device"]), fields["at_ms"], as_heads(fields["heads"]),
            fields["server_count"], bytes.fromhex(fields["server_head"]),
        )  # fmt: skip
        named = derived_id(StreamId(stream), AuditSeal.TYPE, seal.hash.hex())
    except (ValueError, TypeError, KeyError, AttributeError, struct.error):
        return None
    return seal if named == record else None


def genuine(stream: bytes, type_name: str, record: bytes, fields: Mapping[str, Any]) -> bool:
    """Whether an operation on the audit is a whole entry or seal under its own id, and nothing else.

    What is changed, deleted or put under another id counts on no device.
    """
    if set(fields) != _FIELDS[type_name] or not isinstance(fields.get("sig"), str):
        return False
    if type_name == AuditEntry.TYPE:
        return entry_in(stream, record, fields) is not None
    return seal_in(stream, record, fields) is not None


_FIELDS = {kind.TYPE: set(fields_of(kind)) for kind in (AuditEntry, AuditSeal)}


def as_heads(heads: object) -> Ends:
    """The heads of a seal as values. Raises ValueError, TypeError for anything else."""
    if not isinstance(heads, dict):
        raise TypeError("heads")
    found = []
    for device, end in heads.items():
        if not isinstance(end, list | tuple) or len(end) != 2 or type(end[0]) is not int:
            raise TypeError("heads")
        found.append((bytes.fromhex(device), end[0], bytes.fromhex(end[1])))
    return tuple(sorted(found))


def signed(digest: bytes, sig: str, public: bytes) -> bool:
    """Whether a device with this key signed the hash of an entry or seal."""
    try:
        verify_signature(public, signed_bytes(digest), bytes.fromhex(sig))
    except (BadSignature, ValueError):
        return False
    return True
