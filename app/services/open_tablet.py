"""Everything that is open with an unlocked tablet: all services, each for one part of the work.

Owns their list alone; `keyholder` makes them, and locking drops them together.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .access import Access
from .adult_safety import AdultSafety
from .attachments import Attachments
from .audience import Audiences
from .audit import Audit
from .audit_packet import AuditPackets
from .authorities import Authorities
from .board import Board
from .care import Care
from .carrying import Carrying
from .casebook import Casebook
from .caseload import Caseload
from .conflicts import Conflicts
from .contact_log import ContactLog
from .contacts import Contacts
from .coordinators import Coordinators
from .cosigning import Cosigning
from .crisis import CrisisPlans
from .desk import Desk
from .directory import Directory
from .enrolment import Enrolment
from .episodes import Episodes
from .family_details import FamilyDetails
from .family_page import FamilyPages
from .fidelity import Fidelity
from .first_sync import FirstSync
from .form_drafts import FormDrafts
from .handing import Handing
from .item_texts import ItemTexts
from .joining import Joining
from .keeping import Keeping
from .knock import Knock
from .labels import Labels
from .language import Translations
from .life_events import LifeEvents
from .measures import FamilyMeasurements
from .meetings import Meetings
from .note_counting import NoteCounting
from .notes import Notes
from .opening import Opening
from .phases import Phases
from .plan import Plan
from .practice_rules import PracticeRules
from .private_talks import PrivateTalks
from .progress import ProgressCharts
from .provider_messages import ProviderMessages
from .pulses import Pulses
from .recovery import Recovery
from .referrals import Referrals
from .removal import Removal
from .removal_aside import Late
from .safety_reports import SafetyReports
from .screening import Screenings
from .settings import Settings
from .sharing import Sharing
from .staff import Staff
from .supports import Supports
from .sync_story import SyncStory
from .syncing import Syncing
from .table import FamilyTable
from .tiers import Tiers
from .today import Today
from .transition import Transition
from .versions import Versions
from .visits import Visits


@dataclass(frozen=True)
class OpenTablet:
    """All services of an unlocked tablet."""

    desk: Desk
    casebook: Casebook
    family_details: FamilyDetails
    opening: Opening
    notes: Notes
    supports: Supports
    plan: Plan
    versions: Versions
    phases: Phases
    transition: Transition
    progress: ProgressCharts
    contacts: Contacts
    coordinators: Coordinators
    meetings: Meetings
    crisis: CrisisPlans
    audiences: Audiences
    translations: Translations
    pages: FamilyPages
    table: FamilyTable
    sharing: Sharing
    conflicts: Conflicts
    carrying: Carrying
    joining: Joining
    first_sync: FirstSync
    settings: Settings
    syncing: Syncing
    story: SyncStory
    enrolment: Enrolment
    access: Access
    staff: Staff
    removal: Removal
    late: Late
    handing: Handing
    recovery: Recovery
    labels: Labels
    keeping: Keeping
    audit: Audit
    attachments: Attachments
    rules: PracticeRules
    item_texts: ItemTexts
    directory: Directory
    referrals: Referrals
    contact_log: ContactLog
    note_counting: NoteCounting
    episodes: Episodes
    tiers: Tiers
    caseload: Caseload
    safety: SafetyReports
    adult_safety: AdultSafety
    messages: ProviderMessages
    packets: AuditPackets
    today: Today
    visits: Visits
    knock: Knock
    cosigning: Cosigning
    board: Board
    fidelity: Fidelity
    form_drafts: FormDrafts
    care: Care
    authorities: Authorities
    pulses: Pulses
    measures: FamilyMeasurements
    screenings: Screenings
    private_talks: PrivateTalks
    life_events: LifeEvents
    close: Callable[[], Awaitable[None]]
