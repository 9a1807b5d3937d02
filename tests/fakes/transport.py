"""A server without a network: ``app.sync.ports.Transport`` in memory, with faults on order.

Several ``FakeTransport`` share one ``FakeServer``.  It keeps order and idempotence like the real
one and verifies nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.crypto.primitives import sha256
from app.errors import AppError, ForkSeen, HeadMoved, SequenceGap, ServerRefused, SignInNeeded
from app.protocol.blob import BlobKind
from app.protocol.control import control_hash
from app.protocol.ids import NO_HASH, ChainId, DeviceId, StreamId
from app.protocol.segment import parse_segment
from app.sync.blob_ports import BLOB_DIFFERS, CHUNK_UNKNOWN, BlobState, RemoteSnapshot
from app.sync.ports import (
    ControlPage,
    Heads,
    HeldChain,
    IncomingSegment,
    LoginSigner,
    OutgoingSegment,
    PushReceipt,
    RemoteStream,
    SegmentPage,
    StreamPosition,
)

NOBODY = DeviceId(bytes(16))


@dataclass
class HeldBlob:
    """One blob on the fake server."""

    kind: BlobKind
    count: int
    at: int
    chunks: dict[int, bytes] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every chunk is there."""
        return len(self.chunks) == self.count


@dataclass
class Shelf:
    """One stream on the fake server."""

    control: list[bytes] = field(default_factory=list)
    segments: list[OutgoingSegment] = field(default_factory=list)
    hashes: dict[ChainId, list[bytes]] = field(default_factory=dict)

    blobs: dict[bytes, HeldBlob] = field(default_factory=dict)

    @property
    def head(self) -> bytes:
        """Hash of the last control operation."""
        return control_hash(self.control[-1]) if self.control else NO_HASH


class FakeServer:
    """Streams in memory; everybody is a member of everything unless ``closed``."""

    def __init__(self) -> None:
        self.streams: dict[StreamId, Shelf] = {}
        self.closed: set[StreamId] = set()
        self.marker = "marker-1"
        self.now_ms = 1_760_000_000_000
        self.page = 2


