"""Forms of the People place as they stand half-filled: sealed on this tablet only, never synced.

So that a lock, a flat battery or a crash loses no word. A draft is kept with what its form showed,
or the words of a colleague that came meanwhile would be overwritten.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any, TypeVar

from .contacts_views import ContactDraft, ContactView
from .coordinators import CoordinatorDraft, CoordinatorView
from .desk import Desk
from .supports_views import MemberDraft, PersonDraft, PersonView, SupportDraft, SupportView, TeamMemberView

DRAFT_KIND = "people_draft"

AnyDraft = TypeVar("AnyDraft", SupportDraft, PersonDraft, MemberDraft, CoordinatorDraft)

_SHOWN: dict[type, type] = {
    SupportDraft: SupportView, PersonDraft: PersonView, MemberDraft: TeamMemberView,
    CoordinatorDraft: CoordinatorView, ContactDraft: ContactView,
}  # fmt: skip
_IDS = {
    SupportDraft: "support_id", PersonDraft: "person_id", MemberDraft: "member_id",
    CoordinatorDraft: "coordinator_id",
}  # fmt: skip
_SETS = ("how_they_help", "covers", "leads")


class PeopleDrafts:
    """Half-filled forms. One for each record, and one for somebody new of each kind and family."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def keep(self, draft: AnyDraft) -> None:
        """Seal a form as it stands, whatever was typed. Raises StoreError; nothing is lost."""
        await self._desk.vault.save_local(DRAFT_KIND, _name(draft), json.dumps(asdict(draft)).encode())

    async def kept(self, empty: AnyDraft) -> AnyDraft | None:
        """The kept form of the same record as `empty`, or None."""
        raw = await self._desk.vault.load_local(DRAFT_KIND, _name(empty))
        if raw is None:
            return None
        try:
            found = _draft(type(empty), json.loads(raw))
        except (ValueError, TypeError, AttributeError):
            return None  # Another version of the app kept it, in another form.
        return found if isinstance(found, type(empty)) else None

    async def drop(self, draft: AnyDraft) -> None:
        """Forget a form: it was saved, or is not wanted."""
        await self._desk.vault.save_local(DRAFT_KIND, _name(draft), None)


def _name(draft: SupportDraft | PersonDraft | MemberDraft | CoordinatorDraft) -> str:
    about = getattr(draft, _IDS[type(draft)])
    return f"{type(draft).__name__}.{draft.family_id}.{about or 'new'}"


def _draft(kind: type, raw: Any) -> Any:
    known = {one.name for one in fields(kind)}
    values = {name: value for name, value in raw.items() if name in known}
    for name in _SETS:
        if name in values:
            values[name] = tuple(values[name])
    for name, below in (("shown", _SHOWN.get(kind)), ("contact", ContactDraft)):
        if below is not None and values.get(name) is not None:
            values[name] = _draft(below, values[name])
    return kind(**values)
