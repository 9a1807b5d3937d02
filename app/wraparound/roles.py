"""Who may do what: roles × actions, and which records each action writes, in which streams.

Owns the one matrix. The services ask it before every change (`services/permissions.py`), every
tablet asks it of every operation that comes in (`store/rights.py`), and docs/roles.md is held
against it by a test. A leaf: names only. Source: design 04, "Enrolment and login".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

Role = Literal["administrator", "supervisor", "coordinator", "partner"]
"""As in the agency's control chain. A partner is a family or youth partner: staff, with less."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)

Action = Literal[
    "family.open", "family.edit", "phase.close", "person.edit", "plan.edit", "strength.edit", "step.edit",
    "rating.write", "support.edit", "crisis.edit", "meeting.run", "note.write", "note.sign",
    "note.misplaced", "attachment.keep", "audience.edit", "translation.write", "conflict.settle",
    "release.write",
    "copy.make", "disclosure.lawful", "request.write", "label.restrict", "cover.give", "family.transfer",
    "hand_over.read", "hold.set", "retention.decide", "audit.export", "audit.write", "person.invite",
    "roles.set", "person.remove",
    "device.remove", "agency.edit", "seed.use", "aside.adopt", "bundle.carry", "family.join",
    "rules.set", "directory.import", "directory.keep", "visit.plan", "note.cosign", "measure.write",
    "screening.write", "event.write", "private.tell", "referral.write", "message.write", "safety.write",
    "authority.write", "care.edit", "pulse.write", "episode.edit", "tier.override", "packet.make",
]  # fmt: skip

ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

_A: Final = frozenset({"administrator"})
_S: Final = frozenset({"supervisor"})
_SC: Final = frozenset({"supervisor", "coordinator"})
_SCP: Final = _SC | {"partner"}
_ALL: Final = frozenset(ROLES)


@dataclass(frozen=True, slots=True)
class Act:
    """One action: who may, and the record types that come of it (every one of them may be none)."""

    roles: frozenset[str]
    writes: tuple[str, ...] = ()


MATRIX: Final[dict[Action, Act]] = {
    "family.open": Act(_SC, ("family", "person")),
    "family.edit": Act(_SC, ("family", "team_member", "coordinator", "contact_safety")),
    "phase.close": Act(_SC, ("phase_check", "phase_closing", "transition_plan", "transition_item")),
    "person.edit": Act(_SCP, ("person",)),
    "plan.edit": Act(_SC, ("family_vision", "need", "outcome", "strategy")),
    "strength.edit": Act(_SCP, ("strength",)),
    "step.edit": Act(_SCP, ("action_step",)),
    "rating.write": Act(_SCP, ("rating",)),
    "support.edit": Act(_SCP, ("natural_support", "contact_safety")),
    "crisis.edit": Act(_SC, ("crisis_plan", "crisis_item")),
    "meeting.run": Act(_SC, ("meeting", "attendance", "preparation", "plan_version", "signature")),
    "note.write": Act(_SCP, ("note", "addendum")),
    "note.sign": Act(_SCP, ("note",)),
    "note.misplaced": Act(_SCP, ("entered_in_error", "moved_item")),
    "attachment.keep": Act(_SCP, ("attachment",)),
    "audience.edit": Act(_SCP, ("not_for",)),
    "translation.write": Act(_SCP, ("translation",)),
    "conflict.settle": Act(_SCP),
    "release.write": Act(_SC, ("release",)),
    "copy.make": Act(_SC, ("disclosure",)),
    "disclosure.lawful": Act(_SC, ("disclosure",)),
    "request.write": Act(_SC, ("record_request",)),
    "label.restrict": Act(_SC, ("moved_item",)),
    "cover.give": Act(_S, ("cover",)),
    "family.transfer": Act(_S, ("hand_over",)),
    "hand_over.read": Act(_SC, ("hand_over",)),
    "hold.set": Act(_A | _S, ("legal_hold",)),
    "retention.decide": Act(_A | _S, ("retention_decision",)),
    "audit.export": Act(_A | _SC, ()),
    "audit.write": Act(_ALL, ("audit_entry", "audit_seal")),
    "person.invite": Act(_A, ("staff_member",)),
    "roles.set": Act(_A),
    "person.remove": Act(_A),
    "device.remove": Act(_A),
    "agency.edit": Act(_A, ("agency_profile", "staff_member", "agency_team", "retention_rule")),
    "seed.use": Act(_A),
    "aside.adopt": Act(_S, ("adopted",)),
    "bundle.carry": Act(_ALL),
    "family.join": Act(_S, ("family_link",)),
    "rules.set": Act(_A, ("practice_rules",)),
    "directory.import": Act(_A | _S, ("directory_edition",)),
    "directory.keep": Act(_SCP, ("service_check", "local_service")),
    "visit.plan": Act(_SCP, ("visit",)),
    "note.cosign": Act(_S, ("co_signature",)),
    "measure.write": Act(_SC, ("measure_score",)),
    "screening.write": Act(_SC, ("screening", "finding")),
    "event.write": Act(_SCP, ("life_event",)),
    "private.tell": Act(_SC, ("private_talk",)),
    "referral.write": Act(_SCP, ("referral",)),
    "message.write": Act(_SC, ("provider_message",)),
    "safety.write": Act(_SC, ("safety_report", "adult_safety_plan")),
    "authority.write": Act(_SC, ("authority",)),
    "care.edit": Act(_SCP, ("care_facts", "care_month")),
    "pulse.write": Act(_SCP, ("pulse",)),
    "episode.edit": Act(_SC, ("episode",)),
    "tier.override": Act(_SC, ("tier_override",)),
    "packet.make": Act(_S, ("disclosure",)),
}
"""Everybody may besides report a tablet of their own as lost, and name themselves."""

