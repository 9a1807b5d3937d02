"""The primitives and HPKE give the published answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.crypto import hpke
from app.crypto.primitives import (
    KemKey,
    SigningKey,
    aead_open,
    aead_seal,
    hkdf_sha256,
    verify_signature,
)
from app.errors import BadSignature, CryptoError, WrongKeyOrTampered

VECTORS = Path(__file__).parent.parent / "vectors"


def wycheproof(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    document = json.loads((VECTORS / "wycheproof" / name).read_text())
    for group in document["testGroups"]:
        for case in group["tests"]:
            yield group, case


def raw(case: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(case[name]) for name in names]


def test_aes_256_gcm_agrees_with_wycheproof() -> None:
    counts = {"valid": 0, "invalid": 0}
    for group, case in wycheproof("aes_gcm_test.json"):
        if (group["keySize"], group["ivSize"], group["tagSize"]) != (256, 96, 128):
            continue
        key, nonce, aad, message, sealed, tag = raw(case, "key", "iv", "aad", "msg", "ct", "tag")
        counts[case["result"]] += 1
        if case["result"] == "valid":
            assert aead_seal(key, nonce, message, aad) == sealed + tag
            assert aead_open(key, nonce, sealed + tag, aad) == message
        else:
            with pytest.raises(WrongKeyOrTampered):
                aead_open(key, nonce, sealed + tag, aad)
    assert min(counts.values()) >= 20


def test_ed25519_agrees_with_wycheproof() -> None:
    seen = set()
    for group, case in wycheproof("ed25519_test.json"):
        public = bytes.fromhex(group["publicKey"]["pk"])
        message, signature = raw(case, "msg", "sig")
        seen.add(case["result"])
        if case["result"] == "valid":
            verify_signature(public, message, signature)
        else:
            with pytest.raises(BadSignature):
                verify_signature(public, message, signature)
    assert seen == {"valid", "invalid"}


def test_x25519_agrees_with_wycheproof_and_refuses_a_zero_secret() -> None:
    refused = 0
    for _, case in wycheproof("x25519_test.json"):
        public, private, shared = raw(case, "public", "private", "shared")
        if "ZeroSharedSecret" in case["flags"]:
            refused += 1
            with pytest.raises(CryptoError):
                KemKey(private).exchange(public)
        else:
            assert KemKey(private).exchange(public) == shared
    assert refused > 10


def test_hkdf_sha256_agrees_with_wycheproof() -> None:
    for _, case in wycheproof("hkdf_sha256_test.json"):
        ikm, salt, info, okm = raw(case, "ikm", "salt", "info", "okm")
        if case["result"] == "valid":
            assert hkdf_sha256(ikm, info, case["size"], salt) == okm
        else:
            with pytest.raises(CryptoError):
                hkdf_sha256(ikm, info, case["size"], salt)


def rfc9180() -> dict[str, Any]:
    path = VECTORS / "rfc9180" / "base_x25519_sha256_aes256gcm.json"
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def test_hpke_seals_as_rfc_9180_does() -> None:
    vector = rfc9180()
    first = vector["encryptions"][0]
    (ephemeral,) = raw(vector, "skEm")
    sealed = hpke.seal(
        bytes.fromhex(vector["pkRm"]),
        bytes.fromhex(vector["info"]),
        bytes.fromhex(first["aad"]),
        bytes.fromhex(first["pt"]),
        lambda size: ephemeral,
    )
    assert sealed.hex() == vector["enc"] + first["ct"]


def test_hpke_opens_what_rfc_9180_sealed() -> None:
    vector = rfc9180()
    first = vector["encryptions"][0]
    opened = hpke.open(
        KemKey(bytes.fromhex(vector["skRm"])),
        bytes.fromhex(vector["info"]),
        bytes.fromhex(first["aad"]),
        bytes.fromhex(vector["enc"] + first["ct"]),
    )
    assert opened.hex() == first["pt"]


def test_hpke_agrees_with_the_provider_where_it_has_one() -> None:
    theirs = pytest.importorskip("cryptography.hazmat.primitives.hpke")
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    try:
        suite = theirs.Suite(theirs.KEM.X25519, theirs.KDF.HKDF_SHA256, theirs.AEAD.AES_256_GCM)
    except UnsupportedAlgorithm:
        pytest.skip("the provider has no HPKE")
    ours = KemKey(bytes(range(32)))
    their_key = X25519PrivateKey.from_private_bytes(bytes(range(32)))
    sealed = suite.encrypt(b"stream key", their_key.public_key(), info=b"info")
    assert hpke.open(ours, b"info", b"", sealed) == b"stream key"
    ephemeral = bytes(range(32, 64))
    back = hpke.seal(ours.public, b"info", b"", b"stream key", lambda size: ephemeral)
    assert suite.decrypt(back, their_key, info=b"info") == b"stream key"


@pytest.mark.parametrize("part", ["info", "aad", "key", "enc", "tag", "short"])
def test_hpke_refuses_whatever_was_changed(part: str) -> None:
    key = KemKey(b"\x01" * 32)
    sealed = hpke.seal(key.public, b"info", b"aad", b"secret", lambda size: b"\x02" * size)
    info, aad = b"info", b"aad"
    if part == "info":
        info = b"inf"
    elif part == "aad":
        aad = b"aa"
    elif part == "key":
        key = KemKey(b"\x03" * 32)
    elif part == "enc":
        sealed = bytes(32) + sealed[32:]
    elif part == "tag":
        sealed = sealed[:-1] + bytes((sealed[-1] ^ 1,))
    else:
        sealed = sealed[:47]
    with pytest.raises(WrongKeyOrTampered):
        hpke.open(key, info, aad, sealed)


def test_a_signature_is_for_one_message_and_one_key() -> None:
    key, other = SigningKey(b"\x01" * 32), SigningKey(b"\x02" * 32)
    signature = key.sign(b"message")
    verify_signature(key.public, b"message", signature)
    for public, message in ((other.public, b"message"), (key.public, b"messagf")):
        with pytest.raises(BadSignature):
            verify_signature(public, message, signature)
    with pytest.raises(BadSignature):
        verify_signature(key.public[:-1], b"message", signature)


@pytest.mark.parametrize("make", [SigningKey, KemKey])
def test_a_private_key_is_32_bytes_and_stays_out_of_logs(make: Any) -> None:
    with pytest.raises(CryptoError):
        make(bytes(31))
    key = make.generate(lambda size: b"\x07" * size)
    assert key.public == make.from_seed(b"\x07" * 32).public
    assert "07" not in repr(key)


@pytest.mark.parametrize(("key", "nonce"), [(31, 12), (32, 11)])
def test_a_seal_takes_keys_and_nonces_of_one_length(key: int, nonce: int) -> None:
    with pytest.raises(CryptoError):
        aead_seal(bytes(key), bytes(nonce), b"", b"")
    with pytest.raises(CryptoError):
        aead_open(bytes(key), bytes(nonce), bytes(16), b"")
