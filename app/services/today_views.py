"""What Today shows: the values alone. `today.Today` makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .caseload_views import FamilyClock

LooseKind = Literal[
    "note", "visit", "returned", "talk", "follow_up", "answer", "finding", "co_sign",
]  # fmt: skip
"""note: to finish; visit: planned, its day is over, and nobody said how it went; returned: a note that a
supervisor gave back; talk: a private talk that is still held; follow_up: of a referral; answer: one that
primary care owes; finding: of a screening, without a decision; co_sign: notes that wait for a supervisor."""


@dataclass(frozen=True)
class Going:
    """One place to be: a planned visit, or a team meeting. starts_at_ms: UTC milliseconds.

    what: a code of vocabulary.NOTE_KINDS, or a meeting's of MEETING_FLOWS. address: where the family
    lives, when that is where one goes; "" when it is protected. told: it is over, and how it went is
    written down.
    """

    kind: Literal["visit", "meeting"]
    record_id: str
    family_id: str
    name: str
    what: str
    starts_at_ms: int
    minutes: int
    place: str
    with_whom: str = ""
    about: str = ""
    address: str = ""
    directions: str = ""
    protected: bool = False
    told: bool = False

    @property
    def ends_at_ms(self) -> int:
        """When it is over as planned."""
        return self.starts_at_ms + self.minutes * 60_000


@dataclass(frozen=True)
class Loose:
    """One loose end. at: the day that matters (written, held, due), None when there is none.

    about: whom or what it concerns besides the family. count: how many things this line stands for.
    saved: of a note, that it is more than a draft of this tablet.
    """

    kind: LooseKind
    family_id: str
    name: str
    record_id: str
    at: date | None = None
    about: str = ""
    count: int = 1
    saved: bool = True


@dataclass(frozen=True)
class Due:
    """One clock of one of my families that is due soon, or over."""

    family_id: str
    name: str
    clock: FamilyClock


@dataclass(frozen=True)
class TodayView:
    """One day of one worker.

    later: of the next day with something in the coming week, when there is nothing tomorrow.
    families: how many open families are mine. due_families: how many of them have something due.
    """

    now_ms: int
    day: date
    name: str
    going: tuple[Going, ...]
    tomorrow: tuple[Going, ...]
    later: tuple[Going, ...]
    loose: tuple[Loose, ...]
    due: tuple[Due, ...]
    families: int
    due_families: int
    unsent: int
