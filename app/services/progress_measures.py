"""What a chart needs to know of a measure: its name, range, direction, bands and reliable change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.wraparound.progress import Band
from app.wraparound.rules.measures import Measures, Words
from app.wraparound.scoring import bounds


@dataclass(frozen=True)
class Known:
    """One measure in one language. beyond: its reliable change, 0 when nobody knows it. confirm: bands or
    change have to be checked against the manual."""

    name: str
    low: float
    high: float
    better: Literal["up", "down"]
    beyond: float
    bands: tuple[Band, ...]
    confirm: bool


def known_of(measures: Measures, language: str) -> Callable[[str], Known | None]:
    """A look-up by the code of a measure; None for one that the rules do not have."""

    def say(words: Words) -> str:
        return words.get(language) or words["en"]

    def find(code: str) -> Known | None:
        found = measures.named(code)
        if found is None:
            return None
        low, high = bounds(found)
        bands = tuple(
            Band(one.low, one.high, say(one.words)) for one in found.bands if not one.informants
        )
        confirm = any(one.confirm for one in found.bands) or bool(
            found.reliable_change and found.reliable_confirm
        )
        return Known(
            say(found.name), float(low), float(high), found.better, found.reliable_change, bands, confirm
        )

    return find
