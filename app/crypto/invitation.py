"""The invitation by which a new device is certified without trusting the server.

Owns the text form and the code's two derived keys. `mac` never leaves the two devices: the new
device MACs its public keys, the inviter's device verifies them before it certifies them. Single
use and the 72 hours are kept by the server and the inviter. Spec: docs/crypto.md, "Invitation".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import NamedTuple

from app.crypto.primitives import Random, equal, hkdf_sha256, hmac_sha256, sha256
from app.crypto.seed import FINGERPRINT_BYTES
from app.errors import InvitationForged, InvitationNotValid

VERSION = 1
CODE_BYTES = 16
INVITATION_ID_BYTES = 16
MAC_BYTES = 32

_SALT = b"kt-invitation-v1"
_JOIN_TAG = b"kt-join-v1\0"
_HEAD = struct.Struct(">B16s16s16sB")
_CONTROL = struct.Struct(">16s32s")
_MAX_HEADS = 4
_CHECK_BYTES = 4
_PREFIX = "KT"
_GROUP = 5
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}


class ControlHead(NamedTuple):
    """The end of a control chain the inviter vouches for. hash: 32 bytes."""

    stream: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the inviter hands over out of band.

    code: 16 secret bytes. person: whom the device will belong to (16 bytes). heads: the agency's
    control head first. server_url: 1 to 255 UTF-8 bytes.
    """

    code: bytes = field(repr=False)
    person: bytes
    root_fingerprint: bytes
    heads: tuple[ControlHead, ...]
    server_url: str

    @property
    def id(self) -> bytes:
        """The 16 bytes by which the server knows the invitation."""
        return invitation_id(self.code)


def make_code(random: Random) -> bytes:
    """Return a new 128-bit code."""
    return random(CODE_BYTES)


def invitation_id(code: bytes) -> bytes:
    """Return HKDF(code, "id"): 16 bytes that say nothing about the MAC key."""
    return hkdf_sha256(code, b"id", INVITATION_ID_BYTES, _SALT)


def _mac_key(code: bytes) -> bytes:
    return hkdf_sha256(code, b"mac", MAC_BYTES, _SALT)


def mac_keys(
    code: bytes, person: bytes, device: bytes, sign_public: bytes, kem_public: bytes
) -> bytes:
    """Return the new device's 32-byte proof that these are its ids (16) and public keys (32)."""
    if (len(person), len(device), len(sign_public), len(kem_public)) != (16, 16, 32, 32):
        raise InvitationForged("length")
    message = _JOIN_TAG + invitation_id(code) + person + device + sign_public + kem_public
    return hmac_sha256(_mac_key(code), message)


def verify_mac(
    code: bytes, person: bytes, device: bytes, sign_public: bytes, kem_public: bytes, mac: bytes
) -> None:
    """Return only when mac was made with this code for these ids and keys.

    Raises InvitationForged.
    """
    if not equal(mac_keys(code, person, device, sign_public, kem_public), mac):
        raise InvitationForged


def encode_invitation(invitation: Invitation) -> str:
    """Return the text for QR and paper: "KT-" and groups of five Crockford letters.

    Raises InvitationNotValid.
    """
    try:
        url = invitation.server_url.encode()
    except UnicodeEncodeError:
        raise InvitationNotValid("url") from None
    if (
        len(invitation.code) != CODE_BYTES
        or len(invitation.person) != 16
        or len(invitation.root_fingerprint) != FINGERPRINT_BYTES
        or not 1 <= len(invitation.heads) <= _MAX_HEADS
        or any(len(h.stream) != 16 or len(h.hash) != 32 for h in invitation.heads)
        or not 1 <= len(url) <= 255
    ):
        raise InvitationNotValid("parts")
    data = (
        _HEAD.pack(
            VERSION,
            invitation.code,
            invitation.person,
            invitation.root_fingerprint,
            len(invitation.heads),
        )
        + b"".join(_CONTROL.pack(*head) for head in invitation.heads)
        + bytes((len(url),))
        + url
    )
    letters = _to_base32(data + _check(data))
    groups = [letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP)]
    return "-".join([_PREFIX, *groups])


def decode_invitation(text: str) -> Invitation:
    """Return the invitation of a text; case, spaces, hyphens and O/0, I/L/1 do not matter.

    Raises InvitationNotValid.
    """
    letters = "".join(text.upper().replace("-", " ").split())
    if not letters.startswith(_PREFIX):
        raise InvitationNotValid("prefix")
    data = _from_base32(letters[len(_PREFIX) :])
    body, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
    if len(body) < _HEAD.size or check != _check(body):
        raise InvitationNotValid("check")
    version, code, person, fingerprint, count = _HEAD.unpack_from(body)
    if version != VERSION or not 1 <= count <= _MAX_HEADS:
        raise InvitationNotValid("version")
    heads_end = _HEAD.size + count * _CONTROL.size
    if len(body) <= heads_end or len(body) != heads_end + 1 + body[heads_end]:
        raise InvitationNotValid("length")
    heads = tuple(
        ControlHead._make(head) for head in _CONTROL.iter_unpack(body[_HEAD.size : heads_end])
    )
    try:
        url = body[heads_end + 1 :].decode()
    except UnicodeDecodeError:
        raise InvitationNotValid("url") from None
    if not url:
        raise InvitationNotValid("url")
    return Invitation(code, person, fingerprint, heads, url)


def _check(data: bytes) -> bytes:
    return sha256(b"kt-invitation-v1\0" + data)[:_CHECK_BYTES]


def _to_base32(data: bytes) -> str:
    bits = len(data) * 8
    count = -(-bits // 5)
    number = int.from_bytes(data, "big") << (count * 5 - bits)
    return "".join(_ALPHABET[number >> 5 * i & 31] for i in range(count - 1, -1, -1))


def _from_base32(letters: str) -> bytes:
    if len(letters) > 1024:
        raise InvitationNotValid("length")
    number = 0
    for letter in letters:
        value = _VALUES.get(letter)
        if value is None:
            raise InvitationNotValid("letter")
        number = number << 5 | value
    spare = len(letters) * 5 % 8
    # One text for one invitation: the letters hold whole bytes and the spare bits are zero.
    if spare >= 5 or number & ((1 << spare) - 1):
        raise InvitationNotValid("spare bits")
    return (number >> spare).to_bytes(len(letters) * 5 // 8, "big")
