"""The supervisor's board: coordinators, and their families."""

from .families import BoardFamilies
from .screen import BoardPlace

__all__ = ["BoardFamilies", "BoardPlace"]
