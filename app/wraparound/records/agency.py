"""Records of the agency's data stream, sealed for staff: names and titles."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class AgencyProfile(Record, table=True):
    """The agency as it calls itself. One per agency."""

    __tablename__ = "agency_profile"
    TYPE: ClassVar[str] = "agency_profile"
    SINGLETON: ClassVar[bool] = True

    name: str = ""
    time_zone: str = ""


class StaffMember(Record, table=True):
    """A person who works here. `id` is the person id that certificates carry."""

    __tablename__ = "staff_member"
    TYPE: ClassVar[str] = "staff_member"

    name: str = ""
    title: str = ""
    """As it stands under a note: "Care coordinator"."""
    phone: str = ""
    languages: str = ""
