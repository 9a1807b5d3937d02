"""The recovery kit and the agency seed: made, checked, rehearsed and used."""

from __future__ import annotations

from .desk import Desk
from .syncing import Syncing


class Recovery:
    """The recovery kit and the agency seed: made, checked, rehearsed and used."""

    def __init__(self, desk: Desk, syncing: Syncing) -> None:
        self._desk = desk
        self._syncing = syncing
