"""Counting contacts: on which day one was, how, and whether it counts. Pure.

A contact counts when its note is signed, it was made, and the rule takes its kind, medium, length and
author. Attempts count as far as the rule says. Spec: docs/contacts-and-tiers.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Protocol

from .rules.contacts import Requirement

IN_PERSON: Final = "in_person"
ATTEMPT: Final = "attempt"
NO_CONTACT: Final = frozenset({"supervision"})
"""Kinds of notes that tell of no contact with or for the family."""
_BY_KIND: Final = {
    "phone": "phone", "text": "text", "home_visit": IN_PERSON, "school": IN_PERSON,
    "team_meeting": IN_PERSON, "crisis": IN_PERSON,
}  # fmt: skip
_BY_PLACE: Final = {"phone": "phone", "video": "video"}

_LAST_DAY_MS: Final = 253_000_000_000_000

Roles = Mapping[str, tuple[str, ...]]
"""Person id (hex) → roles. Somebody who is not in it has none."""


class Countable(Protocol):
    """What is asked of a contact to count it."""

    @property
    def on(self) -> date: ...
    @property
    def kind(self) -> str: ...
    @property
    def medium(self) -> str: ...
    @property
    def made(self) -> bool: ...
    @property
    def minutes(self) -> int: ...
    @property
    def by(self) -> str: ...
    @property
    def signed(self) -> bool: ...


@dataclass(frozen=True)
class LoggedContact:
    """One contact of the log. at_ms: UTC milliseconds; on: the day at the tablet's place.

    medium: as told, else as kind and place say. written_on: when its note was first saved. activities:
    trauma-informed ones.
    """

    note_id: str
    family_id: str
    at_ms: int
    on: date
    kind: str
    medium: str
    made: bool
    minutes: int
    by: str
    signed: bool
    written_on: date
    late: bool = False
    funder: str = ""
    billable: str = ""
    activities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """What was counted. done: with the attempts that count. unsigned: would count once signed."""

    done: int = 0
    in_person: int = 0
    attempts: int = 0
    unsigned: int = 0


@dataclass(frozen=True)
class MonthStanding:
    """How a month stands against what it needs. days_left: 0 on its last day, negative after it."""

    needs: Requirement
    tally: Tally
    last_day: date
    days_left: int

    @property
    def missing(self) -> int:
        """Contacts of any medium or in person that are still needed."""
        return max(0, self.needs.contacts - self.tally.done, self.missing_in_person)

    @property
    def missing_in_person(self) -> int:
        """Face-to-face contacts that are still needed."""
        return max(0, self.needs.in_person - self.tally.in_person)

    @property
    def met(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def medium_of(kind: str, place: str, told: str = "") -> str:
    """How people were in touch: as told, else by the kind and place of the note; "" when neither says."""
    if told:
        return told
    if kind in ("phone", "text"):
        return kind
    return _BY_PLACE.get(place) or _BY_KIND.get(kind) or (IN_PERSON if place else "")


def day_on(at_ms: int, zone: tzinfo | None = None) -> date:
    """The day of an instant at a place; without a zone, where the tablet is.

    An instant that no calendar has (another tablet's clock) is taken for the nearest one.
    """
    return datetime.fromtimestamp(min(max(at_ms, 0), _LAST_DAY_MS) / 1000, zone).date()


def first_of_month(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """The last day of a day's month."""
    return month_after(day) - timedelta(days=1)


def month_after(day: date, count: int = 1) -> date:
    """The first day of the month so many months later; negative: earlier.

    Raises ValueError where the calendar ends.
    """
    index = day.year * 12 + day.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def fits(one: Countable, needs: Requirement, roles: Roles | None = None) -> bool:
    """Whether a contact is of the kind, medium, length and author that the rule takes.

    roles: None where authors are not looked at. An attempt has no length, and of whatever kind it is
    written down as, it is an attempt. Says nothing about signed and when.
    """
    if one.kind in NO_CONTACT or (one.made and needs.kinds and one.kind not in needs.kinds):
        return False
    if needs.mediums and one.medium not in needs.mediums:
        return False
    if needs.by and roles is not None and set(needs.by).isdisjoint(roles.get(one.by, ())):
        return False
    return one.minutes >= needs.min_minutes or not one.made


def tally(contacts: Iterable[Countable], needs: Requirement, roles: Roles | None = None) -> Tally:
    """Count the contacts that the rule takes, whatever their day."""
    made = in_person = attempts = unsigned = 0
    for one in contacts:
        if not fits(one, needs, roles):
            continue
        if not one.signed:
            unsigned += one.made
        elif one.made:
            made += 1
            in_person += one.medium == IN_PERSON
        else:
            attempts += 1
    attempts = min(attempts, needs.attempts_up_to)
    return Tally(made + attempts, in_person, attempts, unsigned)


def month_standing(
    needs: Requirement, contacts: Sequence[Countable], today: date, month: date, roles: Roles | None = None
) -> MonthStanding:
    """How a month stands. contacts: of any month; only those of this one are counted."""
    first, last = first_of_month(month), last_of_month(month)
    inside = [one for one in contacts if first <= one.on <= last]
    return MonthStanding(needs, tally(inside, needs, roles), last, (last - today).days)
