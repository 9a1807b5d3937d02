"""Codes that records hold, in the order screens offer them. Words for them live in locales.

Source: the record vocabulary of the design (02, Records).
"""

from __future__ import annotations

NOTE_KINDS = (
    "home_visit", "phone", "text", "school", "collateral", "team_meeting", "crisis",
    "supervision", "attempt",
)  # fmt: skip
PLACES = ("home", "school", "office", "phone", "video", "community", "court", "hospital")
LABELS = ("general", "sud", "psychotherapy", "school", "minor_confidential", "safety")
HELP_KINDS = (
    "company", "respite", "transport", "meals", "school", "faith", "crisis", "advocacy", "other",
)  # fmt: skip
SUPPORT_STATUSES = ("named", "asked", "willing", "on_team", "leading")
PHASES = (1, 2, 3, 4)
STEP_STATUSES = ("open", "done", "dropped")
NEED_STATUSES = ("open", "met", "set_aside")
OUTCOME_STATUSES = ("open", "reached", "set_aside")
STRATEGY_KINDS = ("natural", "community", "formal")
LIFE_DOMAINS = (
    "family", "home", "school", "health", "behaviour_and_feelings", "safety", "friends_and_fun",
    "culture_and_faith", "money_and_work", "legal",
)  # fmt: skip

PRINCIPLES = (
    "voice_and_choice", "team_based", "natural_supports", "collaboration", "community_based",
    "culturally_competent", "individualized", "strengths_based", "persistence", "outcome_based",
)  # fmt: skip
MEASURE_KINDS = ("rating", "count", "yes_no", "instrument")
TEAM_KINDS = ("family", "natural", "community", "formal")
RATERS = ("youth", "caregiver", "natural", "professional", "team")
MEETING_FLOWS = ("first_plan", "review", "crisis_debrief", "closing")
MEETING_STATUSES = ("planned", "running", "held", "cancelled")
MEDIUMS = ("in_person", "video", "phone", "mixed")
ATTENDANCE = ("invited", "here", "late", "remote", "left_early", "absent")
PREPARATION_KINDS = ("youth_agenda", "avoid", "court_order", "pause_signal")
AGREEMENTS = ("agree", "agree_except", "disagree")
CRISIS_SECTIONS = (
    "fine", "trigger", "early_sign", "helps", "hurts", "proactive", "reactive", "call", "safe_place",
    "medical", "review_trigger",
)  # fmt: skip
TRANSITION_SECTIONS = ("readiness", "carries", "adult_service")
COORDINATION_AREAS = (
    "behavioural_health", "medical", "school", "housing", "benefits", "transport", "respite", "legal",
    "early_childhood", "disability", "employment",
)  # fmt: skip
ATTACHMENT_KINDS = ("photo", "scan", "pdf")
RELEASE_PARTS = ("plan", "crisis_card", "eco_map", "promises", "talk", "message")
"""What may be shared under a release. `talk`: saying how things go; no paper holds it. `message`: the
two-way form with a clinic."""
REQUEST_KINDS = ("copy", "amendment", "disclosures")
REQUEST_AUTHORITIES = ("self", "parent", "guardian", "representative", "court", "other")
REQUEST_OUTCOMES = ("open", "delivered", "refused", "amended", "withdrawn")
REQUEST_HOW = ("in_person", "mail", "file", "read_here")
PAPER_PARTS = ("plan", "promises", "eco_map", "crisis_card")
"""What a copy may hold, in the order in which it is read; codes of RELEASE_PARTS."""
CONTENT_LANGUAGES = ("en", "es")
"""Languages that family-facing words may be entered in today."""
OPEN_LABELS = ("general", "school")
"""Labels that family-facing screens and papers may show; all others are restricted."""


def codes(joined: str) -> tuple[str, ...]:
    """The codes of a register that holds a set, in order, without blanks."""
    return tuple(part for part in joined.split(",") if part)


def join_codes(parts: tuple[str, ...] | list[str]) -> str:
    """The register's text for a set of codes: duplicates gone, order kept."""
    return ",".join(dict.fromkeys(part for part in parts if part))
