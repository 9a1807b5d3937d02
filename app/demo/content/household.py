"""The sketch of one family, as a roster file gives it or `invent` makes it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .plan_sketch import NeedSketch

PRONOUNS: dict[str, tuple[str, ...]] = {
    "she": ("she", "her", "her", "hers", "herself", "was", "one"),
    "he": ("he", "him", "his", "his", "himself", "was", "one"),
    "they": ("they", "them", "their", "theirs", "themself", "were", "many"),
}
"""The words for `PRONOUN_NAMES`, by subject pronoun."""
_SPOKEN = {"marisol": ("en", "es"), "andre": ("en", "ht", "fr"), "bea": ("en", "es")}
"""Languages of the coordinators."""
PRONOUN_NAMES = ("they", "them", "their", "theirs", "themself", "was", "number")


@dataclass(frozen=True)
class PersonSketch:
    """Somebody of the family: `called|full name|age|pronoun|role|school`."""

    called: str
    name: str
    age: int
    pronoun: str
    role: str
    school: str
    is_youth: bool


@dataclass(frozen=True)
class SupportSketch:
    """A natural support: `called|name|relation|pronoun|closeness|help|status|availability`."""

    called: str
    name: str
    relation: str
    pronoun: str
    closeness: int
    how_they_help: str
    status: str
    availability: str
    safety_reason: str = ""
    """Not empty: do not contact."""

    @property
    def is_near(self) -> bool:
        """May walk into a scene: is on the team, and is not a voice from far away."""
        far = self.availability.startswith("By ")
        return self.status in ("on_team", "leading") and not self.safety_reason and not far


@dataclass(frozen=True)
class MemberSketch:
    """A professional or community member: `called|name|role|kind|organisation|pronoun|joined`."""

    called: str
    name: str
    role: str
    kind: str
    organisation: str
    pronoun: str
    joined: int = 0
    """Days ago, or 0: in the first weeks."""


@dataclass(frozen=True)
class Household:
    """Everything the generator has to know about a family before it writes."""

    key: str
    coordinator: str
    name: str
    list_name: str
    home: str
    youth: tuple[PersonSketch, ...]
    adults: tuple[PersonSketch, ...]
    others: tuple[PersonSketch, ...]
    language: str
    culture: str
    address: str
    town: str
    directions: str
    visit_safety: str
    phase: int
    days: int
    """Days since the family enrolled."""
    notes: int
    tier: str
    tier_reason: str
    source: str
    arcs: tuple[str, ...]
    supports: tuple[SupportSketch, ...]
    team: tuple[MemberSketch, ...]
    vision: str
    vision_es: str
    mission: str
    mission_es: str
    next_meeting: str
    """`2@16:30@place@kind`; empty when none is planned."""
    last_meeting: int
    """Days since the last one, or 0: none held yet."""
    loves: str
    strength: str
    details: tuple[str, ...]
    """Sentences that belong to this family only, used at most once each."""
    needs: tuple[NeedSketch, ...]
    draft: str
    """`days ago|kind|body` of a note that is not signed yet."""
    closed: int
    """Days since the family left the agency, or 0."""
    crisis: bool
    quiet: int
    """Days without any contact before today."""

    @property
    def interpreter_needed(self) -> bool:
        """Whether the coordinator does not speak the language of the home."""
        return self.language not in _SPOKEN.get(self.coordinator, ("en",))

    @property
    def notes_in_spanish(self) -> bool:
        """Whether some notes are written in Spanish, for the family to read."""
        return self.language == "es" and not self.interpreter_needed


def household_from(row: Mapping[str, Any]) -> Household:
    """A household from a table of a roster file. Raises KeyError or ValueError when it is bad."""
    text = {key: str(value).replace("'", "’") for key, value in row.items() if isinstance(value, str)}
    return Household(
        key=text["key"],
        coordinator=text["coordinator"],
        name=text["name"],
        list_name=text["list_name"],
        home=text["home"],
        youth=tuple(_person(line, is_youth=True) for line in row["youth"]),
        adults=tuple(_person(line, is_youth=False) for line in row["adults"]),
        others=tuple(_person(line, is_youth=False) for line in row.get("others", ())),
        language=text.get("language", "en"),
        culture=text.get("culture", ""),
        address=text["address"],
        town=text["town"],
        directions=text.get("directions", ""),
        visit_safety=text.get("visit_safety", ""),
        phase=int(row["phase"]),
        days=int(row["days"]),
        notes=int(row["notes"]),
        tier=text.get("tier", "2"),
        tier_reason=text.get("tier_reason", ""),
        source=text.get("source", ""),
        arcs=tuple(row["arcs"]),
        supports=tuple(_support(line) for line in row.get("supports", ())),
        team=tuple(_member(line) for line in row.get("team", ())),
        vision=text.get("vision", ""),
        vision_es=text.get("vision_es", ""),
        mission=text.get("mission", ""),
        mission_es=text.get("mission_es", ""),
        next_meeting=text.get("next", ""),
        last_meeting=int(row.get("last_meeting", 0)),
        loves=text.get("loves", ""),
        strength=text.get("strength", ""),
        details=tuple(line.replace("'", "’") for line in row.get("details", ())),
        needs=tuple(NeedSketch.from_row(need) for need in row.get("need", ())),
        draft=text.get("draft", ""),
        closed=int(row.get("closed", 0)),
        crisis=bool(row.get("crisis", False)),
        quiet=int(row.get("quiet", 0)),
    )


def _parts(line: str, count: int) -> list[str]:
    parts = [part.strip() for part in line.replace("'", "’").split("|")]
    return parts + [""] * (count - len(parts))


def _person(line: str, *, is_youth: bool) -> PersonSketch:
    called, name, age, pronoun, role, school = _parts(line, 6)[:6]
    return PersonSketch(called, name, int(age or 0), pronoun, role, school, is_youth)


def _support(line: str) -> SupportSketch:
    called, name, relation, pronoun, closeness, helps, status, when, reason = _parts(line, 9)[:9]
    return SupportSketch(called, name, relation, pronoun, int(closeness), helps, status, when, reason)


def _member(line: str) -> MemberSketch:
    called, name, role, kind, organisation, pronoun, joined = _parts(line, 7)[:7]
    return MemberSketch(called, name, role, kind, organisation, pronoun, int(joined or 0))
