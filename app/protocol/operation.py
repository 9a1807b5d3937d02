"""What one save changes in one record, before it is sealed.

Owns the operation's msgpack form and the rules on it. Spec: docs/protocol.md, "Envelope",
"Values".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from app.errors import Malformed, TooLarge, UnsupportedValue
from app.protocol.canonical import check_count, check_value, pack, unpack_map
from app.protocol.ids import ID_BYTES, OpRef, RecordId
from app.protocol.limits import MAX_COUNTER, MAX_INFLATED_BYTES

_REF = struct.Struct(">16sQ")
_KEYS = ("record", "type", "fields", "pred", "schema")
_MAX_SCHEMA = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Operation:
    """What one save changes in one record.

    record: 16 raw bytes. type: registry key. fields: new values by field name. pred: by field
    name, the operations whose values are replaced; its keys are among fields. schema: version of
    the record type.
    """

    record: RecordId
    type: str
    fields: dict[str, Any]
    pred: dict[str, tuple[OpRef, ...]]
    schema: int = 1


def pack_operation(operation: Operation) -> bytes:
    """Return the canonical msgpack of an operation.

    Raises UnencodableText, UnsupportedValue, TooLarge.
    """
    if len(operation.record) != ID_BYTES or not 0 <= operation.schema <= _MAX_SCHEMA:
        raise UnsupportedValue("record id or schema")
    if not operation.type:
        raise UnsupportedValue("record type")
    check_value(operation.fields)
    pred: dict[str, bytes] = {}
    for field, refs in operation.pred.items():
        if field not in operation.fields:
            raise UnsupportedValue("predecessor of a field that is not written")
        if refs:
            pred[field] = b"".join(_REF.pack(*ref) for ref in sorted(set(refs)))
    packed = pack(
        {
            "record": bytes(operation.record),
            "type": operation.type,
            "fields": operation.fields,
            "pred": pred,
            "schema": operation.schema,
        }
    )
    if len(packed) > MAX_INFLATED_BYTES:
        raise TooLarge("operation")
    try:
        check_count(packed)
    except Malformed:
        raise UnsupportedValue("too many items") from None
    return packed


def unpack_operation(packed: bytes) -> Operation:
    """Return the operation of canonical msgpack. Raises Malformed."""
    document = unpack_map(packed)
    if tuple(document) != _KEYS:
        raise Malformed("operation keys")
    record, record_type, fields, packed_pred, schema = document.values()
    if (
        type(record) is not bytes
        or len(record) != ID_BYTES
        or type(record_type) is not str
        or not record_type
        or type(fields) is not dict
        or type(packed_pred) is not dict
        or type(schema) is not int
        or not 0 <= schema <= _MAX_SCHEMA
    ):
        raise Malformed("operation")
    try:
        check_value(fields)
    except UnsupportedValue:
        raise Malformed("field value") from None
    pred: dict[str, tuple[OpRef, ...]] = {}
    for field, refs in packed_pred.items():
        pred[field] = _unpack_refs(refs)
        if field not in fields:
            raise Malformed("predecessor of a field that is not written")
    return Operation(RecordId(record), record_type, fields, pred, schema)


def _unpack_refs(refs: object) -> tuple[OpRef, ...]:
    if type(refs) is not bytes or not refs or len(refs) % _REF.size:
        raise Malformed("predecessors")
    unpacked = tuple(OpRef._make(ref) for ref in _REF.iter_unpack(refs))
    previous: OpRef | None = None
    for ref in unpacked:
        if not 1 <= ref.dseq <= MAX_COUNTER or (previous is not None and ref <= previous):
            raise Malformed("predecessors")
        previous = ref
    return unpacked
