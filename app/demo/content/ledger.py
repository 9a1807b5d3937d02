"""Collects the writes of one family and gives records their ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from .calendar import Calendar
from .household import Household
from .model import ExampleRecord

SUPERVISOR = "ruth"
SINGLETON_MARK = "@"
"""Begins what stands for an id that only the stream gives: `@family_vision`."""


def derived_id(seed: int, *path: str) -> str:
    """32 hex characters that depend on the seed and the path only."""
    return sha256("/".join((str(seed), *path)).encode()).hexdigest()[:32]


@dataclass
class Ledger:
    """The writes of one family so far, in the order in which they were added."""

    seed: int
    household: Household
    calendar: Calendar
    records: list[ExampleRecord] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)
    """Record id → instant of its first write."""
    state: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Record id → its fields as they were last written; a singleton's by its mark."""

    def id(self, *path: str) -> str:
        """The id of a record of this family."""
        return derived_id(self.seed, self.household.key, *path)

    def add(
        self, kind: str, record: str, fields: dict[str, Any], at_ms: int, author: str = "",
        parts: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """Write a record; nothing is ever written today or later.

        parts: what the id follows from, together with the stream, when it does.
        """
        last = self.calendar.start_ms() - 60_000
        record = self.id(kind, *parts) if parts else record
        by = author or self.household.coordinator
        self.records.append(ExampleRecord(kind, record, fields, min(at_ms, last), by, parts))
        known = record or f"{SINGLETON_MARK}{kind}"
        self.first[known] = min(at_ms, last, self.first.get(known, last))
        self.state.setdefault(known, {}).update(fields)
