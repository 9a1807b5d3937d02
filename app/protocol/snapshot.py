"""A member's word for the state of one stream: what a snapshot's blob holds.

Owns the byte layout of the signed manifest and of the body behind it, the bounds of what is
inflated, and who may vouch for a stream. A snapshot is an accelerator: nothing in it makes an
operation count. Refuses to know what a record is. Spec: docs/protocol.md, "Snapshots".
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.crypto.primitives import SIGNATURE_BYTES, SigningKey, verify_signature
from app.errors import Malformed, NewerVersion, NotEntitled, Tampered, TooLarge
from app.protocol.agency_state import AgencyState
from app.protocol.bodies import Role
from app.protocol.entitlement import check_reader
from app.protocol.ids import HASH_BYTES, ID_BYTES, ChainId, DeviceId, StreamId
from app.protocol.limits import MAX_COUNTER, MAX_SEEN
from app.protocol.stream_state import GIVERS, StreamState

VERSION = 1
SCHEMA_BYTES = 16
BLOCK_BYTES = 256 * 1024
"""Inflated bytes after which a block ends; a block is at most this and one record."""
MAX_BLOCK_BYTES = 8 * 1024 * 1024
MAX_SNAPSHOT_BYTES = 128 * 1024 * 1024
"""Inflated bytes of a whole snapshot; a stream beyond it has none."""
SEALERS = GIVERS | {Role.ADMINISTRATOR}
"""Who may vouch for a stream that they read: not people of the family, and not partners."""

_TAG = b"kt-snap-v1\0"
_HEAD = struct.Struct(">B16s16s16s32s32s16sQII32sH")
_END = struct.Struct(">16sQ32s")
_LENGTH = struct.Struct(">I")
_LEVEL = 1
"""Of zlib: a tablet that joins waits for it; a better one saves a tenth of the bytes."""


class ChainEnd(NamedTuple):
    """Up to where a chain is in the snapshot. hash: of envelope dseq, 32 bytes."""

    chain: ChainId
    dseq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class SnapshotManifest:
    """What a device signs about the state of a stream.

    blob: the blob that it is the beginning of. control_head, agency_head: the heads of both chains
    that the device knew. schema: names the form of the records (16 bytes). server_seq: the cursor of
    the device. records, body_bytes: how many there are, and the size of the body. digest: SHA-256 of
    the records one behind the other. vector: every chain's end, ascending by chain.
    """

    stream: StreamId
    blob: bytes
    device: DeviceId
    control_head: bytes
    agency_head: bytes
    schema: bytes
    server_seq: int
    records: int
    body_bytes: int
    digest: bytes
    vector: tuple[ChainEnd, ...]
    signed: bytes = b""
    signature: bytes = b""

    def ends(self) -> dict[bytes, int]:
        """{chain: last dseq} of the vector."""
        return {end.chain: end.dseq for end in self.vector}


def sign_manifest(manifest: SnapshotManifest, key: SigningKey) -> bytes:
    """Return the manifest's bytes with the device's signature. Raises Malformed, TooLarge."""
    vector = tuple(sorted(manifest.vector))
    if len(vector) > MAX_SEEN:
        raise TooLarge("snapshot vector")
    m = manifest
    sizes = (len(m.stream), len(m.blob), len(m.device), len(m.schema))
    if sizes != (ID_BYTES, ID_BYTES, ID_BYTES, SCHEMA_BYTES) or any(
        len(digest) != HASH_BYTES for digest in (m.control_head, m.agency_head, m.digest)
    ):
        raise Malformed("snapshot ids")
    head = _HEAD.pack(
        VERSION, m.stream, m.blob, m.device, m.control_head, m.agency_head, m.schema,
        m.server_seq, m.records, m.body_bytes, m.digest, len(vector),
    )  # fmt: skip
    signed = head + b"".join(_END.pack(*end) for end in vector)
    raw = signed + key.sign(_TAG + signed)
    parse_manifest(raw)
    return raw


def parse_manifest(raw: bytes) -> tuple[SnapshotManifest, int]:
    """Return the manifest that raw begins with, not yet trusted, and where its body begins.

    Raises NewerVersion, Malformed, TooLarge.
    """
    if not raw or raw[0] == 0:
        raise Malformed("snapshot version")
    if raw[0] > VERSION:
        raise NewerVersion("snapshot")
    if len(raw) < _HEAD.size:
        raise Malformed("snapshot length")
    (_, stream, blob, device, control_head, agency_head, schema, server_seq, records, size, digest,
     count) = _HEAD.unpack_from(raw)  # fmt: skip
    end = _HEAD.size + count * _END.size
    body = end + SIGNATURE_BYTES
    if count > MAX_SEEN:
        raise TooLarge("snapshot vector")
    if len(raw) < body or server_seq > MAX_COUNTER:
        raise Malformed("snapshot length")
    vector: list[ChainEnd] = []
    for chain, dseq, last in _END.iter_unpack(raw[_HEAD.size : end]):
        if not 1 <= dseq <= MAX_COUNTER or (vector and chain <= vector[-1].chain):
            raise Malformed("snapshot vector")
        vector.append(ChainEnd(ChainId(chain), dseq, last))
    manifest = SnapshotManifest(
        StreamId(stream), blob, DeviceId(device), control_head, agency_head, schema, server_seq,
        records, size, digest, tuple(vector), raw[:end], raw[end:body],
    )  # fmt: skip
    return manifest, body


def verify_manifest(
    manifest: SnapshotManifest, blob: bytes, agency: AgencyState, stream: StreamState
) -> None:
    """Return only when somebody who may vouch for the stream signed the manifest of this blob.

    The device must have been a member's at the heads that it names, and be one now: who was taken
    out keeps old keys, and could otherwise go on vouching under an old head. Raises NotEntitled,
    UnknownHead (of either chain), BadSignature.
    """
    if manifest.stream != stream.stream:
        raise NotEntitled("snapshot of another stream")
    if manifest.blob != blob:
        raise NotEntitled("snapshot of another blob")
    verify_signature(agency.author_key(manifest.device), _TAG + manifest.signed, manifest.signature)
    moment = stream.moments[stream.index_of(manifest.control_head)]
    agency.index_of(manifest.agency_head)
    device = agency.device_at(manifest.device, moment.authority)
    if device.person not in moment.members or device.id not in moment.recipients:
        raise NotEntitled("not a member at this head")
    check_reader(stream, agency, manifest.device)
    if SEALERS.isdisjoint(agency.roles_at(device.person, agency.index)):
        raise NotEntitled("not theirs to vouch for")


def build_body(records: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the body of records: blocks of length (u32) and deflated records, one behind the other."""
    block: list[bytes] = []
    size = 0
    for record in records:
        block.append(record)
        size += len(record)
        if size >= BLOCK_BYTES:
            yield _block(block)
            block, size = [], 0
    if block:
        yield _block(block)


