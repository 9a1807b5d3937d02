"""The crisis plan: one record for each line, so that each can be moved, hidden and translated."""

from __future__ import annotations

from typing import ClassVar

from .base import FamilyWords, Record


class CrisisPlan(Record, table=True):
    """When the crisis plan was last looked at. Singleton; its lines are CrisisItems."""

    __tablename__ = "crisis_plan"
    TYPE: ClassVar[str] = "crisis_plan"
    SINGLETON: ClassVar[bool] = True

    reviewed_on: str = ""
    reviewed_at_meeting: str = ""
    """Meeting id (hex), when it was looked at there."""


class CrisisItem(FamilyWords, table=True):
    """One line of the crisis plan."""

    __tablename__ = "crisis_item"
    TYPE: ClassVar[str] = "crisis_item"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("text", "who")

    section: str = "helps"
    """A code of vocabulary.CRISIS_SECTIONS."""
    text: str = ""
    who: str = ""
    """Who does it or whom to call, as the family says the name."""
    who_id: str = ""
    """Their record id (hex), when they have one."""
    phone: str = ""
    order: int = 0
