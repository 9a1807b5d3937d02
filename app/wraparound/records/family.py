"""The family, the people in it and the people around it (design 02, Records)."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class Family(Record, table=True):
    """One family with one plan. Singleton of the family's team stream."""

    __tablename__ = "family"
    TYPE: ClassVar[str] = "family"
    SINGLETON: ClassVar[bool] = True
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("name",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("name", "address", "town", "with_whom_at_home")

    name: str = ""
    """As the family says it: "Nia and the Delgado family"."""
    list_name: str = ""
    """Short, for lists: "Nia Delgado"."""
    with_whom_at_home: str = ""
    """The soft line under the name: "with grandmother Rosa"."""
    spoken_language: str = "en"
    written_language: str = "en"
    interpreter_needed: bool = False
    culture: str = ""
    address: str = ""
    town: str = ""
    directions: str = ""
    visit_safety: str = ""
    """Workers only."""
    phone: str = ""
    phase: int = 1
    """1 engagement, 2 initial plan, 3 implementation, 4 transition."""
    tier: str = ""
    tier_reason: str = ""
    enrolled_on: str = ""
    referred_on: str = ""
    referral_source: str = ""
    status: str = "open"
    """open, closed."""
    lead_coordinator: str = ""
    """Person id (hex)."""


class FamilyVision(Record, table=True):
    """What the family wants life to be like, in its own words. Singleton."""

    __tablename__ = "family_vision"
    TYPE: ClassVar[str] = "family_vision"
    SINGLETON: ClassVar[bool] = True
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text", "text_es", "team_mission")

    text: str = ""
    text_es: str = ""
    translated_by: str = ""
    checked_by: str = ""
    team_mission: str = ""
    ground_rules: str = ""


class Person(Record, table=True):
    """Somebody of the family."""

    __tablename__ = "person"
    TYPE: ClassVar[str] = "person"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("name",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("name", "called", "role", "school")

    name: str = ""
    called: str = ""
    """What they are called at home."""
    pronouns: str = ""
    born_on: str = ""
    role: str = ""
    """Youth, mother, grandmother…"""
    school: str = ""
    insurer: str = ""
    languages: str = ""
    is_youth: bool = False
    phone: str = ""
    order: int = 0


class TeamMember(Record, table=True):
    """A professional or community member of the child and family team."""

    __tablename__ = "team_member"
    TYPE: ClassVar[str] = "team_member"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("name",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("name", "role", "organisation", "note")

    name: str = ""
    role: str = ""
    kind: str = "formal"
    """family, natural, community, formal."""
    organisation: str = ""
    phone: str = ""
    email: str = ""
    agreed_on: str = ""
    """Day on which the family agreed."""
    status: str = "on_team"
    """on_team, left."""
    note: str = ""


class NaturalSupport(Record, table=True):
    """A person the family trusts, and how they help."""

    __tablename__ = "natural_support"
    TYPE: ClassVar[str] = "natural_support"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("name",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("name", "relation", "availability", "note")

    name: str = ""
    relation: str = ""
    """"uncle", "neighbour", "swim coach"."""
    close_to: str = ""
    """Person id (hex) in the family."""
    closeness: int = 2
    """1 knows, 2 close, 3 very close."""
    how_they_help: str = ""
    """Codes of vocabulary.HELP_KINDS joined by a comma."""
    availability: str = ""
    languages: str = ""
    phone: str = ""
    status: str = "named"
    """A code of vocabulary.SUPPORT_STATUSES."""
    status_on: str = ""
    agreed_on: str = ""
    do_not_contact: bool = False
    safety_reason: str = ""
    """Workers only."""
    note: str = ""
