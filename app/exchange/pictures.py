"""Pictures and PDF files as they are kept: bounded in size, and without what a camera writes into them.

Owns what may be kept at all; photos are drawn anew in `photos`. Pure: bytes in, bytes out; nothing is
written to a file.
Spec: docs/attachments.md, "What is kept".
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_BYTES = 10 * 1024 * 1024
"""Of a file as it is picked; more a picker would have to write to the disk in the clear."""
MAX_SIDE = 2048
MAX_PIXELS = 60_000_000
"""More than any camera of a tablet makes; beyond it a small file may unpack to gigabytes."""
THUMB_SIDE = 160
MAX_THUMB_BYTES = 8 * 1024

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
    from app.exchange.photos import redraw  # Only now: the tablet starts without it.

    return redraw(data)


def is_kept_photo(data: bytes) -> bool:
    """Whether these bytes can be a photo as `prepare` makes them: read from the head alone."""
    from app.exchange.photos import is_small_jpeg

    return is_small_jpeg(data)
