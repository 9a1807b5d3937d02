"""What the sync engine needs for blobs: of the wire, and of the tablet's sealed files.

Definitions only, beside ``app.sync.ports``.  A blob is an attachment or a snapshot in sealed chunks;
see ``app.protocol.blob``.  Spec: protocol.md, "Blobs" and "Server".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.protocol.blob import BlobKind
from app.protocol.ids import DeviceId, StreamId

BLOB_DIFFERS = "blob_differs"
"""``ServerRefused.server_code``: other bytes are held at that number; seal anew as another blob."""
NO_BLOB_SPACE = "no_blob_space"
"""``ServerRefused.server_code``: the server keeps no more of this device, or of this stream."""
CHUNK_UNKNOWN = "chunk_unknown"
"""``ServerRefused.server_code``: the server does not have that chunk (yet)."""


@dataclass(frozen=True, slots=True)
class BlobState:
    """What the server holds of a blob.  ``held``: numbers, ascending; ``count`` 0 means nothing."""

    count: int
    held: tuple[int, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class RemoteSnapshot:
    """A complete snapshot on the server, as its maker and the server describe it: nothing is proved.

    ``at`` is the server's sequence number up to which the maker says it holds the stream, ``size``
    the bytes of all sealed chunks, ``device`` who brought the first of them.
    """

    blob: bytes
    at: int
    count: int
    size: int
    device: DeviceId


@dataclass(frozen=True, slots=True)
class WaitingBlob:
    """An attachment whose file is here and of which the server may lack chunks.

    ``code``: why the server refused it the last time, or "".
    """

    stream: StreamId
    blob: bytes
    count: int
    code: str = ""


class BlobStore(Protocol):
    """What carrying attachments needs of the vault."""

    async def waiting_blobs(self) -> Sequence[WaitingBlob]:
        """What is to be sent, the smallest first."""

    async def sealed_chunk(self, blob: bytes, number: int) -> bytes:
        """One sealed chunk of a file of this tablet."""

    async def blob_sent(self, blob: bytes, chunks: int) -> None:
        """The server has acknowledged so many chunks of it."""

    async def blob_refused(self, blob: bytes, code: str) -> None:
        """The server does not take it now, for the reason it names."""


class BlobTransport(Protocol):
    """Blobs on the wire.  Every failure is an AppError, as in ``app.sync.ports.Transport``."""

    async def put_chunk(
        self, stream: StreamId, blob: bytes, number: int, kind: BlobKind, count: int, data: bytes, at: int = 0
    ) -> bool:
        """Have the server keep one sealed chunk; True when the blob is complete with it.

        The same bytes again are answered the same way.  ``at``: of a snapshot, see ``RemoteSnapshot``.
        Raises ServerRefused with BLOB_DIFFERS or NO_BLOB_SPACE.
        """

    async def get_chunk(self, stream: StreamId, blob: bytes, number: int) -> bytes:
        """One sealed chunk, unverified.  Raises ServerRefused with CHUNK_UNKNOWN."""

    async def blob_state(self, stream: StreamId, blob: bytes) -> BlobState:
        """Which chunks the server holds."""

    async def snapshots(self, stream: StreamId) -> tuple[RemoteSnapshot, ...]:
        """The complete snapshots of a stream, newest first."""
