"""One signed operation of a control chain: framing and signature.

Owns the bytes around a body. Says nothing about whether the author may say it; replay does
(agency_state.py, stream_state.py). Spec: docs/protocol.md, "Control operation".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from app.crypto.primitives import SIGNATURE_BYTES, SigningKey, sha256, verify_signature
from app.errors import Malformed, NewerVersion, TooLarge
from app.protocol.bodies import Body, Kind, decode_body, encode_body
from app.protocol.ids import HASH_BYTES, ID_BYTES, ROOT, DeviceId, StreamId
from app.protocol.limits import MAX_CONTROL_BYTES, MAX_COUNTER

VERSION = 1
_TAG = b"kt-ctl-v1\0"
_FRAME = struct.Struct(">BB16s32s16sQ32sI")
_SIZES = (ID_BYTES, HASH_BYTES, ID_BYTES, HASH_BYTES)
_KINDS = frozenset(int(kind) for kind in Kind)


@dataclass(frozen=True, slots=True)
class Author:
    """Who signs: a device with its key, or the agency root (device ROOT)."""

    device: DeviceId
    key: SigningKey

    @classmethod
    def root(cls, key: SigningKey) -> Author:
        """Return the agency root as author."""
        return cls(ROOT, key)


@dataclass(frozen=True, slots=True)
class ControlOp:
    """A parsed control operation, not yet trusted.

    stream: the chain it belongs to (the agency's id for the agency chain). prev: hash of its
    predecessor. author: device, or ROOT. authority: agency control head on which the author's
    role rests. raw: all bytes.
    """

    kind: Kind
    stream: StreamId
    prev: bytes
    author: DeviceId
    hlc: int
    authority: bytes
    body: Body
    signature: bytes
    raw: bytes

    @property
    def hash(self) -> bytes:
        """The head that this operation makes: SHA-256 of all its bytes, 32 bytes."""
        return sha256(self.raw)


def control_hash(raw: bytes) -> bytes:
    """Return the hash by which a control operation's successor names it."""
    return sha256(raw)


def sign_control(
    body: Body,
    *,
    stream: StreamId,
    prev: bytes,
    author: Author,
    hlc: int,
    authority: bytes,
) -> bytes:
    """Return the signed bytes of a control operation. Raises Malformed, TooLarge."""
    packed = encode_body(body)
    # struct would fill short ids with zeros.
    if (len(stream), len(prev), len(author.device), len(authority)) != _SIZES:
        raise Malformed("control ids")
    try:
        frame = _FRAME.pack(
            VERSION, body.KIND, stream, prev, author.device, hlc, authority, len(packed)
        )
    except struct.error:
        raise Malformed("control frame") from None
    signed = frame + packed
    raw = signed + author.key.sign(_TAG + signed)
    parse_control(raw)
    return raw


def parse_control(raw: bytes) -> ControlOp:
    """Return the control operation of raw. Raises NewerVersion, TooLarge, Malformed."""
    if len(raw) > MAX_CONTROL_BYTES:
        raise TooLarge("control")
    if not raw or raw[0] == 0:
        raise Malformed("control version")
    if raw[0] > VERSION:
        raise NewerVersion("control")
    if len(raw) < _FRAME.size + SIGNATURE_BYTES:
        raise Malformed("control length")
    _, kind, stream, prev, author, hlc, authority, size = _FRAME.unpack_from(raw)
    end = _FRAME.size + size
    if len(raw) != end + SIGNATURE_BYTES or hlc > MAX_COUNTER or kind not in _KINDS:
        raise Malformed("control frame")
    return ControlOp(
        kind=Kind(kind),
        stream=StreamId(stream),
        prev=prev,
        author=DeviceId(author),
        hlc=hlc,
        authority=authority,
        body=decode_body(kind, raw[_FRAME.size : end]),
        signature=raw[end:],
        raw=raw,
    )


def verify_control(op: ControlOp, public: bytes) -> None:
    """Return only when the owner of public (32 bytes) signed op. Raises BadSignature."""
    verify_signature(public, _TAG + op.raw[:-SIGNATURE_BYTES], op.signature)
