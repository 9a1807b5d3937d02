"""How somebody may safely be reached, as screens show it and as a form holds it. For workers only.

Nothing of this ever stands on a screen or paper that a family sees (design 02, ContactSafety).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Way = Literal["call", "text"]


@dataclass(frozen=True)
class ContactView:
    """What is marked about reaching one person, or the family as a whole.

    about_id: Person, NaturalSupport, TeamMember or Family id (hex). do_not_contact and reason come
    from the natural support's own record.
    """

    about_id: str
    may_call: bool = True
    may_text: bool = True
    may_leave_message: bool = True
    may_name_agency: bool = True
    protected_address: bool = False
    substitute: str = ""
    note: str = ""
    do_not_contact: bool = False
    reason: str = ""
    has_conflict: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """Codes of what is marked, the gravest first: no_contact alone covers calls and texts."""
        found = ["no_contact"] if self.do_not_contact else []
        if not self.do_not_contact:
            found += ["no_call"] if not self.may_call else []
            found += ["no_text"] if not self.may_text else []
            found += ["no_message"] if not self.may_leave_message else []
            found += ["no_agency"] if not self.may_name_agency else []
        found += ["protected_address"] if self.protected_address else []
        return tuple(found)

    @property
    def number_hidden(self) -> bool:
        """Whether the number stands behind a question."""
        return self.refuses("call")

    @property
    def cautions(self) -> tuple[str, ...]:
        """Marks to keep in mind during a call that is allowed."""
        return tuple(one for one in self.marks if one in ("no_message", "no_agency"))

    @property
    def why(self) -> str:
        """The reason in the words of whoever marked it; empty when none is written."""
        return self.reason if self.do_not_contact else self.note

    def refuses(self, way: Way) -> bool:
        """Whether this way of reaching them is not allowed."""
        return self.do_not_contact or not (self.may_call if way == "call" else self.may_text)


@dataclass(frozen=True)
class ContactDraft:
    """The marks as they stand in a form. shown: what the form showed when it was opened."""

    may_call: bool = True
    may_text: bool = True
    may_leave_message: bool = True
    may_name_agency: bool = True
    protected_address: bool = False
    substitute: str = ""
    note: str = ""
    shown: ContactView | None = None


CONTACT_FIELDS = tuple(one.name for one in fields(ContactDraft) if one.name != "shown")


def contact_draft(view: ContactView) -> ContactDraft:
    """The form of what is marked now."""
    return ContactDraft(**{name: getattr(view, name) for name in CONTACT_FIELDS}, shown=view)
