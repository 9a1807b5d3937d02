"""The work on a snapshot that needs neither log nor memory: sealing one, opening and verifying one.

Owns the way between records and sealed chunks. Pure: it runs beside the database thread. Refuses to
put anything into memory. Spec: docs/protocol.md, "Snapshots", "Blobs".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

from app.crypto.primitives import Random
from app.errors import Malformed, MissingKey, NewerVersion, Tampered, TooLarge
from app.protocol.blob import BlobKind, BlobPlace, blob_cipher, open_chunk, parse_chunk, seal_blob
from app.protocol.control import Author
from app.protocol.ids import StreamId
from app.protocol.limits import MAX_BLOB_CHUNKS
from app.protocol.membership import AgencyState, StreamState
from app.protocol.snapshot import (
    MAX_SNAPSHOT_BYTES,
    SnapshotManifest,
    body_of,
    build_body,
    open_body,
    parse_manifest,
    sign_manifest,
    verify_manifest,
)

from .catalogue import Kind
from .snapshot_rows import SnapshotReader, SnapshotRecord


class Draft(NamedTuple):
    """A snapshot before it is sealed: what only the database thread could say."""

    manifest: SnapshotManifest
    records: list[bytes]
    place: BlobPlace
    key: bytes
    author: Author


class Sealed(NamedTuple):
    """A snapshot as it goes to the server. at: the server sequence that its maker had received."""

    blob: bytes
    at: int
    chunks: tuple[bytes, ...]


class Keyhole(NamedTuple):
    """What is needed to open and verify a snapshot. keys: {epoch: key} of the stream."""

    stream: StreamId
    keys: Mapping[int, bytes]
    agency: AgencyState
    state: StreamState
    schema: bytes
    kinds: Mapping[str, Kind]


class Opened(NamedTuple):
    """A snapshot that somebody entitled has signed; what it says is not checked yet."""

    manifest: SnapshotManifest
    records: list[SnapshotRecord]


def seal_snapshot(draft: Draft, random: Random) -> Sealed:
    """Sign and seal a draft. Raises TooLarge."""
    if sum(map(len, draft.records)) > MAX_SNAPSHOT_BYTES:
        raise TooLarge("snapshot")
    body = b"".join(build_body(draft.records))
    digest = sha256()
    for record in draft.records:
        digest.update(record)
    manifest = replace(
        draft.manifest, records=len(draft.records), body_bytes=len(body), digest=digest.digest()
    )
    raw = sign_manifest(manifest, draft.author.key) + body
    _, chunks = seal_blob(raw, draft.place, draft.key, random)
    return Sealed(manifest.blob, manifest.server_seq, chunks)


def open_snapshot(hole: Keyhole, blob: bytes, chunks: Sequence[bytes]) -> Opened:
    """Open and verify what a server gave as a snapshot: chunks, manifest, signature, every record.

    Raises MissingKey, NewerVersion (also of records of another schema), Tampered, Malformed,
    TooLarge, BadSignature, NotEntitled, UnknownHead.
    """
    if not 1 <= len(chunks) <= MAX_BLOB_CHUNKS:
        raise TooLarge("snapshot")
    header = parse_chunk(chunks[0])
    if header.ver > 1:
        raise NewerVersion("chunk")
    key = hole.keys.get(header.place.epoch)
    if key is None:
        raise MissingKey("epoch key")
    place = BlobPlace(BlobKind.SNAPSHOT, hole.stream, blob, header.place.epoch)
    cipher = blob_cipher(place, key)
    raw = b"".join(
        open_chunk(sealed, place, number, len(chunks), key, cipher)
        for number, sealed in enumerate(chunks, start=1)
    )
    manifest, start = parse_manifest(raw)
    verify_manifest(manifest, blob, hole.agency, hole.state)
    if manifest.schema != hole.schema:
        raise NewerVersion("records of another version of the app")
    return Opened(manifest, _records(hole, manifest, raw, start))


def _records(hole: Keyhole, manifest: SnapshotManifest, raw: bytes, start: int) -> list[SnapshotRecord]:
    reader = SnapshotReader(hole.kinds, manifest.ends())
    digest = sha256()
    records: list[SnapshotRecord] = []
    for block in open_body(body_of(manifest, raw, start)):
        digest.update(block)
        records += reader.read(block)
        if len(records) > manifest.records:
            raise Malformed("snapshot records")
    if len(records) != manifest.records:
        raise Malformed("snapshot records")
    if digest.digest() != manifest.digest:
        raise Tampered("snapshot digest")
    return records
