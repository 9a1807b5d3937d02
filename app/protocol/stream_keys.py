"""How a stream's key reaches its members' devices, and how the ladder of epochs is climbed.

Owns kid, wraps and the sealed previous key. Says nothing about who should get one. Spec:
docs/protocol.md, "Stream keys".
"""

from __future__ import annotations

from app.crypto import hpke
from app.crypto.primitives import (
    KEY_BYTES,
    NONCE_BYTES,
    Aead,
    KemKey,
    Random,
    equal,
    hkdf_sha256,
    sha256,
)
from app.errors import CryptoError, KidMismatch
from app.protocol.ids import DeviceId, StreamId

_WRAP_INFO = b"kt-key-v1"
_PREV_TAG = b"kt-prev-v1\0"


def new_stream_key(random: Random) -> bytes:
    """Return the 32-byte key of a new epoch."""
    return random(KEY_BYTES)


def kid(key: bytes) -> bytes:
    """Return SHA-256("kt-kid" ‖ key), by which all recipients know they hold the same key."""
    return sha256(b"kt-kid" + key)


def check_kid(key: bytes, expected: bytes) -> None:
    """Return only when key is the one its epoch promised. Raises KidMismatch."""
    if not equal(kid(key), expected):
        raise KidMismatch


def _info(stream: StreamId, epoch: int, recipient: DeviceId, granter: DeviceId) -> bytes:
    return _WRAP_INFO + stream + epoch.to_bytes(4, "big") + recipient + granter


def wrap_key(
    key: bytes,
    stream: StreamId,
    epoch: int,
    recipient: DeviceId,
    recipient_public: bytes,
    granter: DeviceId,
    random: Random,
) -> bytes:
    """Return the 80-byte wrap of an epoch's key for one device (or RECOVERY).

    recipient_public: the device's X25519 key. granter: the author of the operation carrying it.
    """
    if len(key) != KEY_BYTES:
        raise CryptoError("stream key length")
    info = _info(stream, epoch, recipient, granter)
    return hpke.seal(recipient_public, info, b"", key, random)


def open_wrap(
    sealed: bytes,
    stream: StreamId,
    epoch: int,
    recipient: DeviceId,
    recipient_key: KemKey,
    granter: DeviceId,
    expected_kid: bytes,
) -> bytes:
    """Return the key of a wrap. Raises WrongKeyOrTampered, KidMismatch."""
    key = hpke.open(recipient_key, _info(stream, epoch, recipient, granter), b"", sealed)
    check_kid(key, expected_kid)
    return key


def _prev_cipher(key: bytes, stream: StreamId, epoch: int) -> tuple[Aead, bytes]:
    place = stream + epoch.to_bytes(4, "big")
    return Aead(hkdf_sha256(key, b"prev-v1" + place)), _PREV_TAG + place


def seal_previous(
    key: bytes, previous: bytes, stream: StreamId, epoch: int, random: Random
) -> bytes:
    """Return the previous epoch's key sealed under the key of epoch (60 bytes)."""
    cipher, aad = _prev_cipher(key, stream, epoch)
    nonce = random(NONCE_BYTES)
    return nonce + cipher.seal(nonce, previous, aad)


def open_previous(
    key: bytes, sealed: bytes, stream: StreamId, epoch: int, expected_kid: bytes
) -> bytes:
    """Return the key of epoch - 1 from the key of epoch.

    expected_kid: of epoch - 1. Raises WrongKeyOrTampered, KidMismatch.
    """
    cipher, aad = _prev_cipher(key, stream, epoch)
    previous = cipher.open(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
    check_kid(previous, expected_kid)
    return previous
