"""The few shapes that the eco-map is made of: spots, boxes and bowed lines, with what touches what."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Spot:
    """A point; y grows downwards."""

    x: float
    y: float

    def towards(self, ux: float, uy: float, far: float) -> Spot:
        """The point that far away in the direction of a unit vector."""
        return Spot(self.x + ux * far, self.y + uy * far)

    def lower(self, by: float) -> Spot:
        """The point moved down."""
        return Spot(self.x, self.y + by)


@dataclass(frozen=True)
class Box:
    """An upright rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def lower(self, by: float) -> Box:
        """The box moved down."""
        return Box(self.x, self.y + by, self.width, self.height)

    def reach(self, spot: Spot) -> float:
        """How far the box is from a point; 0 when the point is in it."""
        return math.hypot(
            max(self.x - spot.x, 0.0, spot.x - self.right), max(self.y - spot.y, 0.0, spot.y - self.bottom)
        )


@dataclass(frozen=True)
class Curve:
    """A bowed line: a quadratic curve from start to end, drawn towards `control`."""

    start: Spot
    control: Spot
    end: Spot

    def lower(self, by: float) -> Curve:
        """The line moved down."""
        return Curve(self.start.lower(by), self.control.lower(by), self.end.lower(by))

    def points(self, apart: float = 4.0) -> Iterator[Spot]:
        """Points along it, about that far apart, both ends included."""
        long = math.dist((self.start.x, self.start.y), (self.end.x, self.end.y))
        count = max(2, math.ceil(long / apart))
        for i in range(count + 1):
            t = i / count
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            yield Spot(
                a * self.start.x + b * self.control.x + c * self.end.x,
                a * self.start.y + b * self.control.y + c * self.end.y,
            )


def overlap(one: Box, other: Box, air: float = 0.0) -> bool:
    """Whether two boxes come nearer than `air` to each other."""
    return (
        one.x < other.right + air
        and other.x < one.right + air
        and one.y < other.bottom + air
        and other.y < one.bottom + air
    )


def crosses(line: Curve, box: Box, air: float = 0.0) -> bool:
    """Whether a line comes nearer than `air` to a box."""
    wide = Box(box.x - air, box.y - air, box.width + 2 * air, box.height + 2 * air)
    hull = (line.start, line.control, line.end)
    left, right = min(p.x for p in hull), max(p.x for p in hull)
    top, bottom = min(p.y for p in hull), max(p.y for p in hull)
    if right < wide.x or left > wide.right or bottom < wide.y or top > wide.bottom:
        return False
    return any(
        wide.x <= p.x <= wide.right and wide.y <= p.y <= wide.bottom for p in line.points()
    )
