"""Noting what a worker looks at: one hook for all places, so that no screen can forget it.

Owns which place shows which part of a family. The audit notes a part once a day for each person.
Follows docs/audit.md, "Looking".
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

import flet as ft

from app.errors import AppError
from app.services.tablet import Tablet
from app.views.place import Place

_log = logging.getLogger(__name__)

AREA_OF: Final[Mapping[str, str]] = {
    "knock": "visits", "visits": "visits", "visit": "visits", "visit_editor": "visits",
    "note": "note", "note_editor": "notes",
    "crisis": "crisis", "crisis_editor": "crisis",
    "meetings": "meeting", "meeting_before": "meeting", "meeting": "meeting",
    "documents": "documents", "release": "documents", "family_copy": "documents",
    "attachments": "documents", "attachment": "documents",
    "versions": "versions", "version": "versions", "changes": "versions",
    "phase": "phases", "transition": "phases", "progress": "progress", "progress_paper": "progress",
    "clocks": "progress", "fidelity": "progress",
    "family_details": "details", "coordinators": "people", "person_editor": "people",
    "member_editor": "people", "support_editor": "people", "audience": "people",
    "translations": "plan", "table": "plan", "conflict": "plan", "audit": "audit", "audit_copy": "audit",
    "requests": "requests", "request": "requests", "care": "care", "care_editor": "care",
    "authority": "care", "authority_editor": "care", "pulse": "care", "pulse_ask": "care",
    "safety": "safety", "safety_report": "safety", "adult_safety": "safety", "adult_plan": "safety",
    "contacts_log": "notes", "tiers": "details", "tier_choice": "details", "episodes": "details",
    "episode_editor": "details",
    "referrals": "referrals", "referral": "referrals",
    "messages": "documents", "message": "documents",
    "measures": "measures", "measure": "measures", "measure_entry": "measures", "measure_score": "measures",
    "private_talk": "safety", "screening": "screening", "screening_talk": "screening",
    "trauma_screen": "screening", "events": "progress", "event_editor": "progress",
}  # fmt: skip
"""Place → what of a family it shows. Places that are not here show nothing of one family."""

PRIVATE: Final = frozenset({"safety"})
"""Noted in the restricted stream: that somebody looked there is a hint by itself."""

TABS: Final = {"plan": "plan", "people": "people", "notes": "notes", "": "plan"}


def area_of(place: Place) -> tuple[str, str]:
    """(area, record id of a note) that a place shows; ("", "") for places of no family."""
    if not place.family_id:
        return "", ""
    if place.name == "family":
        return TABS.get(place.tab, ""), ""
    area = AREA_OF.get(place.name, "documents" if place.name not in KNOWN else "")
    return area, place.record_id if area == "note" else ""


KNOWN: Final = frozenset(
    {"today", "families", "new_family", "sync", "settings", "people", "invite", "directory", "service"}
)
"""Places that show no single family, whatever ids they carry."""


def use_seen(tablet: Tablet, place: Place, showing: bool) -> None:
    """Note the place that a worker sees. showing: the tablet is open and not covered by the table."""

    async def note() -> None:
        area, item = area_of(place)
        if not showing or not area:
            return
        try:
            await tablet.open.audit.saw(place.family_id, area, item, restricted=area in PRIVATE)
        except AppError as error:
            _log.info("not noted: %s", error.code)
        except Exception as error:  # an effect that raises would end the session
            _log.error("not noted: %s", type(error).__name__)

    ft.use_effect(note, [place.name, place.family_id, place.tab, place.record_id, showing])
