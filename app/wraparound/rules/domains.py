"""The rule file domains: which life domains the plan offers, in which order. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.wraparound.vocabulary import LIFE_DOMAINS

from .reading import read, unique


@dataclass(frozen=True)
class DomainRules:
    """The whole file. domains: codes of vocabulary.LIFE_DOMAINS in the order of the offer."""

    domains: tuple[str, ...]


def parse(text: str) -> DomainRules:
    """Read the file. Raises RuleError with the line. Without a domain, all are offered."""
    top = read(text)
    tables = top.tables("domain")
    top.done()
    unique(tables)
    found = tuple(one.choice("code", LIFE_DOMAINS) for one in tables)
    for one in tables:
        one.done()
    return DomainRules(found or LIFE_DOMAINS)
