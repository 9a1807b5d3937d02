"""Progress: whether life is getting better, in charts, sentences and tables."""

from .paper import ProgressPaperPlace
from .screen import ProgressPlace

__all__ = ["ProgressPaperPlace", "ProgressPlace"]
