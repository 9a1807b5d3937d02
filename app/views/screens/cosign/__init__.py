"""Notes that wait for a supervisor, read one after the other."""

from .screen import CosignPlace

__all__ = ["CosignPlace"]
