"""A run of envelopes of one chain under one signature.

Owns the byte layout and what can be verified without knowing the agency: density, predecessor
hashes, caps, signature. Who was entitled is decided in entitlement.py. A segment is signed once
and kept; nothing here cuts a stored one again. Spec: docs/protocol.md, "Segment".
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.crypto.primitives import SIGNATURE_BYTES, SigningKey, verify_signature
from app.errors import BadCertificate, BrokenChain, Malformed, NewerVersion, TooLarge
from app.protocol.chain_cert import (
    CERT_BYTES,
    ChainCert,
    issue_chain_cert,
    parse_chain_cert,
    verify_chain_cert,
)
from app.protocol.envelope import VERSION as ENVELOPE_VERSION
from app.protocol.envelope import Header, envelope_hash, parse_header
from app.protocol.ids import HASH_BYTES, ID_BYTES, NO_HASH, ChainId, StreamId
from app.protocol.limits import (
    MAX_COUNTER,
    MAX_ENVELOPE_BYTES,
    MAX_SEEN,
    MAX_SEGMENT_BYTES,
    MAX_SEGMENT_ENVELOPES,
)

__all__ = [
    "CERT_BYTES",
    "VERSION",
    "ChainCert",
    "Seen",
    "Segment",
    "build_segment",
    "check_cert_names",
    "how_many_fit",
    "issue_chain_cert",
    "parse_chain_cert",
    "parse_segment",
    "verify_chain_cert",
    "verify_segment",
]

VERSION = 1

_SEGMENT_TAG = b"kt-seg-v1\0"
_PREFIX = struct.Struct(">BH")
_LENGTH = struct.Struct(">I")
_TRAILER_LENGTH = struct.Struct(">H")
_TRAILER = struct.Struct(">16s16sQH32s32sH")
_SEEN = struct.Struct(">16sQ32s")


class Seen(NamedTuple):
    """The end of another chain as the signer knew it. hash: of envelope dseq, 32 bytes."""

    chain: ChainId
    dseq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """A parsed segment: dense, linked, not yet trusted.

    first: dseq of envelopes[0]. headers, hashes: one per envelope. raw: all bytes as they came.
    """

    stream: StreamId
    chain: ChainId
    first: int
    envelopes: tuple[bytes, ...]
    headers: tuple[Header, ...]
    hashes: tuple[bytes, ...]
    control_head: bytes
    seen: tuple[Seen, ...]
    trailer: bytes
    signature: bytes
    raw: bytes

    @property
    def last(self) -> int:
        """dseq of the last envelope."""
        return self.first + len(self.envelopes) - 1

    @property
    def prev(self) -> bytes:
        """Hash of the envelope before the first; 32 zero bytes at the start of a chain."""
        return self.headers[0].prev

    @property
    def last_hash(self) -> bytes:
        """Hash of the last envelope."""
        return self.hashes[-1]

    @property
    def has_newer(self) -> bool:
        """Whether an envelope is of a newer version: keep it, and say that the app is old."""
        return any(header.ver > ENVELOPE_VERSION for header in self.headers)


def how_many_fit(envelopes: Iterable[bytes], room: int | None = None) -> int:
    """Return how many of the first envelopes go into one segment.

    room: bytes that are wanted at most; one envelope goes in however large it is.
    """
    most = MAX_SEGMENT_BYTES if room is None else min(room, MAX_SEGMENT_BYTES)
    size = _PREFIX.size + _TRAILER_LENGTH.size + _TRAILER.size + MAX_SEEN * _SEEN.size
    size += SIGNATURE_BYTES
    count = 0
    for envelope in envelopes:
        size += _LENGTH.size + len(envelope)
        if (size > most and count) or size > MAX_SEGMENT_BYTES or count == MAX_SEGMENT_ENVELOPES:
            break
        count += 1
    return count


def build_segment(
    envelopes: Sequence[bytes],
    chain_key: SigningKey,
    control_head: bytes,
    seen: Iterable[Seen] = (),
) -> bytes:
    """Return the signed segment of 1 to 500 consecutive envelopes of one chain.

    control_head: hash of the stream's control head the writer knows (32 bytes). seen: the ends of
    the stream's other chains, in any order. Raises BrokenChain, TooLarge, Malformed.
    """
    if not 1 <= len(envelopes) <= MAX_SEGMENT_ENVELOPES:
        raise TooLarge("segment count")
    headers, hashes = _walk(envelopes)
    others = sorted(seen)
    if len(others) > MAX_SEEN:
        raise TooLarge("seen")
    if len(control_head) != HASH_BYTES or any(
        len(entry.chain) != ID_BYTES or len(entry.hash) != HASH_BYTES for entry in others
    ):
        raise Malformed("segment hashes")
    first = headers[0]
    trailer = _TRAILER.pack(
        first.stream,
        first.chain,
        first.dseq,
        len(envelopes),
        hashes[-1],
        control_head,
        len(others),
    ) + b"".join(_SEEN.pack(*entry) for entry in others)
    parts = [_PREFIX.pack(VERSION, len(envelopes))]
    for envelope in envelopes:
        parts += (_LENGTH.pack(len(envelope)), envelope)
    parts += (_TRAILER_LENGTH.pack(len(trailer)), trailer)
    parts.append(chain_key.sign(_SEGMENT_TAG + trailer))
    raw = b"".join(parts)
    parse_segment(raw)
    return raw


def _walk(envelopes: Sequence[bytes]) -> tuple[tuple[Header, ...], tuple[bytes, ...]]:
    """Return headers and hashes of envelopes that follow each other. Raises BrokenChain."""
    headers: list[Header] = []
    hashes: list[bytes] = []
    previous: Header | None = None
    for envelope in envelopes:
        header = parse_header(envelope)
        if previous is None:
            if (header.dseq == 1) != (header.prev == NO_HASH):
                raise BrokenChain("prev of the first envelope")
        elif (
            header.dseq != previous.dseq + 1
            or header.prev != hashes[-1]
            or header.chain != previous.chain
            or header.stream != previous.stream
        ):
            raise BrokenChain("envelope does not follow")
        headers.append(header)
        hashes.append(envelope_hash(envelope))
        previous = header
    return tuple(headers), tuple(hashes)


def parse_segment(raw: bytes) -> Segment:
    """Return the segment of raw, having checked everything but its signature.

    Raises NewerVersion, TooLarge, Malformed, BrokenChain.
    """
    if len(raw) > MAX_SEGMENT_BYTES:
        raise TooLarge("segment")
    if not raw or raw[0] == 0:
        raise Malformed("segment version")
    if raw[0] > VERSION:
        raise NewerVersion("segment")
    try:
        _, count = _PREFIX.unpack_from(raw)
        position = _PREFIX.size
        if count == 0 or count > MAX_SEGMENT_ENVELOPES:
            raise TooLarge("segment count")
        envelopes: list[bytes] = []
        for _ in range(count):
            (length,) = _LENGTH.unpack_from(raw, position)
            position += _LENGTH.size
            if length > MAX_ENVELOPE_BYTES:
                raise TooLarge("envelope")
            envelopes.append(raw[position : position + length])
            position += length
        (length,) = _TRAILER_LENGTH.unpack_from(raw, position)
        position += _TRAILER_LENGTH.size
        trailer = raw[position : position + length]
        signature = raw[position + length :]
        stream, chain, first, trailer_count, last_hash, control_head, seen_count = (
            _TRAILER.unpack_from(trailer)
        )
    except struct.error:
        raise Malformed("segment length") from None
    if len(signature) != SIGNATURE_BYTES or trailer_count != count:
        raise Malformed("segment")
    seen = _parse_seen(trailer, seen_count)
    headers, hashes = _walk(envelopes)
    start = headers[0]
    if (start.stream, start.chain, start.dseq) != (stream, chain, first):
        raise BrokenChain("trailer names another place")
    if hashes[-1] != last_hash:
        raise BrokenChain("trailer names another end")
    if any(entry.chain == chain for entry in seen):
        raise Malformed("seen names its own chain")
    return Segment(
        stream=StreamId(stream),
        chain=ChainId(chain),
        first=first,
        envelopes=tuple(envelopes),
        headers=headers,
        hashes=hashes,
        control_head=control_head,
        seen=seen,
        trailer=trailer,
        signature=signature,
        raw=raw,
    )


def _parse_seen(trailer: bytes, count: int) -> tuple[Seen, ...]:
    if count > MAX_SEEN or len(trailer) != _TRAILER.size + count * _SEEN.size:
        raise Malformed("seen")
    entries: list[Seen] = []
    for chain, dseq, digest in _SEEN.iter_unpack(trailer[_TRAILER.size :]):
        if not 1 <= dseq <= MAX_COUNTER or (entries and chain <= entries[-1].chain):
            raise Malformed("seen")
        entries.append(Seen(ChainId(chain), dseq, digest))
    return tuple(entries)


def verify_segment(segment: Segment, chain_public: bytes) -> None:
    """Return only when the owner of chain_public (32 bytes) signed the segment.

    The signature covers the trailer; the trailer holds the last hash, and each envelope the hash
    of the one before, so it covers every byte. Raises BadSignature.
    """
    verify_signature(chain_public, _SEGMENT_TAG + segment.trailer, segment.signature)


def check_cert_names(cert: ChainCert, segment: Segment) -> None:
    """Return only when the certificate is for the segment's chain. Raises BadCertificate."""
    if (cert.stream, cert.chain) != (segment.stream, segment.chain):
        raise BadCertificate("certificate of another chain")


def head_named_in(tail: bytes) -> bytes:
    """The control head that a kept trailer (its length, trailer, signature) names; 32 bytes.

    For trailers of segments that were verified when they were kept. Raises Malformed.
    """
    if len(tail) < _TRAILER_LENGTH.size + _TRAILER.size:
        raise Malformed("segment trailer")
    named: bytes = _TRAILER.unpack_from(tail, _TRAILER_LENGTH.size)[5]
    return named
