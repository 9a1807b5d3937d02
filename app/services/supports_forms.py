"""What the three forms of the People place write: parsed fields, and only those that changed.

Pure but for the clock, which is handed in. A form knows what it showed when it was opened, so a
colleague's change to a field that this form left alone stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import InvalidInput
from app.wraparound.records import NaturalSupport, Record
from app.wraparound.vocabulary import HELP_KINDS, SUPPORT_STATUSES, TEAM_KINDS, join_codes

from . import edge
from .supports_views import MemberDraft, PersonDraft, SupportDraft

MEMBER_STATUSES = ("on_team", "left")
MOST_PEOPLE = 1000
"""Places in a family's order."""

PERSON_FIELDS = (
    "name", "called", "pronouns", "born_on", "role", "school", "insurer", "languages",
    "self_described", "is_youth", "phone", "order",
)  # fmt: skip
MEMBER_FIELDS = (
    "name", "role", "kind", "organisation", "phone", "email", "agreed_on", "release_id", "status", "note",
)  # fmt: skip
STATUS_DAYS = tuple(f"{status}_on" for status in SUPPORT_STATUSES)
SUPPORT_FIELDS = (
    "name", "relation", "closeness", "how_they_help", "availability", "languages", "phone", "status",
    "do_not_contact", "safety_reason", "note", "close_to", *STATUS_DAYS, "agreed_on", "release_id",
)  # fmt: skip

AnyForm = SupportDraft | PersonDraft | MemberDraft

_LINES = frozenset(
    {"called", "pronouns", "role", "school", "insurer", "languages", "self_described", "phone",
     "organisation", "email", "relation", "availability", "close_to", "release_id"}
)  # fmt: skip
_PARAGRAPHS = frozenset({"note", "safety_reason"})
_DAYS = frozenset({"born_on", "agreed_on", *STATUS_DAYS})


def person_values(draft: PersonDraft) -> dict[str, Any]:
    """The fields of somebody of the family as they will be written. Raises InvalidInput."""
    return _common(draft, PERSON_FIELDS) | {
        "is_youth": draft.is_youth,
        "order": max(0, min(draft.order, MOST_PEOPLE)),
    }


def member_values(draft: MemberDraft) -> dict[str, Any]:
    """The fields of a team member as they will be written. Raises InvalidInput."""
    return _common(draft, MEMBER_FIELDS) | {
        "kind": edge.choice(draft.kind, TEAM_KINDS, "kind"),
        "status": edge.choice(draft.status, MEMBER_STATUSES, "status"),
    }


def support_values(draft: SupportDraft) -> dict[str, Any]:
    """The fields of a natural support as they will be written. Raises InvalidInput."""
    for code in draft.how_they_help:
        edge.choice(code, HELP_KINDS, "how_they_help")
    if draft.closeness not in (1, 2, 3):
        raise InvalidInput("Choose how close they are.", field="closeness", code="no_closeness")
    return _common(draft, SUPPORT_FIELDS) | {
        "closeness": draft.closeness,
        "how_they_help": join_codes(draft.how_they_help),
        "status": edge.choice(draft.status, SUPPORT_STATUSES, "status"),
        "do_not_contact": draft.do_not_contact,
    }


def support_changes(
    before: NaturalSupport | None, draft: SupportDraft, today: str
) -> dict[str, Any]:
    """What a support's form changes. A status that is new gets its day: today, unless one is given."""
    values = support_values(draft)
    day = f"{values['status']}_on"
    if draft.shown is None and before is not None:
        # A caller that knows nothing of the days must not wipe them.
        values = {name: value for name, value in values.items() if name not in STATUS_DAYS or value}
    seen = None if draft.shown is None else _seen(draft.shown, SUPPORT_FIELDS)
    changed = changes(before, values, seen)
    if before is None or "status" in changed:
        changed[day] = values.get(day) or getattr(before, day, "") or today
    if changed.get(day):
        changed["status_on"] = changed[day]
    return changed


def changes(
    before: Record | None, values: Mapping[str, Any], seen: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Fields that differ from the record and from what the form showed; all of a new record."""
    if before is None:
        return dict(values)
    return {
        name: value
        for name, value in values.items()
        if getattr(before, name) != value and (seen is None or seen[name] != value)
    }


def seen_in(shown: object | None, names: tuple[str, ...]) -> dict[str, Any] | None:
    """What a form showed, as it is written; None when it was not opened on anything."""
    return None if shown is None else _seen(shown, names)


def _seen(shown: object, names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: getattr(shown, name) for name in names}
    if "how_they_help" in found:
        found["how_they_help"] = join_codes(found["how_they_help"])
    return found


def _common(draft: AnyForm, names: tuple[str, ...]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": edge.text(draft.name, "name", required="What do they call this person?")
    }
    for name in names:
        if name in _LINES:
            values[name] = edge.text(getattr(draft, name), name)
        elif name in _PARAGRAPHS:
            values[name] = edge.text(getattr(draft, name), name, limit=edge.PARAGRAPH_BYTES)
        elif name in _DAYS:
            values[name] = edge.day(getattr(draft, name), name)
    return values
