"""Practice clocks: what happened, the clock that runs because of it, and how it stands. Values alone.

Which clocks there are is the agency's rule file (rules/clocks.py); how they are worked out is
clock_runs.py. Everything is pure: given what happened and what day it is, it knows nothing of records
or screens. Source: design 02, Clocks; docs/rules.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

ClockState = Literal["on_time", "due_soon", "overdue"]
ClockStanding = Literal["running", "due_soon", "overdue", "met", "met_late"]
"""Exactly one at a time. running: there is time; met_late: satisfied after it was due."""
RECORD_REQUEST_DAYS: Final = 30
"""Days in which the law wants a request for the record answered (45 CFR 164.524(b)(2)); what is
offered when one is written down."""

Words = Mapping[str, str]
"""Language code → words; always has `en`."""


@dataclass(frozen=True)
class FamilyClock:
    """One clock of one family, as it stands now.

    code: of the rule file clocks. started_on, due_on: days at the tablet's place. due_at_ms: UTC
    milliseconds for a clock that is counted in hours, else 0. days_left: negative when over. share_used: 0
    at the start, 1 when due. met_on: None while it is not met. reason, how: why it runs, and what satisfies
    it. source: the published practice, or "house default". goes_to, record_id: the place (routes.PLACES)
    and record where it is done. about: whom or what it concerns. version: id of the rule version it was
    started under. restricted: it tells of something that no screen a family may see can show.
    """

    code: str
    name: Words
    standing: ClockStanding
    started_on: date
    due_on: date
    days_left: int
    share_used: float
    due_at_ms: int = 0
    met_on: date | None = None
    reason: Words | None = None
    how: Words | None = None
    source: str = ""
    goes_to: str = ""
    record_id: str = ""
    about: str = ""
    version: str = ""
    restricted: bool = False


@dataclass(frozen=True)
class RunningClock:
    """A clock that is not met, as a row of a list draws it. `code` and `name` are the words for it.

    about: whom or what it concerns. share_used: 0.0 at the start event, 1.0 when due. days_left:
    negative when over.
    """

    code: str
    due_on: date
    days_left: int
    share_used: float
    state: ClockState
    about: str = ""
    name: Words | None = None


def run(code: str, started: date, due: date, today: date, soon: int) -> RunningClock:
    """A clock of a single thing that says itself when it is due, as it stands today.

    soon: days before it is due at which it is due soon.
    """
    left = (due - today).days
    share = min(max((today - started).days / max((due - started).days, 1), 0.0), 1.0)
    state: ClockState = "overdue" if left < 0 else "due_soon" if left <= soon else "on_time"
    return RunningClock(code, due, left, share, state)


def running(clock: FamilyClock) -> RunningClock:
    """A family's clock that is not met, for a list."""
    state: ClockState = "on_time" if clock.standing == "running" else "due_soon"
    if clock.standing == "overdue":
        state = "overdue"
    return RunningClock(
        clock.code, clock.due_on, clock.days_left, clock.share_used, state, clock.about, clock.name
    )


def first_for_lists(clocks: Iterable[FamilyClock]) -> RunningClock | None:
    """The first of a family's clocks that a list may show over somebody's shoulder."""
    return next((running(one) for one in clocks if not one.restricted), None)
