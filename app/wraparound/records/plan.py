"""The family's plan: need → outcome → strategy → action step (design 02, Records)."""

from __future__ import annotations

from typing import ClassVar

from .base import FamilyWords


class Strength(FamilyWords, table=True):
    """Something good about a person or the family, in their words."""

    __tablename__ = "strength"
    TYPE: ClassVar[str] = "strength"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("text",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text",)

    text: str = ""
    whose: str = ""
    """Person or NaturalSupport id (hex); empty for the whole family."""
    life_domain: str = ""
    order: int = 0


class Need(FamilyWords, table=True):
    """An underlying need, never a service."""

    __tablename__ = "need"
    TYPE: ClassVar[str] = "need"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("text",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text",)

    text: str = ""
    whose: str = ""
    """Person id (hex)."""
    life_domain: str = ""
    priority: int = 0
    """1 is first."""
    status: str = "open"
    """open, met, set_aside."""
    status_reason: str = ""


class Outcome(FamilyWords, table=True):
    """What will be seen when the need is met."""

    __tablename__ = "outcome"
    TYPE: ClassVar[str] = "outcome"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("text",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text",)

    need_id: str = ""
    text: str = ""
    measure_kind: str = "count"
    """A code of vocabulary.MEASURE_KINDS."""
    instrument: str = ""
    """Name of the instrument, when it is one; never its items."""
    baseline: str = ""
    target: str = ""
    current: str = ""
    better: str = "up"
    """up or down: which way is better."""
    due_on: str = ""
    status: str = "open"
    """open, reached, set_aside."""
    order: int = 0


class Strategy(FamilyWords, table=True):
    """A way the team chose, or thought of, to reach an outcome."""

    __tablename__ = "strategy"
    TYPE: ClassVar[str] = "strategy"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("text",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text", "provider")

    outcome_id: str = ""
    text: str = ""
    chosen: bool = True
    """False for an option that the team thought of and has not chosen."""
    kind: str = "natural"
    """natural, community, formal."""
    kind_words: str = ""
    """"school", when the kind alone says too little."""
    provider: str = ""
    place: str = ""
    frequency: str = ""
    starts_on: str = ""
    ends_on: str = ""
    strengths: str = ""
    """Ids (hex) of the strengths it builds on, joined by a comma."""
    principles: str = ""
    """Codes of vocabulary.PRINCIPLES joined by a comma."""
    status: str = "open"
    """open, set_aside."""
    status_reason: str = ""
    order: int = 0


class Rating(FamilyWords, table=True):
    """How far an outcome has come, 0 to 10, said by one person. Kept once its giver showed it."""

    __tablename__ = "rating"
    TYPE: ClassVar[str] = "rating"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("words",)

    outcome_id: str = ""
    meeting_id: str = ""
    """Empty when it was given at the family's table."""
    by_kind: str = ""
    """A code of vocabulary.RATERS."""
    by_id: str = ""
    """Person, NaturalSupport or TeamMember id (hex)."""
    by_name: str = ""
    value: int = 0
    words: str = ""
    """What they said with it."""
    rated_at_ms: int = 0


class ActionStep(FamilyWords, table=True):
    """Who does what by when."""

    __tablename__ = "action_step"
    TYPE: ClassVar[str] = "action_step"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("what",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("what", "owner", "what_happened")

    strategy_id: str = ""
    what: str = ""
    owner: str = ""
    """Name as the team says it; `owner_id` when it is somebody in the records."""
    owner_id: str = ""
    due_on: str = ""
    status: str = "open"
    """open, done, dropped."""
    done_on: str = ""
    what_happened: str = ""
    order: int = 0


class TransitionPlan(FamilyWords, table=True):
    """How the team lets go. Singleton; its lines are TransitionItems."""

    __tablename__ = "transition_plan"
    TYPE: ClassVar[str] = "transition_plan"
    SINGLETON: ClassVar[bool] = True
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("celebration", "way_back")

    planned_on: str = ""
    celebration: str = ""
    """How the family wants to mark it."""
    way_back: str = ""
    """Whom to call when it gets hard again, and what happens then."""


class TransitionItem(FamilyWords, table=True):
    """A readiness check, a thing somebody carries on, or an adult service."""

    __tablename__ = "transition_item"
    TYPE: ClassVar[str] = "transition_item"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text", "who")

    section: str = "readiness"
    """A code of vocabulary.TRANSITION_SECTIONS."""
    text: str = ""
    who: str = ""
    who_id: str = ""
    done: bool = False
    done_on: str = ""
    order: int = 0
