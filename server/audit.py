"""The server's memory of who did what: one chain of rows for each stream.

Each row's hash covers the row before it, so that a row cannot be taken out or changed later
without breaking all that follow.  Holds ids, numbers and times only.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from app.errors import ProtocolError
from server.tables import audit, stream

ZERO = bytes(32)


class Broken(StrEnum):
    """What is wrong with an audit."""

    MISSING = "missing"
    CHANGED = "changed"
    REWRITTEN = "rewritten"
    CUT_OFF = "cut_off"
    OTHER_END = "other_end"
    CONTRADICTED = "contradicted"


class AuditBroken(ProtocolError):
    """A row of the audit does not follow from the one before it, or is not what devices were told."""

    code = "audit_broken"

    def __init__(self, place: bytes, row: int, kind: Broken) -> None:
        """place: the stream. row: the first row that does not hold, from 1."""
        super().__init__(f"{place.hex()} row {row} {kind}")
        self.place = place
        self.row = row
        self.kind = kind


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


def verify(connection: Connection, place: bytes, against: Sequence[tuple[int, bytes]] = ()) -> int:
    """Check the whole chain of ``place``; returns its length.  Raises AuditBroken.

    against: (count, head) pairs that devices were told before; each must still be the hash of that row.
    """
    known: dict[int, bytes] = {}
    for count, said in against:
        if count and known.setdefault(count, said) != said:
            raise AuditBroken(place, count, Broken.CONTRADICTED)
    head = ZERO
    length = 0
    question = select(audit).where(audit.c.stream == place).order_by(audit.c.n)
    with connection.execute(question, execution_options={"yield_per": 1000}) as rows:
        for row in rows:
            length += 1
            if row.n != length:
                raise AuditBroken(place, length, Broken.MISSING)
            head = row_hash(head, place, length, row.at_ms, row.device, row.action, (row.first, row.last))
            if row.hash != head:
                raise AuditBroken(place, length, Broken.CHANGED)
            if known.pop(length, head) != head:
                raise AuditBroken(place, length, Broken.REWRITTEN)
    kept = connection.execute(
        select(stream.c.audit_count, stream.c.audit_head).where(stream.c.id == place)
    ).first()
    if known or (kept is not None and kept.audit_count > length):
        raise AuditBroken(place, length + 1, Broken.CUT_OFF)
    if kept is None or (kept.audit_count, kept.audit_head) != (length, head):
        raise AuditBroken(place, length, Broken.OTHER_END)
    return length
