"""Segments: push and pull of sealed bytes, and where every chain ends.

A push is verified with the same code as on a tablet (signatures, density, entitlement, cuts), kept
byte for byte and answered after the commit.  What is beyond a cut is kept as quarantined, so that
a removed person's unsent notes are not destroyed.  Spec: protocol.md, "Envelope v1", "Server".
"""

from __future__ import annotations

import hashlib

from fastapi import Request
from sqlalchemy import Connection, Row, insert, select, update
from starlette.concurrency import run_in_threadpool

from app.errors import AppError, BeyondCut, NotEntitled
from app.protocol.membership import check_segment_entitled
from app.protocol.segment import ChainCert, Segment, parse_chain_cert, parse_segment
from app.sync.wire import (
    PULL_PAGE_BYTES,
    PULL_PAGE_SEGMENTS,
    SEGMENT_BODY,
    ChainItem,
    ChainsReply,
    ErrorReply,
    PushReply,
    SegmentBody,
    SegmentItem,
    SegmentsReply,
)
from server import audit
from server.desk import Caller, Desk, caller_of, is_member
from server.edge import Refusal, hex_id, number, refuse
from server.streams import may_oversee
from server.tables import chain, device, segment, stream

_SKIP = 2_000
"""How many of the caller's own segments one page passes over at most."""


async def push(desk: Desk, request: Request) -> PushReply:
    """POST …/segments.  A gap is answered with ``expect``, another history with its hash."""
    place = hex_id(request.path_params["stream"])
    caller = await desk.caller(request, writes=True)
    body = await desk.body(request, SegmentBody, SEGMENT_BODY)
    # Hashing megabytes needs no transaction.
    parsed, cert = await run_in_threadpool(parse, body, place)
    now = desk.now_ms()

    def work(connection: Connection) -> tuple[PushReply, str]:
        return take(desk, connection, caller_of(connection, caller.device), parsed, cert, now)

    receipt, way = await desk.write(work)
    desk.meter.segments(way)
    return receipt


def take(
    desk: Desk, connection: Connection, asking: Caller, parsed: Segment, cert: ChainCert, now_ms: int
) -> tuple[PushReply, str]:
    """Judge a segment and keep it, in the caller's transaction: the receipt, and what was done.

    The second is push, quarantine, or again (it was here already).  Refuses what does not belong.
    """
    place = parsed.stream
    row = connection.execute(select(stream).where(stream.c.id == place).with_for_update()).first()
    if row is None:
        raise refuse(404, "stream_unknown", keep=True)
    _check_carrier(connection, asking, place, row.agency, cert)
    kept = _place_in_chain(connection, parsed, cert)
    if kept is not None:
        return kept, "again"
    quarantined = _judge(desk, connection, asking, parsed, cert)
    if quarantined:
        _count_quarantine(desk, connection, cert.device, len(parsed.raw))
    seq = row.last_seq + 1
    _keep(connection, parsed, cert, seq, quarantined)
    connection.execute(update(stream).where(stream.c.id == place).values(last_seq=seq))
    action = "quarantine" if quarantined else "push"
    audit.record(connection, place, now_ms, asking.device, action, (seq, seq))
    return PushReply(server_seq=seq, quarantined=quarantined), action


def parse(body: SegmentBody, place: bytes) -> tuple[Segment, ChainCert]:
    """What was sent to stream ``place``; refuses (400) what is no segment of it."""
    try:
        parsed, cert = parse_segment(body.segment), parse_chain_cert(body.cert)
    except AppError as error:
        raise refuse(400, "segment_refused", error.code) from None
    if (parsed.stream, cert.stream, cert.chain) != (place, place, parsed.chain):
        raise refuse(400, "segment_refused", "other_place")
    return parsed, cert


