"""How much of the team, of its meetings and of its promises is carried by natural supports. Pure.

The share is natural supports among natural supports and professionals (community and formal). The
family itself is neither: it is its own table, and counting it would make every share look alike; so
family members, and promises that they made, stand on no side. A promise whose owner the records do
not know is left out too. Describes a family's team over time: it never ranks staff and is never
shown to families as a score. Source: design 02, Natural-support share (as the Connecticut study
measured attendance).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

PRESENT = frozenset({"here", "late", "remote", "left_early"})
"""Codes of vocabulary.ATTENDANCE that count as having been there."""

Side = Literal["natural", "professional"]
Trend = Literal["up", "down", "same"]


@dataclass(frozen=True)
class Count:
    """Natural supports among natural supports and professionals."""

    natural: int = 0
    everybody: int = 0

    def __add__(self, other: Count) -> Count:
        """Both together."""
        return Count(self.natural + other.natural, self.everybody + other.everybody)

    @property
    def share(self) -> float:
        """From 0 to 1; 0 when nobody is counted."""
        return self.natural / self.everybody if self.everybody else 0.0


@dataclass(frozen=True)
class Month:
    """One month, `2026-08`, with its count."""

    month: str
    count: Count


@dataclass(frozen=True)
class Held:
    """A held meeting. kinds: vocabulary.TEAM_KINDS of those who were there; None: nobody wrote down
    who, so natural and professional are the numbers that were noted."""

    on: date
    kinds: tuple[str, ...] | None = None
    natural: int = 0
    professional: int = 0


@dataclass(frozen=True)
class StepFact:
    """An action step. side: whose promise it is. until: day it was done or dropped; None: open."""

    side: Side
    since: date
    until: date | None = None
    done: bool = False


def side_of(kind: str) -> Side | None:
    """On which side somebody of a team kind counts; None for the family and unknown kinds."""
    if kind == "natural":
        return "natural"
    return "professional" if kind in ("community", "formal") else None


def counted(sides: Iterable[Side | None]) -> Count:
    """The count of people, or of promises, by their side."""
    known = [one for one in sides if one is not None]
    return Count(sum(one == "natural" for one in known), len(known))


def attendance(meeting: Held) -> Count:
    """Who was at one meeting."""
    if meeting.kinds is None:
        return Count(meeting.natural, meeting.natural + meeting.professional)
    return counted(side_of(kind) for kind in meeting.kinds)


def by_month(meetings: Iterable[Held]) -> tuple[Month, ...]:
    """Attendance of all meetings of each month, oldest first; months without one are left out."""
    months: dict[str, Count] = defaultdict(Count)
    for one in meetings:
        count = attendance(one)
        if count.everybody:
            months[month_of(one.on)] += count
    return _in_order(months)


def done_by_month(steps: Iterable[StepFact]) -> tuple[Month, ...]:
    """Promises kept in each month, oldest first."""
    months: dict[str, Count] = defaultdict(Count)
    for one in steps:
        if one.done and one.until is not None:
            months[month_of(one.until)] += counted([one.side])
    return _in_order(months)


def open_by_month(steps: Sequence[StepFact], today: date, months: int = 12) -> tuple[Month, ...]:
    """Promises open at the end of each of the last months, or today; oldest first."""
    found: dict[str, Count] = {}
    for month in last_months(today, months):
        count = counted(
            one.side
            for one in steps
            if month_of(one.since) <= month and (one.until is None or month_of(one.until) > month)
        )
        if count.everybody:
            found[month] = count
    return _in_order(found)


def trend(before: Count, now: Count) -> Trend:
    """How a share has moved, said of shares and not of heads: 1 of 2 and 3 of 6 are the same."""
    left, right = before.natural * now.everybody, now.natural * before.everybody
    return "same" if left == right else "up" if right > left else "down"


def month_of(day: date) -> str:
    """`2026-08`."""
    return f"{day.year:04d}-{day.month:02d}"


def last_months(today: date, count: int) -> tuple[str, ...]:
    """The last months up to today's, oldest first."""
    number = today.year * 12 + today.month - 1
    return tuple(f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(max(12, number - count + 1), number + 1))


def _in_order(months: Mapping[str, Count]) -> tuple[Month, ...]:
    return tuple(Month(month, months[month]) for month in sorted(months))
