"""Whether a month can be billed: what it needs by its funder's rule, what is done, how long is left. Pure.

A month counts under the rules of its first day, on the days on which the family was served.
Spec: docs/contacts-and-tiers.md, "Billing check".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from .contacts import (
    Countable,
    LoggedContact,
    MonthStanding,
    Roles,
    first_of_month,
    fits,
    last_of_month,
    tally,
)
from .rules.contacts import FunderRule, Requirement

Standing = Literal["met", "open", "missed", "not_billed"]
"""met: enough; open: there is time; missed: the month is over; not_billed: nothing is needed."""


@dataclass(frozen=True)
class BillingCheck:
    """One family's month with its funder. month: its first day."""

    funder: str
    month: date
    stands: MonthStanding
    standing: Standing


def check(
    rule: FunderRule,
    month: date,
    enrolled_on: date | None,
    ended_on: date | None,
    contacts: Sequence[LoggedContact],
    today: date,
    roles: Roles | None = None,
) -> BillingCheck | None:
    """How a month stands; None when the family was not served in it.

    enrolled_on: None when it is not known (served from the start). ended_on: the last day of service.
    contacts: of any day and funder; one that names another funder is not counted.
    """
    first, last = first_of_month(month), last_of_month(month)
    begins = max(first, enrolled_on) if enrolled_on else first
    ends = min(last, ended_on) if ended_on else last
    if begins > ends:
        return None
    needs = _needs(rule, (ends - begins).days + 1, (last - first).days + 1)
    counted = [
        one
        for one in contacts
        if begins <= one.on <= ends and one.funder in ("", rule.name) and one.billable != "no"
        and _in_time(one, rule)
    ]  # fmt: skip
    stands = MonthStanding(needs, tally(counted, needs, roles), ends, (ends - today).days)
    if not rule.billed or not needs.contacts:
        standing: Standing = "not_billed"
    elif stands.met:
        standing = "met"
    else:
        standing = "open" if today <= ends else "missed"
    return BillingCheck(rule.name, first, stands, standing)


def suggested(one: Countable, rule: FunderRule | None, roles: Roles | None = None) -> str:
    """Whether a contact would be billable: yes, no; "" when no rule says."""
    if rule is None:
        return ""
    return "yes" if rule.billed and one.made and fits(one, rule.needs, roles) else "no"


def _needs(rule: FunderRule, served: int, whole: int) -> Requirement:
    """What the month needs on the days served, of the days that it has."""
    needs = rule.needs
    if served < whole and rule.mid_month == "none":
        return replace(needs, contacts=0, in_person=0)
    contacts, in_person = needs.contacts, needs.in_person
    if served < whole and rule.mid_month == "part":
        contacts, in_person = _part(contacts, served, whole), _part(in_person, served, whole)
    share = _part(contacts, rule.in_person_share, 100)
    return replace(needs, contacts=contacts, in_person=max(in_person, share))


def _part(count: int, of: int, whole: int) -> int:
    """The part of a count, rounded up."""
    return -(-count * of // whole)


def _in_time(one: LoggedContact, rule: FunderRule) -> bool:
    limit = rule.written_within_days
    return not limit or (one.written_on - one.on).days <= limit
