"""What kind of value each field of each record holds. A test holds the table against the records."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


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
    RATED = "rated"
    POINT = "point"
    MARK = "mark"
    SIGNED = "signed"
    PLAN = "plan"
    NUMBER = "number"
    FAMILY = "family"
    TABLET = "tablet"
    TABLETS = "tablets"
    DEED = "deed"
    PROOF = "proof"
    MACHINE = "machine"


FREE: Final = frozenset({Holds.TEXT, Holds.LINE})
"""Words that somebody wrote, of which two versions can be made into one."""

PLAN: Final = frozenset({
    "family_vision", "strength", "need", "outcome", "strategy", "action_step", "rating", "crisis_plan",
    "crisis_item", "transition_plan", "transition_item", "plan_version", "signature",
})  # fmt: skip
"""Types that stand in a family's plan."""

_T, _L, _D, _CODE, _CODES = Holds.TEXT, Holds.LINE, Holds.DAY, Holds.CODE, Holds.CODES
_YES, _WHO, _PIECE, _ORDER, _MOMENT = Holds.YES, Holds.WHO, Holds.PIECE, Holds.ORDER, Holds.MOMENT
_NUMBER, _PROOF = Holds.NUMBER, Holds.PROOF
_WORDS: Final[Mapping[str, Holds]] = {"language": _CODE, "label": _CODE}

