"""Where in the app a record is looked at: the place that a row of the sync centre opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.views.place import Place

_TABS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("family_vision", "strength", "need", "outcome", "strategy", "action_step", "rating"), "plan"
    ),
    **dict.fromkeys(("person", "team_member", "natural_support", "contact_safety"), "people"),
    **dict.fromkeys(("addendum", "entered_in_error", "moved_item"), "notes"),
}
_PLACES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("meeting", "attendance", "preparation"), "meetings"),
    **dict.fromkeys(("crisis_plan", "crisis_item"), "crisis"),
    **dict.fromkeys(("transition_plan", "transition_item"), "transition"),
    **dict.fromkeys(("plan_version", "signature"), "versions"),
    **dict.fromkeys(("release", "disclosure"), "documents"),
    **dict.fromkeys(("phase_check", "phase_closing"), "phase"),
    "record_request": "requests", "coordinator": "coordinators", "family": "family_details",
}  # fmt: skip


def place_of(type_name: str, family_id: str, record_id: str) -> Place | None:
    """The place of a record; of the family when it has none of its own; None for the agency's own."""
    if not family_id:
        return None
    if type_name == "note":
        return Place("note", family_id, record_id=record_id)
    if type_name in _PLACES:
        return Place(_PLACES[type_name], family_id)
    return Place("family", family_id, tab=_TABS.get(type_name, ""))
