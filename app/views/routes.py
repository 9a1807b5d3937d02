"""Which component shows which place: a table of names, imported only when a place is opened.

Owns the table alone. Every screen is a component that takes the `Place` it is shown for. A place
that the table does not know raises, so that the error boundary names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, cast

import flet as ft

from app.views.place import Place

Screen = Callable[[Place], ft.Control]
"""A component of one place."""

PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "today": ("app.views.screens.today", "Today"),
    "knock": ("app.views.screens.knock", "KnockPlace"),
    "visits": ("app.views.screens.visits", "VisitsPlace"),
    "visit": ("app.views.screens.visits", "VisitPlace"),
    "visit_editor": ("app.views.screens.visits", "VisitEditorPlace"),
    "families": ("app.views.screens.families", "Families"),
    "new_family": ("app.views.screens.new_family", "OpenFamily"),
    "sync": ("app.views.screens.sync_centre", "SyncCentre"),
    "carrying": ("app.views.screens.carrying", "CarryingPlace"),
    "same_family": ("app.views.screens.joining.decide", "SameFamilyPlace"),
    "joined_family": ("app.views.screens.joining.joined", "JoinedPlace"),
    "settings": ("app.views.screens.settings", "SettingsScreen"),
    "people": ("app.views.screens.staff", "People"),
    "invite": ("app.views.screens.staff", "Invite"),
    "staff_person": ("app.views.screens.staff", "PersonPlace"),
    "staff_name": ("app.views.screens.staff", "NamePlace"),
    "staff_roles": ("app.views.screens.staff", "RolesPlace"),
    "staff_remove": ("app.views.screens.staff", "RemovePlace"),
    "removal": ("app.views.screens.staff", "RemovalPlace"),
    "teams": ("app.views.screens.staff", "TeamsPlace"),
    "team": ("app.views.screens.staff", "TeamPlace"),
    "agency_name": ("app.views.screens.staff", "AgencyNamePlace"),
    "my_tablets": ("app.views.screens.staff", "MyTablets"),
    "late": ("app.views.screens.staff", "LatePlace"),
    "crisis": ("app.views.screens.crisis", "Crisis"),
    "family": ("app.views.screens.family", "FamilyHome"),
    "note": ("app.views.screens.notes", "NotePlace"),
    "note_editor": ("app.views.screens.notes", "NoteEditorPlace"),
    "support_editor": ("app.views.screens.people", "SupportEditorPlace"),
    "conflict": ("app.views.screens.conflict", "ConflictPlace"),
    "family_details": ("app.views.screens.more", "FamilyDetailsPlace"),
    "phase": ("app.views.screens.more", "PhasePlace"),
    "transition": ("app.views.screens.more", "TransitionPlace"),
    "versions": ("app.views.screens.versions", "VersionsPlace"),
    "version": ("app.views.screens.versions", "VersionPlace"),
    "changes": ("app.views.screens.versions", "ChangesPlace"),
    "person_editor": ("app.views.screens.people", "PersonEditorPlace"),
    "member_editor": ("app.views.screens.people", "MemberEditorPlace"),
    "readers": ("app.views.screens.handing", "ReadersPlace"),
    "hand_on": ("app.views.screens.handing", "HandOnPlace"),
    "caseloads": ("app.views.screens.handing", "CaseloadsPlace"),
    "coordinators": ("app.views.screens.people", "CoordinatorsPlace"),
    "translations": ("app.views.screens.translations", "TranslationsPlace"),
    "audience": ("app.views.screens.audience", "AudiencePlace"),
    "crisis_editor": ("app.views.screens.crisis", "CrisisEditorPlace"),
    "table": ("app.views.screens.table", "TableDoor"),
    "clocks": ("app.views.screens.clocks", "ClocksPlace"),
    "meetings": ("app.views.screens.meeting", "MeetingsPlace"),
    "meeting_before": ("app.views.screens.meeting", "MeetingBefore"),
    "meeting": ("app.views.screens.meeting", "MeetingMode"),
    "care": ("app.views.screens.care", "CarePlace"),
    "care_editor": ("app.views.screens.care", "CareEditorPlace"),
    "authority": ("app.views.screens.care", "AuthoritiesPlace"),
    "authority_editor": ("app.views.screens.care", "AuthorityEditorPlace"),
    "pulse": ("app.views.screens.care", "PulsePlace"),
    "pulse_ask": ("app.views.screens.care", "PulseAskPlace"),
    "progress": ("app.views.screens.progress", "ProgressPlace"),
    "progress_paper": ("app.views.screens.progress", "ProgressPaperPlace"),
    "documents": ("app.views.screens.documents", "DocumentsPlace"),
    "release": ("app.views.screens.documents", "ReleasePlace"),
    "telling": ("app.views.screens.documents", "TellingPlace"),
    "without_release": ("app.views.screens.documents", "WithoutReleasePlace"),
    "disclosures": ("app.views.screens.documents", "DisclosuresPlace"),
    "safety": ("app.views.screens.safety", "SafetyPlace"),
    "safety_report": ("app.views.screens.safety", "SafetyReportPlace"),
    "adult_safety": ("app.views.screens.safety", "AdultSafetyPlace"),
    "adult_plan": ("app.views.screens.safety", "AdultPlanPlace"),
    "messages": ("app.views.screens.messages", "MessagesPlace"),
    "message": ("app.views.screens.messages", "MessagePlace"),
    "packet": ("app.views.screens.packet", "PacketPlace"),
    "audit": ("app.views.screens.audit", "AuditPlace"),
    "agency_audit": ("app.views.screens.audit", "AgencyAuditPlace"),
    "audit_copy": ("app.views.screens.audit", "AuditCopyPlace"),
    "family_copy": ("app.views.screens.documents", "FamilyCopyPlace"),
    "attachments": ("app.views.screens.attachments", "AttachmentsPlace"),
    "attachment": ("app.views.screens.attachments", "AttachmentPlace"),
    "requests": ("app.views.screens.keeping", "RequestsPlace"),
    "request": ("app.views.screens.keeping", "RequestPlace"),
    "keeping": ("app.views.screens.keeping", "KeepingPlace"),
    "note_misplaced": ("app.views.screens.keeping", "MisplacedPlace"),
    "told": ("app.views.screens.keeping", "ToldPlace"),
    "retention": ("app.views.screens.keeping", "RetentionPlace"),
    "recovery_kit": ("app.views.screens.recovery", "RecoveryKitPlace"),
    "seed": ("app.views.screens.recovery", "SeedPlace"),
    "measures": ("app.views.screens.measures", "MeasuresPlace"),
    "measure": ("app.views.screens.measures", "MeasurePlace"),
    "measure_entry": ("app.views.screens.measures", "MeasureEntryPlace"),
    "measure_score": ("app.views.screens.measures", "MeasureScorePlace"),
    "private_talk": ("app.views.screens.measures", "PrivateTalkPlace"),
    "screening": ("app.views.screens.screening", "ScreeningPlace"),
    "screening_talk": ("app.views.screens.screening", "ScreeningTalkPlace"),
    "trauma_screen": ("app.views.screens.screening", "TraumaScreenPlace"),
    "events": ("app.views.screens.events", "EventsPlace"),
    "event_editor": ("app.views.screens.events", "EventEditorPlace"),
    "board": ("app.views.screens.board", "BoardPlace"),
    "board_families": ("app.views.screens.board", "BoardFamilies"),
    "cosign": ("app.views.screens.cosign", "CosignPlace"),
    "fidelity": ("app.views.screens.fidelity", "FidelityPlace"),
    "team_fidelity": ("app.views.screens.fidelity", "TeamFidelityPlace"),
}
"""Place name to (module, component)."""

RAIL_PLACE: Final[Mapping[str, str]] = {
    "today": "today",
    "sync": "sync",
    "conflict": "sync",
    "told": "sync",
    "carrying": "sync",
    "retention": "settings",
    "settings": "settings",
    "people": "settings",
    "agency_audit": "settings",
    "packet": "settings",
    "invite": "settings",
    "staff_person": "settings",
    "staff_name": "settings",
    "staff_roles": "settings",
    "staff_remove": "settings",
    "removal": "settings",
    "teams": "settings",
    "team": "settings",
    "agency_name": "settings",
    "my_tablets": "settings",
    "late": "sync",
    "recovery_kit": "settings",
    "seed": "settings",
    "caseloads": "settings",
    "board": "board",
    "board_families": "board",
    "cosign": "board",
    "team_fidelity": "board",
}
"""Which place of the rail is lit; families for all others."""


FULL_BLEED: Final = frozenset({"meeting", "pulse_ask"})
"""Places without the rail: the tablet lies in the middle of the table."""


def screen_of(name: str) -> Screen:
    """The component of a place. Raises KeyError for a name that is not in the table."""
    module, component = PLACES[name]
    return cast(Screen, getattr(import_module(module), component))
