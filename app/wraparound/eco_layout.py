"""Where everybody stands on the eco-map: pure geometry, drawn by the screen and by the paper copy.

Natural supports take the upper part and professionals the lower, evenly round the family. Who is
closer stands on a nearer ring. A label keeps clear of every line, face and other label: the drawing
grows taller until all fit, then keeps names alone, then initials alone beside a list. Lengths are
logical pixels (or points on paper), y grows downwards. Follows design 02, Records, and design page
06, "Eco-map" and trap 8.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .eco_lettering import Lettering, lettering
from .eco_shapes import Box, Curve, Spot, crosses, overlap

Words = Literal["full", "names", "none"]
"""What stands with a face: name and detail, the name, or nothing (initials in the face, list beside)."""

LINE_WIDTHS = {1: 1.6, 2: 3.4, 3: 6.0}
"""Width of the line by closeness, at 100 %."""
EVEN_LINE = 2.6
"""Width of every line where closeness is not shown."""
ASKED_LINE = 1.8


@dataclass(frozen=True)
class Around:
    """Somebody around the family.

    value: stable id. kind: family, natural, community, formal. closeness: 1 knows them, 2 close,
    3 very close. tentative: only named or asked, not there yet: dashes.
    """

    value: str
    name: str
    detail: str = ""
    kind: str = "natural"
    closeness: int = 1
    tentative: bool = False

    @property
    def natural(self) -> bool:
        """Of the family's own people, and so drawn above and in leaf green."""
        return self.kind in ("natural", "family")


@dataclass(frozen=True)
class Placed:
    """Somebody with a place. face: the square around their shape. label: None with initials alone."""

    who: Around
    face: Box
    label: Box | None
    line: Curve
    line_width: float


@dataclass(frozen=True)
class Drawing:
    """The whole drawing. rings: half axes of the rings that somebody stands on, innermost first."""

    width: float
    height: float
    middle: Spot
    radius: float
    words: Words
    people: tuple[Placed, ...]
    rings: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class _Sizes:
    face: float
    radius: float
    widest: float
    line: float
    """Shortest line between the middle and a face."""


_AIR = 5.0
_MARGIN = 3.0
_NEAREST_RING = 0.72
_BEND = 0.16
_STEPS = 14
_LEAST, _TALL = 470.0, 530.0
_TRIES = 4000
_TRACK = 720


def draw(
    people: Sequence[Around],
    width: float,
    *,
    scale: float = 1.0,
    closeness_shown: bool = True,
    tallest: float = math.inf,
) -> Drawing | None:
    """Place everybody round the middle of a drawing of that width.

    scale: text size, 1.0 to 2.0. closeness_shown: False for the family's own map: one ring, all
    lines alike. tallest: where a page ends. None when not even initials fit: show the list alone.
    """
    for words in ("full", "names", "none"):
        found = draw_with(people, width, words, scale=scale, closeness_shown=closeness_shown, tallest=tallest)
        if found is not None:
            return found
    return None


def draw_with(
    people: Sequence[Around],
    width: float,
    words: Words,
    *,
    scale: float = 1.0,
    closeness_shown: bool = True,
    tallest: float = math.inf,
) -> Drawing | None:
    """As `draw`, with these words and no others; None when they do not fit."""
    sizes = _sizes(words, scale)
    labels = [_label(one, words, sizes, scale) for one in people]
    first = min(max(_LEAST * scale, width), _TALL * scale) if words == "full" else width
    # Where room is shortest everybody stands on one ring; the width of the line still tells.
    for ringed in (True, False) if closeness_shown and words == "none" else (closeness_shown,):
        for step in range(_STEPS):
            height = first + step * 44 * scale
            if height > tallest:
                break
            for bend in (_BEND, 0.0):
                made = _Attempt(
                    people, labels, width, height, sizes, scale, closeness_shown, ringed, bend
                ).make()
                if made is not None:
                    return _cropped(made, words)
    return None


def _sizes(words: Words, scale: float) -> _Sizes:
    if words == "full":
        return _Sizes(60 * scale, 62 * scale, 132 * scale, 24 * scale)
    if words == "names":
        return _Sizes(50 * scale, 48 * scale, 104 * scale, 14 * scale)
    # Initials alone grow less than the words: this is what is left where room is shortest.
    grown = scale - 1
    return _Sizes(48 + 14 * grown, 36 + 10 * grown, 48, 8)


def _label(one: Around, words: Words, sizes: _Sizes, scale: float) -> Lettering | None:
    if words == "none":
        return None
    room = lettering(one.name, one.detail if words == "full" else "", sizes.widest / scale - 2)
    return Lettering((room.width + 2) * scale, room.height * scale)


