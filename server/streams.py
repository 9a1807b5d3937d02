"""Control chains: founding an agency, reading a chain, appending to it by compare-and-swap.

An append is accepted when the operation replays on everything before it; the tables of devices
and members are what the replayed state says, written in the same transaction.
Spec: protocol.md, "Control".
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from fastapi import Request
from sqlalchemy import Connection, delete, insert, select, update

from app.errors import AppError
from app.protocol.control import ControlOp, control_hash, parse_control
from app.protocol.ids import NO_HASH
from app.protocol.membership import AgencyState, StreamState
from app.sync.wire import (
    CONTROL_BODY,
    CONTROL_PAGE_BYTES,
    INVITATION_HEADER,
    MAX_CONTROL_OPS,
    AgencyBody,
    AppendBody,
    ControlReply,
    ErrorReply,
    HeadNow,
)
from server import audit
from server.authority import fingerprint
from server.desk import Caller, Desk, address, caller_of, hashed, is_member
from server.devices import INVITATION_LENGTHS, living_invitation
from server.edge import Refusal, hex_id, number, refuse
from server.tables import control_op, device, member, meta, stream

_NOBODY = bytes(16)


async def found_agency(desk: Desk, request: Request) -> HeadNow:
    """POST /v1/agency: the root-signed chain from its genesis on.

    The chain proves itself, so no login is asked for: a server that lost it, or some of its end,
    is given it again the same way.  What is held already must be the same.
    """
    await desk.admit("found", address(request), desk.config.limits.found_per_address)
    body = await desk.body(request, AgencyBody, CONTROL_BODY)
    now = desk.now_ms()

    def work(connection: Connection) -> HeadNow:
        parsed, state = _replayed_agency(body.ops)
        expected = desk.config.agency_fingerprint
        if not hmac.compare_digest(fingerprint(state)[: len(expected)], expected):
            raise refuse(403, "agency_not_expected", keep=True)
        # One founder at a time, so that two that come at once do not both find an empty server.
        connection.execute(select(meta.c.value).where(meta.c.key == "schema").with_for_update()).all()
        held = _held(connection, state.agency)
        if not held:
            others = connection.execute(select(stream.c.id).limit(1)).first()
            if others is not None and not desk.config.allow_more_agencies:
                raise refuse(409, "agency_exists", keep=True)
        shorter = min(len(held), len(body.ops))
        if held[:shorter] != [bytes(raw) for raw in body.ops[:shorter]]:
            raise refuse(409, "agency_exists", "other_history", keep=True)
        new = parsed[len(held) :]
        if new:
            append(connection, state.agency, state.agency, len(held), new)
            write_devices(connection, state)
            span = (len(held) + 1, len(parsed))
            audit.record(connection, state.agency, now, _NOBODY, "found", span)
        return HeadNow(head=control_hash(body.ops[-1]), count=len(body.ops))

    return await desk.write(work)


def _replayed_agency(ops: Sequence[bytes]) -> tuple[list[ControlOp], AgencyState]:
    try:
        parsed = [parse_control(raw) for raw in ops]
        return parsed, AgencyState.replay(parsed)
    except AppError as error:
        raise refuse(400, "operation_refused", error.code, keep=True) from None


async def read_control(desk: Desk, request: Request) -> ControlReply:
    """GET …/control?after=n.

    The agency's chain is for every certified device, removed ones too, and for who holds an
    invitation; a family's for its members and for administrators, who must be able to remove.
    """
    place = hex_id(request.path_params["stream"])
    after = number(request, "after", 0, 2**31)
    invited = request.headers.get(INVITATION_HEADER)
    caller = None
    if invited is None:
        caller = await desk.caller(request)
    else:
        await desk.admit("join", address(request), desk.config.limits.join_per_address)
    digest = hashed(hex_id(invited, INVITATION_LENGTHS)) if invited else b""
    now = desk.now_ms()

    def work(connection: Connection) -> ControlReply:
        if caller is None:
            allowed = living_invitation(connection, digest, now).agency == place
        else:
            asking = caller_of(connection, caller.device)
            allowed = (
                place == asking.agency
                or may_oversee(desk, connection, asking, place)
                or was_member(desk, connection, asking, place)
            )
        if not allowed:
            raise refuse(403, "not_a_member")
        return control_page(connection, place, after)

    return await desk.read(work)


def may_oversee(desk: Desk, connection: Connection, asking: Caller, place: bytes) -> bool:
    """Whether the caller may know how a family's stream stands: a member, or an administrator."""
    if asking.removed:
        return False
    if is_member(connection, asking.person, place):
        return True
    agency = connection.execute(select(stream.c.agency).where(stream.c.id == place)).scalar_one_or_none()
    return agency == asking.agency and desk.authority.is_administrator(
        connection, asking.agency, asking.person
    )


