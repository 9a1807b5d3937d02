"""Today: where I am going, what is due, and the loose ends of my families, in one look.

Owns gathering it. Every question asks by day or by status, and for columns alone: a caseload of 100 k
records must open in a second. Restricted words never come here: a private talk is one neutral line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol

from sqlmodel import Session, col, select

from app.wraparound.practice_codes import REFERRALS_OVER
from app.wraparound.records import (
    Addendum,
    ContactSafety,
    CoSignature,
    Cover,
    Family,
    Finding,
    Meeting,
    Note,
    Person,
    PrivateTalk,
    ProviderMessage,
    Referral,
    Visit,
)

from .caseload_facts import SOURCES
from .caseload_views import CaseFamily
from .desk import Desk
from .note_views import misplaced
from .notes import Notes
from .permissions import allows
from .today_views import Due, Going, Loose, TodayView

LOOK_AHEAD_DAYS = 7
LOOK_BACK_DAYS = 14
"""How long a visit that nobody told of is still asked about."""
FINDING_DAYS = 30
"""A finding of a screening without a decision is asked about after so many days (house default)."""
_MEETING_MINUTES = 60

WATCHED = SOURCES | {"visit", "contact_safety", "cover", "finding", "private_talk", "practice_rules"}
"""Record types of which a change may change what Today shows."""


@dataclass(frozen=True)
class _Home:
    """What is asked of one open family. mine: I lead it, or stand in."""

    name: str
    mine: bool
    address: str
    directions: str
    protected: bool


class Cases(Protocol):
    """What is asked of the caseload."""

    async def families(self) -> tuple[CaseFamily, ...]:
        """All families at a glance."""


class Today:
    """The day of the person this tablet is open for."""

    def __init__(self, desk: Desk, notes: Notes, caseload: Cases) -> None:
        self._desk = desk
        self._notes = notes
        self._caseload = caseload

    async def look(self) -> TodayView:
        """Everything that Today shows, as it is now."""
        now, day = self._desk.now_ms(), self._desk.today()
        drafts = await self._notes.drafts()
        cases = await self._caseload.families()

        def find(session: Session) -> tuple[dict[str, _Home], list[Going], list[Loose]]:
            homes = _homes(session, self._desk.me.person, day)
            return homes, self._going(session, homes, day), self._loose(session, homes, day)

        homes, going, loose = await self._desk.vault.read(find)
        saved = {one.record_id for one in loose if one.kind == "note"}
        loose += [
            Loose("note", one.family_id, homes[one.family_id].name, one.note_id,
                  _day_of(one.started_at_ms or one.saved_at_ms), saved=one.based_on_saved)
            for one in drafts
            if one.family_id in homes and one.note_id not in saved
        ]  # fmt: skip
        mine = [one for one in cases if one.family_id in homes and homes[one.family_id].mine]
        due = _due(mine)
        today = [one for one in going if _day_of(one.starts_at_ms) == day]
        tomorrow = [one for one in going if _day_of(one.starts_at_ms) == day + timedelta(days=1)]
        after = [one for one in going if one not in today and one not in tomorrow]
        return TodayView(
            now_ms=now,
            day=day,
            name=self._desk.me.name,
            going=tuple(today),
            tomorrow=tuple(tomorrow),
            later=() if tomorrow or not after else tuple(_of_first_day(after)),
            loose=tuple(sorted([*loose, *self._to_co_sign(cases)], key=_order)),
            due=due,
            families=sum(home.mine for home in homes.values()),
            due_families=len({one.family_id for one in due}),
            unsent=await self._desk.vault.unsent_count(),
        )

    def _going(self, session: Session, homes: dict[str, _Home], day: date) -> list[Going]:
        first, last = day_begins_ms(day), day_begins_ms(day + timedelta(days=LOOK_AHEAD_DAYS + 1))
        found = []
        visits = select(Visit).where(col(Visit.starts_at_ms) >= first, col(Visit.starts_at_ms) < last)
        for row in session.exec(
            visits.where(Visit.worker_id == self._desk.me.person).where(
                col(Visit.status).in_(("planned", "done"))
            )
        ):
            home = homes.get(row.family_id)
            if home is not None:
                found.append(going_of_visit(row, home.name))
        meetings = (
            select(Meeting)
            .where(col(Meeting.starts_at_ms) >= first, col(Meeting.starts_at_ms) < last)
            .where(col(Meeting.status).in_(("planned", "running", "held")))
        )
        for meeting in session.exec(meetings):
            home = homes.get(meeting.family_id)
            if home is not None and home.mine:
                found.append(going_of_meeting(meeting, home.name))
        placed = [
            replace(
                one, protected=homes[one.family_id].protected,
                address="" if homes[one.family_id].protected else homes[one.family_id].address,
                directions=homes[one.family_id].directions,
            )
            if one.place == "home"
            else one
            for one in found
        ]  # fmt: skip
        return sorted(placed, key=lambda one: (one.starts_at_ms, one.record_id))

    def _loose(self, session: Session, homes: dict[str, _Home], day: date) -> list[Loose]:
        me, today = self._desk.me.person, day.isoformat()
        mine = {family for family, home in homes.items() if home.mine}
        found: list[Loose] = []

        def add(kind: str, rows: Iterable[tuple[str, str, date | None, str]]) -> None:
            found.extend(
                Loose(kind, family, homes[family].name, record, at, about)  # type: ignore[arg-type]
                for family, record, at, about in rows
                if family in homes
            )

        add("note", (
            (family, note, _day_of(at), "")
            for family, note, at in session.exec(
                select(Note.family_id, Note.id, Note.started_at_ms)
                .where(Note.status == "draft").where(Note.created_by == me)
                .where(col(Note.id).not_in(misplaced()))
            )
        ))  # fmt: skip
        add("visit", (
            (family, visit, _day_of(at), "")
            for family, visit, at in session.exec(
                select(Visit.family_id, Visit.id, Visit.starts_at_ms)
                .where(Visit.status == "planned").where(Visit.worker_id == me)
                .where(col(Visit.starts_at_ms) < day_begins_ms(day))
                .where(col(Visit.starts_at_ms) >= day_begins_ms(day - timedelta(days=LOOK_BACK_DAYS)))
            )
        ))  # fmt: skip
        add("returned", ((family, note, _day_of(at), "") for family, note, at in _returned(session, me)))
        add("follow_up", (
            (family, one, _iso(on), name)
            for family, one, on, name in session.exec(
                select(Referral.family_id, Referral.id, Referral.follow_up_on, Referral.service_name)
                .where(Referral.follow_up_on != "").where(col(Referral.follow_up_on) <= today)
                .where(col(Referral.status).not_in(REFERRALS_OVER))
            )
            if family in mine
        ))  # fmt: skip
        add("answer", (
            (family, one, _iso(on), name)
            for family, one, on, name in session.exec(
                select(ProviderMessage.family_id, ProviderMessage.id, ProviderMessage.due_on,
                       ProviderMessage.to_name)
                .where(ProviderMessage.status == "sent").where(ProviderMessage.due_on != "")
                .where(col(ProviderMessage.due_on) <= today)
            )
            if family in mine
        ))  # fmt: skip
        old = day_begins_ms(day - timedelta(days=FINDING_DAYS))
        add("finding", (
            (family, one, _day_of(at), "")
            for family, one, at in session.exec(
                select(Finding.family_id, Finding.id, Finding.created_at_ms)
                .where(Finding.status == "open").where(col(Finding.created_at_ms) < old)
            )
            if family in mine
        ))  # fmt: skip
        if allows(self._desk.me, "private.tell"):
            add("talk", (
                (family, one, _day_of(at), "")
                for family, one, at in session.exec(
                    select(PrivateTalk.family_id, PrivateTalk.id, PrivateTalk.raised_at_ms)
                    .where(PrivateTalk.told_at_ms == 0)
                )
                if family in mine
            ))  # fmt: skip
        return found

    def _to_co_sign(self, cases: Sequence[CaseFamily]) -> list[Loose]:
        waiting = sum(one.to_co_sign for one in cases) if allows(self._desk.me, "note.cosign") else 0
        return [Loose("co_sign", "", "", "", count=waiting)] if waiting else []


def going_of_visit(row: Visit, name: str) -> Going:
    """A planned visit as a place to be; the family's address is not known here."""
    return Going(
        "visit", row.id, row.family_id, name, row.kind, row.starts_at_ms, row.minutes, row.place,
        row.with_whom_words, row.about, told=row.status == "done",
    )  # fmt: skip


