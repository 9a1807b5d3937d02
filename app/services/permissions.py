"""Who may do what: the role × action table, asked before every change.

Roles are those of the agency's control chain (docs/protocol.md, Control). The server and the
other tablets check membership and role again; this table spares a person a dead end.
"""

from __future__ import annotations

from typing import Literal

from app.errors import PermissionRefused

from .desk import Me

Action = Literal[
    "family.open", "family.edit", "note.write", "note.sign", "plan.edit", "support.edit",
    "conflict.settle", "person.invite", "phase.close", "crisis.edit", "meeting.run", "audience.edit",
    "translation.write", "release.write", "copy.make",
]  # fmt: skip

WORKS_WITH_FAMILIES = frozenset({"coordinator", "supervisor"})

ALLOWED: dict[str, frozenset[str]] = {
    "family.open": WORKS_WITH_FAMILIES,
    "family.edit": WORKS_WITH_FAMILIES,
    "note.write": WORKS_WITH_FAMILIES,
    "note.sign": WORKS_WITH_FAMILIES,
    "plan.edit": WORKS_WITH_FAMILIES,
    "support.edit": WORKS_WITH_FAMILIES,
    "conflict.settle": WORKS_WITH_FAMILIES,
    "phase.close": WORKS_WITH_FAMILIES,
    "crisis.edit": WORKS_WITH_FAMILIES,
    "meeting.run": WORKS_WITH_FAMILIES,
    "audience.edit": WORKS_WITH_FAMILIES,
    "translation.write": WORKS_WITH_FAMILIES,
    "release.write": WORKS_WITH_FAMILIES,
    "copy.make": WORKS_WITH_FAMILIES,
    "person.invite": frozenset({"administrator"}),
}


def require(me: Me, action: Action) -> None:
    """Raise PermissionRefused unless one of my roles includes the action."""
    if not ALLOWED[action].intersection(me.roles):
        raise PermissionRefused(action)
