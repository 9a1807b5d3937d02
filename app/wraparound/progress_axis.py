"""The axes of charts: over which days, which months are named, and round numbers at the side. Pure.

One span is shared by everything on a page, so that a number, a hospital stay and a meeting stand below
each other. Days have no hours here: daylight saving changes nothing. Source: design 06, Chart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONTHS: Final = (3, 6, 12)
"""How far back a page looks, in months; 0 stands for everything."""
NICE: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_TICK_MONTHS: Final = (1, 2, 3, 4, 6, 12, 24, 36, 60, 120, 240)


@dataclass(frozen=True)
class Tick:
    """A month's first day on the axis. year: its year is to be named."""

    day: date
    year: bool


@dataclass(frozen=True)
class Span:
    """The days of the axis, both included; the same for everything on a page."""

    start: date
    end: date

    def place(self, day: date) -> float:
        """Where a day stands, from 0 to 1; beyond them outside the span."""
        whole = (self.end - self.start).days
        return (day - self.start).days / whole if whole > 0 else 0.5

    def holds(self, day: date) -> bool:
        """Whether a day is on the axis."""
        return self.start <= day <= self.end


def span_of(months: int, today: date, days: Iterable[date] = ()) -> Span:
    """The last so many months up to today; with 0 from the first of `days` on, and a month at least."""
    if months:
        return Span(months_before(today, months), today)
    first = min((day for day in days if day <= today), default=today)
    return Span(min(first, months_before(today, 1)), today)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last."""
    number = max(12, day.year * 12 + day.month - 1 - months)
    first = date(number // 12, number % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), _last_of(first))


def _last_of(first: date) -> date:
    number = first.year * 12 + first.month
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1) if number < 119988 else date.max


def ticks(span: Span, most: int) -> tuple[Tick, ...]:
    """Months to name on the axis, at most so many, evenly apart.

    The first of a year carries its year; so does the first of all where it is not the axis' last year.
    """
    first = span.start.year * 12 + span.start.month - 1 + (span.start.day > 1)
    last = span.end.year * 12 + span.end.month - 1
    numbers = range(first, last + 1)
    step = next((one for one in _TICK_MONTHS if len(numbers) <= one * max(1, most)), _TICK_MONTHS[-1])
    found = [date(n // 12, n % 12 + 1, 1) for n in numbers if n % step == 0]
    shown: list[Tick] = []
    for day in found[: max(1, most)]:
        before = shown[-1].day if shown else span.end
        shown.append(Tick(day, before.year != day.year))
    return tuple(shown)


def scale(low: float, high: float, most: int = 5) -> tuple[float, ...]:
    """Round numbers for the side of a chart that reach from low to high; two at least."""
    if high <= low:
        high = low + 1
    rough = (high - low) / max(1, most - 1)
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    while power > rough:
        power /= 10
    step = next(power * one for one in NICE if power * one >= rough * 0.999)
    first = int(low // step)
    count = 1
    while (first + count) * step < high - step * 0.001:
        count += 1
    return tuple(round((first + number) * step, 6) for number in range(count + 1))
