"""The device keyring, and the blobs in which it rests: under passphrase, kit, or unlock key.

Owns the three blob layouts. A new passphrase wraps the same keyring again and changes nothing else.
Spec: docs/crypto.md, "Keyring".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from app.crypto.kdf import FLOOR, SALT_BYTES, KdfParams, derive
from app.crypto.primitives import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    Aead,
    KemKey,
    Random,
    SigningKey,
    hkdf_sha256,
)
from app.errors import CryptoError, UnknownFormat, WrongKeyOrTampered, WrongPassphrase

VERSION = 1
BY_PASSPHRASE = 1
BY_KIT = 2
BY_UNLOCK_KEY = 3

_TAG = b"kt-keyring-v1\0"
_HEAD = struct.Struct(">BB16s16s")
_KDF = struct.Struct(">IIBB16s")
_SECRETS_BYTES = 3 * KEY_BYTES
_SEALED_BYTES = NONCE_BYTES + _SECRETS_BYTES + TAG_BYTES
_PASSPHRASE_BYTES = _HEAD.size + _KDF.size + _SEALED_BYTES
_KIT_BYTES = _HEAD.size + _SEALED_BYTES
_TIMES = struct.Struct(">QQ")
_UNLOCK_BYTES = _KIT_BYTES + _TIMES.size
ID_BYTES = 16
DEVICE_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a device holds while it is unlocked. Keys 32 bytes; person and device 16 bytes."""

    log_key: bytes = field(repr=False)
    sign_seed: bytes = field(repr=False)
    kem_seed: bytes = field(repr=False)
    person: bytes
    device: bytes

    def __post_init__(self) -> None:
        keys = (self.log_key, self.sign_seed, self.kem_seed)
        if any(len(key) != KEY_BYTES for key in keys):
            raise CryptoError("keyring key length")
        if len(self.person) != ID_BYTES or len(self.device) != ID_BYTES:
            raise CryptoError("keyring id length")

    @classmethod
    def generate(cls, person: bytes, device: bytes, random: Random) -> Keyring:
        """Make the keys of a new device."""
        return cls(random(KEY_BYTES), random(KEY_BYTES), random(KEY_BYTES), person, device)

    def signing_key(self) -> SigningKey:
        """Return the key with which the device signs."""
        return SigningKey(self.sign_seed)

    def kem_key(self) -> KemKey:
        """Return the key to which stream keys are sealed for the device."""
        return KemKey(self.kem_seed)


@dataclass(frozen=True, slots=True)
class UnlockTimes:
    """What rests sealed beside the keyring that finger or face open. Both UTC milliseconds.

    given_ms: when the passphrase was last typed. seen_ms: the latest time this tablet has seen.
    """

    given_ms: int
    seen_ms: int


def _seal(keyring: Keyring, kek: bytes, head: bytes, random: Random, more: bytes = b"") -> bytes:
    secrets = keyring.log_key + keyring.sign_seed + keyring.kem_seed + more
    nonce = random(NONCE_BYTES)
    return head + nonce + Aead(kek).seal(nonce, secrets, _TAG + head)


def _open(blob: bytes, kek: bytes, head_bytes: int) -> tuple[Keyring, bytes]:
    head = blob[:head_bytes]
    nonce = blob[head_bytes : head_bytes + NONCE_BYTES]
    try:
        secrets = Aead(kek).open(nonce, blob[head_bytes + NONCE_BYTES :], _TAG + head)
    except WrongKeyOrTampered:
        raise WrongPassphrase from None
    _, _, person, device = _HEAD.unpack_from(head)
    more = secrets[_SECRETS_BYTES:]
    return Keyring(secrets[:32], secrets[32:64], secrets[64:_SECRETS_BYTES], person, device), more


def _kek(secret: bytes, device_secret: bytes) -> bytes:
    if len(device_secret) not in (0, DEVICE_SECRET_BYTES):
        raise CryptoError("device secret length")
    return hkdf_sha256(secret + device_secret, b"kt-kek-v1")


def _check(blob: bytes, kind: int, length: int) -> None:
    if len(blob) != length or blob[0] != VERSION or blob[1] != kind:
        raise UnknownFormat("keyring blob")


def wrap_keyring(
    keyring: Keyring,
    passphrase: str,
    params: KdfParams,
    random: Random,
    device_secret: bytes = b"",
) -> bytes:
    """Return the blob that opens with passphrase, and with device_secret (32 bytes) if given.

    Raises WeakKdf, UnencodableText.
    """
    salt = random(SALT_BYTES)
    head = _HEAD.pack(VERSION, BY_PASSPHRASE, keyring.person, keyring.device) + _KDF.pack(
        params.memory_kib, params.iterations, params.parallelism, bool(device_secret), salt
    )
    kek = _kek(derive(passphrase, salt, params), device_secret)
    return _seal(keyring, kek, head, random)


