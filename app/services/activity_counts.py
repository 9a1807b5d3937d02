"""Trauma-informed activities of a month, by member of staff: what supervisors look at together.

Owns the counting alone; what was noted comes from the contact log. It never ranks anybody: people stand by
name. Source: design 02, "Reports"; docs/contacts-and-tiers.md, "Trauma-informed activities".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .contact_log import LogLine


@dataclass(frozen=True)
class PersonCount:
    """What one person noted. counts: code of practice_codes.ACTIVITIES → in how many signed notes."""

    person_id: str
    who: str
    counts: Mapping[str, int]


def by_person(lines: Sequence[LogLine]) -> tuple[PersonCount, ...]:
    """By name; those who noted none are left out."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for line in lines:
        one = line.contact
        if one.signed and one.activities:
            found.setdefault((line.who, one.by), Counter()).update(set(one.activities))
    return tuple(PersonCount(by, who, dict(counts)) for (who, by), counts in sorted(found.items()))
