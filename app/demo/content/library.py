"""Reads the files of `assets/example` into parsed phrases and sketches, once for each call."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .household import Household, household_from
from .phrase import Phrase, parse, parse_lines
from .plan_sketch import NeedSketch, StepSketch

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "example"
STAGES = ("hard", "trying", "win", "setback", "steady")
"""The course of every story: five stages, in order."""


@dataclass(frozen=True)
class Arc:
    """A story that a family lives through, and the needs that a plan names in it."""

    key: str
    told: tuple[tuple[Phrase, ...], ...]
    """For each stage: what somebody tells."""
    seen: tuple[tuple[Phrase, ...], ...]
    """For each stage: what happens while the youth is there."""
    school: tuple[tuple[Phrase, ...], ...]
    crisis: tuple[Phrase, ...]
    needs: tuple[NeedSketch, ...]


@dataclass(frozen=True)
class Pair:
    """The same words in English and in Spanish."""

    english: Phrase
    spanish: Phrase

    @property
    def needs(self) -> frozenset[str]:
        """Names of the values without which it cannot be rendered."""
        return self.english.needs | self.spanish.needs


@dataclass(frozen=True)
class Library:
    """All prose and all sketches."""

    arcs: Mapping[str, Arc]
    pools: Mapping[str, tuple[Phrase, ...]]
    spanish: Mapping[str, tuple[Phrase, ...]]
    banks: Mapping[str, tuple[Phrase, ...]]
    both: Mapping[str, tuple[Pair, ...]]
    """Words that families read: `strength.youth.school` and so on."""
    special: Mapping[str, Mapping[str, Any]]
    """Family key → what is told of that family only (`special.toml`)."""
    steps: tuple[StepSketch, ...]
    roster: tuple[Household, ...]
    names: Mapping[str, tuple[str, ...]]


def read_library(folder: Path = FOLDER) -> Library:
    """Read every file. Raises ValueError or KeyError that names what is wrong in a file."""
    arcs = {path.stem: _arc(path) for path in sorted((folder / "arcs").glob("*.toml"))}
    households = [
        household_from(row) for path in sorted(folder.glob("roster-*.toml")) for row in _table(path)["family"]
    ]
    return Library(
        arcs=arcs,
        pools=_blocks(folder / "scenes.toml"),
        spanish=_blocks(folder / "spanish.toml"),
        banks=_blocks(folder / "words.toml"),
        both=dict(_pairs(_table(folder / "both.toml"))),
        special=_table(folder / "special.toml"),
        steps=tuple(StepSketch.from_line(line) for line in _table(folder / "steps.toml")["steps"]),
        roster=tuple(households),
        names={
            key: tuple(line.strip() for line in str(block).splitlines() if line.strip())
            for key, block in _table(folder / "names.toml").items()
        },
    )


def _table(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _blocks(path: Path) -> dict[str, tuple[Phrase, ...]]:
    return {key: parse_lines(block) for key, block in _table(path).items()}


def _pairs(table: Mapping[str, Any], name: str = "") -> Iterator[tuple[str, tuple[Pair, ...]]]:
    for key, value in table.items():
        here = f"{name}.{key}" if name else key
        if isinstance(value, str):
            yield here, tuple(_pair(line) for line in value.splitlines() if line.strip())
        else:
            yield from _pairs(value, here)


def _pair(line: str) -> Pair:
    english, spanish = line.split(" || ")
    return Pair(parse(english), parse(spanish))


def _arc(path: Path) -> Arc:
    table = _table(path)

    def lines(kind: str) -> tuple[tuple[Phrase, ...], ...]:
        return tuple(parse_lines(table[stage][kind]) for stage in STAGES)

    return Arc(
        key=path.stem,
        told=lines("told"),
        seen=lines("seen"),
        school=lines("school"),
        crisis=parse_lines(table["crisis"]),
        needs=tuple(NeedSketch.from_row(row) for row in table["need"]),
    )
