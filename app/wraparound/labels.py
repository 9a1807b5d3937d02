"""Labels of records: in which stream each lies, and who may choose it. Pure.

A label says what a record is about; the stream says who holds its key. Labels of the team lie in the
family's team stream, all others in its restricted stream, of which no partner is ever a member.
Sources: design 02, Labels; design 04, Streams. Spec: docs/labels.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from .roles import may
from .vocabulary import LABELS, OPEN_LABELS

Home = Literal["team", "restricted"]

RESTRICTED_LABELS: Final = tuple(label for label in LABELS if label not in OPEN_LABELS)
THERAPIST: Final = "psychotherapy"
"""Only for what a treating therapist kept separately; never for a coordinator's own words."""
PLAN_LABELS: Final = tuple(label for label in LABELS if label != THERAPIST)
"""Labels of the plan's records, which a team writes: a treating therapist's notes are none of them."""


def home_of(label: str) -> Home:
    """Where a record with this label lies. A label that nobody knows is restricted."""
    return "team" if label in OPEN_LABELS else "restricted"


def is_restricted(label: str) -> bool:
    """Whether only members of the restricted stream may read what carries this label."""
    return home_of(label) == "restricted"


def crosses(before: str, after: str) -> bool:
    """Whether changing one label to the other changes who can read: the record is written anew."""
    return home_of(before) != home_of(after)


def offered(labels: Iterable[str], roles: Iterable[str]) -> tuple[str, ...]:
    """Those of the labels that somebody with these roles may choose, in order."""
    restricts = may(roles, "label.restrict")
    return tuple(label for label in labels if restricts or not is_restricted(label))


def of_child(own: str, parent: str) -> str:
    """The label of what hangs on something: never more open than what it hangs on."""
    return parent if is_restricted(parent) and not is_restricted(own) else own
