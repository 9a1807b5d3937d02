"""The certificate by which a device writes a chain in a stream.

Owns its byte layout and both signatures. Spec: docs/protocol.md, "Chain certificate".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from app.crypto.primitives import SIGNATURE_BYTES, SigningKey, verify_signature
from app.errors import Malformed, NewerVersion
from app.protocol.ids import ID_BYTES, ChainId, DeviceId, StreamId

VERSION = 1

_CERT_TAG = b"kt-chain-v1\0"
_OWN_TAG = b"kt-chain-own-v1\0"
_CERT = struct.Struct(">B16s16s32s16s")
CERT_BYTES = _CERT.size + 2 * SIGNATURE_BYTES


@dataclass(frozen=True, slots=True)
class ChainCert:
    """A device's word that a chain key writes for it in one stream, and the chain key's consent.

    raw: 209 bytes.
    """

    stream: StreamId
    chain: ChainId
    chain_public: bytes
    device: DeviceId
    signature: bytes
    consent: bytes
    raw: bytes


def issue_chain_cert(
    stream: StreamId,
    chain: ChainId,
    chain_key: SigningKey,
    device: DeviceId,
    device_key: SigningKey,
) -> bytes:
    """Return the certificate of a new chain; may be made offline. Raises Malformed."""
    if (len(stream), len(chain), len(device)) != (ID_BYTES,) * 3:
        raise Malformed("certificate ids")
    body = _CERT.pack(VERSION, stream, chain, chain_key.public, device)
    return body + device_key.sign(_CERT_TAG + body) + chain_key.sign(_OWN_TAG + body)


def parse_chain_cert(raw: bytes) -> ChainCert:
    """Return the certificate of raw, not yet trusted. Raises NewerVersion, Malformed."""
    if not raw or raw[0] == 0:
        raise Malformed("certificate version")
    if raw[0] > VERSION:
        raise NewerVersion("certificate")
    if len(raw) != CERT_BYTES:
        raise Malformed("certificate length")
    _, stream, chain, chain_public, device = _CERT.unpack_from(raw)
    return ChainCert(
        StreamId(stream),
        ChainId(chain),
        chain_public,
        DeviceId(device),
        raw[_CERT.size : -SIGNATURE_BYTES],
        raw[-SIGNATURE_BYTES:],
        raw,
    )


def verify_chain_cert(cert: ChainCert, device_public: bytes) -> None:
    """Return only when both the device (its 32-byte key) and the chain key signed.

    Without the chain key's signature a colleague could certify somebody else's chain as theirs
    and so pass off those notes as their own. Raises BadSignature.
    """
    body = cert.raw[: _CERT.size]
    verify_signature(device_public, _CERT_TAG + body, cert.signature)
    verify_signature(cert.chain_public, _OWN_TAG + body, cert.consent)
