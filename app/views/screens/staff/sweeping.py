"""New keys on this tablet: how far it has come, with a way to wait and to go on."""

from __future__ import annotations

import contextvars
from typing import Any

import flet as ft

from app.services.removal_views import Sweep
from app.views.hooks import use_tablet
from app.views.screens.staff.wording import families_words
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.guarded import guarded
from app.views.widgets.states import progress
from app.views.widgets.text import text
from app.views.widgets.ui import Ui, use_ui


def use_sweep() -> Sweep:
    """How far this tablet has come with new keys."""
    tablet = use_tablet()
    now, set_now = ft.use_state(tablet.open.removal.sweeping)
    stop: Any = ft.use_ref(None)

    def watch() -> None:
        window = contextvars.copy_context()
        removal = tablet.open.removal
        stop.current = removal.watch(lambda: window.copy().run(set_now, removal.sweeping))

    def unwatch() -> None:
        if stop.current is not None:
            stop.current()
            stop.current = None

    ft.use_effect(watch, [tablet], unwatch)
    return now


def sweep_parts(ui: Ui, sweep: Sweep, *, on_stop: Any, on_go: Any) -> list[ft.Control]:
    """The bar while it works, the rest that waits when it was stopped, nothing otherwise."""
    say = ui.say
    if sweep.stopped and not sweep.running and sweep.done < sweep.total:
        left = families_words(ui, sweep.total - sweep.done)
        return [
            text(ui, say("removal.sweep_stopped", families=left), ui.type.body),
            ft.Row([outlined(ui, say("removal.sweep_go"), on_go, key="sweep.go")], wrap=True),
        ]
    if sweep.running and sweep.total:
        words = say("removal.sweep", done=sweep.done, total=sweep.total)
        return [progress(ui, words, sweep.done / sweep.total, key="sweep", on_stop=on_stop)]
    return []


@component
def NewKeys() -> ft.Control:
    """Shows itself only while there is something to say."""
    ui = use_ui()
    tablet = use_tablet()
    sweep = use_sweep()

    async def go() -> None:
        await tablet.open.removal.sweep()

    parts = sweep_parts(ui, sweep, on_stop=tablet.open.removal.stop_sweep,
                        on_go=guarded(go, lambda _problem: None))
    return ft.Column(parts, spacing=10, tight=True, visible=bool(parts),
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