AGENCY_TYPES: Final = frozenset(
    {"agency_profile", "staff_member", "agency_team", "legal_hold", "retention_rule", "retention_decision",
     "practice_rules", "directory_edition", "service_check", "local_service"}
)  # fmt: skip
"""Records of the agency's data stream."""
ANYWHERE: Final = frozenset({"audit_entry", "audit_seal"})
"""Records of every stream."""
RESTRICTED_TYPES: Final = frozenset(
    {"note", "addendum", "attachment", "need", "outcome", "strategy", "action_step", "strength", "rating",
     "moved_item", "entered_in_error", "disclosure", "record_request", "release", "translation", "not_for",
     "adopted", "co_signature", "private_talk", "safety_report", "adult_safety_plan", "provider_message"}
)  # fmt: skip
"""Records that may lie in a family's restricted stream; all others of a family only in the team's."""
RESTRICTED_ONLY: Final = frozenset({"private_talk", "safety_report", "adult_safety_plan"})
"""Of these, the ones that count nowhere else: partners and families' screens never have them."""
OWN_TYPES: Final = frozenset({"staff_member"})
"""Records whose id is a person's: that person may write it whatever their role."""

WRITERS: Final[dict[str, frozenset[str]]] = {
    name: frozenset().union(*(act.roles for act in MATRIX.values() if name in act.writes))
    for name in {written for act in MATRIX.values() for written in act.writes}
}
"""Record type → roles of which its author needs one."""


def may(roles: Iterable[str], action: Action) -> bool:
    """Whether one of the roles includes the action."""
    return not MATRIX[action].roles.isdisjoint(roles)


def may_write(type_name: str, label: str, roles: Iterable[str], *, own: bool = False) -> bool:
    """Whether a record of this type by somebody with these roles counts in a stream of this label.

    label: team, family, restricted or data. own: the record's id is the author's person id.
    A type that this app does not know counts: a newer app knows who may write it.
    """
    writers = WRITERS.get(type_name)
    if writers is None:
        return True
    if not _belongs(type_name, label):
        return False
    if own and type_name in OWN_TYPES:
        return True
    return not writers.isdisjoint(roles)


def _belongs(type_name: str, label: str) -> bool:
    if type_name in ANYWHERE:
        return True
    if (type_name in AGENCY_TYPES) != (label == "data"):
        return False
    if label == "restricted":
        return type_name in RESTRICTED_TYPES
    return type_name not in RESTRICTED_ONLY
