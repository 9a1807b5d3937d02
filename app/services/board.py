"""The supervisor's board: every coordinator's families, clocks, contacts, notes to co-sign, and tablets.

Owns putting together what other services keep (`Caseload`, `Cosigning`), the natural-support shares of the
families' meetings, and what the server last said about tablets, sealed here so that it is known without
network. Nothing of it ever leaves the tablet. Spec: docs/howto/supervise.md.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import PermissionRefused
from app.protocol.membership import Role
from app.store.vault import Changed
from app.wraparound.contacts import MonthStanding, month_standing
from app.wraparound.natural_share import PRESENT, Held, attendance
from app.wraparound.records import Attendance, Meeting, StaffMember
from app.wraparound.rules.tiers import Tier

from .board_views import NOBODY, BoardView, CoordinatorRow, Shares, WaitingFamily
from .caseload import Caseload
from .caseload_views import CaseFamily, FamilyClock
from .cosigning import Cosigning
from .desk import Desk
from .practice_rules import PracticeRules
from .staff import Staff

log = logging.getLogger(__name__)

KEPT_KIND, KEPT_NAME = "board", "tablets"
SHARE_DAYS: Final = 90
NEAR_DAYS: Final = 3
"""A clock that is due within so many days may fill the list of families that wait."""
SHOWN: Final = 3
_DAY_MS: Final = 24 * 3_600_000
_MEETINGS: Final = frozenset({"meeting", "attendance"})
_MEETING: Final[tuple[Any, ...]] = (
    Meeting.id, Meeting.family_id, Meeting.starts_at_ms, Meeting.natural_present, Meeting.formal_present,
)  # fmt: skip


@dataclass(frozen=True)
class _Heard:
    """What the server last said. at_ms: when it was asked. tablets: device id (hex) → UTC milliseconds."""

    at_ms: int = 0
    tablets: Mapping[str, int] | None = None


@dataclass(frozen=True)
class _Person:
    """Somebody of the agency: name, phone, whether they are still here and coordinate."""

    name: str
    phone: str
    here: bool
    coordinates: bool
    devices: tuple[str, ...]


class Board:
    """The board of the person this tablet is open for, who supervises."""

    def __init__(
        self, desk: Desk, caseload: Caseload, cosigning: Cosigning, staff: Staff, rules: PracticeRules
    ) -> None:
        self._desk = desk
        self._caseload = caseload
        self._cosigning = cosigning
        self._staff = staff
        self._rules = rules
        self._shares: dict[str, Shares] = {}
        self._months: dict[str, tuple[CaseFamily, MonthStanding]] = {}
        self._counted: tuple[date | None, Mapping[str, Tier]] = (None, {})
        self._day: date | None = None
        self._moved = True
        """Meetings have changed since the shares were read."""
        desk.vault.subscribe(self._notice)

    def _month(self, family: CaseFamily, tier: Tier, today: date) -> MonthStanding:
        """How a family's month stands; counted again when the family, its tier or the day is another."""
        kept = self._months.get(family.family_id)
        then, tiers = self._counted
        if kept is not None and kept[0] is family and then == today and tiers.get(tier.code) == tier:
            return kept[1]
        return month_standing(tier.needs, family.contacts, today, today)

    def _notice(self, changed: Changed) -> None:
        if not changed.types or changed.types & _MEETINGS:
            self._moved = True

    async def read(self) -> BoardView:
        """The board as it is now. Raises PermissionRefused for who does not supervise."""
        if Role.SUPERVISOR not in self._desk.me.roles:
            raise PermissionRefused("board")
        families = tuple(one for one in await self._caseload.families() if one.status == "open")
        to_read = await self._cosigning.by_author()
        now, heard = self._desk.now_ms(), await self._heard()
        month = month_began(now)

        kept = None if self._moved or self._day != self._desk.today() else self._shares
        self._moved, self._day = False, self._desk.today()

        def find(session: Session) -> tuple[dict[str, Shares], list[StaffMember]]:
            shares = shares_in(session, now) if kept is None else kept
            return shares, list(session.exec(select(StaffMember)))

        try:
            shares, named = await self._desk.vault.read(find)
        except BaseException:
            self._moved = True
            raise
        self._shares = shares
        people = self._people(named)
        led: dict[str, list[CaseFamily]] = defaultdict(list)
        for one in families:
            led[_lead(one, people)].append(one)
        shown = {*led, *(who for who, one in people.items() if one.coordinates or who in to_read)}
        rows = []
        for who in shown:
            person = people.get(who)
            row = _row(led[who], month, shares)
            if person is not None:
                row = replace(
                    row, person_id=who, name=person.name, standing="here" if person.here else "left",
                    phone=person.phone, to_co_sign=to_read.get(who, 0), heard_ms=_last(person, heard),
                )  # fmt: skip
            rows.append(row)
        ordered = tuple(sorted(rows, key=lambda row: (row.standing != "here", row.name.casefold())))
        by_id = {row.person_id: row for row in ordered}
        waiting = tuple(
            WaitingFamily(family, clock, by_id[_lead(family, people)])
            for family, clock in waiting_too_long(families)
        )
        tiers = {tier.code: tier for tier in (await self._rules.today("tiers")).tiers}
        today = self._desk.today()
        self._months = {
            one.family_id: (one, self._month(one, tiers[one.tier], today))
            for one in families
            if one.tier in tiers
        }
        self._counted = today, tiers
        months = {family_id: standing for family_id, (_, standing) in self._months.items()}
        return BoardView(
            ordered, families, waiting, sum(to_read.values()), now, month, shares, heard.at_ms, months, tiers
        )

    async def ask_server(self) -> bool:
        """Ask when everybody's tablets last reached the server, and keep it. Whether it answered."""
        tablets = [tablet for one in await self._staff.everybody() for tablet in one.tablets]
        said = {one.device_id: one.contact_ms for one in tablets if one.contact_ms is not None}
        if not said:
            return False
        kept = json.dumps({"at_ms": self._desk.now_ms(), "tablets": said}).encode()
        await self._desk.vault.save_local(KEPT_KIND, KEPT_NAME, kept)
        return True

    async def _heard(self) -> _Heard:
        raw = await self._desk.vault.load_local(KEPT_KIND, KEPT_NAME)
        return _Heard(**json.loads(raw)) if raw is not None else _Heard()

    def _people(self, named: Sequence[StaffMember]) -> dict[str, _Person]:
        """Everybody of the agency's chain by id, with what they are called."""
        vault = self._desk.vault
        if not vault.has_agency:
            return {}
        agency, rows = vault.agency, {row.id: row for row in named}
        devices: dict[str, list[str]] = defaultdict(list)
        for device in agency.devices.values():
            if device.removed is None:
                devices[device.person.hex()].append(device.id.hex())
        found = {}
        for person in agency.persons:
            row, roles = rows.get(person.hex()), agency.roles_at(person, agency.index)
            here = agency.is_person_at(person, agency.index)
            found[person.hex()] = _Person(
                row.name if row else "", row.phone if row else "", here,
                here and Role.COORDINATOR in roles, tuple(devices.get(person.hex(), ())),
            )  # fmt: skip
        return found


