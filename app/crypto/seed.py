"""The printed agency seed and what it derives: the root signing key and the recovery key.

Owns the derivation and the two-of-three shares. The seed itself is shown once at set-up and kept
nowhere. Spec: docs/crypto.md, "Agency seed".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.crypto.primitives import KemKey, Random, SigningKey, hkdf_sha256, sha256
from app.crypto.words import SECRET_BYTES, from_words, to_words
from app.errors import WordsNotValid

FINGERPRINT_BYTES = 16
SHARE_COUNT = 3


def root_fingerprint(root_public: bytes) -> bytes:
    """Return the 16 bytes by which people and invitations name an agency's root key."""
    return sha256(b"kt-root-v1\0" + root_public)[:FINGERPRINT_BYTES]


@dataclass(frozen=True, slots=True)
class Share:
    """One of three printed shares; any two give the seed. number: 1 to 3. secret: 32 bytes."""

    number: int
    secret: bytes = field(repr=False)

    def to_words(self) -> str:
        """Return the share's 24 words; its number is printed beside them."""
        return to_words(self.secret)

    @classmethod
    def from_words(cls, number: int, words: str) -> Share:
        """Return the share of a number and its 24 words. Raises WordsNotValid."""
        return cls(number, from_words(words))


@dataclass(frozen=True, slots=True)
class AgencySeed:
    """32 random bytes that stand for the agency itself."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES:
            raise WordsNotValid("seed length")

    @classmethod
    def generate(cls, random: Random) -> AgencySeed:
        """Make a new seed."""
        return cls(random(SECRET_BYTES))

    def root_key(self) -> SigningKey:
        """Return the key that certifies the first administrator."""
        return SigningKey(hkdf_sha256(self.secret, b"kt-seed-root-v1"))

    def recovery_key(self) -> KemKey:
        """Return the key to which every stream key is also sealed."""
        return KemKey(hkdf_sha256(self.secret, b"kt-seed-recovery-v1"))

    def to_words(self) -> str:
        """Return the seed's 24 words."""
        return to_words(self.secret)

    @classmethod
    def from_words(cls, words: str) -> AgencySeed:
        """Return the seed of 24 words. Raises WordsNotValid."""
        return cls(from_words(words))

    def to_shares(self, random: Random) -> tuple[Share, Share, Share]:
        """Split into three shares; one alone says nothing about the seed.

        Shamir's scheme with threshold 2 over GF(256): share x is seed + slope·x, byte by byte.
        """
        slope = random(SECRET_BYTES)
        first, second, third = (
            Share(x, bytes(s ^ _multiply(r, x) for s, r in zip(self.secret, slope, strict=True)))
            for x in range(1, SHARE_COUNT + 1)
        )
        return first, second, third

    @classmethod
    def from_shares(cls, one: Share, other: Share) -> AgencySeed:
        """Return the seed of two different shares of one seed.

        Shares of different seeds give a seed of nobody: compare root_fingerprint with the
        agency's. Raises WordsNotValid when the numbers do not fit.
        """
        numbers = {one.number, other.number}
        if len(numbers) != 2 or not numbers <= set(range(1, SHARE_COUNT + 1)):
            raise WordsNotValid("share numbers")
        # The line through both points at x = 0: (y1·x2 + y2·x1) / (x1 + x2).
        scale = _invert(one.number ^ other.number)
        return cls(
            bytes(
                _multiply(_multiply(a, other.number) ^ _multiply(b, one.number), scale)
                for a, b in zip(one.secret, other.secret, strict=True)
            )
        )


def _multiply(a: int, b: int) -> int:
    """Multiply in GF(256) with the polynomial of AES."""
    product = 0
    for _ in range(8):
        product ^= a * (b & 1)
        a = (a << 1) ^ (0x11B * (a >> 7))
        b >>= 1
    return product


def _invert(a: int) -> int:
    return next(b for b in range(1, 256) if _multiply(a, b) == 1)
