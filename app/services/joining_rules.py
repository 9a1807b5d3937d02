"""What is done with each record when two families become one, and what both say differently.

Owns the table of record types and the changes that follow from two records that are one. It reads a
session and writes nothing. Spec: docs/howto/same-family.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, col, select

from app.protocol.ids import StreamId, derived_id, singleton_id
from app.store.vault import Change
from app.wraparound.duplicates import FamilyFacts, Likeness, Youth
from app.wraparound.labels import home_of
from app.wraparound.records import (
    RECORD_TYPES,
    Family,
    MovedItem,
    Person,
    Record,
    StaffMember,
    fields_of,
)
from app.wraparound.vocabulary import codes, join_codes

from .moved import first_of, home_stream

FILLED: Final = ("family", "family_vision", "crisis_plan", "transition_plan")
"""One of each: what is empty in the family that stays is taken over, nothing of it is replaced."""
SAME: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("name",), "natural_support": ("name", "relation"), "team_member": ("name", "role"),
}  # fmt: skip
"""Somebody who is in both by these words is one person; what is empty is taken over."""
DERIVED: Final[Mapping[str, tuple[str, ...]]] = {
    "contact_safety": ("about_id",), "translation": ("item_id", "field", "language"),
    "not_for": ("item_id", "person_id"), "attendance": ("meeting_id", "person_id"),
    "care_facts": ("person_id",), "care_month": ("person_id", "month"),
}  # fmt: skip
"""Types whose id follows from these fields."""
COPIED: Final = (
    "strength", "need", "outcome", "strategy", "action_step", "rating", "crisis_item", "transition_item",
    "meeting", "preparation", "note", "addendum", "visit", "measure_score", "screening", "finding",
    "life_event", "referral", "authority",
)  # fmt: skip
"""Written again as they are; unsigned notes by their author alone."""
STAYING: Final = (
    "coordinator", "plan_version", "signature", "phase_check", "phase_closing", "release", "disclosure",
    "cover", "hand_over", "entered_in_error", "moved_item", "record_request", "legal_hold", "retention_rule",
    "retention_decision", "audit_entry", "audit_seal", "adopted", "agency_profile", "staff_member",
    "agency_team", "family_link", "attachment", "practice_rules", "directory_edition", "service_check",
    "local_service", "co_signature", "tier_override", "episode", "private_talk", "pulse", "provider_message",
    "safety_report", "adult_safety_plan",
)  # fmt: skip
"""Stay where they are: signed there, counted there, or about that record itself."""

ORDER: Final = (*SAME, *COPIED, *DERIVED)
_OWN: Final = frozenset(
    {"status", "status_on", "status_reason", "phase", "enrolled_on", "lead_coordinator", "list_name", "name"}
)
"""Of the family's own record: says where that record stands, and is not taken over."""


@dataclass(frozen=True)
class Side:
    """One of two records of what may be one family."""

    family_id: str
    name: str
    youth: str
    born_on: str
    town: str
    phone: str
    lead: str
    opened_on: str
    notes: int
    needs: int
    people: int


@dataclass(frozen=True)
class Difference:
    """What both said differently. kept stands; other is in the record that was joined."""

    type: str
    field: str
    kept: str
    other: str


def facts_of(session: Session) -> list[FamilyFacts]:
    """What is compared, of every family that is open."""
    youths: dict[str, list[Youth]] = defaultdict(list)
    for person in session.exec(select(Person).where(col(Person.is_youth))):
        youths[person.family_id].append(Youth(person.name, person.called, person.born_on))
    return [
        FamilyFacts(
            one.family_id, one.list_name or one.name, tuple(youths[one.family_id]), one.phone, one.address
        )
        for one in session.exec(select(Family).where(Family.status == "open"))
    ]


def sides_of(session: Session, pair: Likeness) -> tuple[Side, Side]:
    """Both, the one with more in it first; of equals the one that was opened first."""
    sides = [_side(session, family) for family in (pair.first, pair.second)]
    sides.sort(key=lambda one: (-(one.notes + one.needs + one.people), one.opened_on, one.family_id))
    return sides[0], sides[1]


def _side(session: Session, family_id: str) -> Side:
    def count(name: str) -> int:
        kind = RECORD_TYPES[name]
        return len(session.exec(select(kind.id).where(kind.family_id == family_id)).all())

    family = session.exec(select(Family).where(Family.family_id == family_id)).one()
    youth = session.exec(
        select(Person).where(Person.family_id == family_id, col(Person.is_youth)).order_by(col(Person.id))
    ).first()
    lead = session.get(StaffMember, family.lead_coordinator)
    return Side(
        family_id, family.list_name or family.name,
        youth.name if youth else "", youth.born_on if youth else "",
        family.town, family.phone, lead.name if lead else "", family.enrolled_on,
        count("note"), count("need"), count("person") + count("natural_support") + count("team_member"),
    )  # fmt: skip


