"""Buttons: filled (one per screen), outlined, text and icon.

Owns their size, focus ring and colours. A label is a verb first, two or three words. Elevation is
0 on the control and in the style. Follows design page 06, "Button" and "Focus", traps 6 and 7.
"""

from __future__ import annotations

import flet as ft

from app.views.theme.tokens import TARGET, Radius
from app.views.widgets.pressable import FOCUS_WIDTH, Act
from app.views.widgets.text import icon, text
from app.views.widgets.ui import Ui


def _content(
    ui: Ui,
    label: str,
    symbol: ft.IconData | None,
    trailing: ft.IconData | None,
    color: ft.ColorValue,
    fill: bool,
) -> ft.Control:
    """Icon, words, trailing icon; the words wrap when the text is large."""
    parts: list[ft.Control] = []
    if symbol is not None:
        parts.append(icon(ui, symbol, 22, color))
    parts.append(
        text(ui, label, ui.type.button, color, align=ft.TextAlign.CENTER, loose=True)
    )
    if trailing is not None:
        parts.append(icon(ui, trailing, 22, color))
    return ft.Row(parts, spacing=10, tight=not fill, alignment=ft.MainAxisAlignment.CENTER)


def _style(
    ui: Ui,
    *,
    color: ft.ColorValue,
    bgcolor: ft.ColorValue | None,
    side: ft.BorderSide | None,
    padding: ft.PaddingValue,
) -> ft.ButtonStyle:
    rest = side or ft.BorderSide(0, ft.Colors.TRANSPARENT)
    faded = ft.Colors.with_opacity(0.12, ft.Colors.ON_SURFACE)
    states = ft.ControlState
    return ft.ButtonStyle(
        color={states.DISABLED: ft.Colors.ON_SURFACE_VARIANT, states.DEFAULT: color},
        bgcolor=None if bgcolor is None else {states.DISABLED: faded, states.DEFAULT: bgcolor},
        elevation=0,
        padding=padding,
        shape=ft.RoundedRectangleBorder(radius=Radius.ROUND),
        side={
            states.FOCUSED: ft.BorderSide(FOCUS_WIDTH, ft.Colors.ON_SURFACE),
            states.DEFAULT: rest,
        },
        text_style=ui.type.button,
        animation_duration=0 if ui.settings.less_motion else 150,
        visual_density=ft.VisualDensity.STANDARD,
    )


def _pad(ui: Ui, tall: float, sides: float) -> ft.Padding:
    """Padding that gives the wanted height at 100 % and grows with the words beyond."""
    line = 16 * 1.3
    return ft.Padding.symmetric(vertical=max(8, (tall - line) / 2), horizontal=sides)


def filled(
    ui: Ui,
    label: str,
    on_press: Act | None,
    *,
    key: str | None = None,
    symbol: ft.IconData | None = None,
    trailing: ft.IconData | None = None,
    leaf: bool = False,
    main: bool = True,
    fill: bool = False,
    expand: bool | int | None = None,
    disabled: bool = False,
) -> ft.Control:
    """The one main act of a screen.

    Args:
        ui: settings in force.
        label: verb first, two or three words.
        on_press: called without arguments.
        key: control key.
        symbol: leading icon.
        trailing: trailing icon.
        leaf: leaf green instead of cinnamon (the second of two equal acts).
        main: 56 px high, otherwise 52.
        fill: as wide as the room given.
        expand: take the room left in a row.
        disabled: not tappable now.
    """
    color = ft.Colors.ON_TERTIARY if leaf else ft.Colors.ON_PRIMARY
    shown = ft.Colors.ON_SURFACE_VARIANT if disabled else color
    return ft.FilledButton(
        content=_content(ui, label, symbol, trailing, shown, fill or bool(expand)),
        key=key,
        on_click=on_press,
        disabled=disabled,
        expand=expand,
        elevation=0,
        style=_style(
            ui,
            color=color,
            bgcolor=ft.Colors.TERTIARY if leaf else ft.Colors.PRIMARY,
            side=None,
            padding=_pad(ui, 56 if main else 52, 24),
        ),
    )


def outlined(
    ui: Ui,
    label: str,
    on_press: Act | None,
    *,
    key: str | None = None,
    symbol: ft.IconData | None = None,
    trailing: ft.IconData | None = None,
    danger: bool = False,
    small: bool = False,
    main: bool = False,
    fill: bool = False,
    expand: bool | int | None = None,
    disabled: bool = False,
) -> ft.Control:
    """A second act. `danger` is for Crisis alone; `small` is 48 px high, `main` 56."""
    color = ft.Colors.ERROR if danger else ft.Colors.ON_SURFACE
    edge = ft.Colors.ERROR if danger else ft.Colors.OUTLINE
    shown = ft.Colors.ON_SURFACE_VARIANT if disabled else color
    tall = TARGET if small else (56 if main else 52)
    return ft.OutlinedButton(
        content=_content(ui, label, symbol, trailing, shown, fill or bool(expand)),
        key=key,
        on_click=on_press,
        disabled=disabled,
        expand=expand,
        style=_style(
            ui,
            color=color,
            bgcolor=None,
            side=ft.BorderSide(1.5, edge),
            padding=_pad(ui, tall, 20 if small else 24),
        ),
    )


def quiet(
    ui: Ui,
    label: str,
    on_press: Act | None,
    *,
    key: str | None = None,
    symbol: ft.IconData | None = None,
    trailing: ft.IconData | None = None,
    ink: bool = False,
    fill: bool = False,
    disabled: bool = False,
) -> ft.Control:
    """A text button: cinnamon words, or plain ink, without an edge; 48 px high."""
    color = ft.Colors.ON_SURFACE if ink else ft.Colors.PRIMARY
    shown = ft.Colors.ON_SURFACE_VARIANT if disabled else color
    return ft.TextButton(
        content=_content(ui, label, symbol, trailing, shown, fill),
        key=key,
        on_click=on_press,
        disabled=disabled,
        style=_style(ui, color=color, bgcolor=None, side=None, padding=_pad(ui, TARGET, 12)),
    )


def icon_button(
    ui: Ui,
    symbol: ft.IconData,
    name: str,
    on_press: Act | None,
    *,
    key: str | None = None,
    color: ft.ColorValue = ft.Colors.ON_SURFACE,
    size: float = 24,
    disabled: bool = False,
) -> ft.Control:
    """An icon alone (Back, Cover, Call, Crisis on a phone) with an accessible name."""
    return ft.IconButton(
        icon=icon(ui, symbol, size, color, name=name),
        key=key,
        on_click=on_press,
        disabled=disabled,
        width=max(TARGET, ui.grow(size) + 16),
        height=max(TARGET, ui.grow(size) + 16),
        padding=0,
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=Radius.ROUND),
            side={
                ft.ControlState.FOCUSED: ft.BorderSide(FOCUS_WIDTH, ft.Colors.ON_SURFACE),
                ft.ControlState.DEFAULT: ft.BorderSide(0, ft.Colors.TRANSPARENT),
            },
        ),
    )
