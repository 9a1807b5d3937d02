"""The steps of a team meeting, for each of the four flows. Pure.

Owns which steps there are, in which order, which come first when time runs out, and what must be
settled before a step may be left. Knows neither records nor screens. Source: design 01, Meeting
mode; design 02, Records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "first_plan": (
        "who", "rules", "vision", "good", "ideas", "steps", "crisis", "next", "agree", "done",
    ),
    "review": (
        "who", "rules", "good", "going", "ideas", "steps", "crisis", "next", "agree", "done",
    ),
    "crisis_debrief": ("who", "rules", "debrief", "crisis", "ideas", "steps", "next", "agree", "done"),
    "closing": ("who", "rules", "good", "going", "carry", "crisis", "agree", "done"),
}  # fmt: skip
"""Flow → its steps; *Who can see this?* comes before the first and is not counted."""

FAMILY_ONLY: Final = frozenset({"vision", "going", "agree"})
"""Steps that mean nothing while nobody of the family is there."""

URGENT: Final = ("steps", "carry", "next", "agree", "done")
"""What *Ten minutes left* goes to, in this order."""

PRESENT: Final = frozenset({"here", "late", "remote", "left_early"})
"""Codes of vocabulary.ATTENDANCE that mean somebody took part."""


@dataclass(frozen=True)
class Position:
    """Where a meeting stands. number and count: for "Step 4 of 10"; part: within the step, from 0."""

    step: str
    number: int
    count: int
    part: int = 0


def steps_of(flow: str, professionals_only: bool = False) -> tuple[str, ...]:
    """The steps of a flow. Raises KeyError for a flow that is not known."""
    steps = STEPS[flow]
    return tuple(one for one in steps if one not in FAMILY_ONLY) if professionals_only else steps


def position(flow: str, step: str, part: int = 0, professionals_only: bool = False) -> Position:
    """Where a step stands in its flow; a step that fell away counts as the one after it."""
    steps = steps_of(flow, professionals_only)
    if step not in steps:
        whole = STEPS[flow]
        later = whole[whole.index(step) :] if step in whole else whole
        step, part = next(one for one in later if one in steps), 0
    return Position(step, steps.index(step) + 1, len(steps), part)


def after(flow: str, step: str, professionals_only: bool = False) -> str:
    """The step that follows; the last one stays."""
    steps = steps_of(flow, professionals_only)
    at = steps.index(position(flow, step, 0, professionals_only).step)
    return steps[min(at + 1, len(steps) - 1)]


def before(flow: str, step: str, professionals_only: bool = False) -> str:
    """The step before; the first one stays."""
    steps = steps_of(flow, professionals_only)
    at = steps.index(position(flow, step, 0, professionals_only).step)
    return steps[max(at - 1, 0)]


def short_of_time(flow: str, step: str, professionals_only: bool = False) -> str:
    """Where *Ten minutes left* goes from a step: the first urgent step that is still ahead."""
    steps = steps_of(flow, professionals_only)
    here = steps.index(position(flow, step, 0, professionals_only).step)
    ahead = (one for one in URGENT if one in steps and steps.index(one) > here)
    return next(ahead, steps[here])


def offers_short(flow: str, step: str, professionals_only: bool = False) -> bool:
    """Whether *Ten minutes left* still spares something: there is a step it would leave out."""
    steps = steps_of(flow, professionals_only)
    to = short_of_time(flow, step, professionals_only)
    return steps.index(to) > steps.index(position(flow, step, 0, professionals_only).step) + 1


def is_professionals_only(present: Iterable[tuple[str, str]]) -> bool:
    """Whether nobody of the family takes part. present: (kind, how) of each.

    Before anybody is marked nothing is said yet.
    """
    taking_part = [kind for kind, how in present if how in PRESENT]
    return bool(taking_part) and "family" not in taking_part


def unsettled(steps: Iterable[tuple[str, str, bool]]) -> int:
    """The place of the first promise without owner or day, or -1.

    steps: (owner, day, *decide later* was said) of each.
    """
    for place, (owner, day, later) in enumerate(steps):
        if not later and not (owner.strip() and day.strip()):
            return place
    return -1


def counts(present: Iterable[tuple[str, str]]) -> tuple[int, int, int]:
    """How many of the family, natural supports and others took part. present: (kind, how) of each.

    Community members count with the professionals, as in the natural-support share (design 02).
    """
    family = natural = formal = 0
    for kind, how in present:
        if how not in PRESENT:
            continue
        family += kind == "family"
        natural += kind == "natural"
        formal += kind in ("formal", "community")
    return family, natural, formal


def rater_of(kind: str, is_youth: bool) -> str:
    """The code of vocabulary.RATERS for somebody at the table."""
    if kind == "family":
        return "youth" if is_youth else "caregiver"
    return "natural" if kind == "natural" else "professional"
