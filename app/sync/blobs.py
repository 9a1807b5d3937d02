"""Blobs over HTTP: sealed chunks up and down, one at a time.

Owns paths and bodies; ``app.sync.http`` sends them.  Spec: protocol.md, "Server".
"""

from __future__ import annotations

from app.errors import ServerAnswerInvalid
from app.protocol.blob import BlobKind
from app.protocol.ids import DeviceId, StreamId
from app.sync.answers import body
from app.sync.blob_ports import BlobState, RemoteSnapshot
from app.sync.blob_wire import BlobStateReply, ChunkBody, ChunkKept, ChunkReply, SnapshotsReply
from app.sync.people import PeopleCalls


class BlobCalls(PeopleCalls):
    """Implements ``app.sync.blob_ports.BlobTransport``."""

    async def put_chunk(
        self, stream: StreamId, blob: bytes, number: int, kind: BlobKind, count: int, data: bytes, at: int = 0
    ) -> bool:
        """POST …/blobs/{blob}/{number}."""
        sent = body(ChunkBody, kind=int(kind), count=count, data=data, at=at)
        path = f"/v1/streams/{stream.hex()}/blobs/{blob.hex()}/{number}"
        return (await self._call("POST", path, ChunkKept, sent)).complete

    async def get_chunk(self, stream: StreamId, blob: bytes, number: int) -> bytes:
        """GET …/blobs/{blob}/{number}."""
        path = f"/v1/streams/{stream.hex()}/blobs/{blob.hex()}/{number}"
        return (await self._call("GET", path, ChunkReply)).data

    async def blob_state(self, stream: StreamId, blob: bytes) -> BlobState:
        """GET …/blobs/{blob}."""
        reply = await self._call("GET", f"/v1/streams/{stream.hex()}/blobs/{blob.hex()}", BlobStateReply)
        if sorted(set(reply.held)) != reply.held or not all(1 <= item <= reply.count for item in reply.held):
            raise ServerAnswerInvalid("held")
        return BlobState(reply.count, tuple(reply.held), reply.complete)

    async def snapshots(self, stream: StreamId) -> tuple[RemoteSnapshot, ...]:
        """GET …/snapshots."""
        reply = await self._call("GET", f"/v1/streams/{stream.hex()}/snapshots", SnapshotsReply)
        return tuple(
            RemoteSnapshot(item.blob, item.at, item.count, item.size, DeviceId(item.device))
            for item in reply.snapshots
        )
