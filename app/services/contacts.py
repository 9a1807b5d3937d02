"""How each person may safely be reached."""

from __future__ import annotations

from .desk import Desk


class Contacts:
    """How each person may safely be reached."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
