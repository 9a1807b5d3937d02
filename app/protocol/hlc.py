"""Hybrid logical time: 48 bits of milliseconds, 16 bits of count, as one integer.

Owns the tablet's last stamp. Wall clocks only break ties between concurrent edits; what an edit
replaces is said by its predecessors. Spec: docs/protocol.md, "Time".
"""

from __future__ import annotations

from collections.abc import Callable

from app.protocol.limits import MAX_CLOCK_LEAD_MS, MAX_COUNTER

COUNT_BITS = 16


def stamp(milliseconds: int, count: int = 0) -> int:
    """Return the stamp of milliseconds since 1970 (UTC) and a count below 65,536."""
    return milliseconds << COUNT_BITS | count


def milliseconds_of(hlc: int) -> int:
    """Return the milliseconds since 1970 (UTC) of a stamp."""
    return hlc >> COUNT_BITS


class HybridClock:
    """Gives stamps that always grow, and follows colleagues' stamps within reason."""

    __slots__ = ("_last", "_now_ms", "_offset_ms")

    def __init__(self, now_ms: Callable[[], int], last: int = 0, offset_ms: int = 0) -> None:
        """now_ms: wall clock in ms. last: the last stamp ever given. offset_ms: see correct."""
        self._now_ms = now_ms
        self._last = last
        self._offset_ms = offset_ms

    @property
    def last(self) -> int:
        """The highest stamp given or followed; keep it across restarts."""
        return self._last

    @property
    def offset_ms(self) -> int:
        """The last measured (server − tablet) difference; 0 before the first."""
        return self._offset_ms

    def correct(self, offset_ms: int) -> None:
        """Set the last measured (server − tablet) difference, used for our own stamps only."""
        self._offset_ms = offset_ms

    def _wall_ms(self) -> int:
        return max(0, self._now_ms() + self._offset_ms)

    def tick(self) -> int:
        """Return a new stamp, greater than every one before.

        When the count is full it carries into the milliseconds, because both are one integer.
        """
        self._last = min(max(stamp(self._wall_ms()), self._last + 1), MAX_COUNTER)
        return self._last

    def observe(self, hlc: int) -> None:
        """Follow a colleague's stamp, unless it is more than five minutes ahead of us."""
        if milliseconds_of(hlc) - self._wall_ms() <= MAX_CLOCK_LEAD_MS:
            self._last = max(self._last, hlc)
