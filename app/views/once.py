"""An act that goes once at a time, however often a hurried thumb asks for it.

A button is drawn as disabled only after its first press has come back; a second press that was on its
way by then would do everything again, and leave two of what was meant once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft


def use_once(act: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[None]]:
    """Hook: `act`; asked for again while it still goes, it does nothing. Raises what `act` raises."""
    going: Any = ft.use_ref(False)

    async def run(*values: object) -> None:
        if going.current:
            return
        going.current = True
        try:
            await act(*values)
        finally:
            going.current = False

    return run
