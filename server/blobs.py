"""Blobs: sealed chunks of attachments and snapshots, kept and given out as they came.

Owns what of a stream's blobs is held, and how much space they may take.  A chunk is held against its
own clear header and against its neighbours' count; what is inside nobody here can see.  Spec:
protocol.md, "Blobs", "Server".
"""

from __future__ import annotations

import hashlib

from fastapi import Request
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from app.errors import AppError
from app.protocol.blob import BlobKind, ChunkHeader, parse_chunk
from app.protocol.limits import MAX_BLOB_CHUNKS
from app.sync.blob_wire import (
    CHUNK_BODY,
    BlobStateReply,
    ChunkBody,
    ChunkKept,
    ChunkReply,
    SnapshotItem,
    SnapshotsReply,
)
from server import audit
from server.desk import Caller, Desk, caller_of, is_member
from server.edge import hex_id, refuse
from server.streams import was_member
from server.tables import blob, blob_chunk, stream

KEPT_SNAPSHOTS = 3
"""Complete snapshots of a stream; those before are dropped when another one is complete."""
ABANDONED_MS = 24 * 3600 * 1000
"""After this an incomplete snapshot makes place for a complete one."""


async def put(desk: Desk, request: Request) -> ChunkKept:
    """POST …/blobs/{blob}/{number}: keep one chunk; the same bytes again change nothing."""
    place, name = _names(request)
    caller = await desk.caller(request, writes=True)
    at = _chunk_number(request)
    body = await desk.body(request, ChunkBody, CHUNK_BODY)
    header = _parse(body, place, name, at)
    digest = hashlib.sha256(body.data).digest()
    now = desk.now_ms()

    def work(connection: Connection) -> ChunkKept:
        # One writer of a stream at a time, so that two who bring the last two chunks both count.
        row = connection.execute(select(stream).where(stream.c.id == place).with_for_update()).first()
        asking = _check_giver(desk, connection, caller, place)
        assert row is not None  # a stream that has members is there
        if body.at > row.last_seq or (body.at and body.kind != BlobKind.SNAPSHOT):
            raise refuse(400, "chunk_refused", "at", keep=True)
        held = connection.execute(
            select(blob).where(blob.c.stream == place, blob.c.blob == name).with_for_update()
        ).first()
        if held is not None and (held.kind, held.chunks, held.at, held.epoch) != (
            body.kind, body.count, body.at, header.place.epoch,
        ):  # fmt: skip
            raise refuse(409, "blob_differs", "whole", keep=True)
        kept = connection.execute(
            select(blob_chunk.c.digest).where(
                blob_chunk.c.stream == place, blob_chunk.c.blob == name, blob_chunk.c.number == at
            )
        ).scalar_one_or_none()
        if kept is not None:
            if kept != digest:
                raise refuse(409, "blob_differs", "chunk", keep=True)
            assert held is not None
            return ChunkKept(complete=held.complete)
        _check_space(desk, connection, asking, place, len(body.data))
        complete = _keep(connection, asking, held, header, body, digest, now)
        if complete:
            action = "snapshot" if body.kind == BlobKind.SNAPSHOT else "blob"
            audit.record(connection, place, now, asking.device, action, (1, body.count))
            if body.kind == BlobKind.SNAPSHOT:
                _forget_snapshots(connection, place, now)
        return ChunkKept(complete=complete)

    return await desk.write(work)


async def get(desk: Desk, request: Request) -> ChunkReply:
    """GET …/blobs/{blob}/{number}: one chunk, for members' devices."""
    place, name = _names(request)
    caller = await desk.caller(request)
    at = _chunk_number(request)

    def work(connection: Connection) -> bytes:
        _check_member(connection, caller, place)
        raw: bytes | None = connection.execute(
            select(blob_chunk.c.raw).where(
                blob_chunk.c.stream == place, blob_chunk.c.blob == name, blob_chunk.c.number == at
            )
        ).scalar_one_or_none()
        if raw is None:
            raise refuse(404, "chunk_unknown")
        return raw

    raw = await desk.read(work)
    if desk.config.audit_reads:
        now = desk.now_ms()
        await desk.write(lambda one: audit.record(one, place, now, caller.device, "blob_read", (at, at)))
    return ChunkReply(data=raw)


async def state(desk: Desk, request: Request) -> BlobStateReply:
    """GET …/blobs/{blob}: which numbers are held; nothing, of a blob nobody brought."""
    place, name = _names(request)
    caller = await desk.caller(request)

    def work(connection: Connection) -> BlobStateReply:
        _check_giver(desk, connection, caller, place)
        row = connection.execute(select(blob).where(blob.c.stream == place, blob.c.blob == name)).first()
        if row is None:
            return BlobStateReply(count=0, held=[], complete=False)
        numbers = connection.execute(
            select(blob_chunk.c.number)
            .where(blob_chunk.c.stream == place, blob_chunk.c.blob == name)
            .order_by(blob_chunk.c.number)
        ).scalars()
        return BlobStateReply(count=row.chunks, held=list(numbers), complete=row.complete)

    return await desk.read(work)


