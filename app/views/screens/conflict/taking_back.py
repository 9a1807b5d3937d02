"""What was decided lately, and the way back: pure, for the conflict screen and for the sync centre."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.undoing import Other, Settled
from app.views import dates
from app.views.screens.conflict.naming import where_words
from app.views.widgets.buttons import quiet
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import bind
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui

BringBack = Callable[[Settled, int], object]


def back_words(ui: Ui, other: Other) -> str:
    """ "Bring back yours", "Bring back Dana’s"."""
    if other.mine:
        return ui.say("conflict.back_yours")
    name = other.author.split()[0] if other.author.strip() else ui.say("conflict.somebody")
    return ui.say("conflict.back_theirs", name=name)


def decided(
    ui: Ui, one: Settled, family: str, now_ms: int, on_back: BringBack, *, key: str, busy: bool = False
) -> ft.Control:
    """One decision, and a button for each value that was not kept."""
    what = where_words(ui, one.type, one.field, family)
    when = dates.moment(ui.settings.language, one.at_ms, now_ms)
    acts: list[ft.Control] = [
        quiet(ui, back_words(ui, other), bind(on_back, one, at), key=f"{key}.back.{at}",
              symbol=ft.Icons.UNDO, disabled=busy)
        for at, other in enumerate(one.others)
    ]  # fmt: skip
    return quiet_panel(
        ft.Column(
            [
                ft.Row(
                    [
                        icon(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, 22, ft.Colors.TERTIARY),
                        ft.Column(
                            [
                                text(ui, what, ui.type.strong),
                                text(ui, ui.say("conflict.decided_at", when=when), ui.type.body, SOFT),
                            ],
                            spacing=1,
                            tight=True,
                            expand=True,
                        ),
                    ],
                    spacing=12,
                    vertical_alignment=ft.CrossAxisAlignment.START,
                ),
                ft.Row(acts, wrap=True, spacing=8, run_spacing=4),
            ],
            spacing=4,
            tight=True,
        ),
        padding=16,
        key=key,
    )
