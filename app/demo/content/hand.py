"""What every writer of a family's records holds: the ledger, the people, both languages, the specials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from .calendar import Calendar
from .cast import Cast
from .household import Household
from .ledger import Ledger
from .tongues import Both, Tongues


@dataclass(frozen=True)
class Someone:
    """A person of the records. kind: family, natural, formal, community."""

    id: str
    name: str
    role: str
    kind: str
    is_youth: bool = False


@dataclass(frozen=True)
class Hand:
    """One family under the pen."""

    ledger: Ledger
    cast: Cast
    tongues: Tongues
    rng: Random
    """Of its own, so that what it writes changes nothing else."""
    special: Mapping[str, Any]
    """What is told of this family only."""

    @property
    def house(self) -> Household:
        """The family's sketch."""
        return self.ledger.household

    @property
    def calendar(self) -> Calendar:
        """Days and instants."""
        return self.ledger.calendar

    @property
    def worker(self) -> str:
        """What the family calls the coordinator."""
        return self.cast.coordinator_name.split()[0]

    def values(self, at_ms: int) -> dict[str, str]:
        """What sentences may name at this time."""
        return self.cast.pick(self.rng, at_ms, plan=True)

    def everybody(self) -> Iterator[Someone]:
        """Family, natural supports, team, in that order; those not to be contacted left out."""
        yield from self.family()
        yield from self.natural()
        yield from self.formal()

    def family(self) -> Iterator[Someone]:
        """The people of the family."""
        house = self.house
        for person in (*house.youth, *house.adults, *house.others):
            role = "youth" if person.is_youth else person.role
            yield Someone(self.cast.people[person.called], person.called, role, "family", person.is_youth)

    def natural(self) -> Iterator[Someone]:
        """Natural supports who may be contacted."""
        for support, key in self.cast.supports:
            if not support.safety_reason:
                yield Someone(key, support.called, support.relation, "natural")

    def formal(self) -> Iterator[Someone]:
        """Professionals and community members, the coordinator last."""
        for member, key in self.cast.team:
            yield Someone(key, member.called, member.role, member.kind)
        yield Someone(self.cast.coordinator_id, self.worker, "coordinator", "formal")

    def called(self, name: str) -> Someone | None:
        """Somebody by the name that the family uses, also one who must not be contacted."""
        barred = (
            Someone(key, s.called, s.relation, "natural") for s, key in self.cast.supports if s.safety_reason
        )
        return next((one for one in (*self.everybody(), *barred) if one.name == name), None)

    def on_team(self, one: Someone, at_ms: int) -> bool:
        """Whether somebody had joined by then."""
        return one.kind == "family" or self.cast.since.get(one.id, at_ms + 1) <= at_ms

    def phone(self, record: str) -> str:
        """The number in somebody's record, or none."""
        return str(self.ledger.state.get(record, {}).get("phone", ""))


def pair_of(text: str) -> Both:
    """`English || Spanish`; either may be missing."""
    english, _, spanish = text.replace("'", "’").partition("||")
    return english.strip(), spanish.strip()


def parts_of(line: str, count: int) -> list[str]:
    """`a|b|English || Spanish` in so many parts; the pair is the last one and stays whole."""
    parts = [part.strip() for part in line.replace(" || ", "\x1f").split("|")]
    parts += [""] * (count - len(parts))
    return [part.replace("\x1f", " || ") for part in parts[:count]]
