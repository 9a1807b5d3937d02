"""The rule file domains: which life domains the plan offers, and what the agency calls them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.wraparound.vocabulary import LIFE_DOMAINS

from .offered import Offered, read_offered
from .reading import read, unique


@dataclass(frozen=True)
class DomainRules:
    """The whole file: code of vocabulary.LIFE_DOMAINS → the domain, in the order of the offer."""

    domains: Mapping[str, Offered]


def parse(text: str) -> DomainRules:
    """Read the file. Raises RuleError with the line. Without a domain, all are offered."""
    top = read(text)
    tables = top.tables("domain")
    top.done()
    unique(tables)
    found = {}
    for one in tables:
        offered = read_offered(one, LIFE_DOMAINS)
        found[offered.code] = offered
        one.done()
    return DomainRules(found or {code: Offered(code) for code in LIFE_DOMAINS})
