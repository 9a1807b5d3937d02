"""Codes that an agency offers, with its own words for them: what notes and labels share. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.wraparound.clocks import Words

from .reading import Table


@dataclass(frozen=True)
class Offered:
    """One code on offer. name, explain: the agency's words; None for the app's own, and for none."""

    code: str
    name: Words | None = None
    explain: Words | None = None


def read_offered(table: Table, known: Collection[str]) -> Offered:
    """`code`, and if they are there `name` and `explain`; the caller goes on reading and calls `done`."""
    return Offered(
        table.choice("code", known), table.words("name", needed=False) or None,
        table.words("explain", needed=False) or None,
    )  # fmt: skip
