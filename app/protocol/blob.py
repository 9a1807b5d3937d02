"""Something large, sealed in chunks: an attachment or a snapshot.

Owns the byte layout, sealing and opening. Every chunk is bound to its blob, its number and, by the
mark of the last one, to the length of the whole; a manifest (kept in a record, or signed elsewhere)
binds the plaintext besides. Knows nothing of files or of who is entitled. Spec: docs/protocol.md,
"Blobs".
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from app.crypto.primitives import NONCE_BYTES, TAG_BYTES, Aead, Random, equal, hkdf_sha256
from app.errors import Malformed, NewerVersion, Tampered, TooLarge, WrongKeyOrTampered
from app.protocol.ids import ID_BYTES, StreamId
from app.protocol.limits import BLOB_BUCKET_BYTES, BLOB_CHUNK_BYTES, MAX_BLOB_CHUNKS

VERSION = 1
SUITE_AES_256_GCM = 1
LAST = 1
HEADER_BYTES = 84
FRAME_BYTES = HEADER_BYTES + NONCE_BYTES + TAG_BYTES
MAX_SEALED_BYTES = FRAME_BYTES + BLOB_CHUNK_BYTES
CHUNK_DATA_BYTES = BLOB_CHUNK_BYTES - 4

_HEADER = struct.Struct(">BBBBI16s16sI40s")
_LENGTH = struct.Struct(">I")
_NOTHING = bytes(40)
_AAD = b"kt-blob-v1\0"
_MAX_EPOCH = 2**32 - 1


class BlobKind(IntEnum):
    """What a blob is; the server sees it."""

    ATTACHMENT = 1
    SNAPSHOT = 2


class BlobPlace(NamedTuple):
    """Which blob of which stream, under which epoch's key. blob: 16 random bytes, never used twice."""

    kind: BlobKind
    stream: StreamId
    blob: bytes
    epoch: int


class ChunkHeader(NamedTuple):
    """The clear bytes of a chunk. number counts from 1; last marks the end of the blob."""

    ver: int
    place: BlobPlace
    number: int
    last: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole of a blob. count: chunks. size: plaintext bytes. digest: SHA-256 of the plaintext."""

    place: BlobPlace
    count: int
    size: int
    digest: bytes


def chunk_count(size: int) -> int:
    """Return into how many chunks size plaintext bytes are cut; there is one way to cut them."""
    return max(1, -(-size // CHUNK_DATA_BYTES))


def blob_cipher(place: BlobPlace, stream_key: bytes) -> Aead:
    """Derive a blob's cipher: HKDF(stream key, "blob-v1" ‖ stream ‖ epoch ‖ blob)."""
    epoch = place.epoch.to_bytes(4, "big")
    return Aead(hkdf_sha256(stream_key, b"blob-v1" + place.stream + epoch + place.blob))


def parse_chunk(sealed: bytes) -> ChunkHeader:
    """Return the header of a chunk, having checked everything that is in the clear.

    A newer version is returned as it is, so that it can be routed and kept. Raises TooLarge,
    Malformed.
    """
    size = len(sealed)
    if size > MAX_SEALED_BYTES:
        raise TooLarge("chunk")
    if size < HEADER_BYTES:
        raise Malformed("chunk length")
    ver, suite, kind, flags, epoch, stream, blob, number, nothing = _HEADER.unpack_from(sealed)
    if ver == 0 or kind not in list(BlobKind) or epoch == 0 or not 1 <= number <= MAX_BLOB_CHUNKS:
        raise Malformed("chunk header")
    last = bool(flags & LAST)
    header = ChunkHeader(ver, BlobPlace(BlobKind(kind), StreamId(stream), blob, epoch), number, last)
    if ver > VERSION:
        return header
    if suite != SUITE_AES_256_GCM or flags & ~LAST or nothing != _NOTHING:
        raise Malformed("chunk header")
    inside = size - FRAME_BYTES
    if last:
        fits = inside >= BLOB_BUCKET_BYTES and inside % BLOB_BUCKET_BYTES == 0
    else:
        fits = inside == BLOB_CHUNK_BYTES
    if not fits:
        raise Malformed("chunk bucket")
    return header


def open_chunk(
    sealed: bytes, place: BlobPlace, number: int, count: int, stream_key: bytes, cipher: Aead | None = None
) -> bytes:
    """Return the plaintext of chunk number (of count) of a blob.

    stream_key: of place's epoch, 32 bytes. cipher: ``blob_cipher``'s, when many are opened. Raises
    NewerVersion, Tampered (also for a chunk of another place, another number, or one that is the last
    and should not be), Malformed, TooLarge.
    """
    header = parse_chunk(sealed)
    if header.ver > VERSION:
        raise NewerVersion("chunk")
    if header.place != place or header.number != number or header.last != (number == count):
        raise Tampered("chunk place")
    cipher = cipher or blob_cipher(place, stream_key)
    start = HEADER_BYTES + NONCE_BYTES
    try:
        plain = cipher.open(sealed[HEADER_BYTES:start], sealed[start:], _AAD + sealed[:HEADER_BYTES])
    except WrongKeyOrTampered:
        raise Tampered("chunk") from None
    return _unpad(plain, header.last)


