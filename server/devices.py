"""Login and invitations: how a device proves itself, and how a new one is introduced.

Challenges are single use and live 60 s, tokens 15 min, invitations are single use and live 72 h.
All three are kept hashed.  No password ever comes here, and nobody is certified here: that is a
control operation.  Spec: protocol.md, "Enrolment and login".
"""

from __future__ import annotations

import base64
import hmac

from fastapi import Request
from sqlalchemy import Connection, Row, delete, insert, select, text, update

from app.errors import AppError
from app.protocol.ids import DeviceId
from app.protocol.login import verify_login
from app.sync.wire import (
    SMALL_BODY,
    ChallengeBody,
    ChallengeReply,
    Done,
    InvitationBody,
    InvitationReply,
    JoinBody,
    LoginBody,
    LoginReply,
)
from server import audit, limits
from server.desk import CHALLENGE, TOKEN, Desk, address, caller_of, hashed
from server.edge import hex_id, refuse
from server.tables import device, invitation, secret

INVITATION_LENGTHS = (16, 32)


async def challenge(desk: Desk, request: Request) -> ChallengeReply:
    """POST /v1/login/challenge.  Also an unknown device gets one: the answer tells nothing."""
    allowed = desk.config.limits
    where = address(request)
    await desk.admit("login", where, allowed.login_per_address)
    body = await desk.body(request, ChallengeBody, SMALL_BODY)
    now = desk.now_ms()
    fresh = desk.config.random(32)
    seconds = desk.config.challenge_seconds

    def work(connection: Connection) -> ChallengeReply:
        # With the address: nobody elsewhere can use up what this device may, by asking in its name.
        limits.count(connection, "device", body.device + where, allowed.login_per_device, now)
        forget_expired(connection, now)
        connection.execute(
            insert(secret).values(
                hash=hashed(fresh),
                kind=CHALLENGE,
                device=body.device,
                expires_ms=now + seconds * 1000,
            )
        )
        return ChallengeReply(challenge=fresh, expires_seconds=seconds)

    return await desk.write(work)


async def login(desk: Desk, request: Request) -> LoginReply:
    """POST /v1/login.  A challenge is spent by the attempt, whether it succeeds or not."""
    await desk.admit("login", address(request), desk.config.limits.login_per_address)
    body = await desk.body(request, LoginBody, SMALL_BODY)
    now = desk.now_ms()
    token = base64.urlsafe_b64encode(desk.config.random(32)).decode("ascii").rstrip("=")
    seconds = desk.config.token_seconds

    def work(connection: Connection) -> LoginReply:
        spend_challenge(desk, connection, body.device, body.challenge, body.origin, now)
        known = connection.execute(
            select(device.c.sign_public).where(device.c.id == body.device)
        ).scalar_one_or_none()
        if known is None:
            raise refuse(401, "device_unknown", keep=True)
        try:
            verify_login(known, body.origin, DeviceId(body.device), body.challenge, body.signature)
        except AppError as error:
            raise refuse(401, "signature_refused", error.code, keep=True) from None
        connection.execute(
            insert(secret).values(
                hash=hashed(token.encode("ascii")),
                kind=TOKEN,
                device=body.device,
                expires_ms=now + seconds * 1000,
            )
        )
        connection.execute(_CONTACT, {"device": body.device, "at_ms": now})
        return LoginReply(token=token, expires_seconds=seconds)

    return await desk.write(work)


def spend_challenge(
    desk: Desk, connection: Connection, who: bytes, challenge: bytes, origin: str, now_ms: int
) -> None:
    """Return only for a living challenge given to device ``who``, and for an origin of this server.

    The challenge is gone afterwards in every case; the caller's refusals must keep that.
    """
    digest = hashed(challenge)
    # One statement: of two that come at the same moment one finds nothing.
    spent = connection.execute(
        delete(secret)
        .where(secret.c.hash == digest, secret.c.kind == CHALLENGE)
        .returning(secret.c.hash, secret.c.device, secret.c.expires_ms)
    ).first()
    if (
        spent is None
        or spent.expires_ms <= now_ms
        or not hmac.compare_digest(spent.hash, digest)
        or not hmac.compare_digest(spent.device, who)
    ):
        raise refuse(401, "challenge_unknown", keep=True)
    if origin not in desk.config.origins:
        raise refuse(401, "wrong_origin", keep=True)


