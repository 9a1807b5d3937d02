"""Removals as they are asked for, kept on their way, and shown. Ids are hex, instants in ms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Target = Literal["person", "device"]
Reason = Literal["left", "lost", "replaced", "returned", "other"]
REASONS: tuple[Reason, ...] = ("left", "lost", "replaced", "returned", "other")


@dataclass(frozen=True)
class Order:
    """A removal on its way, sealed on this tablet until the server has it. id: 32 hex characters."""

    kind: Target
    id: str
    lost: bool
    reason: str
    stage: Literal["asked", "signed"] = "asked"


@dataclass(frozen=True)
class RemovalView:
    """A removal as the agency's chain tells it.

    person_id: whose it is, also when only a device is out. devices: ids of all tablets it ends.
    sent: the server has it; until then it goes out at the next contact.
    """

    person_id: str
    device_id: str
    devices: tuple[str, ...]
    lost: bool
    reason: str
    at_ms: int
    by: str
    sent: bool


@dataclass(frozen=True)
class Sweep:
    """New keys on this tablet: families done, of how many. stopped: by hand, until asked again."""

    done: int = 0
    total: int = 0
    running: bool = False
    stopped: bool = False
