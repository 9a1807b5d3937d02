"""The family's words in one language: the original, a checked translation, or an honest gap. Pure.

*Español* never mixes silently: where the words are missing, old or unchecked there is a gap, and
the gap is listed. No machine translates. Source: design 02, Two languages of content.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

WhyGap = Literal["missing", "old", "unchecked"]


@dataclass(frozen=True)
class Told:
    """A translation as it was entered."""

    text: str
    of_text: str
    checked_by: str


@dataclass(frozen=True)
class Gap:
    """Words of one item that are not there in a language. text: the original."""

    item_id: str
    item_type: str
    field: str
    text: str
    why: WhyGap


@dataclass(frozen=True)
class Words:
    """Words to show. text: empty when `gap`; then say so in the reader's language."""

    text: str = ""
    gap: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to show, be it a gap."""
        return bool(self.text) or self.gap


class Wording:
    """All words of one family in one language; collects the gaps it met, in order."""

    def __init__(self, language: str, told: Mapping[tuple[str, str], Told]) -> None:
        """language: wanted. told: (item id, field) → its translation into that language."""
        self.language = language
        self._told = told
        self._gaps: dict[tuple[str, str], Gap] = {}

    def words(self, item_id: str, item_type: str, field: str, text: str, language: str) -> Words:
        """The words of a field. text, language: the original."""
        if not text.strip():
            return Words()
        if language == self.language:
            return Words(text)
        told = self._told.get((item_id, field))
        why = _why_gap(told, text)
        if told is not None and why is None:
            return Words(told.text)
        self._gaps[item_id, field] = Gap(item_id, item_type, field, text, why or "missing")
        return Words(gap=True)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was asked for and is not there."""
        return tuple(self._gaps.values())


def _why_gap(told: Told | None, text: str) -> WhyGap | None:
    if told is None or not told.text.strip():
        return "missing"
    if told.of_text != text:
        return "old"
    return None if told.checked_by.strip() else "unchecked"


def texts_of(words: Iterable[Words]) -> tuple[str, ...]:
    """The texts that are there."""
    return tuple(one.text for one in words if one.text)
