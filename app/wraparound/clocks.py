"""Practice clocks: which deadline runs for a family, since when, and until when.

Two clocks run today; the agency's rule file brings the rest. A clock is pure: it is given
what happened and what day it is, and knows nothing of records or screens.
Sources: design 02, Clocks (house defaults after published Wraparound practice).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

ClockState = Literal["on_time", "due_soon", "overdue"]

TEAM_MEETING_DAYS = 35
SIGN_NOTE_WORKING_DAYS = 7
RECORD_REQUEST_DAYS = 30
SOON_DAYS = 5
RELEASE_DAYS = 30
RELEASE_OVER_DAYS = 7
SOON_RELEASE_DAYS = 14
SEEN_DAYS = 2
SOON_REQUEST_DAYS = 7
SOON_WORKING_NOTE_DAYS = 2


@dataclass(frozen=True)
class RunningClock:
    """One clock of one family. `code` names the words for it, `about` whom or what it concerns.

    share_used: 0.0 at the start event, 1.0 when due. days_left: negative when over.
    """

    code: str
    due_on: date
    days_left: int
    share_used: float
    state: ClockState
    about: str = ""


def add_working_days(start: date, days: int) -> date:
    """The day that is `days` working days (Monday to Friday) after start."""
    current = start
    while days > 0:
        current += timedelta(days=1)
        if current.weekday() < 5:
            days -= 1
    return current


def run(code: str, started: date, due: date, today: date, soon_days: int) -> RunningClock:
    """The clock as it stands today."""
    left = (due - today).days
    whole = max((due - started).days, 1)
    state: ClockState = "overdue" if left < 0 else "due_soon" if left <= soon_days else "on_time"
    share = min(max((today - started).days / whole, 0.0), 1.0)
    return RunningClock(code, due, left, share, state)


def team_meeting(last_held: date | None, enrolled: date | None, today: date) -> RunningClock | None:
    """Team meetings at most 35 days apart; the first within 35 days of enrolment."""
    started = last_held or enrolled
    if started is None:
        return None
    due = started + timedelta(days=TEAM_MEETING_DAYS)
    return run("team_meeting", started, due, today, SOON_DAYS)


def sign_note(oldest_draft: date | None, today: date) -> RunningClock | None:
    """A saved note is signed within 7 working days."""
    if oldest_draft is None:
        return None
    due = add_working_days(oldest_draft, SIGN_NOTE_WORKING_DAYS)
    return run("sign_note", oldest_draft, due, today, SOON_WORKING_NOTE_DAYS)


def record_request(received: date | None, today: date) -> RunningClock | None:
    """A request for the record is answered within 30 days (45 CFR 164.524(b)(2), access; for
    amendments and accountings, which the law gives 60, the same as a house default)."""
    if received is None:
        return None
    due = received + timedelta(days=RECORD_REQUEST_DAYS)
    return run("record_request", received, due, today, SOON_REQUEST_DAYS)


def release_ends(starts: date | None, ends: date, about: str, today: date) -> RunningClock | None:
    """A release that ends within 30 days, and for a week after it has ended. about: who may have it."""
    left = (ends - today).days
    if not -RELEASE_OVER_DAYS <= left <= RELEASE_DAYS:
        return None
    running = run("release", starts or ends - timedelta(days=RELEASE_DAYS), ends, today, SOON_RELEASE_DAYS)
    return replace(running, about=about)


def without_release(left_on: date | None, today: date) -> RunningClock | None:
    """A supervisor sees within two days what left without a release (house default)."""
    if left_on is None:
        return None
    due = left_on + timedelta(days=SEEN_DAYS)
    return run("without_release", left_on, due, today, SEEN_DAYS)


def next_to_act_on(clocks: list[RunningClock | None]) -> RunningClock | None:
    """The clock a coordinator should look at first: the one with the fewest days left."""
    running = [clock for clock in clocks if clock is not None]
    return min(running, key=lambda clock: clock.days_left) if running else None
