"""The one way to make an arbitrary piece of the screen tappable.

Owns focus, ink, size and accessible name of every tappable that is not a plain button. It is a
`TextButton` underneath, because a tappable `Container` takes no visible focus and gives no name
to a screen reader. Follows design page 06, "Access" and traps 6 and 7.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

import flet as ft

from app.views.theme.tokens import Radius
from app.views.widgets.ui import Ui

Act = Callable[[], object]
"""A callback without arguments; it may be a coroutine function."""

FOCUS_WIDTH = 3


def bind(act: Callable[..., object], *values: object) -> Act:
    """A callback without arguments that calls `act(*values)`.

    Flet counts a handler's parameters and passes its event to any, so a lambda with a default
    argument would get the event in place of its value; and it awaits only coroutine functions.
    """
    if inspect.iscoroutinefunction(act):

        async def wait() -> object:
            return await act(*values)

        return wait

    def call() -> object:
        return act(*values)

    return call


def focus_sides(rest: ft.BorderSide | None = None) -> dict[ft.ControlState, ft.BorderSide]:
    """Border sides that make keyboard focus plain to see."""
    return {
        ft.ControlState.FOCUSED: ft.BorderSide(FOCUS_WIDTH, ft.Colors.ON_SURFACE),
        ft.ControlState.DEFAULT: rest or ft.BorderSide(0, ft.Colors.TRANSPARENT),
    }


def named(content: ft.Control, name: str, selected: bool | None = None) -> ft.Control:
    """Give a drawing or a group one accessible name in place of what it contains.

    Args:
        content: what is seen.
        name: what is said.
        selected: its state, if it has such a state.
    """
    return ft.Semantics(
        content=content, label=name, exclude_semantics=True, selected=selected
    )


def pressable(
    ui: Ui,
    content: ft.Control,
    on_press: Act | None,
    *,
    key: str | None = None,
    name: str | None = None,
    selected: bool | None = None,
    radius: float = Radius.FIELD,
    padding: ft.PaddingValue = 0,
    bgcolor: ft.ColorValue | None = None,
    side: ft.BorderSide | None = None,
    width: float | None = None,
    height: float | None = None,
    expand: bool | int | None = None,
    align: ft.Alignment = ft.Alignment.CENTER_LEFT,
    disabled: bool = False,
) -> ft.Control:
    """Make `content` tappable, focusable and named.

    Args:
        ui: settings in force.
        content: what is seen; its texts are the accessible name unless `name` is given.
        on_press: called without arguments.
        key: control key, "<screen>.<control>".
        name: accessible name in place of the texts inside.
        selected: state to tell, for chips, tabs and places.
        radius: corner radius of ink and focus ring.
        padding: inside the ring.
        bgcolor: tint.
        side: edge at rest.
        width: fixed width, only for square targets.
        height: fixed height, only for square targets.
        expand: take the room left in a row.
        align: where the content stands.
        disabled: not tappable now.
    """
    inner = content
    if name is not None:
        inner = named(content, name, selected=selected)
    elif selected is not None:
        inner = ft.Semantics(content=content, selected=selected)
    button = ft.TextButton(
        content=inner,
        key=key,
        width=width,
        height=height,
        disabled=disabled,
        on_click=on_press,
        style=ft.ButtonStyle(
            padding=padding,
            bgcolor=bgcolor,
            shape=ft.RoundedRectangleBorder(radius=radius),
            side=focus_sides(side),
            alignment=align,
            color=ft.Colors.ON_SURFACE,
            animation_duration=0 if ui.settings.less_motion else 150,
            visual_density=ft.VisualDensity.STANDARD,
            text_style=ui.type.body,
        ),
    )
    # Flet marks every Semantics node as enabled, which keeps Flutter from folding it into the
    # button by itself: without this a chip is a button inside a nameless button.
    return ft.MergeSemantics(content=button, expand=expand)