@dataclass(frozen=True)
class _Attempt:
    """One try at one size."""

    people: Sequence[Around]
    labels: Sequence[Lettering | None]
    width: float
    height: float
    sizes: _Sizes
    scale: float
    closeness_shown: bool
    ringed: bool
    bend: float

    def make(self) -> Drawing | None:
        """The drawing, or None when something would touch something."""
        half = self.sizes.face / 2
        beside = max([half, *(one.width / 2 for one in self.labels if one is not None)])
        above = max([0.0, *(one.height + _AIR for one in self.labels if one is not None)])
        across, down = self.width / 2 - beside, self.height / 2 - half - above
        need = self.sizes.radius + self.sizes.line + half
        if across < need or down < need:
            return None
        inner = (max(_NEAREST_RING, need / across), max(_NEAREST_RING, need / down))
        middle = Spot(self.width / 2, self.height / 2)
        faces, lines = [], []
        for one, turn in zip(self.people, _turns(self.people, across, down), strict=True):
            share = (3 - one.closeness) / 2 if self.ringed else 1.0
            spot = Spot(
                middle.x + across * (inner[0] + (1 - inner[0]) * share) * math.cos(turn),
                middle.y + down * (inner[1] + (1 - inner[1]) * share) * math.sin(turn),
            )
            faces.append(Box(spot.x - half, spot.y - half, 2 * half, 2 * half))
            lines.append(self._line(one, middle, spot))
        if not _apart(faces, lines, middle, self.sizes.radius, _AIR * self.scale):
            return None
        widths = [self._line_width(one) for one in self.people]
        boxes = _Labels(self, faces, lines, widths, middle).place()
        if boxes is None:
            return None
        placed = tuple(
            Placed(*parts) for parts in zip(self.people, faces, boxes, lines, widths, strict=True)
        )
        used = sorted({one.closeness for one in self.people}, reverse=True)
        rings = tuple(
            (
                across * (inner[0] + (1 - inner[0]) * (3 - one) / 2),
                down * (inner[1] + (1 - inner[1]) * (3 - one) / 2),
            )
            for one in used
        )
        shown = rings if self.ringed else ()
        return Drawing(self.width, self.height, middle, self.sizes.radius, "full", placed, shown)

    def _line_width(self, one: Around) -> float:
        if not self.closeness_shown:
            return EVEN_LINE * self.scale
        return (ASKED_LINE if one.tentative else LINE_WIDTHS[one.closeness]) * self.scale

    def _line(self, one: Around, middle: Spot, spot: Spot) -> Curve:
        far = math.hypot(spot.x - middle.x, spot.y - middle.y)
        ux, uy = (spot.x - middle.x) / far, (spot.y - middle.y) / far
        half = self.sizes.face / 2
        # A corner that points at the middle reaches further out than a round side.
        cornered = not one.natural or (one.kind == "natural" and ux < 0 < uy)
        reach = half * min(1.0 / max(abs(ux), abs(uy)), 1.28) if cornered else half
        gap = min(_AIR, self.sizes.line / 4) * self.scale
        start = middle.towards(ux, uy, self.sizes.radius + gap)
        end = middle.towards(ux, uy, far - reach - gap)
        # It bows upwards, away from the words below a face; straight up or down it is straight.
        seen = math.dist((start.x, start.y), (end.x, end.y))
        bow = 0.0 if abs(ux) < 0.15 else self.bend * seen * (1 if uy < 0.3 else -1)
        between = Spot((start.x + end.x) / 2, (start.y + end.y) / 2 - bow)
        return Curve(start, between, end)


