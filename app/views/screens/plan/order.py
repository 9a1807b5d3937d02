"""What comes first: the needs as a short list that is dragged, or moved with buttons. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.services.plan import NeedView
from app.views.screens.plan.sheet import LARGE_TEXT, acts_row
from app.views.theme.tokens import Space
from app.views.widgets.buttons import icon_button, outlined
from app.views.widgets.pressable import Act, bind
from app.views.widgets.shell import room_for
from app.views.widgets.text import SOFT, icon, text, words
from app.views.widgets.tickbox import target_side
from app.views.widgets.ui import Ui

_WIDE = 640


@dataclass(frozen=True)
class OrderActs:
    """What can be done. place: (need id, position from 0)."""

    place: Callable[[str, int], object]
    close: Act


def order_sheet(ui: Ui, needs: Sequence[NeedView], acts: OrderActs) -> ft.Control:
    """All needs in their order."""
    rows = [_row(ui, need, len(needs), acts) for need in needs]

    def dragged(event: ft.OnReorderEvent) -> None:
        if event.old_index is None or event.new_index is None:
            return
        if event.old_index != event.new_index:
            acts.place(needs[event.old_index].need_id, event.new_index)

    close = acts_row(
        [outlined(ui, ui.say("plan.options_close"), acts.close, key="plan.order.close")]
    )
    foot = ui.scale < LARGE_TEXT
    width = room_for(ui, _WIDE)
    head = ft.Column(
        [
            text(ui, ui.say("plan.order"), ui.type.h2, heading=2),
            text(ui, ui.say("plan.order_help"), ui.type.body, SOFT),
        ],
        spacing=Space.XS,
        tight=True,
    )
    # The list brings no height of its own: it takes what is left and scrolls, its head with it.
    listed = ft.ReorderableListView(
        rows,
        show_default_drag_handles=False,
        on_reorder=dragged,
        key="plan.order.list",
        expand=True,
        header=ft.Container(head, padding=ft.Padding.only(top=Space.XS, bottom=Space.S)),
        footer=None if foot else ft.Container(close, padding=ft.Padding.only(top=Space.S)),
    )
    return ft.Column(
        [
            ft.Container(listed, width=width, expand=True),
            *([ft.Container(close, width=width)] if foot else []),
        ],
        spacing=0,
        expand=True,
        key="plan.order_sheet",
    )


def _row(ui: Ui, need: NeedView, count: int, acts: OrderActs) -> ft.Control:
    at = need.number - 1
    side = target_side(ui)
    handle = ft.ReorderableDragHandle(
        ft.Container(
            icon(ui, ft.Icons.DRAG_INDICATOR, 24, SOFT, name=ui.say("plan.drag", what=need.text)),
            width=side,
            height=side,
            alignment=ft.Alignment.CENTER,
        ),
        mouse_cursor=ft.MouseCursor.GRAB,
    )
    buttons = [
        icon_button(
            ui, symbol, ui.say(f"plan.move_{way}_name", what=need.text),
            bind(acts.place, need.need_id, to), key=f"plan.order.{way}.{need.need_id}",
            color=ft.Colors.PRIMARY if there else ft.Colors.OUTLINE_VARIANT, disabled=not there,
        )
        for way, to, symbol, there in (
            ("up", at - 1, ft.Icons.ARROW_UPWARD, at > 0),
            ("down", at + 1, ft.Icons.ARROW_DOWNWARD, at < count - 1),
        )
    ]  # fmt: skip
    number = ft.Container(
        text(ui, str(need.number), ui.type.strong, ft.Colors.TERTIARY), width=ui.grow(20)
    )
    said = words(ui, need.text, "words_s", quoted=False, expand=True)
    inside: ft.Control = ft.Row([handle, number, said, *buttons], spacing=Space.XS)
    if ui.layout.stacked:
        # The words keep the width; the arrows stand below them.
        inside = ft.Column(
            [
                ft.Row([handle, number, said], spacing=Space.XS),
                ft.Row(buttons, spacing=Space.XS, alignment=ft.MainAxisAlignment.END),
            ],
            spacing=0,
            tight=True,
        )
    return ft.Container(
        inside,
        padding=ft.Padding.symmetric(vertical=6),
        bgcolor=ft.Colors.SURFACE,
        border=ft.Border.only(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        key=f"plan.order.{need.need_id}",
    )
