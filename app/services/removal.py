"""Taking people and tablets out of the agency, and what follows from it."""

from __future__ import annotations

from .arrival import EnrolmentWire
from .desk import Desk
from .syncing import Syncing


class Removal:
    """Taking people and tablets out of the agency, and what follows from it."""

    def __init__(self, desk: Desk, syncing: Syncing, wire: EnrolmentWire | None) -> None:
        self._desk = desk
        self._syncing = syncing
        self._wire = wire
