"""Finger on glass: a name written by hand, kept as lines and never as a picture.

Owns the pad and drawing a signature from its lines. Lines are points in a box of 1000 × 400, so that
they look the same on every screen and on paper. The pad must not lie in anything that scrolls: the
page would take the finger. Follows design page 01, Meeting mode.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft
import flet.canvas as canvas

from app.views.newest import use_newest
from app.views.theme.tokens import Radius, Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.pressable import named
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui

BOX = (1000, 400)
"""Width and height of the box that points are shares of."""
_INTERVAL_MS = 12
_LINE = 3
_MOST_POINTS = 4000
"""More is not a name; and the record must fit its envelope."""

Point = tuple[float, float]
Line = Sequence[Point]
Strokes = tuple[tuple[tuple[int, int], ...], ...]


def drawn(ui: Ui, strokes: Sequence[Line], width: float, name: str) -> ft.Control:
    """A signature drawn from its lines, with one accessible name."""
    wide = ui.grow(width)
    return named(_picture(strokes, wide, _LINE * max(0.5, wide / BOX[0])), name)


def _picture(strokes: Sequence[Line], width: float, line: float) -> canvas.Canvas:
    share = width / BOX[0]
    paint = ft.Paint(
        color=ft.Colors.ON_SURFACE,
        stroke_width=line,
        style=ft.PaintingStyle.STROKE,
        stroke_cap=ft.StrokeCap.ROUND,
        stroke_join=ft.StrokeJoin.ROUND,
    )
    return canvas.Canvas(
        [canvas.Path(_elements(one, share), paint=paint) for one in strokes if one],
        width=width,
        height=BOX[1] * share,
    )


def _elements(line: Line, share: float) -> list[canvas.Path.PathElement]:
    start, *rest = line
    found: list[canvas.Path.PathElement] = [canvas.Path.MoveTo(start[0] * share, start[1] * share)]
    # A dot on an i is a line of one point: it must be seen too.
    found += [canvas.Path.LineTo(x * share, y * share) for x, y in rest or [(start[0] + 1, start[1])]]
    return found


@component
def SignaturePad(
    title: str,
    line: str,
    start: Strokes,
    width: float,
    on_keep: Callable[[Strokes], object],
    on_close: Callable[[], object],
) -> ft.Control:
    """The pad with its buttons.

    Args:
        title: who signs.
        line: what the name stands under.
        start: lines that are there already.
        width: the room there is, in logical pixels.
        on_keep: called with the lines.
        on_close: called when nothing is to be kept.
    """
    ui = use_ui()
    strokes, put, newest = use_newest(start)
    room = min(width, 1000.0, (ui.layout.height - 260) * BOX[0] / BOX[1])
    wide = max(240.0, room)
    share = BOX[0] / wide

    def at(where: ft.Offset) -> tuple[int, int]:
        return (
            max(0, min(BOX[0], round(where.x * share))),
            max(0, min(BOX[1], round(where.y * share))),
        )

    def begin(event: ft.DragDownEvent[ft.GestureDetector]) -> None:
        put((*newest(), (at(event.local_position),)))

    def move(event: ft.DragUpdateEvent[ft.GestureDetector]) -> None:
        lines = newest()
        if not lines or sum(map(len, lines)) >= _MOST_POINTS:
            return
        point = at(event.local_position)
        if lines[-1][-1] != point:
            put((*lines[:-1], (*lines[-1], point)))

    pad = ft.GestureDetector(
        key="sign.pad",
        on_pan_down=begin,
        on_pan_update=move,
        drag_interval=_INTERVAL_MS,
        mouse_cursor=ft.MouseCursor.PRECISE,
        content=ft.Container(
            ft.Stack(
                [
                    ft.Container(
                        bgcolor=ft.Colors.OUTLINE,
                        height=1,
                        left=Space.XXL,
                        right=Space.XXL,
                        bottom=wide * 0.1,
                    ),
                    _picture(strokes, wide, _LINE),
                ],
                width=wide,
                height=wide * BOX[1] / BOX[0],
            ),
            bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
            border=ft.Border.all(1.5, ft.Colors.OUTLINE),
            border_radius=Radius.FIELD,
        ),
    )
    return ft.Column(
        [
            text(ui, title, ui.type.h2, heading=1),
            text(ui, line, ui.type.body, SOFT),
            ft.Row([ft.Semantics(label=title, content=pad)]),
            ft.Row(
                [
                    outlined(ui, ui.say("sign.close"), on_close, key="sign.close"),
                    quiet(
                        ui, ui.say("sign.again"), lambda: put(()), key="sign.again", disabled=not strokes
                    ),
                    filled(
                        ui, ui.say("sign.keep"), lambda: on_keep(newest()), key="sign.keep",
                        disabled=not strokes,
                    ),
                ],
                wrap=True,
                spacing=Space.M,
                run_spacing=Space.S,
            ),
        ],
        spacing=Space.M,
        tight=True,
    )  # fmt: skip


__all__ = ["BOX", "SignaturePad", "Ui", "drawn"]
