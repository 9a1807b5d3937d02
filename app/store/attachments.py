"""The files of attachments on this tablet: sealed chunks, as they go to the server.

Owns the folder `attachments` of a home: `<blob>.blob` holds all chunks of a blob one after another,
`<blob>.part` those that have come so far. A file has its name only once it is whole and on the disk
(tmp, fsync, rename); nothing in the folder is ever readable without the stream's key. Everything runs
on the database thread. It refuses to know of records, words and networks.
Spec: docs/protocol.md, "Blobs"; docs/attachments.md, "On this tablet".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.crypto.primitives import Random
from app.errors import AppError, ProtocolError, StoreFailed, Tampered
from app.protocol.blob import (
    HEADER_BYTES,
    MAX_SEALED_BYTES,
    BlobKind,
    BlobPlace,
    Manifest,
    open_blob,
    open_chunk,
    parse_chunk,
    seal_blob,
)
from app.protocol.ids import StreamId

from .attachment_shelf import ADDING, KEPT, KeptBlob
from .attachments_living import Living
from .connection import storage_errors
from .keys import StreamKeys
from .log import Log
from .wiping import sync_directory

FOLDER = "attachments"
_WHOLE, _PART, _NEW = ".blob", ".part", ".tmp"


class Attachments:
    """The folder and its table."""

    def __init__(
        self, home: Path, log: Log, keys: StreamKeys, now_ms: Callable[[], int], random: Random
    ) -> None:
        self._folder = home / FOLDER
        self._log = log
        self._shelf = log.attachments
        self._keys = keys
        self._now_ms = now_ms
        self._random = random

    # Adding

    def add(self, stream: bytes, epoch: int, data: bytes) -> Manifest:
        """Seal something under the key of an epoch and keep the file; `keep` follows its record.

        Raises MissingKey, DiskFull, StoreFailed; then nothing is left behind.
        """
        place = BlobPlace(BlobKind.ATTACHMENT, StreamId(stream), self._random(16), epoch)
        manifest, chunks = seal_blob(data, place, self._keys.require(stream, epoch), self._random)
        self._write(self._path(place.blob, _WHOLE), chunks)
        size = sum(map(len, chunks))
        with self._log.writing():
            self._shelf.put(
                KeptBlob(place.blob, stream, epoch, manifest.count, size, ADDING, 0, "", self._now_ms())
            )
        return manifest

    def keep(self, blob: bytes) -> None:
        """The record of a blob is in the log: from now on it is sent, and never lost."""
        self._change(blob, kept=KEPT)

    def sweep(self, living: Mapping[bytes, Living], *, doubtful: bool) -> None:
        """Put files and table in step with the records, at opening.

        living: by blob, what the records that are here say. doubtful: the log was damaged,
        so records may be missing: nothing is thrown away. What was begun and not saved goes; what is
        kept of a picture that no record names any more goes when the server has it.
        """
        rows = {item.blob: item for item in self._shelf.all()}
        with storage_errors():
            for path in self._files():
                named = _blob_of(path)
                unknown = named not in rows and named not in living and not doubtful
                if path.suffix == _NEW or unknown:
                    path.unlink(missing_ok=True)
        with self._log.writing():
            for blob, named_by in living.items():
                if blob not in rows and (size := self._size(blob)) is not None:
                    self._shelf.put(KeptBlob(blob, *named_by, size, KEPT, 0, "", self._now_ms()))
            for blob, row in rows.items():
                if self._size(blob) is None:
                    self._shelf.drop(blob)
                elif blob in living:
                    if row.kept == ADDING:
                        self._shelf.put(replace(row, kept=KEPT))
                elif not doubtful and (row.kept == ADDING or row.on_server):
                    self._unlink(blob)
                    self._shelf.drop(blob)

    # Sending

    def waiting(self) -> list[KeptBlob]:
        """Blobs that the server does not have whole, the smallest first."""
        return [item for item in self._shelf.all() if item.kept == KEPT and not item.on_server]

    def is_waiting(self, stream: bytes) -> bool:
        """Whether something of a stream can still be sent: refused things cannot."""
        return any(item.stream == stream and not item.code for item in self.waiting())

    def sealed(self, blob: bytes, number: int) -> bytes:
        """One sealed chunk of a whole file. Raises StoreFailed when it is not there."""
        with storage_errors(), open(self._path(blob, _WHOLE), "rb") as file:
            file.seek((number - 1) * MAX_SEALED_BYTES)
            data = file.read(MAX_SEALED_BYTES)
        if not data:
            raise StoreFailed("chunk")
        return data

    def sent(self, blob: bytes, chunks: int) -> None:
        """The server has acknowledged so many chunks."""
        self._change(blob, sent=chunks, code="")

    def refused(self, blob: bytes, code: str) -> None:
        """The server does not take it, for a reason that it names."""
        self._change(blob, code=code)

    def doubt(self, stream: bytes) -> None:
        """The server was restored: what it has of a stream is asked again."""
        with self._log.writing():
            self._shelf.doubt(stream)

    # Reading and fetching

    def state(self, blob: bytes) -> KeptBlob | None:
        """What is known of a blob whose file is here; None when it is not."""
        return self._shelf.get(blob)

    def states(self) -> dict[bytes, KeptBlob]:
        """The same of all, by blob."""
        return {item.blob: item for item in self._shelf.all()}

    def read(self, manifest: Manifest) -> bytes:
        """The whole plaintext, verified. Raises Tampered, MissingKey, StoreFailed.

        A file that is damaged goes when the server has it: it is fetched again.
        """
        row = self._shelf.get(manifest.place.blob)
        if row is None:
            raise StoreFailed("not here")
        key = self._keys.require(manifest.place.stream, manifest.place.epoch)
        chunks = (self.sealed(row.blob, number) for number in range(1, manifest.count + 1))
        try:
            data = b"".join(open_blob(chunks, manifest, key))
        except ProtocolError:
            if row.on_server:
                self.drop(row.blob)
            raise
        self._change(row.blob, used_ms=self._now_ms())
        return data

    def next_chunk(self, manifest: Manifest) -> int:
        """The number of the first chunk that has not come; more than the count when all have."""
        blob = manifest.place.blob
        if self._shelf.get(blob) is not None:
            return manifest.count + 1
        part = self._path(blob, _PART)
        with storage_errors():
            held = part.stat().st_size // MAX_SEALED_BYTES if part.exists() else 0
        # The last chunk makes the file whole at once, so a part never holds it.
        return min(held, manifest.count - 1) + 1

    def take(self, manifest: Manifest, number: int, sealed: bytes) -> None:
        """Keep one chunk that came, in order; the last one is checked against the whole.

        Raises Tampered, Malformed, NewerVersion, MissingKey (nothing of it is kept), DiskFull.
        """
        place = manifest.place
        key = self._keys.require(place.stream, place.epoch)
        open_chunk(sealed, place, number, manifest.count, key)
        part = self._path(place.blob, _PART)
        with storage_errors():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with open(part, "ab") as file:
                os.chmod(part, 0o600)
                file.truncate((number - 1) * MAX_SEALED_BYTES)
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
        if number == manifest.count:
            self._complete(manifest, key, part)

    def _complete(self, manifest: Manifest, key: bytes, part: Path) -> None:
        blob = manifest.place.blob
        try:
            for _ in open_blob(_chunks(part), manifest, key):
                pass
        except Tampered:
            part.unlink(missing_ok=True)
            raise
        with storage_errors():
            size = part.stat().st_size
            os.replace(part, self._path(blob, _WHOLE))
            sync_directory(self._folder)
        with self._log.writing():
            count, (_, stream, _, epoch) = manifest.count, manifest.place
            self._shelf.put(KeptBlob(blob, stream, epoch, count, size, KEPT, count, "", self._now_ms()))

    # Letting go

    def drop(self, blob: bytes) -> None:
        """Remove a blob's file and row."""
        with storage_errors():
            self._unlink(blob)
        with self._log.writing():
            self._shelf.drop(blob)

    def drop_stream(self, stream: bytes) -> None:
        """Remove everything of a stream; its header says of which stream a file is."""
        with storage_errors():
            for path in self._files():
                if _stream_of(path) == stream:
                    path.unlink(missing_ok=True)
        with self._log.writing():
            for item in self._shelf.all():
                if item.stream == stream:
                    self._shelf.drop(item.blob)

    def evict(self, wanted: int) -> int:
        """Remove files that the server has, the longest unused first, until `wanted` bytes are free.

        Returns how many bytes went.
        """
        gone = 0
        for item in sorted(self._shelf.all(), key=lambda one: one.used_ms):
            if gone >= wanted:
                break
            if item.kept == KEPT and item.on_server:
                self.drop(item.blob)
                gone += item.size
        return gone

    # The files

    def _change(self, blob: bytes, **fields: object) -> None:
        row = self._shelf.get(blob)
        if row is not None:
            with self._log.writing():
                self._shelf.put(replace(row, **fields))  # type: ignore[arg-type]

    def _path(self, blob: bytes, suffix: str) -> Path:
        return self._folder / f"{blob.hex()}{suffix}"

    def _size(self, blob: bytes) -> int | None:
        path = self._path(blob, _WHOLE)
        return path.stat().st_size if path.exists() else None

    def _unlink(self, blob: bytes) -> None:
        for suffix in (_WHOLE, _PART, _NEW):
            self._path(blob, suffix).unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return [path for path in self._folder.iterdir() if path.is_file()] if self._folder.exists() else []

    def _write(self, path: Path, chunks: Iterable[bytes]) -> None:
        temporary = path.with_suffix(_NEW)
        with storage_errors():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            try:
                with open(temporary, "wb") as file:
                    os.chmod(temporary, 0o600)
                    for chunk in chunks:
                        file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
                sync_directory(self._folder)
                sync_directory(self._folder.parent)
            finally:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)


def _chunks(path: Path) -> Iterator[bytes]:
    with storage_errors(), open(path, "rb") as file:
        while data := file.read(MAX_SEALED_BYTES):
            yield data


def _blob_of(path: Path) -> bytes | None:
    with suppress(ValueError):
        return bytes.fromhex(path.stem)
    return None


def _stream_of(path: Path) -> bytes | None:
    """The stream that the header of a file's first chunk names."""
    with suppress(AppError, OSError), open(path, "rb") as file:
        head = file.read(MAX_SEALED_BYTES)
        return bytes(parse_chunk(head).place.stream) if len(head) >= HEADER_BYTES else None
    return None