FIELDS: Final[Mapping[str, Mapping[str, Holds]]] = {
    "agency_profile": {"name": _L, "time_zone": _L},
    "staff_member": {"name": _L, "title": _L, "phone": _L, "languages": _L},
    "family": {
        "name": _L, "list_name": _L, "with_whom_at_home": _L, "spoken_language": _CODE,
        "written_language": _CODE, "interpreter_needed": _YES, "culture": _T,
        "address": _L, "town": _L, "directions": _T, "visit_safety": _T, "phone": _L,
        "phase": _CODE, "tier": _L, "tier_reason": _T, "enrolled_on": _D, "referred_on": _D,
        "referral_source": _L, "status": _CODE, "status_on": _D, "status_reason": _T,
        "lead_coordinator": _WHO,
    },
    "family_vision": {"text": _T, "team_mission": _T, "ground_rules": _T, **_WORDS},
    "person": {
        "name": _L, "called": _L, "pronouns": _L, "born_on": _D, "role": _L, "school": _L,
        "insurer": _L, "languages": _L, "self_described": _T, "is_youth": _YES, "phone": _L,
        "order": _ORDER,
    },
    "team_member": {
        "name": _L, "role": _L, "kind": _CODE, "organisation": _L, "phone": _L, "email": _L,
        "agreed_on": _D, "release_id": _PIECE, "status": _CODE, "note": _T,
    },
    "natural_support": {
        "name": _L, "relation": _L, "close_to": _WHO, "closeness": _CODE, "how_they_help": _CODES,
        "availability": _L, "languages": _L, "phone": _L, "status": _CODE, "status_on": _D,
        "named_on": _D, "asked_on": _D, "willing_on": _D, "on_team_on": _D, "leading_on": _D,
        "agreed_on": _D, "release_id": _PIECE, "do_not_contact": _YES, "safety_reason": _T,
        "note": _T,
    },
    "contact_safety": {
        "about_id": _WHO, "may_call": _YES, "may_text": _YES, "may_leave_message": _YES,
        "may_name_agency": _YES, "protected_address": _YES, "substitute": _T, "note": _T,
    },
    "coordinator": {
        "programme": _L, "name": _L, "phone": _L, "covers": _CODES, "leads": _CODES,
        "agreed_on": _D, "note": _T,
    },
    "strength": {"text": _T, "whose": _WHO, "life_domain": _CODE, "order": _ORDER, **_WORDS},
    "need": {
        "text": _T, "whose": _WHO, "life_domain": _CODE, "priority": Holds.PLACE_IN_LIST,
        "status": _CODE, "status_reason": _T, **_WORDS,
    },
    "outcome": {
        "need_id": _PIECE, "text": _T, "measure_kind": _CODE, "instrument": _L, "baseline": _L,
        "target": _L, "current": _L, "better": _CODE, "due_on": _D, "status": _CODE,
        "order": _ORDER, **_WORDS,
    },
    "strategy": {
        "outcome_id": _PIECE, "text": _T, "chosen": _YES, "kind": _CODE, "kind_words": _L,
        "provider": _L, "place": _L, "frequency": _L, "starts_on": _D, "ends_on": _D,
        "strengths": Holds.PIECES, "principles": _CODES, "status": _CODE, "status_reason": _T,
        "order": _ORDER, **_WORDS,
    },
    "action_step": {
        "strategy_id": _PIECE, "what": _T, "owner": _L, "owner_id": _WHO, "due_on": _D,
        "status": _CODE, "done_on": _D, "what_happened": _T, "order": _ORDER, **_WORDS,
    },
    "rating": {
        "outcome_id": _PIECE, "meeting_id": _PIECE, "by_kind": _CODE, "by_id": _WHO, "by_name": _L,
        "value": Holds.RATED, "words": _T, "rated_at_ms": _MOMENT, **_WORDS,
    },
    "crisis_plan": {"reviewed_on": _D, "reviewed_at_meeting": _PIECE},
    "crisis_item": {
        "section": _CODE, "text": _T, "who": _L, "who_id": _WHO, "phone": _L, "order": _ORDER,
        **_WORDS,
    },
    "transition_plan": {"planned_on": _D, "celebration": _T, "way_back": _T, **_WORDS},
    "transition_item": {
        "section": _CODE, "text": _T, "who": _L, "who_id": _WHO, "done": _YES, "done_on": _D,
        "order": _ORDER, **_WORDS,
    },
    "meeting": {
        "kind": _CODE, "flow": _CODE, "status": _CODE, "starts_at_ms": _MOMENT,
        "started_at_ms": _MOMENT, "ended_at_ms": _MOMENT, "minutes": Holds.MINUTES, "place": _CODE,
        "medium": _CODE, "interpreter": _L, "interpreter_qualification": _CODE,
        "languages": _CODES, "professionals_only": _YES, "natural_present": Holds.COUNT,
        "formal_present": Holds.COUNT, "family_present": Holds.COUNT, "celebrations": _T,
        "decisions": _T, "crisis_plan_checked": _CODE, "version_before": _PIECE,
        "version_after": _PIECE, "next_meeting_id": _PIECE, "minutes_note_id": _PIECE,
    },
    "attendance": {
        "meeting_id": _PIECE, "person_id": _WHO, "name": _L, "role": _L, "kind": _CODE,
        "how": _CODE,
    },
    "preparation": {
        "meeting_id": _PIECE, "kind": _CODE, "text": _T, "by_id": _WHO, "shared": _YES,
        "order": _ORDER, **_WORDS,
    },
    "plan_version": {
        "reason": _CODE, "meeting_id": _PIECE, "frozen_at_ms": _MOMENT, "content": Holds.PLAN,
    },
    "signature": {
        "version_id": _PIECE, "meeting_id": _PIECE, "signer_id": _WHO, "name": _L,
        "signed": Holds.SIGNED,
    },
    "phase_check": {"phase": _CODE, "item": Holds.POINT, "done": _YES, "done_on": _D},
    "phase_closing": {"phase": _CODE, "closed_on": _D, "open_items": Holds.POINT, "reason": _T},
    "note": {
        "kind": _CODE, "kind_words": _L, "started_at_ms": _MOMENT, "stopped_at_ms": _MOMENT,
        "place": _CODE, "with_whom": Holds.WHOS, "with_whom_words": _L, "made": _YES,
        "concerns": Holds.PIECES, "label": _CODE, "body": _T, "author_title": _L,
        "medium": _CODE, "funder": _L, "billable": _CODE, "principles": _CODES, "activities": _CODES,
        "written_at_ms": _MOMENT, "late_entry": _YES, "status": _CODE, "signed": Holds.SIGNED,
    },
    "addendum": {"note_id": _PIECE, "body": _T, "author_title": _L, "written_at_ms": _MOMENT},
    "attachment": {
        "note_id": _PIECE, "person_id": _WHO, "kind": _CODE, "caption": _L, "label": _CODE, "taken_on": _D,
        "added_at_ms": _MOMENT, "size": Holds.MACHINE, "width": Holds.MACHINE, "height": Holds.MACHINE,
        "sha256": Holds.MACHINE, "blob": Holds.MACHINE, "chunks": Holds.MACHINE, "epoch": Holds.MACHINE,
        "thumb": Holds.MACHINE,
    },
    "not_for": {"item_id": _PIECE, "item_type": _CODE, "person_id": _WHO},
    "translation": {
        "item_id": _PIECE, "item_type": _CODE, "field": _CODE, "language": _CODE, "text": _T,
        "of_text": _T, "translated_by": _L, "checked_by": _L, "checked_on": _D,
    },
    "release": {
        "recipient": _L, "organisation": _L, "what": _CODES, "purpose": _T, "from_on": _D,
        "until_on": _D, "revoked_on": _D, "signed": Holds.SIGNED, "revoked_by": _L,
        "revoked_how": _CODE, "told": _T, "ended_on": _D, "copy_given_on": _D,
    },
    "disclosure": {
        "recipient": _L, "recipient_id": _WHO, "release_id": _PIECE, "what": _CODES, "how": _CODE,
        "language": _CODE, "digest": Holds.MARK, "at_ms": _MOMENT, "basis": _CODE,
        "facts": Holds.SIGNED, "seen_at_ms": _MOMENT,
    },
    "cover": {
        "person_id": _WHO, "for_id": _WHO, "from_on": _D, "until_on": _D, "reason": _CODE, "note": _T,
        "ended_on": _D,
    },
    "family_link": {"other_id": Holds.FAMILY, "kind": _CODE, "on_day": _D},
    "hand_over": {
        "from_id": _WHO, "to_id": _WHO, "on_day": _D, "note": _T, "reads_until": _D, "left_on": _D,
        "seen_at_ms": _MOMENT,
    },
    "entered_in_error": {
        "item_id": _PIECE, "item_type": _CODE, "reason": _L, "copied_to_family": Holds.FAMILY,
        "copied_to": _PIECE, "written_by": _WHO, "marked_at_ms": _MOMENT,
        "supervisor_saw_at_ms": _MOMENT,
    },
    "moved_item": {
        "item_id": _PIECE, "item_type": _CODE, "to_id": _PIECE, "to_stream": _CODE, "why": _CODE,
        "first_by": _WHO, "first_at_ms": _MOMENT,
    },
    "record_request": {
        "kind": _CODE, "requester": _L, "authority": _CODE, "authority_words": _L, "asked_for": _T,
        "received_on": _D, "due_on": _D, "withheld": _T, "withheld_why": _T, "delivered_on": _D,
        "how": _CODE, "disclosures": Holds.PIECES, "outcome": _CODE, "decided_on": _D,
        "decided_why": _T, "disagreement": _T, "note": _T,
    },
    "legal_hold": {
        "held_family": Holds.FAMILY, "reason": _T, "from_on": _D, "lifted_on": _D, "lifted_why": _T,
    },
    "retention_decision": {
        "about_family": Holds.FAMILY, "decision": _CODE, "why": _T, "decided_on": _D,
        "look_again_on": _D,
    },
    "retention_rule": {"years_after_close": _NUMBER, "until_age": _NUMBER, "source": _L},
    "audit_entry": {
        "n": _NUMBER, "at_ms": _MOMENT, "device": Holds.TABLET, "action": Holds.DEED,
        "item_type": _CODE, "item_id": _PIECE, "detail": Holds.MACHINE, "count": _NUMBER,
        "prev": _PROOF, "sig": _PROOF,
    },
    "audit_seal": {
        "at_ms": _MOMENT, "device": Holds.TABLET, "heads": Holds.TABLETS, "server_count": _NUMBER,
        "server_head": _PROOF, "sig": _PROOF,
    },
    "agency_team": {"name": _L},
    "adopted": {
        "words_of": _WHO, "words_of_name": _L, "written_at_ms": _MOMENT, "item_type": _CODE,
        "item_id": _PIECE, "came_as": _PROOF,
    },
    "practice_rules": {
        "name": _CODE, "text": _T, "from_on": _D, "why": _T,
    },
    "directory_edition": {
        "name": _L, "source": _L, "licence": _L, "imported_on": _D, "services": _NUMBER,
        "organizations": _NUMBER, "locations": _NUMBER, "size": Holds.MACHINE, "sha256": Holds.MACHINE,
        "blob": Holds.MACHINE, "chunks": Holds.MACHINE, "epoch": Holds.MACHINE, "withdrawn_on": _D,
    },
    "service_check": {
        "service_id": Holds.MACHINE, "service_name": _L, "checked_on": _D, "result": _CODE, "note": _T,
    },
    "local_service": {
        "name": _L, "organization": _L, "what": _T, "domains": _CODES, "min_age": _NUMBER, "max_age":
        _NUMBER, "towns": _L, "address": _L, "phone": _L, "url": _L, "languages": _L, "eligibility": _T,
        "cost": _L, "hours": _L, "verified_on": _D, "retired_on": _D,
    },
    "visit": {
        "kind": _CODE, "starts_at_ms": _MOMENT, "minutes": Holds.MINUTES, "place": _CODE, "with_whom":
        Holds.WHOS, "with_whom_words": _L, "about": _T, "worker_id": _WHO, "status": _CODE,
        "status_reason": _T, "note_id": _PIECE,
    },
    "co_signature": {
        "note_id": _PIECE, "decision": _CODE, "comment": _T, "decided_at_ms": _MOMENT, "digest":
        Holds.MARK, "signer_title": _L,
    },
    "tier_override": {
        "tier": _L, "reason": _T, "from_on": _D, "until_on": _D, "ended_on": _D,
    },
    "episode": {
        "number": _NUMBER, "youths": Holds.WHOS, "eligibility": _T, "funder": _L, "enrolled_on": _D,
        "extension_asked_on": _D, "extension_reason": _T, "extended_until": _D, "discharged_on": _D,
        "discharge_reason": _CODE, "living_in": _CODE, "living_out": _CODE, "note": _T,
    },
    "measure_score": {
        "measure": Holds.MACHINE, "measure_name": _L, "definition": Holds.MACHINE, "informant": _CODE,
        "person_id": _WHO, "by_id": _WHO, "by_name": _L, "on_day": _D, "answers": Holds.MACHINE,
        "total": _L, "subscales": Holds.MACHINE, "answered": _NUMBER, "items": _NUMBER, "alone": _YES,
        "note": _T,
    },
    "private_talk": {
        "about_id": _PIECE, "kind": _CODE, "raised_at_ms": _MOMENT, "told_whom": _L, "told_how": _T,
        "told_at_ms": _MOMENT,
    },
    "screening": {
        "kind": _CODE, "on_day": _D, "person_id": _WHO, "informant": _CODE, "asked_name": _L, "alone":
        _YES, "answers": Holds.MACHINE, "declined": _CODES, "instrument": _L, "total": _L, "result":
        _CODE, "words": _T, "label": _CODE,
    },
    "finding": {
        "screening_id": _PIECE, "domain": _CODE, "prompt": Holds.MACHINE, "words": _T, "status": _CODE,
        "need_id": _PIECE, "referral_id": _PIECE, "decided_on": _D, "label": _CODE,
    },
    "life_event": {
        "kind": _CODE, "on_day": _D, "until_on": _D, "person_id": _WHO, "setting": _CODE, "words": _T,
        "label": _CODE,
    },
    "pulse": {
        "by_id": _WHO, "by_name": _L, "by_kind": _CODE, "on_day": _D, "meeting_id": _PIECE, "answers":
        Holds.MACHINE, "words": _T,
    },
    "referral": {
        "need_id": _PIECE, "finding_id": _PIECE, "domain": _CODE, "service_id": Holds.MACHINE,
        "service_name": _L, "organization": _L, "phone": _L, "person_id": _WHO, "status": _CODE,
        "drafted_on": _D, "sent_on": _D, "accepted_on": _D, "waiting_on": _D, "connected_on": _D,
        "completed_on": _D, "declined_on": _D, "not_connected_on": _D, "reason": _T, "follow_up_on": _D,
        "support_while_waiting": _T, "sent_how": _CODE, "release_id": _PIECE, "note": _T, "label": _CODE,
    },
    "provider_message": {
        "to_id": _WHO, "to_name": _L, "to_organisation": _L, "release_id": _PIECE, "about_id": _WHO,
        "reason": _T, "question": _T, "medication": _T, "co_management": _T, "due_on": _D, "status":
        _CODE, "sent_on": _D, "disclosure_id": _PIECE, "answer": _T, "answer_medication": _T,
        "answer_co_management": _T, "answered_by": _L, "answered_on": _D, "label": _CODE,
    },
    "safety_report": {
        "person_id": _WHO, "about": _T, "kind": _CODE, "suspected_at_ms": _MOMENT, "oral_at_ms":
        _MOMENT, "oral_to": _L, "reference": _L, "written_at_ms": _MOMENT, "written_how": _L,
        "supervisor_id": _WHO, "supervisor_told_at_ms": _MOMENT, "status": _CODE, "not_made_why": _T,
        "note": _T,
    },
    "adult_safety_plan": {
        "person_id": _WHO, "person_name": _L, "signs": _T, "safe_places": _T, "people": _T, "code_word":
        _L, "take": _T, "children": _T, "safe_contact": _T, "hotline": _T, "reviewed_on": _D, "note":
        _T,
    },
    "authority": {
        "adult_id": _WHO, "adult_name": _L, "person_id": _WHO, "basis": _CODE, "may_consent": _CODES,
        "no_contact": _YES, "seen": _L, "seen_on": _D, "from_on": _D, "ends_on": _D, "note": _T,
    },
    "care_facts": {
        "person_id": _WHO, "medicines": _T, "allergies": _T, "conditions": _T, "clinicians": _T,
        "pharmacy": _L, "school_plan": _CODE, "school_supports": _T, "helps": _T, "asked_on": _D,
        "note": _T,
    },
    "care_month": {
        "person_id": _WHO, "month": _L, "visits_kept": _NUMBER, "visits_missed": _NUMBER,
        "school_days_missed": _NUMBER, "work_days_missed": _NUMBER, "out_of_pocket": _NUMBER, "note":
        _T,
    },
}  # fmt: skip

TITLES: Final[Mapping[str, str]] = {
    "person": "name", "team_member": "name", "natural_support": "name", "staff_member": "name",
    "need": "text", "outcome": "text", "strategy": "text", "action_step": "what", "strength": "text",
    "rating": "by_name", "crisis_item": "text", "transition_item": "text", "coordinator": "name",
    "attendance": "name", "preparation": "text", "signature": "name", "translation": "of_text",
    "release": "recipient", "disclosure": "recipient", "record_request": "requester",
    "agency_team": "name", "adopted": "words_of_name",
    "practice_rules": "name", "directory_edition": "name", "service_check": "service_name",
    "local_service": "name", "measure_score": "measure_name", "referral": "service_name",
    "provider_message": "to_name", "authority": "adult_name",
}  # fmt: skip
"""Type to the field that names one record among others."""
