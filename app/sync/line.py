"""How much the line to the server carries, as the last requests have shown.

Owns one number: the bytes worth sending or asking for at once. What is under way when the line breaks
is lost, so a piece should pass in some ten seconds. It refuses to know what is sent.
"""

from __future__ import annotations

SECONDS_FOR_ONE = 10.0
LEAST = 16 * 1024
FIRST = 64 * 1024
"""While nothing is known of the line but that it answers slowly."""
QUICK_SECONDS = 0.3
"""An answer within this says that the line is not the one in the stairwell."""
TELLING = 8 * 1024
"""Bytes from which a request says how much the line carries; below it only how long it takes."""


class Line:
    """What is known of the line. most: bytes of the largest piece there is."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rate: float | None = None
        self._quick = True

    @property
    def room(self) -> int:
        """Bytes that pass in some ten seconds."""
        if self._rate is None:
            return self._most if self._quick else FIRST
        return max(LEAST, min(self._most, int(self._rate * SECONDS_FOR_ONE)))

    def carried(self, size: int, seconds: float) -> None:
        """A request and its answer of together `size` bytes took so long."""
        if size < TELLING:
            self._quick = seconds < QUICK_SECONDS
            return
        rate = size / max(seconds, 0.001)
        # The last pieces count most: people walk out of stairwells, and into them.
        self._rate = rate if self._rate is None else (self._rate + rate) / 2

    def broke(self) -> None:
        """A request failed on its way: begin small again."""
        self._rate = None
        self._quick = False
