"""Plan versions: the list, one as it stood, and what changed between two."""

from __future__ import annotations

from .changes import ChangesPlace
from .changes_view import changes_for_family
from .list import VersionsPlace
from .paper import VersionPlace

ChangesForFamily = changes_for_family
"""What is new, for the table and the meeting: (ui, reading, today, key=…) → control."""

__all__ = [
    "ChangesForFamily", "ChangesPlace", "VersionPlace", "VersionsPlace", "changes_for_family",
]  # fmt: skip
