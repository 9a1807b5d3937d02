"""The bodies of requests and replies about blobs, the same code on both sides.

Beside ``app.sync.wire``, which owns the others.  Spec: protocol.md, "Blobs" and "Server".
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.protocol.blob import MAX_SEALED_BYTES
from app.protocol.limits import MAX_BLOB_CHUNKS
from app.sync.wire import Body, Count, Id16, Reply

CHUNK_BODY = MAX_SEALED_BYTES + 4 * 1024

ChunkBytes = Annotated[bytes, Field(min_length=1, max_length=MAX_SEALED_BYTES)]
ChunkCount = Annotated[int, Field(ge=1, le=MAX_BLOB_CHUNKS)]


class ChunkBody(Body):
    """POST /v1/streams/{stream}/blobs/{blob}/{number}; ``at`` is of a snapshot, else 0."""

    kind: Annotated[int, Field(ge=1, le=2)]
    count: ChunkCount
    data: ChunkBytes
    at: Count = 0


class ChunkKept(Reply):
    """The chunk is kept; ``complete`` when all of its blob are."""

    complete: bool


class ChunkReply(Reply):
    """GET /v1/streams/{stream}/blobs/{blob}/{number}."""

    data: ChunkBytes


class BlobStateReply(Reply):
    """GET /v1/streams/{stream}/blobs/{blob}; a count of 0 is a blob nobody brought."""

    count: Annotated[int, Field(ge=0, le=MAX_BLOB_CHUNKS)]
    held: Annotated[list[int], Field(max_length=MAX_BLOB_CHUNKS)]
    complete: bool


class SnapshotItem(Reply):
    """A complete snapshot; ``at`` and ``device`` are what its maker said and who brought it."""

    blob: Id16
    at: Count
    count: ChunkCount
    size: Count
    device: Id16


class SnapshotsReply(Reply):
    """GET /v1/streams/{stream}/snapshots, newest first."""

    snapshots: Annotated[list[SnapshotItem], Field(max_length=100)]
