"""The keyring opens with its passphrase, secret or kit, and with nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.kdf import (
    CEILING,
    DESKTOP_FLOOR,
    FLOOR,
    KdfParams,
    calibrate,
    check_params,
    derive,
)
from app.crypto.keyring import (
    Keyring,
    keyring_params,
    make_recovery_kit,
    unwrap_keyring,
    unwrap_keyring_with_kit,
    wrap_keyring,
    wrap_keyring_for_kit,
)
from app.crypto.local import open_local, seal_local
from app.crypto.seed import AgencySeed, Share, root_fingerprint
from app.crypto.words import from_words, to_words
from app.errors import (
    AppError,
    CryptoError,
    UnencodableText,
    UnknownFormat,
    WeakKdf,
    WordsNotValid,
    WrongKeyOrTampered,
    WrongPassphrase,
)
from tests.vectors.agency_world import drawn_from

DRAW = drawn_from("keyring tests")
KEYRING = Keyring.generate(DRAW(16), DRAW(16), DRAW)
BLOB = wrap_keyring(KEYRING, "two cups of flour", FLOOR, DRAW)
LOG_KEY = b"l" * 32


def test_a_keyring_opens_with_its_passphrase_alone() -> None:
    assert unwrap_keyring(BLOB, "two cups of flour") == KEYRING
    assert keyring_params(BLOB) == FLOOR
    with pytest.raises(WrongPassphrase):
        unwrap_keyring(BLOB, "two cups of sugar")
    with pytest.raises(WrongPassphrase):
        unwrap_keyring(BLOB, "two cups of flour", b"s" * 32)


def test_a_device_secret_is_needed_besides_the_passphrase() -> None:
    blob = wrap_keyring(KEYRING, "flour", FLOOR, DRAW, b"s" * 32)
    assert unwrap_keyring(blob, "flour", b"s" * 32) == KEYRING
    for secret in (b"", b"t" * 32):
        with pytest.raises(WrongPassphrase):
            unwrap_keyring(blob, "flour", secret)
    with pytest.raises(CryptoError):
        wrap_keyring(KEYRING, "flour", FLOOR, DRAW, b"short")


def test_accents_typed_two_ways_are_one_passphrase() -> None:
    blob = wrap_keyring(KEYRING, "caf\u00e9", FLOOR, DRAW)
    assert unwrap_keyring(blob, "cafe\u0301") == KEYRING


def test_every_part_of_a_keyring_blob_is_bound() -> None:
    for position in range(len(BLOB)):
        # The four size bytes of memory and passes would cost seconds each; the next test has them.
        if 34 <= position < 42:
            continue
        changed = bytearray(BLOB)
        changed[position] ^= 1
        with pytest.raises((WrongPassphrase, UnknownFormat, WeakKdf)):
            unwrap_keyring(bytes(changed), "two cups of flour")


def test_a_blob_cannot_make_guessing_cheap_or_the_tablet_choke() -> None:
    weak = FLOOR.memory_kib - 1, FLOOR.memory_kib, CEILING.memory_kib + 1, FLOOR.memory_kib
    passes = FLOOR.iterations, FLOOR.iterations - 1, FLOOR.iterations, CEILING.iterations + 1
    for memory, iterations in zip(weak, passes, strict=True):
        changed = BLOB[:34] + memory.to_bytes(4, "big") + iterations.to_bytes(4, "big") + BLOB[42:]
        with pytest.raises(WeakKdf):
            unwrap_keyring(changed, "two cups of flour")
    stronger = BLOB[:34] + (FLOOR.memory_kib + 8).to_bytes(4, "big") + BLOB[38:]
    with pytest.raises(WrongPassphrase):
        unwrap_keyring(stronger, "two cups of flour")


def test_a_desktop_may_insist_on_its_own_floor() -> None:
    with pytest.raises(WeakKdf):
        unwrap_keyring(BLOB, "two cups of flour", floor=DESKTOP_FLOOR)


def test_a_blob_of_another_length_or_kind_is_refused() -> None:
    for changed in (b"", BLOB[:-1], BLOB + b"\0", b"\x02" + BLOB[1:], BLOB[:1] + b"\x02" + BLOB[2:]):
        with pytest.raises(UnknownFormat):
            unwrap_keyring(changed, "two cups of flour")
        with pytest.raises(UnknownFormat):
            keyring_params(changed)


def test_a_kit_opens_the_keyring_it_was_made_for() -> None:
    kit = make_recovery_kit(DRAW)
    blob = wrap_keyring_for_kit(KEYRING, kit, DRAW)
    assert unwrap_keyring_with_kit(blob, from_words(to_words(kit))) == KEYRING
    for wrong in (make_recovery_kit(DRAW), kit[:-1]):
        with pytest.raises(WrongPassphrase):
            unwrap_keyring_with_kit(blob, wrong)
    with pytest.raises(UnknownFormat):
        unwrap_keyring_with_kit(BLOB, kit)
    with pytest.raises(WrongPassphrase):
        wrap_keyring_for_kit(KEYRING, b"short", DRAW)
    for position in range(len(blob)):
        changed = bytearray(blob)
        changed[position] ^= 1
        with pytest.raises((WrongPassphrase, UnknownFormat)):
            unwrap_keyring_with_kit(bytes(changed), kit)


def test_a_keyring_shows_no_key_and_takes_only_whole_ones() -> None:
    assert KEYRING.log_key.hex() not in repr(KEYRING)
    assert repr(KEYRING.log_key) not in repr(KEYRING)
    assert KEYRING.signing_key().public != KEYRING.kem_key().public
    for parts in ((b"", b"s" * 32, b"k" * 32, b"p" * 16, b"d" * 16), (b"l" * 32,) * 3 + (b"p", b"d" * 16)):
        with pytest.raises(CryptoError):
            Keyring(*parts)


@pytest.mark.parametrize(
    "params",
    [
        KdfParams(FLOOR.memory_kib - 1, 99),
        KdfParams(FLOOR.memory_kib, 1),
        KdfParams(FLOOR.memory_kib, 2, 0),
        KdfParams(CEILING.memory_kib + 1, 2),
        KdfParams(FLOOR.memory_kib, 65),
        KdfParams(FLOOR.memory_kib, 2, 9),
    ],
)
def test_parameters_out_of_bounds_are_refused(params: KdfParams) -> None:
    with pytest.raises(WeakKdf):
        derive("flour", bytes(16), params)


def test_the_compiled_floors_are_the_specified_ones() -> None:
    assert FLOOR == KdfParams(19 * 1024, 2, 1)
    assert DESKTOP_FLOOR == KdfParams(64 * 1024, 3, 1)
    with pytest.raises(WeakKdf):
        check_params(KdfParams(19 * 1024, 1), floor=KdfParams(8, 1))


def test_a_salt_is_16_bytes_and_a_passphrase_is_text() -> None:
    with pytest.raises(WeakKdf):
        derive("flour", bytes(8), FLOOR)
    with pytest.raises(UnencodableText):
        derive("caf\ud800", bytes(16), FLOOR)


def test_argon2id_gives_the_frozen_answer_and_the_providers() -> None:
    key = derive("password", b"somesaltsomesalt", FLOOR)
    assert key.hex() == "2b5dc4054886ec957ef59c73b661c54dd6fb274590b278f657c6d96aac8fa6d1"
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        theirs = Argon2id(
            salt=b"somesaltsomesalt",
            length=32,
            iterations=FLOOR.iterations,
            lanes=FLOOR.parallelism,
            memory_cost=FLOOR.memory_kib,
        )
    except UnsupportedAlgorithm:
        return
    assert theirs.derive(b"password") == key


def test_calibration_adds_passes_until_a_guess_is_slow_enough() -> None:
    ticks = iter([0.0, 0.1, 0.1, 0.4])
    params = calibrate(lambda: next(ticks), 250, floor=FLOOR)
    assert params.memory_kib == FLOOR.memory_kib
    assert params.iterations == 6
    slow = iter([0.0, 1.0])
    assert calibrate(lambda: next(slow), 250, floor=FLOOR) == FLOOR


def test_calibration_stops_at_the_ceiling() -> None:
    assert calibrate(lambda: 0.0, 250, floor=FLOOR).iterations == CEILING.iterations


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_a_local_blob_opens_for_its_purpose_and_name_alone(data: bytes, name: bytes) -> None:
    blob = seal_local(LOG_KEY, "draft", name, data, drawn_from("local"))
    assert open_local(LOG_KEY, "draft", name, blob) == data
    for key, purpose, other in (
        (b"m" * 32, "draft", name),
        (LOG_KEY, "setting", name),
        (LOG_KEY, "draft", name + b"x"),
    ):
        with pytest.raises(WrongKeyOrTampered):
            open_local(key, purpose, other, blob)


def test_a_local_blob_that_was_changed_is_refused() -> None:
    blob = seal_local(LOG_KEY, "draft", b"n", b"text", DRAW)
    for position in range(len(blob)):
        changed = bytearray(blob)
        changed[position] ^= 0x80
        with pytest.raises((WrongKeyOrTampered, UnknownFormat)):
            open_local(LOG_KEY, "draft", b"n", bytes(changed))
    for length in range(len(blob)):
        with pytest.raises((WrongKeyOrTampered, UnknownFormat)):
            open_local(LOG_KEY, "draft", b"n", blob[:length])
    with pytest.raises(CryptoError):
        seal_local(LOG_KEY, "x" * 256, b"n", b"", DRAW)


@given(st.binary(min_size=32, max_size=32))
def test_words_give_back_their_secret(secret: bytes) -> None:
    words = to_words(secret)
    assert len(words.split()) == 24
    assert from_words("  " + words.upper().replace(" ", "\n ")) == secret


def test_mistyped_words_are_refused() -> None:
    words = to_words(bytes(32)).split()
    for wrong in (
        words[:-1],
        [*words, "abandon"],
        ["abandon"] * 11 + ["about"],  # a valid phrase of 12 words
        ["kitchentable", *words[1:]],
        [*words[1:], words[0]],
        [],
    ):
        with pytest.raises(WordsNotValid):
            from_words(" ".join(wrong))
    with pytest.raises(WordsNotValid):
        to_words(bytes(16))


def test_a_seed_gives_two_unlike_keys_and_comes_back_from_its_words() -> None:
    seed = AgencySeed.generate(DRAW)
    again = AgencySeed.from_words(seed.to_words())
    assert again == seed
    assert again.root_key().public == seed.root_key().public
    assert seed.root_key().seed != seed.recovery_key().seed
    assert seed.secret.hex() not in repr(seed) and repr(seed.secret) not in repr(seed)
    with pytest.raises(WordsNotValid):
        AgencySeed(bytes(16))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_any_two_of_three_shares_give_the_seed(secret: bytes, slope: bytes) -> None:
    seed = AgencySeed(secret)
    shares = seed.to_shares(lambda size: slope)
    for one in shares:
        for other in shares:
            if one.number != other.number:
                assert AgencySeed.from_shares(one, other) == seed


def test_one_share_says_nothing_and_strange_shares_are_noticed() -> None:
    one, two = AgencySeed(bytes(32)), AgencySeed(b"\xff" * 32)
    # For every share there is a slope that makes it a share of any other seed.
    slope = bytes(32)
    assert one.to_shares(lambda size: b"\xff" * size)[0] == two.to_shares(lambda size: slope)[0]
    first = Share.from_words(1, one.to_shares(DRAW)[0].to_words())
    foreign = two.to_shares(DRAW)[1]
    mixed = AgencySeed.from_shares(first, foreign)
    expected = root_fingerprint(one.root_key().public)
    assert root_fingerprint(mixed.root_key().public) != expected
    for pair in ((first, first), (first, Share(4, bytes(32))), (Share(0, bytes(32)), first)):
        with pytest.raises(WordsNotValid):
            AgencySeed.from_shares(*pair)
    assert repr(first.secret) not in repr(first)


@given(st.binary(max_size=200))
def test_random_blobs_raise_only_our_errors(data: bytes) -> None:
    for parse in (
        lambda: unwrap_keyring(data, "x"),
        lambda: unwrap_keyring_with_kit(data, bytes(32)),
        lambda: open_local(LOG_KEY, "draft", b"", data),
    ):
        with pytest.raises(AppError):
            parse()
