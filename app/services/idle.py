"""When a tablet must lock by itself: nobody touches it, it is in the background, it slept.

Owns the marks on both clocks. A wall clock can be turned back and a monotonic clock stands still
while some devices sleep, so whichever says that more time has passed is believed. What is overdue
stays overdue: the first touch after a long sleep does not make it young again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Protocol

BACKGROUND_LOCK_SECONDS = 30.0
EXCURSION_LOCK_SECONDS = 120.0
"""Time in the background that an act of the app itself may take: the dialler, a picker."""
TABLE_LOCK_SECONDS = 1800.0
"""Idle time in meeting mode: people talk, and the tablet lies between them."""
SHORTEST_IDLE_SECONDS, LONGEST_IDLE_SECONDS = 60.0, 1800.0
"""Whatever was kept as a choice, idle time is within these."""


class Time(Protocol):
    """Clocks of the device. Both are asked: a wall clock can be turned back, and a monotonic
    clock stands still while some devices sleep."""

    def now_ms(self) -> int:
        """UTC milliseconds."""

    def monotonic(self) -> float:
        """Seconds that never go back."""


Mark = tuple[int, float]


class Idle:
    """The marks of one tablet. idle_seconds: asks for the person's own lock time."""

    def __init__(self, time: Time, idle_seconds: Callable[[], float]) -> None:
        self._time = time
        self._idle_seconds = idle_seconds
        self._meetings: list[object] = []
        self._hidden_at: Mark | None = None
        self._excursion = False
        self.begin()

    def begin(self) -> None:
        """Somebody has just unlocked the tablet. One that was put away meanwhile stays put away."""
        self._touched = self._ticked = self._now()

    def end(self) -> None:
        """The tablet is locked: no meeting goes on, and nothing is counted."""
        self._meetings.clear()
        self._hidden_at = None
        self._excursion = False

    def _now(self) -> Mark:
        return self._time.now_ms(), self._time.monotonic()

    def _since(self, mark: Mark) -> float:
        wall = (self._time.now_ms() - mark[0]) / 1000
        return max(wall, self._time.monotonic() - mark[1])

    @property
    def _away(self) -> float:
        return EXCURSION_LOCK_SECONDS if self._excursion else BACKGROUND_LOCK_SECONDS

    def overdue(self) -> str:
        """Why the tablet must be locked now: "background", "idle", or ""."""
        if self._hidden_at is not None and self._since(self._hidden_at) >= self._away:
            return "background"
        idle = min(LONGEST_IDLE_SECONDS, max(SHORTEST_IDLE_SECONDS, self._idle_seconds()))
        if self._meetings:
            idle = max(idle, TABLE_LOCK_SECONDS)
        return "idle" if self._since(self._touched) >= idle else ""

    def tick(self) -> str:
        """To be asked every few seconds. Also "sleep": the last time was far too long ago.

        The device slept, or its wall clock was set forward; nobody can tell which.
        """
        gap, self._ticked = self._since(self._ticked), self._now()
        return self.overdue() or ("sleep" if gap >= self._away else "")

    def touch(self) -> None:
        """Somebody is using the tablet."""
        if not self.overdue():
            self._touched = self._now()

    def hidden(self) -> None:
        """The app went to the background; the first time counts."""
        if self._hidden_at is None:
            self._hidden_at = self._now()

    def excursion(self) -> None:
        """The app itself sends the person elsewhere, to the dialler for example."""
        self._excursion = True

    def shown(self) -> None:
        """The app is in front again, or somebody is using it."""
        if self.overdue():
            return
        if self._hidden_at is not None:
            self._excursion = False
        self._hidden_at = None
        self.touch()

    def stay_longer(self) -> Callable[[], None]:
        """In meeting mode idle time is longer. Returns the way to stop."""
        mine = object()
        self._meetings.append(mine)

        def stop() -> None:
            self.touch()  # while the longer time is still in force
            with contextlib.suppress(ValueError):
                self._meetings.remove(mine)

        return stop
