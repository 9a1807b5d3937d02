"""The streams over HTTP: control operations and segments, up and down.

Owns paths and bodies; ``app.sync.http`` sends them.  Spec: protocol.md, "Server".
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from app.errors import ServerAnswerInvalid
from app.protocol.ids import ChainId, StreamId
from app.sync.answers import body
from app.sync.blobs import BlobCalls
from app.sync.ports import (
    ControlPage,
    HeldChain,
    IncomingSegment,
    OutgoingSegment,
    PushReceipt,
    SegmentPage,
)
from app.sync.wire import (
    INVITATION_HEADER,
    PULL_PAGE_SEGMENTS,
    AgencyBody,
    AppendBody,
    ChainsReply,
    ControlReply,
    HeadNow,
    PushReply,
    SegmentBody,
    SegmentsReply,
)

SECONDS_OF_SEGMENTS = 600.0
"""Of a piece that is large on a slow line; silence ends it long before."""
_SEGMENT_ON_A_SLOW_LINE = 16 * 1024
"""Bytes that a segment is taken to have when a page is asked for that suits the line."""


class StreamCalls(BlobCalls):
    """Implements what ``app.sync.ports.Transport`` says of streams."""

    @property
    @abstractmethod
    def room(self) -> int:
        """Bytes that are worth sending at once."""

    async def found_agency(self, agency: StreamId, ops: Sequence[bytes]) -> bytes:
        """POST /v1/agency."""
        reply = await self._call("POST", "/v1/agency", HeadNow, body(AgencyBody, ops=list(ops)))
        return reply.head

    async def get_control(self, stream: StreamId, after: int, *, invitation: bytes = b"") -> ControlPage:
        """GET …/control; ``invitation`` stands for the token while joining."""
        extra = {INVITATION_HEADER: invitation.hex()} if invitation else {}
        path = f"/v1/streams/{stream.hex()}/control?after={after}"
        reply = await self._call("GET", path, ControlReply, headers=extra)
        return ControlPage(tuple(reply.ops), reply.head, reply.count)

    async def append_control(self, stream: StreamId, prev: bytes, ops: Sequence[bytes]) -> bytes:
        """POST …/control.  Raises HeadMoved."""
        sent = body(AppendBody, prev=prev, ops=list(ops))
        reply = await self._call("POST", f"/v1/streams/{stream.hex()}/control", HeadNow, sent)
        return reply.head

    async def push(self, segment: OutgoingSegment) -> PushReceipt:
        """POST …/segments.  Raises SequenceGap or ForkSeen."""
        path = f"/v1/streams/{segment.stream.hex()}/segments"
        sent = body(SegmentBody, segment=segment.raw, cert=segment.cert)
        reply = await self._call("POST", path, PushReply, sent, seconds=SECONDS_OF_SEGMENTS)
        return PushReceipt(reply.server_seq, reply.quarantined)

    async def pull(self, stream: StreamId, after: int, *, own: bool) -> SegmentPage:
        """GET …/segments.  A page that does not move forward is refused: it would loop."""
        path = f"/v1/streams/{stream.hex()}/segments?after={after}&own={int(own)}"
        if (limit := self.room // _SEGMENT_ON_A_SLOW_LINE) < PULL_PAGE_SEGMENTS:
            path += f"&limit={max(1, limit)}"
        reply = await self._call("GET", path, SegmentsReply, seconds=SECONDS_OF_SEGMENTS)
        if reply.cursor < after or (reply.more and reply.cursor == after):
            raise ServerAnswerInvalid("cursor")
        segments = tuple(IncomingSegment(item.seq, item.segment, item.cert) for item in reply.segments)
        return SegmentPage(segments, reply.cursor, reply.more)

    async def chains(self, stream: StreamId) -> Sequence[HeldChain]:
        """GET …/chains."""
        reply = await self._call("GET", f"/v1/streams/{stream.hex()}/chains", ChainsReply)
        return tuple(HeldChain(ChainId(item.chain), item.last, item.hash) for item in reply.chains)
