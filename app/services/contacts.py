"""How each person may safely be reached: who may be called, texted, left a message.

Owns reading and writing ContactSafety, one record for each person and one for the family itself
(design 02, ContactSafety). Screens that offer a number ask `about` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from app.protocol.ids import StreamId, derived_id
from app.store.vault import Change
from app.wraparound.records import ContactSafety, NaturalSupport

from . import edge
from .contacts_views import CONTACT_FIELDS, ContactDraft, ContactView, contact_draft
from .desk import Desk
from .permissions import require

__all__ = ["ContactDraft", "ContactView", "Contacts", "contact_draft", "contacts_of", "safety_change"]


class Contacts:
    """Ways to reach the people of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def about(self, family_id: str, about_id: str) -> ContactView:
        """How one person may be reached. about_id: the family's own id for the family as a whole."""
        found = await self.of_family(family_id)
        return found.get(about_id, ContactView(about_id))

    async def of_family(self, family_id: str) -> dict[str, ContactView]:
        """Everybody around a family about whom something is marked, by id."""
        return await self._desk.vault.read(lambda session: contacts_of(session, family_id))

    async def save(self, family_id: str, about_id: str, draft: ContactDraft) -> None:
        """Mark how somebody may be reached; only what changed becomes an operation."""
        require(self._desk.me, "support.edit")
        stream = await self._desk.team_stream(family_id)
        before = await self._desk.vault.read(
            lambda session: session.get(
                ContactSafety, derived_id(stream, ContactSafety.TYPE, about_id).hex()
            )
        )
        change = safety_change(stream, about_id, before, draft)
        if change is not None:
            await self._desk.vault.commit([change])


def contacts_of(session: Session, family_id: str) -> dict[str, ContactView]:
    """See Contacts.of_family; for functions that already read."""
    flagged = {
        one.id: one.safety_reason
        for one in session.exec(
            select(NaturalSupport)
            .where(NaturalSupport.family_id == family_id)
            .where(NaturalSupport.do_not_contact)
        )
    }
    found = {
        row.about_id: ContactView(
            row.about_id,
            **{name: getattr(row, name) for name in CONTACT_FIELDS},
            do_not_contact=row.about_id in flagged,
            reason=flagged.get(row.about_id, ""),
            has_conflict=row.has_conflict,
        )
        for row in session.exec(select(ContactSafety).where(ContactSafety.family_id == family_id))
    }
    for about_id in flagged.keys() - found.keys():
        found[about_id] = ContactView(about_id, do_not_contact=True, reason=flagged[about_id])
    return found


def safety_change(
    stream: StreamId, about_id: str, before: ContactSafety | None, draft: ContactDraft
) -> Change | None:
    """What a form changes in the marks about somebody; None when nothing. Raises InvalidInput."""
    values = _checked(draft)
    shown = draft.shown or ContactView(about_id)
    changed = {
        name: value
        for name, value in values.items()
        if value != getattr(shown, name) and (before is None or value != getattr(before, name))
    }
    if not changed:
        return None
    record = derived_id(stream, ContactSafety.TYPE, about_id).hex()
    if before is None:
        changed["about_id"] = about_id
    return Change(stream, ContactSafety.TYPE, record, changed)


def _checked(draft: ContactDraft) -> Mapping[str, Any]:
    return {
        "may_call": draft.may_call,
        "may_text": draft.may_text,
        "may_leave_message": draft.may_leave_message,
        "may_name_agency": draft.may_name_agency,
        "protected_address": draft.protected_address,
        "substitute": edge.text(draft.substitute, "substitute"),
        "note": edge.text(draft.note, "contact_note", limit=edge.PARAGRAPH_BYTES),
    }
