"""Joins attachments with what a tablet has around it: the wire, the clock, the room on its disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.sync.carrier import Carrier

from .attachments import Attachments
from .desk import Desk
from .surroundings import Surroundings
from .syncing import Syncing
from .whole_wire import Wire

_UNIT = 2**32


def begin_attachments(
    desk: Desk, syncing: Syncing, wire: Wire | None, around: Surroundings, home: Path
) -> Attachments:
    """The service, not started yet; without a wire nothing is ever sent or fetched."""

    def chance() -> float:
        return int.from_bytes(around.random(4), "big") / _UNIT

    def free_bytes() -> int:
        try:
            return shutil.disk_usage(home).free
        except OSError:  # a system that does not say: writing itself will tell
            return 2**62

    carrier = Carrier(desk.vault, wire, chance) if wire is not None else None
    return Attachments(desk, syncing, carrier, free_bytes)
