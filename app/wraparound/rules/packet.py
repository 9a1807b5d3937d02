"""The rule file `packet`: what an audit packet proves, and what the safety screen tells first.

Format: docs/audit-packet.md and docs/safety.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .reading import Table, read, unique

EVIDENCE: Final = (
    "contact", "home_visit", "release", "crisis_plan", "team_meeting", "natural_support", "plan_version",
    "family_signature", "vision", "strength", "need", "outcome_rated", "signed_note", "co_signature",
    "transition_plan",
)  # fmt: skip
"""What the app can show as evidence; words: `packet.evidence.<code>`."""
MOST_DAYS: Final = 1000


@dataclass(frozen=True)
class Ask:
    """One piece of evidence that a standard asks for; exactly one of the numbers, or none.

    within: days from enrolment to the first. every: at most these days apart. each_month: at least so
    many in every whole month. None of them: it is there at all.
    """

    evidence: str
    within: int = 0
    every: int = 0
    each_month: int = 0


@dataclass(frozen=True)
class Standard:
    """One standard. confirm: printed with the remark to hold it against the current text."""

    code: str
    name: Mapping[str, str]
    source: str
    asks: tuple[Ask, ...]
    confirm: bool = False


@dataclass(frozen=True)
class SafetyRules:
    """What the safety screen says first. line, phone, form: the agency's words; "" when not told.

    oral_hours: how long after the suspicion the call may take. written_hours: the report, after the call.
    """

    oral_hours: int
    written_hours: int
    line: Mapping[str, str]
    phone: str = ""
    form: str = ""


@dataclass(frozen=True)
class PacketRules:
    """The whole file."""

    safety: SafetyRules
    standards: tuple[Standard, ...]


def parse(text: str) -> PacketRules:
    """The values of the file. Raises RuleError with the line."""
    table = read(text)
    safety = _safety(table.table("safety"))
    standards = table.tables("standard")
    unique(standards)
    found = PacketRules(safety, tuple(_standard(one) for one in standards))
    table.done()
    return found


def _safety(table: Table) -> SafetyRules:
    rules = SafetyRules(
        table.number("oral_hours", least=1, most=72),
        table.number("written_hours", least=1, most=240),
        table.words("line"),
        table.text("phone", "", most=40),
        table.text("form", "", most=80),
    )
    if rules.written_hours < rules.oral_hours:
        raise table.wrong("written_hours", "written_before_oral", "The written report cannot be due first.")
    table.done()
    return rules


def _standard(table: Table) -> Standard:
    asks = table.tables("ask")
    standard = Standard(
        table.text("code", most=40), table.words("name"), table.text("source", most=200),
        tuple(_ask(one) for one in asks), table.yes("confirm"),
    )  # fmt: skip
    if not asks:
        raise table.wrong("ask", "missing")
    table.done()
    return standard


def _ask(table: Table) -> Ask:
    ask = Ask(
        table.choice("evidence", EVIDENCE),
        table.number("within", 0, most=MOST_DAYS),
        table.number("every", 0, most=MOST_DAYS),
        table.number("each_month", 0, most=100),
    )
    if sum(bool(one) for one in (ask.within, ask.every, ask.each_month)) > 1:
        raise table.wrong("evidence", "one_number", "Choose one of within, every and each_month.")
    table.done()
    return ask
