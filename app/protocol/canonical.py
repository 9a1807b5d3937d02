"""msgpack with exactly one form for every value.

Owns which values travel (None, bool, 64-bit int, finite float, str, bytes, lists and maps of
these with str keys) and the check that bytes read are the bytes we would have written. NaN and
infinities are refused, because they break comparison and digests; ext types and timestamps are
refused. Spec: docs/protocol.md, "Values".
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

import msgpack

from app.errors import Malformed, UnencodableText, UnsupportedValue
from app.protocol.limits import MAX_ITEMS, MAX_VALUE_DEPTH

_MIN_INT = -(2**63)
_MAX_INT = 2**63 - 1
_PLAIN = frozenset({str, bytes, bool, type(None)})


def check_value(value: object, depth: int = 0) -> None:
    """Return only for a value that may travel. Raises UnsupportedValue."""
    kind = type(value)
    if kind in _PLAIN:
        return
    if isinstance(value, int):
        if not _MIN_INT <= value <= _MAX_INT:
            raise UnsupportedValue("integer over 64 bits")
    elif isinstance(value, float):
        if not isfinite(value):
            raise UnsupportedValue("not a finite number")
    elif isinstance(value, (list, tuple, dict)):
        if depth >= MAX_VALUE_DEPTH:
            raise UnsupportedValue("nested too deeply")
        if len(value) > MAX_ITEMS:
            raise UnsupportedValue("too many items")
        items: Iterable[Any] = value
        if isinstance(value, dict):
            for key in value:
                if not isinstance(key, str):
                    raise UnsupportedValue("map key is not text")
            items = value.values()
        for item in items:
            # Most are plain or small numbers: a call for each would cost more than opening the seal.
            kind = type(item)
            if kind not in _PLAIN and not (kind is int and _MIN_INT <= item <= _MAX_INT):
                check_value(item, depth + 1)
    elif not isinstance(value, (str, bytes)):
        raise UnsupportedValue("type")


def pack(value: object) -> bytes:
    """Return the one encoding of a value already checked.

    Raises UnencodableText for a lone surrogate.
    """
    try:
        packed: bytes = msgpack.packb(value, use_bin_type=True)
    except UnicodeEncodeError:
        raise UnencodableText from None
    except (TypeError, ValueError, OverflowError):
        raise UnsupportedValue("msgpack") from None
    return packed


def _refuse_ext(code: int, data: bytes) -> object:
    raise Malformed("ext type")


def check_count(data: bytes) -> None:
    """Return only for msgpack that holds at most MAX_ITEMS items in all, keys and values alike.

    Looks at the bytes before anything is made of them: a kilobyte that inflates to a million empty
    lists would otherwise cost every reader half a second. Every item is a byte at least, so that
    short data need no look. Raises Malformed.
    """
    if len(data) <= MAX_ITEMS:
        return
    place, left, items = 0, 1, 0
    try:
        while left:
            size, inside = _measure(data, place)
            place += size
            left += inside - 1
            items += inside
            if items > MAX_ITEMS:
                raise Malformed("too many items")
    except IndexError:
        raise Malformed("msgpack") from None


def _measure(data: bytes, place: int) -> tuple[int, int]:
    """(bytes to the next item, items inside) of the item at place."""
    head = data[place]
    if head < 0x80 or head >= 0xE0 or head in _ONE_BYTE:
        return 1, 0
    if head < 0x90:
        return 1, 2 * (head & 0x0F)
    if head < 0xA0:
        return 1, head & 0x0F
    if head < 0xC0:
        return 1 + (head & 0x1F), 0
    if head in _FIXED:
        return _FIXED[head], 0
    width = _WIDTHS.get(head)
    if width is None:
        raise Malformed("msgpack")
    number = int.from_bytes(data[place + 1 : place + 1 + width], "big")
    if head in _LISTS:
        return 1 + width, number
    if head in _MAPS:
        return 1 + width, 2 * number
    return 1 + width + number, 0


_ONE_BYTE = frozenset({0xC0, 0xC2, 0xC3})
_FIXED = {0xCA: 5, 0xCB: 9, 0xCC: 2, 0xCD: 3, 0xCE: 5, 0xCF: 9, 0xD0: 2, 0xD1: 3, 0xD2: 5, 0xD3: 9}
_WIDTHS = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4, 0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}
_LISTS = frozenset({0xDC, 0xDD})
_MAPS = frozenset({0xDE, 0xDF})


def unpack_map(data: bytes, max_items: int = MAX_ITEMS) -> dict[str, Any]:
    """Return the map that data encodes, having checked that data is its one encoding.

    The values inside are checked by the caller with check_value where they are free; fixed
    fields are checked by type. max_items: of one list or map; a small cap keeps nested lists that
    claim many items from costing memory. Raises Malformed.
    """
    check_count(data)
    try:
        value = msgpack.unpackb(
            data,
            raw=False,
            strict_map_key=True,
            ext_hook=_refuse_ext,
            max_array_len=max_items,
            max_map_len=max_items,
        )
        # Re-encoding refuses duplicate keys, long forms, single floats and all other spellings.
        same = msgpack.packb(value, use_bin_type=True) == data
    except Malformed:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, msgpack.UnpackException):
        raise Malformed("msgpack") from None
    if not same or type(value) is not dict:
        raise Malformed("not canonical")
    return value