def going_of_meeting(row: Meeting, name: str) -> Going:
    """A team meeting as a place to be."""
    return Going(
        "meeting", row.id, row.family_id, name, row.flow, row.starts_at_ms, row.minutes or _MEETING_MINUTES,
        row.place, told=row.status == "held",
    )  # fmt: skip


def day_begins_ms(day: date) -> int:
    """When a day begins at the tablet's place, UTC milliseconds; a day may have 23 or 25 hours."""
    return int(datetime.combine(day, time.min).timestamp() * 1000)


def protected_homes(session: Session) -> set[str]:
    """Families whose address is protected: marked of the family itself, or of somebody in it."""
    marked = session.exec(
        select(ContactSafety.family_id, ContactSafety.about_id).where(col(ContactSafety.protected_address))
    ).all()
    people = set(session.exec(select(Person.id))) if marked else set()
    return {family for family, about in marked if about == family or about in people}


def _homes(session: Session, me: str, day: date) -> dict[str, _Home]:
    covered = {
        family
        for family, first, last in session.exec(
            select(Cover.family_id, Cover.from_on, Cover.until_on)
            .where(Cover.person_id == me)
            .where(Cover.ended_on == "")
        )
        if first <= day.isoformat() <= last
    }
    protected = protected_homes(session)
    rows = session.exec(
        select(
            Family.family_id, Family.list_name, Family.name, Family.lead_coordinator
        ).where(Family.status == "open")
    ).all()
    where = {
        family: (", ".join(part for part in (address, town) if part), directions)
        for family, address, town, directions in session.exec(
            select(Family.family_id, Family.address, Family.town, Family.directions)
        )
    }
    return {
        family: _Home(short or name, lead == me or family in covered, *where[family], family in protected)
        for family, short, name, lead in rows
    }


