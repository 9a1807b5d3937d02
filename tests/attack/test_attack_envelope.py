"""Whoever holds the bytes but not the key changes nothing unnoticed: 0 accepted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.errors import AppError, Malformed, NewerVersion, Tampered, TooLarge
from app.protocol.envelope import (
    HEADER_BYTES,
    KeySchedule,
    chain_cipher,
    frame,
    open_envelope,
    pack_operation,
    parse_header,
)
from app.protocol.limits import MAX_ENVELOPE_BYTES
from tests.vectors.agency_world import Line, World

WORLD = World("attack envelopes")
LINE = WORLD.line(WORLD.coordinator)
ENVELOPE = LINE.write(WORLD.note("She asked for a ride to the clinic."))
REFUSALS = (Malformed, NewerVersion, Tampered, TooLarge)


def refused(envelope: bytes, key: bytes = WORLD.key) -> None:
    """Both ways of opening refuse, so a cached cipher is no way round."""
    schedule = KeySchedule()
    open_envelope(ENVELOPE, WORLD.key, schedule)
    for cache in (None, schedule):
        with pytest.raises(REFUSALS):
            open_envelope(envelope, key, cache)


def flipped(data: bytes) -> Iterator[bytes]:
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def test_every_single_bit_flip_is_refused() -> None:
    count = 0
    for changed in flipped(ENVELOPE):
        with pytest.raises(REFUSALS):
            open_envelope(changed, WORLD.key)
        count += 1
    assert count == len(ENVELOPE) * 8 > 1900


def test_truncation_at_every_length_is_refused() -> None:
    for length in range(len(ENVELOPE)):
        refused(ENVELOPE[:length])


@pytest.mark.parametrize("tail", [b"\0", b"\xff", bytes(16), bytes(127), bytes(128), ENVELOPE])
def test_trailing_bytes_are_refused(tail: bytes) -> None:
    refused(ENVELOPE + tail)


def test_an_envelope_over_the_cap_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        open_envelope(ENVELOPE + bytes(MAX_ENVELOPE_BYTES), WORLD.key)


def other_lines() -> dict[str, Line]:
    return {
        "another chain": WORLD.line(WORLD.coordinator),
        "another epoch": WORLD.line(WORLD.coordinator, epoch=2),
        "another stream": World("another world").line(WORLD.coordinator, WORLD.key),
    }


@pytest.mark.parametrize("name", list(other_lines()))
def test_a_body_moved_under_another_header_is_refused(name: str) -> None:
    """Even a member, who holds the stream key, cannot move a colleague's body elsewhere."""
    other = other_lines()[name].write(WORLD.note("Another note, in another place of the file."))
    refused(other[:HEADER_BYTES] + ENVELOPE[HEADER_BYTES:])
    refused(ENVELOPE[:HEADER_BYTES] + other[HEADER_BYTES:])


@pytest.mark.parametrize(
    ("start", "end"),
    [(4, 8), (8, 24), (24, 40), (40, 48), (48, 56), (56, 88), (88, 100)],
    ids=["epoch", "stream", "chain", "dseq", "hlc", "prev", "nonce"],
)
def test_every_part_of_the_place_is_bound(start: int, end: int) -> None:
    changed = ENVELOPE[:start] + b"\x07" * (end - start) + ENVELOPE[end:]
    refused(changed)


def test_a_replayed_body_does_not_open_at_the_next_place() -> None:
    line = WORLD.line(WORLD.coordinator)
    first, second = line.write(WORLD.note()), line.write(WORLD.note())
    refused(second[:HEADER_BYTES] + first[HEADER_BYTES:])


def test_another_streams_key_opens_nothing() -> None:
    with pytest.raises(Tampered):
        open_envelope(ENVELOPE, b"x" * 32)


@pytest.mark.parametrize("value", [0, 2, 3, 255])
def test_another_suite_is_refused(value: int) -> None:
    with pytest.raises(Malformed):
        parse_header(ENVELOPE[:1] + bytes((value,)) + ENVELOPE[2:])


@pytest.mark.parametrize("value", [0, 3, 255])
def test_an_unknown_kind_is_refused(value: int) -> None:
    with pytest.raises(Malformed):
        parse_header(ENVELOPE[:2] + bytes((value,)) + ENVELOPE[3:])


def test_data_passed_off_as_a_snapshot_is_refused() -> None:
    refused(ENVELOPE[:2] + b"\x02" + ENVELOPE[3:])


@pytest.mark.parametrize("bit", range(8))
def test_every_unknown_flag_is_refused(bit: int) -> None:
    with pytest.raises(Malformed):
        parse_header(ENVELOPE[:3] + bytes((1 << bit,)) + ENVELOPE[4:])


def test_version_zero_is_refused_and_newer_ones_are_kept_apart() -> None:
    with pytest.raises(Malformed):
        parse_header(b"\0" + ENVELOPE[1:])
    assert parse_header(b"\x02" + ENVELOPE[1:]).ver == 2
    with pytest.raises(NewerVersion):
        open_envelope(b"\x02" + ENVELOPE[1:], WORLD.key)


def sealed_plaintext(plaintext: bytes) -> bytes:
    """Seal any plaintext rightly, as a member with a broken or hostile app could."""
    header = parse_header(ENVELOPE)
    cipher = chain_cipher(WORLD.key, header.stream, header.epoch, header.chain)
    clear = ENVELOPE[:HEADER_BYTES]
    return clear + bytes(12) + cipher.seal(bytes(12), plaintext, b"kt-op-v1\0" + clear)


def test_a_hostile_member_cannot_smuggle_another_form() -> None:
    import zlib

    good = zlib.compress(pack_operation(WORLD.note()), 9)
    open_envelope(sealed_plaintext(frame(good)), WORLD.key)
    plaintext = frame(good)
    for wrong in (
        plaintext[:-1] + b"\x01",
        plaintext + bytes(128),
        frame(good + b"\0"),
        frame(good[:-1]),
        frame(zlib.compress(b"")),
        frame(zlib.compress(bytes(2 * 1024 * 1024), 9)),
        frame(b""),
        bytes(128),
        b"\xff" * 128,
    ):
        with pytest.raises(REFUSALS):
            open_envelope(sealed_plaintext(wrong), WORLD.key)


def test_every_refusal_is_one_of_ours() -> None:
    assert all(issubclass(refusal, AppError) for refusal in REFUSALS)
