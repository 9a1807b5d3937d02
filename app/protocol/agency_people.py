"""The people, devices and removals that an agency's state consists of.

Owns values only; agency_state.py builds them. Indices count the operations of the agency chain from
its genesis, 0. Spec: docs/protocol.md, "Agency chain".
"""

from __future__ import annotations

from dataclasses import dataclass

from app.protocol.bodies import Cut, Role
from app.protocol.ids import DeviceId, PersonId, TeamId


@dataclass(frozen=True, slots=True)
class Standing:
    """Roles and team of a person from the agency operation with this index on."""

    index: int
    roles: tuple[Role, ...]
    team: TeamId | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the agency. removed: index of the removal, if any."""

    id: PersonId
    standings: tuple[Standing, ...]
    removed: int | None = None

    def standing_at(self, index: int) -> Standing | None:
        """Return the standing after operation index; None before certification or if removed."""
        if self.removed is not None and self.removed <= index:
            return None
        current = [standing for standing in self.standings if standing.index <= index]
        return current[-1] if current else None


@dataclass(frozen=True, slots=True)
class Device:
    """A certified device. certified and removed are indices of agency operations."""

    id: DeviceId
    person: PersonId
    sign_public: bytes
    kem_public: bytes
    certified: int
    removed: int | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class AgencyRemoval:
    """A removal and its place in the chain. devices: all that it ends."""

    index: int
    person: PersonId | None
    device: DeviceId | None
    devices: frozenset[DeviceId]
    lost: bool
    cuts: tuple[Cut, ...]
    reason: str
