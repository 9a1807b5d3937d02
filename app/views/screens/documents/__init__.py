"""Documents: releases, copies, sharing without a release, and what was given to whom."""

from .copying import FamilyCopyPlace
from .lawful import WithoutReleasePlace
from .listing import DocumentsPlace
from .log import DisclosuresPlace
from .release import ReleasePlace
from .telling import TellingPlace

__all__ = [
    "DisclosuresPlace", "DocumentsPlace", "FamilyCopyPlace", "ReleasePlace", "TellingPlace",
    "WithoutReleasePlace",
]  # fmt: skip