_CONTACT = text(
    "INSERT INTO contact (device, at_ms) VALUES (:device, :at_ms) "
    "ON CONFLICT (device) DO UPDATE SET at_ms = excluded.at_ms"
)


async def invite(desk: Desk, request: Request) -> Done:
    """POST /v1/invitations, by an administrator."""
    caller = await desk.caller(request, writes=True)
    body = await desk.body(request, InvitationBody, SMALL_BODY)
    now = desk.now_ms()
    if len(body.id) not in INVITATION_LENGTHS:
        raise refuse(400, "bad_body", "invitation_id")

    def work(connection: Connection) -> Done:
        asking = caller_of(connection, caller.device)
        limits.count(connection, "invite", asking.device, desk.config.limits.invite_per_device, now)
        administrator = desk.authority.is_administrator(connection, asking.agency, asking.person)
        if asking.removed or not administrator:
            raise refuse(403, "not_permitted", keep=True)
        forget_expired(connection, now)
        digest = hashed(body.id)
        found = connection.execute(select(invitation).where(invitation.c.hash == digest)).first()
        if found is not None:
            if found.inviter == asking.device and found.joiner is None:
                return Done()
            raise refuse(409, "invitation_exists")
        connection.execute(
            insert(invitation).values(
                hash=digest,
                agency=asking.agency,
                inviter=asking.device,
                expires_ms=now + desk.config.invitation_seconds * 1000,
            )
        )
        audit.record(connection, asking.agency, now, asking.device, "invite")
        return Done()

    return await desk.write(work)


async def join(desk: Desk, request: Request) -> InvitationReply:
    """POST /v1/invitations/{id}/join: the first device to come takes the invitation."""
    await desk.admit("join", address(request), desk.config.limits.join_per_address)
    digest = hashed(hex_id(request.path_params["invitation"], INVITATION_LENGTHS))
    body = await desk.body(request, JoinBody, SMALL_BODY)
    now = desk.now_ms()

    def work(connection: Connection) -> InvitationReply:
        # Under PostgreSQL two may come at once: what was taken meanwhile is not taken again.
        taken = connection.execute(
            update(invitation)
            .where(invitation.c.hash == digest, invitation.c.expires_ms > now, invitation.c.joiner.is_(None))
            .values(joiner=body.device, payload=body.payload)
        )
        found = living_invitation(connection, digest, now)
        if taken.rowcount:
            audit.record(connection, found.agency, now, body.device, "join")
        elif not hmac.compare_digest(found.joiner + found.payload, body.device + body.payload):
            raise refuse(409, "invitation_used", keep=True)
        return _describe(connection, living_invitation(connection, digest, now))

    return await desk.write(work)


async def poll(desk: Desk, request: Request) -> InvitationReply:
    """GET /v1/invitations/{id}: inviter and joiner watch it; knowing the id is the permission."""
    await desk.admit("join", address(request), desk.config.limits.join_per_address)
    digest = hashed(hex_id(request.path_params["invitation"], INVITATION_LENGTHS))
    now = desk.now_ms()
    return await desk.read(
        lambda connection: _describe(connection, living_invitation(connection, digest, now))
    )


def living_invitation(connection: Connection, digest: bytes, now_ms: int) -> Row[tuple[object, ...]]:
    """The invitation with this hash; refuses (404, the count is kept) when there is none."""
    found = connection.execute(
        select(invitation).where(invitation.c.hash == digest, invitation.c.expires_ms > now_ms)
    ).first()
    if found is None or not hmac.compare_digest(found.hash, digest):
        raise refuse(404, "invitation_unknown", keep=True)
    return found


def forget_expired(connection: Connection, now_ms: int) -> None:
    """Drop challenges, tokens and invitations that are over, and the counts of past minutes."""
    limits.drop_before(connection, secret, secret.c.hash, secret.c.expires_ms, now_ms + 1)
    limits.drop_before(connection, invitation, invitation.c.hash, invitation.c.expires_ms, now_ms + 1)
    limits.forget_old(connection, now_ms)


def _describe(connection: Connection, found: Row[tuple[object, ...]]) -> InvitationReply:
    state = "open"
    if found.joiner is not None:
        certified = connection.execute(select(device.c.id).where(device.c.id == found.joiner)).first()
        state = "joined" if certified is None else "certified"
    return InvitationReply(
        state=state,
        agency=found.agency,
        expires_ms=found.expires_ms,
        payload=found.payload or b"",
    )
