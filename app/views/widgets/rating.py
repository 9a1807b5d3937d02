"""The 0–10 rating: eleven targets, ring for last time, disc for today, tint between.

Owns the drawing and the words beside it ("3 up", "Same", "1 down", "Tap a number"). It is never a
slider. Where eleven targets do not fit in a line they go on two. Follows design page 06, "0–10".
"""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.views.theme.tokens import TARGET, Radius
from app.views.widgets.pressable import bind, focus_sides
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui

TOP = 10
_COUNT = TOP + 1


def change_words(ui: Ui, last: int | None, now: int | None) -> str:
    """How today compares with last time, in words; empty without a last time."""
    if now is None:
        return ui.say("rating.tap")
    if last is None:
        return ""
    if now == last:
        return ui.say("rating.same")
    return ui.say("rating.up" if now > last else "rating.down", count=abs(now - last))


def change_line(ui: Ui, last: int | None, now: int | None) -> ft.Control:
    """The change with its arrow; cinnamon while a number is still to be tapped."""
    said = change_words(ui, last, now)
    if now is None:
        return text(ui, said, ui.type.chip, ft.Colors.PRIMARY)
    if not said:
        return ft.Container(width=1)
    up, down = now > (last or 0), now < (last or 0)
    symbol = (
        ft.Icons.TRENDING_UP if up else ft.Icons.TRENDING_DOWN if down else ft.Icons.TRENDING_FLAT
    )
    ink = ft.Colors.TERTIARY if up else ft.Colors.ON_SURFACE
    return ft.Row(
        [icon(ui, symbol, 22, ink), text(ui, said, ui.type.chip, ink, loose=True)],
        spacing=9,
        tight=True,
    )


def _cell(
    ui: Ui,
    value: int,
    last: int | None,
    now: int | None,
    side: float,
    who: str,
    on_choose: Callable[[int], object] | None,
    key: str,
) -> ft.Control:
    low = min(last, now) if last is not None and now is not None else None
    high = max(last, now) if last is not None and now is not None else None
    tinted = low is not None and high is not None and low <= value <= high and low != high
    today, before = value == now, value == last and value != now
    ink = ft.Colors.ON_TERTIARY if today else ft.Colors.ON_SURFACE
    if tinted and not today:
        ink = ft.Colors.ON_TERTIARY_CONTAINER
    layers: list[ft.Control] = []
    if tinted:
        # Half a tint at either end, so that the span starts and stops under its circles.
        layers.append(
            ft.Container(
                bgcolor=ft.Colors.TERTIARY_CONTAINER,
                left=side / 2 if value == low else 0,
                right=side / 2 if value == high else 0,
                top=0,
                bottom=0,
                animate=ui.motion(300),
            )
        )
    rest = (
        ft.BorderSide(2, ft.Colors.TERTIARY)
        if before
        else ft.BorderSide(0, ft.Colors.TRANSPARENT)
    )
    ground = (
        ft.Colors.TERTIARY if today else ft.Colors.TERTIARY_CONTAINER if before and tinted else None
    )
    said = ui.say("rating.name", who=who, value=value)
    if before:
        said += ", " + ui.say("rating.last")
    if today:
        said += ", " + ui.say("rating.today")
    act = on_choose
    layers.append(
        ft.MergeSemantics(
            content=ft.TextButton(
                content=ft.Semantics(
                    label=said,
                    selected=today,
                    exclude_semantics=True,
                    content=ft.Text(
                        str(value), style=ui.type.strong, color=ink, no_wrap=True
                    ),
                ),
                key=f"{key}.{value}",
                width=side,
                height=side,
                disabled=act is None,
                on_click=None if act is None else bind(act, value),
                style=ft.ButtonStyle(
                    padding=0,
                    bgcolor=ground,
                    shape=ft.RoundedRectangleBorder(radius=Radius.ROUND),
                    side=focus_sides(rest),
                    visual_density=ft.VisualDensity.STANDARD,
                    animation_duration=0 if ui.settings.less_motion else 150,
                ),
            )
        )
    )
    return ft.Stack(layers, width=side, height=side)