async def snapshots(desk: Desk, request: Request) -> SnapshotsReply:
    """GET …/snapshots: the complete ones, newest first."""
    place = hex_id(request.path_params["stream"])
    caller = await desk.caller(request)

    def work(connection: Connection) -> SnapshotsReply:
        _check_member(connection, caller, place)
        items = [
            SnapshotItem(blob=row.blob, at=row.at, count=row.chunks, size=row.size, device=row.device)
            for row in _complete_snapshots(connection, place)
        ]
        return SnapshotsReply(snapshots=items)

    return await desk.read(work)


def _names(request: Request) -> tuple[bytes, bytes]:
    return hex_id(request.path_params["stream"]), hex_id(request.path_params["blob"])


def _chunk_number(request: Request) -> int:
    """The number in the path: 1 to the cap, written in one way."""
    text = request.path_params["number"]
    if not (text.isascii() and text.isdigit()) or len(text) > 4 or text[0] == "0":
        raise refuse(404, "not_found")
    if int(text) > MAX_BLOB_CHUNKS:
        raise refuse(404, "not_found")
    return int(text)


def _parse(body: ChunkBody, place: bytes, name: bytes, at: int) -> ChunkHeader:
    try:
        header = parse_chunk(body.data)
    except AppError as error:
        raise refuse(400, "chunk_refused", error.code) from None
    where = header.place
    if (where.stream, where.blob, header.number, where.kind) != (place, name, at, body.kind):
        raise refuse(400, "chunk_refused", "other_place")
    if at > body.count or header.last != (at == body.count):
        raise refuse(400, "chunk_refused", "other_count")
    return header


def _check_member(connection: Connection, caller: Caller, place: bytes) -> Caller:
    """The caller as the chains say now; refuses (403) a removed device and who is no member."""
    asking = caller_of(connection, caller.device)
    if not _is_member(connection, asking, place):
        raise refuse(403, "not_a_member", keep=True)
    return asking


def _check_giver(desk: Desk, connection: Connection, caller: Caller, place: bytes) -> Caller:
    """The same for who gives: whoever was taken out may still bring what belongs to her segments in
    quarantine, and ask how far she is."""
    asking = caller_of(connection, caller.device)
    if not _is_member(connection, asking, place) and not was_member(desk, connection, asking, place):
        raise refuse(403, "not_a_member", keep=True)
    return asking


def _is_member(connection: Connection, asking: Caller, place: bytes) -> bool:
    return not asking.removed and is_member(connection, asking.person, place)


def _check_space(desk: Desk, connection: Connection, asking: Caller, place: bytes, size: int) -> None:
    allowed = desk.config.limits
    used = func.coalesce(func.sum(blob.c.size), 0)
    for kind, whose, most in (
        ("device", blob.c.device == asking.device, allowed.blob_bytes_per_device),
        ("stream", blob.c.stream == place, allowed.blob_bytes_per_stream),
    ):
        if connection.execute(select(used).where(whose)).scalar_one() + size > most:
            raise refuse(413, "no_blob_space", kind, keep=True)


def _keep(
    connection: Connection,
    asking: Caller,
    held: Row[tuple[object, ...]] | None,
    header: ChunkHeader,
    body: ChunkBody,
    digest: bytes,
    now: int,
) -> bool:
    """Write the chunk; True when its blob is complete with it."""
    _, place, name, epoch = header.place
    numbers, size = (0, 0) if held is None else (held.held, held.size)
    complete = numbers + 1 == body.count
    moved = {"held": numbers + 1, "size": size + len(body.data), "complete": complete, "at_ms": now}
    if held is None:
        connection.execute(
            insert(blob).values(
                stream=place,
                blob=name,
                kind=body.kind,
                epoch=epoch,
                chunks=body.count,
                at=body.at,
                device=asking.device,
                **moved,
            )
        )
    else:
        connection.execute(update(blob).where(blob.c.stream == place, blob.c.blob == name).values(**moved))
    connection.execute(
        insert(blob_chunk).values(stream=place, blob=name, number=header.number, digest=digest, raw=body.data)
    )
    return complete


def _complete_snapshots(connection: Connection, place: bytes) -> list[Row[tuple[object, ...]]]:
    return list(
        connection.execute(
            select(blob)
            .where(blob.c.stream == place, blob.c.kind == int(BlobKind.SNAPSHOT), blob.c.complete.is_(True))
            .order_by(blob.c.at.desc(), blob.c.at_ms.desc(), blob.c.blob)
        ).all()
    )


def _forget_snapshots(connection: Connection, place: bytes, now: int) -> None:
    """Drop the snapshots that newer ones replace, and those that were begun and left."""
    gone = [row.blob for row in _complete_snapshots(connection, place)[KEPT_SNAPSHOTS:]]
    gone += connection.execute(
        select(blob.c.blob).where(
            blob.c.stream == place,
            blob.c.kind == int(BlobKind.SNAPSHOT),
            blob.c.complete.is_(False),
            blob.c.at_ms < now - ABANDONED_MS,
        )
    ).scalars()
    for name in gone:
        for table in (blob_chunk, blob):
            connection.execute(delete(table).where(table.c.stream == place, table.c.blob == name))
