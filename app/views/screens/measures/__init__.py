"""Measures of a family, their entry and results, and the talk in private that an answer may call for."""

from .entry import MeasureEntryPlace
from .listing import MeasuresPlace
from .one import MeasurePlace
from .result import MeasureScorePlace
from .talk import PrivateTalkPlace

__all__ = ["MeasureEntryPlace", "MeasurePlace", "MeasureScorePlace", "MeasuresPlace", "PrivateTalkPlace"]
