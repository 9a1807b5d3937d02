"""Messages with a clinic as workers read and write them: the values, and how they are made of records."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

from sqlmodel import Session

from app.wraparound.records import Person, ProviderMessage, StaffMember


@dataclass(frozen=True)
class MessageView:
    """A message as workers read it. status: a code of practice_codes.MESSAGE_STATUSES. by: who wrote it.

    about: the person it is about, by name.
    """

    message_id: str
    family_id: str
    to_id: str
    to_name: str
    to_organisation: str
    release_id: str
    about_id: str
    reason: str
    question: str
    medication: str
    co_management: str
    due_on: str
    label: str
    status: str
    sent_on: str
    disclosure_id: str
    answer: str
    answer_medication: str
    answer_co_management: str
    answered_by: str
    answered_on: str
    about: str = ""
    by: str = ""
    has_conflict: bool = False

    @property
    def waiting(self) -> bool:
        """Whether an answer is still to come."""
        return self.status == "sent"


@dataclass(frozen=True)
class MessageDraft:
    """A message as it stands in the form. message_id is empty for a new one."""

    family_id: str
    message_id: str = ""
    to_id: str = ""
    to_name: str = ""
    to_organisation: str = ""
    release_id: str = ""
    about_id: str = ""
    reason: str = ""
    question: str = ""
    medication: str = ""
    co_management: str = ""
    due_on: str = ""
    label: str = "general"
    shown: MessageDraft | None = None


@dataclass(frozen=True)
class Answer:
    """What came back. answered_on: ISO day."""

    answer: str = ""
    answer_medication: str = ""
    answer_co_management: str = ""
    answered_by: str = ""
    answered_on: str = ""


@dataclass(frozen=True)
class Recipient:
    """A team member to whom one may write. release_id: the release kept with them."""

    id: str
    name: str
    organisation: str
    release_id: str = ""


@dataclass(frozen=True)
class AboutPerson:
    """Whom a message may be about. medicines: what is known of their care."""

    id: str
    name: str
    medicines: str = ""


MESSAGE_FIELDS: Final = tuple(
    one.name for one in fields(MessageDraft) if one.name not in ("family_id", "message_id", "shown")
)
_READ: Final = tuple(
    one.name for one in fields(MessageView)
    if one.name not in ("message_id", "family_id", "about", "by", "has_conflict")
)  # fmt: skip


def message_form(view: MessageView) -> MessageDraft:
    """The form of a message as it is."""
    values = {name: getattr(view, name) for name in MESSAGE_FIELDS}
    draft = MessageDraft(view.family_id, view.message_id, **values)
    return replace(draft, shown=draft)


def view_of(session: Session, row: ProviderMessage) -> MessageView:
    """One message."""
    about = session.get(Person, row.about_id) if row.about_id else None
    by = session.get(StaffMember, row.created_by)
    values = {name: getattr(row, name) for name in _READ} | {"status": row.status or "draft"}
    return MessageView(
        row.id, row.family_id, **values, about=(about.called or about.name) if about else "",
        by=by.name if by else "", has_conflict=row.has_conflict,
    )  # fmt: skip