def _check_carrier(
    connection: Connection, asking: Caller, place: bytes, agency: bytes, cert: ChainCert
) -> None:
    """A device brings its own segments; a living member also those of others (after a restore)."""
    if agency == asking.agency and cert.device == asking.device:
        return
    if asking.removed or not is_member(connection, asking.person, place):
        raise refuse(403, "not_a_member", keep=True)


def _place_in_chain(connection: Connection, parsed: Segment, cert: ChainCert) -> PushReply | None:
    """None when the segment comes next; the old receipt when it is here already.

    Refuses a gap, and a fork of the history that is kept.
    """
    row = connection.execute(
        select(chain).where(chain.c.stream == parsed.stream, chain.c.chain == parsed.chain).with_for_update()
    ).first()
    last = row.last_dseq if row else 0
    if row is not None and row.cert != cert.raw:
        raise refuse(403, "segment_refused", "other_certificate", keep=True)
    if parsed.first > last + 1:
        raise _gap(last + 1)
    if parsed.first == last + 1:
        if row is not None and parsed.prev != row.last_hash:
            raise _fork(last, row.last_hash)
        return None
    held = _held_from(connection, parsed)
    for dseq, digest in enumerate(parsed.hashes, start=parsed.first):
        if dseq in held and held[dseq][1] != digest:
            raise _fork(dseq, held[dseq][1])
    if parsed.last > last:
        raise _gap(last + 1)
    kept = held[parsed.last][0]
    return PushReply(server_seq=kept.seq, quarantined=kept.quarantined)


def _held_from(connection: Connection, parsed: Segment) -> dict[int, tuple[Row[tuple[object, ...]], bytes]]:
    """By dseq, the kept segment and envelope hash of what ``parsed`` overlaps."""
    rows = connection.execute(
        select(segment).where(
            segment.c.stream == parsed.stream,
            segment.c.chain == parsed.chain,
            segment.c.first <= parsed.last,
            segment.c.last >= parsed.first,
        )
    ).all()
    held: dict[int, tuple[Row[tuple[object, ...]], bytes]] = {}
    for row in rows:
        # The same bytes again is by far the usual case; then nothing is parsed twice.
        same = row.digest == hashlib.sha256(parsed.raw).digest()
        hashes = parsed.hashes if same else parse_segment(row.raw).hashes
        held |= {dseq: (row, item) for dseq, item in enumerate(hashes, start=row.first)}
    return held


def _judge(desk: Desk, connection: Connection, asking: Caller, parsed: Segment, cert: ChainCert) -> bool:
    """False when the segment counts, True when it belongs in quarantine; else refuses."""
    agency = desk.authority.agency(connection, asking.agency)
    state = desk.authority.stream(connection, parsed.stream, agency)
    try:
        check_segment_entitled(parsed, cert, agency, state)
    except BeyondCut:
        return True
    except NotEntitled as error:
        if asking.removed:
            return True
        raise refuse(403, "segment_refused", error.code, keep=True) from None
    except AppError as error:
        # An unknown control head is cured by sending control first.
        raise refuse(409, "segment_refused", error.code, keep=True) from None
    return False


def _count_quarantine(desk: Desk, connection: Connection, whose: bytes, size: int) -> None:
    used = connection.execute(
        select(device.c.quarantine_bytes).where(device.c.id == whose).with_for_update()
    ).scalar_one()
    if used + size > desk.config.limits.quarantine_bytes_per_device:
        raise refuse(413, "quarantine_full", keep=True)
    connection.execute(update(device).where(device.c.id == whose).values(quarantine_bytes=used + size))


def _keep(connection: Connection, parsed: Segment, cert: ChainCert, seq: int, quarantined: bool) -> None:
    place = {"stream": parsed.stream, "chain": parsed.chain}
    end = {"last_dseq": parsed.last, "last_hash": parsed.last_hash}
    if parsed.first == 1:
        connection.execute(insert(chain).values(**place, device=cert.device, cert=cert.raw, **end))
    else:
        connection.execute(
            update(chain).where(chain.c.stream == parsed.stream, chain.c.chain == parsed.chain).values(**end)
        )
    connection.execute(
        insert(segment).values(
            **place,
            seq=seq,
            device=cert.device,
            first=parsed.first,
            last=parsed.last,
            digest=hashlib.sha256(parsed.raw).digest(),
            size=len(parsed.raw),
            quarantined=quarantined,
            raw=parsed.raw,
        )
    )


