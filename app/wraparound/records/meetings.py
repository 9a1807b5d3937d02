"""Team meetings (design 02, Records). Their screens come with meeting mode."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class Meeting(Record, table=True):
    """A team meeting, planned or held."""

    __tablename__ = "meeting"
    TYPE: ClassVar[str] = "meeting"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("place", "decisions", "celebrations")

    kind: str = "team_meeting"
    """team_meeting, review, emergency."""
    status: str = "planned"
    """planned, held, cancelled."""
    starts_at_ms: int = 0
    minutes: int = 0
    place: str = ""
    medium: str = "in_person"
    interpreter: str = ""
    natural_present: int = 0
    formal_present: int = 0
    family_present: int = 0
    celebrations: str = ""
    decisions: str = ""
