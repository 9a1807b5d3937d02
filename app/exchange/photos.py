"""Photos drawn anew: their pixels alone, bounded in size. Loads the library for pictures.

Owns the re-encoding (no EXIF, no place, no serial number, no hidden thumbnail) and the small picture of a
list. Pure: bytes in, bytes out. Spec: docs/attachments.md, "What is kept".
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from app.exchange.pictures import MAX_PIXELS, MAX_SIDE, MAX_THUMB_BYTES, THUMB_SIDE, Kept, PictureRefused

_QUALITY, _THUMB_QUALITY = 82, 60
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "MPO")


def is_small_jpeg(data: bytes) -> bool:
    """Whether these bytes can be a photo as `redraw` makes them: read from the head alone."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as found:
            return max(found.size) <= MAX_SIDE
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def redraw(data: bytes) -> Kept:
    """A photo as it is kept, with its small picture. Raises PictureRefused."""
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
