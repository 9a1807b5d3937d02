"""Families: everybody on this tablet, found in a moment."""

from app.views.screens.families.screen import Families

__all__ = ["Families"]
