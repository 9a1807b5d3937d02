"""The primitives everything else is made of: AES-256-GCM, HKDF-SHA256, Ed25519, X25519.

Owns the translation of the `cryptography` package's exceptions into ours. Decides no format and
reads no clock; randomness is passed in. Only calls that exist in `cryptography` 48 on OpenSSL 3.0
(tablets) are used. Spec: docs/crypto.md, "Primitives".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.errors import BadSignature, CryptoError, WrongKeyOrTampered

Random: TypeAlias = Callable[[int], bytes]

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
HASH_BYTES = 32
SIGNATURE_BYTES = 64


def sha256(data: bytes) -> bytes:
    """Return the 32-byte SHA-256 of data."""
    return hashlib.sha256(data).digest()


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return the 32-byte HMAC-SHA256 of message."""
    return hmac.digest(key, message, "sha256")


def equal(left: bytes, right: bytes) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left, right)


def hkdf_extract(salt: bytes, ikm: bytes) -> bytes:
    """Return the 32-byte pseudorandom key of RFC 5869 section 2.2."""
    return hmac.digest(salt or bytes(HASH_BYTES), ikm, "sha256")


def hkdf_expand(prk: bytes, info: bytes, length: int) -> bytes:
    """Return length bytes from a pseudorandom key, RFC 5869 section 2.3.

    Raises CryptoError when more than 255 blocks are asked for.
    """
    if not 0 <= length <= 255 * HASH_BYTES:
        raise CryptoError("hkdf length")
    output = b""
    block = b""
    counter = 1
    while len(output) < length:
        block = hmac.digest(prk, block + info + bytes((counter,)), "sha256")
        output += block
        counter += 1
    return output[:length]


def hkdf_sha256(ikm: bytes, info: bytes, length: int = KEY_BYTES, salt: bytes = b"") -> bytes:
    """Derive length bytes from ikm, RFC 5869 (extract, then expand)."""
    return hkdf_expand(hkdf_extract(salt, ikm), info, length)


class Aead:
    """AES-256-GCM under one key, kept so that the key schedule is computed once."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        """key: 32 bytes; any other length raises CryptoError."""
        if len(key) != KEY_BYTES:
            raise CryptoError("aead key length")
        self._cipher = AESGCM(key)

    def seal(self, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
        """Return ciphertext ‖ tag (16 bytes more than plaintext). nonce: 12 bytes, never reused."""
        if len(nonce) != NONCE_BYTES:
            raise CryptoError("aead nonce length")
        return self._cipher.encrypt(nonce, plaintext, aad)

    def open(self, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        """Return the plaintext of ciphertext ‖ tag. Raises WrongKeyOrTampered."""
        if len(nonce) != NONCE_BYTES:
            raise WrongKeyOrTampered("nonce length")
        try:
            return self._cipher.decrypt(nonce, sealed, aad)
        except InvalidTag:
            raise WrongKeyOrTampered from None


def aead_seal(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Seal once under a key that is not used again; see Aead for many."""
    return Aead(key).seal(nonce, plaintext, aad)


def aead_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Open once; see Aead for many. Raises WrongKeyOrTampered."""
    return Aead(key).open(nonce, sealed, aad)


class SigningKey:
    """An Ed25519 private key (RFC 8032)."""

    __slots__ = ("_key", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        """seed: 32 bytes; any other length raises CryptoError."""
        if len(seed) != KEY_BYTES:
            raise CryptoError("signing seed length")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.seed = seed
        self.public: bytes = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @classmethod
    def generate(cls, random: Random) -> SigningKey:
        """Make a new key from 32 random bytes."""
        return cls(random(KEY_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        """Make the key that belongs to a 32-byte seed."""
        return cls(seed)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of message."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return "SigningKey(…)"


def verify_signature(public: bytes, message: bytes, signature: bytes) -> None:
    """Return only when signature (64 bytes) over message was made by the owner of public.

    Raises BadSignature, also for a public key or signature of the wrong form.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise BadSignature from None


class KemKey:
    """An X25519 private key (RFC 7748) to which stream keys are sealed."""

    __slots__ = ("_key", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        """seed: 32 bytes, clamped by X25519 itself; any other length raises CryptoError."""
        if len(seed) != KEY_BYTES:
            raise CryptoError("kem seed length")
        self._key = X25519PrivateKey.from_private_bytes(seed)
        self.seed = seed
        self.public: bytes = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @classmethod
    def generate(cls, random: Random) -> KemKey:
        """Make a new key from 32 random bytes."""
        return cls(random(KEY_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> KemKey:
        """Make the key that belongs to a 32-byte seed."""
        return cls(seed)

    def exchange(self, public: bytes) -> bytes:
        """Return the 32-byte shared secret. Raises CryptoError for a low-order public key."""
        try:
            return self._key.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError:
            raise CryptoError("x25519 public key") from None

    def __repr__(self) -> str:
        return "KemKey(…)"
