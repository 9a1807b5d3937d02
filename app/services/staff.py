"""The people who work here, their roles, teams and tablets, as an administrator handles them."""

from __future__ import annotations

from .arrival import EnrolmentWire
from .desk import Desk
from .syncing import Syncing


class Staff:
    """The people who work here, their roles, teams and tablets, as an administrator handles them."""

    def __init__(self, desk: Desk, syncing: Syncing, wire: EnrolmentWire | None) -> None:
        self._desk = desk
        self._syncing = syncing
        self._wire = wire
