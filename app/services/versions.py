"""Plan versions: frozen at each held meeting and each signature, and what changed between two."""

from __future__ import annotations

from .desk import Desk


class Versions:
    """Plan versions: frozen at each held meeting and each signature, and what changed between two."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
