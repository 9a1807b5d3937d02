"""Team meetings: planned, run at the table, held, signed (design 02, Records)."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, Column
from sqlmodel import Field

from .base import FamilyWords, Record


class Meeting(Record, table=True):
    """A team meeting."""

    __tablename__ = "meeting"
    TYPE: ClassVar[str] = "meeting"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("place", "decisions", "celebrations")

    kind: str = "team_meeting"
    """team_meeting, review, emergency."""
    flow: str = "review"
    """A code of vocabulary.MEETING_FLOWS."""
    status: str = "planned"
    """A code of vocabulary.MEETING_STATUSES."""
    starts_at_ms: int = 0
    started_at_ms: int = 0
    """When the first step was opened."""
    ended_at_ms: int = 0
    minutes: int = 0
    place: str = ""
    medium: str = "in_person"
    interpreter: str = ""
    interpreter_qualification: str = ""
    """qualified, staff, relative, child; a child interpreting raises a warning."""
    languages: str = ""
    """Codes of the languages it was held in, joined by a comma."""
    professionals_only: bool = False
    """Nobody of the family was there: no plan version, no clock met."""
    natural_present: int = 0
    formal_present: int = 0
    family_present: int = 0
    celebrations: str = ""
    """A line for each."""
    decisions: str = ""
    crisis_plan_checked: str = ""
    """right, changed, or empty when it was not looked at."""
    version_before: str = ""
    version_after: str = ""
    """PlanVersion ids (hex)."""
    next_meeting_id: str = ""
    minutes_note_id: str = ""


class Attendance(Record, table=True):
    """Who was at a meeting, and how. Its id follows from meeting and person."""

    __tablename__ = "attendance"
    TYPE: ClassVar[str] = "attendance"

    meeting_id: str = ""
    person_id: str = ""
    """Person, NaturalSupport, TeamMember or StaffMember id (hex); empty for a guest."""
    name: str = ""
    role: str = ""
    kind: str = "formal"
    """A code of vocabulary.TEAM_KINDS."""
    how: str = "here"
    """A code of vocabulary.ATTENDANCE."""


class Preparation(FamilyWords, table=True):
    """What is settled before a meeting, privately. Never at the table unless `shared` says so."""

    __tablename__ = "preparation"
    TYPE: ClassVar[str] = "preparation"

    meeting_id: str = ""
    kind: str = "youth_agenda"
    """A code of vocabulary.PREPARATION_KINDS."""
    text: str = ""
    by_id: str = ""
    shared: bool = False
    """The youth wants it on the table."""
    order: int = 0


class PlanVersion(Record, table=True):
    """The whole plan as it stood at one moment; written once."""

    __tablename__ = "plan_version"
    TYPE: ClassVar[str] = "plan_version"
    WRITE_ONCE: ClassVar[tuple[str, ...]] = ("content",)

    reason: str = "meeting"
    """meeting, signature."""
    meeting_id: str = ""
    frozen_at_ms: int = 0
    content: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """{record type: [{"id": …, field: value…}]} (docs/plan-versions.md)."""


class Signature(Record, table=True):
    """One person's mark under a plan version, written once."""

    __tablename__ = "signature"
    TYPE: ClassVar[str] = "signature"
    WRITE_ONCE: ClassVar[tuple[str, ...]] = ("signed",)

    version_id: str = ""
    meeting_id: str = ""
    signer_id: str = ""
    name: str = ""
    signed: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """name, role, agreement (vocabulary.AGREEMENTS), words, language_read, signed_at_ms,
    version_digest (SHA-256 hex of the content), strokes: [[[x, y], …], …] as shares of a 1000 × 400
    box; no strokes when the person agreed by word of mouth."""


class PhaseCheck(Record, table=True):
    """One item of a phase's checklist. Its id follows from phase and item."""

    __tablename__ = "phase_check"
    TYPE: ClassVar[str] = "phase_check"

    phase: int = 1
    item: str = ""
    done: bool = False
    done_on: str = ""


class PhaseClosing(Record, table=True):
    """That a phase was closed, with what was open and why."""

    __tablename__ = "phase_closing"
    TYPE: ClassVar[str] = "phase_closing"

    phase: int = 1
    closed_on: str = ""
    open_items: str = ""
    reason: str = ""
