"""The cheap question: which of my streams changed.  One request, two reads, no replay."""

from __future__ import annotations

from fastapi import Request
from sqlalchemy import Connection, or_, select

from app.sync.wire import HEADS_BODY, HeadReply, HeadsBody, HeadsReply
from server.desk import Desk, caller_of
from server.tables import member, stream


async def heads(desk: Desk, request: Request) -> HeadsReply:
    """POST /v1/heads.

    A member hears of every stream of hers that differs from what she sent, those included that she
    did not send.  A removed device hears of the agency's control stream only.
    """
    caller = await desk.caller(request)
    body = await desk.body(request, HeadsBody, HEADS_BODY)
    sent = {item.stream: item for item in body.streams}
    now = desk.now_ms()

    def work(connection: Connection) -> HeadsReply:
        asking = caller_of(connection, caller.device)
        mine = stream.c.id == asking.agency
        if not asking.removed:
            memberships = select(member.c.stream).where(member.c.person == asking.person)
            mine = or_(mine, stream.c.id.in_(memberships))
        rows = connection.execute(
            select(stream.c.id, stream.c.control_head, stream.c.control_count, stream.c.last_seq).where(mine)
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
                    )
                )
        others = set(sent) - {row.id for row in rows}
        known: set[bytes] = set()
        for start in range(0, len(others), 500):
            some = sorted(others)[start : start + 500]
            known.update(connection.execute(select(stream.c.id).where(stream.c.id.in_(some))).scalars())
        return HeadsReply(
            marker=desk.database.marker,
            time_ms=now,
            changed=changed,
            unknown=sorted(others - known),
            closed=sorted(known),
        )

    return await desk.read(work)
