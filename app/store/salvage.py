"""Opening a home whose log may be damaged.

Spec: protocol.md, "Local files".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.crypto.keyring import Keyring
from app.crypto.primitives import Random
from app.wraparound.records import Record

from .connection import Connect
from .core import Core
from .mirror import Progress


def open_or_salvage(
    home: Path,
    keyring: Keyring,
    now_ms: Callable[[], int],
    random: Random,
    record_types: Mapping[str, type[Record]],
    progress: Progress | None,
    connecting: Connect,
) -> Core:
    """The open core of a home."""
    return Core(home, keyring, now_ms, random, record_types, progress, connecting)