class BlobSealer:
    """Cuts and seals what it is fed; holds at most a chunk of plaintext, says the manifest at the end."""

    def __init__(self, place: BlobPlace, stream_key: bytes, random: Random) -> None:
        """place: a blob that was never sealed before. stream_key: of its epoch, 32 bytes."""
        if len(place.stream) != ID_BYTES or len(place.blob) != ID_BYTES or not 1 <= place.epoch <= _MAX_EPOCH:
            raise Malformed("blob place")
        self._place = place
        self._cipher = blob_cipher(place, stream_key)
        self._random = random
        self._rest = bytearray()
        self._number = 0
        self._size = 0
        self._digest = hashlib.sha256()
        self._manifest: Manifest | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the chunks that are full with data, sealed. Raises TooLarge over the cap of chunks."""
        self._check_open()
        self._digest.update(data)
        self._size += len(data)
        view = memoryview(data)
        while len(view):
            if len(self._rest) == CHUNK_DATA_BYTES:
                # Only now is it known not to be the last.
                yield self._seal(0)
            taken = CHUNK_DATA_BYTES - len(self._rest)
            self._rest += view[:taken]
            view = view[taken:]

    def finish(self) -> bytes:
        """Return the last chunk, sealed; then ``manifest`` is known."""
        self._check_open()
        last = self._seal(LAST)
        self._manifest = Manifest(self._place, self._number, self._size, self._digest.digest())
        return last

    @property
    def manifest(self) -> Manifest:
        """The whole, once it is finished. Raises Malformed before."""
        if self._manifest is None:
            raise Malformed("blob is not finished")
        return self._manifest

    def _check_open(self) -> None:
        if self._manifest is not None:
            raise Malformed("blob is finished")

    def _seal(self, flags: int) -> bytes:
        if self._number == MAX_BLOB_CHUNKS:
            raise TooLarge("blob")
        self._number += 1
        kind, stream, blob, epoch = self._place
        header = _HEADER.pack(
            VERSION, SUITE_AES_256_GCM, kind, flags, epoch, stream, blob, self._number, _NOTHING
        )
        plain = _LENGTH.pack(len(self._rest)) + bytes(self._rest)
        plain += bytes(-len(plain) % BLOB_BUCKET_BYTES)
        self._rest.clear()
        nonce = self._random(NONCE_BYTES)
        return header + nonce + self._cipher.seal(nonce, plain, _AAD + header)


def seal_chunks(
    data: bytes | Iterable[bytes], place: BlobPlace, stream_key: bytes, random: Random
) -> Iterator[bytes]:
    """Yield the sealed chunks of data in order; ``BlobSealer`` says the manifest besides."""
    sealer = BlobSealer(place, stream_key, random)
    for piece in (data,) if isinstance(data, bytes) else data:
        yield from sealer.feed(piece)
    yield sealer.finish()


def seal_blob(
    data: bytes, place: BlobPlace, stream_key: bytes, random: Random
) -> tuple[Manifest, tuple[bytes, ...]]:
    """Return the manifest and the sealed chunks of something that fits in memory."""
    sealer = BlobSealer(place, stream_key, random)
    chunks = [*sealer.feed(data), sealer.finish()]
    return sealer.manifest, tuple(chunks)


def open_blob(chunks: Iterable[bytes], manifest: Manifest, stream_key: bytes) -> Iterator[bytes]:
    """Yield the plaintext chunk by chunk. What was yielded is only the blob's once it ends without error.

    Raises as ``open_chunk``, and Tampered when a chunk is missing or too many, or the whole is not
    what the manifest says.
    """
    cipher = blob_cipher(manifest.place, stream_key)
    digest = hashlib.sha256()
    number = size = 0
    for number, sealed in enumerate(chunks, start=1):
        if number > manifest.count:
            raise Tampered("blob length")
        plain = open_chunk(sealed, manifest.place, number, manifest.count, stream_key, cipher)
        digest.update(plain)
        size += len(plain)
        yield plain
    if number != manifest.count or size != manifest.size:
        raise Tampered("blob length")
    if not equal(digest.digest(), manifest.digest):
        raise Tampered("blob digest")


def _unpad(plain: bytes, last: bool) -> bytes:
    end = _LENGTH.size + int(_LENGTH.unpack_from(plain)[0])
    rest = len(plain) - end
    # A chunk that is not the last is full; the last wastes less than a bucket.
    if not 0 <= rest < (BLOB_BUCKET_BYTES if last else 1) or plain.count(0, end) != rest:
        raise Malformed("chunk padding")
    return plain[_LENGTH.size : end]
