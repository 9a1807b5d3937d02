"""The families on this tablet: the list, the header of one family, opening a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sqlmodel import Session, col, func, select

from app.errors import InvalidInput
from app.wraparound.clocks import RunningClock, first_for_lists, running
from app.wraparound.records import Family, Meeting, NaturalSupport, Person, StaffMember

from .caseload import Caseload
from .caseload_facts import Facts
from .caseload_glance import PLANNED_LATE_MS, at_a_glance
from .caseload_views import CaseFamily
from .desk import Desk

FamilyFilter = Literal["all", "due", "no_meeting"]


@dataclass(frozen=True)
class FamilyRow:
    """One family in the list. next_meeting_ms: UTC milliseconds, 0 when none is planned."""

    family_id: str
    title: str
    with_whom: str
    initials: str
    phase: int
    next_meeting_ms: int
    clock: RunningClock | None
    phone: str
    lead: str
    status: str
    known: bool = True
    """False while its clock is not worked out yet: the list shows names first."""


@dataclass(frozen=True)
class FamilyHeader:
    """Names for the top of the family's home, and what opens under Worker details."""

    family_id: str
    name: str
    list_name: str
    phase: int
    tier: str
    address: str
    town: str
    directions: str
    visit_safety: str
    phone: str
    languages: str
    interpreter_needed: bool
    lead: str
    enrolled_on: str
    clock: RunningClock | None
    releases: tuple[RunningClock, ...] = ()
    """Releases that end soon, the next one first."""


@dataclass(frozen=True)
class CrisisContact:
    """Somebody to call in a crisis, from the records."""

    name: str
    relation: str
    phone: str


class Casebook:
    """The caseload of the person this tablet is open for."""

    def __init__(self, desk: Desk, caseload: Caseload) -> None:
        self._desk = desk
        self._caseload = caseload

    async def families(
        self, words: str = "", only: FamilyFilter = "all", phase: int = 0
    ) -> tuple[FamilyRow, ...]:
        """Families by name, those still open first.

        words: matches name, street, school, or anyone on the team (all words, last one may be a
        beginning). only: a filter of the list. phase: 0 for all.
        """
        chosen = await self.find(words) if words.strip() else None
        with_whom = dict(await self._desk.vault.read(_with_whom))
        rows = [_row(one, with_whom.get(one.family_id, "")) for one in await self._caseload.families()]
        kept = [
            row
            for row in rows
            if (chosen is None or row.family_id in chosen)
            and (not phase or row.phase == phase)
            and _passes(row, only)
        ]
        return tuple(sorted(kept, key=_order))

    async def names(self) -> tuple[FamilyRow, ...]:
        """The same list without its clocks, which are longer in coming: for the first moment."""
        now_ms, today = self._desk.now_ms(), self._desk.today()

        def find(session: Session) -> list[FamilyRow]:
            staff = {one.id: one.name for one in session.exec(select(StaffMember))}
            known = {one.family_id: Facts(one) for one in session.exec(select(Family))}
            youths = select(Person.family_id, Person.born_on).where(col(Person.is_youth))
            for family_id, born_on in session.exec(youths):
                if family_id in known:
                    known[family_id].rows[Person.TYPE].append((born_on,))
            coming = select(Meeting.family_id, func.min(Meeting.starts_at_ms)).where(
                col(Meeting.status).in_(("planned", "running")),
                ~col(Meeting.professionals_only),
                Meeting.starts_at_ms >= now_ms - PLANNED_LATE_MS,
            )
            for family_id, starts in session.exec(coming.group_by(Meeting.family_id)):
                if family_id in known:
                    planned = ("", "planned", starts, "", "", "", 0, "", "", "")
                    known[family_id].rows[Meeting.TYPE].append(planned)
            rows = (
                _row(at_a_glance(one, staff, now_ms, today), one.family.with_whom_at_home)
                for one in known.values()
            )
            return [replace(row, known=False) for row in rows]

        return tuple(sorted(await self._desk.vault.read(find), key=_order))

    async def find(self, words: str) -> frozenset[str]:
        """The ids of the families that the words match, as in `families`, and nothing else.

        For a list that is already on screen: it need not be read again for every letter.
        """
        hits = await self._desk.vault.search(
            words, types=("family", "person", "natural_support", "team_member"), limit=500
        )
        return frozenset(hit.family_id for hit in hits)

    async def header(self, family_id: str) -> FamilyHeader:
        """The header of one family. Raises InvalidInput when it is not on this tablet."""
        known = await self._caseload.family(family_id)
        family = await self._desk.vault.read(
            lambda session: session.exec(select(Family).where(Family.family_id == family_id)).first()
        )
        if family is None:
            raise InvalidInput("This family is not on this tablet.", code="family_not_here")
        return FamilyHeader(
            family_id=family.family_id,
            name=family.name or family.list_name,
            list_name=family.list_name or family.name,
            phase=family.phase,
            tier=family.tier,
            address=family.address,
            town=family.town,
            directions=family.directions,
            visit_safety=family.visit_safety,
            phone=family.phone,
            languages=family.spoken_language,
            interpreter_needed=family.interpreter_needed,
            lead=known.lead_name,
            enrolled_on=family.enrolled_on,
            clock=first_for_lists(known.clocks),
            releases=tuple(running(one) for one in known.clocks if one.code == "release"),
        )

    async def crisis_contacts(self, family_id: str) -> tuple[CrisisContact, ...]:
        """Natural supports who said they help in a crisis and may be called."""

        def find(session: Session) -> list[NaturalSupport]:
            return list(
                session.exec(
                    select(NaturalSupport)
                    .where(NaturalSupport.family_id == family_id)
                    .where(col(NaturalSupport.do_not_contact).is_(False))
                    .order_by(col(NaturalSupport.closeness).desc())
                )
            )

        return tuple(
            CrisisContact(one.name, one.relation, one.phone)
            for one in await self._desk.vault.read(find)
            if "crisis" in one.how_they_help.split(",") and one.phone
        )


def _with_whom(session: Session) -> list[tuple[str, str]]:
    return list(session.exec(select(Family.family_id, Family.with_whom_at_home)))


def _row(family: CaseFamily, with_whom: str) -> FamilyRow:
    return FamilyRow(
        family_id=family.family_id,
        title=family.title,
        with_whom=with_whom,
        initials=family.initials,
        phase=family.phase,
        next_meeting_ms=family.next_meeting_ms,
        clock=first_for_lists(family.clocks),
        phone=family.phone,
        lead=family.lead_name,
        status=family.status,
    )


def _order(row: FamilyRow) -> tuple[bool, str]:
    return (row.status != "open", row.title.casefold())


def _passes(row: FamilyRow, only: FamilyFilter) -> bool:
    if only == "due":
        return row.clock is not None and row.clock.state != "on_time"
    if only == "no_meeting":
        return row.status == "open" and not row.next_meeting_ms
    return True
