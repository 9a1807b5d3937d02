"""Where people stand around a family on the eco-map: arithmetic alone, nothing is drawn here.

Natural supports take the upper part, professionals the lower part. Labels are given room beside,
above and below. Follows design page 06, "Eco-map" and trap 8.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.views.widgets.face import Kind

FACE = 60
"""Side of a face at 100 %."""

LABEL = 132
"""Widest label below a face at 100 %."""

_LETTERING = 46


@dataclass(frozen=True)
class Person:
    """Somebody around the family.

    Attributes:
        value: stable id, used in keys.
        name: as the family says it.
        detail: a few words ("rides, company", "asked 24 Nov").
        kind: natural support or professional.
        closeness: 1 knows them, 2 close, 3 very close.
        asked: asked, not there yet: dashes.
        letters: initials, made from the name when empty.
    """

    value: str
    name: str
    detail: str
    kind: Kind
    closeness: int = 2
    asked: bool = False
    letters: str = ""


@dataclass(frozen=True)
class Spot:
    """Where a person stands: the middle of the face, in logical pixels."""

    x: float
    y: float


def place_people(
    people: Sequence[Person], width: float, height: float, scale: float = 1.0
) -> tuple[Spot, ...]:
    """Places around the middle of a drawing of that size.

    Natural supports take the upper part from nine o'clock over twelve to three, professionals the
    lower part, both evenly; with none of one kind the other takes the whole round.
    """
    natural = [p for p in people if p.kind is not Kind.PROFESSIONAL]
    others = [p for p in people if p.kind is Kind.PROFESSIONAL]
    # Labels need room: beside the outermost faces, above the top one and below the lowest ones.
    half, lettering = FACE * scale / 2, _LETTERING * scale
    across = width / 2 - LABEL * scale / 2
    top, bottom = lettering + half, height - lettering - half
    middle_y, down = (top + bottom) / 2, (bottom - top) / 2

    def arc(count: int, start: float, end: float) -> list[float]:
        if count == 1:
            return [(start + end) / 2]
        return [start + (end - start) * i / (count - 1) for i in range(count)]

    angles: dict[str, float] = {}
    if natural and others:
        for person, angle in zip(natural, arc(len(natural), 178, 362), strict=True):
            angles[person.value] = angle
        for person, angle in zip(others, arc(len(others), 126, 54), strict=True):
            angles[person.value] = angle
    else:
        whole = natural or others
        for index, person in enumerate(whole):
            angles[person.value] = 270 + 360 * index / len(whole)
    spots: list[Spot] = []
    for person in people:
        turn = math.radians(angles[person.value])
        spots.append(
            Spot(width / 2 + across * math.cos(turn), middle_y + down * math.sin(turn))
        )
    return tuple(spots)
