"""Safety: what to do now, reports, and the safety plan of an adult. For workers' eyes alone."""

from __future__ import annotations

from .adult import AdultPlanPlace, AdultSafetyPlace
from .place import SafetyPlace
from .report import SafetyReportPlace

__all__ = ["AdultPlanPlace", "AdultSafetyPlace", "SafetyPlace", "SafetyReportPlace"]