def _gap(expect: int) -> Refusal:
    return Refusal(409, ErrorReply(code="sequence_gap", expect=expect), keep=True)


def _fork(dseq: int, digest: bytes) -> Refusal:
    return Refusal(409, ErrorReply(code="fork_seen", dseq=dseq, hash=digest), keep=True)


async def pull(desk: Desk, request: Request) -> SegmentsReply:
    """GET …/segments?after=n&limit=n&own=0|1, for members' devices only.

    The caller's own segments are passed over unless ``own`` is 1.
    """
    place = hex_id(request.path_params["stream"])
    after = number(request, "after", 0, 2**53)
    limit = number(request, "limit", PULL_PAGE_SEGMENTS, PULL_PAGE_SEGMENTS)
    own = number(request, "own", 0, 1)
    caller = await desk.caller(request)
    now = desk.now_ms()

    def work(connection: Connection) -> SegmentsReply:
        asking = caller_of(connection, caller.device)
        if asking.removed or not is_member(connection, asking.person, place):
            raise refuse(403, "not_a_member")
        skipped = None if own else asking.device
        return _page(connection, place, after, max(1, limit), skipped)

    page = await desk.read(work)
    desk.meter.segments("pull", len(page.segments))
    if page.segments and desk.config.audit_reads:
        span = (page.segments[0].seq, page.segments[-1].seq)
        await desk.write(lambda connection: audit.record(connection, place, now, caller.device, "pull", span))
    return page


def _page(
    connection: Connection, place: bytes, after: int, limit: int, skipped: bytes | None
) -> SegmentsReply:
    rows = connection.execute(
        select(segment.c.seq, segment.c.device, segment.c.size)
        .where(segment.c.stream == place, segment.c.seq > after)
        .order_by(segment.c.seq)
        .limit(_SKIP)
    ).all()
    wanted: list[int] = []
    size = 0
    cursor = after
    for row in rows:
        if row.device != skipped:
            size += row.size
            if wanted and (size > PULL_PAGE_BYTES or len(wanted) == limit):
                break
            wanted.append(row.seq)
        cursor = row.seq
    found = connection.execute(
        select(segment.c.seq, segment.c.raw, chain.c.cert)
        .join(chain, (chain.c.stream == segment.c.stream) & (chain.c.chain == segment.c.chain))
        .where(segment.c.stream == place, segment.c.seq.in_(wanted))
        .order_by(segment.c.seq)
    )
    items = [SegmentItem(seq=row.seq, segment=row.raw, cert=row.cert) for row in found]
    last = connection.execute(select(stream.c.last_seq).where(stream.c.id == place)).scalar_one()
    return SegmentsReply(segments=items, cursor=cursor, more=cursor < last)


async def chains(desk: Desk, request: Request) -> ChainsReply:
    """GET …/chains: the end of every chain, for members and administrators."""
    place = hex_id(request.path_params["stream"])
    caller = await desk.caller(request)

    def work(connection: Connection) -> ChainsReply:
        asking = caller_of(connection, caller.device)
        if not (place == asking.agency or may_oversee(desk, connection, asking, place)):
            raise refuse(403, "not_a_member")
        rows = connection.execute(
            select(chain.c.chain, chain.c.last_dseq, chain.c.last_hash)
            .where(chain.c.stream == place)
            .order_by(chain.c.chain)
        )
        items = [ChainItem(chain=row[0], last=row[1], hash=row[2]) for row in rows]
        return ChainsReply(chains=items)

    return await desk.read(work)