def _lead(family: CaseFamily, people: Mapping[str, _Person]) -> str:
    return family.lead_id if family.lead_id in people else NOBODY


def _last(person: _Person, heard: _Heard) -> int | None:
    """When one of somebody's tablets last reached the server."""
    if heard.tablets is None:
        return None
    known = [heard.tablets[one] for one in person.devices if one in heard.tablets]
    return max(known) if known else None


def _row(families: Sequence[CaseFamily], month_ms: int, shares: Mapping[str, Shares]) -> CoordinatorRow:
    """The figures of one lead's families; whose they are is added by the caller."""
    firsts = [clock.standing for one in families if (clock := first_clock(one)) is not None]
    return CoordinatorRow(
        NOBODY, "", "nobody", families=len(families),
        met=sum(met_since(one, month_ms) for one in families),
        overdue=firsts.count("overdue"), soon=firsts.count("due_soon"),
        shares=sum((shares.get(one.family_id, Shares()) for one in families), Shares()),
    )  # fmt: skip


def month_began(now_ms: int) -> int:
    """The first moment of this month where the tablet is, UTC milliseconds."""
    here = datetime.fromtimestamp(now_ms / 1000)
    return int(datetime(here.year, here.month, 1).timestamp() * 1000)


def met_since(family: CaseFamily, month_ms: int) -> bool:
    """Whether somebody met the family in person this month."""
    return family.last_visit_ms >= month_ms


def first_clock(family: CaseFamily) -> FamilyClock | None:
    """The clock of a family to act on first."""
    return family.clocks[0] if family.clocks else None


def waiting_too_long(families: Iterable[CaseFamily]) -> tuple[tuple[CaseFamily, FamilyClock], ...]:
    """Families with an overdue clock, the longest over first; then a few that are due very soon."""
    firsts = [(one, clock) for one in families if (clock := first_clock(one)) is not None]
    firsts.sort(key=lambda found: (found[1].days_left, found[0].title.casefold()))
    over = [found for found in firsts if found[1].standing == "overdue"]
    soon = [one for one in firsts if one[1].standing == "due_soon" and one[1].days_left <= NEAR_DAYS]
    return (*over, *soon[: max(0, SHOWN - len(over))])


def shares_in(session: Session, now_ms: int) -> dict[str, Shares]:
    """Natural supports at the team meetings of the last 180 days, by family."""
    middle, since = now_ms - SHARE_DAYS * _DAY_MS, now_ms - 2 * SHARE_DAYS * _DAY_MS
    meetings: Any = (
        select(*_MEETING)
        .where(Meeting.status == "held")
        .where(col(Meeting.professionals_only).is_(False))
        .where(col(Meeting.starts_at_ms).between(since, now_ms))
    )
    rows = session.exec(meetings).all()
    present: dict[str, list[str]] = {}
    there: Any = select(Attendance.meeting_id, Attendance.kind, Attendance.how).where(
        col(Attendance.meeting_id).in_([row[0] for row in rows])
    )
    for meeting, kind, how in session.exec(there):
        kinds = present.setdefault(meeting, [])
        if how in PRESENT:
            kinds.append(kind)
    found: dict[str, Shares] = defaultdict(Shares)
    for meeting, family, at_ms, natural, formal in rows:
        kinds_there = tuple(present[meeting]) if meeting in present else None
        day = datetime.fromtimestamp(at_ms / 1000).date()
        count = attendance(Held(day, kinds_there, natural, formal))
        found[family] += Shares(now=count) if at_ms >= middle else Shares(before=count)
    return dict(found)
