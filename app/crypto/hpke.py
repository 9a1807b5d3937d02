"""Sealing a short secret to a public key: HPKE base mode, single shot.

Owns RFC 9180 with one suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Written over
our primitives because `cryptography` on tablets has no HPKE. Decides nothing about what is sealed;
callers bind the meaning into `info`. Spec: docs/crypto.md, "HPKE"; source: RFC 9180 section 4.1,
5.1 and 6.1.
"""

from __future__ import annotations

from app.crypto.primitives import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    KemKey,
    Random,
    aead_open,
    aead_seal,
    hkdf_expand,
    hkdf_extract,
)
from app.errors import CryptoError, WrongKeyOrTampered

ENC_BYTES = 32
OVERHEAD_BYTES = ENC_BYTES + TAG_BYTES

_KEM_SUITE = b"KEM\x00\x20"
_HPKE_SUITE = b"HPKE\x00\x20\x00\x01\x00\x02"
_MODE_BASE = b"\x00"


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hkdf_extract(salt, b"HPKE-v1" + suite + label + ikm)


def _labeled_expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return hkdf_expand(
        prk, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length
    )


def _shared_secret(dh: bytes, enc: bytes, recipient: bytes) -> bytes:
    eae_prk = _labeled_extract(_KEM_SUITE, b"", b"eae_prk", dh)
    return _labeled_expand(_KEM_SUITE, eae_prk, b"shared_secret", enc + recipient, KEY_BYTES)


def _key_and_nonce(shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    psk_id_hash = _labeled_extract(_HPKE_SUITE, b"", b"psk_id_hash", b"")
    info_hash = _labeled_extract(_HPKE_SUITE, b"", b"info_hash", info)
    context = _MODE_BASE + psk_id_hash + info_hash
    secret = _labeled_extract(_HPKE_SUITE, shared_secret, b"secret", b"")
    key = _labeled_expand(_HPKE_SUITE, secret, b"key", context, KEY_BYTES)
    # Single shot: the sequence number is 0, so the nonce is the base nonce itself.
    nonce = _labeled_expand(_HPKE_SUITE, secret, b"base_nonce", context, NONCE_BYTES)
    return key, nonce


def seal(recipient: bytes, info: bytes, aad: bytes, plaintext: bytes, random: Random) -> bytes:
    """Return enc (32 bytes) ‖ ciphertext ‖ tag (16 bytes), which only recipient's key opens.

    recipient: 32-byte X25519 public key. Raises CryptoError for a low-order key.
    """
    ephemeral = KemKey.generate(random)
    enc = ephemeral.public
    secret = _shared_secret(ephemeral.exchange(recipient), enc, recipient)
    key, nonce = _key_and_nonce(secret, info)
    return enc + aead_seal(key, nonce, plaintext, aad)


def open(recipient_key: KemKey, info: bytes, aad: bytes, sealed: bytes) -> bytes:
    """Return what seal was given. Raises WrongKeyOrTampered for anything else."""
    enc, ciphertext = sealed[:ENC_BYTES], sealed[ENC_BYTES:]
    try:
        dh = recipient_key.exchange(enc)
    except CryptoError:
        raise WrongKeyOrTampered("hpke enc") from None
    key, nonce = _key_and_nonce(_shared_secret(dh, enc, recipient_key.public), info)
    return aead_open(key, nonce, ciphertext, aad)
