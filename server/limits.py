"""How often one address or device may ask: a count for each minute, kept in the database.

Kept there because the process is stateless and may have siblings.  Keys are hashes, so the
table does not list addresses.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, delete, insert, select, update

from server.edge import refuse
from server.tables import rate


def count(connection: Connection, kind: str, who: bytes, allowed: int, now_ms: int) -> None:
    """Count one request of ``kind`` by ``who``; refuses (429) the one after ``allowed``.

    The refusal keeps the count, so that asking on does not help.
    """
    key = hashlib.sha256(b"kt-rate\0" + kind.encode("ascii") + b"\0" + who).digest()
    minute = now_ms // 60_000
    row = connection.execute(
        select(rate.c.minute, rate.c.used).where(rate.c.key == key).with_for_update()
    ).first()
    if row is None:
        connection.execute(insert(rate).values(key=key, minute=minute, used=1))
        return
    used = row.used + 1 if row.minute == minute else 1
    if used > allowed:
        raise refuse(429, "too_many_requests", kind, keep=True)
    connection.execute(update(rate).where(rate.c.key == key).values(minute=minute, used=used))


def forget_old(connection: Connection, now_ms: int) -> None:
    """Drop counts of past minutes."""
    connection.execute(delete(rate).where(rate.c.minute < now_ms // 60_000))
