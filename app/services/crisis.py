"""The crisis plan: its lines in order, and the card that everybody can read."""

from __future__ import annotations

from .desk import Desk


class CrisisPlans:
    """The crisis plan: its lines in order, and the card that everybody can read."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
