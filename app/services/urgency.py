"""Which families are needed first: today's, and those that were looked at last on this tablet.

Owns the order in which synchronisation brings and sends streams when not all can pass: in a
stairwell with one bar of signal the family of the next visit comes before the archive.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from app.protocol.ids import StreamId
from app.wraparound.records import AuditEntry, Meeting

from .desk import Desk

LOOKED_AT_DAYS = 14
MOST_LOOKED_AT = 12
"""Families that were looked at lately and count as needed."""


async def urgent_streams(desk: Desk) -> tuple[StreamId, ...]:
    """The streams of the families that are needed, the most urgent first."""
    morning = datetime.combine(desk.today(), datetime.min.time())
    start = int(morning.timestamp() * 1000)
    end = int((morning + timedelta(days=1)).timestamp() * 1000)
    since = int((morning - timedelta(days=LOOKED_AT_DAYS)).timestamp() * 1000)

    def read(session: Session) -> list[str]:
        meetings = (
            select(Meeting.family_id)
            .where(Meeting.starts_at_ms >= start, Meeting.starts_at_ms < end)
            .where(col(Meeting.status).in_(("planned", "running")))
            .order_by(col(Meeting.starts_at_ms))
        )
        # The audit knows what this tablet has shown; nothing more is kept for this.
        last = func.max(AuditEntry.at_ms)
        shown = (
            select(AuditEntry.family_id)
            .where(AuditEntry.device == desk.me.device, AuditEntry.at_ms >= since)
            .group_by(AuditEntry.family_id)
            .order_by(last.desc())
            .limit(MOST_LOOKED_AT)
        )
        return [*session.exec(meetings), *session.exec(shown)]

    families = dict.fromkeys(family for family in await desk.vault.read(read) if family)
    return tuple(stream for family in families for stream in desk.vault.streams_of(bytes.fromhex(family)))
