"""The sketch of a plan: needs, what will be seen, ways to get there, who does what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .phrase import Phrase, parse


@dataclass(frozen=True)
class StepSketch:
    """An action step: `owner|what|in Spanish|what happened|due`.

    The owner is made of the letters of the cast (`s+y` is "Teo and Nia"), or stands there by
    name after `=`. `due` is empty (the
    generator finds a day), `none`, a number of days from today, or `done -3`.
    """

    owner: tuple[str, ...]
    owner_name: str
    what: Phrase
    what_es: Phrase
    happened: Phrase
    due: str = ""

    @classmethod
    def from_line(cls, line: str) -> StepSketch:
        """A step from its line. Raises ValueError on a line that is not one."""
        parts = _split(line)
        if len(parts) not in (4, 5):
            raise ValueError(f"a step has four or five parts: {line}")
        owner, what, what_es, happened = parts[:4]
        due = parts[4] if len(parts) == 5 else ""
        letters = () if owner.startswith("=") else tuple(owner.split("+"))
        return cls(letters, owner.removeprefix("="), parse(what), parse(what_es), parse(happened), due)


@dataclass(frozen=True)
class StrategySketch:
    """A way to reach an outcome."""

    text: Phrase
    text_es: Phrase
    kind: str
    kind_words: str
    by: Phrase
    often: Phrase
    chosen: bool
    steps: tuple[StepSketch, ...]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> StrategySketch:
        """A strategy from a table of a file."""
        return cls(
            text=parse(row["text"]),
            text_es=parse(row.get("es", "")),
            kind=row["kind"],
            kind_words=row.get("kind_words", ""),
            by=parse(row.get("by", "")),
            often=parse(row.get("often", "")),
            chosen=bool(row.get("chosen", True)),
            steps=tuple(StepSketch.from_line(line) for line in row.get("steps", ())),
        )


@dataclass(frozen=True)
class OutcomeSketch:
    """What will be seen when the need is met."""

    text: Phrase
    text_es: Phrase
    measure: str
    instrument: str
    before: str
    target: str
    now: str
    better: str
    strategies: tuple[StrategySketch, ...]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> OutcomeSketch:
        """An outcome from a table of a file."""
        return cls(
            text=parse(row["text"]),
            text_es=parse(row.get("es", "")),
            measure=row["measure"],
            instrument=row.get("instrument", ""),
            before=row["from"],
            target=row["to"],
            now=row.get("now", ""),
            better=row.get("better", "up"),
            strategies=tuple(StrategySketch.from_row(item) for item in row.get("strategy", ())),
        )


@dataclass(frozen=True)
class NeedSketch:
    """An underlying need and everything that hangs on it."""

    text: Phrase
    text_es: Phrase
    domain: str
    outcomes: tuple[OutcomeSketch, ...]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> NeedSketch:
        """A need from a table of a file."""
        return cls(
            text=parse(row["text"]),
            text_es=parse(row.get("es", "")),
            domain=row["domain"],
            outcomes=tuple(OutcomeSketch.from_row(item) for item in row.get("outcome", ())),
        )


def _split(line: str) -> list[str]:
    """Split at bars that stand outside brackets."""
    parts, depth = [""], 0
    for letter in line:
        depth += (letter == "[") - (letter == "]")
        if letter == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
