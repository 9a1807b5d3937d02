"""Codes of the practice engine's records, in the order screens offer them. Words live in the locales.

Those of notes, plans and people are in `vocabulary`. Source: the record vocabulary of the design (02).
"""

from __future__ import annotations

VISIT_STATUSES = ("planned", "done", "missed", "cancelled")
CO_SIGNATURES = ("co_signed", "returned")
CONTACT_MEDIUMS = ("in_person", "phone", "video", "text", "mail")
ACTIVITIES = (
    "screened", "explained_trauma", "safety_planned", "calming_skills", "caregiver_coping", "linked_to_care",
    "shared_with_team",
)  # fmt: skip
"""Trauma-informed activities that a note may count (after NCTSN's list of what to measure)."""
DISCHARGE_REASONS = (
    "goals_met", "family_chose", "moved_away", "not_reached", "higher_care", "aged_out", "not_eligible",
    "other",
)  # fmt: skip
SETTINGS = (
    "home_parents", "home_relative", "home_adoptive", "friend", "foster", "treatment_foster", "group_home",
    "residential", "hospital", "detention", "shelter", "own_place", "other",
)  # fmt: skip
"""Where somebody lives, from the least restrictive on within each group."""
HOME_SETTINGS = frozenset({"home_parents", "home_relative", "home_adoptive", "own_place"})
INFORMANTS = ("youth", "caregiver", "worker", "teacher", "clinician")
PRIVATE_KINDS = ("self_harm", "violence", "trauma")
SOCIAL_DOMAINS = ("economic", "neighbourhood", "education", "community", "health")
"""Economic stability; neighbourhood and built environment; education; social and community context
(discrimination included); health and health care."""
SCREENING_KINDS = ("social", "trauma")
SCREEN_RESULTS = ("positive", "negative", "unclear")
FINDING_STATUSES = ("open", "need", "referral", "not_now", "solved")
EVENT_KINDS = (
    "placement", "hospital", "emergency_visit", "suspension", "arrest", "move", "loss", "achievement",
    "other",
)  # fmt: skip
PULSE_QUESTIONS = ("helping", "heard", "hopeful", "doable")
SERVICE_DOMAINS = (
    "behavioural_health", "medical", "school", "early_childhood", "disability", "respite", "basic_needs",
    "housing", "food", "money", "transport", "legal", "employment", "peer_support", "recreation",
)  # fmt: skip
CHECK_RESULTS = ("right", "changed", "no_answer", "closed")
REFERRAL_STATUSES = (
    "draft", "sent", "accepted", "waiting", "connected", "completed", "declined", "not_connected",
)
REFERRAL_WAYS = ("family_calls", "release")
REFERRALS_OVER = frozenset({"completed", "declined", "not_connected"})
MESSAGE_STATUSES = ("draft", "sent", "answered", "closed")
SAFETY_KINDS = ("physical", "sexual", "neglect", "emotional", "trafficking", "danger", "other")
SAFETY_STATUSES = ("open", "done", "not_made")
AUTHORITY_BASES = ("parent", "guardian", "agency", "court_order", "self", "other")
CONSENT_AREAS = ("treatment", "medication", "school", "releases", "travel", "everything")
SCHOOL_PLANS = ("none", "iep", "plan_504", "being_tested", "not_known")
