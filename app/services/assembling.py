"""Puts the services of an unlocked tablet together, and starts what runs by itself.

Owns the one place that names them all; `keyholder` opens the vault and hands over what they stand on.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from app.store.vault import Vault

from .access import Access
from .adult_safety import AdultSafety
from .attachment_life import begin_attachments
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
from .entry import Entry
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
from .open_tablet import OpenTablet
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
from .surroundings import Surroundings
from .sync_story import SyncStory
from .syncing import Syncing
from .table import FamilyTable
from .tiers import Tiers
from .today import Today
from .transition import Transition
from .versions import Versions
from .visits import Visits
from .whole_wire import Wire

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Base:
    """What every service stands on. wire: None without a server. confirm: asks for the passphrase again.
    try_kit: whether words open this tablet's kit."""

    home: Path
    around: Surroundings
    vault: Vault
    desk: Desk
    syncing: Syncing
    wire: Wire | None
    server_url: str
    settings: Settings
    entry: Entry
    confirm: Callable[[str], Awaitable[None]]
    try_kit: Callable[[bytes], Awaitable[None]]


def assembled(base: Base) -> OpenTablet:
    """All services over an open vault, and the engine started."""
    around, vault, desk, syncing = base.around, base.vault, base.desk, base.syncing
    wire, server_url, settings = base.wire, base.server_url, base.settings
    recovery = Recovery(desk, syncing, wire, around.random, base.try_kit)

    attachments = begin_attachments(desk, syncing, wire, around, base.home)

    directory, sharing = Directory(desk, attachments), Sharing(desk)

    async def close() -> None:
        recovery.drop()
        directory.shelf.close()
        caseload.drop()
        try:
            await attachments.stop()
            await syncing.stop()
            if wire is not None:
                await wire.aclose()
        finally:
            await vault.close()

    removal = Removal(desk, syncing, wire)
    notes, staff = Notes(desk), Staff(desk, syncing, wire)
    rules, talks = PracticeRules(desk), PrivateTalks(desk)
    caseload, cosigning = Caseload(desk, rules), Cosigning(desk, notes, rules)
    opened = OpenTablet(
        desk=desk,
        casebook=Casebook(desk, caseload),
        family_details=FamilyDetails(desk),
        opening=Opening(desk),
        notes=notes,
        supports=Supports(desk),
        plan=Plan(desk),
        versions=Versions(desk),
        phases=Phases(desk),
        transition=Transition(desk),
        progress=ProgressCharts(desk, rules),
        contacts=Contacts(desk),
        coordinators=Coordinators(desk),
        meetings=Meetings(desk),
        crisis=CrisisPlans(desk),
        audiences=Audiences(desk),
        translations=Translations(desk),
        pages=FamilyPages(desk),
        table=FamilyTable(desk, base.confirm),
        sharing=sharing,
        conflicts=Conflicts(desk),
        carrying=Carrying(desk),
        joining=Joining(desk),
        first_sync=FirstSync(desk),
        settings=settings,
        syncing=syncing,
        story=SyncStory(desk),
        enrolment=Enrolment(desk, syncing, wire, server_url, around.random, removal.streams),
        access=Access(base.entry),
        staff=staff,
        removal=removal,
        late=Late(desk),
        handing=Handing(desk, syncing),
        recovery=recovery,
        labels=Labels(desk),
        keeping=Keeping(desk),
        audit=Audit(desk),
        rules=rules,
        item_texts=ItemTexts(desk, rules),
        contact_log=ContactLog(desk, rules),
        note_counting=NoteCounting(desk, rules),
        episodes=Episodes(desk, rules),
        tiers=Tiers(desk, rules),
        caseload=caseload,
        safety=SafetyReports(desk, rules),
        adult_safety=AdultSafety(desk, sharing.gate),
        messages=ProviderMessages(desk, sharing),
        packets=AuditPackets(desk, sharing, rules),
        today=Today(desk, notes, caseload),
        visits=Visits(desk, notes),
        knock=Knock(desk, caseload),
        cosigning=cosigning,
        board=Board(desk, caseload, cosigning, staff, rules),
        fidelity=Fidelity(desk),
        form_drafts=FormDrafts(desk),
        care=Care(desk),
        authorities=Authorities(desk),
        pulses=Pulses(desk),
        measures=FamilyMeasurements(desk, rules, talks),
        screenings=Screenings(desk, rules, talks),
        private_talks=talks,
        life_events=LifeEvents(desk),
        attachments=attachments,
        directory=directory,
        referrals=Referrals(desk, sharing.log),
        close=close,
    )
    syncing.start(lambda: _share(opened.handing, removal, opened.labels, attachments, directory))
    attachments.start()
    return opened


async def _share(
    handing: Handing, removal: Removal, labels: Labels, attachments: Attachments, directory: Directory
) -> None:
    """After each contact: somebody may be waiting for keys that this tablet can give, have been
    removed, or have had their last day with a family."""
    try:
        await handing.end_due()
    except AppError as error:
        log.info("covers not ended: %s", error.code)
    await labels.follow_all()
    await removal.after_contact()
    await attachments.renew()
    await directory.shelf.fetch_newest()
