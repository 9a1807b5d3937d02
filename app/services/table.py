"""The family's table: who looks, in which language, and the code that closes it."""

from __future__ import annotations

from .desk import Desk


class FamilyTable:
    """The family's table: who looks, in which language, and the code that closes it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