class FakeTransport:
    """One device's wire.

    ``before`` and ``after`` are called with the name of each call and may raise: before, nothing
    happened on the server; after, it happened and the reply was lost.  ``calls`` lists the names.
    """

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.calls: list[str] = []
        self.pushed: list[bytes] = []
        self.before: Callable[[str], None] = lambda name: None
        self.after: Callable[[str], None] = lambda name: None
        self.token = False
        self.line_room = 2**20

    def fail(self, name: str, *errors: AppError, after: bool = False) -> None:
        """Let the next calls of ``name`` fail with ``errors``, one each."""
        left = list(errors)

        def hook(called: str) -> None:
            if called == name and left:
                raise left.pop(0)

        if after:
            self.after = hook
        else:
            self.before = hook

    def _enter(self, name: str, *, token: bool = True) -> None:
        self.calls.append(name)
        self.before(name)
        if token and not self.token:
            raise SignInNeeded

    @property
    def signed_in(self) -> bool:
        return self.token

    @property
    def room(self) -> int:
        return self.line_room

    async def probe(self) -> None:
        self._enter("probe", token=False)

    async def found_agency(self, agency: StreamId, ops: Sequence[bytes]) -> bytes:
        self._enter("found_agency", token=False)
        shelf = self.server.streams.setdefault(agency, Shelf())
        shelf.control = list(ops) if len(ops) > len(shelf.control) else shelf.control
        self.after("found_agency")
        return control_hash(ops[-1])

    async def login(self, device: DeviceId, sign: LoginSigner) -> None:
        self._enter("login", token=False)
        await sign("https://server.example", bytes(32))
        self.token = True

    async def heads(self, positions: Sequence[StreamPosition]) -> Heads:
        self._enter("heads")
        sent = {item.stream: item for item in positions}
        changed = []
        for stream, shelf in self.server.streams.items():
            here = sent.get(stream)
            place = (shelf.head, len(shelf.control), len(shelf.segments))
            if stream in self.server.closed:
                continue
            if here is None or place != (here.control_head, here.control_count, here.cursor):
                changed.append(RemoteStream(stream, *place))
        self.after("heads")
        return Heads(
            self.server.marker,
            self.server.now_ms,
            tuple(changed),
            tuple(item for item in sent if item not in self.server.streams),
            tuple(item for item in sent if item in self.server.closed),
        )

    async def get_control(self, stream: StreamId, after: int) -> ControlPage:
        self._enter("get_control")
        shelf = self.server.streams[stream]
        page = tuple(shelf.control[after : after + self.server.page])
        self.after("get_control")
        return ControlPage(page, shelf.head, len(shelf.control))

    async def append_control(self, stream: StreamId, prev: bytes, ops: Sequence[bytes]) -> bytes:
        self._enter("append_control")
        shelf = self.server.streams.setdefault(stream, Shelf())
        if shelf.control[-len(ops) :] == list(ops):
            return shelf.head
        if shelf.head != prev:
            raise HeadMoved(shelf.head, len(shelf.control))
        shelf.control.extend(ops)
        self.after("append_control")
        return shelf.head

    async def push(self, segment: OutgoingSegment) -> PushReceipt:
        self._enter("push")
        self.pushed.append(segment.raw)
        shelf = self.server.streams[segment.stream]
        parsed = parse_segment(segment.raw)
        hashes = shelf.hashes.setdefault(segment.chain, [])
        if segment.first > len(hashes) + 1:
            raise SequenceGap(len(hashes) + 1)
        for place, digest in enumerate(parsed.hashes, start=segment.first):
            if place <= len(hashes) and hashes[place - 1] != digest:
                raise ForkSeen(place, hashes[place - 1])
        for number, kept in enumerate(shelf.segments, start=1):
            if sha256(kept.raw) == sha256(segment.raw):
                return PushReceipt(number, False)
        hashes.extend(parsed.hashes)
        shelf.segments.append(segment)
        self.after("push")
        return PushReceipt(len(shelf.segments), False)

    async def pull(self, stream: StreamId, after: int, *, own: bool) -> SegmentPage:
        self._enter("pull")
        shelf = self.server.streams[stream]
        page = shelf.segments[after : after + self.server.page]
        cursor = after + len(page)
        self.after("pull")
        return SegmentPage(
            tuple(
                IncomingSegment(after + number, item.raw, item.cert)
                for number, item in enumerate(page, start=1)
            ),
            cursor,
            cursor < len(shelf.segments),
        )

    async def chains(self, stream: StreamId) -> Sequence[HeldChain]:
        self._enter("chains")
        shelf = self.server.streams.get(stream, Shelf())
        return [HeldChain(chain, len(hashes), hashes[-1]) for chain, hashes in shelf.hashes.items() if hashes]

    async def put_chunk(
        self, stream: StreamId, blob: bytes, number: int, kind: BlobKind, count: int, data: bytes, at: int = 0
    ) -> bool:
        self._enter("put_chunk")
        held = self.server.streams[stream].blobs.setdefault(blob, HeldBlob(kind, count, at))
        kept = held.chunks.setdefault(number, data)
        if kept != data or (held.kind, held.count, held.at) != (kind, count, at):
            raise ServerRefused(server_code=BLOB_DIFFERS)
        self.after("put_chunk")
        return held.complete

    async def get_chunk(self, stream: StreamId, blob: bytes, number: int) -> bytes:
        self._enter("get_chunk")
        held = self.server.streams[stream].blobs.get(blob)
        if held is None or number not in held.chunks:
            raise ServerRefused(server_code=CHUNK_UNKNOWN)
        self.after("get_chunk")
        return held.chunks[number]

    async def blob_state(self, stream: StreamId, blob: bytes) -> BlobState:
        self._enter("blob_state")
        held = self.server.streams[stream].blobs.get(blob)
        self.after("blob_state")
        if held is None:
            return BlobState(0, (), False)
        return BlobState(held.count, tuple(sorted(held.chunks)), held.complete)

    async def snapshots(self, stream: StreamId) -> tuple[RemoteSnapshot, ...]:
        self._enter("snapshots")
        found = [
            RemoteSnapshot(
                name, held.at, held.count, sum(map(len, held.chunks.values())), DeviceId(bytes(16))
            )
            for name, held in self.server.streams[stream].blobs.items()
            if held.kind == BlobKind.SNAPSHOT and held.complete
        ]
        self.after("snapshots")
        return tuple(sorted(found, key=lambda item: -item.at))

    async def aclose(self) -> None:
        self.token = False
