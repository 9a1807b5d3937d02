"""Which places stand behind the More tab, and the soft line of each. Pure but for the look-up.

A place is listed when its module is there and holds its component: the list never leads nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Final

import flet as ft

from app.services.desk import Me
from app.services.family_details import FamilyDraft
from app.services.permissions import Action, allows
from app.services.phases import PhasesView
from app.services.transition import TransitionView
from app.services.versions import SinceMeeting, VersionView
from app.views import dates
from app.views.routes import PLACES
from app.views.screens.families.rows import phase_name
from app.views.screens.versions.wording import frozen_day
from app.views.widgets.ui import Ui
from app.wraparound.clocks import RunningClock

ORDER: Final = (
    ("table", ft.Icons.TABLE_RESTAURANT_OUTLINED),
    ("meetings", ft.Icons.EVENT_OUTLINED),
    ("visits", ft.Icons.DIRECTIONS_WALK_OUTLINED),
    ("clocks", ft.Icons.TIMER_OUTLINED),
    ("phase", ft.Icons.STAIRS_OUTLINED),
    ("progress", ft.Icons.SHOW_CHART),
    ("fidelity", ft.Icons.FACT_CHECK_OUTLINED),
    ("changes", ft.Icons.COMPARE_ARROWS),
    ("versions", ft.Icons.HISTORY_EDU_OUTLINED),
    ("transition", ft.Icons.WAVING_HAND_OUTLINED),
    ("measures", ft.Icons.STRAIGHTEN),
    ("screening", ft.Icons.CHAT_OUTLINED),
    ("events", ft.Icons.TIMELINE),
    ("coordinators", ft.Icons.HUB_OUTLINED),
    ("care", ft.Icons.MEDICAL_INFORMATION_OUTLINED),
    ("authority", ft.Icons.FAMILY_RESTROOM_OUTLINED),
    ("pulse", ft.Icons.FAVORITE_BORDER),
    ("referrals", ft.Icons.SIGNPOST_OUTLINED),
    ("attachments", ft.Icons.PHOTO_LIBRARY_OUTLINED),
    ("documents", ft.Icons.FOLDER_SHARED_OUTLINED),
    ("messages", ft.Icons.MARK_EMAIL_UNREAD_OUTLINED),
    ("requests", ft.Icons.INBOX_OUTLINED),
    ("keeping", ft.Icons.GAVEL_OUTLINED),
    ("contacts_log", ft.Icons.CONTACT_PHONE_OUTLINED),
    ("tiers", ft.Icons.LAYERS_OUTLINED),
    ("episodes", ft.Icons.DATE_RANGE_OUTLINED),
    ("readers", ft.Icons.VISIBILITY_OUTLINED),
    ("audit", ft.Icons.MANAGE_SEARCH),
    ("translations", ft.Icons.TRANSLATE_OUTLINED),
    ("family_details", ft.Icons.HOME_OUTLINED),
)
"""Place names of routes.PLACES in the order of the list, each with its icon."""


NEEDS: Final[Mapping[str, Action]] = {"requests": "request.write", "messages": "message.write"}
"""Places of work that not everybody does; who may not is not told that there is any."""


def is_for(me: Me, name: str) -> bool:
    """Whether somebody's roles include what a place is for."""
    return name not in NEEDS or allows(me, NEEDS[name])


def is_there(name: str) -> bool:
    """Whether a place can be opened in this build."""
    module, component = PLACES[name]
    try:
        return find_spec(module) is not None and hasattr(import_module(module), component)
    except ImportError:
        return False


@dataclass(frozen=True)
class MoreState:
    """What the soft lines are made from; None where it could not be read."""

    now_ms: int
    next_meeting_ms: int | None = None
    phases: PhasesView | None = None
    since: SinceMeeting | None = None
    versions: tuple[VersionView, ...] | None = None
    transition: TransitionView | None = None
    details: FamilyDraft | None = None
    releases: tuple[RunningClock, ...] = ()
    """Releases that end soon."""


def line_of(ui: Ui, name: str, state: MoreState) -> str:
    """The soft line of a place."""
    today = dates.local(state.now_ms).date()
    made = {
        "meetings": _meetings, "phase": _phase, "changes": _changes, "versions": _versions,
        "transition": _transition, "family_details": _details, "documents": _documents,
    }  # fmt: skip
    if name in made:
        return made[name](ui, state, today)
    return ui.say(f"more.{name}_line")


def _meetings(ui: Ui, state: MoreState, _today: date) -> str:
    if state.next_meeting_ms is None:
        return ui.say("more.unknown")
    if not state.next_meeting_ms:
        return ui.say("more.meeting_none")
    return ui.say(
        "more.meeting_next", moment=dates.moment(ui.language, state.next_meeting_ms, state.now_ms)
    )


def _phase(ui: Ui, state: MoreState, _today: date) -> str:
    if state.phases is None:
        return ui.say("more.unknown")
    left = len(state.phases.here.open_items)
    key = "phase_done" if not left else "phase_open_one" if left == 1 else "phase_open"
    number = state.phases.current
    return ui.say(f"more.{key}", number=number, count=left, name=phase_name(ui, number))


def _changes(ui: Ui, state: MoreState, today: date) -> str:
    if state.versions is None:
        return ui.say("more.unknown")
    if not state.versions:
        return ui.say("more.changes_none")
    if state.since is not None and state.since.version_id:
        day = dates.plain_day(ui.language, dates.local(state.since.since_ms).date(), today)
    else:
        day = frozen_day(ui, state.versions[0], today)
    return ui.say("more.changes_since", day=day)


def _versions(ui: Ui, state: MoreState, today: date) -> str:
    if state.versions is None:
        return ui.say("more.unknown")
    if not state.versions:
        return ui.say("more.versions_none")
    newest = state.versions[0]
    return ui.say("more.versions_line", number=newest.number, day=frozen_day(ui, newest, today))


def _transition(ui: Ui, state: MoreState, today: date) -> str:
    plan = state.transition
    if plan is None:
        return ui.say("more.unknown")
    planned = iso_day(ui, plan.planned_on, today)
    if planned:
        return ui.say("more.transition_day", day=planned)
    written = len(plan.lines) + bool(plan.celebration.strip()) + bool(plan.way_back.strip())
    if not written:
        return ui.say("more.transition_none")
    return ui.say("more.transition_line_one" if written == 1 else "more.transition_line", count=written)


def _documents(ui: Ui, state: MoreState, _today: date) -> str:
    ending = [one for one in state.releases if one.days_left >= 0]
    if not ending:
        return ui.say("more.documents_line")
    if len(ending) > 1:
        return ui.say("more.documents_ending", count=len(ending))
    when = dates.days_left(ui.language, ending[0].days_left)
    return ui.say("more.documents_ending_one", name=ending[0].about, when=when)


def _details(ui: Ui, state: MoreState, today: date) -> str:
    family = state.details
    if family is None or family.status == "open":
        return ui.say("more.details_line")
    closed = iso_day(ui, family.status_on, today)
    return ui.say("more.details_closed", day=closed) if closed else ui.say("more.details_closed_plain")


def typed_day(ui: Ui, iso: str) -> str:
    """An ISO day as it stands in a field: with its year, so that it is read back as the same day."""
    return iso_day(ui, iso, date.min)


def iso_day(ui: Ui, iso: str, today: date) -> str:
    """An ISO day in words; empty when there is none."""
    try:
        return dates.plain_day(ui.language, date.fromisoformat(iso), today)
    except ValueError:
        return ""