def _returned(session: Session, me: str) -> list[tuple[str, str, int]]:
    """My notes that a supervisor gave back and to which I have added nothing since."""
    last: dict[str, tuple[int, str]] = {}
    for note, decision, at in session.exec(
        select(CoSignature.note_id, CoSignature.decision, CoSignature.decided_at_ms)
    ):
        last[note] = max(last.get(note, (0, "")), (at, decision))
    back = {note: at for note, (at, decision) in last.items() if decision == "returned"}
    if not back:
        return []
    answered = {
        note
        for note, at in session.exec(
            select(Addendum.note_id, Addendum.written_at_ms).where(col(Addendum.note_id).in_(back))
        )
        if at > back[note]
    }
    notes = session.exec(
        select(Note.family_id, Note.id)
        .where(col(Note.id).in_(back.keys() - answered))
        .where(Note.created_by == me)
        .where(col(Note.id).not_in(misplaced()))
    )
    return [(family, note, back[note]) for family, note in notes]


def _due(cases: Iterable[CaseFamily]) -> tuple[Due, ...]:
    found = [
        Due(one.family_id, one.name, clock)
        for one in cases
        for clock in one.clocks
        if clock.standing in ("due_soon", "overdue")
    ]
    return tuple(sorted(found, key=lambda due: (due.clock.days_left, due.name.casefold(), due.clock.code)))


_KINDS = ("talk", "returned", "visit", "note", "co_sign", "follow_up", "answer", "finding")


def _order(one: Loose) -> tuple[int, date, str]:
    return _KINDS.index(one.kind), one.at or date.max, one.record_id


def _of_first_day(going: Sequence[Going]) -> list[Going]:
    first = _day_of(going[0].starts_at_ms)
    return [one for one in going if _day_of(one.starts_at_ms) == first]


def _day_of(at_ms: int) -> date | None:
    """The day of an instant at the tablet's place; None for one that no calendar has."""
    try:
        return datetime.fromtimestamp(at_ms / 1000).date() if at_ms else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
