"""Whether two scores differ by more than chance. Pure.

A change is called better or worse only from the measure's reliable change on; below it, it is about the
same. Source: Jacobson and Truax (1991); design 02, "Measures".
"""

from __future__ import annotations

from decimal import Decimal
from math import sqrt
from typing import Literal

Change = Literal["better", "worse", "same", "unknown"]
"""unknown: nobody knows how much is more than chance."""

_TWO_SIDED_95 = 1.96


def jacobson_truax(spread: float, reliability: float) -> float:
    """The smallest difference that is reliable at 95 %: 1.96 · SD · √2 · √(1 - r).

    Args:
        spread: standard deviation of the norm group.
        reliability: test-retest or internal consistency, 0 to below 1.

    Raises:
        ValueError: for what is no spread or no reliability.
    """
    if spread <= 0 or not 0 <= reliability < 1:
        raise ValueError("spread or reliability")
    return _TWO_SIDED_95 * spread * sqrt(2) * sqrt(1 - reliability)


def changed(before: Decimal, now: Decimal, better: Literal["up", "down"], points: float) -> Change:
    """What became of a score. points: the measure's reliable change, 0 when nobody knows it."""
    if before == now:
        return "same"
    if points <= 0:
        return "unknown"
    if abs(now - before) < Decimal(str(points)):
        return "same"
    return "better" if (now > before) == (better == "up") else "worse"
