"""Who is who in a family: record ids, and the values that sentences use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from .household import PRONOUN_NAMES, PRONOUNS, Household, MemberSketch, PersonSketch, SupportSketch
from .ledger import Ledger


def pronoun_values(pronoun: str, prefix: str = "") -> dict[str, str]:
    """Values of a person's pronouns, named as in `PRONOUN_NAMES`."""
    return {prefix + name: word for name, word in zip(PRONOUN_NAMES, PRONOUNS[pronoun], strict=True)}


@dataclass(frozen=True)
class Cast:
    """The people of one family, with the ids of their records."""

    household: Household
    coordinator_name: str
    people: Mapping[str, str]
    """Called → id, of everybody in the family."""
    supports: tuple[tuple[SupportSketch, str], ...]
    team: tuple[tuple[MemberSketch, str], ...]
    coordinator_id: str
    """The coordinator's record as a team member."""
    since: dict[str, int] = field(default_factory=dict)
    """Record id of a support or member → instant from which they are on the team."""

    @property
    def youth(self) -> PersonSketch:
        """The young person whose plan it is."""
        return self.household.youth[0]

    @property
    def caregiver(self) -> PersonSketch:
        """The adult whom the coordinator talks to most."""
        return self.household.adults[0]

    def fixed(self) -> dict[str, str]:
        """The values that are the same in every note."""
        house, youth, adult = self.household, self.youth, self.caregiver
        values = {
            "y": youth.called,
            "age": str(youth.age),
            "c": adult.called,
            "crole": adult.role,
            "town": house.town,
            "w": self.coordinator_name.split()[0],
            **pronoun_values(youth.pronoun),
            **pronoun_values(adult.pronoun, "c_"),
        }
        if youth.school:
            values["school"] = youth.school
        if house.loves:
            values["loves"] = house.loves
        if house.strength:
            values["strength"] = house.strength
        siblings = [*house.youth[1:], *house.others]
        if siblings:
            values |= {"b": siblings[0].called, **pronoun_values(siblings[0].pronoun, "b_")}
        if len(house.adults) > 1:
            values |= {"c2": house.adults[1].called, **pronoun_values(house.adults[1].pronoun, "c2_")}
        return values

    def pick(self, rng: Random, at_ms: int, *, at_table: bool = False, plan: bool = False) -> dict[str, str]:
        """The fixed values and one support, one professional, the school, as they were then.

        Args:
            at_table: the school is there only when it had joined the team.
            plan: somebody who is about to join may be named as well.
        """
        values = self.fixed()
        joined = sorted((since, key) for key, since in self.since.items() if since <= at_ms or plan)
        there = {key for since, key in joined if since <= at_ms}
        willing = [s for s, key in self.supports if key in there and s.is_near]
        if plan and not willing:
            coming = {key: s for s, key in self.supports if s.is_near}
            willing = [coming[key] for _, key in joined if key in coming][:1]
        if willing:
            chosen = rng.choice(willing)
            values |= {"s": chosen.called, "srel": chosen.relation, **pronoun_values(chosen.pronoun, "s_")}
        formal = [
            m
            for m, key in self.team
            if m.kind == "formal" and m.role not in SCHOOL_ROLES and (plan or key in there)
        ]
        if formal:
            one = rng.choice(formal)
            values |= {"p": one.called, "prole": one.role, **pronoun_values(one.pronoun, "p_")}
        school = [m for m, key in self.team if m.role in SCHOOL_ROLES and (key in there or not at_table)]
        if school:
            values |= {"t": school[0].called, **pronoun_values(school[0].pronoun, "t_")}
        return values

    def ids_named_in(self, body: str, at_ms: int) -> tuple[list[str], list[str]]:
        """Ids and names of the supports on the team by then whom a text names."""
        found = [
            (s.called, key)
            for s, key in self.supports
            if self.since.get(key, at_ms + 1) <= at_ms and re.search(rf"\b{re.escape(s.called)}\b", body)
        ]
        return [key for _, key in found], [name for name, _ in found]


SCHOOL_ROLES = frozenset({"school counsellor", "teacher", "school social worker", "assistant principal"})


def cast_for(ledger: Ledger, coordinator_name: str) -> Cast:
    """The cast of a ledger's household."""
    house = ledger.household
    people = [*house.youth, *house.adults, *house.others]
    return Cast(
        household=house,
        coordinator_name=coordinator_name,
        people={person.called: ledger.id("person", person.called) for person in people},
        supports=tuple((s, ledger.id("support", s.called)) for s in house.supports),
        team=tuple((m, ledger.id("member", m.called)) for m in house.team),
        coordinator_id=ledger.id("member", "coordinator"),
    )
