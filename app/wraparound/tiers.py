"""Which rule of the tiers fires for a family, and what it saw. Pure.

Spec: docs/contacts-and-tiers.md, "Tiers".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .practice_codes import HOME_SETTINGS
from .rules.tiers import Condition, TierRule, TierRules


@dataclass(frozen=True)
class Scored:
    """The total of one measure. name: as it was called then. informant: practice_codes.INFORMANTS."""

    measure: str
    name: str
    informant: str
    on: date
    total: Decimal


@dataclass(frozen=True)
class Happened:
    """A life event. kind: practice_codes.EVENT_KINDS."""

    kind: str
    on: date


@dataclass(frozen=True)
class TierFacts:
    """What is known of a family on a day. crisis_on: days of crisis notes.

    setting: where the young person lives (practice_codes.SETTINGS), since setting_on; "" when not told.
    """

    today: date
    scores: tuple[Scored, ...] = ()
    events: tuple[Happened, ...] = ()
    crisis_on: tuple[date, ...] = ()
    setting: str = ""
    setting_on: date | None = None
    phase: int = 0
    visit_safety: bool = False


@dataclass(frozen=True)
class Seen:
    """One condition that was fulfilled, and by what.

    score: of a measure. events: those that were counted, the latest first. count: how many, for
    events and crisis notes. on: the latest of them.
    """

    condition: Condition
    score: Scored | None = None
    events: tuple[Happened, ...] = ()
    count: int = 0
    on: date | None = None
    code: str = ""


@dataclass(frozen=True)
class Fired:
    """The rule that fired. number: its place in the file, from 1."""

    number: int
    rule: TierRule
    seen: tuple[Seen, ...]


def fired(rules: TierRules, facts: TierFacts) -> Fired | None:
    """The first rule that fires, with what it saw; None when none does."""
    for number, rule in enumerate(rules.rules, start=1):
        seen = [_seen(one, facts) for one in rule.when]
        held = tuple(one for one in seen if one is not None)
        if len(held) == len(seen) if rule.every else held:
            return Fired(number, rule, held)
    return None


def _seen(condition: Condition, facts: TierFacts) -> Seen | None:
    if condition.fact == "measure":
        return _measured(condition, facts)
    if condition.fact == "events":
        events = [
            one
            for one in sorted(facts.events, key=lambda one: one.on, reverse=True)
            if _recent(one.on, condition, facts)
            and (not condition.codes or one.kind in condition.codes)
        ]
        if not _within(len(events), condition):
            return None
        return Seen(condition, events=tuple(events), count=len(events), on=events[0].on if events else None)
    if condition.fact == "crisis_notes":
        days = sorted((on for on in facts.crisis_on if _recent(on, condition, facts)), reverse=True)
        if not _within(len(days), condition):
            return None
        return Seen(condition, count=len(days), on=days[0] if days else None)
    if condition.fact == "setting":
        # Not told is neither at home nor away from it.
        if not facts.setting or (facts.setting in HOME_SETTINGS) is not condition.at_home:
            return None
        return Seen(condition, on=facts.setting_on, code=facts.setting)
    if condition.fact == "phase":
        return Seen(condition, code=str(facts.phase)) if str(facts.phase) in condition.codes else None
    return Seen(condition) if facts.visit_safety else None


def _measured(condition: Condition, facts: TierFacts) -> Seen | None:
    """The latest score of each informant counts; of those that fulfil the condition, the latest."""
    latest: dict[str, Scored] = {}
    for one in sorted(facts.scores, key=lambda one: one.on):
        if one.measure == condition.measure and one.on <= facts.today:
            latest[one.informant] = one
    held = [
        one
        for one in latest.values()
        if (not condition.codes or one.informant in condition.codes)
        and _recent(one.on, condition, facts)
        and _within(one.total, condition)
    ]
    if not held:
        return None
    found = max(held, key=lambda one: one.on)
    return Seen(condition, score=found, on=found.on)


def _within(value: int | Decimal, condition: Condition) -> bool:
    at_least = condition.least is None or value >= Decimal(str(condition.least))
    return at_least and (condition.most is None or value <= Decimal(str(condition.most)))


def _recent(on: date, condition: Condition, facts: TierFacts) -> bool:
    if on > facts.today:
        return False
    return not condition.days or on > facts.today - timedelta(days=condition.days)
