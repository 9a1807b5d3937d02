"""Whether a team can let go: what is in place, and what is still open, each with what it counted. Pure.

No score and no total: five things, each ready or still open. The list of topics for adult life is our own
and short; an agency adds what it needs. Source: design 02, phase 4 and TransitionPlan; house defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

TOPICS: Final = (
    ("school_work", 14), ("id_papers", 14), ("skills", 14), ("health", 16), ("benefits", 16),
    ("insurance", 17), ("decisions", 17), ("housing", 17),
)  # fmt: skip
"""(code, the age in years from which it is talked about), in the order in which it comes up."""
ADULT_FROM: Final = 14
OWN_KINDS: Final = frozenset({"family", "natural"})


@dataclass(frozen=True)
class Step:
    """An open promise. kind: of vocabulary.TEAM_KINDS of whoever made it, empty when nobody is known."""

    step_id: str
    what: str
    owner: str
    kind: str

    @property
    def own(self) -> bool:
        """Whether it stays when the team has gone."""
        return self.kind in OWN_KINDS


@dataclass(frozen=True)
class Item:
    """A line of the transition plan. topic: a code of TOPICS when its words are the topic's own."""

    text: str
    who: str = ""
    done: bool = False
    topic: str = ""


@dataclass(frozen=True)
class Check:
    """One of the five. have of want: what was counted; 0 of 0 where there is nothing to count."""

    code: str
    ready: bool
    have: int = 0
    want: int = 0


@dataclass(frozen=True)
class Readiness:
    """All of it. age: of the oldest young person, None when nobody wrote a birth date. steps: open
    promises that are not with the family or a natural support. topics: not on the list yet, for the age."""

    checks: tuple[Check, ...]
    steps: tuple[Step, ...]
    topics: tuple[str, ...]
    age: int | None

    @property
    def open(self) -> tuple[str, ...]:
        """Codes of what is not ready."""
        return tuple(one.code for one in self.checks if not one.ready)


def readiness(
    steps: Sequence[Step], adult: Sequence[Item], carries: Sequence[Item], celebration: str, way_back: str,
    age: int | None,
) -> Readiness:  # fmt: skip
    """What is ready.

    Promises: all open ones are with the family or natural supports. Adult services: every topic of the
    age is on the list and everything on it is done; before ADULT_FROM there is nothing to do.
    """
    own = sum(one.own for one in steps)
    missing = topics_missing(adult, age)
    done = sum(one.done for one in adult)
    named = sum(bool(one.who.strip()) for one in carries)
    young = age is not None and age < ADULT_FROM
    adult_ready = young if not adult else done == len(adult) and not missing
    return Readiness(
        (
            Check("steps", own == len(steps), own, len(steps)),
            Check("adult", adult_ready, done, len(adult)),
            Check("carries", bool(carries) and named == len(carries), named, len(carries)),
            Check("celebration", bool(celebration.strip())),
            Check("way_back", bool(way_back.strip())),
        ),
        tuple(one for one in steps if not one.own),
        missing,
        age,
    )


def topics_missing(items: Iterable[Item], age: int | None) -> tuple[str, ...]:
    """Topics of an age that no line of the list is about."""
    there = {one.topic for one in items}
    return tuple(code for code, since in TOPICS if age is not None and age >= since and code not in there)


def age_on(born_on: str, today: date) -> int | None:
    """Whole years on a day; None for what is no day of birth. Born on 29 February: older on 1 March."""
    try:
        born = date.fromisoformat(born_on)
    except ValueError:
        return None
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return years if 0 <= years < 130 else None
