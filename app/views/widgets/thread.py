"""The thread: one thin leaf-green line that ties need → outcome → strategy → action step.

Owns the drawing of the branches and the look of each level; knows nothing of records. The lines
are positioned in a `Stack` over padded children, because `Row(intrinsic_height)` ignores wrapped
text. The last child's line ends at its elbow. Follows design page 06, "Thread" and trap 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import flet as ft

from app.views.widgets.clock import ClockState, dial
from app.views.widgets.face import Kind, mark
from app.views.widgets.pressable import Act, pressable
from app.views.widgets.text import SOFT, text, words
from app.views.widgets.tickbox import target_side, tickbox
from app.views.widgets.ui import Ui

_LINE = 2
_WHO = 94
_WHEN = 120
"""Columns of an action step: wide enough for "Teo and Nia" and "Done Thu 19 Nov"."""
_LEAF = ft.Colors.TERTIARY


@dataclass(frozen=True)
class Branch:
    """One child hanging on the thread.

    Attributes:
        content: the child, with its own children already inside (see `branches`).
        elbow: distance from the child's top to its elbow, logical pixels at 100 %.
    """

    content: ft.Control
    elbow: float = 10


def branches(
    ui: Ui,
    children: Sequence[Branch],
    *,
    line_at: float = 10,
    indent: float = 34,
    gap: float = 10,
) -> ft.Control:
    """Children under a parent, each tied to it with an elbow.

    Args:
        ui: settings in force.
        children: in order.
        line_at: the line's distance from the parent's left edge at 100 %.
        indent: the children's distance from the parent's left edge at 100 %.
        gap: room above each child.
    """
    x, inset = ui.grow(line_at), ui.grow(indent)
    rows: list[ft.Control] = []
    for index, child in enumerate(children):
        turn = gap + ui.grow(child.elbow)
        last = index == len(children) - 1
        down = ft.Container(
            bgcolor=_LEAF,
            width=_LINE,
            left=x,
            top=0,
            height=turn + _LINE if last else None,
            bottom=None if last else 0,
        )
        across = ft.Container(
            bgcolor=_LEAF, height=_LINE, left=x, top=turn, width=max(6, inset - x - 7)
        )
        rows.append(
            ft.Stack(
                [
                    ft.Row(
                        [
                            ft.Container(
                                child.content,
                                padding=ft.Padding.only(left=inset, top=gap),
                                expand=True,
                            )
                        ]
                    ),
                    down,
                    across,
                ]
            )
        )
    return ft.Column(rows, spacing=0, tight=True)


def _level(ui: Ui, label: str) -> ft.Control:
    return text(ui, label, ui.type.cap, _LEAF)


def _titled(
    ui: Ui, head: ft.Control, on_open: Act | None, key: str | None
) -> ft.Control:
    if on_open is None:
        return ft.Container(head, key=key)
    return pressable(ui, head, on_open, key=key, radius=8)


def need(
    ui: Ui,
    number: int,
    value: str,
    outcomes: Sequence[Branch] = (),
    *,
    on_open: Act | None = None,
    key: str | None = None,
) -> ft.Control:
    """A need with its number in a disc, in the family's own words, and its outcomes below."""
    disc = ft.Container(
        text(ui, str(number), ui.type.chip, ft.Colors.ON_TERTIARY, align=ft.TextAlign.CENTER),
        width=ui.grow(28),
        height=ui.grow(28),
        border_radius=ui.grow(14),
        bgcolor=_LEAF,
        alignment=ft.Alignment.CENTER,
    )
    head = ft.Row(
        [
            disc,
            ft.Column(
                [_level(ui, ui.say("words.need")), words(ui, value, "words_s", quoted=False)],
                spacing=2,
                tight=True,
                expand=True,
            ),
        ],
        spacing=14,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    parts = [_titled(ui, head, on_open, key)]
    if outcomes:
        # The line starts at the disc, which ends above the words: it is drawn up behind them.
        tied = branches(ui, outcomes, line_at=13, indent=39, gap=12)
        start = ft.Container(
            bgcolor=_LEAF, width=_LINE, left=ui.grow(13), top=ui.grow(28), bottom=0
        )
        head_stack = ft.Stack([ft.Row([ft.Container(parts[0], expand=True)]), start])
        return ft.Column([head_stack, tied], spacing=0, tight=True)
    return parts[0]


def dots(ui: Ui, value: int, of: int, color: ft.ColorValue = _LEAF, size: float = 18) -> ft.Control:
    """A small count as filled and open dots ("3 of 4 days")."""
    side = ui.grow(size)
    return ft.Row(
        [
            ft.Container(
                width=side,
                height=side,
                border_radius=side / 2,
                bgcolor=color if i < value else None,
                border=ft.Border.all(2, color),
            )
            for i in range(of)
        ],
        spacing=5,
        tight=True,
        wrap=ui.scale >= 1.3,
        run_spacing=5,
    )


def outcome(
    ui: Ui,
    title: str,
    strategies: Sequence[Branch] = (),
    *,
    now: int | None = None,
    of: int = 4,
    measure: str | None = None,
    on_open: Act | None = None,
    key: str | None = None,
) -> Branch:
    """An outcome with its measure at the right, and its strategies below."""
    label = ft.Column(
        [_level(ui, ui.say("words.outcome")), text(ui, title, ui.type.h3)],
        spacing=1,
        tight=True,
        expand=True,
    )
    parts: list[ft.Control] = []
    if now is not None:
        parts.append(dots(ui, now, of))
    if measure is not None:
        parts.append(text(ui, measure, ui.type.cap, SOFT))
    stacked = ui.layout.stacked
    figure = ft.Column(
        parts,
        spacing=6,
        tight=True,
        horizontal_alignment=(
            ft.CrossAxisAlignment.START if stacked else ft.CrossAxisAlignment.END
        ),
    )
    head: ft.Control
    if not parts:
        head = ft.Row([label])
    elif stacked:
        head = ft.Column([ft.Row([label]), figure], spacing=6, tight=True)
    else:
        head = ft.Row([label, figure], vertical_alignment=ft.CrossAxisAlignment.START, spacing=12)
    body = [_titled(ui, head, on_open, key)]
    if strategies:
        body.append(branches(ui, strategies, gap=12))
    return Branch(ft.Column(body, spacing=0, tight=True), elbow=9)


def strategy(
    ui: Ui,
    title: str,
    steps: Sequence[Branch] = (),
    *,
    kind: Kind = Kind.NATURAL,
    who: str | None = None,
    on_open: Act | None = None,
    key: str | None = None,
) -> Branch:
    """A strategy with the shape of who carries it ("natural support", "school")."""
    said = who or ui.say("words.natural" if kind is Kind.NATURAL else "words.professional")
    head = ft.Column(
        [
            ft.Row(
                [
                    mark(ui, kind, filled=False),
                    text(ui, f"{ui.say('words.strategy')}, {said}", ui.type.cap, _LEAF, expand=True),
                ],
                spacing=10,
            ),
            text(ui, title, ui.type.strong),
        ],
        spacing=3,
        tight=True,
    )
    body = [_titled(ui, head, on_open, key)]
    if steps:
        body.append(branches(ui, steps, gap=0))
    return Branch(ft.Column(body, spacing=0, tight=True), elbow=9)


class StepState(Enum):
    """How an action step stands."""

    OPEN = "open"
    DONE = "done"
    LATE = "late"
    NO_DATE = "no_date"


_WHEN_INK = {
    StepState.OPEN: SOFT,
    StepState.DONE: SOFT,
    StepState.LATE: ft.Colors.ERROR,
    StepState.NO_DATE: ft.Colors.PRIMARY,
}


def step(
    ui: Ui,
    title: str,
    owner: str,
    when: str,
    state: StepState,
    on_tick: Callable[[bool], object] | None,
    *,
    key: str,
    on_open: Act | None = None,
) -> Branch:
    """An action step: tick box, what, who, when. `key` is the box's, `<key>.open` the words'."""
    done = state is StepState.DONE
    ink = _WHEN_INK[state]
    what = text(ui, title, ui.type.body, SOFT if done else ft.Colors.ON_SURFACE)
    due: ft.Control = text(ui, when, ui.type.sans(15, 1.4, 600 if not done else 500), ink)
    if state is StepState.LATE:
        due = ft.Row(
            [dial(ui, ClockState.OVERDUE, 1, size=20), ft.Container(due, expand=True)], spacing=8
        )
    who = text(ui, owner, ui.type.sans(15, 1.4, 600), align=ft.TextAlign.END)
    if ui.layout.stacked:
        under = ft.Column(
            [what, text(ui, owner, ui.type.sans(15, 1.4, 600)), due], spacing=2, tight=True
        )
        # The first line stands level with the box, however large the words.
        level = max(0.0, (target_side(ui) - 16 * 1.45 * ui.scale) / 2)
        words_part: ft.Control = ft.Container(
            under, padding=ft.Padding.only(top=level, bottom=8)
        )
    else:
        words_part = ft.Row(
            [
                ft.Container(what, expand=True),
                ft.Container(who, width=_WHO),
                ft.Container(due, width=_WHEN),
            ],
            spacing=10,
        )
    if on_open is not None:
        words_part = pressable(
            ui,
            words_part,
            on_open,
            key=f"{key}.open",
            radius=8,
            padding=ft.Padding.symmetric(vertical=6),
        )
    box = tickbox(ui, title, done, on_tick, key=key)
    # The box sits in a 48 px target; pulling it left lets its edge meet the elbow.
    return Branch(
        ft.Row(
            [
                ft.Container(box, margin=ft.Margin.only(left=-9)),
                ft.Container(words_part, expand=True),
            ],
            spacing=2,
            vertical_alignment=(
                ft.CrossAxisAlignment.START
                if ui.layout.stacked
                else ft.CrossAxisAlignment.CENTER
            ),
        ),
        elbow=target_side(ui) / 2 / ui.scale - 1,
    )
