"""The content of a directory as it travels and lies here: one service in a line, packed.

Owns the bytes. The same services give the same bytes, so that one SHA-256 stands for a directory. What
comes from another tablet is unpacked with a limit and believed only as far as it can be read.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from .hsds_files import DirectoryRefused

FORMAT: Final = "kt-directory-1"
MAX_CONTENT_BYTES: Final = 256 * 1024 * 1024
_PIECE: Final = 256 * 1024
_LEVEL: Final = 6


def pack(services: Iterable[dict[str, Any]]) -> bytes:
    """The packed content. services: in the nested form, already clean and in order."""
    packer = zlib.compressobj(_LEVEL)
    parts = [packer.compress(_line({"format": FORMAT}))]
    parts += [packer.compress(_line(one)) for one in services]
    parts.append(packer.flush())
    return b"".join(parts)


def unpack(content: bytes) -> Iterator[dict[str, Any]]:
    """The services of a packed content. Raises DirectoryRefused for what this app did not make."""
    lines = _lines(content)
    head = _value(next(lines, b""))
    if head.get("format") != FORMAT:
        raise DirectoryRefused("directory_unreadable")
    for line in lines:
        service = _value(line)
        if isinstance(service.get("id"), str) and isinstance(service.get("name"), str):
            yield service


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _lines(content: bytes) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    rest, total, left = b"", 0, content
    try:
        while left:
            piece = unpacker.decompress(left, _PIECE)
            left = unpacker.unconsumed_tail
            total += len(piece)
            if total > MAX_CONTENT_BYTES:
                raise DirectoryRefused("directory_unreadable")
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
        if not unpacker.eof:
            raise DirectoryRefused("directory_unreadable")
    except zlib.error:
        raise DirectoryRefused("directory_unreadable") from None


def _value(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise DirectoryRefused("directory_unreadable") from None
    if not isinstance(value, dict):
        raise DirectoryRefused("directory_unreadable")
    return value
