"""How often one address or device may ask: a count for each minute, kept in the database.

Kept there because the process is stateless and may have siblings.  Keys are hashes, so the
table does not list addresses.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Column, Connection, Table, delete, select, text

from server.edge import refuse
from server.tables import rate

MINUTE_MS = 60_000


_COUNT = text(
    "INSERT INTO rate (key, minute, used) VALUES (:key, :minute, 1) "
    "ON CONFLICT (key) DO UPDATE SET minute = excluded.minute, "
    "used = CASE WHEN rate.minute = excluded.minute THEN rate.used + 1 ELSE 1 END "
    "RETURNING used"
)
"""One statement, so that two processes that count at once both count."""


def count(connection: Connection, kind: str, who: bytes, allowed: int, now_ms: int) -> None:
    """Count one request of ``kind`` by ``who``; refuses (429) those after ``allowed``.

    The refusal keeps the count, so that asking on does not help, and says when the minute is over.
    """
    key = hashlib.sha256(b"kt-rate\0" + kind.encode("ascii") + b"\0" + who).digest()
    counted = {"key": key, "minute": now_ms // MINUTE_MS}
    used = connection.execute(_COUNT, counted).scalar_one()
    if used > allowed:
        left = (MINUTE_MS - now_ms % MINUTE_MS + 999) // 1000
        raise refuse(429, "too_many_requests", kind, keep=True, retry_after=left)


def forget_old(connection: Connection, now_ms: int) -> None:
    """Drop counts of past minutes."""
    drop_before(connection, rate, rate.c.key, rate.c.minute, now_ms // MINUTE_MS)


def drop_before(
    connection: Connection, table: Table, key: Column[bytes], time: Column[int], limit: int
) -> None:
    """Drop the rows whose ``time`` is less than ``limit``; those in somebody's hands stay for next time.

    To wait for them would be a deadlock, when who holds one waits for what is counted here.
    """
    over = select(key).where(time < limit).with_for_update(skip_locked=True)
    connection.execute(delete(table).where(key.in_(over)))
