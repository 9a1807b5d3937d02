"""The server's memory of who did what: one chain of rows for each stream.

Each row's hash covers the row before it, so that a row cannot be taken out or changed later
without breaking all that follow.  Holds ids, numbers and times only.
"""

from __future__ import annotations

import hashlib
import struct

from sqlalchemy import Connection, insert, select, update

from app.errors import ProtocolError
from server.tables import audit, stream

ZERO = bytes(32)


class AuditBroken(ProtocolError):
    """A row of the audit does not follow from the one before it."""

    code = "audit_broken"


def row_hash(
    previous: bytes, place: bytes, n: int, at_ms: int, device: bytes, action: str, span: tuple[int, int]
) -> bytes:
    """SHA-256 over the previous hash and every column of the row."""
    numbers = struct.pack(">QQQQ", n, at_ms, *span)
    name = action.encode("ascii").ljust(20, b"\0")
    return hashlib.sha256(b"kt-audit-v1\0" + previous + place + device + name + numbers).digest()


def record(
    connection: Connection,
    place: bytes,
    at_ms: int,
    device: bytes,
    action: str,
    span: tuple[int, int] = (0, 0),
) -> None:
    """Append a row to the audit of stream ``place``, in the caller's transaction."""
    count, head = connection.execute(
        select(stream.c.audit_count, stream.c.audit_head).where(stream.c.id == place).with_for_update()
    ).one()
    digest = row_hash(head, place, count + 1, at_ms, device, action, span)
    connection.execute(
        insert(audit).values(
            stream=place, n=count + 1, at_ms=at_ms, device=device, action=action,
            first=span[0], last=span[1], hash=digest,
        )
    )  # fmt: skip
    connection.execute(
        update(stream).where(stream.c.id == place).values(audit_count=count + 1, audit_head=digest)
    )


def verify(connection: Connection, place: bytes) -> int:
    """Check the whole chain of ``place``; returns its length.  Raises AuditBroken."""
    head = ZERO
    length = 0
    rows = connection.execute(select(audit).where(audit.c.stream == place).order_by(audit.c.n))
    for row in rows:
        length += 1
        head = row_hash(head, place, length, row.at_ms, row.device, row.action, (row.first, row.last))
        if row.n != length or row.hash != head:
            raise AuditBroken(f"row {length}")
    count, kept = connection.execute(
        select(stream.c.audit_count, stream.c.audit_head).where(stream.c.id == place)
    ).one()
    if (count, kept) != (length, head):
        raise AuditBroken("the end is missing")
    return length
