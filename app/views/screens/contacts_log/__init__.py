"""The contact log: a month of a family, of a member of staff, or of all."""

from .screen import ContactLogPlace

__all__ = ["ContactLogPlace"]
