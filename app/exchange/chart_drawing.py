"""A chart as strokes and marks in millimetres, for whatever holds the pen: a PDF or a picture.

The same marks and dashes as on the screen (views/widgets/chart_marks.py), so that a line can be told from
the others in black and white. Follows design 06, "Chart".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from math import hypot
from typing import Final, Protocol

from app.wraparound.progress import Chart, runs, side_of
from app.wraparound.progress_axis import Span, ticks
from app.wraparound.progress_words import Lookup, figure, tick_label

from .progress_sheet import Happened

Ink = tuple[int, int, int]
Spot = tuple[float, float]

TALL: Final = 36.0
"""Height of the lines' room, in millimetres."""
BELOW: Final = 9.5
"""Of meetings and months below it."""
SIDE: Final = 13.0
ROW: Final = 3.4
_RIM: Final = 2.4
_MONTH: Final = 15.0
_THICK: Final = 0.55

INK: Final[Ink] = (0x2A, 0x21, 0x1B)
SOFT: Final[Ink] = (0x5C, 0x4F, 0x45)
WARM: Final[Ink] = (0x96, 0x46, 0x1A)
LEAF: Final[Ink] = (0x1F, 0x5F, 0x54)
HAIR: Final[Ink] = (0xE6, 0xDB, 0xCE)
EDGE: Final[Ink] = (0x85, 0x74, 0x67)
TINT: Final[Ink] = (0xF2, 0xEA, 0xDF)

_LOOKS: Final[dict[str, tuple[str, Ink, tuple[float, ...]]]] = {
    "youth": ("disc", WARM, ()), "": ("disc", WARM, ()),
    "caregiver": ("square", LEAF, (2.2, 1.4)),
    "natural": ("cross", INK, (0.8, 1.2)), "clinician": ("cross", INK, (0.8, 1.2)),
    "professional": ("ring", SOFT, (3.4, 1.2, 0.8, 1.2)), "worker": ("ring", SOFT, (3.4, 1.2, 0.8, 1.2)),
    "team": ("block", EDGE, (1.2, 0.8)), "teacher": ("block", EDGE, (1.2, 0.8)),
}  # fmt: skip
_OTHER: Final = ("block", EDGE, (1.2, 0.8))


class Pen(Protocol):
    """What draws. Lengths in millimetres from the top left corner."""

    def stroke(self, points: Sequence[Spot], ink: Ink, thick: float) -> None:
        """A line through points."""

    def box(self, x: float, y: float, width: float, height: float, ink: Ink) -> None:
        """A filled rectangle."""

    def disc(self, x: float, y: float, radius: float, fill: Ink | None, edge: Ink | None) -> None:
        """A circle."""

    def shape(self, points: Sequence[Spot], ink: Ink) -> None:
        """A filled shape."""

    def words(self, x: float, y: float, said: str, *, align: str = "left") -> None:
        """Small words; y is their middle. align: left, middle, right of x."""

    def wide(self, said: str) -> float:
        """How wide small words are."""


def draw_chart(
    pen: Pen, chart: Chart, span: Span, meetings: Sequence[date], words: Lookup,
    left: float, top: float, width: float,
) -> None:  # fmt: skip
    """One chart with its axis; TALL + BELOW high."""
    start, room = left + SIDE, width - SIDE - _RIM
    tall = TALL - 2 * _RIM
    low, high = chart.low, max(chart.high, chart.low + 1)

    def down(value: float) -> float:
        return top + _RIM + tall * (1 - (min(high, max(low, value)) - low) / (high - low))

    for number, band in enumerate(chart.bands):
        if number % 2 != len(chart.bands) % 2:
            pen.box(start, down(band.high), room, down(band.low) - down(band.high), TINT)
    for value in side_of(chart):
        pen.stroke([(start, down(value)), (start + room, down(value))], HAIR, 0.25)
        pen.words(start - 2, down(value), figure(chart, value, words), align="right")
    # Rings and squares lie under what stands on the same spot.
    order = ("ring", "square", "block", "disc", "cross")
    for line in sorted(chart.lines, key=lambda one: order.index(look_of(one.code)[0])):
        kind, ink, dash = look_of(line.code)
        for piece in runs(line, span):
            spots = [(start + room * span.place(one.day), down(one.value)) for one in piece]
            path = stairs(spots) if chart.kind == "yes_no" else spots
            for stretch in dashes(path, dash) if dash else [path]:
                if len(stretch) > 1:
                    pen.stroke(stretch, ink, _THICK)
            for x, y in spots:
                draw_mark(pen, kind, ink, x, y)
    draw_axis(pen, span, meetings, words, left, top + TALL, width)


