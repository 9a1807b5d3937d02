"""What is measured, asked and lived through: scores, screenings, life events, pulses (design 02)."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, Column
from sqlmodel import Field

from .base import Record


class MeasureScore(Record, table=True):
    """One filled-in measure by one informant. Holds answers or totals, never the words of an item."""

    __tablename__ = "measure_score"
    TYPE: ClassVar[str] = "measure_score"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("measure_name",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("note",)

    measure: str = ""
    """A code of the rule file measures."""
    measure_name: str = ""
    """Its name when it was filled in."""
    definition: str = ""
    """Id of the rule version it was scored by; empty: the shipped one."""
    informant: str = ""
    """A code of practice_codes.INFORMANTS."""
    person_id: str = ""
    by_id: str = ""
    by_name: str = ""
    on_day: str = ""
    answers: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """Item number (text) → answer; what was left blank is not in it."""
    total: str = ""
    """A decimal in text; empty: not scored."""
    subscales: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """Code → decimal in text."""
    answered: int = 0
    items: int = 0
    alone: bool = False
    note: str = ""


class PrivateTalk(Record, table=True):
    """After an answer about self-harm or violence: who was told, and when. Restricted stream only."""

    __tablename__ = "private_talk"
    TYPE: ClassVar[str] = "private_talk"

    about_id: str = ""
    """MeasureScore or Screening id (hex)."""
    kind: str = ""
    """A code of practice_codes.PRIVATE_KINDS."""
    raised_at_ms: int = 0
    told_whom: str = ""
    told_how: str = ""
    told_at_ms: int = 0


class Screening(Record, table=True):
    """What was asked about a family's circumstances, or a trauma screen's result."""

    __tablename__ = "screening"
    TYPE: ClassVar[str] = "screening"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("words",)

    kind: str = ""
    """social, trauma."""
    on_day: str = ""
    person_id: str = ""
    informant: str = ""
    """A code of practice_codes.INFORMANTS."""
    asked_name: str = ""
    alone: bool = False
    answers: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """Prompt code → answer code."""
    declined: str = ""
    """Codes of practice_codes.SOCIAL_DOMAINS joined by a comma."""
    instrument: str = ""
    total: str = ""
    """A decimal in text; empty: none."""
    result: str = ""
    """A code of practice_codes.SCREEN_RESULTS."""
    words: str = ""
    label: str = "general"
    """A code of vocabulary.LABELS."""


class Finding(Record, table=True):
    """What a screening found, and what came of it."""

    __tablename__ = "finding"
    TYPE: ClassVar[str] = "finding"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("words",)

    screening_id: str = ""
    domain: str = ""
    """A code of practice_codes.SOCIAL_DOMAINS, or trauma."""
    prompt: str = ""
    """Code of the prompt."""
    words: str = ""
    status: str = ""
    """A code of practice_codes.FINDING_STATUSES."""
    need_id: str = ""
    referral_id: str = ""
    decided_on: str = ""
    label: str = "general"
    """A code of vocabulary.LABELS."""


class LifeEvent(Record, table=True):
    """Something that happened in the young person's life."""

    __tablename__ = "life_event"
    TYPE: ClassVar[str] = "life_event"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("words",)

    kind: str = ""
    """A code of practice_codes.EVENT_KINDS."""
    on_day: str = ""
    until_on: str = ""
    person_id: str = ""
    setting: str = ""
    """A code of practice_codes.SETTINGS; empty: no change."""
    words: str = ""
    label: str = "general"
    """A code of vocabulary.LABELS."""


class Pulse(Record, table=True):
    """A minute's private answers of one person: is this helping?"""

    __tablename__ = "pulse"
    TYPE: ClassVar[str] = "pulse"

    by_id: str = ""
    by_name: str = ""
    by_kind: str = ""
    """A code of vocabulary.RATERS."""
    on_day: str = ""
    meeting_id: str = ""
    answers: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """Code of practice_codes.PULSE_QUESTIONS → 0 to 10."""
    words: str = ""
