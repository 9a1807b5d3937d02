"""Pictures and PDF files as they are kept: bounded in size, and without what a camera writes into them.

Owns what may be kept at all, the re-encoding of photos (no EXIF, no place, no serial number, no hidden
thumbnail), and the small picture of a list. Pure: bytes in, bytes out; nothing is written to a file.
Spec: docs/attachments.md, "What is kept".
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 10 * 1024 * 1024
"""Of a file as it is picked; more a picker would have to write to the disk in the clear."""
MAX_SIDE = 2048
MAX_PIXELS = 60_000_000
"""More than any camera of a tablet makes; beyond it a small file may unpack to gigabytes."""
THUMB_SIDE = 160
MAX_THUMB_BYTES = 8 * 1024

_QUALITY, _THUMB_QUALITY = 82, 60
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "MPO")
_PDF = b"%PDF-"


class PictureRefused(Exception):
    """A file that is not kept. code: too_big, too_many_pixels, not_a_picture, empty."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Kept:
    """What is kept of a picked file. kind: photo or pdf. thumb: a small JPEG, empty for a PDF file."""

    kind: str
    data: bytes = field(repr=False)
    width: int = 0
    height: int = 0
    thumb: bytes = field(default=b"", repr=False)


def prepare(data: bytes) -> Kept:
    """What is kept of a picked file. Raises PictureRefused.

    A PDF file stays as it is, byte for byte: it may be signed.
    """
    if not data:
        raise PictureRefused("empty")
    if len(data) > MAX_BYTES:
        raise PictureRefused("too_big")
    if data[:1024].lstrip().startswith(_PDF):
        return Kept("pdf", data)
    return _photo(data)


def is_kept_photo(data: bytes) -> bool:
    """Whether these bytes can be a photo as `prepare` makes them: read from the head alone."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as found:
            return max(found.size) <= MAX_SIDE
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def _photo(data: bytes) -> Kept:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as found:
                width, height = found.size
                # Read from the head alone, before a single pixel is unpacked.
                if width * height > MAX_PIXELS or max(width, height) > 100 * MAX_SIDE:
                    raise PictureRefused("too_many_pixels")
                found.draft("RGB", (MAX_SIDE, MAX_SIDE))
                upright = ImageOps.exif_transpose(found)
                picture = _flat(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused("too_many_pixels") from None
    except PictureRefused:
        raise
    # Its decoders raise a zoo of unrelated classes for malformed bytes, all of them Exceptions.
    except (UnidentifiedImageError, OSError, ValueError, TypeError, SyntaxError, KeyError, IndexError,
            ArithmeticError, RuntimeError, MemoryError, EOFError, AttributeError, Warning):  # fmt: skip
        raise PictureRefused("not_a_picture") from None
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    encoded = _jpeg(picture, _QUALITY)
    width, height = picture.size
    return Kept("photo", encoded, width, height, _thumb(picture))


def _flat(picture: Image.Image) -> Image.Image:
    """The pixels alone, on white where nothing is: no profile, no text, no second picture."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    flat = picture.convert("RGB")
    clean = Image.new("RGB", flat.size)
    clean.paste(flat)
    return clean


def _thumb(picture: Image.Image) -> bytes:
    small = picture.copy()
    for side in (THUMB_SIDE, THUMB_SIDE // 2, THUMB_SIDE // 4):
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        encoded = _jpeg(small, _THUMB_QUALITY)
        if len(encoded) <= MAX_THUMB_BYTES:
            return encoded
    return b""


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()
