"""Whether two families are the same one, opened twice: pure rules over what both say of themselves.

Owns the keys that are compared and the reasons that a person is shown. It decides nothing: people do.
A leaf: no database, no clock.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

Reason = Literal["name", "born_on", "phone", "address"]
"""What is the same in both, besides the young person's first name."""

_SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True)
class Youth:
    """A young person of a family. name: in full; called: at home; born_on: ISO day or ""."""

    name: str
    called: str = ""
    born_on: str = ""


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """What of a family is compared."""

    family_id: str
    list_name: str
    youths: tuple[Youth, ...] = ()
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two families that may be one. first < second; reasons in a fixed order, never empty."""

    first: str
    second: str
    reasons: tuple[Reason, ...]


def folded(words: str) -> str:
    """Words to compare: no case, no accents, one space between."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    plain = "".join(char if char.isalnum() else " " for char in parts if not unicodedata.combining(char))
    return " ".join(plain.split())


def digits(phone: str) -> str:
    """The last ten digits of a telephone number; "" when there are too few to say anything."""
    found = "".join(char for char in phone if char.isdigit())[-10:]
    return found if len(found) >= _SHORTEST_PHONE else ""


def likenesses(families: Iterable[FamilyFacts]) -> tuple[Likeness, ...]:
    """Every pair that may be one family. Grows with the families that share a first name, not with all."""
    by_name: dict[str, list[FamilyFacts]] = defaultdict(list)
    for family in families:
        for first in {_first(youth) for youth in _youths(family)} - {""}:
            by_name[first].append(family)
    found: dict[tuple[str, str], Likeness] = {}
    for alike in by_name.values():
        for one, two in combinations(sorted(alike, key=lambda item: item.family_id), 2):
            reasons = reasons_of(one, two)
            if reasons:
                found[one.family_id, two.family_id] = Likeness(one.family_id, two.family_id, reasons)
    return tuple(found[pair] for pair in sorted(found))


def reasons_of(one: FamilyFacts, two: FamilyFacts) -> tuple[Reason, ...]:
    """Why two families may be the same; empty when they are not taken for it.

    The first name has to be the same, and the day of birth must not speak against it, unless two other
    things are the same: a day may be mistyped.
    """
    if one.family_id == two.family_id:
        return ()
    around: list[Reason] = []
    if digits(one.phone) and digits(one.phone) == digits(two.phone):
        around.append("phone")
    if folded(one.address) and folded(one.address) == folded(two.address):
        around.append("address")
    best: tuple[Reason, ...] = ()
    for mine in _youths(one):
        for theirs in _youths(two):
            if _first(mine) and _first(mine) == _first(theirs):
                best = max(best, _of_youths(mine, theirs, around), key=len)
    return best


def _of_youths(mine: Youth, theirs: Youth, around: Sequence[Reason]) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    full = folded(mine.name)
    if full == folded(theirs.name) and " " in full:
        reasons.append("name")
    known = bool(mine.born_on and theirs.born_on)
    if known and mine.born_on == theirs.born_on:
        reasons.append("born_on")
    reasons += around
    against = known and mine.born_on != theirs.born_on
    return tuple(reasons) if len(reasons) > (1 if against else 0) else ()


def _youths(family: FamilyFacts) -> tuple[Youth, ...]:
    """Who is compared: the young people, or the family's own short name when none is recorded yet."""
    return family.youths or (Youth(family.list_name),)


def _first(youth: Youth) -> str:
    """The first name: a middle name or a name used at home must not keep two families apart."""
    return (folded(youth.name) or folded(youth.called)).partition(" ")[0]
