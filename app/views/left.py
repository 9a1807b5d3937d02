"""What a list was set to - words, filters, order - as one finds it again on the way back.

A list is drawn anew when one comes back to it; whoever compares five services does not type the search
five times. Kept in memory only, by the root (`Nav.left`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.views.hooks import use_nav
from app.views.newest import use_newest
from app.views.place import Place

Value = TypeVar("Value")


def use_left(
    place: Place, start: Value
) -> tuple[Value, Callable[[Value | Callable[[Value], Value]], None], Callable[[], Value]]:
    """Hook: `use_newest`, begun with what this place was left with, if one comes back to it.

    Args:
        place: the place that is shown; one value for each.
        start: the first value; not a function.
    """
    left = use_nav().left
    value, put, now = use_newest(left.get(place, start))

    def keep(after: Value | Callable[[Value], Value]) -> None:
        put(after)
        left[place] = now()

    return value, keep, now
