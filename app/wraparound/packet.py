"""An audit packet: what each standard finds in a family's record, and what of it goes in. Pure.

Evidence is a list of days for each code; how a standard is judged by them is decided here and nowhere
else. Rules: wraparound/rules/packet.py. Spec: docs/audit-packet.md; design 02, Reports.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from .rules.packet import Ask, Standard

Evidence = Mapping[str, Sequence[date]]
"""A code of rules.packet.EVIDENCE → the days on which it was so, in any order."""
State = Literal["met", "late", "missing", "running", "unknown"]
"""late: it is there, but not in time. running: its time is not over. unknown: no day to count from."""


@dataclass(frozen=True)
class Judged:
    """How one question of a standard was answered. on: the first day that answers it.

    number: days it took, the longest gap in days, or the fewest in a month; -1 when there is none.
    """

    ask: Ask
    state: State
    on: date | None = None
    number: int = -1


@dataclass(frozen=True)
class JudgedStandard:
    """A standard with its answers; the worst of them is its own."""

    standard: Standard
    answers: tuple[Judged, ...]

    @property
    def state(self) -> State:
        """The worst answer."""
        return max((one.state for one in self.answers), key=_WORSE.index)


_WORSE: Final[tuple[State, ...]] = ("met", "running", "unknown", "late", "missing")


def judge(
    standards: Sequence[Standard], evidence: Evidence, enrolled: date | None, since: date, until: date
) -> tuple[JudgedStandard, ...]:
    """Every standard for one family. since, until: the days of the packet, both included."""

    def of(ask: Ask) -> Judged:
        return answer(ask, evidence.get(ask.evidence, ()), enrolled, since, until)

    return tuple(JudgedStandard(one, tuple(of(ask) for ask in one.asks)) for one in standards)


def answer(ask: Ask, days: Sequence[date], enrolled: date | None, since: date, until: date) -> Judged:
    """One question. What lies after `until` is not known to the packet."""
    known = sorted(one for one in days if one <= until)
    if ask.within:
        return _within(ask, known, enrolled, until)
    if ask.every:
        return _every(ask, known, enrolled, since, until)
    if ask.each_month:
        return _each_month(ask, known, enrolled, since, until)
    return Judged(ask, "met", known[0]) if known else Judged(ask, "missing")


def _within(ask: Ask, known: Sequence[date], enrolled: date | None, until: date) -> Judged:
    if enrolled is None:
        return Judged(ask, "unknown", known[0] if known else None)
    # What was there before the family was enrolled is there on the day it is.
    first = max(known[0], enrolled) if known else None
    if first is not None:
        took = (first - enrolled).days
        return Judged(ask, "met" if took <= ask.within else "late", known[0], took)
    return Judged(ask, "running" if (until - enrolled).days <= ask.within else "missing")


def _every(ask: Ask, known: Sequence[date], enrolled: date | None, since: date, until: date) -> Judged:
    begin = max(since, enrolled) if enrolled is not None else since
    before = [one for one in known if one <= begin]
    inside = [one for one in known if one > begin]
    # The one before the packet began counts: its next was due from there.
    marks = [before[-1] if before else begin, *inside, until]
    gap = max((after - first).days for first, after in zip(marks, marks[1:], strict=False))
    if not before and not inside:
        return Judged(ask, "running" if gap <= ask.every else "missing", None, gap)
    return Judged(ask, "met" if gap <= ask.every else "late", known[0], gap)


def _each_month(ask: Ask, known: Sequence[date], enrolled: date | None, since: date, until: date) -> Judged:
    begin = max(since, enrolled) if enrolled is not None else since
    months = whole_months(begin, until)
    if not months:
        return Judged(ask, "running")
    fewest = min(sum((one.year, one.month) == month for one in known) for month in months)
    first = next((one for one in known if one >= begin), None)
    if fewest >= ask.each_month:
        return Judged(ask, "met", first, fewest)
    return Judged(ask, "late" if first is not None else "missing", first, fewest)


def whole_months(since: date, until: date) -> tuple[tuple[int, int], ...]:
    """(year, month) of every month that lies wholly between two days, both included."""
    found = []
    year, month = since.year, since.month
    while (year, month) <= (until.year, until.month):
        if date(year, month, 1) >= since and date(year, month, monthrange(year, month)[1]) <= until:
            found.append((year, month))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return tuple(found)


# -- what goes in -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PacketNote:
    """A signed note. added: (author, instant, words). co_signed_by: "" when nobody has yet."""

    kind: str
    started_at_ms: int
    minutes: int
    place: str
    with_whom: str
    made: bool
    author: str
    title: str
    signed_at_ms: int
    late_entry: bool
    body: str
    added: tuple[tuple[str, int, str], ...] = ()
    co_signed_by: str = ""
    co_signed_at_ms: int = 0


@dataclass(frozen=True)
class PacketVersion:
    """A plan as it was frozen. digest: SHA-256 (hex) of its content. signed: (name, role, instant, how)."""

    number: int
    frozen_at_ms: int
    digest: str
    signed: tuple[tuple[str, str, int, str], ...] = ()


@dataclass(frozen=True)
class PacketRelease:
    """A release: for whom, what, and its days. parts: codes of RELEASE_PARTS."""

    recipient: str
    organisation: str
    parts: tuple[str, ...]
    from_on: str
    until: str
    state: str
    signed_on: str


@dataclass(frozen=True)
class PacketDisclosure:
    """Something that left. basis: a code of lawful.BASES, "" under a release."""

    at_ms: int
    recipient: str
    organisation: str
    parts: tuple[str, ...]
    basis: str
    by: str


@dataclass(frozen=True)
class FamilyPacket:
    """What of one family goes in. number: its place in the packet, from 1."""

    number: int
    name: str
    enrolled_on: str
    standards: tuple[JudgedStandard, ...]
    notes: tuple[PacketNote, ...]
    versions: tuple[PacketVersion, ...]
    releases: tuple[PacketRelease, ...]
    disclosures: tuple[PacketDisclosure, ...]
