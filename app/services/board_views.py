"""The supervisor's board: the values alone. Everything is computed on the tablet that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from app.wraparound.contacts import MonthStanding
from app.wraparound.natural_share import Count
from app.wraparound.rules.tiers import Tier

from .caseload_views import CaseFamily, FamilyClock

QUIET_DAYS: Final = 3
"""A coordinator whose tablets have not reached the server for so many days is asked about."""
NOBODY: Final = ""
"""Stands for the lead of families that have none."""

RowStanding = Literal["here", "left", "nobody"]


@dataclass(frozen=True)
class Shares:
    """Natural supports among those at team meetings: the last 90 days, and the 90 before them.

    Describes teams over time. It goes along with how a family fares and causes nothing: nobody is ranked
    by it (design 02, Natural-support share).
    """

    now: Count = Count()
    before: Count = Count()

    def __add__(self, other: Shares) -> Shares:
        """Both together."""
        return Shares(self.now + other.now, self.before + other.before)


@dataclass(frozen=True)
class CoordinatorRow:
    """One coordinator on the board. person_id: NOBODY for the families that nobody leads.

    met: families with a made contact in person this month. overdue, soon: families whose first clock is.
    heard_ms: when a tablet of theirs last reached the server, by the server's word; 0 for never, None
    while the server has not been asked.
    """

    person_id: str
    name: str
    standing: RowStanding = "here"
    phone: str = ""
    families: int = 0
    met: int = 0
    overdue: int = 0
    soon: int = 0
    to_co_sign: int = 0
    heard_ms: int | None = None
    shares: Shares = Shares()


@dataclass(frozen=True)
class WaitingFamily:
    """A family that waits too long, with the clock that says so and who leads it."""

    family: CaseFamily
    clock: FamilyClock
    lead: CoordinatorRow


@dataclass(frozen=True)
class BoardView:
    """The caseload of everybody at a glance. families: the open ones, by name.

    asked_ms: when the server was last asked about tablets, 0 for never. month_ms: when this month began
    where the tablet is. shares, months: by family id; months only for families in a tier of the rules.
    tiers: those, by code.
    """

    coordinators: tuple[CoordinatorRow, ...]
    families: tuple[CaseFamily, ...]
    waiting: tuple[WaitingFamily, ...]
    to_co_sign: int
    read_at_ms: int
    month_ms: int
    shares: Mapping[str, Shares]
    asked_ms: int = 0
    months: Mapping[str, MonthStanding] = field(default_factory=dict)
    tiers: Mapping[str, Tier] = field(default_factory=dict)
