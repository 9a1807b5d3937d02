"""Documents: releases, copies for the family, and what was given to whom."""

from .copying import FamilyCopyPlace
from .listing import DocumentsPlace
from .release import ReleasePlace

__all__ = ["DocumentsPlace", "FamilyCopyPlace", "ReleasePlace"]
