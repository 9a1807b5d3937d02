"""In which stream a record lies by its label, and moving it to another."""

from __future__ import annotations

from .desk import Desk


class Labels:
    """In which stream a record lies by its label, and moving it to another."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
