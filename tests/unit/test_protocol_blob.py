"""Blobs: cut one way, sealed chunk by chunk, and opened only as the whole they were."""

from __future__ import annotations

import hashlib

import pytest

from app.errors import Malformed, NewerVersion, Tampered, TooLarge
from app.protocol import blob
from app.protocol.blob import (
    CHUNK_DATA_BYTES,
    BlobKind,
    BlobPlace,
    BlobSealer,
    Manifest,
    chunk_count,
    open_blob,
    open_chunk,
    parse_chunk,
    seal_blob,
    seal_chunks,
)
from app.protocol.ids import StreamId
from tests.vectors.agency_world import drawn_from

KEY = bytes(range(32))
PLACE = BlobPlace(BlobKind.ATTACHMENT, StreamId(b"s" * 16), b"b" * 16, 3)
EDGES = (0, 1, 4_092, 4_093, *(CHUNK_DATA_BYTES + more for more in (-1, 0, 1)), 2 * CHUNK_DATA_BYTES)


def sealed(size: int) -> tuple[bytes, Manifest, tuple[bytes, ...]]:
    data = hashlib.shake_128(b"picture").digest(size)
    return data, *seal_blob(data, PLACE, KEY, drawn_from("blob"))


@pytest.mark.parametrize("size", EDGES)
def test_what_was_sealed_is_opened_whatever_its_size(size: int) -> None:
    data, manifest, chunks = sealed(size)
    assert manifest == Manifest(PLACE, len(chunks), size, hashlib.sha256(data).digest())
    assert len(chunks) == chunk_count(size)
    assert b"".join(open_blob(chunks, manifest, KEY)) == data
    assert [parse_chunk(chunk).last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


@pytest.mark.parametrize("piece", [1_000, CHUNK_DATA_BYTES - 1, CHUNK_DATA_BYTES, 400_000])
def test_chunks_are_cut_alike_however_the_bytes_arrive(piece: int) -> None:
    data, manifest, chunks = sealed(2 * CHUNK_DATA_BYTES + 5)
    pieces = (data[start : start + piece] for start in range(0, len(data), piece))
    again = tuple(seal_chunks(pieces, PLACE, KEY, drawn_from("blob")))
    assert again == chunks
    assert tuple(seal_chunks(data, PLACE, KEY, drawn_from("blob"))) == chunks
    assert manifest.count == 3


def test_sizes_of_chunks_tell_only_the_bucket() -> None:
    sizes = {len(sealed(size)[2][-1]) for size in (0, 1, 4_000, 4_092)}
    assert sizes == {blob.FRAME_BYTES + 4_096}


def test_missing_extra_moved_and_repeated_chunks_are_refused() -> None:
    _, manifest, chunks = sealed(3 * CHUNK_DATA_BYTES)
    first, second, third = chunks
    for wrong in (
        (),
        (first,),
        (first, second),
        (first, third),
        (second, first, third),
        (first, first, second, third),
        (first, second, third, third),
        (third,),
    ):
        with pytest.raises(Tampered):
            list(open_blob(wrong, manifest, KEY))


def test_another_whole_than_the_manifest_says_is_refused() -> None:
    _, manifest, chunks = sealed(100)
    for wrong in (
        Manifest(PLACE, 1, 99, manifest.digest),
        Manifest(PLACE, 1, 100, bytes(32)),
        Manifest(PLACE, 2, 100, manifest.digest),
    ):
        with pytest.raises(Tampered):
            list(open_blob(chunks, wrong, KEY))


def test_a_shorter_blob_is_not_made_of_the_beginning_of_a_longer_one() -> None:
    _, _, chunks = sealed(CHUNK_DATA_BYTES + 1)
    with pytest.raises(Tampered):
        open_chunk(chunks[0], PLACE, 1, 1, KEY)


def test_more_chunks_than_the_cap_are_not_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blob, "MAX_BLOB_CHUNKS", 2)
    assert len(sealed(2 * CHUNK_DATA_BYTES)[2]) == 2
    with pytest.raises(TooLarge):
        sealed(2 * CHUNK_DATA_BYTES + 1)


def test_a_finished_blob_takes_no_more_and_an_unfinished_one_has_no_manifest() -> None:
    sealer = BlobSealer(PLACE, KEY, drawn_from("blob"))
    with pytest.raises(Malformed):
        _ = sealer.manifest
    sealer.finish()
    with pytest.raises(Malformed):
        sealer.finish()
    with pytest.raises(Malformed):
        list(sealer.feed(b"more"))


@pytest.mark.parametrize(
    "place",
    [PLACE._replace(epoch=0), PLACE._replace(epoch=2**32), PLACE._replace(blob=b"short"),
     PLACE._replace(stream=StreamId(b"short"))],
)  # fmt: skip
def test_a_place_that_is_none_is_not_sealed_for(place: BlobPlace) -> None:
    with pytest.raises(Malformed):
        BlobSealer(place, KEY, drawn_from("blob"))


def test_a_newer_version_is_told_apart_from_a_broken_one() -> None:
    _, _, (chunk,) = sealed(10)
    newer = b"\x02\x07" + chunk[2:]
    assert parse_chunk(newer).place == PLACE
    with pytest.raises(NewerVersion):
        open_chunk(newer, PLACE, 1, 1, KEY)
    with pytest.raises(Malformed):
        parse_chunk(b"\x00" + chunk[1:])


def test_padding_that_is_longer_than_needed_or_not_zero_is_refused() -> None:
    cipher = blob.blob_cipher(PLACE, KEY)
    header = sealed(10)[2][0][: blob.HEADER_BYTES]
    nonce = bytes(12)
    for plain in (
        (10).to_bytes(4, "big") + bytes(10 + 4_082 + 4_096),
        (10).to_bytes(4, "big") + bytes(10) + b"\x01" + bytes(4_081),
        (4_093).to_bytes(4, "big") + bytes(4_092),
    ):
        made = header + nonce + cipher.seal(nonce, plain, b"kt-blob-v1\0" + header)
        with pytest.raises(Malformed):
            open_chunk(made, PLACE, 1, 1, KEY)


def test_a_chunk_before_the_last_is_full() -> None:
    cipher = blob.blob_cipher(PLACE, KEY)
    header = bytearray(sealed(10)[2][0][: blob.HEADER_BYTES])
    header[3] = 0
    nonce = bytes(12)
    plain = (10).to_bytes(4, "big") + bytes(blob.BLOB_CHUNK_BYTES - 4)
    made = bytes(header) + nonce + cipher.seal(nonce, plain, b"kt-blob-v1\0" + bytes(header))
    with pytest.raises(Malformed):
        open_chunk(made, PLACE, 1, 2, KEY)
