"""The four phases, their checklists, and closing one with a reason when something is open."""

from __future__ import annotations

from .desk import Desk


class Phases:
    """The four phases, their checklists, and closing one with a reason when something is open."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
