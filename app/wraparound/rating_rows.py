"""From the rows of ratings to points of a line: for the charts of workers and for the family's own. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from .plan_document import Row
from .progress import Point


def answers_of(rows: Iterable[Row]) -> list[tuple[str, Point]]:
    """(code of a rater, what was said) for each rating that has a day and a number from 0 to 10."""
    found = []
    for row in rows:
        day = day_of_ms(row.get("rated_at_ms") or 0)
        value = row.get("value")
        if day is not None and isinstance(value, int) and 0 <= value <= 10:
            point = Point(
                day, float(value), str(row.get("by_name") or ""), str(row.get("words") or ""),
                str(row.get("by_id") or ""), str(row["id"]),
            )  # fmt: skip
            found.append((str(row.get("by_kind") or "team"), point))
    return found


def asked_on(rows: Iterable[Row]) -> tuple[date, ...]:
    """Days of meetings at which an outcome was rated: there everybody was asked. The oldest first."""
    days = {day_of_ms(row.get("rated_at_ms") or 0) for row in rows if row.get("meeting_id")}
    return tuple(sorted(day for day in days if day is not None))


def day_of_ms(at_ms: int) -> date | None:
    """The day on this device's calendar; None for no moment, or one that no calendar has a day for."""
    try:
        return datetime.fromtimestamp(at_ms / 1000).date() if at_ms else None
    except (ValueError, OverflowError, OSError):
        return None
