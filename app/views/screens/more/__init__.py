"""The More tab of a family and the places only it leads to: phase, transition, family details."""

from __future__ import annotations

from .details import FamilyDetailsPlace
from .phase import PhasePlace
from .tab import MoreTab
from .transition import TransitionPlace

__all__ = ["FamilyDetailsPlace", "MoreTab", "PhasePlace", "TransitionPlace"]
