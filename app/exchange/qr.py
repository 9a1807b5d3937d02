"""A text as a picture of squares (QR): which are dark. No colours and no sizes here.

Level M: a fifth of the picture may be soiled. ISO/IEC 18004.
"""

from __future__ import annotations

import segno

QUIET = 4
"""Light squares around a picture, without which cameras do not find it."""


def squares(text: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of squares, True where dark, without the quiet margin.

    Capitals and digits take less room than other letters. Raises ValueError for more than fits.
    """
    made = segno.make_qr(text, error="m", boost_error=False)
    return tuple(tuple(bool(square) for square in row) for row in made.matrix)


def runs(text: str) -> tuple[tuple[int, int, int], ...]:
    """The dark squares as (row, first column, how many): fewer shapes to draw."""
    found: list[tuple[int, int, int]] = []
    for number, row in enumerate(squares(text)):
        start = -1
        for column, dark in enumerate((*row, False)):
            if dark and start < 0:
                start = column
            elif not dark and start >= 0:
                found.append((number, start, column - start))
                start = -1
    return tuple(found)
