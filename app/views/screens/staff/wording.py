"""Roles, tablets, reasons and counts in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.services.removal_views import RemovalView
from app.services.staff_views import Colleague, TabletView, TeamView
from app.services.stream_watch import Reach
from app.views import dates
from app.views.widgets.ui import Ui
from app.wraparound.roles import MATRIX, Action

ROLES: Final = ("coordinator", "partner", "supervisor", "administrator")
"""In the order in which an agency meets them."""

GROUPS: Final[dict[str, tuple[Action, ...]]] = {
    "families": ("family.open", "family.edit", "phase.close"),
    "plan": ("plan.edit", "crisis.edit", "meeting.run"),
    "notes": ("note.write", "note.sign", "note.misplaced", "attachment.keep"),
    "people": ("person.edit", "support.edit", "strength.edit"),
    "steps": ("step.edit", "rating.write", "audience.edit", "translation.write", "conflict.settle"),
    "share": ("release.write", "copy.make", "disclosure.lawful", "request.write", "label.restrict"),
    "cover": ("cover.give", "family.transfer", "aside.adopt", "family.join"),
    "hold": ("hold.set", "retention.decide"),
    "audit": ("audit.export",),
    "work": ("visit.plan", "event.write", "referral.write", "directory.keep", "care.edit", "pulse.write"),
    "ask": ("measure.write", "screening.write", "private.tell", "safety.write", "authority.write",
            "message.write", "episode.edit", "tier.override"),
    "review": ("note.cosign", "packet.make"),
    "rules": ("rules.set",),
    "directory": ("directory.import",),
    "agency": ("person.invite", "roles.set", "person.remove", "device.remove", "agency.edit", "seed.use"),
}
"""What people read of the matrix: each group is allowed as a whole or not at all (a test says so)."""
SILENT: Final[frozenset[Action]] = frozenset({"audit.write", "hand_over.read", "bundle.carry"})
"""Actions that need no words: the first everybody does without knowing, the second comes with a family,
the third is every tablet's."""


def roles_words(ui: Ui, roles: Sequence[str]) -> str:
    """What somebody does here, in words."""
    return ", ".join(ui.say(f"staff.role.{role}") for role in ROLES if role in roles)


def may_words(ui: Ui, role: str) -> tuple[str, ...]:
    """What a role may do, one sentence for each group of the matrix."""
    return tuple(
        ui.say(f"staff.may.{name}") for name, acts in GROUPS.items() if role in MATRIX[acts[0]].roles
    )


def team_words(ui: Ui, team: TeamView) -> str:
    """What a team is called; without a name, after whoever supervises it."""
    if team.name:
        return team.name
    return ui.say("staff.team_of", name=team.supervisor or ui.say("invite.nameless"))


def name_of(ui: Ui, one: Colleague) -> str:
    """Their name, or a word for nobody's."""
    return one.name or ui.say("invite.nameless")


def person_line(ui: Ui, one: Colleague) -> str:
    """Title, roles and what is missing, in one line."""
    parts = [one.title, roles_words(ui, one.roles)]
    if not one.in_use:
        parts.append(ui.say("invite.no_tablet"))
    elif one.in_use > 1:
        parts.append(ui.say("staff.tablets", count=one.in_use))
    return " · ".join(part for part in parts if part)


def tablet_line(ui: Ui, one: TabletView, now_ms: int) -> str:
    """When a tablet was let in, and when the server last saw it."""
    language = ui.settings.language
    if one.state != "in_use":
        when = dates.moment(language, one.ended_ms, now_ms)
        return ui.say(f"staff.tablet.{one.state}", when=when)
    since = dates.moment(language, one.certified_ms, now_ms)
    if one.contact_ms is None:
        return ui.say("staff.tablet.unknown", since=since)
    if not one.contact_ms:
        return ui.say("staff.tablet.never", since=since)
    seen = dates.moment(language, one.contact_ms, now_ms)
    return ui.say("staff.tablet.seen", since=since, seen=seen)


def tablet_name(ui: Ui, one: TabletView, number: int) -> str:
    """ "This tablet", or its number and the first letters of its id."""
    if one.here:
        return ui.say("staff.tablet.here")
    return ui.say("staff.tablet.name", number=number, mark=one.device_id[:4].upper())


def reach_words(ui: Ui, reach: Reach) -> str:
    """How far new keys have come, and of what."""
    if not reach.total:
        return ui.say("removal.keys_none")
    key = "removal.keys_done" if reach.complete else "removal.keys"
    said = ui.say(key, done=reach.done, total=reach.total)
    return said if reach.everywhere else ui.say("removal.keys_here", said=said)


def families_words(ui: Ui, count: int) -> str:
    """ "1 family", "14 families"."""
    return ui.say("removal.family_one") if count == 1 else ui.say("removal.families", count=count)


def removal_line(ui: Ui, view: RemovalView, now_ms: int) -> str:
    """When, and whether as lost."""
    when = dates.moment(ui.settings.language, view.at_ms, now_ms)
    return ui.say("removal.line_lost" if view.lost else "removal.line", when=when)
