"""The directory of services: finding one, one whole, the agency's own entries, bringing a directory in."""

from __future__ import annotations

from .importing import ImportPlace
from .listing import DirectoryPlace
from .own import OwnServicePlace
from .service import ServicePlace

__all__ = ["DirectoryPlace", "ImportPlace", "OwnServicePlace", "ServicePlace"]
