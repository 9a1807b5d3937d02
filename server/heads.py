"""The cheap question: which of my streams changed.  One request, two reads, no replay."""

from __future__ import annotations

from fastapi import Request
from sqlalchemy import Connection, or_, select

from app.sync.wire import HEADS_BODY, AuditItem, HeadReply, HeadsBody, HeadsReply
from server.desk import Desk, caller_of
from server.edge import number
from server.tables import member, stream


async def heads(desk: Desk, request: Request) -> HeadsReply:
    """POST /v1/heads.

    A member hears of every stream of hers that differs from what she sent, those included that she
    did not send.  A removed device hears of the agency's control stream only.  ?audit=1 asks
    where the audit of each stream that was sent stands, changed or not.
    """
    caller = await desk.caller(request)
    body = await desk.body(request, HeadsBody, HEADS_BODY)
    sent = {item.stream: item for item in body.streams}
    with_audit = number(request, "audit", 0, 1)
    now = desk.now_ms()

    def work(connection: Connection) -> HeadsReply:
        marker = desk.database.read_marker(connection)
        asking = caller_of(connection, caller.device)
        mine = stream.c.id == asking.agency
        if not asking.removed:
            memberships = select(member.c.stream).where(member.c.person == asking.person)
            mine = or_(mine, stream.c.id.in_(memberships))
        rows = connection.execute(
            select(
                stream.c.id,
                stream.c.control_head,
                stream.c.control_count,
                stream.c.last_seq,
                stream.c.audit_count,
                stream.c.audit_head,
            ).where(mine)
        ).all()
        changed: list[HeadReply] = []
        for row in rows:
            here = sent.get(row.id)
            if here is None or (here.control_head, here.control_count, here.cursor) != (
                row.control_head,
                row.control_count,
                row.last_seq,
            ):
                changed.append(
                    HeadReply(
                        stream=row.id,
                        control_head=row.control_head,
                        control_count=row.control_count,
                        last_seq=row.last_seq,
                        audit_count=row.audit_count,
                        audit_head=row.audit_head,
                    )
                )
        asked = [row for row in rows if with_audit and row.id in sent]
        others = set(sent) - {row.id for row in rows}
        known: set[bytes] = set()
        for start in range(0, len(others), 500):
            some = sorted(others)[start : start + 500]
            known.update(connection.execute(select(stream.c.id).where(stream.c.id.in_(some))).scalars())
        return HeadsReply(
            marker=marker,
            time_ms=now,
            changed=changed,
            unknown=sorted(others - known),
            closed=sorted(known),
            audit=[AuditItem(stream=row.id, count=row.audit_count, head=row.audit_head) for row in asked],
        )

    return await desk.read(work)
