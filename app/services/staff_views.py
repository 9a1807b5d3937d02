"""Colleagues, tablets and teams as screens draw them: frozen values, ids as hex, instants in ms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TabletState = Literal["in_use", "lost", "removed"]


@dataclass(frozen=True)
class TabletView:
    """One tablet of a person. contact_ms: None when the server could not be asked, 0 for never."""

    device_id: str
    state: TabletState
    certified_ms: int
    contact_ms: int | None = None
    here: bool = False
    """It is the tablet in your hands."""
    ended_ms: int = 0


@dataclass(frozen=True)
class Colleague:
    """Somebody who works here, or did (left_ms > 0)."""

    person_id: str
    name: str
    title: str
    roles: tuple[str, ...]
    team_id: str = ""
    team_name: str = ""
    """What the team is called; empty when nobody has named it."""
    supervisor: str = ""
    """Name of whoever supervises their team."""
    tablets: tuple[TabletView, ...] = ()
    left_ms: int = 0
    me: bool = False

    @property
    def in_use(self) -> int:
        """How many tablets are in use."""
        return sum(one.state == "in_use" for one in self.tablets)


@dataclass(frozen=True)
class TeamView:
    """A team: who supervises it, and who is in it (names)."""

    team_id: str
    name: str
    supervisor_id: str
    supervisor: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoleChange:
    """What a change of roles has led to.

    narrowed: they may do less than before, which binds in a family once a tablet that supervises it
    has been in contact. sent: the server has it.
    """

    narrowed: bool
    sent: bool = True
