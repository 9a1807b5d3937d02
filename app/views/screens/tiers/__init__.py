"""A family's tier: which one, why, how this month stands, and another one chosen with a reason."""

from .choosing import TierChoicePlace
from .screen import TierPlace

__all__ = ["TierChoicePlace", "TierPlace"]
