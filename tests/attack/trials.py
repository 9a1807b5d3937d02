"""How many trials an attack gets: a tenth in `make test`, all of them with KT_SOAK=1."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")

SOAK = bool(os.environ.get("KT_SOAK"))


def of(count: int) -> int:
    """This many, or a tenth of it."""
    return count if SOAK else -(-count // 10)


def some(length: int, start: int = 0) -> range:
    """Every index below length, or every tenth; start shifts which."""
    return range(length) if SOAK else range(start % 10, length, 10)


def flips(data: bytes, *, every: bool = False) -> Iterator[bytes]:
    """data with one bit flipped: each bit in turn, or (without `every`, in `make test`) each tenth.

    Ten and eight share a factor, so nine is the stride: every bit position in a byte comes.
    """
    for bit in range(0, len(data) * 8, 1 if SOAK or every else 9):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def cuts(data: bytes) -> Iterator[bytes]:
    """data truncated at every length, and with one byte appended, or repeated."""
    for length in range(len(data)):
        yield data[:length]
    yield data + b"\0"
    yield data + b"\xff"
    yield data + data[-1:]
    yield data + data
