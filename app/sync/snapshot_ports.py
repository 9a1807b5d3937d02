"""What a first sync needs of the vault.

Definitions only, beside ``app.sync.ports``; the blobs that snapshots travel in are in
``app.sync.blob_ports``.  Spec: protocol.md, "Snapshots".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.protocol.ids import StreamId


class SealedSnapshot(Protocol):
    """A snapshot as it goes to the server.  ``at``: up to where its maker had received the stream."""

    @property
    def blob(self) -> bytes: ...
    @property
    def at(self) -> int: ...
    @property
    def chunks(self) -> tuple[bytes, ...]: ...


class SnapshotPort(Protocol):
    """The part of ``StorePort`` that makes snapshots, and checks those of others."""

    async def expect(self, streams: Mapping[StreamId, int]) -> None:
        """These streams are to come for the first time, each up to this server sequence."""

    async def snapshot_wanted(self, stream: StreamId) -> bool:
        """Whether a snapshot of ``stream`` could be shown here."""

    async def take_snapshot(self, stream: StreamId, blob: bytes, chunks: Sequence[bytes]) -> None:
        """Verify a snapshot and show it, marked as unchecked; nothing of it counts as held.

        Raises an AppError when it is not to be shown; then nothing has changed.
        """

    async def pulled(self, stream: StreamId) -> None:
        """All that the server shows of ``stream`` has come: check what is shown against it."""

    async def snapshots_due(self) -> Sequence[StreamId]:
        """Streams whose tail since the last snapshot is long, and of which all is here."""

    async def make_snapshot(self, stream: StreamId) -> SealedSnapshot | None:
        """A new snapshot of ``stream``, signed and sealed; None while it must not be made.

        Raises an AppError when this device may not.
        """

    async def snapshot_held(self, stream: StreamId, at: int, *, ours: bool) -> None:
        """The server has a snapshot of ``stream`` made at ``at``; ``ours``: of all that is here."""
