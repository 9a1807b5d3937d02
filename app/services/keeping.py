"""Keeping records right: entered in error, record requests, retention, legal hold."""

from __future__ import annotations

from .desk import Desk


class Keeping:
    """Keeping records right: entered in error, record requests, retention, legal hold."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