def _block(records: list[bytes]) -> bytes:
    packed = zlib.compress(b"".join(records), _LEVEL)
    return _LENGTH.pack(len(packed)) + packed


def open_body(body: memoryview) -> Iterator[bytes]:
    """Yield the inflated blocks of a body. Raises Malformed, TooLarge."""
    position = total = 0
    while position < len(body):
        if len(body) - position < _LENGTH.size:
            raise Malformed("snapshot block")
        (length,) = _LENGTH.unpack_from(body, position)
        position += _LENGTH.size
        if length > len(body) - position:
            raise Malformed("snapshot block")
        inflater = zlib.decompressobj()
        try:
            block = inflater.decompress(body[position : position + length], MAX_BLOCK_BYTES)
        except zlib.error:
            raise Malformed("snapshot block") from None
        if not inflater.eof or inflater.unused_data or not block:
            raise TooLarge("snapshot block") if inflater.unconsumed_tail else Malformed("snapshot block")
        total += len(block)
        if total > MAX_SNAPSHOT_BYTES:
            raise TooLarge("snapshot")
        position += length
        yield block


def body_of(manifest: SnapshotManifest, raw: bytes, start: int) -> memoryview:
    """The body behind the manifest in raw, when it is as long as was signed. Raises Tampered."""
    if len(raw) - start != manifest.body_bytes:
        raise Tampered("snapshot length")
    return memoryview(raw)[start:]
