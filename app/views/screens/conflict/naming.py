"""What kind of value each field of each record holds, and how it is called.

A table of all record types. Nobody ever sees a field's name or a code: a field that is not in the
table (a newer app wrote it) is called "something newer". The names themselves are in the locales,
`[conflict.name.<type>]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from app.views.widgets.ui import Ui


class Holds(Enum):
    """What a field holds. TEXT and LINE are free words; all others are said in words."""

    TEXT = "text"
    LINE = "line"
    DAY = "day"
    MOMENT = "moment"
    MINUTES = "minutes"
    COUNT = "count"
    YES = "yes"
    CODE = "code"
    CODES = "codes"
    WHO = "who"
    WHOS = "whos"
    PIECE = "piece"
    PIECES = "pieces"
    PLACE_IN_LIST = "place_in_list"
    ORDER = "order"
    SIGNED = "signed"


FREE: Final = frozenset({Holds.TEXT, Holds.LINE})
"""Words that somebody wrote, of which two versions can be made into one."""

PLAN: Final = frozenset({"family_vision", "need", "outcome", "strategy", "action_step"})
"""Types that stand in a family's plan."""

_T, _L, _D = Holds.TEXT, Holds.LINE, Holds.DAY

FIELDS: Final[Mapping[str, Mapping[str, Holds]]] = {
    "agency_profile": {"name": _L, "time_zone": _L},
    "staff_member": {"name": _L, "title": _L, "phone": _L, "languages": _L},
    "family": {
        "name": _L, "list_name": _L, "with_whom_at_home": _L, "spoken_language": Holds.CODE,
        "written_language": Holds.CODE, "interpreter_needed": Holds.YES, "culture": _T,
        "address": _L, "town": _L, "directions": _T, "visit_safety": _T, "phone": _L,
        "phase": Holds.CODE, "tier": _L, "tier_reason": _T, "enrolled_on": _D, "referred_on": _D,
        "referral_source": _L, "status": Holds.CODE, "lead_coordinator": Holds.WHO,
    },
    "family_vision": {
        "text": _T, "text_es": _T, "translated_by": Holds.WHO, "checked_by": Holds.WHO,
        "team_mission": _T, "ground_rules": _T,
    },
    "person": {
        "name": _L, "called": _L, "pronouns": _L, "born_on": _D, "role": _L, "school": _L,
        "insurer": _L, "languages": _L, "is_youth": Holds.YES, "phone": _L, "order": Holds.ORDER,
    },
    "team_member": {
        "name": _L, "role": _L, "kind": Holds.CODE, "organisation": _L, "phone": _L, "email": _L,
        "agreed_on": _D, "status": Holds.CODE, "note": _T,
    },
    "natural_support": {
        "name": _L, "relation": _L, "close_to": Holds.WHO, "closeness": Holds.CODE,
        "how_they_help": Holds.CODES, "availability": _L, "languages": _L, "phone": _L,
        "status": Holds.CODE, "status_on": _D, "agreed_on": _D, "do_not_contact": Holds.YES,
        "safety_reason": _T, "note": _T,
    },
    "need": {
        "text": _T, "text_es": _T, "whose": Holds.WHO, "life_domain": Holds.CODE,
        "priority": Holds.PLACE_IN_LIST, "status": Holds.CODE, "status_reason": _T,
    },
    "outcome": {
        "need_id": Holds.PIECE, "text": _T, "text_es": _T, "measure_kind": Holds.CODE,
        "baseline": _L, "target": _L, "current": _L, "better": Holds.CODE, "due_on": _D,
        "status": Holds.CODE, "order": Holds.ORDER,
    },
    "strategy": {
        "outcome_id": Holds.PIECE, "text": _T, "text_es": _T, "chosen": Holds.YES,
        "kind": Holds.CODE, "kind_words": _L, "provider": _L, "frequency": _L,
        "status": Holds.CODE, "order": Holds.ORDER,
    },
    "action_step": {
        "strategy_id": Holds.PIECE, "what": _T, "what_es": _T, "owner": _L, "owner_id": Holds.WHO,
        "due_on": _D, "status": Holds.CODE, "done_on": _D, "what_happened": _T,
        "order": Holds.ORDER,
    },
    "meeting": {
        "kind": Holds.CODE, "status": Holds.CODE, "starts_at_ms": Holds.MOMENT,
        "minutes": Holds.MINUTES, "place": _L, "medium": Holds.CODE, "interpreter": _L,
        "natural_present": Holds.COUNT, "formal_present": Holds.COUNT,
        "family_present": Holds.COUNT, "celebrations": _T, "decisions": _T,
    },
    "note": {
        "kind": Holds.CODE, "kind_words": _L, "started_at_ms": Holds.MOMENT,
        "stopped_at_ms": Holds.MOMENT, "place": Holds.CODE, "with_whom": Holds.WHOS,
        "with_whom_words": _L, "made": Holds.YES, "concerns": Holds.PIECES, "label": Holds.CODE,
        "body": _T, "author_title": _L, "written_at_ms": Holds.MOMENT, "late_entry": Holds.YES,
        "status": Holds.CODE, "signed": Holds.SIGNED,
    },
    "addendum": {
        "note_id": Holds.PIECE, "body": _T, "author_title": _L, "written_at_ms": Holds.MOMENT,
    },
}  # fmt: skip
"""Type and field to what it holds. A test holds it against the record types."""

TITLES: Final[Mapping[str, str]] = {
    "person": "name", "team_member": "name", "natural_support": "name", "staff_member": "name",
    "need": "text", "outcome": "text", "strategy": "text", "action_step": "what",
}  # fmt: skip
"""Type to the field that names one record among others."""


def holds(type_name: str, field: str) -> Holds | None:
    """What the field holds; None for one that this app does not know."""
    return FIELDS.get(type_name, {}).get(field)


def field_name(ui: Ui, type_name: str, field: str) -> str:
    """What has two versions: "Strategy", "By when a step is due"."""
    if holds(type_name, field) is None:
        return ui.say("conflict.something_newer")
    return ui.say(f"conflict.name.{type_name}.{field}")


def where_words(ui: Ui, type_name: str, field: str, family: str) -> str:
    """The same with whose it is: "Strategy in Nia and the Delgado family’s plan"."""
    what = field_name(ui, type_name, field)
    if not family:
        return what
    return ui.say(
        "conflict.in_plan" if type_name in PLAN else "conflict.of_family", what=what, family=family
    )
