"""The episodes of a family: enrolled, extended, discharged."""

from .editor import EpisodeEditorPlace
from .screen import EpisodesPlace

__all__ = ["EpisodeEditorPlace", "EpisodesPlace"]