@dataclass(frozen=True)
class _Labels:
    """Finds a place for each label by trying the places beside its face, and going back when stuck."""

    attempt: _Attempt
    faces: Sequence[Box]
    lines: Sequence[Curve]
    widths: Sequence[float]
    middle: Spot

    def place(self) -> list[Box | None] | None:
        """A box for each person (None: no label), or None when there is no way."""
        options: list[list[Box]] = []
        for index, room in enumerate(self.attempt.labels):
            if room is None:
                options.append([])
                continue
            free = [box for box in self._around(index, room) if self._clear(box, index)]
            if not free:
                return None
            options.append(free)
        chosen: list[Box | None] = [None] * len(options)
        return chosen if self._choose(options, chosen, 0, [0]) else None

    def _choose(
        self, options: list[list[Box]], chosen: list[Box | None], index: int, tries: list[int]
    ) -> bool:
        if index == len(options):
            return True
        if not options[index]:
            return self._choose(options, chosen, index + 1, tries)
        for box in options[index]:
            tries[0] += 1
            if tries[0] > _TRIES:
                return False
            taken = (one for one in chosen[:index] if one is not None)
            if not any(overlap(box, one, _MARGIN) for one in taken):
                chosen[index] = box
                if self._choose(options, chosen, index + 1, tries):
                    return True
        chosen[index] = None
        return False

    def _around(self, index: int, room: Lettering) -> Iterator[Box]:
        face = self.faces[index]
        x, y = face.x + face.width / 2, face.y + face.height / 2
        out = 1 if x >= self.middle.x else -1
        below, above = face.y + face.height + _AIR, face.y - _AIR - room.height
        # Flush with the side of the face that looks inwards, so that the words reach outwards.
        flush = face.x if out > 0 else face.x + face.width - room.width
        beside = face.x + face.width + _AIR if out > 0 else face.x - _AIR - room.width
        upright = abs(x - self.middle.x) < face.width * 0.75
        first, second = (above, below) if upright and y < self.middle.y else (below, above)
        for left, top in (
            (x - room.width / 2, first),
            (x - room.width / 2, second),
            (flush, first),
            (flush, second),
            (beside, y - room.height / 2),
        ):
            yield Box(left, top, room.width, room.height)

    def _clear(self, box: Box, index: int) -> bool:
        attempt = self.attempt
        if box.x < 0 or box.y < 0 or box.right > attempt.width or box.bottom > attempt.height:
            return False
        if box.reach(self.middle) < attempt.sizes.radius + _AIR:
            return False
        if any(overlap(box, one, _MARGIN) for place, one in enumerate(self.faces) if place != index):
            return False
        return not any(
            crosses(line, box, width / 2 + _MARGIN)
            for line, width in zip(self.lines, self.widths, strict=True)
        )


def _apart(
    faces: Sequence[Box], lines: Sequence[Curve], middle: Spot, radius: float, air: float
) -> bool:
    for index, one in enumerate(faces):
        if one.reach(middle) < radius:
            return False
        if any(overlap(one, other, air) for other in faces[index + 1 :]):
            return False
        if any(crosses(line, one, _MARGIN) for place, line in enumerate(lines) if place != index):
            return False
    return True


def _turns(people: Sequence[Around], across: float, down: float) -> list[float]:
    """The angle of each on the ellipse: evenly along its edge, natural supports centred at the top."""
    points = [2 * math.pi * i / _TRACK for i in range(_TRACK + 1)]
    way = [0.0]
    for before, after in zip(points, points[1:], strict=False):
        mean = (before + after) / 2
        way.append(way[-1] + math.hypot(across * math.sin(mean), down * math.cos(mean)))
    natural = [i for i, one in enumerate(people) if one.natural]
    others = [i for i, one in enumerate(people) if not one.natural]
    slot = way[-1] / max(1, len(people))
    turns = [0.0] * len(people)
    top = way[_TRACK * 3 // 4]
    for place, index in enumerate(natural):
        turns[index] = _at(way, points, top + (place - (len(natural) - 1) / 2) * slot)
    # The others go on from the right, below and round to the left; they read from left to right.
    for place, index in enumerate(reversed(others)):
        turns[index] = _at(way, points, top + ((len(natural) + 1) / 2 + place) * slot)
    return turns


def _at(way: Sequence[float], points: Sequence[float], along: float) -> float:
    wanted = along % way[-1]
    low, high = 0, len(way) - 1
    while high - low > 1:
        between = (low + high) // 2
        low, high = (between, high) if way[between] <= wanted else (low, between)
    share = (wanted - way[low]) / (way[high] - way[low])
    return points[low] + (points[high] - points[low]) * share


def _cropped(made: Drawing, words: Words) -> Drawing:
    """The same without empty room above and below."""
    boxes = [box for one in made.people for box in (one.face, one.label) if box is not None]
    # The outermost ring is where the others stand: it is not drawn as a ground of its own.
    reach = max([made.radius, *(down for _across, down in made.rings[:-1])])
    top = min([made.middle.y - reach, *(box.y for box in boxes)]) - 1
    bottom = max([made.middle.y + reach, *(box.bottom for box in boxes)]) + 1
    return replace(
        made,
        words=words,
        height=bottom - top,
        middle=made.middle.lower(-top),
        people=tuple(
            replace(
                one,
                face=one.face.lower(-top),
                label=None if one.label is None else one.label.lower(-top),
                line=one.line.lower(-top),
            )
            for one in made.people
        ),
    )
