"""What a removal needs to know of a person: writing lines, streams, and when devices were last here.

Answers an administrator about anybody of the agency, and everybody else about herself alone.  Pages
are by key, so that what is written between two pages moves nothing.  Spec: protocol.md, "Removal".
"""

from __future__ import annotations

from fastapi import Request
from sqlalchemy import Connection, and_, func, literal, select, tuple_

from app.protocol.bodies import StreamGenesis
from app.protocol.control import parse_control
from app.protocol.ids import PersonId
from app.sync.wire import (
    PEOPLE_PAGE,
    ContactItem,
    ContactsReply,
    PersonChainItem,
    PersonChainsReply,
    PersonStreamItem,
    PersonStreamsReply,
)
from server.desk import Caller, Desk, caller_of
from server.edge import hex_id, refuse
from server.tables import chain, contact, control_op, device, member, segment, stream


async def chains(desk: Desk, request: Request) -> PersonChainsReply:
    """GET /v1/people/{person}/chains: the end of every chain of every device of that person."""
    person = hex_id(request.path_params["person"])
    after = _after(request, 32)
    caller = await desk.caller(request)

    def work(connection: Connection) -> PersonChainsReply:
        agency = _allowed(desk, connection, caller, person)
        wrong = (
            select(func.coalesce(func.sum(segment.c.size), 0))
            .where(
                segment.c.stream == chain.c.stream,
                segment.c.chain == chain.c.chain,
                segment.c.quarantined.is_(True),
            )
            .scalar_subquery()
        )
        hers = select(device.c.id).where(device.c.agency == agency, device.c.person == person)
        place = tuple_(chain.c.stream, chain.c.chain)
        found = connection.execute(
            select(chain.c.stream, chain.c.device, chain.c.chain, chain.c.last_dseq, chain.c.last_hash, wrong)
            # Her few devices first, by their index; then in order.
            .where(chain.c.device.in_(list(connection.execute(hers).scalars())))
            .where(place > tuple_(literal(after[:16]), literal(after[16:])))
            .order_by(chain.c.stream, chain.c.chain)
            .limit(PEOPLE_PAGE + 1)
        ).all()
        items = [
            PersonChainItem(
                stream=row[0], device=row[1], chain=row[2], last=row[3], hash=row[4], quarantined=int(row[5])
            )
            for row in found[:PEOPLE_PAGE]
        ]
        return PersonChainsReply(chains=items, more=len(found) > PEOPLE_PAGE)

    return await desk.read(work)


async def streams(desk: Desk, request: Request) -> PersonStreamsReply:
    """GET /v1/people/{person}/streams: where the control chains say that person is a member."""
    person = hex_id(request.path_params["person"])
    after = _after(request, 16)
    caller = await desk.caller(request)

    def work(connection: Connection) -> PersonStreamsReply:
        agency = _allowed(desk, connection, caller, person)
        found = connection.execute(
            select(stream.c.id, stream.c.control_count, control_op.c.raw)
            .join(member, member.c.stream == stream.c.id)
            .join(control_op, and_(control_op.c.stream == stream.c.id, control_op.c.position == 1))
            .where(stream.c.agency == agency, member.c.person == person, stream.c.id > after)
            .order_by(stream.c.id)
            .limit(PEOPLE_PAGE + 1)
        ).all()
        items: list[PersonStreamItem] = []
        for row in found[:PEOPLE_PAGE]:
            genesis = parse_control(row.raw).body
            assert isinstance(genesis, StreamGenesis)  # nothing else was let in at position 1
            items.append(
                PersonStreamItem(
                    stream=row.id,
                    group=genesis.group,
                    label=genesis.label.value,
                    control_count=row.control_count,
                )
            )
        return PersonStreamsReply(streams=items, more=len(found) > PEOPLE_PAGE)

    return await desk.read(work)


async def contacts(desk: Desk, request: Request) -> ContactsReply:
    """GET /v1/devices/contacts: all of the agency for an administrator, else the caller's own."""
    after = _after(request, 16)
    caller = await desk.caller(request)

    def work(connection: Connection) -> ContactsReply:
        asking = caller_of(connection, caller.device)
        if asking.removed:
            raise refuse(403, "removed")
        question = (
            select(device.c.id, device.c.person, func.coalesce(contact.c.at_ms, 0))
            .outerjoin(contact, contact.c.device == device.c.id)
            .where(device.c.agency == asking.agency, device.c.id > after)
            .order_by(device.c.id)
            .limit(PEOPLE_PAGE + 1)
        )
        if not desk.authority.is_administrator(connection, asking.agency, asking.person):
            question = question.where(device.c.person == asking.person)
        found = connection.execute(question).all()
        items = [ContactItem(device=row[0], person=row[1], at_ms=row[2]) for row in found[:PEOPLE_PAGE]]
        return ContactsReply(contacts=items, more=len(found) > PEOPLE_PAGE)

    return await desk.read(work)


def _allowed(desk: Desk, connection: Connection, caller: Caller, person: bytes) -> bytes:
    """The caller's agency, when she may ask about ``person``; refuses otherwise."""
    asking = caller_of(connection, caller.device)
    if asking.removed:
        raise refuse(403, "removed")
    if asking.person == person:
        return asking.agency
    if not desk.authority.is_administrator(connection, asking.agency, asking.person):
        raise refuse(403, "not_permitted")
    if PersonId(person) not in desk.authority.agency(connection, asking.agency).persons:
        raise refuse(404, "person_unknown")
    return asking.agency


def _after(request: Request, size: int) -> bytes:
    """The key after which a page starts: ``size`` bytes in hexadecimal, or nothing."""
    text = request.query_params.get("after", "")
    return hex_id(text, (size,)) if text else b""
