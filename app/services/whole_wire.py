"""The wire to one server as the services use it: every call there is."""

from __future__ import annotations

from typing import Protocol

from app.sync.ports import Transport

from .recovery_work import SeedWire
from .staff_wire import PeopleWire


class Wire(PeopleWire, SeedWire, Transport, Protocol):
    """The whole wire to one server."""
