"""Small pictures for tests, made here: nobody's photograph."""

from __future__ import annotations

import io
import random

from PIL import Image

PLACE = b"41.7658 N 72.6734 W secret street"


def photo(width: int = 640, height: int = 480, seed: int = 1, *, exif: bool = True) -> bytes:
    """A JPEG picture of noise, with a place and a camera's name in its EXIF when asked for."""
    small = Image.frombytes("RGB", (32, 24), random.Random(seed).randbytes(32 * 24 * 3))
    picture = small.resize((width, height))
    written = io.BytesIO()
    if exif:
        said = Image.Exif()
        said[0x010E] = PLACE.decode()
        said[0x0110] = "Secret Camera 9"
        said[0x0112] = 6  # turned by a quarter
        picture.save(written, "JPEG", quality=90, exif=said)
    else:
        picture.save(written, "JPEG", quality=90)
    return written.getvalue()


def noisy(side: int, seed: int = 1) -> bytes:
    """A PNG picture that no format makes small."""
    picture = Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(side * side * 3))
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def pdf(size: int = 5_000, seed: int = 1) -> bytes:
    """Bytes that begin as a PDF file does."""
    return b"%PDF-1.7\n" + random.Random(seed).randbytes(size) + b"\n%%EOF"