def unwrap_keyring(
    blob: bytes, passphrase: str, device_secret: bytes = b"", *, floor: KdfParams = FLOOR
) -> Keyring:
    """Return the keyring of a blob.

    floor: refuse cheaper parameters. Raises WrongPassphrase, WeakKdf, UnknownFormat.
    """
    _check(blob, BY_PASSPHRASE, _PASSPHRASE_BYTES)
    params, with_secret, salt = _parse_kdf(blob)
    if with_secret != bool(device_secret):
        raise WrongPassphrase("device secret")
    kek = _kek(derive(passphrase, salt, params, floor=floor), device_secret)
    return _open(blob, kek, _HEAD.size + _KDF.size)[0]


def _parse_kdf(blob: bytes) -> tuple[KdfParams, bool, bytes]:
    memory_kib, iterations, parallelism, with_secret, salt = _KDF.unpack_from(blob, _HEAD.size)
    if with_secret > 1:
        raise UnknownFormat("keyring blob")
    return KdfParams(memory_kib, iterations, parallelism), bool(with_secret), salt


def keyring_params(blob: bytes) -> KdfParams:
    """Return the passphrase parameters that a blob names. Raises UnknownFormat."""
    _check(blob, BY_PASSPHRASE, _PASSPHRASE_BYTES)
    return _parse_kdf(blob)[0]


def needs_device_secret(blob: bytes) -> bool:
    """Tell whether a passphrase blob asks for the device secret too. Raises UnknownFormat."""
    _check(blob, BY_PASSPHRASE, _PASSPHRASE_BYTES)
    return _parse_kdf(blob)[1]


def keyring_owner(blob: bytes) -> tuple[bytes, bytes]:
    """Return (person, device), 16 bytes each, that a blob of any kind names. Raises UnknownFormat."""
    if len(blob) < _HEAD.size or blob[0] != VERSION:
        raise UnknownFormat("keyring blob")
    _, _, person, device = _HEAD.unpack_from(blob)
    return person, device


def make_recovery_kit(random: Random) -> bytes:
    """Return the 32-byte secret of a person's printed recovery kit."""
    return random(KEY_BYTES)


def wrap_keyring_for_kit(keyring: Keyring, kit: bytes, random: Random) -> bytes:
    """Return the blob that opens with the kit's 32-byte secret."""
    head = _HEAD.pack(VERSION, BY_KIT, keyring.person, keyring.device)
    return _seal(keyring, _kit_key(kit), head, random)


def unwrap_keyring_with_kit(blob: bytes, kit: bytes) -> Keyring:
    """Return the keyring of a kit blob. Raises WrongPassphrase, UnknownFormat."""
    _check(blob, BY_KIT, _KIT_BYTES)
    return _open(blob, _kit_key(kit), _HEAD.size)[0]


def _kit_key(kit: bytes) -> bytes:
    if len(kit) != KEY_BYTES:
        raise WrongPassphrase("kit length")
    return hkdf_sha256(kit, b"kt-kit-v1")


def wrap_keyring_for_unlock(
    keyring: Keyring, unlock_key: bytes, times: UnlockTimes, random: Random
) -> bytes:
    """Return the blob that opens with the 32-byte unlock key, times sealed beside the keyring."""
    head = _HEAD.pack(VERSION, BY_UNLOCK_KEY, keyring.person, keyring.device)
    more = _TIMES.pack(times.given_ms, times.seen_ms)
    return _seal(keyring, _unlock_kek(unlock_key), head, random, more)


def unwrap_keyring_with_unlock_key(blob: bytes, unlock_key: bytes) -> tuple[Keyring, UnlockTimes]:
    """Return keyring and times of an unlock blob. Raises WrongPassphrase, UnknownFormat."""
    _check(blob, BY_UNLOCK_KEY, _UNLOCK_BYTES)
    keyring, more = _open(blob, _unlock_kek(unlock_key), _HEAD.size)
    return keyring, UnlockTimes(*_TIMES.unpack(more))


def _unlock_kek(unlock_key: bytes) -> bytes:
    if len(unlock_key) != KEY_BYTES:
        raise WrongPassphrase("unlock key length")
    return hkdf_sha256(unlock_key, b"kt-unlock-v1")
