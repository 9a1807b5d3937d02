"""The vocabulary of the code: every record type, and the registry by type name."""

from __future__ import annotations

from .agency import AgencyProfile, StaffMember
from .attachments import Attachment
from .audience import NotFor, Translation
from .audit import AuditEntry, AuditSeal
from .base import OWN_COLUMNS, FamilyWords, Record, fields_of
from .care import AdultSafetyPlan, Authority, CareFacts, CareMonth, ProviderMessage, Referral, SafetyReport
from .crisis import CrisisItem, CrisisPlan
from .family import (
    ContactSafety,
    Coordinator,
    Family,
    FamilyLink,
    FamilyVision,
    NaturalSupport,
    Person,
    TeamMember,
)
from .handing import Cover, HandOver
from .keeping import EnteredInError, LegalHold, MovedItem, RecordRequest, RetentionDecision, RetentionRule
from .measures import Finding, LifeEvent, MeasureScore, PrivateTalk, Pulse, Screening
from .meetings import (
    Attendance,
    Meeting,
    PhaseCheck,
    PhaseClosing,
    PlanVersion,
    Preparation,
    Signature,
)
from .notes import Addendum, Note
from .plan import (
    ActionStep,
    Need,
    Outcome,
    Rating,
    Strategy,
    Strength,
    TransitionItem,
    TransitionPlan,
)
from .practice import DirectoryEdition, LocalService, PracticeRules, ServiceCheck
from .practice_work import CoSignature, Episode, TierOverride, Visit
from .sharing import Disclosure, Release
from .staff import Adopted, AgencyTeam

RECORD_TYPES: dict[str, type[Record]] = {
    record_class.TYPE: record_class
    for record_class in (
        AgencyProfile, StaffMember, AgencyTeam,
        Family, FamilyLink, FamilyVision, Person, TeamMember, NaturalSupport, ContactSafety, Coordinator,
        Strength, Need, Outcome, Strategy, ActionStep, Rating,
        CrisisPlan, CrisisItem, TransitionPlan, TransitionItem,
        Meeting, Attendance, Preparation, PlanVersion, Signature, PhaseCheck, PhaseClosing,
        Note, Addendum, Attachment,
        NotFor, Translation, Release, Disclosure,
        Cover, HandOver, EnteredInError, MovedItem, RecordRequest, LegalHold, RetentionRule,
        RetentionDecision,
        AuditEntry, AuditSeal, Adopted,
        PracticeRules, DirectoryEdition, ServiceCheck, LocalService,
        Visit, CoSignature, TierOverride, Episode,
        MeasureScore, PrivateTalk, Screening, Finding, LifeEvent, Pulse,
        Referral, ProviderMessage, SafetyReport, AdultSafetyPlan, Authority, CareFacts, CareMonth,
    )
}  # fmt: skip

SCHEMA = 1
"""Version of the record vocabulary; travels in every operation."""

__all__ = [
    "OWN_COLUMNS", "RECORD_TYPES", "SCHEMA", "ActionStep", "Addendum", "Adopted", "AdultSafetyPlan",
    "AgencyProfile", "AgencyTeam", "Attachment", "Attendance", "AuditEntry", "AuditSeal", "Authority",
    "CareFacts", "CareMonth", "CoSignature", "ContactSafety", "Coordinator", "Cover", "CrisisItem",
    "CrisisPlan", "DirectoryEdition", "Disclosure", "EnteredInError", "Episode", "Family", "FamilyLink",
    "FamilyVision", "FamilyWords", "Finding", "HandOver", "LegalHold", "LifeEvent", "LocalService",
    "MeasureScore", "Meeting", "MovedItem", "NaturalSupport", "Need", "NotFor", "Note", "Outcome",
    "Person", "PhaseCheck", "PhaseClosing", "PlanVersion", "PracticeRules", "Preparation",
    "PrivateTalk", "ProviderMessage", "Pulse", "Rating", "Record", "RecordRequest", "Referral",
    "Release", "RetentionDecision", "RetentionRule", "SafetyReport", "Screening", "ServiceCheck",
    "Signature", "StaffMember", "Strategy", "Strength", "TeamMember", "TierOverride", "TransitionItem",
    "TransitionPlan", "Translation", "Visit", "fields_of",
]  # fmt: skip
