"""Reading a time of day as people type it: "10:05", "3pm", "15.30", "4:30 de la tarde".

Pure. Without am or pm, one to six mean the afternoon, since home visits are by day.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_TIME = re.compile(
    r"^\s*(\d{1,2})(?:\s*[:.h]?\s*(\d{2}))?\s*(a|p)?\.?\s*(?:m\.?)?\s*(?:de la (mañana|tarde|noche))?\s*$",
    re.IGNORECASE,
)
_HOURS = 24
_MINUTES = 60
_NOON = 12
_EARLIEST_UNSAID = 7


def read_time(typed: str) -> tuple[int, int] | None:
    """(hour, minute) on a 24-hour wall clock, or None when it is not a time."""
    found = _TIME.match(typed)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    half = (found[3] or {"mañana": "a"}.get((found[4] or "").lower(), "p" if found[4] else "")).lower()
    if hour >= _HOURS or minute >= _MINUTES or (half and not 1 <= hour <= _NOON):
        return None
    if half == "p" and hour < _NOON:
        hour += _NOON
    elif half == "a" and hour == _NOON:
        hour = 0
    elif not half and found[1][0] != "0" and 1 <= hour < _EARLIEST_UNSAID:
        hour += _NOON
    return hour, minute


def at_time(day_of: datetime, hour: int, minute: int) -> int:
    """UTC milliseconds of that time on that day, on the tablet's own wall clock."""
    return int(day_of.replace(hour=hour, minute=minute, second=0, microsecond=0).timestamp() * 1000)


def moved_to(at_ms: int, days_ago: int, now_ms: int) -> int:
    """The same time of day, `days_ago` days before today. Instants in UTC milliseconds."""
    at = datetime.fromtimestamp(at_ms / 1000)
    day = datetime.fromtimestamp(now_ms / 1000) - timedelta(days=days_ago)
    return at_time(day, at.hour, at.minute)


def days_before(at_ms: int, now_ms: int) -> int:
    """How many days before today an instant was."""
    at, now = datetime.fromtimestamp(at_ms / 1000), datetime.fromtimestamp(now_ms / 1000)
    return (now.date() - at.date()).days
