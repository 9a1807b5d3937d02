"""One family at a glance, from what was read of it: name, people, meetings, contacts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.wraparound.clock_runs import day_of
from app.wraparound.contacts import IN_PERSON, medium_of
from app.wraparound.records import Meeting, Note, Person

from .caseload_events import NO_CONTACT, iso
from .caseload_facts import FIRST_MADE, Facts
from .caseload_views import CaseFamily, Contact

PLANNED_LATE_MS = 3_600_000
"""A meeting that was to begin so long ago is still the next one."""


def at_a_glance(facts: Facts, staff: Mapping[str, str], now_ms: int, today: date) -> CaseFamily:
    """The family without its clocks. staff: person id (hex) → name."""
    family = facts.family
    name = family.list_name or family.name
    youths = facts.of(Person)
    age = age_on(youths[0][0], today) if len(youths) == 1 else None
    held = [row for row in facts.of(Meeting) if row[1] == "held"]
    coming = [starts for _, status, starts, *_ in facts.of(Meeting)
              if status != "held" and starts >= now_ms - PLANNED_LATE_MS]  # fmt: skip
    last_contact, last_visit = _last_made(facts)
    return CaseFamily(
        family_id=family.family_id,
        title=name if age is None else f"{name}, {age}",
        name=name,
        initials=initials_of(name),
        status=family.status,
        phase=family.phase,
        tier=facts.tier,
        lead_id=family.lead_coordinator,
        lead_name=staff.get(family.lead_coordinator, ""),
        town=family.town,
        phone=family.phone,
        enrolled_on=family.enrolled_on,
        contacts=_contacts(facts),
        next_meeting_ms=min(coming, default=0),
        last_meeting_ms=max((row[2] for row in held), default=0),
        last_contact_ms=last_contact,
        last_visit_ms=last_visit,
        drafts=sum(row[8] == "draft" for row in facts.of(Note)),
        to_co_sign=facts.to_co_sign,
        returned=facts.returned,
    )


def _last_made(facts: Facts) -> tuple[int, int]:
    """When somebody of the family was last reached, and last met in person (UTC ms; 0 for never)."""
    contact = visit = 0
    for kind, place, medium, _, last in facts.rows.get(FIRST_MADE, ()):
        if kind not in NO_CONTACT:
            contact = max(contact, last)
            if medium_of(kind, place, medium) == IN_PERSON:
                visit = max(visit, last)
    for _, status, starts, _, _, medium, *_ in facts.of(Meeting):
        if status == "held":
            contact = max(contact, starts)
            visit = max(visit, starts) if medium not in ("phone", "video") else visit
    return contact, visit


def _contacts(facts: Facts) -> tuple[Contact, ...]:
    found = []
    for note, kind, started, stopped, place, medium, made, _, status, by, _ in facts.of(Note):
        day = day_of(started)
        if day is None or kind == "supervision":
            continue
        minutes = max(0, stopped - started) // 60_000 if stopped else 0
        told = medium_of(kind, place, medium)
        reached = bool(made) and kind not in NO_CONTACT
        found.append(Contact(started, day, kind, told, reached, minutes, by, note, status != "draft"))
    for _, status, starts, _, _, medium, minutes, note, by, _ in facts.of(Meeting):
        day = day_of(starts)
        if status == "held" and day is not None and not note:
            told = medium if medium in ("phone", "video") else IN_PERSON
            found.append(Contact(starts, day, "team_meeting", told, True, minutes, by))
    return tuple(sorted(found, key=lambda one: (-one.at_ms, one.note_id)))


def age_on(born_on: str, today: date) -> int | None:
    """Whole years; None when the birthday is not known."""
    born = iso(born_on)
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def initials_of(name: str) -> str:
    """The first letters of the first two words."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalpha()]
    if not words:
        return "?"
    return (words[0][0] + (words[1][0] if len(words) > 1 else "")).upper()
