"""Proving to a server which device is speaking, without a password.

Owns the bytes that are signed. The challenge is drawn, kept single-use and timed by the server.
Spec: docs/protocol.md, "Login".
"""

from __future__ import annotations

from app.crypto.primitives import SigningKey, verify_signature
from app.errors import Malformed
from app.protocol.ids import ID_BYTES, DeviceId
from app.protocol.limits import CHALLENGE_BYTES, MAX_ORIGIN_BYTES

_TAG = b"kt-login-v1\0"


def login_message(origin: str, device: DeviceId, challenge: bytes) -> bytes:
    """Return "kt-login-v1\\0" ‖ u16 length ‖ origin ‖ device ‖ challenge.

    origin: "scheme://host[:port]" as the tablet reached the server, so that a signature given to
    one server is worth nothing to another. challenge: 32 bytes. Raises Malformed.
    """
    try:
        name = origin.encode()
    except UnicodeEncodeError:
        raise Malformed("origin") from None
    if not 1 <= len(name) <= MAX_ORIGIN_BYTES:
        raise Malformed("origin")
    if len(device) != ID_BYTES or len(challenge) != CHALLENGE_BYTES:
        raise Malformed("login")
    return _TAG + len(name).to_bytes(2, "big") + name + device + challenge


def sign_login(key: SigningKey, origin: str, device: DeviceId, challenge: bytes) -> bytes:
    """Return the device's 64-byte answer to a challenge. Raises Malformed."""
    return key.sign(login_message(origin, device, challenge))


def verify_login(
    public: bytes, origin: str, device: DeviceId, challenge: bytes, signature: bytes
) -> None:
    """Return only for the answer of the device whose key is public. Raises BadSignature."""
    verify_signature(public, login_message(origin, device, challenge), signature)
