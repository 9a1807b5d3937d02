"""Whoever holds a blob's bytes but not the key changes, moves and shortens nothing: 0 accepted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.errors import Malformed, NewerVersion, Tampered, TooLarge
from app.protocol.blob import (
    CHUNK_DATA_BYTES,
    FRAME_BYTES,
    HEADER_BYTES,
    BlobKind,
    BlobPlace,
    open_chunk,
    parse_chunk,
    seal_blob,
)
from app.protocol.ids import StreamId
from tests.vectors.agency_world import drawn_from

KEY = bytes(range(32))
PLACE = BlobPlace(BlobKind.ATTACHMENT, StreamId(b"s" * 16), b"b" * 16, 3)
CHUNK = seal_blob(b"a photograph", PLACE, KEY, drawn_from("attack"))[1][0]
REFUSALS = (Malformed, NewerVersion, Tampered, TooLarge)


def refused(
    chunk: bytes, place: BlobPlace = PLACE, number: int = 1, count: int = 1, key: bytes = KEY
) -> None:
    with pytest.raises(REFUSALS):
        open_chunk(chunk, place, number, count, key)


def flipped(data: bytes) -> Iterator[bytes]:
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def test_every_single_bit_flip_is_refused() -> None:
    count = 0
    for changed in flipped(CHUNK):
        with pytest.raises(REFUSALS):
            open_chunk(changed, PLACE, 1, 1, KEY)
        count += 1
    assert count == len(CHUNK) * 8 == (FRAME_BYTES + 4096) * 8


def test_truncation_at_every_length_is_refused() -> None:
    for length in range(len(CHUNK)):
        refused(CHUNK[:length])


@pytest.mark.parametrize("tail", [b"\0", bytes(16), bytes(4095), bytes(4096), CHUNK])
def test_trailing_bytes_are_refused(tail: bytes) -> None:
    refused(CHUNK + tail)


def test_a_chunk_over_the_cap_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        parse_chunk(CHUNK + bytes(300_000))


MOVED = {
    "another stream": PLACE._replace(stream=StreamId(b"t" * 16)),
    "another blob": PLACE._replace(blob=b"c" * 16),
    "another epoch": PLACE._replace(epoch=4),
    "another kind": PLACE._replace(kind=BlobKind.SNAPSHOT),
}


@pytest.mark.parametrize("where", MOVED)
def test_a_chunk_is_not_opened_in_another_place(where: str) -> None:
    refused(CHUNK, MOVED[where])
    other = seal_blob(b"a photograph", MOVED[where], KEY, drawn_from("attack"))[1][0]
    refused(other)
    # Nor with its header made to fit.
    refused(CHUNK[:HEADER_BYTES] + other[HEADER_BYTES:])
    refused(other[:HEADER_BYTES] + CHUNK[HEADER_BYTES:], MOVED[where])


def test_a_chunk_is_not_opened_at_another_number() -> None:
    chunks = seal_blob(bytes(2 * CHUNK_DATA_BYTES + 1), PLACE, KEY, drawn_from("three"))[1]
    for at, chunk in enumerate(chunks, start=1):
        assert open_chunk(chunk, PLACE, at, 3, KEY)
        for number in {1, 2, 3} - {at}:
            refused(chunk, number=number, count=3)
            swapped = chunks[number - 1][:HEADER_BYTES] + chunk[HEADER_BYTES:]
            refused(swapped, number=number, count=3)
    # The end of a blob is neither moved forward nor back.
    refused(chunks[1], number=2, count=2)
    refused(chunks[2], number=3, count=4)


def test_a_chunk_is_not_opened_with_another_key() -> None:
    refused(CHUNK, key=bytes(32))


@pytest.mark.parametrize("place", [3, *range(44, HEADER_BYTES)])
def test_bits_that_mean_nothing_are_refused_by_who_has_no_key_too(place: int) -> None:
    changed = bytearray(CHUNK)
    changed[place] ^= 0x80
    with pytest.raises(Malformed):
        parse_chunk(bytes(changed))
