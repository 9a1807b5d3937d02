"""Team meetings: prepared privately, run step by step at the table, and closed with signed minutes."""

from __future__ import annotations

from .desk import Desk


class Meetings:
    """Team meetings: prepared privately, run step by step at the table, and closed with signed minutes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