def look_of(code: str) -> tuple[str, Ink, tuple[float, ...]]:
    """Mark, ink and dash of a rater's or informant's line."""
    return _LOOKS.get(code, _OTHER)


def draw_mark(pen: Pen, kind: str, ink: Ink, x: float, y: float) -> None:
    """One mark around a point."""
    if kind == "disc":
        pen.disc(x, y, 1.1, ink, None)
    elif kind == "ring":
        pen.disc(x, y, 2.2, None, ink)
    elif kind == "cross":
        pen.stroke([(x - 1.6, y - 1.6), (x + 1.6, y + 1.6)], ink, 0.45)
        pen.stroke([(x - 1.6, y + 1.6), (x + 1.6, y - 1.6)], ink, 0.45)
    elif kind == "block":
        pen.box(x - 0.9, y - 0.9, 1.8, 1.8, ink)
    else:
        corners = [(x - 1.6, y - 1.6), (x + 1.6, y - 1.6), (x + 1.6, y + 1.6), (x - 1.6, y + 1.6)]
        pen.stroke([*corners, corners[0]], ink, 0.5)


def draw_axis(
    pen: Pen, span: Span, meetings: Sequence[date], words: Lookup, left: float, top: float, width: float
) -> None:
    """The line of days, a wedge for each meeting, and the months; BELOW high."""
    start, room = left + SIDE, width - SIDE - _RIM
    pen.stroke([(start, top), (start + room, top)], EDGE, 0.3)
    for day in meetings:
        if span.holds(day):
            x = start + room * span.place(day)
            pen.shape([(x, top + 0.3), (x - 1.3, top + 2.6), (x + 1.3, top + 2.6)], SOFT)
    taken = left
    for tick in ticks(span, max(1, int(room / _MONTH))):
        x = start + room * span.place(tick.day)
        name = tick_label(tick, words)
        begin = min(max(left, x - pen.wide(name) / 2), left + width - pen.wide(name))
        if begin >= taken:
            pen.stroke([(x, top - 0.8), (x, top + 1)], EDGE, 0.3)
            pen.words(begin, top + 6, name)
            taken = begin + pen.wide(name) + 2


def draw_track(pen: Pen, row: Happened, span: Span, left: float, middle: float, width: float) -> None:
    """Where a row of the time line stands: a bar for a time, a diamond for a day."""
    start, room = left + SIDE, width - SIDE - _RIM
    pen.stroke([(start, middle), (start + room, middle)], HAIR, 0.3)
    since = start + room * max(0.0, span.place(row.since))
    until = start + room * min(1.0, span.place(row.until)) if row.until is not None else since
    if row.stay or until - since > ROW:
        pen.box(since, middle - 0.8, max(until - since, 1.6), 1.6, LEAF if row.stay else WARM)
        return
    half = ROW / 2
    corners = [(-half, 0.0), (0.0, -half), (half, 0.0), (0.0, half)]
    pen.shape([(since + x, middle + y) for x, y in corners], WARM)


def stairs(spots: Sequence[Spot]) -> list[Spot]:
    """The same points with level steps between them: it was so until it was otherwise."""
    found: list[Spot] = []
    for x, y in spots:
        if found:
            found.append((x, found[-1][1]))
        found.append((x, y))
    return found


def dashes(path: Sequence[Spot], dash: Sequence[float]) -> Iterator[list[Spot]]:
    """A path cut into strokes. dash: lengths of strokes and gaps by turns."""
    place, left = 0, dash[0]
    stretch: list[Spot] = [path[0]]
    for (x, y), (to_x, to_y) in pairwise(path):
        length = hypot(to_x - x, to_y - y)
        gone = 0.0
        while length - gone > left:
            gone += left
            spot = (x + (to_x - x) * gone / length, y + (to_y - y) * gone / length)
            if place % 2 == 0:
                yield [*stretch, spot]
            place, stretch = place + 1, [spot]
            left = dash[place % len(dash)]
        left -= length - gone
        if place % 2 == 0:
            stretch.append((to_x, to_y))
        else:
            stretch = [(to_x, to_y)]
    if place % 2 == 0:
        yield stretch
