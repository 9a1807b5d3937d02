"""The rule file tiers: the tiers with their least contacts, and the rules that lead to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.wraparound.practice_codes import EVENT_KINDS, INFORMANTS
from app.wraparound.rules.contacts import Requirement
from app.wraparound.vocabulary import NOTE_KINDS, PHASES

from .reading import Table, read, unique

FACTS: Final = ("measure", "events", "crisis_notes", "setting", "phase", "visit_safety")
FIRES: Final = ("any", "all")
_MOST_DAYS: Final = 3660


@dataclass(frozen=True)
class Tier:
    """One tier. needs: its least contacts in a month. meeting_every: days; 0: nothing said."""

    code: str
    name: Mapping[str, str]
    needs: Requirement
    meeting_every: int = 0
    source: str = ""

    def called(self, language: str) -> str:
        """Its name in a language."""
        return self.name.get(language) or self.name["en"]


@dataclass(frozen=True)
class Condition:
    """One condition over what is known of a family. least, most: None where there is no such bound.

    fact: a code of FACTS. days: only what is not older; 0 for any age. codes: informants, kinds of
    events, phases (text). at_home: for setting, whether the young person lives at home.
    """

    fact: str
    measure: str = ""
    codes: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    days: int = 0
    at_home: bool = False


@dataclass(frozen=True)
class TierRule:
    """Which tier, when. every: all conditions are needed, else one."""

    tier: str
    why: Mapping[str, str]
    every: bool
    when: tuple[Condition, ...]


@dataclass(frozen=True)
class TierRules:
    """The whole file. default: code of the tier when no rule fires; "" for none."""

    tiers: tuple[Tier, ...]
    rules: tuple[TierRule, ...]
    default: str = ""

    def tier(self, code: str) -> Tier | None:
        """The tier of that code; None when the rules do not name it."""
        return next((one for one in self.tiers if one.code == code), None)


def parse(text: str) -> TierRules:
    """The values of a tiers file. Raises RuleError with the line."""
    top = read(text)
    tables = top.tables("tier")
    unique(tables)
    tiers = tuple(_tier(one) for one in tables)
    known = [one.code for one in tiers]
    default = top.choice("default", known, "")
    rules = tuple(_rule(one, known) for one in top.tables("rule"))
    top.done()
    return TierRules(tiers, rules, default)


def _tier(table: Table) -> Tier:
    code = table.text("code", most=40)
    contacts = table.number("contacts", 0, most=200)
    tier = Tier(
        code,
        table.words("name"),
        Requirement(
            contacts,
            table.number("in_person", 0, most=contacts),
            kinds=table.choices("kinds", NOTE_KINDS),
            min_minutes=table.number("min_minutes", 0, most=1440),
            attempts_up_to=table.number("attempts_up_to", 0, most=200),
        ),
        table.number("meeting_every", 0, most=_MOST_DAYS),
        table.text("source", "", most=400),
    )
    table.done()
    return tier


def _rule(table: Table, tiers: list[str]) -> TierRule:
    conditions = table.tables("when")
    if not conditions:
        raise table.wrong("when", "missing")
    rule = TierRule(
        table.choice("tier", tiers),
        table.words("why"),
        table.choice("fires", FIRES, "all") == "all",
        tuple(_condition(one) for one in conditions),
    )
    table.done()
    return rule


def _condition(table: Table) -> Condition:
    fact = table.choice("fact", FACTS)
    made: Condition
    if fact == "measure":
        least, most = _bounds(table, 1e6)
        measure = table.text("measure", most=80)
        informants = table.choices("informants", INFORMANTS)
        made = Condition(fact, measure, informants, least, most, _days(table))
    elif fact == "events":
        least, most = _bounds(table, 1000)
        made = Condition(fact, "", table.choices("kinds", EVENT_KINDS), least, most, _days(table))
    elif fact == "crisis_notes":
        least, most = _bounds(table, 1000)
        made = Condition(fact, "", (), least, most, _days(table))
    elif fact == "setting":
        if not table.has("home"):
            raise table.wrong("home", "missing")
        made = Condition(fact, at_home=table.yes("home"))
    elif fact == "phase":
        made = Condition(fact, codes=_phases(table))
    else:
        made = Condition(fact)
    table.done()
    return made


def _bounds(table: Table, highest: float) -> tuple[float | None, float | None]:
    found = [
        table.decimal(name, least=0, most=highest) if table.has(name) else None for name in ("least", "most")
    ]
    if found == [None, None]:
        raise table.wrong("least", "missing")
    return found[0], found[1]


def _days(table: Table) -> int:
    return table.number("days", 0, most=_MOST_DAYS)


def _phases(table: Table) -> tuple[str, ...]:
    values = table.raw("phases")
    if not isinstance(values, list) or not values:
        raise table.wrong("phases", "not_list")
    for one in values:
        if type(one) is not int or one not in PHASES:
            known = ", ".join(str(phase) for phase in PHASES)
            raise table.wrong("phases", "unknown_value", value=one, known=known)
    return tuple(str(one) for one in values)
