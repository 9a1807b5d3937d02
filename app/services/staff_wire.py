"""The part of the wire that people and removal need (app.sync.http provides it)."""

from __future__ import annotations

from typing import Protocol

from app.protocol.ids import PersonId
from app.sync.ports import DeviceContact, PersonChain, PersonStream

from .arrival import EnrolmentWire


class PeopleWire(EnrolmentWire, Protocol):
    """What an administrator asks a server about people."""

    async def person_chains(self, person: PersonId) -> tuple[PersonChain, ...]:
        """The end of every writing line of a person's devices."""

    async def person_streams(self, person: PersonId) -> tuple[PersonStream, ...]:
        """Every stream of which a person is a member."""

    async def device_contacts(self) -> tuple[DeviceContact, ...]:
        """When each device last signed in."""
