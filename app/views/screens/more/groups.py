"""How the places behind the More tab are grouped, and how the groups share the room. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

GROUPS: Final = (
    ("together", ("table", "meetings", "visits", "phase", "changes", "versions", "transition")),
    ("going", ("progress", "measures", "screening", "events", "referrals", "pulse")),
    ("know", ("care", "authority", "coordinators", "family_details", "translations")),
    ("papers", ("documents", "messages", "attachments", "requests")),
    ("work", ("clocks", "contacts_log", "tiers", "episodes", "fidelity", "readers", "audit", "keeping")),
)  # fmt: skip
"""Group and its places, as somebody looks for them. A place that no group names goes into the last."""


def grouped(names: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The places that are there, in their groups; a group without any is left out."""
    known = {name for _, members in GROUPS for name in members}
    last = GROUPS[-1][0]
    found = []
    for group, members in GROUPS:
        inside = [name for name in members if name in names]
        if group == last:
            inside += [name for name in names if name not in known]
        if inside:
            found.append((group, tuple(inside)))
    return tuple(found)


def in_two(groups: Sequence[tuple[str, tuple[str, ...]]]) -> int:
    """How many groups go to the left of two columns so that both are about as long."""
    rows = [len(members) + 1 for _, members in groups]
    whole = sum(rows)
    return min(range(len(rows) + 1), key=lambda left: abs(2 * sum(rows[:left]) - whole))