def rating(
    ui: Ui,
    who: str,
    last: int | None,
    now: int | None,
    on_choose: Callable[[int], object] | None,
    *,
    key: str,
    width: float,
) -> ft.Control:
    """The scale of one person.

    Args:
        ui: settings in force.
        who: whose rating, for the accessible names.
        last: last time's number, if any.
        now: today's number, if tapped.
        on_choose: called with the number tapped; None makes it only show.
        key: key stem; the targets are `<key>.0` to `<key>.10`.
        width: the room there is, in logical pixels.
    """
    wish = ui.grow(TARGET)
    side = min(wish, max(TARGET, int((width - 4) / _COUNT)))
    fits = max(1, int((width - 4) // side))
    if fits >= _COUNT:
        lines = [range(_COUNT)]
    else:
        # Two even lines, 0–5 and 6–10, rather than ten and a straggler.
        side = min(wish, max(TARGET, int((width - 4) / 6)))
        lines = [range(6), range(6, _COUNT)]
    shown: list[ft.Control] = [
        ft.Container(
            ft.Row(
                [_cell(ui, v, last, now, side, who, on_choose, key) for v in values],
                spacing=0,
                tight=True,
            ),
            bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
            border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
            border_radius=Radius.ROUND,
        )
        for values in lines
    ]
    return ft.Column(shown, spacing=8, tight=True)


def rating_row(
    ui: Ui,
    name: str,
    line: str,
    face: ft.Control,
    last: int | None,
    now: int | None,
    on_choose: Callable[[int], object] | None,
    *,
    key: str,
    width: float,
) -> ft.Control:
    """Face, name, scale and change in columns; stacked where they do not fit.

    Args:
        ui: settings in force.
        name: first name.
        line: what somebody is ("Grandmother").
        face: the face control.
        last: last time's number.
        now: today's number.
        on_choose: called with the number tapped.
        key: key stem.
        width: the room of the whole row, in logical pixels.
    """
    person = ft.Row(
        [
            face,
            ft.Column(
                [text(ui, name, ui.type.h3), text(ui, line, ui.type.body, SOFT)],
                spacing=0,
                tight=True,
                expand=True,
            ),
        ],
        spacing=16,
    )
    change = change_line(ui, last, now)
    scale_width = 11 * TARGET + 4
    if ui.layout.stacked or width < scale_width + 104 + 200:
        # With little room the change goes under the name instead of breaking it.
        together = width / ui.scale >= 260
        head: list[ft.Control] = (
            [ft.Row([ft.Container(person, expand=True), change], spacing=12)]
            if together
            else [person, change]
        )
        return ft.Column(
            [
                *head,
                rating(ui, name, last, now, on_choose, key=key, width=width),
            ],
            spacing=10,
            tight=True,
        )
    return ft.Row(
        [
            ft.Container(person, expand=True),
            rating(ui, name, last, now, on_choose, key=key, width=scale_width),
            ft.Container(change, width=108, padding=ft.Padding.only(left=4)),
        ],
        spacing=12,
    )


def rating_legend(ui: Ui) -> ft.Control:
    """What ring and disc mean."""

    def spot(filled: bool) -> ft.Control:
        side = ui.grow(22)
        return ft.Container(
            width=side,
            height=side,
            border_radius=side / 2,
            bgcolor=ft.Colors.TERTIARY if filled else None,
            border=ft.Border.all(2, ft.Colors.TERTIARY),
        )

    return ft.Row(
        [
            ft.Row(
                [spot(filled), text(ui, ui.say(f"rating.legend_{word}"), ui.type.chip, SOFT)],
                spacing=8,
                tight=True,
            )
            for filled, word in ((False, "last"), (True, "today"))
        ],
        spacing=20,
        tight=True,
        wrap=True,
    )
