"""Screening: five domains of everyday life, trauma screens, and what was found."""

from .listing import ScreeningPlace
from .talk import ScreeningTalkPlace
from .trauma import TraumaScreenPlace

__all__ = ["ScreeningPlace", "ScreeningTalkPlace", "TraumaScreenPlace"]
