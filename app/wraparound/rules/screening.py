"""The rule file `screening`: what is asked about a family's circumstances, in plain warm words. Pure.

The prompts are the agency's own; nothing here comes from a licensed instrument. Format: docs/measures.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.wraparound.practice_codes import PRIVATE_KINDS, SOCIAL_DOMAINS

from .reading import Table, read, unique

Words = Mapping[str, str]
"""Language code → words; always has `en`."""
ANSWERS: Final = ("yes", "sometimes", "no", "rather_not")
"""Codes of what can be answered to a prompt."""


@dataclass(frozen=True)
class Prompt:
    """One question. finds: answers that find something. found: how that is said in a finding.

    private: the kind of talk in private (practice_codes.PRIVATE_KINDS) that such an answer calls for, in
    place of a finding; "" for none.
    """

    code: str
    domain: str
    text: Words
    found: Words
    finds: tuple[str, ...]
    private: str = ""

    @property
    def alone(self) -> bool:
        """Whether it is only asked when nobody else is there."""
        return bool(self.private)


@dataclass(frozen=True)
class Instrument:
    """A trauma screen whose result is written down. most: the highest total. positive_at: 0, not known."""

    code: str
    name: Words
    most: int
    positive_at: int = 0
    confirm: bool = True
    note: Words | None = None

    def points_to(self, total: Decimal) -> str:
        """A code of practice_codes.SCREEN_RESULTS, "" when the file does not say."""
        if not self.positive_at:
            return ""
        return "positive" if total >= self.positive_at else "negative"


@dataclass(frozen=True)
class ScreeningRules:
    """The whole file."""

    prompts: tuple[Prompt, ...]
    instruments: tuple[Instrument, ...]

    def of_domain(self, domain: str) -> tuple[Prompt, ...]:
        """The prompts of a domain in the order of the file."""
        return tuple(one for one in self.prompts if one.domain == domain)

    def named(self, code: str) -> Prompt | None:
        """The prompt with a code."""
        return next((one for one in self.prompts if one.code == code), None)

    def instrument(self, code: str) -> Instrument | None:
        """The trauma screen with a code."""
        return next((one for one in self.instruments if one.code == code), None)


def parse(text: str) -> ScreeningRules:
    """The values of a file. Raises RuleError with the line."""
    table = read(text)
    prompts, instruments = table.tables("prompt"), table.tables("instrument")
    unique(prompts)
    unique(instruments)
    made = ScreeningRules(
        tuple(_prompt(one) for one in prompts), tuple(_instrument(one) for one in instruments)
    )
    table.done()
    return made


def _prompt(table: Table) -> Prompt:
    made = Prompt(
        code=table.text("code", most=40),
        domain=table.choice("domain", SOCIAL_DOMAINS),
        text=table.words("text"),
        found=table.words("found"),
        finds=table.choices("finds", ("yes", "sometimes", "no"), needed=True),
        private=table.choice("private", PRIVATE_KINDS, ""),
    )
    table.done()
    return made


def _instrument(table: Table) -> Instrument:
    most = table.number("most", least=1)
    made = Instrument(
        table.text("code", most=40), table.words("name"), most,
        table.number("positive_at", 0, most=most), table.yes("confirm", True),
        table.words("note", needed=False) or None,
    )  # fmt: skip
    table.done()
    return made
