"""Dialogs and undo: ask only before what cannot be undone, otherwise do it and offer *Undo*.

Give the results to `ft.use_dialog(...)`: a dialog while it is open, None when not.
Follows design page 06, "Dialog".
"""

from __future__ import annotations

import flet as ft

from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.pressable import Act
from app.views.widgets.text import text
from app.views.widgets.ui import Ui

UNDO_SECONDS = 10


def _wide(ui: Ui) -> float:
    return min(480 * ui.scale, ui.layout.width - 80)


def confirm_dialog(
    ui: Ui,
    question: str,
    consequence: str,
    *,
    key: str,
    act: str,
    on_act: Act,
    keep: str,
    on_keep: Act,
) -> ft.AlertDialog:
    """Question as title, consequence below, verb buttons; the safe one comes first.

    Args:
        ui: settings in force.
        question: "Remove Dana from the team?"
        consequence: what then can no longer be undone.
        key: key stem; buttons are `<key>.act` and `<key>.keep`.
        act: "Remove Dana".
        on_act: called for it.
        keep: "Keep".
        on_keep: called for it, and when the dialog is closed by Escape or beside it.
    """
    return ft.AlertDialog(
        # No key of its own: Flet takes a dialog for one with the same key that is still closing.
        title=text(ui, question, ui.type.h2, heading=1),
        content=ft.Container(text(ui, consequence, ui.type.body), width=_wide(ui), key=key),
        actions=[
            ft.Row(
                [
                    outlined(ui, keep, on_keep, key=f"{key}.keep"),
                    filled(ui, act, on_act, key=f"{key}.act", main=False),
                ],
                wrap=True,
                spacing=12,
                run_spacing=10,
                alignment=ft.MainAxisAlignment.END,
            )
        ],
        on_dismiss=on_keep,
        scrollable=True,
        actions_padding=ft.Padding.all(Space.XL),
    )


def form_dialog(
    ui: Ui,
    title: str,
    content: ft.Control,
    *,
    key: str,
    act: str,
    on_act: Act,
    close: str,
    on_close: Act,
    disabled: bool = False,
) -> ft.AlertDialog:
    """A short form that floats (one field, a date): title, fields, one act and a way out."""
    return ft.AlertDialog(
        title=text(ui, title, ui.type.h2, heading=1),
        content=ft.Container(content, width=_wide(ui), key=key),
        actions=[
            ft.Row(
                [
                    outlined(ui, close, on_close, key=f"{key}.close"),
                    filled(ui, act, on_act, key=f"{key}.act", main=False, disabled=disabled),
                ],
                wrap=True,
                spacing=12,
                run_spacing=10,
                alignment=ft.MainAxisAlignment.END,
            )
        ],
        on_dismiss=on_close,
        scrollable=True,
        actions_padding=ft.Padding.all(Space.XL),
    )


def undo_bar(ui: Ui, what: str, on_undo: Act, on_gone: Act | None = None) -> ft.SnackBar:
    """What was done, with *Undo* for ten seconds.

    Args:
        ui: settings in force.
        what: "Step taken off the plan."
        on_undo: called for *Undo*.
        on_gone: called when the bar is gone.
    """
    return ft.SnackBar(
        # The theme gives both colours: a bar shown in the first frame would look tokens up too early.
        content=ft.Text(what, style=ui.type.strong),
        action=ft.SnackBarAction(
            label=ui.say("undo.action"),
            on_click=on_undo,
        ),
        duration=ft.Duration(seconds=UNDO_SECONDS),
        behavior=ft.SnackBarBehavior.FLOATING,
        # Without this a bar with an act stays until somebody answers it.
        persist=False,
        width=min(520 * ui.scale, ui.layout.width - 40),
        on_dismiss=on_gone,
    )
