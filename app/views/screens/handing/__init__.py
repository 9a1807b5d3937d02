"""Who reads a family, standing in, and handing families on."""

from app.views.screens.handing.caseloads import CaseloadsPlace
from app.views.screens.handing.form import HandOnPlace
from app.views.screens.handing.readers import ReadersPlace

__all__ = ["CaseloadsPlace", "HandOnPlace", "ReadersPlace"]
