"""Follows what is being sent: a number that changes whenever a chunk has arrived at the server."""

from __future__ import annotations

import contextvars
from typing import Any

import flet as ft

from app.views.hooks import use_tablet


def use_sending() -> int:
    """Hook: counts the chunks that were sent since this screen was shown."""
    tablet = use_tablet()
    steps, set_steps = ft.use_state(0)
    stop: Any = ft.use_ref(None)

    def watch() -> None:
        # It is told from outside any handler: Flet needs this window's context with it.
        window = contextvars.copy_context()

        def sent() -> None:
            window.copy().run(set_steps, lambda now: now + 1)

        stop.current = tablet.open.attachments.watch(sent)

    def unwatch() -> None:
        if stop.current is not None:
            stop.current()
            stop.current = None

    ft.use_effect(watch, [tablet], unwatch)
    return int(steps)
