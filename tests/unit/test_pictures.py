"""What is kept of a picked file: bounded, without what a camera writes into it, or refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.exchange import pictures
from app.exchange.pictures import MAX_BYTES, MAX_SIDE, MAX_THUMB_BYTES, PictureRefused, prepare
from tests.fakes.pictures import PLACE, noisy, pdf, photo


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def refused(data: bytes) -> str:
    with pytest.raises(PictureRefused) as found:
        prepare(data)
    return found.value.code


def test_a_photo_loses_its_place_its_camera_and_everything_but_its_pixels() -> None:
    kept = prepare(photo())
    for secret in (PLACE, b"Secret Camera", b"Exif"):
        assert secret in photo()
        assert secret not in kept.data + kept.thumb
    assert not opened(kept.data).getexif()
    assert set(opened(kept.data).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_stands_upright_as_its_camera_meant_it() -> None:
    kept = prepare(photo(640, 480))
    assert (kept.width, kept.height) == (480, 640)
    assert opened(kept.data).size == (480, 640)


def test_a_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    kept = prepare(photo(4000, 3000, exif=False))
    assert (kept.width, kept.height) == (MAX_SIDE, MAX_SIDE * 3 // 4)
    assert kept.kind == "photo"


def test_a_small_photo_is_not_made_larger() -> None:
    kept = prepare(photo(100, 50, exif=False))
    assert (kept.width, kept.height) == (100, 50)


def test_the_small_picture_of_a_list_is_really_small() -> None:
    for data in (photo(), noisy(400)):
        thumb = prepare(data).thumb
        assert 0 < len(thumb) <= MAX_THUMB_BYTES
        assert max(opened(thumb).size) <= pictures.THUMB_SIDE


def test_a_pdf_file_is_kept_byte_for_byte() -> None:
    data = pdf()
    assert prepare(data) == pictures.Kept("pdf", data)


def test_what_shines_through_gets_white_behind_it() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(written, "PNG")
    pixel = opened(prepare(written.getvalue()).data).getpixel((10, 10))
    assert isinstance(pixel, tuple) and min(pixel) > 250


def test_nothing_too_much_and_the_wrong_thing_are_told_apart() -> None:
    assert refused(b"") == "empty"
    assert refused(bytes(MAX_BYTES + 1)) == "too_big"
    for junk in (b"hello", b"\x89PNG\r\n\x1a\n", photo()[:200], b"GIF89a", b"PK\x03\x04" + bytes(99)):
        assert refused(junk) == "not_a_picture"


def _bomb(width: int, height: int) -> bytes:
    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(bytes(99))) + part(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (8_000, 8_000), (300_000, 10)])
def test_a_small_file_that_unpacks_to_gigabytes_is_refused_by_its_head(width: int, height: int) -> None:
    bomb = _bomb(width, height)
    assert len(bomb) < 200
    assert refused(bomb) == "too_many_pixels"


@settings(max_examples=100)
@given(st.integers(0, 3_000), st.integers(1, 255))
def test_a_damaged_photo_is_refused_or_kept_and_never_anything_else(place: int, flip: int) -> None:
    data = bytearray(photo(64, 48))
    data[place % len(data)] ^= flip
    try:
        assert prepare(bytes(data)).kind in ("photo", "pdf")
    except PictureRefused as found:
        assert found.code in ("not_a_picture", "too_many_pixels")
