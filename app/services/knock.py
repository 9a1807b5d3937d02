"""Before I knock: what a worker wants in mind at the door, in one glance.

Owns gathering it from records that others keep; it writes nothing. For the worker alone, never while
the family has the tablet. Notes, strengths and steps of a restricted label stay out, and so do private
talks: a door is no place for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from app.errors import InvalidInput, PermissionRefused
from app.wraparound.records import (
    ActionStep,
    Authority,
    Family,
    Meeting,
    NaturalSupport,
    Note,
    Person,
    Preparation,
    StaffMember,
    Strength,
)
from app.wraparound.vocabulary import OPEN_LABELS

from .audience import readers_of
from .caseload_views import FamilyClock
from .contacts import contacts_of
from .contacts_views import ContactView
from .desk import Desk
from .note_views import misplaced
from .today import Cases, protected_homes

PREPARED = ("avoid", "court_order", "pause_signal")
"""Kinds of preparation that matter at a door."""
MEETINGS_BACK = 3
"""Of how many of the latest meetings what was prepared is still shown."""
STRENGTHS = 3
BRING_DAYS = 30
"""Clocks that come due within so many days are worth bringing papers for."""


@dataclass(frozen=True)
class AtHome:
    """Somebody of the family. contact: how they may be reached. called: at home, when it differs."""

    person_id: str
    name: str
    called: str
    pronouns: str
    role: str
    age: int | None
    is_youth: bool
    contact: ContactView


@dataclass(frozen=True)
class Promise:
    """Something promised. ours: by the agency. due_on: None when no day was said."""

    step_id: str
    what: str
    owner: str
    due_on: date | None
    ours: bool


@dataclass(frozen=True)
class LastContact:
    """The last made contact. kind: vocabulary.NOTE_KINDS."""

    note_id: str
    kind: str
    at_ms: int
    by: str
    body: str


@dataclass(frozen=True)
class KnockView:
    """Everything before a door. barred: names of those whom nobody may contact, each with the reason.

    prepared: (kind of preparation, words). mention: what was celebrated last. bring: clocks that end
    soon or are over. comes: helpers of the team beyond the household, by name and relation.
    """

    family_id: str
    name: str
    address: str
    town: str
    protected: bool
    directions: str
    visit_safety: str
    phone: str
    language: str
    interpreter_needed: bool
    contact: ContactView
    people: tuple[AtHome, ...]
    comes: tuple[tuple[str, str], ...]
    barred: tuple[tuple[str, str], ...]
    prepared: tuple[tuple[str, str], ...]
    mention: tuple[str, ...]
    strengths: tuple[str, ...]
    promises: tuple[Promise, ...]
    last: LastContact | None
    bring: tuple[FamilyClock, ...]


class Knock:
    """What to know before a door."""

    def __init__(self, desk: Desk, cases: Cases) -> None:
        self._desk = desk
        self._cases = cases

    async def before(self, family_id: str, *, at_table: bool) -> KnockView:
        """The glance. at_table: the family has the tablet; then PermissionRefused, whoever asks."""
        if at_table:
            raise PermissionRefused("knock")
        cases = await self._cases.families()
        clocks = next((one.clocks for one in cases if one.family_id == family_id), ())
        bring = tuple(one for one in clocks if one.days_left <= BRING_DAYS and one.standing != "running")
        today = self._desk.today()
        return await self._desk.vault.read(lambda session: _view(session, family_id, today, bring))


def _view(session: Session, family_id: str, today: date, bring: tuple[FamilyClock, ...]) -> KnockView:
    family = session.exec(select(Family).where(Family.family_id == family_id)).first()
    if family is None:
        raise InvalidInput("This family is not on this tablet.", code="family_not_here")
    contacts = contacts_of(session, family_id)
    people = session.exec(
        select(Person).where(Person.family_id == family_id).order_by(col(Person.order), col(Person.name))
    ).all()
    supports = session.exec(
        select(NaturalSupport)
        .where(NaturalSupport.family_id == family_id)
        .order_by(col(NaturalSupport.closeness).desc(), col(NaturalSupport.name))
    ).all()
    return KnockView(
        family_id=family_id,
        name=family.list_name or family.name,
        address=family.address,
        town=family.town,
        protected=family_id in protected_homes(session),
        directions=family.directions,
        visit_safety=family.visit_safety,
        phone=family.phone,
        language=family.spoken_language,
        interpreter_needed=family.interpreter_needed,
        contact=contacts.get(family_id, ContactView(family_id)),
        people=tuple(
            AtHome(
                one.id, one.name, "" if one.called in one.name.split() else one.called, one.pronouns,
                one.role, _age(one.born_on, today), one.is_youth, contacts.get(one.id, ContactView(one.id)),
            )
            for one in people
        ),
        comes=tuple(
            (one.name, one.relation)
            for one in supports
            if one.status in ("on_team", "leading") and not one.do_not_contact
        ),
        barred=_barred(session, family_id, contacts, today),
        prepared=_prepared(session, family_id),
        mention=_celebrated(session, family_id),
        strengths=tuple(
            session.exec(
                select(Strength.text)
                .where(Strength.family_id == family_id)
                .where(col(Strength.label).in_(OPEN_LABELS))
                .order_by(col(Strength.order), col(Strength.id))
                .limit(STRENGTHS)
            )
        ),
        promises=_promises(session, family, {one.id for one in people} | {one.id for one in supports}),
        last=_last(session, family_id),
        bring=bring,
    )  # fmt: skip


def _barred(
    session: Session, family_id: str, contacts: dict[str, ContactView], today: date
) -> tuple[tuple[str, str], ...]:
    """Who must not be met or called: flagged supports, and adults whom an order keeps away."""
    names = {one.id: one.name for one in readers_of(session, family_id)}
    found = {
        names[one]: view.why for one, view in contacts.items() if view.do_not_contact and one in names
    }
    for row in session.exec(
        select(Authority).where(Authority.family_id == family_id).where(col(Authority.no_contact))
    ):
        if not row.ends_on or row.ends_on >= today.isoformat():
            found.setdefault(row.adult_name or names.get(row.adult_id, ""), row.note or row.seen)
    return tuple(sorted((name, why) for name, why in found.items() if name))


def _prepared(session: Session, family_id: str) -> tuple[tuple[str, str], ...]:
    latest = session.exec(
        select(Meeting.id)
        .where(Meeting.family_id == family_id)
        .where(Meeting.status != "cancelled")
        .order_by(col(Meeting.starts_at_ms).desc())
        .limit(MEETINGS_BACK)
    ).all()
    rows = session.exec(
        select(Preparation)
        .where(col(Preparation.meeting_id).in_(latest))
        .where(col(Preparation.kind).in_(PREPARED))
        .order_by(col(Preparation.order).desc(), col(Preparation.id))
    )
    # Said again before each meeting, most of it: once is enough at a door.
    found = dict.fromkeys((row.kind, row.text) for row in rows)
    return tuple(sorted(found, key=lambda one: PREPARED.index(one[0])))


def _celebrated(session: Session, family_id: str) -> tuple[str, ...]:
    last = session.exec(
        select(Meeting.celebrations)
        .where(Meeting.family_id == family_id)
        .where(Meeting.status == "held")
        .where(Meeting.celebrations != "")
        .order_by(col(Meeting.starts_at_ms).desc())
        .limit(1)
    ).first()
    return tuple((last or "").splitlines())


def _promises(session: Session, family: Family, of_family: set[str]) -> tuple[Promise, ...]:
    """Open steps: the agency's own first, then those with a day, the earliest first."""
    staff = {one.id: one.name for one in session.exec(select(StaffMember))}
    lead = staff.get(family.lead_coordinator, "")
    # A step may carry the first name alone, as the team says it.
    ours = set(staff.values()) | ({lead.split()[0]} if lead else set())
    rows = session.exec(
        select(ActionStep)
        .where(ActionStep.family_id == family.family_id)
        .where(ActionStep.status == "open")
        .where(col(ActionStep.label).in_(OPEN_LABELS))
    )
    found = [
        Promise(
            row.id, row.what, row.owner, _iso(row.due_on),
            row.owner_id in staff or (row.owner_id not in of_family and row.owner in ours),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (not one.ours, one.due_on or date.max, one.what)))


def _last(session: Session, family_id: str) -> LastContact | None:
    row = session.exec(
        select(Note)
        .where(Note.family_id == family_id)
        .where(col(Note.made))
        .where(Note.kind != "supervision")
        .where(col(Note.label).in_(OPEN_LABELS))
        .where(col(Note.id).not_in(misplaced()))
        .order_by(col(Note.started_at_ms).desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    staff = session.get(StaffMember, row.created_by)
    return LastContact(row.id, row.kind, row.started_at_ms, staff.name if staff else "", row.body)


def _age(born_on: str, today: date) -> int | None:
    born = _iso(born_on)
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


__all__ = ["AtHome", "Knock", "KnockView", "LastContact", "Promise"]
