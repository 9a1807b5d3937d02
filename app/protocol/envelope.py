"""One sealed operation: the envelope.

Owns its byte layout, sealing and opening. Knows nothing of rows, files or who is entitled; says
only that the bytes are exactly what the holder of the stream key sealed for this place in this
chain. Spec: docs/protocol.md, "Envelope".
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from app.crypto.primitives import NONCE_BYTES, TAG_BYTES, Aead, Random, hkdf_sha256, sha256
from app.errors import (
    BrokenChain,
    Malformed,
    NewerVersion,
    Tampered,
    TooLarge,
    WrongKeyOrTampered,
)
from app.protocol.ids import ID_BYTES, NO_HASH, ChainId, OpRef, StreamId
from app.protocol.limits import (
    BUCKET_BYTES,
    MAX_COUNTER,
    MAX_ENVELOPE_BYTES,
    MAX_INFLATED_BYTES,
)
from app.protocol.operation import Operation, pack_operation, unpack_operation

__all__ = [
    "DATA",
    "HEADER_BYTES",
    "KINDS",
    "MIN_ENVELOPE_BYTES",
    "SNAPSHOT",
    "SUITE_AES_256_GCM",
    "VERSION",
    "Header",
    "KeySchedule",
    "Operation",
    "chain_cipher",
    "envelope_hash",
    "frame",
    "inflate",
    "open_envelope",
    "open_parsed",
    "pack_operation",
    "parse_header",
    "seal",
    "unframe",
    "unpack_operation",
]

VERSION = 1
SUITE_AES_256_GCM = 1
DATA = 1
SNAPSHOT = 2
KINDS = frozenset({DATA, SNAPSHOT})
HEADER_BYTES = 88
MIN_ENVELOPE_BYTES = HEADER_BYTES + NONCE_BYTES + BUCKET_BYTES + TAG_BYTES

_HEADER = struct.Struct(">BBBBI16s16sQQ32s")
_LENGTH = struct.Struct(">I")
_AAD = b"kt-op-v1\0"
_BODY_START = HEADER_BYTES + NONCE_BYTES
_FRAME = HEADER_BYTES + NONCE_BYTES + TAG_BYTES
_MAX_PADDED = (MAX_ENVELOPE_BYTES - _FRAME) // BUCKET_BYTES * BUCKET_BYTES
# Notes of 600 bytes gain nothing from higher levels, and sealing takes half the time.
_DEFLATE_LEVEL = 3


class Header(NamedTuple):
    """The 88 clear bytes of an envelope. hlc: 48 bit ms ‖ 16 bit count. prev: 32 bytes."""

    ver: int
    suite: int
    kind: int
    flags: int
    epoch: int
    stream: StreamId
    chain: ChainId
    dseq: int
    hlc: int
    prev: bytes

    @property
    def ref(self) -> OpRef:
        """The name of this operation."""
        return OpRef(self.chain, self.dseq)


class KeySchedule:
    """Remembers the per-chain ciphers of an unlocked vault; drop it to forget them.

    Pass one object to seal and open_envelope; without it every call derives its key afresh.
    """

    __slots__ = ("_ciphers", "_limit")

    def __init__(self, limit: int = 4096) -> None:
        """limit: how many ciphers are kept before all are dropped and derived again."""
        self._ciphers: dict[tuple[bytes, bytes, int, bytes], Aead] = {}
        self._limit = limit

    def cipher(self, stream_key: bytes, stream: bytes, epoch: int, chain: bytes) -> Aead:
        """Return the cipher of a chain in an epoch. stream_key: 32 bytes."""
        # The stream key is part of the name: a wrong key never finds the right key's cipher.
        name = (stream_key, stream, epoch, chain)
        cipher = self._ciphers.get(name)
        if cipher is None:
            if len(self._ciphers) >= self._limit:
                self._ciphers.clear()
            cipher = self._ciphers[name] = chain_cipher(stream_key, stream, epoch, chain)
        return cipher

    def forget(self) -> None:
        """Drop every cipher."""
        self._ciphers.clear()

    def __repr__(self) -> str:
        return f"KeySchedule({len(self._ciphers)} ciphers)"


def chain_cipher(stream_key: bytes, stream: bytes, epoch: int, chain: bytes) -> Aead:
    """Derive the cipher of one chain: HKDF(stream key, "op-v1" ‖ stream ‖ epoch ‖ chain)."""
    return Aead(hkdf_sha256(stream_key, b"op-v1" + stream + epoch.to_bytes(4, "big") + chain))


def envelope_hash(envelope: bytes) -> bytes:
    """Return the hash that the next envelope of the chain names as prev."""
    return sha256(envelope)


def parse_header(envelope: bytes) -> Header:
    """Return the header of an envelope, having checked everything that is in the clear.

    A newer version is returned as it is: the first 88 bytes keep their meaning in all versions,
    so that it can be routed and kept. Raises TooLarge, Malformed.
    """
    size = len(envelope)
    if size > MAX_ENVELOPE_BYTES:
        raise TooLarge("envelope")
    if size < HEADER_BYTES:
        raise Malformed("envelope length")
    header = Header._make(_HEADER.unpack_from(envelope))
    ver, suite, kind, flags, epoch, _, _, dseq, hlc, _ = header
    if ver == 0 or not 1 <= dseq <= MAX_COUNTER or hlc > MAX_COUNTER:
        raise Malformed("header")
    if ver > VERSION:
        return header
    if suite != SUITE_AES_256_GCM or kind not in KINDS or flags != 0 or epoch == 0:
        raise Malformed("header")
    if size < MIN_ENVELOPE_BYTES or (size - _FRAME) % BUCKET_BYTES:
        raise Malformed("bucket")
    return header


def frame(deflated: bytes) -> bytes:
    """Return u32 length ‖ deflated ‖ zeros up to the next multiple of 128 bytes.

    Raises TooLarge when the envelope would be over its cap.
    """
    size = _LENGTH.size + len(deflated)
    padded = -size % BUCKET_BYTES + size
    if padded > _MAX_PADDED:
        raise TooLarge("envelope")
    return _LENGTH.pack(len(deflated)) + deflated + bytes(padded - size)


def unframe(plaintext: bytes) -> bytes:
    """Return what frame was given. Raises Malformed for any other padding."""
    if len(plaintext) < _LENGTH.size:
        raise Malformed("padding")
    end = _LENGTH.size + int(_LENGTH.unpack_from(plaintext)[0])
    rest = len(plaintext) - end
    if not 0 <= rest < BUCKET_BYTES or plaintext.count(0, end) != rest:
        raise Malformed("padding")
    return plaintext[_LENGTH.size : end]


def inflate(deflated: bytes) -> bytes:
    """Return the bytes of one whole zlib stream of at most 1 MiB. Raises TooLarge, Malformed."""
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(deflated, MAX_INFLATED_BYTES)
        if not inflater.eof and len(data) == MAX_INFLATED_BYTES:
            # Exactly at the cap the end mark may still be unread; one more byte is too many.
            if inflater.decompress(inflater.unconsumed_tail, 1):
                raise TooLarge("inflated")
    except zlib.error:
        raise Malformed("zlib") from None
    if not inflater.eof or inflater.unused_data:
        raise Malformed("zlib")
    return data


def seal(
    operation: Operation,
    stream: StreamId,
    epoch: int,
    chain: ChainId,
    dseq: int,
    hlc: int,
    prev: bytes,
    stream_key: bytes,
    random: Random,
    *,
    schedule: KeySchedule | None = None,
    kind: int = DATA,
) -> bytes:
    """Return the envelope of an operation at its place in a chain.

    epoch and dseq count from 1; prev is the hash of the chain's previous envelope, 32 zero bytes
    for dseq 1; stream_key is the epoch's 32 bytes. Raises UnencodableText, UnsupportedValue,
    TooLarge, BrokenChain.
    """
    if (dseq == 1) != (prev == NO_HASH):
        raise BrokenChain("prev of the first envelope")
    plaintext = frame(zlib.compress(pack_operation(operation), _DEFLATE_LEVEL))
    try:
        header = _HEADER.pack(
            VERSION, SUITE_AES_256_GCM, kind, 0, epoch, stream, chain, dseq, hlc, prev
        )
    except struct.error:
        raise Malformed("header") from None
    if len(stream) != ID_BYTES or len(chain) != ID_BYTES or len(prev) != len(NO_HASH):
        raise Malformed("header")
    if schedule is None:
        cipher = chain_cipher(stream_key, stream, epoch, chain)
    else:
        cipher = schedule.cipher(stream_key, stream, epoch, chain)
    nonce = random(NONCE_BYTES)
    envelope = header + nonce + cipher.seal(nonce, plaintext, _AAD + header)
    parse_header(envelope)
    return envelope


def open_envelope(
    envelope: bytes, stream_key: bytes, schedule: KeySchedule | None = None
) -> tuple[Header, Operation]:
    """Return header and operation of an envelope sealed under stream_key (32 bytes).

    Raises NewerVersion, Tampered, Malformed, TooLarge.
    """
    header = parse_header(envelope)
    return header, open_parsed(header, envelope, stream_key, schedule)


def open_parsed(
    header: Header, envelope: bytes, stream_key: bytes, schedule: KeySchedule | None = None
) -> Operation:
    """Return the operation of an envelope whose header parse_header returned.

    Raises as open_envelope.
    """
    if header.ver != VERSION:
        raise NewerVersion("envelope")
    if schedule is None:
        cipher = chain_cipher(stream_key, header.stream, header.epoch, header.chain)
    else:
        cipher = schedule.cipher(stream_key, header.stream, header.epoch, header.chain)
    try:
        plaintext = cipher.open(
            envelope[HEADER_BYTES:_BODY_START],
            envelope[_BODY_START:],
            _AAD + envelope[:HEADER_BYTES],
        )
    except WrongKeyOrTampered:
        raise Tampered("envelope") from None
    return unpack_operation(inflate(unframe(plaintext)))
