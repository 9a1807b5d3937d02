"""A line of the audit in words: "Ana opened the plan". Pure.

Owns which phrase says which code. A code that this version does not know is said as such, never
guessed. Follows docs/audit.md, "Reading".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.services.audit_lines import ROOT_NAME, Line
from app.wraparound.audit import AREAS, DEEDS
from app.wraparound.records import RECORD_TYPES

Say = Callable[..., str]
"""A phrase by its key with its places filled in by name."""

WROTE = ("created", "changed", "removed", "brought_back")
CHAINS = frozenset(
    {"agency.founded", "agency.person", "agency.roles", "agency.device", "agency.team", "agency.removed",
     "agency.device_removed", "agency.lost", "family.opened", "family.let_in", "family.taken_out",
     "family.new_key"}
)  # fmt: skip
"""Codes that come from control chains."""


def sentence(say: Say, line: Line, names: Mapping[str, str]) -> str:
    """One line in words. names: person id → name; nobody else is named."""
    who = name_of(say, line.person, names)
    if line.code == "view":
        area = line.what if line.what in AREAS else "other"
        return say(f"audit.did.view.{area}", who=who)
    if line.code in WROTE:
        return say(f"audit.did.{line.code}", who=who, what=what_of(say, line.what))
    if line.code in CHAINS:
        whom = ", ".join(name_of(say, one, names) for one in line.whom)
        return say(f"audit.did.{line.code}", who=who, whom=whom)
    if line.code in DEEDS:
        return say(f"audit.did.{line.code}", who=who)
    return say("audit.did.other", who=who)


def what_of(say: Say, type_name: str) -> str:
    """A record type as a noun with its article."""
    return say(f"audit.what.{type_name if type_name in RECORD_TYPES else 'other'}")


def name_of(say: Say, person: str, names: Mapping[str, str]) -> str:
    """A person's name; the agency's words for its root."""
    if person == ROOT_NAME:
        return say("audit.root")
    return names.get(person) or say("audit.somebody")


def sayer(phrase: Callable[[str], str]) -> Say:
    """A Say over a catalogue of whole phrases, for papers and files in a language of their own."""

    def say(key: str, /, **values: object) -> str:
        words = phrase(key)
        return words.format(**values) if values else words

    return say
