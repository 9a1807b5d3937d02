"""Teams of the agency by name, and words of somebody who had left that a colleague took over."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class AgencyTeam(Record, table=True):
    """What a team is called. `id` is the team's id in the agency's control chain."""

    __tablename__ = "agency_team"
    TYPE: ClassVar[str] = "agency_team"

    name: str = ""


class Adopted(Record, table=True):
    """Somebody's work that arrived after they had been removed, written again by a colleague.

    Who took it over is this record's author. Its id follows from the operation that was taken over, so
    that two colleagues who do it at once do it once.
    """

    __tablename__ = "adopted"
    TYPE: ClassVar[str] = "adopted"

    words_of: str = ""
    """Person id (hex) of whoever wrote it first."""
    words_of_name: str = ""
    written_at_ms: int = 0
    item_type: str = ""
    item_id: str = ""
    """The record that has the words now."""
    came_as: str = ""
    """Chain (hex) and number of the operation, joined by a colon."""
