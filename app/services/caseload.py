"""Every family on this tablet at a glance, with its clocks: kept, and read again only where it changed.

Owns what is kept in memory while the tablet is open (`drop` forgets it), and when it is out of date:
a change of a family's records, another day, a clock counted in hours, other rules, another name of a
colleague. What the records mean is caseload_events.py, how clocks run is wraparound/clock_runs.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlmodel import Session

from app.errors import InvalidInput
from app.garbage import undisturbed
from app.store.vault import Changed
from app.wraparound.clock_runs import Event, Now, Place, Version, work_out

from .caseload_events import events_of, iso
from .caseload_facts import SOURCES, Facts, Read, read_facts
from .caseload_glance import PLANNED_LATE_MS, at_a_glance
from .caseload_views import CaseFamily
from .cosign_reading import asked_by
from .desk import Desk
from .practice_rules import PracticeRules, RuleBook

CONTACT_DAYS: Final = 100
_DAY_MS: Final = 24 * 3_600_000
_FRESH_MS: Final = 60_000
"""How long a clock that is counted in hours stands as it was worked out."""
_OF_THE_AGENCY: Final = frozenset({"practice_rules", "staff_member"})


@dataclass(frozen=True)
class _Kept:
    """What is kept of one family. good_until_ms: when time alone makes it untrue (UTC milliseconds)."""

    facts: Facts
    events: tuple[Event, ...]
    family: CaseFamily
    good_until_ms: int


class Caseload:
    """The caseload of the person this tablet is open for. All methods run on the event loop."""

    def __init__(self, desk: Desk, rules: PracticeRules) -> None:
        self._desk = desk
        self._rules = rules
        self._kept: dict[str, _Kept] = {}
        self._staff: Mapping[str, str] = {}
        self._versions: tuple[Version, ...] = ()
        self._day: date | None = None
        self._changed: set[str] = set()
        self._all_changed = True
        self._turn = asyncio.Lock()
        self._stop = desk.vault.subscribe(self._heard)

    def drop(self) -> None:
        """Forget everything: the tablet locks."""
        self._stop()
        self._kept, self._staff, self._all_changed = {}, {}, True

    async def families(self) -> tuple[CaseFamily, ...]:
        """Every family here, open ones first, by name."""
        async with self._turn:
            await self._catch_up()
            found = [self._now(family_id).family for family_id in tuple(self._kept)]
        return tuple(sorted(found, key=lambda one: (one.status != "open", one.title.casefold())))

    async def family(self, family_id: str) -> CaseFamily:
        """One family. Raises InvalidInput when it is not on this tablet."""
        async with self._turn:
            await self._catch_up()
            if family_id not in self._kept:
                raise InvalidInput("This family is not on this tablet.", code="family_not_here")
            return self._now(family_id).family

    # -- what is out of date --------------------------------------------------------------

    def _heard(self, changed: Changed) -> None:
        if changed.types and changed.types.isdisjoint(SOURCES | _OF_THE_AGENCY):
            return
        if not changed.families or changed.types & _OF_THE_AGENCY:
            self._all_changed = True
        self._changed |= changed.families

    async def _catch_up(self) -> None:
        """Read what changed. What is told while this reads waits for the next time."""
        # What was written before this was asked is told of before this answers.
        await self._desk.vault.read(lambda session: None)
        today = self._desk.surely_today()
        everything = self._all_changed or today != self._day
        only = None if everything else set(self._changed)
        if only is not None and not only:
            return
        self._all_changed, self._changed = False, set()
        # What is read here stays: looking for garbage meanwhile took a third of the time.
        with undisturbed():
            try:
                read, book = await self._desk.vault.read(self._question(only, today))
            except BaseException:
                self._all_changed = self._all_changed or everything
                self._changed |= only or set()
                raise
            self._staff, self._day = read.staff, today
            self._versions = versions_of(book)
            for family_id in tuple(self._kept) if only is None else only:
                self._kept.pop(family_id, None)
            named = {code for one in self._versions for rule in one.rules.clocks for code in rule.events}
            for family_id, facts in read.facts.items():
                self._kept[family_id] = self._made(facts, events_of(facts, today, named))

    def _question(
        self, only: set[str] | None, today: date
    ) -> Callable[[Session], tuple[Read, RuleBook]]:
        since_ms = self._desk.now_ms() - CONTACT_DAYS * _DAY_MS
        asked = asked_by(self._desk.vault, self._desk.now_ms())

        def find(session: Session) -> tuple[Read, RuleBook]:
            books = self._rules.books
            kinds = books.book(session, "notes").on(today).co_signed
            found = read_facts(session, only, since_ms, replace(asked, kinds=kinds), books, today)
            return found, books.book(session, "clocks")

        return find

    def _now(self, family_id: str) -> _Kept:
        """A family as it is at this moment: hours pass without anybody writing."""
        kept = self._kept[family_id]
        if self._desk.now_ms() >= kept.good_until_ms:
            kept = self._kept[family_id] = self._made(kept.facts, kept.events)
        return kept

    def _made(self, facts: Facts, events: tuple[Event, ...]) -> _Kept:
        now_ms = self._desk.now_ms()
        today = self._day or self._desk.surely_today()
        surely_ms = min(now_ms, now_ms + self._desk.vault.clock_offset_ms)
        family = at_a_glance(facts, self._staff, now_ms, today)
        place = Place(family.status, family.phase, family.tier, self._desk.me.roles)
        clocks = work_out(events, self._versions, place, Now(today, surely_ms))
        waiting = tuple(one for one in clocks if one.met_on is None)
        met = tuple(one for one in clocks if one.met_on is not None)
        until = [now_ms + _DAY_MS]
        if family.next_meeting_ms:
            until.append(family.next_meeting_ms + PLANNED_LATE_MS)
        if any(one.due_at_ms for one in waiting):
            until.append(now_ms + _FRESH_MS)
        return _Kept(facts, events, replace(family, clocks=waiting, met=met), min(until))


def versions_of(book: RuleBook) -> tuple[Version, ...]:
    """The versions of the clocks, the oldest first. Of one day only the last counts."""
    found: dict[date, Version] = {}
    for version, rules in book.versions:
        begins = iso(version.from_on) or date.min
        found[begins] = Version(begins, version.version_id, rules)
    return tuple(found[day] for day in sorted(found))
