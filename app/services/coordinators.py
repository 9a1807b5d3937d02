"""Who else coordinates care around a family, what each covers, and who leads."""

from __future__ import annotations

from .desk import Desk


class Coordinators:
    """Who else coordinates care around a family, what each covers, and who leads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
