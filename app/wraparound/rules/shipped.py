"""The rule files that ship with the app, and the way from a file's name to its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from . import clocks, contacts, domains, labels, measures, notes, packet, screening, tiers
from .reading import read

FOLDER: Final = Path(__file__).resolve().parents[3] / "assets" / "rules"

PARSERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "clocks": clocks.parse,
    "notes": notes.parse,
    "domains": domains.parse,
    "labels": labels.parse,
    "contacts": contacts.parse,
    "tiers": tiers.parse,
    "packet": packet.parse,
    "measures": measures.parse,
    "screening": screening.parse,
}
"""File name → what makes frozen values of its text, or raises RuleError."""


@cache
def shipped_text(name: str) -> str:
    """The text of a rule file as it ships. It holds nobody's data."""
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def parse(name: str, text: str) -> Any:
    """The values of a rule file. Raises RuleError with the line."""
    return PARSERS[name](text) if name in PARSERS else read(text)
