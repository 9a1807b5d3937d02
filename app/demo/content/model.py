"""The values that the generator gives: an agency, its staff, its families, their records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

AGENCY: Final = "Two Rivers Family Partnership"
"""What the example agency calls itself."""


@dataclass(frozen=True)
class ExampleRecord:
    """One write of one record's state. A later edit is a further write with the same id."""

    type: str
    """Key of `RECORD_TYPES`."""
    id: str
    """32 hex characters; empty for a singleton (the loader derives it from the stream)."""
    fields: dict[str, Any]
    """Fields written, a subset of `fields_of(type)`."""
    at_ms: int
    """When it was written: UTC milliseconds, never on `today` or later."""
    author_key: str
    """`ExampleStaff.key` of the person who wrote it."""
    parts: tuple[str, ...] = ()
    """Not empty: the id follows from the stream and these (`placing.placed`); `id` stands in for it."""


@dataclass(frozen=True)
class ExampleStaff:
    """Somebody who works at the example agency."""

    key: str
    name: str
    title: str
    roles: tuple[str, ...]
    """administrator, supervisor, coordinator."""
    team: str
    phone: str = ""
    languages: str = ""
    person_id: str = ""
    """32 hex characters, used in `Family.lead_coordinator`. Enrol the person under this id."""


@dataclass(frozen=True)
class ExampleFamily:
    """One family and everything written about it, in the order of time."""

    key: str
    coordinator_key: str
    records: tuple[ExampleRecord, ...]


@dataclass(frozen=True)
class ExampleAgency:
    """A whole invented agency."""

    name: str
    staff: tuple[ExampleStaff, ...]
    families: tuple[ExampleFamily, ...]


@dataclass(frozen=True)
class Size:
    """How much to invent.

    Args:
        families: number of families, shared by three coordinators.
        records: exact number of writes to reach with notes, or 0 for as many as the
            families' own histories hold.
    """

    families: int
    records: int = 0

    @classmethod
    def example(cls) -> Size:
        """The agency that people explore: 36 families, 12 for each coordinator."""
        return cls(families=36)

    @classmethod
    def caseload(cls, records: int) -> Size:
        """A caseload for measuring: `records` writes, 150 families for 100 000 of them."""
        if records <= 2_000:
            return cls(families=6, records=records)
        return cls(families=max(36, min(150, records * 150 // 100_000)), records=records)
