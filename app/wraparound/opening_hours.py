"""When a service is open: HSDS schedules (RFC 5545 in fields) as spans, and whether one counts on a day.

Owns what of a schedule is understood. What is not (weeks of the year, days of the year, counts) never
makes a service look open. Times are those on the wall where the tablet is. Pure.
"""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_MINUTES: Final = 24 * 60
_BYDAY: Final = re.compile(r"([+-]?\d{0,2})(MO|TU|WE|TH|FR|SA|SU)")
_NOT_UNDERSTOOD: Final = ("byweekno", "byyearday", "count")


@dataclass(frozen=True)
class Span:
    """Open on a weekday (0 Monday) from one minute of the day up to another.

    since, until: ISO days, "" for none. rule: JSON for `counts_on` where the weekday alone does not say.
    """

    day: int
    opens: int
    closes: int
    since: str = ""
    until: str = ""
    rule: str = ""


def spans_of(schedule: Mapping[str, Any]) -> Iterator[Span]:
    """The spans of one schedule; none when it says no times or is not understood."""
    opens, closes = _minutes(schedule.get("opens_at")), _minutes(schedule.get("closes_at"))
    if opens is None or closes is None or any(schedule.get(name) for name in _NOT_UNDERSTOOD):
        return
    if closes == opens:
        if opens:
            return
        closes = DAY_MINUTES
    rule, days = _rule(schedule)
    since = max(str(schedule.get("valid_from") or ""), str(schedule.get("dtstart") or ""))
    ends = [str(schedule[name]) for name in ("valid_to", "until") if schedule.get(name)]
    until = min(ends) if ends else ""
    for day in days:
        written = json.dumps(rule, sort_keys=True) if rule else ""
        if closes > opens:
            yield Span(day, opens, closes, since, until, written)
            continue
        # Past midnight: the morning belongs to the day before.
        yield Span(day, opens, DAY_MINUTES, since, until, written)
        morning = json.dumps({**rule, "back": 1}, sort_keys=True) if rule else ""
        yield Span((day + 1) % 7, 0, closes, since, until, morning)


def counts_on(rule: str, day: date) -> bool:
    """Whether a span's rule holds on a day that has its weekday."""
    if not rule:
        return True
    said = json.loads(rule)
    day -= timedelta(days=said.get("back", 0))
    start = date.fromisoformat(said["start"]) if said.get("start") else day
    if said["freq"] == "WEEKLY":
        weeks = (_monday(day) - _monday(start)).days // 7
        return weeks >= 0 and weeks % int(said["interval"]) == 0
    months = (day.year - start.year) * 12 + day.month - start.month
    if months < 0 or months % int(said["interval"]):
        return False
    last = monthrange(day.year, day.month)[1]
    if said["monthdays"] and not any(day.day == (n if n > 0 else last + 1 + n) for n in said["monthdays"]):
        return False
    nth, from_end = (day.day - 1) // 7 + 1, -((last - day.day) // 7 + 1)
    return not said["nth"] or any(
        weekday == day.weekday() and n in (0, nth, from_end) for n, weekday in said["nth"]
    )


def _rule(schedule: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[int, ...]]:
    """What the weekday alone does not say, and the weekdays on which it may be open."""
    freq = str(schedule.get("freq") or "").upper()
    interval = int(schedule.get("interval") or 1)
    start = str(schedule.get("dtstart") or "")
    named = _BYDAY.findall(str(schedule.get("byday") or "").upper().replace(" ", ""))
    nth = [(int(number or 0), WEEKDAYS.index(day)) for number, day in named]
    days = tuple(sorted({day for _, day in nth}))
    # Of a number of any length its beginning says enough: no month has that day.
    monthdays = [int(n[:4]) for n in re.findall(r"-?\d+", str(schedule.get("bymonthday") or ""))]
    if interval < 1 or (interval > 1 and not start):
        return {}, ()
    if freq in ("", "WEEKLY") and not monthdays and not any(number for number, _ in nth):
        if not days and freq == "WEEKLY" and start:
            days = (date.fromisoformat(start).weekday(),)
        elif not days and not freq:
            return {}, ()
        return ({"freq": "WEEKLY", "interval": interval, "start": start} if interval > 1 else {}), days
    if freq == "DAILY" and interval == 1 and not monthdays:
        return {}, days or tuple(range(7))
    if freq == "MONTHLY" and (nth or monthdays):
        rule = {"freq": "MONTHLY", "interval": interval, "start": start, "nth": nth, "monthdays": monthdays}
        return rule, days or tuple(range(7))
    return {}, ()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _minutes(said: object) -> int | None:
    found = re.match(r"(\d{1,2}):(\d{2})", str(said or ""))
    return int(found[1]) * 60 + int(found[2]) if found else None
