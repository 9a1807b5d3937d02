"""The transition plan: readiness, who carries what on, adult services, celebration, way back."""

from __future__ import annotations

from .desk import Desk


class Transition:
    """The transition plan: readiness, who carries what on, adult services, celebration, way back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
