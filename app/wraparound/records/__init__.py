"""The vocabulary of the code: every record type, and the registry by type name."""

from __future__ import annotations

from .agency import AgencyProfile, StaffMember
from .base import OWN_COLUMNS, Record, fields_of
from .family import Family, FamilyVision, NaturalSupport, Person, TeamMember
from .meetings import Meeting
from .notes import Addendum, Note
from .plan import ActionStep, Need, Outcome, Strategy

RECORD_TYPES: dict[str, type[Record]] = {
    record_class.TYPE: record_class
    for record_class in (
        AgencyProfile,
        StaffMember,
        Family,
        FamilyVision,
        Person,
        TeamMember,
        NaturalSupport,
        Need,
        Outcome,
        Strategy,
        ActionStep,
        Meeting,
        Note,
        Addendum,
    )
}

SCHEMA = 1
"""Version of the record vocabulary; travels in every operation."""

__all__ = [
    "OWN_COLUMNS", "RECORD_TYPES", "SCHEMA", "ActionStep", "Addendum", "AgencyProfile", "Family",
    "FamilyVision", "Meeting", "NaturalSupport", "Need", "Note", "Outcome", "Person", "Record",
    "StaffMember", "Strategy", "TeamMember", "fields_of",
]  # fmt: skip
