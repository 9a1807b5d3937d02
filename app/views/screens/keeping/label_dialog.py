"""What changing a label does to who can read, said before it is done. Spec: docs/labels.md."""

from __future__ import annotations

from collections.abc import Iterable

import flet as ft

from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.pressable import Act
from app.views.widgets.ui import Ui
from app.wraparound import labels as rule


def move_dialog(ui: Ui, after: str, on_act: Act, on_keep: Act) -> ft.AlertDialog:
    """Asked before a record goes to other readers. after: the label it would have."""
    way = "restrict" if rule.is_restricted(after) else "open"
    return confirm_dialog(
        ui, ui.say(f"label.{way}_title"), ui.say(f"label.{way}_means"), key="label.move",
        act=ui.say(f"label.{way}"), on_act=on_act, keep=ui.say("label.leave"), on_keep=on_keep,
    )  # fmt: skip


def offered(labels: Iterable[str], roles: Iterable[str], now: str) -> tuple[str, ...]:
    """The labels on offer that somebody may choose, and the one that stands."""
    may = set(rule.offered(labels, roles)) - {rule.THERAPIST}
    found = tuple(label for label in labels if label in may or label == now)
    return found if now in found or not now else (*found, now)
