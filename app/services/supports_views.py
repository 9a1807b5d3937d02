"""What the People screens show and fill in: views of records, and drafts of forms. Values only.

A draft remembers what its form showed when it was opened (`shown`): only what differs from it is
written, so that a colleague's change that came meanwhile stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .contacts_views import ContactDraft, ContactView


@dataclass(frozen=True)
class PersonView:
    """Somebody of the family. born_on: ISO day or empty."""

    person_id: str
    name: str
    called: str
    role: str
    is_youth: bool
    born_on: str
    phone: str
    pronouns: str
    family_id: str = ""
    school: str = ""
    insurer: str = ""
    languages: str = ""
    self_described: str = ""
    order: int = 0
    has_conflict: bool = False
    sync_state: str = "on_server"


@dataclass(frozen=True)
class SupportView:
    """A natural support. how_they_help: codes of HELP_KINDS. Days are ISO text or empty."""

    support_id: str
    family_id: str
    name: str
    relation: str
    closeness: int
    how_they_help: tuple[str, ...]
    availability: str
    languages: str
    phone: str
    status: str
    status_on: str
    do_not_contact: bool
    safety_reason: str
    note: str
    has_conflict: bool
    sync_state: str
    close_to: str = ""
    named_on: str = ""
    asked_on: str = ""
    willing_on: str = ""
    on_team_on: str = ""
    leading_on: str = ""
    agreed_on: str = ""
    release_id: str = ""

    def reached_on(self, status: str) -> str:
        """The day of a status: an older record has only that of the present one."""
        day: str = getattr(self, f"{status}_on")
        return day or (self.status_on if status == self.status else "")


@dataclass(frozen=True)
class TeamMemberView:
    """A professional or community member of the team. kind: a code of TEAM_KINDS."""

    member_id: str
    name: str
    role: str
    organisation: str
    phone: str
    status: str
    family_id: str = ""
    kind: str = "formal"
    email: str = ""
    agreed_on: str = ""
    release_id: str = ""
    note: str = ""
    has_conflict: bool = False
    sync_state: str = "on_server"


@dataclass(frozen=True)
class PeopleView:
    """Everybody on the People place of a family. contacts: what is marked, by whom it is about."""

    family: tuple[PersonView, ...]
    supports: tuple[SupportView, ...]
    team: tuple[TeamMemberView, ...]
    contacts: Mapping[str, ContactView] = field(default_factory=dict)

    def contact(self, about_id: str) -> ContactView:
        """How somebody may be reached; everything is allowed where nothing is marked."""
        known = self.contacts.get(about_id)
        if known is not None:
            return known
        for one in self.supports:
            if one.support_id == about_id:
                return ContactView(about_id, do_not_contact=one.do_not_contact, reason=one.safety_reason)
        return ContactView(about_id)


@dataclass(frozen=True)
class ReleaseChoice:
    """A release that may be linked. It stands here by the name of whom it lets know."""

    release_id: str
    recipient: str
    until_on: str
    revoked_on: str


@dataclass(frozen=True)
class SupportDraft:
    """A natural support as it stands in the form. support_id is empty for a new one."""

    family_id: str
    support_id: str = ""
    name: str = ""
    relation: str = ""
    closeness: int = 2
    how_they_help: tuple[str, ...] = ()
    availability: str = ""
    languages: str = ""
    phone: str = ""
    status: str = "named"
    do_not_contact: bool = False
    safety_reason: str = ""
    note: str = ""
    close_to: str = ""
    named_on: str = ""
    asked_on: str = ""
    willing_on: str = ""
    on_team_on: str = ""
    leading_on: str = ""
    agreed_on: str = ""
    release_id: str = ""
    contact: ContactDraft | None = None
    shown: SupportView | None = None


@dataclass(frozen=True)
class PersonDraft:
    """Somebody of the family as they stand in the form. person_id is empty for somebody new."""

    family_id: str
    person_id: str = ""
    name: str = ""
    called: str = ""
    pronouns: str = ""
    born_on: str = ""
    role: str = ""
    school: str = ""
    insurer: str = ""
    languages: str = ""
    self_described: str = ""
    is_youth: bool = False
    phone: str = ""
    order: int = 0
    contact: ContactDraft | None = None
    shown: PersonView | None = None


@dataclass(frozen=True)
class MemberDraft:
    """A member of the team as they stand in the form. member_id is empty for somebody new."""

    family_id: str
    member_id: str = ""
    name: str = ""
    role: str = ""
    kind: str = "formal"
    organisation: str = ""
    phone: str = ""
    email: str = ""
    agreed_on: str = ""
    release_id: str = ""
    status: str = "on_team"
    note: str = ""
    contact: ContactDraft | None = None
    shown: TeamMemberView | None = None
