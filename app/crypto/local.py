"""Seals for what stays on the tablet: drafts, settings, chain keys, stream keys.

Owns the blob's bytes. Each blob is bound to a purpose and a name, so that one cannot be put in
another's place. Spec: docs/crypto.md, "Local blobs".
"""

from __future__ import annotations

from app.crypto.primitives import NONCE_BYTES, TAG_BYTES, Aead, Random, hkdf_sha256
from app.errors import CryptoError, UnknownFormat

VERSION = 1
_TAG = b"kt-local-v1\0"


def local_key(log_key: bytes, purpose: str) -> bytes:
    """Return the 32-byte key for one purpose: HKDF(log key, "local-v1" ‖ purpose)."""
    return hkdf_sha256(log_key, b"local-v1" + purpose.encode())


def _aad(purpose: str, name: bytes) -> bytes:
    label = purpose.encode()
    if len(label) > 255 or len(name) > 65_535:
        raise CryptoError("local name length")
    return _TAG + bytes((VERSION, len(label))) + label + len(name).to_bytes(2, "big") + name


def seal_local(
    log_key: bytes, purpose: str, name: bytes, plaintext: bytes, random: Random
) -> bytes:
    """Return ver u8 ‖ nonce 12 ‖ ciphertext ‖ tag 16 for one purpose and name."""
    nonce = random(NONCE_BYTES)
    sealed = Aead(local_key(log_key, purpose)).seal(nonce, plaintext, _aad(purpose, name))
    return bytes((VERSION,)) + nonce + sealed


def open_local(log_key: bytes, purpose: str, name: bytes, blob: bytes) -> bytes:
    """Return what was sealed for exactly this purpose and name.

    Raises UnknownFormat, WrongKeyOrTampered.
    """
    if len(blob) < 1 + NONCE_BYTES + TAG_BYTES or blob[0] != VERSION:
        raise UnknownFormat("local blob")
    nonce, sealed = blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]
    return Aead(local_key(log_key, purpose)).open(nonce, sealed, _aad(purpose, name))
