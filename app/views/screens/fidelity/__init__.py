"""How we work with a family, and with those of one coordinator."""

from .screen import FidelityPlace, TeamFidelityPlace

__all__ = ["FidelityPlace", "TeamFidelityPlace"]
