"""What one audience reads of one family in one language: values only. Made by family_reading.py.

Nothing hidden is in here, so whoever draws or prints a page cannot leak it. Follows design 02,
Audience and Two languages of content.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .progress import Line
from .wording import Gap, Words


@dataclass(frozen=True)
class Someone:
    """A person as the family knows them. kind: family, natural, community, formal."""

    id: str
    name: str
    role: str
    kind: str
    is_youth: bool = False


@dataclass(frozen=True)
class RatingShown:
    """One person's number for an outcome. before: their number the time before, None when first."""

    by: Someone
    value: int
    before: int | None
    words: Words
    rated_at_ms: int


@dataclass(frozen=True)
class Promise:
    """An action step. state: open, still_open (its day is past), no_date, done."""

    step_id: str
    what: Words
    owner: str
    owner_kind: str
    due_on: str
    done_on: str
    state: str
    what_happened: Words


@dataclass(frozen=True)
class WayShown:
    """A chosen strategy with its promises."""

    strategy_id: str
    text: Words
    kind: str
    promises: tuple[Promise, ...]


@dataclass(frozen=True)
class GoalShown:
    """An outcome. baseline, current, target: as people wrote them.

    history: its numbers over time, a line for each kind of person, with names and without words.
    met: the days of meetings at which it was rated.
    """

    outcome_id: str
    text: Words
    measure_kind: str
    baseline: str
    current: str
    target: str
    status: str
    ratings: tuple[RatingShown, ...]
    ways: tuple[WayShown, ...]
    history: tuple[Line, ...] = ()
    met: tuple[date, ...] = ()


@dataclass(frozen=True)
class NeedShown:
    """A need that is being worked on, or was met. number: its place among those shown, from 1."""

    need_id: str
    number: int
    text: Words
    status: str
    goals: tuple[GoalShown, ...]


@dataclass(frozen=True)
class StrengthShown:
    """Something good. whose: a name, empty for the whole family."""

    strength_id: str
    whose: str
    text: Words


@dataclass(frozen=True)
class CrisisLine:
    """One line of the crisis card. phone: empty when there is none or it may not be called."""

    item_id: str
    section: str
    text: Words
    who: str
    phone: str


@dataclass(frozen=True)
class NextMeeting:
    """When and where the team meets next. starts_at_ms: UTC milliseconds."""

    starts_at_ms: int
    place: str


@dataclass(frozen=True)
class TransitionShown:
    """How the team lets go. items: (section, text, who, done)."""

    celebration: Words
    way_back: Words
    items: tuple[tuple[str, Words, str, bool], ...]


@dataclass(frozen=True)
class FamilyPage:
    """One family for one audience in one language. gaps: words that are not in that language yet."""

    family_id: str
    name: str
    language: str
    vision: Words
    mission: Words
    ground_rules: Words
    strengths: tuple[StrengthShown, ...]
    needs: tuple[NeedShown, ...]
    promises: tuple[Promise, ...]
    """All open promises and those done in the last weeks, in the order of their day."""
    good_news: tuple[Words, ...]
    """What went well: promises kept since the last meeting, and what was celebrated there."""
    crisis: tuple[CrisisLine, ...]
    crisis_reviewed_on: str
    circle: tuple[Someone, ...]
    """The family, and the people around it who agreed to be shown."""
    transition: TransitionShown
    next_meeting: NextMeeting | None
    last_meeting_ms: int
    gaps: tuple[Gap, ...]
