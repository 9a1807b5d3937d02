"""The published vectors on every provider there is here, and the providers against each other.

Our primitives stand on one provider (`cryptography`, through OpenSSL). Where it has two ways to the
same answer, both are asked; what our primitives do not do (other sizes) they refuse.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.crypto import hpke
from app.crypto.primitives import KemKey, aead_open, aead_seal, hkdf_sha256
from app.errors import CryptoError, WrongKeyOrTampered
from tests.attack import trials
from tests.unit.test_crypto_vectors import raw, rfc9180, wycheproof


def gcm_one_shot(key: bytes, nonce: bytes, sealed: bytes, tag: bytes, aad: bytes) -> bytes:
    return AESGCM(key).decrypt(nonce, sealed + tag, aad)


def gcm_streaming(key: bytes, nonce: bytes, sealed: bytes, tag: bytes, aad: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(aad)
    return decryptor.update(sealed) + decryptor.finalize()


@pytest.mark.parametrize("provider", [gcm_one_shot, gcm_streaming])
def test_every_way_of_the_provider_to_our_cipher_agrees_with_wycheproof(provider: Any) -> None:
    counts = {"valid": 0, "invalid": 0}
    for group, case in wycheproof("aes_gcm_test.json"):
        if (group["keySize"], group["ivSize"], group["tagSize"]) != (256, 96, 128):
            continue
        key, nonce, aad, message, sealed, tag = raw(case, "key", "iv", "aad", "msg", "ct", "tag")
        counts[case["result"]] += 1
        if case["result"] == "valid":
            assert provider(key, nonce, sealed, tag, aad) == message
        else:
            with pytest.raises(InvalidTag):
                provider(key, nonce, sealed, tag, aad)
    assert min(counts.values()) >= 20


def test_other_sizes_of_key_nonce_and_tag_are_refused() -> None:
    """Wycheproof's other groups are right for others; our primitives have one size of each."""
    refused = 0
    for group, case in wycheproof("aes_gcm_test.json"):
        if (group["keySize"], group["ivSize"]) == (256, 96):
            continue
        key, nonce, aad, message, sealed, tag = raw(case, "key", "iv", "aad", "msg", "ct", "tag")
        with pytest.raises(CryptoError):
            aead_open(key, nonce, sealed + tag, aad)
        with pytest.raises(CryptoError):
            aead_seal(key, nonce, message, aad)
        refused += 1
    assert refused > 100


def test_no_shorter_tag_is_taken() -> None:
    for group, case in wycheproof("aes_gcm_test.json"):
        if (group["keySize"], group["ivSize"], group["tagSize"]) != (256, 96, 128):
            continue
        key, nonce, aad, sealed, tag = raw(case, "key", "iv", "aad", "ct", "tag")
        for length in (0, 4, 8, 12, 15):
            with pytest.raises(WrongKeyOrTampered):
                aead_open(key, nonce, sealed + tag[:length], aad)


def test_our_hkdf_and_the_providers_agree_with_wycheproof() -> None:
    agreed = 0
    for _, case in wycheproof("hkdf_sha256_test.json"):
        ikm, salt, info, okm = raw(case, "ikm", "salt", "info", "okm")
        if case["result"] != "valid":
            continue
        theirs = HKDF(SHA256(), case["size"], salt or None, info).derive(ikm)
        assert theirs == okm == hkdf_sha256(ikm, info, case["size"], salt)
        agreed += 1
    assert agreed > 50


def test_a_tampered_rfc_9180_vector_opens_in_no_bit() -> None:
    vector = rfc9180()
    first = vector["encryptions"][0]
    key, info, aad = KemKey(bytes.fromhex(vector["skRm"])), *raw(vector, "info"), *raw(first, "aad")
    sealed = bytes.fromhex(vector["enc"] + first["ct"])
    assert hpke.open(key, info, aad, sealed).hex() == first["pt"]
    for changed in trials.flips(sealed, every=True):
        if changed[:31] == sealed[:31] and changed[32:] == sealed[32:]:
            # X25519 ignores the top bit of a public key; HPKE binds all of enc, so it is refused too.
            assert changed[31] != sealed[31]
        with pytest.raises(WrongKeyOrTampered):
            hpke.open(key, info, aad, changed)
    for changed in trials.flips(info, every=True):
        with pytest.raises(WrongKeyOrTampered):
            hpke.open(key, changed, aad, sealed)
    for changed in trials.flips(aad, every=True):
        with pytest.raises(WrongKeyOrTampered):
            hpke.open(key, info, changed, sealed)


def test_our_hpke_and_the_providers_open_each_other() -> None:
    theirs = pytest.importorskip("cryptography.hazmat.primitives.hpke")
    try:
        suite = theirs.Suite(theirs.KEM.X25519, theirs.KDF.HKDF_SHA256, theirs.AEAD.AES_256_GCM)
    except UnsupportedAlgorithm:
        pytest.skip("the provider has no HPKE")
    chance = Random(9180)
    for _ in range(trials.of(500)):
        seed, info = chance.randbytes(32), chance.randbytes(chance.choice((0, 1, 9, 65, 300)))
        secret = chance.randbytes(chance.choice((0, 1, 32, 1000)))
        ours, their_key = KemKey(seed), X25519PrivateKey.from_private_bytes(seed)
        assert hpke.open(ours, info, b"", suite.encrypt(secret, their_key.public_key(), info=info)) == secret
        sealed = hpke.seal(ours.public, info, b"", secret, chance.randbytes)
        assert suite.decrypt(sealed, their_key, info=info) == secret
