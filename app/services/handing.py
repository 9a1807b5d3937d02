"""Handing a family on: cover until a day, and transfer for good."""

from __future__ import annotations

from .desk import Desk
from .syncing import Syncing


class Handing:
    """Handing a family on: cover until a day, and transfer for good."""

    def __init__(self, desk: Desk, syncing: Syncing) -> None:
        self._desk = desk
        self._syncing = syncing
