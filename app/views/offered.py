"""What the agency's rules offer to choose from, for screens: labels and life domains.

A record that holds what is no longer on offer keeps it: whoever draws a choice adds what stands.
"""

from __future__ import annotations

from typing import Literal

from app.views.hooks import use_query, use_tablet
from app.wraparound.vocabulary import LABELS, LIFE_DOMAINS

Offer = Literal["labels", "domains"]


def use_offer(name: Offer) -> tuple[str, ...]:
    """The codes on offer today, in order; all that there are until the rules are read."""
    tablet = use_tablet()

    async def ask() -> tuple[str, ...]:
        found = await tablet.open.rules.today(name)
        return tuple(getattr(found, name))

    answer = use_query(ask, (name,), types=frozenset({"practice_rules"}))
    if answer.value is not None:
        return answer.value
    return LABELS if name == "labels" else LIFE_DOMAINS
