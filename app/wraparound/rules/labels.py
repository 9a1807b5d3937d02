"""The rule file labels: which labels the agency offers, with words that explain them. Pure.

A label decides who may read something, and that is the same in every agency: this file takes labels off
the offer or explains them, and says nothing of who reads. What carries a label keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.wraparound.vocabulary import LABELS

from .offered import Offered, read_offered
from .reading import read, unique

ALWAYS = ("general", "safety")
"""Always on offer: one for what everybody on the team reads, one for what nobody else may."""


@dataclass(frozen=True)
class LabelRules:
    """The whole file: code of vocabulary.LABELS → the label, in the order of the offer."""

    labels: Mapping[str, Offered]


def parse(text: str) -> LabelRules:
    """Read the file. Raises RuleError with the line. Without a label, all are offered."""
    top = read(text)
    tables = top.tables("label")
    unique(tables)
    found = {}
    for one in tables:
        offered = read_offered(one, LABELS)
        if offered.name is not None:
            raise one.wrong("name", "no_other_name", "A label keeps its name; “explain” adds words to it.")
        found[offered.code] = offered
        one.done()
    for code in ALWAYS:
        if found and code not in found:
            raise top.wrong("label", "always_offered", "The label “{value}” is always offered.", value=code)
    top.done()
    return LabelRules(found or {code: Offered(code) for code in LABELS})
