"""Notes and what is added to them after signing (design 02, Signed notes)."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, Column
from sqlmodel import Field

from .base import Record


class Note(Record, table=True):
    """A team note. Once signed, `signed` holds the complete note and the rest is history."""

    __tablename__ = "note"
    TYPE: ClassVar[str] = "note"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("kind_words",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("body", "place", "with_whom_words")
    WRITE_ONCE: ClassVar[tuple[str, ...]] = ("signed",)

    kind: str = "home_visit"
    """A code of vocabulary.NOTE_KINDS."""
    kind_words: str = ""
    started_at_ms: int = 0
    """When what it tells about began."""
    stopped_at_ms: int = 0
    place: str = ""
    """A code of vocabulary.PLACES, or free words."""
    medium: str = ""
    """A code of practice_codes.CONTACT_MEDIUMS; empty: not told."""
    funder: str = ""
    """Who pays, by the name that the rule file contacts has."""
    billable: str = ""
    """yes, no; empty: not told."""
    principles: str = ""
    """Codes of vocabulary.PRINCIPLES joined by a comma."""
    activities: str = ""
    """Trauma-informed activities: codes of practice_codes.ACTIVITIES joined by a comma."""
    with_whom: str = ""
    """Ids (hex) of people, supports and team members, joined by a comma."""
    with_whom_words: str = ""
    """Their names as they were when it was written."""
    made: bool = True
    """False when the contact was attempted only."""
    concerns: str = ""
    """Ids (hex) of needs and action steps, joined by a comma."""
    label: str = "general"
    body: str = ""
    author_title: str = ""
    written_at_ms: int = 0
    """When it was first saved."""
    late_entry: bool = False
    status: str = "draft"
    """draft, signed, co_signed."""
    signed: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """The complete note as it was signed: every field above, signed_at_ms, signed_by_name."""


class Addendum(Record, table=True):
    """Words added to a signed note."""

    __tablename__ = "addendum"
    TYPE: ClassVar[str] = "addendum"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("body",)

    note_id: str = ""
    body: str = ""
    author_title: str = ""
    written_at_ms: int = 0
