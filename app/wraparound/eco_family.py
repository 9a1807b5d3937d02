"""The family's own eco-map: who stands on it, with nothing that measures anybody.

Only people of `FamilyPage.circle` come here: they agreed to be shown, and nobody kept from this
audience is among them. No closeness, no dashes, no order but the page's. Follows design 02, Audience.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .eco_layout import Around, Drawing, draw
from .family_page import Someone


@dataclass(frozen=True)
class FamilyMap:
    """Whose map it is and who stands around. beside: the next of the family, to be said "and Rosa"."""

    centre: str
    beside: str
    around: tuple[Around, ...]


def family_map(circle: Iterable[Someone]) -> FamilyMap:
    """The map of a page's circle. centre is empty when nobody of the family is on the page."""
    everybody = tuple(circle)
    family = [one for one in everybody if one.kind == "family"]
    middle = [*(one for one in family if one.is_youth), *(one for one in family if not one.is_youth)]
    # Those of the family who do not fit in the middle stand around it, as everybody else.
    inside = {one.id for one in middle[:2]}
    return FamilyMap(
        middle[0].name if middle else "",
        middle[1].name if len(middle) > 1 else "",
        tuple(
            Around(one.id, one.name, _role(one), one.kind)
            for one in everybody
            if one.id not in inside
        ),
    )


def draw_family(
    shown: FamilyMap, width: float, *, scale: float = 1.0, tallest: float = float("inf")
) -> Drawing | None:
    """The drawing: one ring, equal lines. None when it does not fit; then list the names."""
    return draw(shown.around, width, scale=scale, closeness_shown=False, tallest=tallest)


def _role(one: Someone) -> str:
    """The role, unless the name says it already ("Uncle Teo")."""
    return "" if one.role.casefold() in one.name.casefold() else one.role
