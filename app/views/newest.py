"""State that a handler can read as it is now, not as it was when the screen was last drawn.

A handler sees the values of the drawing it belongs to. Letters and the Enter after them may
arrive faster than the next drawing; a handler that reads `use_state` would then act on a
passphrase without its last letters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import flet as ft

Value = TypeVar("Value")


def use_newest(
    start: Value,
) -> tuple[Value, Callable[[Value | Callable[[Value], Value]], None], Callable[[], Value]]:
    """Hook: like `ft.use_state`, and a third function that gives the newest value.

    Args:
        start: the first value; not a function.
    """
    value, set_value = ft.use_state(start)
    newest: Any = ft.use_ref(None)
    newest.current = value

    def put(after: Value | Callable[[Value], Value]) -> None:
        newest.current = after(newest.current) if callable(after) else after
        set_value(newest.current)

    def now() -> Value:
        held: Value = newest.current
        return held

    return value, put, now
