"""What attachments ask of the vault.

Owns the asynchronous face of `attachments`: `BlobStore` of app.sync.blob_ports, and what services
need. Every call is one function on the database thread. Spec: docs/attachments.md.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeVar

from app.errors import NeedsNewEpoch, ProtocolError, StoreError
from app.protocol.blob import Manifest
from app.protocol.entitlement import sealing_epoch
from app.protocol.ids import DeviceId, StreamId
from app.sync.blob_ports import WaitingBlob
from app.wraparound.records import Attachment

from .attachment_shelf import KeptBlob
from .core import Core
from .reducer import Touched

T = TypeVar("T")


class AttachmentSide(ABC):
    """The part of the vault that faces attachments."""

    _core: Core

    @abstractmethod
    async def _run(self, work: Callable[[], T]) -> T:
        """Do work on the database thread."""

    @abstractmethod
    def _told(self, touched: Touched) -> None:
        """Tell the screens what may look different now."""

    # BlobStore

    async def waiting_blobs(self) -> Sequence[WaitingBlob]:
        def work() -> list[WaitingBlob]:
            lines = self._core.lines
            # Notes first, and the record before its picture: the server knows the stream by then.
            unsent = {line.row.stream for line in lines.own() if line.pending and not line.frozen}
            return [
                WaitingBlob(StreamId(item.stream), item.blob, item.chunks, item.code)
                for item in self._core.attachments.waiting()
                if item.stream not in unsent and not self._is_stale(item)
            ]

        return await self._run(work)

    async def sealed_chunk(self, blob: bytes, number: int) -> bytes:
        return await self._run(lambda: self._core.attachments.sealed(blob, number))

    async def blob_sent(self, blob: bytes, chunks: int) -> None:
        await self._run(lambda: self._changed(blob, lambda: self._core.attachments.sent(blob, chunks)))

    async def blob_refused(self, blob: bytes, code: str) -> None:
        await self._run(lambda: self._changed(blob, lambda: self._core.attachments.refused(blob, code)))

    def _changed(self, blob: bytes, change: Callable[[], None]) -> None:
        """Change what is known of a blob; screens hear of it when it is another thing than before."""
        before = self._core.attachments.state(blob)
        change()
        if before is not None and before != self._core.attachments.state(blob):
            self._tell_of(before.stream)

    def _tell_of(self, stream: bytes) -> None:
        family = self._core.mirror.family_of(stream)
        self._told(Touched(frozenset({family}), frozenset({Attachment.TYPE})))

    # What services ask

    async def add_blob(self, stream: StreamId, data: bytes) -> Manifest:
        """Seal something under the stream's current key and keep its file; `keep_blob` comes next.

        Raises UnknownStream, NotEntitled, NeedsNewEpoch, MissingKey, DiskFull, StoreFailed.
        """
        return await self._run(
            lambda: self._core.attachments.add(stream, self._epoch(stream), data)
        )

    async def stale_blobs(self) -> tuple[bytes, ...]:
        """Blobs that may not leave as they are: sealed under an epoch that somebody removed knows."""
        return await self._run(
            lambda: tuple(one.blob for one in self._core.attachments.waiting() if self._is_stale(one))
        )

    def _epoch(self, stream: bytes) -> int:
        book = self._core.book
        device = DeviceId(self._core.keyring.device)
        return sealing_epoch(book.require(stream), book.require_agency(), device)

    def _is_stale(self, item: KeptBlob) -> bool:
        try:
            return item.epoch != self._epoch(item.stream)
        except NeedsNewEpoch:
            return True
        except (ProtocolError, StoreError):
            return False  # no member any more: the server decides

    async def keep_blob(self, blob: bytes) -> None:
        """The record that names the blob is committed: it may be sent."""
        await self._run(lambda: self._core.attachments.keep(blob))

    async def blob_states(self) -> dict[bytes, KeptBlob]:
        """What is known of every blob whose file is here."""
        return await self._run(self._core.attachments.states)

    async def read_blob(self, manifest: Manifest) -> bytes:
        """The plaintext of a blob whose file is here. Raises Tampered, MissingKey, StoreFailed."""
        return await self._run(lambda: self._core.attachments.read(manifest))

    async def next_chunk(self, manifest: Manifest) -> int:
        """The number of the first chunk to fetch; more than the count when the file is whole."""
        return await self._run(lambda: self._core.attachments.next_chunk(manifest))

    async def take_chunk(self, manifest: Manifest, number: int, sealed: bytes) -> None:
        """Verify and keep a chunk that came. Raises Tampered and its kin, DiskFull."""

        def work() -> None:
            self._core.attachments.take(manifest, number, sealed)
            if number == manifest.count:
                self._tell_of(manifest.place.stream)

        await self._run(work)

    async def drop_blob(self, blob: bytes) -> None:
        """Remove a blob's file from this tablet."""
        await self._run(lambda: self._core.attachments.drop(blob))

    async def evict_blobs(self, wanted: int) -> int:
        """Remove files that the server has, the longest unused first; returns the bytes that went."""
        return await self._run(lambda: self._core.attachments.evict(wanted))
