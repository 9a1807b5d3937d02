"""What every endpoint is given: configuration, transactions and the caller's identity."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool

from app.sync.wire import Body
from server import limits
from server.authority import Authority
from server.config import Config
from server.database import Database
from server.edge import Refusal, read_body, refuse
from server.metrics import Meter
from server.readiness import Readiness
from server.tables import device, member, secret

_Result = TypeVar("_Result")
_Body = TypeVar("_Body", bound=Body)

TOKEN = "token"
CHALLENGE = "challenge"


@dataclass(frozen=True, slots=True)
class Caller:
    """A certified device that has shown a living token."""

    device: bytes
    person: bytes
    agency: bytes
    removed: bool


def hashed(secret_bytes: bytes) -> bytes:
    """How challenges, tokens and invitation ids are kept."""
    return hashlib.sha256(b"kt-secret\0" + secret_bytes).digest()


class Desk:
    """Configuration, database and authority of one process."""

    def __init__(self, config: Config, database: Database) -> None:
        self.config = config
        self.database = database
        self.authority = Authority()
        self.meter = Meter()
        self.meter.watch(database)
        self.readiness = Readiness(database)

    def close(self) -> None:
        """Give the database's connections back."""
        self.database.close()

    def now_ms(self) -> int:
        """The server's clock."""
        return self.config.now_ms()

    async def read(self, work: Callable[[Connection], _Result]) -> _Result:
        """Run ``work`` in a read transaction on a worker thread."""

        def task() -> _Result:
            with self.database.read() as connection:
                return work(connection)

        return await run_in_threadpool(self.database.again, task)

    async def write(self, work: Callable[[Connection], _Result], *, counting: bool = False) -> _Result:
        """Run ``work`` in a write transaction; returns only after it was committed.

        It runs anew when another transaction won against it, so it changes nothing but the database.
        """

        def task() -> _Result:
            with self.database.write(counting=counting) as connection:
                try:
                    return work(connection)
                except Refusal as refusal:
                    if not refusal.keep:
                        raise
                    kept = refusal
            raise kept

        return await run_in_threadpool(self.database.again, task)

    async def admit(self, kind: str, who: bytes, allowed: int) -> None:
        """Count one request that shows no token; refuses (429) when there were too many."""
        now = self.now_ms()
        await self.write(lambda connection: limits.count(connection, kind, who, allowed, now), counting=True)

    async def body(self, request: Request, model: type[_Body], cap: int) -> _Body:
        """The parsed body of ``request``."""
        return await read_body(request, model, cap, self.config.body_seconds)

    async def caller(self, request: Request, *, writes: bool = False) -> Caller:
        """Who asks, by bearer token; refuses (401, 429) before a body is read.

        Counts by address whatever shows a token, and what shows a wrong one; by device what it
        reads or writes.
        """
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not 20 <= len(token) <= 100:
            raise refuse(401, "sign_in_needed")
        # Headers may hold any latin-1 byte; a token of ours is ASCII.
        digest = hashed(token.encode("latin-1", "replace"))
        where = address(request)
        now = self.now_ms()
        allowed = self.config.limits

        def work(connection: Connection) -> Caller:
            limits.count(connection, "ask", where, allowed.ask_per_address, now)
            row = connection.execute(
                select(secret.c.hash, secret.c.device).where(
                    secret.c.hash == digest, secret.c.kind == TOKEN, secret.c.expires_ms > now
                )
            ).first()
            if row is None or not hmac.compare_digest(row.hash, digest):
                limits.count(connection, "stranger", where, allowed.stranger_per_address, now)
                raise refuse(401, "sign_in_needed", keep=True)
            if writes:
                limits.count(connection, "write", row.device, allowed.write_per_device, now)
            else:
                limits.count(connection, "read", row.device, allowed.read_per_device, now)
            return caller_of(connection, row.device)

        return await self.write(work, counting=True)


def caller_of(connection: Connection, device_id: bytes) -> Caller:
    """The device's row as it is in this transaction; refuses (401) a device without one."""
    row = connection.execute(select(device).where(device.c.id == device_id)).first()
    if row is None:
        raise refuse(401, "sign_in_needed")
    return Caller(device_id, row.person, row.agency, row.removed)


def is_member(connection: Connection, person: bytes, stream: bytes) -> bool:
    """Whether ``person`` is a member of ``stream`` now."""
    found = connection.execute(
        select(member.c.person).where(member.c.person == person, member.c.stream == stream)
    ).first()
    return found is not None


def address(request: Request) -> bytes:
    """The caller's network address, for counting only.

    Of IPv6 the first 64 bits: the rest is the caller's own to choose, anew for each request.
    """
    host = request.client.host if request.client else ""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host.encode("utf-8", "replace")
    if isinstance(found, ipaddress.IPv6Address):
        return found.ipv4_mapped.packed if found.ipv4_mapped else found.packed[:8]
    return found.packed
