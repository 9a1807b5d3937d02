"""The family's plan: need → outcome → strategy → action step (design 02, Records)."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class Need(Record, table=True):
    """An underlying need, never a service."""

    __tablename__ = "need"
    TYPE: ClassVar[str] = "need"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("text",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text", "text_es")

    text: str = ""
    text_es: str = ""
    whose: str = ""
    """Person id (hex)."""
    life_domain: str = ""
    priority: int = 0
    """1 is first."""
    status: str = "open"
    """open, met, set_aside."""
    status_reason: str = ""


class Outcome(Record, table=True):
    """What will be seen when the need is met."""

    __tablename__ = "outcome"
    TYPE: ClassVar[str] = "outcome"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("text",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text", "text_es")

    need_id: str = ""
    text: str = ""
    text_es: str = ""
    measure_kind: str = "count"
    """rating, count, yes_no, instrument."""
    baseline: str = ""
    target: str = ""
    current: str = ""
    better: str = "up"
    due_on: str = ""
    status: str = "open"
    """open, reached, set_aside."""
    order: int = 0


class Strategy(Record, table=True):
    """A way the team chose, or thought of, to reach an outcome."""

    __tablename__ = "strategy"
    TYPE: ClassVar[str] = "strategy"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("text",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text", "text_es", "provider")

    outcome_id: str = ""
    text: str = ""
    text_es: str = ""
    chosen: bool = True
    kind: str = "natural"
    """natural, community, formal."""
    kind_words: str = ""
    """"school", when the kind alone says too little."""
    provider: str = ""
    frequency: str = ""
    status: str = "open"
    order: int = 0


class ActionStep(Record, table=True):
    """Who does what by when."""

    __tablename__ = "action_step"
    TYPE: ClassVar[str] = "action_step"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("what",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("what", "what_es", "owner", "what_happened")

    strategy_id: str = ""
    what: str = ""
    what_es: str = ""
    owner: str = ""
    """Name as the team says it; `owner_id` when it is somebody in the records."""
    owner_id: str = ""
    due_on: str = ""
    status: str = "open"
    """open, done, dropped."""
    done_on: str = ""
    what_happened: str = ""
    order: int = 0
