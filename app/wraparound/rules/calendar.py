"""Working days and holidays of an agency: the table `[calendar]` of the rule file clocks. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from .reading import Table

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = timedelta(days=1)


def _fixed(month: int, day: int) -> Callable[[int], date]:
    """A date of every year; on a weekend it is observed on the nearest weekday (5 U.S.C. 6103(b))."""

    def observed(year: int) -> date:
        found = date(year, month, day)
        return found - _DAY if found.weekday() == 5 else found + _DAY if found.weekday() == 6 else found

    return observed


def _nth(month: int, weekday: int, which: int) -> Callable[[int], date]:
    def found(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))

    return found


def _last_monday_of_may(year: int) -> date:
    end = date(year, 5, 31)
    return end - timedelta(days=end.weekday())


YEARLY: Final[Mapping[str, Callable[[int], date]]] = {
    "new_year": _fixed(1, 1),
    "martin_luther_king": _nth(1, 0, 3),
    "presidents": _nth(2, 0, 3),
    "memorial": _last_monday_of_may,
    "juneteenth": _fixed(6, 19),
    "independence": _fixed(7, 4),
    "labor": _nth(9, 0, 1),
    "columbus": _nth(10, 0, 2),
    "veterans": _fixed(11, 11),
    "thanksgiving": _nth(11, 3, 4),
    "christmas": _fixed(12, 25),
}
"""Holidays that return every year: the federal ones of the United States (5 U.S.C. 6103(a))."""


@dataclass(frozen=True)
class Calendar:
    """On which days people work. working: 0 for Monday to 6; holidays: single days besides."""

    working: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()
    yearly: tuple[str, ...] = ()
    _after: dict[tuple[date, int], date] = field(default_factory=dict, compare=False, repr=False)
    _years: dict[int, frozenset[date]] = field(default_factory=dict, compare=False, repr=False)

    def works(self, day: date) -> bool:
        """Whether people work on a day."""
        return day.weekday() in self.working and day not in self.holidays and day not in self._of(day.year)

    def after(self, start: date, days: int) -> date:
        """The day that is so many working days after a day; the last day there is at the latest."""
        known = self._after.get((start, days))
        if known is None:
            current, left = start, days
            while left > 0 and current < date.max - _DAY:
                current += _DAY
                left -= self.works(current)
            known = self._after[start, days] = current
        return known

    def _of(self, year: int) -> frozenset[date]:
        if year not in self._years:
            # New Year's Day of the next year may be observed on the last day of this one.
            found = (YEARLY[name](near) for name in self.yearly for near in _around(year))
            self._years[year] = frozenset(day for day in found if day.year == year)
        return self._years[year]


def _around(year: int) -> Iterator[int]:
    yield year
    if year < date.max.year:
        yield year + 1


def read_calendar(table: Table) -> Calendar:
    """`[calendar]`: working_days, holidays, yearly. What is missing is Monday to Friday, none, none."""
    working = table.choices("working_days", WEEKDAYS, needed=table.has("working_days")) or WEEKDAYS[:5]
    yearly = table.choices("yearly", YEARLY)
    days = []
    for one in table.choices("holidays"):
        try:
            days.append(date.fromisoformat(one))
        except ValueError:
            said = "“{value}” is not a day such as 2026-12-24."
            raise table.wrong("holidays", "not_a_day", said, value=one) from None
    table.done()
    return Calendar(frozenset(WEEKDAYS.index(one) for one in working), frozenset(days), yearly)
