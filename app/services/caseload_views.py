"""What is known of every family on this tablet at a glance, and its clocks: the values alone.

`caseload.Caseload` makes them; Today, the family list, the family's clocks and the supervisor board
draw them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

ClockStanding = Literal["running", "due_soon", "overdue", "met", "met_late"]
"""Exactly one at a time. running: there is time; met_late: satisfied after it was due."""

Words = Mapping[str, str]
"""Language code → words; always has `en`."""


@dataclass(frozen=True)
class FamilyClock:
    """One clock of one family, as it stands now.

    code: of the rule file clocks, or one of the built-in ones. started_on, due_on: days at the tablet's
    place. due_at_ms: UTC milliseconds for a clock that is counted in hours, else 0. days_left: negative
    when over. share_used: 0 at the start, 1 when due. met_on: None while it is not met. reason, how: why it
    runs, and what satisfies it. source: the published practice, or "house default". goes_to, record_id: the
    place (routes.PLACES) and record where it is done. about: whom or what it concerns. version: id of the
    rule version it was started under.
    """

    code: str
    name: Words
    standing: ClockStanding
    started_on: date
    due_on: date
    days_left: int
    share_used: float
    due_at_ms: int = 0
    met_on: date | None = None
    reason: Words | None = None
    how: Words | None = None
    source: str = ""
    goes_to: str = ""
    record_id: str = ""
    about: str = ""
    version: str = ""


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
