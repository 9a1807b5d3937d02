"""What leaves the tablet: releases, the family copy, and the log of what was given to whom."""

from __future__ import annotations

from .desk import Desk


class Sharing:
    """What leaves the tablet: releases, the family copy, and the log of what was given to whom."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
