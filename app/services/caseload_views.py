"""What is known of every family on this tablet at a glance, and its clocks: the values alone.

`caseload.Caseload` makes them; Today, the family list, the family's clocks and the supervisor board
draw them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.wraparound.clocks import ClockStanding, FamilyClock, Words

__all__ = ["CaseFamily", "ClockStanding", "Contact", "FamilyClock", "Words"]


@dataclass(frozen=True)
class Contact:
    """One contact with or for a family, from a note or a held meeting.

    kind: vocabulary.NOTE_KINDS. medium: practice_codes.CONTACT_MEDIUMS or "". by: person id (hex).
    """

    at_ms: int
    on: date
    kind: str
    medium: str
    made: bool
    minutes: int
    by: str
    note_id: str = ""
    signed: bool = False


@dataclass(frozen=True)
class CaseFamily:
    """One family of the caseload. Instants in UTC milliseconds, 0 for none; days ISO, "" for none."""

    family_id: str
    title: str
    """Name for lists, with the youth's age: "Nia Delgado, 15"."""
    name: str
    initials: str
    status: str
    phase: int
    tier: str
    lead_id: str
    lead_name: str
    town: str
    phone: str
    enrolled_on: str
    clocks: tuple[FamilyClock, ...] = ()
    """Those that are not met, the one to act on first at the front."""
    met: tuple[FamilyClock, ...] = ()
    """Those that were met, the latest first."""
    contacts: tuple[Contact, ...] = ()
    """Of the last 100 days, the latest first."""
    next_meeting_ms: int = 0
    last_meeting_ms: int = 0
    last_contact_ms: int = 0
    """Made, of any kind."""
    last_visit_ms: int = 0
    """Made in person."""
    drafts: int = 0
    """Saved notes that are not signed."""
    to_co_sign: int = 0
    """Signed notes that no supervisor has read, where co-signing is asked for."""
    returned: int = 0
    """Notes that a supervisor gave back and that nobody has answered."""
