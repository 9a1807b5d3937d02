"""One question about the people around a family: who is close, and has no part yet. Pure.

Asks, never decides: the family says who sits at its table. For workers only (design 02, Words for
people; design page 06, "Coach").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

VERY_CLOSE = 3
AT_THE_TABLE = ("on_team", "leading")


@dataclass(frozen=True)
class CoachQuestion:
    """code: which question. about: whom, by id and name. close_to: to whom, empty: the family."""

    code: str
    family_id: str
    about_id: str
    about: str
    close_to: str


@dataclass(frozen=True)
class Close:
    """A natural support as the rule sees it. has_part: a promise or a chosen strategy is theirs."""

    support_id: str
    name: str
    closeness: int
    status: str
    close_to: str
    may_be_asked: bool
    has_part: bool


def question(family_id: str, supports: Iterable[Close], quiet: frozenset[str]) -> CoachQuestion | None:
    """About the first who is very close, not at the table, and has no part. quiet: *Not now* ids.

    Nobody whom the record says not to contact is ever proposed.
    """
    for one in supports:
        if (
            one.closeness == VERY_CLOSE
            and one.may_be_asked
            and not one.has_part
            and one.status not in AT_THE_TABLE
            and one.support_id not in quiet
        ):
            return CoachQuestion("close_without_part", family_id, one.support_id, one.name, one.close_to)
    return None