def was_member(desk: Desk, connection: Connection, asking: Caller, place: bytes) -> bool:
    """Whether the caller has been a member: she may read that she is one no longer."""
    agency = connection.execute(select(stream.c.agency).where(stream.c.id == place)).scalar_one_or_none()
    if asking.removed or agency != asking.agency:
        return False
    state = desk.authority.stream(connection, place, desk.authority.agency(connection, asking.agency))
    return any(asking.person in moment.members for moment in state.moments)


def control_page(connection: Connection, place: bytes, after: int) -> ControlReply:
    """The operations of a chain after the first ``after``, as many as fit; refuses (404) no chain."""
    row = connection.execute(select(stream).where(stream.c.id == place)).first()
    if row is None:
        raise refuse(404, "stream_unknown")
    ops: list[bytes] = []
    size = 0
    rows = connection.execute(
        select(control_op.c.raw)
        .where(control_op.c.stream == place, control_op.c.position > after)
        .order_by(control_op.c.position)
        .limit(MAX_CONTROL_OPS)
    )
    for raw in rows.scalars():
        size += len(raw)
        if ops and size > CONTROL_PAGE_BYTES:
            break
        ops.append(raw)
    return ControlReply(ops=ops, head=row.control_head, count=row.control_count)


async def append_control(desk: Desk, request: Request) -> HeadNow:
    """POST …/control: compare-and-swap the head from ``prev``; a genesis opens a stream.

    Operations prove their authors themselves; the caller need only be a living device of the
    agency, so that a member can give a restored server what it lost.  The same operations sent
    again are answered as the first time.
    """
    place = hex_id(request.path_params["stream"])
    caller = await desk.caller(request, writes=True)
    body = await desk.body(request, AppendBody, CONTROL_BODY)
    now = desk.now_ms()

    def work(connection: Connection) -> HeadNow:
        asking = caller_of(connection, caller.device)
        if asking.removed:
            raise refuse(403, "removed", keep=True)
        lock_agency(connection, asking.agency)
        agency = desk.authority.agency(connection, asking.agency)
        row = connection.execute(select(stream).where(stream.c.id == place).with_for_update()).first()
        head, count = (row.control_head, row.control_count) if row else (NO_HASH, 0)
        if row is not None and row.agency != asking.agency:
            raise refuse(403, "not_a_member", keep=True)
        done = _already(connection, place, body.ops)
        if done is not None:
            return done
        if body.prev != head:
            moved = ErrorReply(code="head_moved", head=head, count=count)
            raise Refusal(409, moved, keep=True)
        ops, state = applied(desk, connection, agency, place, row is None, body.ops)
        append(connection, place, agency.agency, count, ops)
        if isinstance(state, AgencyState):
            write_devices(connection, state)
        else:
            write_members(connection, state)
        span = (count + 1, count + len(ops))
        audit.record(connection, place, now, asking.device, "control", span)
        return HeadNow(head=ops[-1].hash, count=count + len(ops))

    return await desk.write(work)


