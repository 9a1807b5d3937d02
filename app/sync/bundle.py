"""A hand-over file: signed control operations and segments for a tablet that no network reaches.

Owns the bytes of a `.ktbundle` and what goes into one. It holds what a server would hand on, byte for
byte, so that reading one in is a pull: every piece proves its own author, and who is not entitled
can open none of them. It refuses a file that is cut short, altered or of another kind before anything
of it is used. Spec: docs/protocol.md, "Hand-over file".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from app.errors import BundleInvalid, NewerBundle, ProtocolError
from app.protocol.control import parse_control
from app.protocol.ids import StreamId
from app.protocol.limits import MAX_CONTROL_BYTES, MAX_SEGMENT_BYTES
from app.protocol.segment import parse_segment
from app.sync.ports import IncomingSegment, StorePort
from app.sync.wire import MAX_CERT_BYTES

MAGIC = b"KTBUNDLE"
VERSION = 1
FILE_END = ".ktbundle"
MAX_BUNDLE_BYTES = 256 * 1024 * 1024
"""More than a caseload of 100,000 records; it is read into memory."""

_END, _CONTROL, _SEGMENT = 0, 1, 2
_MAX_ITEM = 2 + MAX_CERT_BYTES + MAX_SEGMENT_BYTES
_NOT_FROM_A_SERVER = 0


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a file holds, by stream, in the order in which it goes into a store.

    control: every control operation the maker held, from the genesis on; the agency's first.
    """

    control: dict[StreamId, list[bytes]] = field(default_factory=dict)
    segments: dict[StreamId, list[IncomingSegment]] = field(default_factory=dict)

    @property
    def streams(self) -> tuple[StreamId, ...]:
        """Every stream of which there is something."""
        return tuple(dict.fromkeys((*self.control, *self.segments)))


def write_bundle(bundle: Bundle) -> bytes:
    """The bytes of a file: magic, version, pieces, and a SHA-256 of all before it."""
    parts = [MAGIC, bytes([VERSION])]
    for ops in bundle.control.values():
        for op in ops:
            parts += (_head(_CONTROL, len(op)), op)
    for segments in bundle.segments.values():
        for item in segments:
            size = 2 + len(item.cert) + len(item.raw)
            parts += (_head(_SEGMENT, size), len(item.cert).to_bytes(2, "big"), item.cert, item.raw)
    parts.append(_head(_END, 32))
    body = b"".join(parts)
    return body + sha256(body).digest()


def _head(kind: int, size: int) -> bytes:
    return bytes([kind]) + size.to_bytes(4, "big")


def read_bundle(raw: bytes) -> Bundle:
    """Parse a file strictly. What its pieces say is believed by nobody until a store has verified it.

    Raises BundleInvalid ("not_a_bundle", "cut_short", "damaged", "too_large"), NewerBundle.
    """
    start = len(MAGIC) + 1
    if raw[: len(MAGIC)] != MAGIC or len(raw) < start:
        raise BundleInvalid("not_a_bundle")
    if raw[len(MAGIC)] > VERSION:
        raise NewerBundle(f"version {raw[len(MAGIC)]}")
    if raw[len(MAGIC)] != VERSION:
        raise BundleInvalid("not_a_bundle")
    if len(raw) > MAX_BUNDLE_BYTES:
        raise BundleInvalid("too_large")
    bundle = Bundle()
    try:
        for kind, body in _pieces(raw, start):
            if kind == _CONTROL:
                _check(len(body) <= MAX_CONTROL_BYTES)
                bundle.control.setdefault(parse_control(body).stream, []).append(body)
            else:
                cert, segment = _split(body)
                item = IncomingSegment(_NOT_FROM_A_SERVER, segment, cert)
                bundle.segments.setdefault(parse_segment(segment).stream, []).append(item)
    except ProtocolError as error:
        if isinstance(error, BundleInvalid):
            raise
        raise BundleInvalid("damaged") from error
    return bundle


def _pieces(raw: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while True:
        if at + 5 > len(raw):
            raise BundleInvalid("cut_short")
        kind, size = raw[at], int.from_bytes(raw[at + 1 : at + 5], "big")
        body = raw[at + 5 : at + 5 + size]
        _check(kind in (_END, _CONTROL, _SEGMENT) and size <= _MAX_ITEM)
        if len(body) < size:
            raise BundleInvalid("cut_short")
        if kind == _END:
            _check(size == 32 and at + 5 + size == len(raw))
            _check(sha256(raw[: at + 5]).digest() == body)
            return
        yield kind, body
        at += 5 + size


def _split(body: bytes) -> tuple[bytes, bytes]:
    """A segment's piece as certificate and segment."""
    end = 2 + int.from_bytes(body[:2], "big")
    _check(2 < end <= 2 + MAX_CERT_BYTES and end < len(body))
    return body[2:end], body[end:]


def _check(holds: bool) -> None:
    if not holds:
        raise BundleInvalid("damaged")


async def collect(store: StorePort, wanted: Collection[StreamId] | None, everything: bool) -> Bundle:
    """What a file for a colleague's tablet holds.

    wanted: streams of families to take along; None for all. everything: also what the server has.
    The agency's own chain always comes along: without it nobody new can be verified. Of control
    operations made here and not accepted yet only a genesis does: nobody can overtake that one.
    """
    agency = (await store.identity()).agency
    known = [item.stream for item in await store.positions()]
    taken = [stream for stream in known if wanted is None or stream == agency or stream in wanted]
    genesis = {
        item.stream: [item.ops[0]] for item in await store.outgoing_control() if item.prev == bytes(32)
    }
    bundle = Bundle()
    for stream in sorted(taken, key=lambda item: item != agency):
        ops = list(await store.control_ops(stream, 0)) or genesis.get(stream, [])
        if not ops:
            continue
        bundle.control[stream] = ops
        segments = await _segments(store, stream, everything)
        if segments:
            bundle.segments[stream] = segments
    return bundle


async def _segments(store: StorePort, stream: StreamId, everything: bool) -> list[IncomingSegment]:
    own = {chain.chain: chain for chain in await store.own_chains() if chain.stream == stream}
    carried = {item.chain: item.first for item in await store.carried()}
    found: list[IncomingSegment] = []
    for held in await store.held_chains(stream):
        chain = own.get(held.chain)
        if everything:
            dseq = 1
        elif chain is not None:
            dseq = chain.acked + 1
        elif held.chain in carried:
            dseq = carried[held.chain]
        else:
            continue
        while dseq <= held.last:
            segment = await store.segment_from(stream, held.chain, dseq)
            if segment is None:
                break
            found.append(IncomingSegment(_NOT_FROM_A_SERVER, segment.raw, segment.cert))
            dseq = segment.last + 1
    return found


def operations_of(segments: Sequence[IncomingSegment]) -> int:
    """How many operations the segments of a file hold."""
    return sum(int.from_bytes(item.raw[1:3], "big") for item in segments)
