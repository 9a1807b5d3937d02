"""What people did: written, chained, counter-signed, read and exported."""

from __future__ import annotations

from .desk import Desk


class Audit:
    """What people did: written, chained, counter-signed, read and exported."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