def applied(
    desk: Desk,
    connection: Connection,
    agency: AgencyState,
    place: bytes,
    new: bool,
    raw_ops: Sequence[bytes],
) -> tuple[list[ControlOp], AgencyState | StreamState]:
    """The operations and what the chain says after them; refuses (403) what does not replay."""
    try:
        ops = [parse_control(raw) for raw in raw_ops]
        if any(op.stream != place for op in ops):
            raise refuse(400, "operation_refused", "other_stream", keep=True)
        if place == agency.agency:
            for op in ops:
                agency = agency.apply(op)
            return ops, agency
        if new:
            return ops, StreamState.replay(ops, agency)
        state = desk.authority.stream(connection, place, agency)
        for op in ops:
            state = state.apply(op, agency)
    except AppError as error:
        raise refuse(403, "operation_refused", error.code, keep=True) from None
    return ops, state


def _already(connection: Connection, place: bytes, ops: Sequence[bytes]) -> HeadNow | None:
    """The answer of the first time, when exactly these operations are in the chain."""
    start = connection.execute(
        select(control_op.c.position).where(
            control_op.c.stream == place, control_op.c.hash == control_hash(ops[0])
        )
    ).scalar_one_or_none()
    if start is None:
        return None
    held = _held(connection, place)[start - 1 : start - 1 + len(ops)]
    if held != list(ops):
        return None
    return HeadNow(head=control_hash(ops[-1]), count=start - 1 + len(ops))


def _held(connection: Connection, place: bytes) -> list[bytes]:
    rows = connection.execute(
        select(control_op.c.raw).where(control_op.c.stream == place).order_by(control_op.c.position)
    )
    return [bytes(raw) for raw in rows.scalars()]


def lock_agency(connection: Connection, agency: bytes) -> None:
    """Let nobody change the agency's chain while something is judged by it."""
    connection.execute(select(stream.c.id).where(stream.c.id == agency).with_for_update(read=True)).first()


def append(connection: Connection, place: bytes, agency: bytes, count: int, ops: Sequence[ControlOp]) -> None:
    """Write operations that replay after the first ``count`` of a chain."""
    head = ops[-1].hash
    if count == 0:
        connection.execute(
            insert(stream).values(
                id=place,
                agency=agency,
                control_head=head,
                control_count=len(ops),
                last_seq=0,
                audit_count=0,
                audit_head=audit.ZERO,
            )
        )
    else:
        connection.execute(
            update(stream)
            .where(stream.c.id == place)
            .values(control_head=head, control_count=count + len(ops))
        )
    connection.execute(
        insert(control_op),
        [
            {"stream": place, "position": position, "hash": op.hash, "raw": op.raw}
            for position, op in enumerate(ops, start=count + 1)
        ],
    )


def write_devices(connection: Connection, state: AgencyState) -> None:
    """Know the devices that an agency's chain names, and which of them were removed."""
    rows = connection.execute(select(device.c.id, device.c.removed).where(device.c.agency == state.agency))
    known = {row.id: row.removed for row in rows}
    for item in state.devices.values():
        removed = item.removed is not None
        if item.id not in known:
            connection.execute(
                insert(device).values(
                    id=item.id,
                    agency=state.agency,
                    person=item.person,
                    sign_public=item.sign_public,
                    removed=removed,
                    quarantine_bytes=0,
                )
            )
        elif known[item.id] != removed:
            connection.execute(update(device).where(device.c.id == item.id).values(removed=removed))


def write_members(connection: Connection, state: StreamState) -> None:
    """Know the members whom a stream's chain names."""
    known = set(connection.execute(select(member.c.person).where(member.c.stream == state.stream)).scalars())
    gone, new = known - state.members, state.members - known
    if gone:
        connection.execute(delete(member).where(member.c.stream == state.stream, member.c.person.in_(gone)))
    if new:
        connection.execute(insert(member), [{"person": person, "stream": state.stream} for person in new])
