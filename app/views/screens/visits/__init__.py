"""Planned visits: those of a family, one of them, and the form."""

from app.views.screens.visits.editor import VisitEditorPlace
from app.views.screens.visits.listing import VisitsPlace
from app.views.screens.visits.one import VisitPlace

__all__ = ["VisitEditorPlace", "VisitPlace", "VisitsPlace"]
