"""Referrals, messages with primary care, care facts, authority, safety (design 02)."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class Referral(Record, table=True):
    """A family was pointed to a service, and what became of it."""

    __tablename__ = "referral"
    TYPE: ClassVar[str] = "referral"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("service_name",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("service_name", "organization", "note")

    need_id: str = ""
    finding_id: str = ""
    domain: str = ""
    """A code of practice_codes.SERVICE_DOMAINS."""
    service_id: str = ""
    """Id in the directory; empty: free words."""
    service_name: str = ""
    organization: str = ""
    phone: str = ""
    person_id: str = ""
    status: str = ""
    """A code of practice_codes.REFERRAL_STATUSES."""
    drafted_on: str = ""
    sent_on: str = ""
    accepted_on: str = ""
    waiting_on: str = ""
    connected_on: str = ""
    completed_on: str = ""
    declined_on: str = ""
    not_connected_on: str = ""
    reason: str = ""
    follow_up_on: str = ""
    support_while_waiting: str = ""
    sent_how: str = ""
    """A code of practice_codes.REFERRAL_WAYS."""
    release_id: str = ""
    note: str = ""
    label: str = "general"
    """A code of vocabulary.LABELS."""


class ProviderMessage(Record, table=True):
    """The two-way form between behavioural health and primary care."""

    __tablename__ = "provider_message"
    TYPE: ClassVar[str] = "provider_message"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("to_name",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("question", "answer", "to_name")

    to_id: str = ""
    """TeamMember id (hex); empty: typed."""
    to_name: str = ""
    to_organisation: str = ""
    release_id: str = ""
    about_id: str = ""
    reason: str = ""
    question: str = ""
    medication: str = ""
    co_management: str = ""
    due_on: str = ""
    status: str = ""
    """A code of practice_codes.MESSAGE_STATUSES."""
    sent_on: str = ""
    disclosure_id: str = ""
    answer: str = ""
    answer_medication: str = ""
    answer_co_management: str = ""
    answered_by: str = ""
    answered_on: str = ""
    label: str = "general"
    """A code of vocabulary.LABELS."""


class SafetyReport(Record, table=True):
    """A suspicion that must be reported. Restricted stream only; never in a family screen, paper or
    audit."""

    __tablename__ = "safety_report"
    TYPE: ClassVar[str] = "safety_report"

    person_id: str = ""
    about: str = ""
    kind: str = ""
    """A code of practice_codes.SAFETY_KINDS."""
    suspected_at_ms: int = 0
    oral_at_ms: int = 0
    oral_to: str = ""
    reference: str = ""
    written_at_ms: int = 0
    written_how: str = ""
    supervisor_id: str = ""
    supervisor_told_at_ms: int = 0
    status: str = ""
    """open, done, not_made."""
    not_made_why: str = ""
    note: str = ""


class AdultSafetyPlan(Record, table=True):
    """A plan of an adult who is not safe at home. Restricted stream only; never on the crisis card."""

    __tablename__ = "adult_safety_plan"
    TYPE: ClassVar[str] = "adult_safety_plan"

    person_id: str = ""
    person_name: str = ""
    signs: str = ""
    safe_places: str = ""
    people: str = ""
    code_word: str = ""
    take: str = ""
    children: str = ""
    safe_contact: str = ""
    hotline: str = ""
    reviewed_on: str = ""
    note: str = ""


class Authority(Record, table=True):
    """Which adult may decide what for which child, and what shows it."""

    __tablename__ = "authority"
    TYPE: ClassVar[str] = "authority"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("adult_name",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("note",)

    adult_id: str = ""
    adult_name: str = ""
    person_id: str = ""
    basis: str = ""
    """A code of practice_codes.AUTHORITY_BASES."""
    may_consent: str = ""
    """Codes of practice_codes.CONSENT_AREAS joined by a comma."""
    no_contact: bool = False
    seen: str = ""
    """The paper that shows it, in words."""
    seen_on: str = ""
    from_on: str = ""
    ends_on: str = ""
    note: str = ""


class CareFacts(Record, table=True):
    """What is asked about somebody's care once, and shown ever after. Its id follows from the person."""

    __tablename__ = "care_facts"
    TYPE: ClassVar[str] = "care_facts"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("medicines", "allergies", "clinicians", "helps")

    person_id: str = ""
    medicines: str = ""
    allergies: str = ""
    conditions: str = ""
    clinicians: str = ""
    pharmacy: str = ""
    school_plan: str = ""
    """A code of practice_codes.SCHOOL_PLANS."""
    school_supports: str = ""
    helps: str = ""
    asked_on: str = ""
    note: str = ""


class CareMonth(Record, table=True):
    """What a month cost somebody: appointments, days missed, money. Its id follows from person and
    month."""

    __tablename__ = "care_month"
    TYPE: ClassVar[str] = "care_month"

    person_id: str = ""
    month: str = ""
    """`2026-11`."""
    visits_kept: int = 0
    visits_missed: int = 0
    school_days_missed: int = 0
    work_days_missed: int = 0
    out_of_pocket: int = 0
    """Whole dollars."""
    note: str = ""
