"""Days, times and spans in words: "Tue 3 Dec, 4:30 pm", "in 5 days", "3 days over".

Owns how a moment is said in each language, relative to the day on the wall. Pure: the present is
handed in, and so is the time zone when it is not the tablet's own. Words begin in lower case, as
inside a sentence; `begin()` makes them the start of one. Follows design page 06, "Words".
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from app.views.words import say

_NOON = 12
_NIGHT = 20


def local(at_ms: int, zone: tzinfo | None = None) -> datetime:
    """The moment on the wall. at_ms: UTC milliseconds. zone: the tablet's own when None."""
    return datetime.fromtimestamp(at_ms / 1000, tz=zone)


def begin(words: str) -> str:
    """The same words as the beginning of a sentence or a cell."""
    return words[:1].upper() + words[1:]


def day(language: str, when: date, today: date, *, short: bool = False) -> str:
    """A day: "today", "tomorrow", "yesterday", "Thu 3 Dec", with the year when it is another.

    short: abbreviated names in Spanish too, for narrow columns.
    """
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((when - today).days)
    if near is not None:
        return say(language, f"dates.{near}")
    return plain_day(language, when, today, short=short)


def plain_day(language: str, when: date, today: date, *, short: bool = False) -> str:
    """The day by its name and date, even when it is today (for a deadline: "by Wed 2 Dec")."""
    suffix = "_short" if short else ""
    key = f"dates.day{suffix}" + ("" if when.year == today.year else "_year")
    return say(
        language,
        key,
        weekday=say(language, f"dates.weekdays{suffix}").split()[when.weekday()],
        day=when.day,
        month=say(language, f"dates.months{suffix}").split()[when.month - 1],
        year=when.year,
    )


def time_of_day(
    language: str, at_ms: int, zone: tzinfo | None = None, *, short: bool = False
) -> str:
    """The time on the wall: "4:30 pm". at_ms: UTC milliseconds."""
    at = local(at_ms, zone)
    half = "night" if at.hour >= _NIGHT else "pm" if at.hour >= _NOON else "am"
    return say(
        language,
        f"dates.time_{'short_' if short else ''}{half}",
        hour=at.hour % _NOON or _NOON,
        minute=f"{at.minute:02d}",
    )


def hour_words(language: str, hour: int) -> str:
    """A whole hour to choose: "4 pm". hour: 0 to 23."""
    half = "pm" if hour >= _NOON else "am"
    return say(language, f"dates.hour_{half}", hour=hour % _NOON or _NOON)


def moment(
    language: str, at_ms: int, now_ms: int, zone: tzinfo | None = None, *, short: bool = False
) -> str:
    """Day and time: "Thu 3 Dec, 4:30 pm", "today, 1:15 pm". Both instants in UTC milliseconds."""
    return say(
        language,
        "dates.moment",
        day=day(language, local(at_ms, zone).date(), local(now_ms, zone).date(), short=short),
        time=time_of_day(language, at_ms, zone, short=short),
    )


def days_left(language: str, count: int) -> str:
    """How long until a deadline: "in 5 days", "due today", "3 days over" (count below 0)."""
    if count == 0:
        return say(language, "dates.due_today")
    if abs(count) == 1:
        return say(language, "dates.in_one_day" if count > 0 else "dates.over_one_day")
    return say(language, "dates.in_days" if count > 0 else "dates.over_days", count=abs(count))


def since(language: str, at_ms: int, now_ms: int, zone: tzinfo | None = None) -> str:
    """When something was: "just now", "5 minutes ago", "2:02 pm" today, else day and time."""
    minutes = max(0, now_ms - at_ms) // 60_000
    if minutes < 1:
        return say(language, "dates.just_now")
    if minutes == 1:
        return say(language, "dates.ago_one_minute")
    if timedelta(minutes=minutes) < timedelta(hours=1):
        return say(language, "dates.ago_minutes", count=minutes)
    if local(at_ms, zone).date() == local(now_ms, zone).date():
        return time_of_day(language, at_ms, zone)
    return moment(language, at_ms, now_ms, zone)
