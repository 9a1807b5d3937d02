"""The rule file contacts: who pays, and how many contacts a month needs to be billed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from app.wraparound.practice_codes import CONTACT_MEDIUMS
from app.wraparound.roles import ROLES
from app.wraparound.vocabulary import NOTE_KINDS

from .reading import Table, read, unique

MidMonth = Literal["whole", "part", "none"]
MID_MONTH: Final = ("whole", "part", "none")
_MOST_CONTACTS: Final = 200
_MOST_MINUTES: Final = 24 * 60
_MOST_DAYS: Final = 366


@dataclass(frozen=True)
class Requirement:
    """How many contacts a month needs, and which of them count.

    kinds, mediums, by: codes that count; empty: all. in_person: so many of them face to face.
    attempts_up_to: so many attempts count as contacts. Supervision is never a contact with a family.
    """

    contacts: int = 0
    in_person: int = 0
    kinds: tuple[str, ...] = ()
    mediums: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    min_minutes: int = 0
    attempts_up_to: int = 0


@dataclass(frozen=True)
class FunderRule:
    """One funder. name: as notes and episodes hold it. in_person_share: percent of what is needed.

    billed: False when nothing is billed to it. mid_month: what a month needs in which the family came or
    left. written_within_days: a contact that was written down later does not count; 0 for no limit.
    """

    name: str
    words: Mapping[str, str]
    needs: Requirement
    billed: bool = True
    in_person_share: int = 0
    mid_month: MidMonth = "whole"
    written_within_days: int = 0
    source: str = ""

    def called(self, language: str) -> str:
        """Its name in a language."""
        return self.words.get(language) or self.words.get("en") or self.name


@dataclass(frozen=True)
class ContactRules:
    """All funders in the order of the file."""

    funders: tuple[FunderRule, ...]

    def of(self, name: str) -> FunderRule | None:
        """The funder of that name; None when the rules do not name it."""
        return next((one for one in self.funders if one.name == name), None)


def parse(text: str) -> ContactRules:
    """The values of a contacts file. Raises RuleError with the line."""
    top = read(text)
    tables = top.tables("funder")
    top.done()
    unique(tables, "name")
    return ContactRules(tuple(_funder(one) for one in tables))


def _funder(table: Table) -> FunderRule:
    name = table.text("name", most=80)
    needs = Requirement(
        contacts=table.number("contacts", most=_MOST_CONTACTS),
        in_person=table.number("in_person", 0, most=_MOST_CONTACTS),
        kinds=table.choices("kinds", NOTE_KINDS),
        mediums=table.choices("mediums", CONTACT_MEDIUMS),
        by=table.choices("by", ROLES),
        min_minutes=table.number("min_minutes", 0, most=_MOST_MINUTES),
        attempts_up_to=table.number("attempts_up_to", 0, most=_MOST_CONTACTS),
    )
    if needs.in_person > needs.contacts:
        raise table.wrong("in_person", "out_of_range", least=0, most=needs.contacts)
    rule = FunderRule(
        name=name,
        words=table.words("words", needed=False) or {"en": name},
        needs=needs,
        billed=table.yes("billed", True),
        in_person_share=table.number("in_person_share", 0, most=100),
        mid_month=_mid_month(table.choice("mid_month", MID_MONTH, "whole")),
        written_within_days=table.number("written_within_days", 0, most=_MOST_DAYS),
        source=table.text("source", "", most=400),
    )
    table.done()
    return rule


def _mid_month(code: str) -> MidMonth:
    return "part" if code == "part" else "none" if code == "none" else "whole"
