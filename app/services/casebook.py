"""The families on this tablet: the list, the header of one family, opening a new one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.wraparound import clocks
from app.wraparound.clocks import RunningClock
from app.wraparound.records import Family, Meeting, NaturalSupport, Note, Person, StaffMember

from .desk import Desk
from .keeping_requests import clock_of, waiting_requests
from .note_views import misplaced
from .release_clocks import release_clocks, unseen_since

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


@dataclass(frozen=True)
class _Facts:
    families: list[Family]
    youths: dict[str, list[Person]]
    next_meeting: dict[str, int]
    last_held: dict[str, int]
    oldest_draft: dict[str, int]
    staff: dict[str, str]
    requests: dict[str, list[tuple[str, str]]]
    """Requests for the record that wait: (received on, due on)."""
    releases: dict[str, list[RunningClock]]
    """Releases that end soon."""
    unseen: dict[str, int]
    """When something left without a release that a supervisor has not seen; for supervisors."""


class Casebook:
    """The caseload of the person this tablet is open for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def families(
        self, words: str = "", only: FamilyFilter = "all", phase: int = 0
    ) -> tuple[FamilyRow, ...]:
        """Families by name, those still open first.

        words: matches name, street, school, or anyone on the team (all words, last one may be a
        beginning). only: a filter of the list. phase: 0 for all.
        """
        chosen = await self.find(words) if words.strip() else None
        facts = await self._facts()
        rows = [self._row(family, facts) for family in facts.families]
        kept = [
            row
            for row in rows
            if (chosen is None or row.family_id in chosen)
            and (not phase or row.phase == phase)
            and _passes(row, only)
        ]
        return tuple(sorted(kept, key=_order))

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
        facts = await self._facts(family_id)
        if not facts.families:
            raise InvalidInput("This family is not on this tablet.", code="family_not_here")
        family = facts.families[0]
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
            lead=facts.staff.get(family.lead_coordinator, ""),
            enrolled_on=family.enrolled_on,
            clock=self._clock(family, facts),
            releases=tuple(facts.releases.get(family.family_id, ())),
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

    async def _facts(self, family_id: str = "") -> _Facts:
        now = self._desk.now_ms()

        def find(session: Session) -> _Facts:
            families = select(Family)
            if family_id:
                families = families.where(Family.family_id == family_id)
            youths: dict[str, list[Person]] = defaultdict(list)
            for person in session.exec(select(Person).where(col(Person.is_youth))):
                youths[person.family_id].append(person)
            coming: dict[str, int] = {}
            held: dict[str, int] = {}
            # Columns, not records: a year of meetings would take longer than all the rest.
            meetings = select(Meeting.family_id, Meeting.status, Meeting.starts_at_ms).where(
                col(Meeting.status).in_(("planned", "held"))
            )
            # No family at the table: it meets no clock.
            for family, status, known in session.exec(meetings.where(~col(Meeting.professionals_only))):
                if status == "held":
                    held[family] = max(held.get(family, 0), known)
                elif known >= now - 3600_000:
                    coming[family] = min(coming.get(family, known), known)
            drafts: dict[str, int] = {}
            for family, written in session.exec(
                select(Note.family_id, Note.written_at_ms)
                .where(Note.status == "draft")
                .where(col(Note.id).not_in(misplaced()))
            ):
                drafts[family] = min(drafts.get(family, written), written)
            staff = {one.id: one.name for one in session.exec(select(StaffMember))}
            waiting: dict[str, list[tuple[str, str]]] = defaultdict(list)
            for request in waiting_requests(session, family_id):
                waiting[request.family_id].append((request.received_on, request.due_on))
            ending = release_clocks(session, family_id, self._desk.today())
            unseen = unseen_since(session) if "supervisor" in self._desk.me.roles else {}
            return _Facts(
                list(session.exec(families)), youths, coming, held, drafts, staff, waiting, ending, unseen
            )

        return await self._desk.vault.read(find)

    def _row(self, family: Family, facts: _Facts) -> FamilyRow:
        name = family.list_name or family.name
        youths = facts.youths.get(family.family_id, [])
        age = _age(youths[0].born_on, self._desk.today()) if len(youths) == 1 else None
        return FamilyRow(
            family_id=family.family_id,
            title=name if age is None else f"{name}, {age}",
            with_whom=family.with_whom_at_home,
            initials=_initials(name),
            phase=family.phase,
            next_meeting_ms=facts.next_meeting.get(family.family_id, 0),
            clock=self._clock(family, facts),
            phone=family.phone,
            lead=facts.staff.get(family.lead_coordinator, ""),
            status=family.status,
        )

    def _clock(self, family: Family, facts: _Facts) -> RunningClock | None:
        if family.status != "open":
            return None
        today = self._desk.today()
        return clocks.next_to_act_on(
            [
                clocks.team_meeting(
                    _day(facts.last_held.get(family.family_id, 0)),
                    _date(family.enrolled_on),
                    today,
                ),
                clocks.sign_note(_day(facts.oldest_draft.get(family.family_id, 0)), today),
                *(clock_of(*days, today) for days in facts.requests.get(family.family_id, ())),
                *facts.releases.get(family.family_id, ()),
                clocks.without_release(_day(facts.unseen.get(family.family_id, 0)), today),
            ]
        )


def _order(row: FamilyRow) -> tuple[bool, str]:
    return (row.status != "open", row.title.casefold())


def _passes(row: FamilyRow, only: FamilyFilter) -> bool:
    if only == "due":
        return row.clock is not None and row.clock.state != "on_time"
    if only == "no_meeting":
        return row.status == "open" and not row.next_meeting_ms
    return True


def _day(at_ms: int) -> date | None:
    """The day of an instant; None for one that no calendar has (it came from another tablet)."""
    try:
        return datetime.fromtimestamp(at_ms / 1000).date() if at_ms else None
    except (ValueError, OverflowError, OSError):
        return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _age(born_on: str, today: date) -> int | None:
    born = _date(born_on)
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _initials(name: str) -> str:
    words = [word for word in name.replace("-", " ").split() if word[:1].isalpha()]
    if not words:
        return "?"
    return (words[0][0] + (words[1][0] if len(words) > 1 else "")).upper()
