"""The family, the people in it and the people around it (design 02, Records)."""

from __future__ import annotations

from typing import ClassVar

from .base import FamilyWords, Record


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
    status_on: str = ""
    status_reason: str = ""
    """When and why the family was last closed or opened again. Workers only."""
    lead_coordinator: str = ""
    """Person id (hex)."""


class FamilyLink(Record, table=True):
    """What was decided about two families that looked like one. Its id follows from the other family's."""

    __tablename__ = "family_link"
    TYPE: ClassVar[str] = "family_link"

    other_id: str = ""
    """The other family's id (hex)."""
    kind: str = ""
    """different: they are two. joined: this record was joined into the other."""
    on_day: str = ""


class FamilyVision(FamilyWords, table=True):
    """What the family wants life to be like, in its own words. Singleton."""

    __tablename__ = "family_vision"
    TYPE: ClassVar[str] = "family_vision"
    SINGLETON: ClassVar[bool] = True
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text", "team_mission", "ground_rules")

    text: str = ""
    team_mission: str = ""
    ground_rules: str = ""
    """A line for each rule."""


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
    self_described: str = ""
    """Race or ethnicity in their own words; optional, for equity reporting only."""
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
    release_id: str = ""
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
    named_on: str = ""
    asked_on: str = ""
    willing_on: str = ""
    on_team_on: str = ""
    leading_on: str = ""
    """The day of each status, as far as it was reached."""
    agreed_on: str = ""
    """Day on which the family agreed."""
    release_id: str = ""
    do_not_contact: bool = False
    safety_reason: str = ""
    """Workers only."""
    note: str = ""


class ContactSafety(Record, table=True):
    """How one person may safely be reached. Its id follows from whom it is about."""

    __tablename__ = "contact_safety"
    TYPE: ClassVar[str] = "contact_safety"

    about_id: str = ""
    """Person, NaturalSupport, TeamMember or Family id (hex)."""
    may_call: bool = True
    may_text: bool = True
    may_leave_message: bool = True
    may_name_agency: bool = True
    protected_address: bool = False
    """Never printed, drawn on a map or exported."""
    substitute: str = ""
    """What to use instead: another number, another address, another person."""
    note: str = ""
    """Workers only."""


class Coordinator(Record, table=True):
    """Somebody else who coordinates care around this family."""

    __tablename__ = "coordinator"
    TYPE: ClassVar[str] = "coordinator"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("name",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("name", "programme", "note")

    programme: str = ""
    name: str = ""
    phone: str = ""
    covers: str = ""
    """Codes of vocabulary.COORDINATION_AREAS joined by a comma."""
    leads: str = ""
    """Those of them in which everybody agreed that this person leads."""
    agreed_on: str = ""
    note: str = ""
