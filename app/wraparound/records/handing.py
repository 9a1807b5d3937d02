"""Who stands in for whom, and who took over: cover and hand-over (design 04, "Roles")."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class Cover(Record, table=True):
    """A colleague's access to a family until a day, without a new transfer clock."""

    __tablename__ = "cover"
    TYPE: ClassVar[str] = "cover"

    person_id: str = ""
    """Who stands in (person id, hex)."""
    for_id: str = ""
    """For whom."""
    from_on: str = ""
    until_on: str = ""
    """The last day, included."""
    reason: str = ""
    """A code: holiday, sick, training, other."""
    note: str = ""
    ended_on: str = ""
    """The day on which the colleague was taken out of the family again."""


class HandOver(Record, table=True):
    """A family went from one coordinator to another, with what the next one should know."""

    __tablename__ = "hand_over"
    TYPE: ClassVar[str] = "hand_over"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("note",)

    from_id: str = ""
    to_id: str = ""
    on_day: str = ""
    note: str = ""
    reads_until: str = ""
    """Last day on which the former coordinator still reads along; empty: leaves at once."""
    left_on: str = ""
    seen_at_ms: int = 0
    """When the new coordinator read the note."""
