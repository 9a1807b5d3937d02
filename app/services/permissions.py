"""Asked before every change: may this person do it?

The matrix is wraparound/roles.py. The other tablets ask it again of every operation that comes in
(store/rights.py), and the server checks membership and roles in the control chains; asking here
spares a person a dead end.
"""

from __future__ import annotations

from app.errors import PermissionRefused
from app.wraparound.roles import Action, may

from .desk import Me

__all__ = ["Action", "allows", "require"]


def allows(me: Me, action: Action) -> bool:
    """Whether one of my roles includes the action; screens leave out what it does not."""
    return may(me.roles, action)


def require(me: Me, action: Action) -> None:
    """Raise PermissionRefused unless one of my roles includes the action."""
    if not may(me.roles, action):
        raise PermissionRefused(action)
