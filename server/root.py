"""The root asks: whoever has an agency's printed seed reads and continues its chain, with no tablet.

What is appended proves itself, like every operation: it replays on what is here, or it is refused.
Spec: protocol.md, "The root asks".
"""

from __future__ import annotations

import hmac

from fastapi import Request
from sqlalchemy import Connection, select

from app.errors import AppError
from app.protocol.ids import ROOT
from app.protocol.login import verify_login
from app.protocol.membership import AgencyState
from app.sync.wire import CONTROL_BODY, ControlReply, ErrorReply, RootAskBody
from server import audit
from server.authority import fingerprint
from server.desk import Desk, address
from server.devices import spend_challenge
from server.edge import Refusal, refuse
from server.streams import append, applied, control_page, lock_agency, write_devices
from server.tables import stream


async def agency_chain(desk: Desk, request: Request) -> ControlReply:
    """POST /v1/agency/chain.  A challenge is spent by the attempt, whether it succeeds or not."""
    await desk.admit("login", address(request), desk.config.limits.login_per_address)
    body = await desk.body(request, RootAskBody, CONTROL_BODY)
    now = desk.now_ms()

    def work(connection: Connection) -> ControlReply:
        spend_challenge(desk, connection, ROOT, body.challenge, body.origin, now)
        for agency in list(connection.execute(select(stream.c.agency).distinct()).scalars()):
            state = desk.authority.agency(connection, agency)
            if not hmac.compare_digest(fingerprint(state), body.fingerprint):
                continue
            try:
                verify_login(state.root_public, body.origin, ROOT, body.challenge, body.signature)
            except AppError as error:
                raise refuse(401, "signature_refused", error.code, keep=True) from None
            if body.ops:
                _continue(desk, connection, agency, body)
            audit.record(connection, agency, now, ROOT, "root", (body.after + 1, body.after + len(body.ops)))
            return control_page(connection, agency, body.after)
        raise refuse(401, "agency_unknown", keep=True)

    return await desk.write(work)


def _continue(desk: Desk, connection: Connection, agency: bytes, body: RootAskBody) -> None:
    lock_agency(connection, agency)
    state = desk.authority.agency(connection, agency)
    if body.after != len(state.heads):
        moved = ErrorReply(code="head_moved", head=state.head, count=len(state.heads))
        raise Refusal(409, moved, keep=True)
    ops, after = applied(desk, connection, state, agency, False, body.ops)
    assert isinstance(after, AgencyState)
    append(connection, agency, agency, body.after, ops)
    write_devices(connection, after)
