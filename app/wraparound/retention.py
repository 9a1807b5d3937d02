"""How long a closed family's record is kept: the agency's rule, pure. Spec: docs/labels.md, "Retention"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

YEARS_RANGE = (1, 99)
AGE_RANGE = (0, 99)


@dataclass(frozen=True)
class Rule:
    """years: after the family was closed. age: of the youngest young person; both must have passed."""

    years: int = 7
    age: int = 24


@dataclass(frozen=True)
class Kept:
    """Until when a record is kept. ages_known: False when somebody young has no birthday here."""

    until: date
    ages_known: bool


def kept_until(rule: Rule, closed_on: date, born: Iterable[date | None]) -> Kept:
    """The first day on which the record may be destroyed. born: of every young person."""
    until, known = years_after(closed_on, rule.years), True
    for day in born:
        if day is None:
            known = False
        else:
            until = max(until, years_after(day, rule.age))
    return Kept(until, known)


def years_after(day: date, years: int) -> date:
    """The same day some years later; 1 March after a 29 February. The last day there is at most."""
    year = min(day.year + years, date.max.year)
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
