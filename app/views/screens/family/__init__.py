"""The home of one family: its header, Worker details, and the tabs."""

from app.views.screens.family.home import FamilyHome

__all__ = ["FamilyHome"]