def agree(one: Record, two: Record) -> bool:
    """Two people of one name are two when they were born on different days."""
    born = {getattr(row, "born_on", "") for row in (one, two)} - {""}
    return len(born) < 2


def singles(session: Session, family_id: str) -> list[tuple[str, str]]:
    """(type, id) of the records of which a family has one."""
    found = []
    for name in FILLED:
        kind = RECORD_TYPES[name]
        found += [(name, one) for one in session.exec(select(kind.id).where(kind.family_id == family_id))]
    return found


def singletons(session: Session, keep: str, other: str) -> Iterable[tuple[Record, Record]]:
    """(of the one that stays, of the other) of records that each family has one of."""
    for name in FILLED:
        kind = RECORD_TYPES[name]
        new = session.exec(select(kind).where(kind.family_id == keep)).first()
        old = session.exec(select(kind).where(kind.family_id == other)).first()
        if new is not None and old is not None:
            yield new, old


def _words(row: Record) -> list[str]:
    return [name for name in fields_of(type(row)) if not (row.TYPE == Family.TYPE and name in _OWN)]


def filled(new: Record, old: Record, ids: Mapping[str, str]) -> list[Change]:
    """What is empty in the one that stays."""
    empty = {
        name: follow(getattr(old, name), ids)
        for name in _words(old)
        if isinstance(getattr(old, name), str) and getattr(old, name) and not getattr(new, name)
    }
    return [Change(home_stream(new), new.TYPE, new.id, empty)] if empty else []


def differences_of(session: Session, keep: str, other: str) -> list[Difference]:
    """What stands in both and is not the same: people in both, singletons, and what changed afterwards."""
    marks = session.exec(
        select(MovedItem)
        .where(MovedItem.family_id == keep, MovedItem.why == "joined")
        .order_by(col(MovedItem.item_type), col(MovedItem.item_id))
    ).all()
    ids = {mark.item_id: mark.to_id for mark in marks}
    pairs = list(singletons(session, keep, other))
    for mark in marks:
        kind = RECORD_TYPES.get(mark.item_type)
        old = session.get(kind, mark.item_id) if kind else None
        new = session.get(kind, mark.to_id) if kind else None
        if old is None or new is None or old.family_id != other:
            continue
        # What was written again is told only when the old record was changed after that.
        if not mark.first_by or old.updated_at_ms > mark.created_at_ms:
            pairs.append((new, old))
    return [
        Difference(old.TYPE, name, kept, theirs)
        for new, old in pairs
        for name in _words(old)
        if isinstance(theirs := follow(getattr(old, name), ids), str)
        if theirs and (kept := str(getattr(new, name))) and kept != theirs
    ]


def whole(
    session: Session, name: str, target: StreamId, other: str, ids: Mapping[str, str]
) -> list[Change]:
    """A singleton that only the other has."""
    kind = RECORD_TYPES[name]
    record = singleton_id(target, name).hex()
    old = session.exec(select(kind).where(kind.family_id == other)).first()
    if old is None or session.get(kind, record) is not None:
        return []
    values = {part: follow(value, ids) for part in _words(old) if (value := getattr(old, part))}
    return [Change(target, name, record, values)] if values else []


def new_id(row: Record, target: StreamId, ids: Mapping[str, str]) -> str:
    if row.TYPE in DERIVED:
        parts = [follow(str(getattr(row, name)), ids) for name in DERIVED[row.TYPE]]
        return derived_id(target, row.TYPE, *parts).hex()
    return derived_id(target, row.TYPE, "joined", row.id).hex()


def follow(value: Any, ids: Mapping[str, str]) -> Any:
    """A value with the ids in it that things have now. Sets of ids are joined by a comma."""
    if not isinstance(value, str) or not value:
        return value
    if value in ids:
        return ids[value]
    parts = codes(value)
    return join_codes([ids.get(one, one) for one in parts]) if any(one in ids for one in parts) else value


def mark_of(
    session: Session, row: Record, new: str, target: StreamId, *, written: bool
) -> list[Change]:
    """In the family that stays: where a record came from, and whose words it is when it was written anew."""
    fields: dict[str, Any] = {
        "item_id": row.id, "item_type": row.TYPE, "to_id": new, "why": "joined",
        "to_stream": home_of(str(getattr(row, "label", "general"))),
    }  # fmt: skip
    if written:
        first = first_of(session, [row]).get(row.id)
        fields["first_by"] = first.by if first else row.created_by
        fields["first_at_ms"] = first.at_ms if first else row.created_at_ms
    return [Change(target, MovedItem.TYPE, derived_id(target, MovedItem.TYPE, row.id, new).hex(), fields)]
